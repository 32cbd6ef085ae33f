// Transitive reduction: the fewest edges that lead from wherever to wherever all of them do. Of an acyclic graph there is one: A. Aho,
// M. Garey, J. Ullman, "The Transitive Reduction of a Directed Graph", SIAM J. Comput. 1 (1972). Boost.Graph's builds the closure
// first, which needs the square of the vertices in memory; this one asks the labels of reach_labels.h for each pair of a vertex's
// neighbours, and searches from those that have many.
#pragma once

#include <functional>
#include <vector>

#include "query/graph/rows.h"

namespace amont {

// Says of each edge, by its place in `graph.targets`, whether it is needed. Edges must lead from higher to lower numbers, those of
// a vertex ascending, each once. False when `stops`, which is asked for each vertex and each step of a search, said so.
bool needed_edges(const Rows& graph, const std::function<bool()>& stops, std::vector<bool>& needed);

}  // namespace amont
