// The Merkle tree of RFC 6962, section 2.1: leaf = SHA-256(0x00 ‖ data), inner = SHA-256(0x01 ‖ left ‖ right), the left subtree
// being the largest power of two below the size; the empty tree is SHA-256 of nothing.
#pragma once

#include <cstdint>
#include <span>
#include <string_view>
#include <vector>

#include "core/merkle/sha256.h"

namespace amont {

Digest merkle_leaf(std::string_view data);
// Of `salt` ‖ `data`: how a part commits to its salt.
Digest merkle_leaf(std::string_view salt, std::string_view data);
Digest merkle_inner(const Digest& left, const Digest& right);

// A tree that only grows: the roots of its perfect subtrees, largest first. Appending costs one inner hash on average.
class MerkleFrontier {
 public:
  MerkleFrontier() = default;
  // Peaks as peaks() gave them. There must be one for each bit set in `size`.
  MerkleFrontier(std::uint64_t size, std::vector<Digest> peaks) : size_(size), peaks_(std::move(peaks)) {}

  void append(const Digest& leaf);
  std::uint64_t size() const { return size_; }
  const std::vector<Digest>& peaks() const { return peaks_; }
  Digest root() const;

 private:
  std::uint64_t size_ = 0;
  std::vector<Digest> peaks_;
};

Digest merkle_root(std::span<const Digest> leaves);

}  // namespace amont
