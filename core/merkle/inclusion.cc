#include "core/merkle/inclusion.h"

#include <algorithm>
#include <bit>

namespace amont {
namespace {

std::uint64_t left_size(std::uint64_t count) { return std::bit_floor(count - 1); }

Status collect(std::uint64_t first, std::uint64_t count, std::span<const std::uint64_t> indexes,
               const SubtreeRoot& root_of, std::vector<Digest>& out) {
  if (indexes.empty()) {
    AMONT_LET(const Digest root, root_of(first, count));
    out.push_back(root);
    return {};
  }
  if (count == 1) return {};
  const std::uint64_t middle = first + left_size(count);
  const auto cut = static_cast<std::size_t>(std::ranges::lower_bound(indexes, middle) - indexes.begin());
  AMONT_TRY(collect(first, middle - first, indexes.first(cut), root_of, out));
  return collect(middle, first + count - middle, indexes.subspan(cut), root_of, out);
}

struct Folding {
  std::span<const Digest> siblings;
  bool ok = true;

  Digest root(std::uint64_t first, std::uint64_t count, std::span<const TreeLeaf> leaves) {
    if (leaves.empty()) {
      if (siblings.empty()) {
        ok = false;
        return {};
      }
      const Digest next = siblings.front();
      siblings = siblings.subspan(1);
      return next;
    }
    if (count == 1) return leaves[0].digest;
    const std::uint64_t middle = first + left_size(count);
    const auto cut =
        static_cast<std::size_t>(std::ranges::lower_bound(leaves, middle, {}, &TreeLeaf::index) - leaves.begin());
    const Digest left = root(first, middle - first, leaves.first(cut));
    return merkle_inner(left, root(middle, first + count - middle, leaves.subspan(cut)));
  }
};

}  // namespace

Result<std::vector<Digest>> inclusion_siblings(std::uint64_t size, std::span<const std::uint64_t> indexes,
                                               const SubtreeRoot& root_of) {
  std::vector<Digest> out;
  if (size > 0) AMONT_TRY(collect(0, size, indexes, root_of, out));
  return out;
}

std::optional<Digest> root_of_inclusion(std::uint64_t size, std::span<const TreeLeaf> leaves,
                                        std::span<const Digest> siblings) {
  for (std::size_t i = 0; i < leaves.size(); ++i)
    if (leaves[i].index >= size || (i > 0 && leaves[i].index <= leaves[i - 1].index)) return std::nullopt;
  Folding folding{siblings};
  const Digest root = size == 0 ? merkle_root({}) : folding.root(0, size, leaves);
  if (!folding.ok || !folding.siblings.empty()) return std::nullopt;
  return root;
}

}  // namespace amont
