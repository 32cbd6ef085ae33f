#include "core/merkle/consistency.h"

#include <algorithm>
#include <bit>

namespace amont {
namespace {

struct Range {
  std::uint64_t begin = 0;
  std::uint64_t end = 0;
};

// The parts of the tree that a proof is made of: SUBPROOF(m, D[begin:end], b) of RFC 6962.
std::vector<Range> parts_of_proof(std::uint64_t old_size, std::uint64_t new_size) {
  std::vector<Range> outward;
  std::uint64_t begin = 0, end = new_size;
  bool is_old_root = true;  // the part is the old tree itself, whose root the verifier has
  while (old_size != end) {
    const std::uint64_t split = begin + std::bit_floor(end - begin - 1);
    if (old_size <= split) {
      outward.push_back({split, end});
      end = split;
    } else {
      outward.push_back({begin, split});
      begin = split;
      is_old_root = false;
    }
  }
  if (!is_old_root) outward.push_back({begin, end});
  std::ranges::reverse(outward);
  return outward;
}

}  // namespace

Result<std::vector<Digest>> prove_consistency(std::uint64_t old_size, std::uint64_t new_size,
                                              const ReadLeaves& leaves) {
  if (old_size > new_size) return invalid("a tree is consistent with smaller ones only");
  std::vector<Digest> proof;
  if (old_size == 0 || old_size == new_size) return proof;
  const std::vector<Range> parts = parts_of_proof(old_size, new_size);
  SubtreeHashes hashes;
  for (const Range& part : parts) hashes.want(part.begin, part.end);
  AMONT_TRY(hashes.read(leaves));
  for (const Range& part : parts) proof.push_back(hashes.hash_of(part.begin, part.end));
  return proof;
}

bool is_consistent(std::uint64_t old_size, const Digest& old_root, std::uint64_t new_size, const Digest& new_root,
                   std::span<const Digest> proof) {
  const Digest empty = MerkleFrontier().root();
  if (old_size > new_size || (new_size == 0 && new_root != empty)) return false;
  if (old_size == 0) return old_root == empty && proof.empty();
  if (old_size == new_size) return old_root == new_root && proof.empty();
  if (proof.empty() || proof.size() > kConsistencyHashesMax) return false;
  // The path from the last old leaf to the root: up while it is a right child, for those levels lie within the old tree.
  std::uint64_t at = old_size - 1, last = new_size - 1;
  const int within = std::countr_one(at);
  at >>= within;
  last >>= within;
  const bool starts_at_old_root = std::has_single_bit(old_size);
  Digest old_hash = starts_at_old_root ? old_root : proof.front();
  Digest new_hash = old_hash;
  for (const Digest& sister : proof.subspan(starts_at_old_root ? 0 : 1)) {
    if (last == 0) return false;
    if ((at & 1) || at == last) {
      old_hash = merkle_inner(sister, old_hash);
      new_hash = merkle_inner(sister, new_hash);
      while (at != 0 && !(at & 1)) {
        at >>= 1;
        last >>= 1;
      }
    } else {
      new_hash = merkle_inner(new_hash, sister);
    }
    at >>= 1;
    last >>= 1;
  }
  return last == 0 && old_hash == old_root && new_hash == new_root;
}

}  // namespace amont
