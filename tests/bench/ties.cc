#include "tests/bench/ties.h"

#include "core/index/view.h"

namespace amont {

Lists::Lists(std::uint64_t nodes, const std::vector<std::pair<std::uint32_t, std::uint32_t>>& pairs)
    : begin(nodes + 1), items(pairs.size()) {
  for (const auto& [node, item] : pairs) ++begin[node + 1];
  for (std::uint64_t i = 1; i <= nodes; ++i) begin[i] += begin[i - 1];
  std::vector<std::uint32_t> at(begin.begin(), begin.end() - 1);
  for (const auto& [node, item] : pairs) items[at[node]++] = item;
}

Result<Ties> read_ties(const Snapshot& view) {
  const Graph& graph = *view.view().graph;
  const std::uint64_t nodes = view.id_count();
  struct Tied {
    std::uint32_t from, to;
    Tie tie;
  };
  Ties out;
  std::vector<Tied> tied;
  for (std::uint32_t number = 0; number * std::uint64_t{kPageNodes} < nodes; ++number) {
    AMONT_LET(const auto page, graph.page(EdgeClass::kStructure, Direction::kUpstream, number));
    for (std::uint32_t i = 0; i < kPageNodes && out.roles.size() < nodes; ++i) {
      const auto id = static_cast<std::uint32_t>(out.roles.size());
      out.roles.push_back(view.schema().node(NodeKind(page->nodes[i].kind)).role);
      for (std::uint32_t e = page->nodes[i].begin; e < page->nodes[i + 1].begin; ++e)
        tied.push_back({id, page->targets[e], view.schema().edge(EdgeKind(page->kinds[e])).tie()});
    }
  }
  out.container.assign(nodes, Ties::kNone);
  std::vector<std::pair<std::uint32_t, std::uint32_t>> variables, wholes, tables, versions;
  for (const auto& [from, to, tie] : tied) {
    if (tie == Tie::kSameAs) return damaged("flat arrays know no same_as");
    if (tie == Tie::kPartOf && out.roles[from] == Role::kVariable) {
      out.container[from] = to;
      variables.emplace_back(to, from);
    } else if (out.roles[from] == Role::kDataset && out.roles[to] == Role::kDataset && tie != Tie::kNone) {
      wholes.emplace_back(from, to);
      (tie == Tie::kPartOf ? tables : versions).emplace_back(to, from);
    }
  }
  out.variables = Lists(nodes, variables);
  out.wholes = Lists(nodes, wholes);
  out.tables = Lists(nodes, tables);
  out.versions = Lists(nodes, versions);
  return out;
}

}  // namespace amont
