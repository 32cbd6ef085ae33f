// Small blocks keep what is written to them, are used again, and end where their region does.
#include "query/lua/small_blocks.h"

#include <gtest/gtest.h>

#include <cstring>
#include <random>
#include <vector>

namespace amont {
namespace {

TEST(SmallBlocks, KeepWhatIsWrittenToThemWhileOthersComeAndGo) {
  SmallBlocks blocks;
  struct Taken {
    unsigned char* bytes;
    std::size_t size;
    unsigned char mark;
  };
  std::vector<Taken> taken;
  std::mt19937 random(7);
  for (int i = 0; i < 20'000; ++i) {
    if (taken.size() > 500 || (!taken.empty() && random() % 3 == 0)) {
      std::swap(taken[random() % taken.size()], taken.back());
      const Taken& last = taken.back();
      for (std::size_t b = 0; b < last.size; ++b) ASSERT_EQ(last.bytes[b], last.mark);
      blocks.give_back(last.bytes, last.size);
      taken.pop_back();
      continue;
    }
    const std::size_t size = 1 + random() % SmallBlocks::kBlockMax;
    auto* const bytes = static_cast<unsigned char*>(blocks.take(size));
    if (!bytes) GTEST_SKIP() << "there are none under this sanitizer";
    ASSERT_TRUE(blocks.owns(bytes));
    ASSERT_EQ(reinterpret_cast<std::uintptr_t>(bytes) % alignof(std::max_align_t), 0u);
    std::memset(bytes, i & 0xff, size);
    taken.push_back({bytes, size, static_cast<unsigned char>(i & 0xff)});
  }
}

TEST(SmallBlocks, EndWithTheirRegionAndAreThereAgainForTheNextState) {
  for (int state = 0; state < 3; ++state) {
    SmallBlocks blocks;
    std::size_t count = 0;
    void* last = nullptr;
    while (void* block = blocks.take(SmallBlocks::kBlockMax)) last = block, ++count;
    if (count == 0) GTEST_SKIP() << "there are none under this sanitizer";
    EXPECT_EQ(count, SmallBlocks::kRegionBytes / SmallBlocks::kBlockMax);
    EXPECT_EQ(blocks.take(16), nullptr);
    blocks.give_back(last, SmallBlocks::kBlockMax);
    EXPECT_EQ(blocks.take(SmallBlocks::kBlockMax), last);
    EXPECT_FALSE(blocks.owns(&count));
  }
}

TEST(SmallBlocks, AreNotForWhatIsLarge) {
  SmallBlocks blocks;
  EXPECT_EQ(blocks.take(SmallBlocks::kBlockMax + 1), nullptr);
  EXPECT_FALSE(blocks.owns(nullptr));
  EXPECT_TRUE(SmallBlocks::same_size(17, 32));
  EXPECT_FALSE(SmallBlocks::same_size(16, 17));
  EXPECT_FALSE(SmallBlocks::same_size(600, 600));
}

}  // namespace
}  // namespace amont
