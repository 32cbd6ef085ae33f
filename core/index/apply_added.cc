// Parts that only add, as an import's mostly do: nothing is looked at that was there before, and nothing is built but what is
// written.
#include <fmt/format.h>

#include "core/index/apply.h"
#include "core/index/keys.h"
#include "core/index/page_deltas.h"
#include "core/index/records.h"

namespace amont {
namespace {

class Adder {
 public:
  Adder(TxNumber tx, const Schema& schema, Worked& out) : tx_(tx), schema_(schema), out_(out), pages_(tx) {}

  Status add(const Added& added) {
    if (added.is_edge) return add_edge(added);
    return add_node(added);
  }
  void finish() { pages_.finish(out_.batch, out_.touched); }

 private:
  Status misfit(std::string_view what) const {
    return damaged(fmt::format("transaction {} {}; run `amont rebuild`, then `amont verify`", tx_, what));
  }

  Status add_node(const Added& node) {
    const std::size_t colon = node.ref.find(':');
    const NodeRow* const row = row_of(node.ref.substr(0, colon));
    if (colon == std::string_view::npos || !row)
      return misfit(fmt::format("puts {}, whose kind the schema does not have", node.ref));
    record_.clear();
    append_varint(record_, number_of(node.id));
    out_.batch.put(Space::kRefs, node.ref, record_);
    record_.clear();
    append_first_version(record_, tx_, row->kind, node.ref.substr(colon + 1), node);
    out_.batch.put(Space::kNodes, node_key(node.id), record_);
    pages_.add_node(node.id, row->kind, node.is_dated());
    ++out_.counts.nodes[number_of(row->kind)];
    return {};
  }
  // Mostly the same one as the last time.
  const NodeRow* row_of(std::string_view kind) {
    if (!last_row_ || last_row_->name != kind) last_row_ = schema_.node(kind);
    return last_row_;
  }

  Status add_edge(const Added& edge) {
    if (number_of(edge.kind) >= schema_.edges().size())
      return misfit("puts an edge whose kind the schema does not have");
    const EdgeRow& row = schema_.edge(edge.kind);
    std::uint8_t flags = edge.label.empty() ? 0 : kEdgeLabelled;
    if (edge.is_dated()) flags |= kEdgeDated;
    if (edge.is_detailed()) {
      flags |= kEdgeDetailed;
      record_.clear();
      append_first_version(record_, tx_, edge);
      out_.batch.put(Space::kEdges, edge_key({edge.kind, edge.from, edge.to, std::string(edge.label)}), record_);
    }
    pages_.put_edge({row.edge_class, edge.kind, edge.from, edge.to, edge.label, flags, tx_});
    pages_.add_ties(row, edge.from, edge.to);
    ++out_.counts.edges[number_of(row.kind)];
    out_.growth.add(row, edge.from, edge.to);
    return {};
  }

  const TxNumber tx_;
  const Schema& schema_;
  Worked& out_;
  PageDeltas pages_;
  const NodeRow* last_row_ = nullptr;
  std::string record_;  // scratch
};

}  // namespace

Status apply_added(TxNumber tx, const PartList& parts, std::size_t first, const Schema& schema, Worked& out) {
  out.counts.nodes.resize(schema.nodes().size());
  out.counts.edges.resize(schema.edges().size());
  Adder adder(tx, schema, out);
  AddedReader reader(parts, first);
  Added added;
  while (true) {
    AMONT_LET(const bool more, reader.next(added));
    if (!more) break;
    AMONT_TRY(adder.add(added));
  }
  adder.finish();
  return {};
}

}  // namespace amont
