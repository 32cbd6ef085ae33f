// A search from both ends at once for a shortest path of exact steps. (I. Pohl, "Bi-directional search", 1971.)
//
// Each round takes one level from the end that will have looked at fewer edges then, so that both together cost at most twice what the
// cheaper one alone would, and often far less; but short searches are made from `a` alone. It works among nodes that are things of their own, whose steps
// stand at both ends; where it meets another it gives up, for whose edges count there depends on where one comes from.
#pragma once

#include <vector>

#include "query/walk/walk.h"

namespace amont {

struct TwoSided {
  enum class Found : std::uint8_t {
    kPath,
    kNoExactPath,  // there may be one with possible steps
    kNoPath,
    kUnknown,  // something else than a plain node was met, or the time is up
  };
  Found found = Found::kUnknown;
  std::vector<std::uint32_t> nodes;  // of the path, both ends included
};

// From `a`, with which `near` has begun, to `b`, with which `far` has, in the other direction and of the same view.
Result<TwoSided> search_two_sided(Walk& near, std::uint32_t a, Walk& far, std::uint32_t b);

}  // namespace amont
