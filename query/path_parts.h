// What answers show of a path: its nodes, and the edges that join them.
#pragma once

#include "query/walk/walk.h"

namespace amont {

// The edge of a step, as it was recorded.
FollowedEdge edge_of(const Step& step, Direction direction);

// The member by which the thing was reached, or, when no answer lists that, one that is listed.
Result<std::uint32_t> shown_member(Walk& walk, std::span<const std::uint32_t> thing, std::uint32_t reached);

}  // namespace amont
