// Components. Strong ones: sets of vertices each of which leads to all others. By R. Tarjan, "Depth-first search and linear graph
// algorithms", SIAM J. Comput. 1 (1972), as Boost.Graph has it.
#pragma once

#include <vector>

#include "query/graph/rows.h"

namespace amont {

// Fills in the component of each vertex and returns how many there are. Edges between components lead from higher to lower numbers.
std::uint32_t strong_components(const Rows& graph, std::vector<std::uint32_t>& component_of);

// Connected components: vertices between which edges lead, whichever way. Fills in the component of each vertex, numbered from 0 by their first
// vertices, and returns how many there are.
std::uint32_t connected_components(const Rows& graph, std::vector<std::uint32_t>& component_of);

// The components as vertices, each edge between two of them once.
Rows condensed(const Rows& graph, const std::vector<std::uint32_t>& component_of, std::uint32_t components);

}  // namespace amont
