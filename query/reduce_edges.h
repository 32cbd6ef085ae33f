// The transitive reduction of an answer's edges.
#pragma once

#include <vector>

#include "query/walk/walk.h"

namespace amont {

// Takes out edges whose two ends other edges join by a longer way. Leaves all when the time is up.
void reduce_edges(Clock& clock, std::vector<FollowedEdge>& edges);

}  // namespace amont
