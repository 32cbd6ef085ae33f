#include "query/graph/reduction.h"

#include "query/graph/seen.h"

namespace amont {

// The highest neighbour can't be reached by way of the others. What it reaches need not be a neighbour, and so on down. Nothing
// below the lowest neighbour matters.
bool needed_edges(const Rows& graph, const std::function<bool()>& stops, std::vector<bool>& needed) {
  needed.assign(graph.targets.size(), false);
  Seen reached;
  std::vector<std::uint32_t> open;
  for (std::uint32_t vertex = 0; vertex < graph.size(); ++vertex) {
    const auto neighbours = graph.of(vertex);
    if (neighbours.empty()) continue;
    reached.start(graph.size());
    for (std::size_t i = neighbours.size(); i-- > 0;) {
      if (reached.has(neighbours[i])) continue;
      needed[graph.begin[vertex] + i] = true;
      if (i == 0) break;
      open.assign(1, neighbours[i]);
      reached.add(neighbours[i]);
      while (!open.empty()) {
        if (stops()) return false;
        const std::uint32_t here = open.back();
        open.pop_back();
        for (const std::uint32_t far : graph.of(here)) {
          if (far < neighbours.front() || reached.has(far)) continue;
          reached.add(far);
          open.push_back(far);
        }
      }
    }
  }
  return true;
}

}  // namespace amont
