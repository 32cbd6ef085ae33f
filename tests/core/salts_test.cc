#include "core/record/salts.h"

#include <gtest/gtest.h>

#include <set>
#include <string>

namespace amont {
namespace {

Digest seed() { return sha256("a seed"); }
Digest left(const Digest& of) { return sha256(0x02, view_of(of)); }
Digest right(const Digest& of) { return sha256(0x03, view_of(of)); }

TEST(Salts, LevelsAreTheLogarithmRoundedUp) {
  const std::pair<std::uint32_t, int> cases[] = {{0, 0}, {1, 0}, {2, 1}, {3, 2},         {4, 2},
                                                 {5, 3}, {8, 3}, {9, 4}, {1u << 20, 20}, {~0u, 32}};
  for (const auto& [count, levels] : cases) EXPECT_EQ(salt_levels(count), levels) << count;
}

TEST(Salts, OnePartsSaltIsTheSeed) {
  const Salts salts = derive_salts({{0, 0, seed()}}, 1);
  ASSERT_EQ(salts.salts.size(), 1u);
  EXPECT_TRUE(salts.known[0]);
  EXPECT_EQ(salts.salts[0], seed());
}

TEST(Salts, AreReachedByTheBitsOfThePartHighestFirst) {
  const Salts salts = derive_salts({{0, 0, seed()}}, 5);
  ASSERT_EQ(salts.salts.size(), 5u);
  EXPECT_EQ(salts.salts[0], left(left(left(seed()))));
  EXPECT_EQ(salts.salts[1], right(left(left(seed()))));
  EXPECT_EQ(salts.salts[2], left(right(left(seed()))));
  EXPECT_EQ(salts.salts[3], right(right(left(seed()))));
  EXPECT_EQ(salts.salts[4], left(left(right(seed()))));
  EXPECT_EQ(std::set<Digest>(salts.salts.begin(), salts.salts.end()).size(), 5u);
}

// What is left of the seed when part `gone` of `levels` levels is redacted: the siblings along its path.
std::vector<SaltSeed> punctured(std::uint32_t gone, std::uint8_t levels) {
  std::vector<SaltSeed> out;
  Digest at = seed();
  for (std::uint8_t level = 1; level <= levels; ++level) {
    const std::uint32_t index = gone >> (levels - level);
    const bool went_right = index & 1;
    out.push_back({level, index ^ 1, went_right ? left(at) : right(at)});
    at = went_right ? right(at) : left(at);
  }
  return out;
}

TEST(Salts, ARedactedPartLosesItsSaltAndNoOtherDoes) {
  for (const std::uint32_t count : {2u, 3u, 5u, 8u, 13u}) {
    const Salts all = derive_salts({{0, 0, seed()}}, count);
    for (std::uint32_t gone = 0; gone < count; ++gone) {
      const Salts rest = derive_salts(punctured(gone, salt_levels(count)), count);
      for (std::uint32_t i = 0; i < count; ++i) {
        ASSERT_EQ(rest.known[i], i != gone) << "part " << i << " of " << count << " without " << gone;
        if (i == gone) continue;
        ASSERT_EQ(rest.salts[i], all.salts[i]) << "part " << i << " of " << count << " without " << gone;
      }
    }
  }
}

TEST(Salts, SeedsThatFitNoTreeAreIgnored) {
  const Salts salts = derive_salts({{9, 0, seed()}, {255, 7, seed()}, {2, 0xffffffff, seed()}, {1, 1, seed()}}, 3);
  EXPECT_FALSE(salts.known[0]);
  EXPECT_FALSE(salts.known[1]);
  EXPECT_TRUE(salts.known[2]);
  EXPECT_TRUE(derive_salts({}, 0).salts.empty());
  EXPECT_TRUE(derive_salts({{0, 0, seed()}}, 0).salts.empty());
}

}  // namespace
}  // namespace amont
