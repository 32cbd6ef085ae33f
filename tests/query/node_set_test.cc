#include "amont/node_set.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <set>

#include "tests/support/crash_disk.h"
#include "tests/support/seed.h"

namespace amont {
namespace {

std::vector<NodeId> ids_of(std::initializer_list<std::uint64_t> numbers) {
  std::vector<NodeId> ids;
  for (const std::uint64_t number : numbers) ids.push_back(NodeId{number});
  return ids;
}

TEST(NodeSet, HoldsEachIdOnceAndInOrder) {
  const NodeSet set(ids_of({7, 3, 7, 0, kNodesMax}));
  EXPECT_EQ(set.ids(), ids_of({0, 3, 7, kNodesMax}));
  EXPECT_EQ(set.size(), 4u);
  EXPECT_TRUE(set.contains(NodeId{kNodesMax}));
  EXPECT_FALSE(set.contains(NodeId{1}));
  EXPECT_FALSE(set.contains(NodeId{std::uint64_t{1} << 40}));
  EXPECT_TRUE(NodeSet().empty());
  NodeSet grown;
  grown.add(NodeId{std::uint64_t{1} << 33});  // of no node that there can be
  EXPECT_TRUE(grown.empty());
}

TEST(NodeSet, HasAnAlgebra) {
  const NodeSet a(ids_of({1, 2, 3})), b(ids_of({3, 4}));
  EXPECT_EQ((a & b).ids(), ids_of({3}));
  EXPECT_EQ((a | b).ids(), ids_of({1, 2, 3, 4}));
  EXPECT_EQ((a - b).ids(), ids_of({1, 2}));
  EXPECT_EQ((a - a), NodeSet());
  EXPECT_FALSE(a == b);
}

TEST(NodeSet, ACopyDoesNotSeeWhatIsAddedToTheOther) {
  NodeSet a(ids_of({1}));
  NodeSet b = a;
  b.add(NodeId{2});
  EXPECT_EQ(a.ids(), ids_of({1}));
  EXPECT_EQ(b.ids(), ids_of({1, 2}));
  a = b;
  a.add(NodeId{9});
  EXPECT_EQ(b.size(), 2u);
}

TEST(NodeSet, DoesAsStdSetDoes) {
  Dice dice(seed_of_this_run());
  for (int round = 0; round < 50; ++round) {
    std::set<std::uint64_t> a, b;
    NodeSet x, y;
    const std::uint64_t spread = std::uint64_t{1} << (3 + dice.below(28));
    for (std::uint64_t n = dice.below(300); n > 0; --n) {
      const std::uint64_t one = dice.below(spread);
      if (dice.coin())
        a.insert(one), x.add(NodeId{one});
      else
        b.insert(one), y.add(NodeId{one});
    }
    std::set<std::uint64_t> both, either, only;
    std::ranges::set_intersection(a, b, std::inserter(both, both.end()));
    std::ranges::set_union(a, b, std::inserter(either, either.end()));
    std::ranges::set_difference(a, b, std::inserter(only, only.end()));
    const auto same = [](const NodeSet& set, const std::set<std::uint64_t>& expected) {
      std::vector<NodeId> ids;
      for (const std::uint64_t one : expected) ids.push_back(NodeId{one});
      return set.ids() == ids && set.size() == ids.size() && set == NodeSet(ids);
    };
    EXPECT_TRUE(same(x, a) && same(y, b) && same(x & y, both) && same(x | y, either) && same(x - y, only))
        << "round " << round;
  }
}

}  // namespace
}  // namespace amont
