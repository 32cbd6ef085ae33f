#include "core/merkle/tree.h"

#include "core/merkle/sha256_pair.h"

namespace amont {

Digest merkle_leaf(std::string_view data) { return sha256(0x00, data); }
Digest merkle_leaf(std::string_view salt, std::string_view data) { return sha256(0x00, salt, data); }
Digest merkle_inner(const Digest& left, const Digest& right) { return sha256(0x01, view_of(left), view_of(right)); }

void MerkleFrontier::append(const Digest& leaf) {
  Digest carried = leaf;
  for (std::uint64_t bits = size_; bits & 1; bits >>= 1) {
    carried = merkle_inner(peaks_.back(), carried);
    peaks_.pop_back();
  }
  peaks_.push_back(carried);
  ++size_;
}

Digest MerkleFrontier::root() const {
  if (peaks_.empty()) return sha256(std::string_view());
  Digest root = peaks_.back();
  for (std::size_t i = peaks_.size() - 1; i-- > 0;) root = merkle_inner(peaks_[i], root);
  return root;
}

// Level by level, two hashes at a time; what has no sister goes up as it is.
Digest merkle_root(std::span<const Digest> leaves) {
  if (leaves.empty()) return MerkleFrontier().root();
  std::vector<Digest> level(leaves.begin(), leaves.end());
  while (level.size() > 1) {
    const std::size_t pairs = level.size() / 2;
    const auto inner = [&](std::size_t i) { return HashInput{0x01, view_of(level[2 * i]), view_of(level[2 * i + 1])}; };
    std::size_t i = 0;
    for (; i + 1 < pairs; i += 2) {
      const auto both = sha256_pair(inner(i), inner(i + 1));
      level[i] = both[0];
      level[i + 1] = both[1];
    }
    if (i < pairs) level[i] = merkle_inner(level[2 * i], level[2 * i + 1]);
    if (level.size() % 2 != 0) level[pairs] = level.back();
    level.resize((level.size() + 1) / 2);
  }
  return level.front();
}

}  // namespace amont
