// The algebra of sets of instants under coverage.
#include "query/coverage/times.h"

#include <gtest/gtest.h>

#include <random>

namespace amont::approvals {
namespace {

Times times(std::initializer_list<Stretch> stretches) {
  Times out;
  for (const Stretch& stretch : stretches) out.add(stretch);
  return out;
}

TEST(Times, WhatTouchesBecomesOneStretch) {
  EXPECT_EQ(times({{1, 3}, {3, 5}}).stretches(), (std::vector<Stretch>{{1, 5}}));
  EXPECT_EQ(times({{5, 7}, {1, 3}}).stretches(), (std::vector<Stretch>{{1, 3}, {5, 7}}));
  EXPECT_EQ(times({{1, 3}, {5, 7}, {2, 6}}).stretches(), (std::vector<Stretch>{{1, 7}}));
  EXPECT_EQ(times({{3, 3}, {5, 4}}).stretches(), (std::vector<Stretch>{}));
}

TEST(Times, TheEndIsNotInAStretchAndTheBeginningIs) {
  const Times one = times({{10, 20}});
  EXPECT_TRUE(one.contains(10));
  EXPECT_TRUE(one.contains(19));
  EXPECT_FALSE(one.contains(20));
  EXPECT_FALSE(one.contains(9));
  EXPECT_TRUE(one.contains(Stretch{10, 20}));
  EXPECT_FALSE(one.contains(Stretch{10, 21}));
  EXPECT_TRUE(Times::always().contains(kBeginning));
}

TEST(Times, AHoleOfOneMicrosecondStays) {
  Times one = times({{0, 10}});
  one.take_out({4, 5});
  EXPECT_EQ(one.stretches(), (std::vector<Stretch>{{0, 4}, {5, 10}}));
  one.take_out({-5, 0});
  one.take_out({10, 12});
  EXPECT_EQ(one.stretches(), (std::vector<Stretch>{{0, 4}, {5, 10}}));
  one.take_out({3, 6});
  EXPECT_EQ(one.stretches(), (std::vector<Stretch>{{0, 3}, {6, 10}}));
  one.take_out(kAlways);
  EXPECT_TRUE(one.never());
}

TEST(Times, AgreesWithASetOfSecondsWhateverIsDoneToIt) {
  std::mt19937_64 dice(11);
  for (int round = 0; round < 500; ++round) {
    std::vector<bool> plain(32), other_plain(32);
    Times clever, other;
    const auto stretch = [&] {
      const auto from = static_cast<Micros>(dice() % 30);
      return Stretch{from, from + static_cast<Micros>(dice() % 8)};
    };
    const auto paint = [](std::vector<bool>& on, Stretch part, bool value) {
      for (Micros t = part.from; t < std::min<Micros>(part.to, 32); ++t) on[static_cast<std::size_t>(t)] = value;
    };
    for (int step = 0; step < 12; ++step) {
      const Stretch part = stretch(), its = stretch();
      other.add(its);
      paint(other_plain, its, true);
      switch (dice() % 4) {
        case 0: clever.take_out(part), paint(plain, part, false); break;
        case 1:
          clever.keep(other);
          for (std::size_t t = 0; t < plain.size(); ++t) plain[t] = plain[t] && other_plain[t];
          break;
        default: clever.add(part), paint(plain, part, true);
      }
      for (Micros t = 0; t < 32; ++t) ASSERT_EQ(clever.contains(t), plain[static_cast<std::size_t>(t)]) << t;
      for (std::size_t i = 0; i + 1 < clever.stretches().size(); ++i)
        ASSERT_LT(clever.stretches()[i].to, clever.stretches()[i + 1].from);
    }
  }
}

}  // namespace
}  // namespace amont::approvals
