#include "core/index/record_cache.h"

#include <gtest/gtest.h>

#include <atomic>
#include <random>
#include <thread>
#include <unordered_map>
#include <vector>

#include <fmt/format.h>

namespace amont {
namespace {

constexpr std::uint64_t kBudget = 256 << 10;

std::optional<std::string> kept(KeptBytes& bytes, std::uint64_t number) {
  std::optional<std::string> out;
  const bool is_there = bytes.find(number, [&](std::string_view text) { out = text; });
  EXPECT_EQ(is_there, out.has_value());
  return out;
}
void keep(KeptBytes& bytes, std::uint64_t number, std::string_view text) {
  bytes.keep(number, text, bytes.before_reading(number));
}

TEST(KeptBytes, FindsWhatWasKeptUntilItIsForgotten) {
  KeptBytes bytes(kBudget);
  EXPECT_EQ(kept(bytes, 7), std::nullopt);
  keep(bytes, 7, "seven");
  keep(bytes, 8, "");
  EXPECT_EQ(kept(bytes, 7), "seven");
  EXPECT_EQ(kept(bytes, 8), "");
  bytes.forget(7);
  EXPECT_EQ(kept(bytes, 7), std::nullopt);
  keep(bytes, 7, "again");
  EXPECT_EQ(kept(bytes, 7), "again");
}

TEST(KeptBytes, DoesNotKeepWhatWasForgottenWhileItWasRead) {
  KeptBytes bytes(kBudget);
  const std::uint64_t before = bytes.before_reading(7);
  bytes.forget(7);
  bytes.keep(7, "old", before);
  EXPECT_EQ(kept(bytes, 7), std::nullopt);
}

TEST(KeptBytes, PushesOutTheOldestAndKeepsWhatIsAskedForAgain) {
  KeptBytes bytes(kBudget);
  const std::string text(100, 'x');
  for (std::uint64_t number = 0; number < 20'000; ++number) {
    keep(bytes, number, text + std::to_string(number));
    EXPECT_EQ(kept(bytes, 3), number < 3 ? std::nullopt : std::optional(text + "3")) << number;
  }
  EXPECT_EQ(kept(bytes, 4), std::nullopt);
  EXPECT_EQ(kept(bytes, 19'999), text + "19999");
}

TEST(KeptBytes, LeavesOthersWhereTheyAreWhenItMayNotPushOut) {
  KeptBytes bytes(kBudget);
  const std::string text(100, 'x');
  for (std::uint64_t number = 0; number < 20'000; ++number)
    bytes.keep(number, text, bytes.before_reading(number), /*may_push_out=*/false);
  EXPECT_EQ(kept(bytes, 0), text);
  EXPECT_EQ(kept(bytes, 19'999), std::nullopt);
}

TEST(KeptBytes, KeepsNothingThatIsLargerThanItsShare) {
  for (const std::uint64_t budget : {std::uint64_t{0}, std::uint64_t{100}, std::uint64_t{5000}, kBudget}) {
    KeptBytes bytes(budget);
    keep(bytes, 1, std::string(kBudget, 'x'));
    EXPECT_EQ(kept(bytes, 1), std::nullopt);
    bytes.forget(1);
    bytes.fetch_place(1);
    bytes.fetch_bytes(1);
  }
}

// What is found is always what was kept last, of texts of all lengths; and most of what fits is found.
TEST(KeptBytes, SaysWhatAMapSays) {
  const unsigned seed = std::random_device()();
  SCOPED_TRACE(fmt::format("seed {}", seed));
  std::mt19937 dice(seed);
  KeptBytes bytes(kBudget);
  std::unordered_map<std::uint64_t, std::string> known;
  std::size_t asked = 0, found = 0;
  for (int i = 0; i < 200'000; ++i) {
    const std::uint64_t number = dice() % 1000 * 0x1'0000'0001ull;
    switch (dice() % 4) {
      case 0: {
        if (known.contains(number)) bytes.forget(number);
        std::string text(dice() % 150, static_cast<char>('a' + dice() % 26));
        keep(bytes, number, text);
        known[number] = std::move(text);
        break;
      }
      case 1:
        bytes.forget(number);
        known.erase(number);
        break;
      default: {
        const auto text = kept(bytes, number);
        const auto at = known.find(number);
        asked += at != known.end();
        found += text.has_value();
        if (text) {
          ASSERT_NE(at, known.end());
          ASSERT_EQ(*text, at->second);
        }
      }
    }
  }
  EXPECT_GT(found, asked * 9 / 10);
}

// A text tells its number and how often that was written. A writer writes to a table and then forgets; readers read the table and
// keep. None may find an older text than the table had when it asked.
TEST(KeptBytes, NeverGivesAReaderWhatWasChangedBefore) {
  constexpr std::uint64_t kNumbers = 64;
  KeptBytes bytes(kBudget);
  std::array<std::atomic<std::uint64_t>, kNumbers> table{};
  std::atomic<bool> done{false};
  std::atomic<int> wrong{0};
  std::vector<std::thread> readers;
  for (unsigned thread = 0; thread < 3; ++thread)
    readers.emplace_back([&, thread] {
      std::mt19937 dice(thread);
      while (!done.load()) {
        const std::uint64_t number = dice() % kNumbers, shown = table[number].load();
        bytes.fetch_place(number);
        bytes.fetch_bytes(number);
        if (const auto text = kept(bytes, number)) {
          const std::string prefix = fmt::format("{} ", number);
          if (!text->starts_with(prefix) || std::stoull(text->substr(prefix.size())) + 1 < shown) ++wrong;
          continue;
        }
        const std::uint64_t before = bytes.before_reading(number);
        bytes.keep(number, fmt::format("{} {}", number, table[number].load()), before);
      }
    });
  std::mt19937 dice(99);
  for (int i = 0; i < 50'000; ++i) {
    const std::uint64_t number = dice() % kNumbers;
    table[number].fetch_add(1);
    bytes.forget(number);
    const auto text = kept(bytes, number);
    if (text && text != fmt::format("{} {}", number, table[number].load())) ++wrong;
  }
  done.store(true);
  for (std::thread& reader : readers) reader.join();
  EXPECT_EQ(wrong.load(), 0);
}

std::optional<std::string> record(RecordCache& cache, std::uint64_t node) {
  std::optional<std::string> out;
  cache.find(NodeId(node), [&](std::string_view text) { out = text; });
  return out;
}
void keep(RecordCache& cache, std::uint64_t node, std::string_view text) {
  cache.keep(NodeId(node), text, cache.before_reading(NodeId(node)), true);
}

TEST(RecordCache, LaidUponAnotherFindsThereWhatDidNotChangeAndPutsNothingThere) {
  const auto below = std::make_shared<RecordCache>(16 << 20);
  keep(*below, 1, "one");
  keep(*below, 2, "two");
  below->keep_ref("dataset:a", NodeId(1));
  RecordCache upon(below);
  EXPECT_EQ(record(upon, 1), "one");
  upon.forget(NodeId(2));
  EXPECT_EQ(record(upon, 2), std::nullopt);
  keep(upon, 2, "zwei");
  keep(upon, 3, "drei");
  upon.keep_ref("dataset:c", NodeId(3));
  EXPECT_EQ(record(upon, 2), "zwei");
  EXPECT_EQ(record(upon, 3), "drei");
  EXPECT_EQ(record(*below, 2), "two");
  EXPECT_EQ(record(*below, 3), std::nullopt);
  EXPECT_EQ(upon.find_ref("dataset:a"), NodeId(1));
  EXPECT_EQ(upon.find_ref("dataset:c"), NodeId(3));
  EXPECT_EQ(below->find_ref("dataset:c"), std::nullopt);
  EXPECT_EQ(below->find_ref("dataset:"), std::nullopt);
}

}  // namespace
}  // namespace amont
