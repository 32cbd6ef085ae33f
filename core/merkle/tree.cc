#include "core/merkle/tree.h"

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

Digest merkle_root(std::span<const Digest> leaves) {
  MerkleFrontier tree;
  for (const Digest& leaf : leaves) tree.append(leaf);
  return tree.root();
}

}  // namespace amont
