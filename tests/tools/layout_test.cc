#include "tools/render/layout.h"

#include <gtest/gtest.h>

#include <random>

#include "tools/render/layers.h"

namespace amont::tool {
namespace {

constexpr Box kBox = {100, 20};

bool overlap(Point a, Point b) {
  return a.x < b.x + kBox.width && b.x < a.x + kBox.width && a.y < b.y + kBox.height && b.y < a.y + kBox.height;
}

TEST(Layout, PutsCausesToTheLeftOfWhatWasMadeOfThem) {
  const std::vector<Box> boxes(4, kBox);
  const Arrow arrows[] = {{0, 1}, {1, 2}, {0, 3}};
  const Layout layout = lay_out(boxes, arrows, 50);
  for (const Arrow& arrow : arrows) EXPECT_LT(layout.boxes[arrow.to].x, layout.boxes[arrow.from].x);
  EXPECT_EQ(layout.boxes[3].x, layout.boxes[1].x);  // beside what it is as near to, not at the far left
  EXPECT_EQ(layout.arrows[0].front().x, layout.boxes[0].x);
  EXPECT_EQ(layout.arrows[0].back().x, layout.boxes[1].x + kBox.width);
}

TEST(Layout, TurnsOneArrowOfACycleRoundAndLeavesOutOneToItself) {
  const std::vector<Box> boxes(3, kBox);
  const Arrow arrows[] = {{0, 1}, {1, 2}, {2, 0}, {1, 1}};
  const Layout layout = lay_out(boxes, arrows, 50);
  int to_the_right = 0;
  for (std::size_t i = 0; i < 3; ++i) to_the_right += layout.boxes[arrows[i].to].x > layout.boxes[arrows[i].from].x;
  EXPECT_EQ(to_the_right, 1);
  EXPECT_TRUE(layout.arrows[3].empty());
  EXPECT_EQ(layout.arrows[2].front().x, layout.boxes[2].x + kBox.width);
}

TEST(Layout, UncrossesWhatCanBeUncrossed) {
  const Arrow arrows[] = {{3, 2}, {4, 1}, {5, 0}};
  Layers layers = make_layers(6, arrows);
  EXPECT_EQ(crossings_of(layers), 3u);
  order_layers(layers);
  EXPECT_EQ(crossings_of(layers), 0u);
}

TEST(Layout, NeverLaysBoxesOnOneAnotherAndIsTheSameTwice) {
  for (unsigned seed = 1; seed <= 40; ++seed) {
    std::mt19937 random(seed);
    const std::size_t count = 1 + random() % 40;
    const std::vector<Box> boxes(count, kBox);
    std::vector<Arrow> arrows(random() % 80);
    for (Arrow& arrow : arrows) arrow = {random() % count, random() % count};
    const Layout layout = lay_out(boxes, arrows, 50);
    for (std::size_t a = 0; a < count; ++a) {
      EXPECT_GE(layout.boxes[a].x, -1e-6) << "seed " << seed;
      EXPECT_GE(layout.boxes[a].y, -1e-6) << "seed " << seed;
      EXPECT_LE(layout.boxes[a].x + kBox.width, layout.width + 1e-6) << "seed " << seed;
      EXPECT_LE(layout.boxes[a].y + kBox.height, layout.height + 1e-6) << "seed " << seed;
      for (std::size_t b = a + 1; b < count; ++b)
        EXPECT_FALSE(overlap(layout.boxes[a], layout.boxes[b])) << "seed " << seed << ": " << a << " and " << b;
    }
    const Layout again = lay_out(boxes, arrows, 50);
    for (std::size_t i = 0; i < count; ++i) EXPECT_EQ(again.boxes[i].y, layout.boxes[i].y);
  }
}

TEST(Layout, OfNothingIsEmpty) {
  const Layout layout = lay_out({}, {}, 50);
  EXPECT_EQ(layout.width, 0);
  EXPECT_EQ(layout.height, 0);
}

}  // namespace
}  // namespace amont::tool
