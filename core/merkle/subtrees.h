// Hashes of parts of a Merkle tree, from its leaves: what proofs are made of.
//
// A perfect subtree of level l and index i stands over the leaves i * 2^l to (i + 1) * 2^l. Any part of the tree that a proof
// names is made of such; they are asked for first, and then all found in one pass over the leaves.
#pragma once

#include <compare>
#include <cstdint>
#include <functional>
#include <map>
#include <vector>

#include "amont/status.h"
#include "core/merkle/tree.h"

namespace amont {

// Gives the hashes of leaves begin..end (without `end`), counted from 0, in order.
using ReadLeaves =
    std::function<Status(std::uint64_t begin, std::uint64_t end, const std::function<void(const Digest& leaf)>& visit)>;

struct Subtree {
  std::uint32_t level = 0;
  std::uint64_t index = 0;
  std::uint64_t begin() const { return index << level; }
  std::uint64_t end() const { return (index + 1) << level; }
  auto operator<=>(const Subtree&) const = default;
};

// The perfect subtrees that leaves begin..end are made of, from left to right. `begin` must be where a subtree of RFC 6962 may
// begin: a multiple of the largest power of two below end - begin.
std::vector<Subtree> subtrees_over(std::uint64_t begin, std::uint64_t end);

class SubtreeHashes {
 public:
  // Asks for what hash_of() the same leaves needs.
  void want(std::uint64_t begin, std::uint64_t end);
  // Reads each leaf under what was asked for once. Takes memory for the answers and a hash a level.
  Status read(const ReadLeaves& leaves);
  // MTH of RFC 6962 over the leaves begin..end, which were asked for and read.
  Digest hash_of(std::uint64_t begin, std::uint64_t end) const;

 private:
  std::map<Subtree, Digest> hashes_;
};

}  // namespace amont
