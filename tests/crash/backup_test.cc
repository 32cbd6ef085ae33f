// Backups of a register that is being written, and backups and restorations that are cut short anywhere: what a backup holds was
// acknowledged, at least what was before it began; and the earlier one stays until the next is whole.
#include <fmt/format.h>
#include <gtest/gtest.h>

#include <atomic>
#include <chrono>
#include <memory>
#include <string>
#include <thread>

#include "amont/keeping.h"
#include "tests/crash/board.h"
#include "tests/crash/child.h"
#include "tests/crash/history.h"
#include "tests/support/crash_files.h"
#include "tests/support/same_register.h"
#include "tests/support/small_schema.h"

namespace amont {
namespace {

Options small_options() {
  Options options;
  options.segment_bytes = 16 << 10;
  options.flush_log_bytes = 64 << 10;
  options.batch_part_bytes = 256;
  options.memory_bytes = 4 << 20;
  return options;
}

// The restored register holds a state of the history, no earlier than `least` and no later than `most`.
void check_restored(const std::string& path, const Options& options, std::uint64_t least, std::uint64_t most) {
  const auto store = Store::open(path, options);
  ASSERT_TRUE(store.ok()) << store.status().text();
  const auto view = (*store)->snapshot();
  ASSERT_TRUE(view.ok()) << view.status().text();
  const auto shown = length_shown(*view);
  ASSERT_TRUE(shown.ok()) << shown.status().text();
  ASSERT_GE(*shown, least);
  ASSERT_LE(*shown, most);
  History history;
  history.advance_to(*shown);
  ASSERT_EQ(difference(*view, history.state(), true), "");
}

void back_up_while(const std::string& folder, const Options& options, int rounds,
                   const std::function<std::uint64_t()>& acknowledged) {
  for (int round = 0; round < rounds && !testing::Test::HasFailure(); ++round) {
    SCOPED_TRACE(fmt::format("round {}", round));
    const std::uint64_t before = acknowledged();
    const auto taken = Store::backup(folder + "/hub", folder + "/copy", options);
    ASSERT_TRUE(taken.ok()) << taken.status().text();
    const std::uint64_t after = acknowledged();
    const std::string again = fmt::format("{}/again{}", folder, round);
    const auto restored = Store::restore(folder + "/copy", again, options);
    ASSERT_TRUE(restored.ok()) << restored.status().text();
    ASSERT_EQ(restored->root, taken->root);
    check_restored(again, options, before, after + 1);
    std::filesystem::remove_all(again);
  }
}

TEST(Backup, TakenWhileAnotherThreadWritesItHoldsAnAcknowledgedState) {
  const TempDir temp;
  const Options options = small_options();
  const auto store = Store::create(temp / "hub", small_schema(), options);
  ASSERT_TRUE(store.ok()) << store.status().text();
  std::atomic<std::uint64_t> acknowledged{0};
  std::jthread writer([&](const std::stop_token& stop) {
    for (History history; !stop.stop_requested(); acknowledged = history.length()) {
      ASSERT_TRUE(commit_next(**store, history).ok());
      history.advance();
    }
  });
  while (acknowledged < 20) std::this_thread::yield();
  back_up_while(temp.path(), options, 6, [&] { return acknowledged.load(); });
}

TEST(Backup, TakenWhileAnotherProcessWritesItHoldsAnAcknowledgedState) {
  const TempDir temp;
  const Options options = small_options();
  ASSERT_TRUE(Store::create(temp / "hub", small_schema(), options).ok());
  Board* const board = map_board((temp / "board").c_str());
  ASSERT_NE(board, nullptr);
  Child writer("write", temp, 5);
  for (int waited = 0; board->acknowledged < 20 && waited < 30'000; ++waited)
    std::this_thread::sleep_for(std::chrono::milliseconds(1));
  ASSERT_GE(board->acknowledged, 20u) << writer.said();
  back_up_while(temp.path(), options, 6, [&] { return board->acknowledged.load(); });
  EXPECT_TRUE(WIFSIGNALED(writer.finish(SIGKILL)));
  // And once more of what the killed one left.
  back_up_while(temp.path(), options, 1, [&] { return board->acknowledged.load(); });
}

// A register of two backups' worth, on a disk of ours.
struct Disk {
  CrashFiles files;
  Options options;
  Disk() {
    options.files = &files;
    options.index_in_memory = true;
    options.segment_bytes = 4 << 10;
    options.batch_part_bytes = 256;
    const auto store = Store::create("/hub", small_schema(), options);
    EXPECT_TRUE(store.ok());
    History history;
    commit(**store, history, kFirst);
    EXPECT_TRUE(Store::backup("/hub", "/copy", options).ok());
    commit(**store, history, kSecond - kFirst);
  }
  static void commit(Store& store, History& history, std::uint64_t count) {
    for (; count > 0; --count) {
      EXPECT_TRUE(commit_next(store, history).ok());
      history.advance();
    }
  }
  static constexpr std::uint64_t kFirst = 20, kSecond = 40;
};

TEST(Backup, CrashedAtEveryOperationTheEarlierOneOrTheNewOneIsThere) {
  const Disk start;
  std::uint64_t points = 0;
  for (std::uint64_t at = 0; !testing::Test::HasFailure(); ++at, ++points) {
    const auto disk = start.files.clone();
    Options options = start.options;
    options.files = disk.get();
    disk->crash_at(at);
    const bool done = Store::backup("/hub", "/copy", options).ok();
    if (!disk->crashed()) break;
    for (std::size_t model = 0; model < std::size(kDamageModels); ++model) {
      SCOPED_TRACE(fmt::format("crash at operation {} ({}), model {}", at, disk->struck(), model));
      const auto left = disk->after_crash(kDamageModels[model], at * 31 + model);
      Options after = options;
      after.files = left.get();
      ASSERT_TRUE(Store::check_backup("/copy", after).ok()) << Store::check_backup("/copy", after).status().text();
      ASSERT_TRUE(Store::restore("/copy", "/again", after).ok());
      check_restored("/again", after, done ? Disk::kSecond : Disk::kFirst, Disk::kSecond);
      const auto next = Store::backup("/hub", "/copy", after);
      ASSERT_TRUE(next.ok()) << next.status().text();
      ASSERT_TRUE(Store::check_backup("/copy", after).ok());
      ASSERT_EQ(Store::check_backup("/copy", after)->root, next->root);
    }
  }
  fmt::print("{} points\n", points);
  EXPECT_GT(points, 15u);
}

TEST(Backup, TheFirstOneCrashedAtEveryOperationCanBeMadeAgain) {
  const Disk start;
  for (std::uint64_t at = 0; !testing::Test::HasFailure(); ++at) {
    const auto disk = start.files.clone();
    Options options = start.options;
    options.files = disk.get();
    disk->crash_at(at);
    (void)Store::backup("/hub", "/first", options);
    if (!disk->crashed()) break;
    SCOPED_TRACE(fmt::format("crash at operation {} ({})", at, disk->struck()));
    const auto left = disk->after_crash(kDamageModels[at % std::size(kDamageModels)], at);
    options.files = left.get();
    const auto made = Store::backup("/hub", "/first", options);
    ASSERT_TRUE(made.ok()) << made.status().text();
    ASSERT_TRUE(Store::restore("/first", "/again", options).ok());
    check_restored("/again", options, Disk::kSecond, Disk::kSecond);
  }
}

TEST(Backup, AnOperationThatFailsLeavesTheEarlierOne) {
  const Disk start;
  for (std::uint64_t at = 0; !testing::Test::HasFailure(); ++at) {
    const auto disk = start.files.clone();
    Options options = start.options;
    options.files = disk.get();
    disk->fail_once(at, at % 2 == 0 ? Code::kIo : Code::kNoSpace);
    const auto done = Store::backup("/hub", "/copy", options);
    if (disk->failures() == 0) break;
    SCOPED_TRACE(fmt::format("operation {} fails ({})", at, disk->struck()));
    disk->clear_faults();
    ASSERT_TRUE(Store::check_backup("/copy", options).ok());
    ASSERT_TRUE(Store::backup("/hub", "/copy", options).ok());
    ASSERT_TRUE(Store::check_backup("/copy", options).ok());
  }
}

TEST(Restore, CrashedAtEveryOperationItIsWholeOrCanBeBegunAgain) {
  const Disk start;
  std::uint64_t points = 0;
  for (std::uint64_t at = 0; !testing::Test::HasFailure(); ++at, ++points) {
    const auto disk = start.files.clone();
    Options options = start.options;
    options.files = disk.get();
    disk->crash_at(at);
    (void)Store::restore("/copy", "/again", options);
    if (!disk->crashed()) break;
    for (std::size_t model = 0; model < std::size(kDamageModels); ++model) {
      SCOPED_TRACE(fmt::format("crash at operation {} ({}), model {}", at, disk->struck(), model));
      const auto left = disk->after_crash(kDamageModels[model], at * 31 + model);
      Options after = options;
      after.files = left.get();
      if (Store::open("/again", after).code() == Code::kNotFound) {
        const auto restored = Store::restore("/copy", "/again", after);
        ASSERT_TRUE(restored.ok()) << restored.status().text();
      }
      check_restored("/again", after, Disk::kFirst, Disk::kFirst);
    }
  }
  fmt::print("{} points\n", points);
  EXPECT_GT(points, 20u);
}

}  // namespace
}  // namespace amont
