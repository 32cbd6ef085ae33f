// Inclusion proofs: the known answers that Certificate Transparency implementations share, the definition of RFC 6962 at every size,
// and changed proofs.
#include "core/merkle/inclusion.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <string>
#include <vector>

#include "tests/support/crash_disk.h"
#include "tests/support/merkle_leaves.h"

namespace amont {
namespace {

// PATH(m, D[n]), letter by letter.
Leaves path(std::size_t m, std::span<const Digest> d) {
  if (d.size() == 1) return {};
  std::size_t k = 1;
  while (2 * k < d.size()) k *= 2;
  Leaves out = m < k ? path(m, d.first(k)) : path(m - k, d.subspan(k));
  out.push_back(merkle_root(m < k ? d.subspan(k) : d.first(k)));
  return out;
}

Leaves prove(const Leaves& leaves, std::size_t size, const std::vector<std::uint64_t>& indexes) {
  const auto siblings =
      inclusion_siblings(size, indexes, [&](std::uint64_t first, std::uint64_t count) -> Result<Digest> {
        return merkle_root(std::span(leaves).subspan(first, count));
      });
  return *siblings;
}

std::vector<TreeLeaf> shown(const Leaves& leaves, const std::vector<std::uint64_t>& indexes) {
  std::vector<TreeLeaf> out;
  for (const std::uint64_t index : indexes) out.push_back({index, leaves[index]});
  return out;
}

Leaves sorted(Leaves leaves) {
  std::ranges::sort(leaves);
  return leaves;
}

TEST(Inclusion, GivesThePathsThatOthersPublished) {
  struct Known {
    std::size_t leaf, size;
    std::vector<std::string> path;
  };
  const Known known[] = {
      {1, 1, {}},
      {1,
       8,
       {"96a296d224f285c67bee93c30f8a309157f0daa35dc5b87e410b78630a09cfc7",
        "5f083f0a1a33ca076a95279832580db3e0ef4584bdff1f54c8a360f50de3031e",
        "6b47aaf29ee3c2af9af889bc1fb9254dabd31177f16232dd6aab035ca39bf6e4"}},
      {6,
       8,
       {"bc1a0643b12e4d2d7c77918f44e0f4f79a838b6cf9ec5b5c283e1f4d88599e6b",
        "ca854ea128ed050b41b35ffc1b87b8eb2bde461e9e3b5596ece6b9d5975a0ae0",
        "d37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7"}},
      {3, 3, {"fac54203e7cc696cf0dfcb42c92a1d9dbaf70ad9e621f4bd8d98662f00e3c125"}},
      {2,
       5,
       {"6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d",
        "5f083f0a1a33ca076a95279832580db3e0ef4584bdff1f54c8a360f50de3031e",
        "bc1a0643b12e4d2d7c77918f44e0f4f79a838b6cf9ec5b5c283e1f4d88599e6b"}},
  };
  const Leaves leaves = published_leaves();
  EXPECT_EQ(hex(merkle_root(leaves)), "5dc9da79a70659a9ad559cb701ded9a2ab9d823aad2f4960cfe370eff4604328");
  for (const Known& one : known) {
    const Leaves siblings = prove(leaves, one.size, {one.leaf - 1});
    std::vector<std::string> told;
    for (const Digest& digest : sorted(siblings)) told.push_back(hex(digest));
    std::vector<std::string> expected = one.path;
    std::ranges::sort(expected);
    EXPECT_EQ(told, expected) << one.leaf << " of " << one.size;
    const auto root = root_of_inclusion(one.size, shown(leaves, {one.leaf - 1}), siblings);
    EXPECT_EQ(root, merkle_root(std::span(leaves).first(one.size)));
  }
}

TEST(Inclusion, OfOneLeafIsItsPathAtEverySize) {
  const Leaves leaves = numbered_leaves(66);
  for (std::size_t size = 1; size <= leaves.size(); ++size)
    for (std::size_t at = 0; at < size; ++at)
      EXPECT_EQ(sorted(prove(leaves, size, {at})), sorted(path(at, std::span(leaves).first(size))))
          << at << " of " << size;
}

TEST(Inclusion, OfEverySetOfLeavesOfASmallTreeGivesItsRootAndNoOther) {
  const Leaves leaves = numbered_leaves(9);
  for (std::size_t size = 0; size <= leaves.size(); ++size) {
    for (unsigned set = 0; set < 1u << size; ++set) {
      std::vector<std::uint64_t> indexes;
      for (std::size_t i = 0; i < size; ++i)
        if (set & 1u << i) indexes.push_back(i);
      const Leaves siblings = prove(leaves, size, indexes);
      const auto told = shown(leaves, indexes);
      const Digest root = merkle_root(std::span(leaves).first(size));
      ASSERT_EQ(root_of_inclusion(size, told, siblings), root);
      Leaves more = siblings;
      more.push_back(root);
      EXPECT_FALSE(root_of_inclusion(size, told, more));
      if (!siblings.empty()) {
        EXPECT_FALSE(root_of_inclusion(size, told, std::span(siblings).first(siblings.size() - 1)));
      }
      if (told.size() < 2) continue;
      std::vector<TreeLeaf> swapped = told;
      std::swap(swapped[0], swapped[1]);
      EXPECT_FALSE(root_of_inclusion(size, swapped, siblings));
      std::swap(swapped[0].index, swapped[1].index);
      EXPECT_NE(root_of_inclusion(size, swapped, siblings), root);
    }
  }
}

TEST(Inclusion, AChangedBitOrAnotherSizeGivesAnotherRoot) {
  Dice dice(7);
  const Leaves leaves = numbered_leaves(1000);
  for (int i = 0; i < 2000; ++i) {
    const std::size_t size = 2 + dice.below(998);
    std::vector<std::uint64_t> indexes;
    for (std::uint64_t at = dice.below(size); at < size; at += 1 + dice.below(size)) indexes.push_back(at);
    Leaves siblings = prove(leaves, size, indexes);
    std::vector<TreeLeaf> told = shown(leaves, indexes);
    const Digest root = merkle_root(std::span(leaves).first(size));
    ASSERT_EQ(root_of_inclusion(size, told, siblings), root);
    const std::size_t victim = dice.below(siblings.size() + told.size());
    Digest& changed = victim < siblings.size() ? siblings[victim] : told[victim - siblings.size()].digest;
    changed[dice.below(32)] ^= static_cast<std::uint8_t>(1u << dice.below(8));
    EXPECT_NE(root_of_inclusion(size, told, siblings), root);
  }
}

}  // namespace
}  // namespace amont
