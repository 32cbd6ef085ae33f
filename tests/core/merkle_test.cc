// Known answers for RFC 6962: the eight inputs and roots that Certificate Transparency implementations test each other
// with.
#include "core/merkle/tree.h"

#include <gtest/gtest.h>

#include <string>
#include <vector>

#include "core/merkle/sha256_pair.h"
#include "tests/support/merkle_leaves.h"

namespace amont {
namespace {

const char* const kRoots[] = {"6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d",
                              "fac54203e7cc696cf0dfcb42c92a1d9dbaf70ad9e621f4bd8d98662f00e3c125",
                              "aeb6bcfe274b70a14fb067a5e5578264db0fa9b51af5e0ba159158f329e06e77",
                              "d37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7",
                              "4e3bbb1f7b478dcfe71fb631631519a3bca12c9aefca1612bfce4c13a86264d4",
                              "76e67dadbcdf1e10e1b74ddc608abd2f98dfb16fbce75277b5232a127f2087ef",
                              "ddb89be403809e325750d3d263cd78929c2942b7942a34b77e122c9594a74c8c",
                              "5dc9da79a70659a9ad559cb701ded9a2ab9d823aad2f4960cfe370eff4604328"};

TEST(Sha256, GivesTheStandardsAnswers) {
  EXPECT_EQ(hex(sha256("")), "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855");
  EXPECT_EQ(hex(sha256("abc")), "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");
  EXPECT_EQ(hex(sha256('a', "b", "c")), hex(sha256("abc")));
  Sha256 pieces;
  for (const char* piece : {"a", "", "bc"}) pieces.update(piece);
  EXPECT_EQ(hex(pieces.finish()), hex(sha256("abc")));
}

TEST(Sha256, GivesTheSameInPiecesAtEveryLength) {
  std::string bytes;
  for (int n = 0; n < 600; ++n) {
    Sha256 pieces;
    pieces.update("x");
    pieces.update(bytes);
    const Digest expected = pieces.finish();
    const std::string_view all = bytes;
    EXPECT_EQ(sha256('x', all), expected) << n;
    EXPECT_EQ(sha256('x', all.substr(0, bytes.size() / 3), all.substr(bytes.size() / 3)), expected) << n;
    bytes.push_back(static_cast<char>(n * 7));
  }
}

TEST(Sha256, OfTwoSideBySideIsThatOfEach) {
  std::string bytes;
  for (int n = 0; n < 300; ++n) bytes.push_back(static_cast<char>(n * 7));
  const std::string_view all = bytes;
  for (std::size_t n = 0; n < 300; ++n) {
    for (const std::size_t m : {std::size_t{0}, n / 2, (n * 37) % 300, n}) {
      const auto both = sha256_pair({'x', all.substr(0, n / 3), all.substr(n / 3, n - n / 3)}, {'y', all.substr(0, m)});
      EXPECT_EQ(both[0], sha256('x', all.substr(0, n))) << n << " beside " << m;
      EXPECT_EQ(both[1], sha256('y', all.substr(0, m))) << m << " beside " << n;
    }
  }
}

TEST(Merkle, TheRootOfAllAtOnceIsThatOfATreeThatGrew) {
  MerkleFrontier tree;
  std::vector<Digest> leaves;
  for (int n = 0; n < 130; ++n) {
    leaves.push_back(merkle_leaf(std::to_string(n)));
    tree.append(leaves.back());
    EXPECT_EQ(merkle_root(leaves), tree.root()) << n;
  }
}

TEST(Merkle, TheEmptyTreeIsTheHashOfNothing) {
  EXPECT_EQ(hex(merkle_root({})), "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855");
  EXPECT_EQ(hex(MerkleFrontier().root()), hex(sha256("")));
}

TEST(Merkle, LeavesAndInnerNodesAreMarkedApart) {
  EXPECT_EQ(hex(merkle_leaf("")), "6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d");
  EXPECT_EQ(hex(merkle_leaf("L123456")), "395aa064aa4c29f7010acfe3f25db9485bbd4b91897b6ad7ad547639252b4d56");
  EXPECT_EQ(merkle_leaf("L12", "3456"), merkle_leaf("L123456"));
  const Digest left = sha256("N123"), right = sha256("N456");
  std::string bytes("\x01");
  bytes.append(view_of(left)).append(view_of(right));
  EXPECT_EQ(merkle_inner(left, right), sha256(bytes));
  EXPECT_NE(merkle_inner(left, right), merkle_inner(right, left));
}

TEST(Merkle, RootsOf1To8LeavesAreThePublishedOnes) {
  const Leaves published = published_leaves();
  Leaves leaves;
  MerkleFrontier frontier;
  for (std::size_t i = 0; i < published.size(); ++i) {
    leaves.push_back(published[i]);
    frontier.append(leaves.back());
    EXPECT_EQ(hex(merkle_root(leaves)), kRoots[i]) << i + 1 << " leaves";
    EXPECT_EQ(hex(frontier.root()), kRoots[i]) << i + 1 << " leaves";
    EXPECT_EQ(frontier.size(), i + 1);
  }
}

// The definition of RFC 6962, section 2.1, letter by letter.
Digest root_by_definition(std::span<const Digest> leaves) {
  if (leaves.size() == 1) return leaves[0];
  std::size_t k = 1;
  while (2 * k < leaves.size()) k *= 2;
  return merkle_inner(root_by_definition(leaves.first(k)), root_by_definition(leaves.subspan(k)));
}

TEST(Merkle, TheFrontierAgreesWithTheDefinitionAtEverySize) {
  std::vector<Digest> leaves;
  MerkleFrontier frontier;
  for (int i = 0; i < 130; ++i) {
    leaves.push_back(merkle_leaf(std::to_string(i)));
    frontier.append(leaves.back());
    ASSERT_EQ(hex(frontier.root()), hex(root_by_definition(leaves))) << leaves.size() << " leaves";
  }
}

TEST(Merkle, AFrontierGoesOnFromItsPeaks) {
  MerkleFrontier whole;
  for (int i = 0; i < 21; ++i) whole.append(merkle_leaf(std::to_string(i)));
  MerkleFrontier resumed(whole.size(), whole.peaks());
  EXPECT_EQ(resumed.root(), whole.root());
  for (int i = 21; i < 70; ++i) {
    whole.append(merkle_leaf(std::to_string(i)));
    resumed.append(merkle_leaf(std::to_string(i)));
    ASSERT_EQ(resumed.root(), whole.root());
  }
}

TEST(Hex, WritesTwoLowerCaseDigitsAByte) { EXPECT_EQ(hex(std::string_view("\x00\xff\x0a", 3)), "00ff0a"); }

}  // namespace
}  // namespace amont
