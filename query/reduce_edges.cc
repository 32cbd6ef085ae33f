#include "query/reduce_edges.h"

#include <algorithm>

#include "query/graph/components.h"
#include "query/graph/reduction.h"

namespace amont {

void reduce_edges(Clock& clock, std::vector<FollowedEdge>& edges) {
  std::vector<NodeId> ids;
  for (const FollowedEdge& edge : edges) ids.insert(ids.end(), {edge.from, edge.to});
  std::ranges::sort(ids);
  ids.erase(std::ranges::unique(ids).begin(), ids.end());
  const auto vertex_of = [&](NodeId id) {
    return static_cast<std::uint32_t>(std::ranges::lower_bound(ids, id) - ids.begin());
  };
  std::vector<RowPair> pairs;
  pairs.reserve(edges.size());
  for (const FollowedEdge& edge : edges) pairs.push_back({vertex_of(edge.from), vertex_of(edge.to)});

  const Rows drawn = rows_of(static_cast<std::uint32_t>(ids.size()), pairs);
  std::vector<std::uint32_t> component_of;
  const Rows graph = condensed(drawn, component_of, strong_components(drawn, component_of));
  std::vector<bool> needed;
  if (!needed_edges(
          graph, [&] { return clock.stops(); }, needed))
    return;
  const auto is_needed = [&](const FollowedEdge& edge) {
    const std::uint32_t from = component_of[vertex_of(edge.from)], to = component_of[vertex_of(edge.to)];
    if (from == to) return true;
    const auto row = graph.of(from);
    return static_cast<bool>(
        needed[graph.begin[from] + static_cast<std::uint32_t>(std::ranges::lower_bound(row, to) - row.begin())]);
  };
  std::erase_if(edges, [&](const FollowedEdge& edge) { return !is_needed(edge); });
}

}  // namespace amont
