// What a Snapshot holds: a transaction number, the schema as of it, and the index behind both.
#pragma once

#include <memory>
#include <string>

#include "amont/model.h"
#include "amont/rule.h"
#include "amont/schema.h"
#include "core/index/graph.h"
#include "core/index/page_shelf.h"

namespace amont {

class IndexReader;
class WholeGraph;

struct IndexView {
  TxNumber tx = 0;
  Timestamp time;
  std::string damage;  // empty, or what keeps this view from showing the whole register
  std::shared_ptr<const Schema> schema;
  std::shared_ptr<const Schema> newest_schema;  // names the kinds of nodes that came later, too
  std::shared_ptr<const RuleList> rules;        // in force; never nullptr
  std::shared_ptr<const IndexReader> reader;    // records by key (core/index/reader.h)
  std::shared_ptr<const Graph> graph;           // adjacency as of tx
  std::shared_ptr<WholeGraph> whole;            // what is known of the graph as a whole (core/index/whole_graph.h)
  std::shared_ptr<PageShelf> shelf;  // pages of the graph that walks have used; nullptr: each walk fetches its own
};

}  // namespace amont
