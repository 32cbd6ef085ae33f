// Dominators: which vertices lie on every way from the roots to another. By T. Lengauer, R. Tarjan, "A Fast Algorithm for Finding
// Dominators in a Flowgraph", ACM TOPLAS 1 (1979), in O(edges * log vertices). Boost.Graph's own calls itself as deep as the graph
// is; lineage is as deep as those who record it care to make it, so this one keeps its stack in vectors.
#pragma once

#include <functional>
#include <span>
#include <vector>

#include "query/graph/rows.h"

namespace amont {

struct Dominators {
  static constexpr std::uint32_t kNone = ~std::uint32_t{0};
  // The nearest vertex on every way to each; kNone for the roots, for what has no such vertex and for what no root reaches.
  std::vector<std::uint32_t> nearest;
  std::vector<std::uint32_t> order;  // all that the roots reach; each behind its dominators
};

// Nothing when `stops` says so, which is asked for each vertex.
bool find_dominators(const Rows& graph, std::span<const std::uint32_t> roots, const std::function<bool()>& stops,
                     Dominators& out);

}  // namespace amont
