// What one transaction changes in the index, worked out from its record alone: the same for a commit, a replay and a rebuild.
#pragma once

#include <cstdint>
#include <vector>

#include "core/index/reader.h"
#include "core/index/table.h"
#include "core/index/whole_graph.h"
#include "core/record/added.h"
#include "core/record/logged.h"

namespace amont {

// Kept counts: what is alive now, by kind.
struct Counts {
  std::vector<std::uint64_t> nodes;
  std::vector<std::uint64_t> edges;
  std::uint64_t retracted_nodes = 0;  // and not put again

  bool operator==(const Counts&) const = default;
};

// What a transaction comes to, worked out before anything is written.
struct Worked {
  TableBatch batch;
  Counts counts;                        // as they were before it, brought up to date
  std::vector<PageCache::Key> touched;  // pages that it changes
  std::vector<NodeId> records;          // nodes whose records it changes
  WholeGraph::Growth growth;
};

// `schema` is as of after the transaction. `reader` reads the index as it stands before it. kDamaged when the record does not fit
// the index.
Status apply_changes(const LoggedTransaction& transaction, const Schema& schema, const IndexReader& reader,
                     Worked& out);

// The same of parts that only add (core/record/added.h), from `first` on: what was there before is not looked at.
Status apply_added(TxNumber tx, const PartList& parts, std::size_t first, const Schema& schema, Worked& out);

}  // namespace amont
