// Inclusion in the tree of RFC 6962, of many leaves at once: their audit paths (RFC 6962, section 2.1.1) laid together, each hash
// in it once. For one leaf it is that leaf's path, in another order.
//
// The siblings stand in the order in which the tree is walked from its root, left before right:
//   visit(first, count): no leaf of it is shown -> its root is the next sibling
//                        count = 1              -> the leaf that is shown
//                        else                   -> inner(visit(the first k), visit(the rest)), k being the largest power of two below count
#pragma once

#include <cstdint>
#include <functional>
#include <optional>
#include <span>
#include <vector>

#include "amont/status.h"
#include "core/merkle/tree.h"

namespace amont {

struct TreeLeaf {
  std::uint64_t index = 0;
  Digest digest{};
};

// The root over the leaves first .. first + count - 1, count being at least 1.
using SubtreeRoot = std::function<Result<Digest>(std::uint64_t first, std::uint64_t count)>;

// What a reader needs besides the leaves at `indexes` (ascending, each once, below `size`). Subtrees are asked for in order and do
// not overlap.
Result<std::vector<Digest>> inclusion_siblings(std::uint64_t size, std::span<const std::uint64_t> indexes,
                                               const SubtreeRoot& root_of);

// The root that they give. Nothing when the leaves are not ascending and below `size`, or there are too few or too many siblings.
std::optional<Digest> root_of_inclusion(std::uint64_t size, std::span<const TreeLeaf> leaves,
                                        std::span<const Digest> siblings);

}  // namespace amont
