#include "tests/bench/lineage.h"

#include "core/index/view.h"

namespace amont {

std::uint64_t Lineage::fingerprint() const {
  std::uint64_t sum = 0;
  for (const LineageEdge& edge : edges) sum += fingerprint_of(edge.from, edge.to);
  return sum;
}

Result<Lineage> read_lineage(const Snapshot& view, TxNumber early) {
  const Graph& graph = *view.view().graph;
  Lineage out;
  out.nodes = view.id_count();
  out.node_kinds.reserve(out.nodes);
  if (view.schema().edges().size() > 64) return limit_exceeded("more edge kinds than a byte of traits has room for");
  for (std::uint32_t number = 0; number * std::uint64_t{kPageNodes} < out.nodes; ++number) {
    AMONT_LET(const auto down, graph.page(EdgeClass::kLineage, Direction::kDownstream, number));
    out.page_bytes[1] += down->bytes();
    AMONT_LET(const auto page, graph.page(EdgeClass::kLineage, Direction::kUpstream, number));
    out.page_bytes[0] += page->bytes();
    for (std::uint32_t i = 0; i < kPageNodes && out.node_kinds.size() < out.nodes; ++i) {
      const auto id = static_cast<std::uint32_t>(out.node_kinds.size());
      out.node_kinds.push_back(page->nodes[i].kind);
      for (std::uint32_t e = page->nodes[i].begin; e < page->nodes[i + 1].begin; ++e) {
        const EdgeRow& row = view.schema().edge(EdgeKind(page->kinds[e]));
        out.detailed = out.detailed || page->edge_flags[e] & kEdgeDetailed;
        out.edges.push_back({id, page->targets[e]});
        out.edge_traits.push_back(static_cast<std::uint8_t>((page->edge_tx[e] > early ? kLateEdge : 0) |
                                                            (row.weak ? kWeakEdge : 0) |
                                                            number_of(row.kind) * kEdgeKindBit));
      }
    }
  }
  return out;
}

}  // namespace amont
