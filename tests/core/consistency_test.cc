// Consistency proofs: the known answers that Certificate Transparency implementations share, the definition of RFC 6962 at every
// pair of sizes, and changed proofs.
#include "core/merkle/consistency.h"

#include <gtest/gtest.h>

#include <string>
#include <vector>

#include "tests/support/crash_disk.h"
#include "tests/support/merkle_leaves.h"
#include "tests/support/repeats.h"

namespace amont {
namespace {

ReadLeaves reading(const Leaves& leaves, std::uint64_t* reads = nullptr) {
  return [&leaves, reads](std::uint64_t begin, std::uint64_t end,
                          const std::function<void(const Digest&)>& visit) -> Status {
    for (std::uint64_t i = begin; i < end; ++i) visit(leaves.at(i));
    if (reads) *reads += end - begin;
    return {};
  };
}

Digest root_of(const Leaves& leaves, std::size_t size) { return merkle_root(std::span(leaves).first(size)); }

// The definition, letter by letter: MTH, and SUBPROOF(m, D[n], b).
Digest mth(std::span<const Digest> d) {
  if (d.size() == 1) return d[0];
  std::size_t k = 1;
  while (2 * k < d.size()) k *= 2;
  return merkle_inner(mth(d.first(k)), mth(d.subspan(k)));
}
Leaves subproof(std::size_t m, std::span<const Digest> d, bool b) {
  if (m == d.size()) return b ? Leaves{} : Leaves{mth(d)};
  std::size_t k = 1;
  while (2 * k < d.size()) k *= 2;
  Leaves out = m <= k ? subproof(m, d.first(k), b) : subproof(m - k, d.subspan(k), false);
  out.push_back(m <= k ? mth(d.subspan(k)) : mth(d.first(k)));
  return out;
}

TEST(Consistency, GivesThePublishedProofs) {
  const Leaves leaves = published_leaves();
  const struct {
    std::uint64_t from, to;
    std::vector<const char*> proof;
  } kVectors[] = {
      {1, 1, {}},
      {1,
       8,
       {"96a296d224f285c67bee93c30f8a309157f0daa35dc5b87e410b78630a09cfc7",
        "5f083f0a1a33ca076a95279832580db3e0ef4584bdff1f54c8a360f50de3031e",
        "6b47aaf29ee3c2af9af889bc1fb9254dabd31177f16232dd6aab035ca39bf6e4"}},
      {6,
       8,
       {"0ebc5d3437fbe2db158b9f126a1d118e308181031d0a949f8dededebc558ef6a",
        "ca854ea128ed050b41b35ffc1b87b8eb2bde461e9e3b5596ece6b9d5975a0ae0",
        "d37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7"}},
      {2,
       5,
       {"5f083f0a1a33ca076a95279832580db3e0ef4584bdff1f54c8a360f50de3031e",
        "bc1a0643b12e4d2d7c77918f44e0f4f79a838b6cf9ec5b5c283e1f4d88599e6b"}},
  };
  for (const auto& vector : kVectors) {
    const auto proof = prove_consistency(vector.from, vector.to, reading(leaves));
    ASSERT_TRUE(proof.ok());
    ASSERT_EQ(proof->size(), vector.proof.size()) << vector.from << " to " << vector.to;
    for (std::size_t i = 0; i < proof->size(); ++i) EXPECT_EQ(hex((*proof)[i]), vector.proof[i]);
    EXPECT_TRUE(
        is_consistent(vector.from, root_of(leaves, vector.from), vector.to, root_of(leaves, vector.to), *proof));
  }
}

TEST(Consistency, AgreesWithTheDefinitionAtEveryPairOfSizes) {
  constexpr std::size_t kMax = 70;
  const Leaves leaves = numbered_leaves(kMax);
  for (std::size_t to = 1; to <= kMax; ++to) {
    for (std::size_t from = 1; from <= to; ++from) {
      std::uint64_t reads = 0;
      const auto proof = prove_consistency(from, to, reading(leaves, &reads));
      ASSERT_TRUE(proof.ok());
      ASSERT_EQ(*proof, subproof(from, std::span(leaves).first(to), true)) << from << " to " << to;
      ASSERT_LE(reads, to);
      ASSERT_TRUE(is_consistent(from, root_of(leaves, from), to, root_of(leaves, to), *proof)) << from << " to " << to;
      // Not of other sizes, nor with another root, nor with something left over or missing.
      if (from != to) {
        ASSERT_FALSE(is_consistent(from, root_of(leaves, to), to, root_of(leaves, to), *proof));
        ASSERT_FALSE(is_consistent(from, root_of(leaves, from), to, root_of(leaves, from), *proof));
        Leaves longer = *proof, shorter = *proof;
        longer.push_back(longer.back());
        shorter.pop_back();
        ASSERT_FALSE(is_consistent(from, root_of(leaves, from), to, root_of(leaves, to), longer));
        ASSERT_FALSE(is_consistent(from, root_of(leaves, from), to, root_of(leaves, to), shorter));
      }
    }
  }
}

TEST(Consistency, EmptyTreesNeedNoProof) {
  const Leaves leaves = numbered_leaves(5);
  const Digest empty = MerkleFrontier().root();
  EXPECT_TRUE(is_consistent(0, empty, 5, root_of(leaves, 5), {}));
  EXPECT_TRUE(is_consistent(0, empty, 0, empty, {}));
  EXPECT_FALSE(is_consistent(0, empty, 0, root_of(leaves, 5), {}));
  EXPECT_FALSE(is_consistent(0, root_of(leaves, 5), 5, root_of(leaves, 5), {}));
  EXPECT_FALSE(is_consistent(0, empty, 5, root_of(leaves, 5), leaves));
  EXPECT_FALSE(is_consistent(5, root_of(leaves, 5), 4, root_of(leaves, 4), {}));
  EXPECT_FALSE(is_consistent(4, root_of(leaves, 4), 5, root_of(leaves, 5), {}));
  EXPECT_EQ(prove_consistency(5, 4, reading(leaves)).code(), Code::kInvalid);
}

TEST(Consistency, NoChangedProofIsTaken) {
  constexpr std::size_t kMax = 300;
  const Leaves leaves = numbered_leaves(kMax);
  Dice dice(20261127);
  const std::uint64_t rounds = repeats("AMONT_MUTATIONS", 100'000);
  for (std::uint64_t round = 0; round < rounds; ++round) {
    const std::uint64_t to = 2 + dice.below(kMax - 1), from = 1 + dice.below(to - 1);
    // One proof in fifty is made; each is changed fifty times.
    static Leaves proof;
    static std::uint64_t proof_from, proof_to;
    static Digest old_root, new_root;
    if (round % 50 == 0) {
      proof = *prove_consistency(from, to, reading(leaves));
      proof_from = from, proof_to = to;
      old_root = root_of(leaves, from), new_root = root_of(leaves, to);
      ASSERT_TRUE(is_consistent(from, old_root, to, new_root, proof));
    }
    Leaves changed = proof;
    switch (dice.below(5)) {
      case 0:
      case 1:
        changed[dice.below(changed.size())][dice.below(32)] ^= static_cast<std::uint8_t>(1 << dice.below(8));
        break;
      case 2: changed.erase(changed.begin() + static_cast<std::ptrdiff_t>(dice.below(changed.size()))); break;
      case 3:
        changed.insert(changed.begin() + static_cast<std::ptrdiff_t>(dice.below(changed.size() + 1)),
                       leaves[dice.below(kMax)]);
        break;
      default: std::swap(changed[dice.below(changed.size())], changed[dice.below(changed.size())]);
    }
    if (changed == proof) continue;
    ASSERT_FALSE(is_consistent(proof_from, old_root, proof_to, new_root, changed)) << proof_from << " to " << proof_to;
  }
}

TEST(Consistency, TheHashOfAnyRangeThatATreeMayHaveIsFound) {
  const Leaves leaves = numbered_leaves(100);
  SubtreeHashes hashes;
  const std::pair<std::uint64_t, std::uint64_t> kRanges[] = {{0, 100}, {0, 64}, {64, 100}, {96, 100},
                                                             {96, 99}, {4, 5},  {0, 1},    {32, 64}};
  for (const auto& [begin, end] : kRanges) hashes.want(begin, end);
  ASSERT_TRUE(hashes.read(reading(leaves)).ok());
  for (const auto& [begin, end] : kRanges)
    EXPECT_EQ(hex(hashes.hash_of(begin, end)), hex(mth(std::span(leaves).subspan(begin, end - begin))))
        << begin << " " << end;
}

}  // namespace
}  // namespace amont
