// What is acknowledged stays, through crashes at every step, full disks and failing syncs.
#include "core/log/log.h"

#include <fmt/format.h>
#include <gtest/gtest.h>

#include "tests/core/log_history.h"

namespace amont {
namespace {

using namespace log_history;

struct Progress {
  bool created = false;
  TxNumber acknowledged = 0;
  TxNumber attempted = 0;
};

// Single commits, groups, batches that close, batches that do not, segments that fill, opening and closing.
class Script {
 public:
  explicit Script(CrashFiles& disk) : disk_(disk) {}

  Progress run() {
    (void)steps();
    return done_;
  }

 private:
  Status steps() {
    AMONT_TRY(disk_.make_directory("/hub"));
    AMONT_TRY(disk_.sync_directory("/"));
    {
      AMONT_LET(const auto log, create_log(disk_, kLog, options_for(1200)));
      done_.created = true;
      AMONT_TRY(go(*log, 1, true));
      AMONT_TRY(go(*log, 3, true));
      AMONT_TRY(go(*log, 2, false));
      AMONT_TRY(go(*log, 1, true));
      AMONT_TRY(go(*log, 1, true));
    }
    {
      AMONT_LET(const auto log, open_log(disk_, kLog, options_for(1200)));
      AMONT_TRY(go(*log, 5, false));
      AMONT_TRY(go(*log, 4, false));
      AMONT_TRY(go(*log, 3, true));
      AMONT_TRY(go(*log, 1, true));
      AMONT_TRY(go(*log, 6, false));  // never acknowledged, and yet found by the next
    }
    AMONT_LET(const auto log, open_log(disk_, kLog, options_for(1200)));
    done_.acknowledged = done_.attempted = log->head().number;
    AMONT_TRY(go(*log, 2, true));
    return go(*log, 1, true);
  }

  Status go(Log& log, TxNumber count, bool sync) {
    const TxNumber first = done_.attempted + 1;
    done_.attempted += count;
    AMONT_TRY(append(log, first, count, sync));
    if (sync) done_.acknowledged = done_.attempted;
    return {};
  }

  CrashFiles& disk_;
  Progress done_;
};

// Opens what a crash left: all that was acknowledged is there and nothing that was not written, and it goes on.
void check_after_crash(CrashFiles& disk, const Progress& before) {
  if (const auto reader = open_log(disk, kLog, options_for(1200, false)); reader.ok()) {
    ASSERT_EQ((*reader)->damage(), "");
    ASSERT_LE((*reader)->head().number, before.attempted);
    expect_whole(**reader, (*reader)->head().number);
  }
  TxNumber head = 0;
  {
    auto log = open_log(disk, kLog, options_for(1200));
    if (!before.created && !log.ok()) {
      ASSERT_TRUE(disk.make_directory("/hub").ok() && disk.sync_directory("/").ok());
      log = create_log(disk, kLog, options_for(1200));
    }
    ASSERT_TRUE(log.ok()) << log.status().text();
    head = (*log)->head().number;
    ASSERT_GE(head, before.acknowledged);
    ASSERT_LE(head, before.attempted);
    expect_whole(**log, head);
    const auto reader = open(disk, 1200, false);
    ASSERT_EQ(reader->head().number, head) << "a reader does not see what the writer shows";
    ASSERT_TRUE(append(**log, head + 1, 2).ok());
    ASSERT_TRUE(reader->refresh().ok());
    expect_whole(*reader, head + 2);
  }
  expect_whole(*open(*disk.after_crash(DamageModel::kStrict, 0), 1200), head + 2);
}

TEST(LogCrash, EveryStepOfAScriptInEveryModel) {
  std::uint64_t points = 0;
  for (std::uint64_t at = 0;; ++at) {
    CrashFiles disk;
    disk.crash_at(at);
    const Progress progress = Script(disk).run();
    if (!disk.crashed()) break;
    ++points;
    for (std::size_t model = 0; model < std::size(kDamageModels); ++model) {
      for (std::uint64_t seed = 0; seed < 3; ++seed) {
        SCOPED_TRACE(fmt::format("crash at operation {} ({}), {} model, seed {}, {} acknowledged, {} attempted", at,
                                 disk.struck(), kDamageModelNames[model], seed, progress.acknowledged,
                                 progress.attempted));
        check_after_crash(*disk.after_crash(kDamageModels[model], at * 100 + seed), progress);
        ASSERT_FALSE(testing::Test::HasFailure());
      }
    }
  }
  EXPECT_GT(points, 40U);
}

TEST(LogCrash, EveryStepOfRecoveringFromACrash) {
  std::uint64_t points = 0;
  for (std::uint64_t at = 0;; ++at) {
    CrashFiles disk;
    disk.crash_at(at);
    const Progress progress = Script(disk).run();
    if (!disk.crashed()) break;
    for (std::size_t model = 0; model < std::size(kDamageModels); ++model) {
      for (std::uint64_t again = 0;; ++again) {
        const auto left = disk.after_crash(kDamageModels[model], at);
        left->crash_at(again);
        (void)open_log(*left, kLog, options_for(1200));
        if (!left->crashed()) break;
        ++points;
        SCOPED_TRACE(fmt::format("crash at operation {} ({}), {} model, again at {} ({})", at, disk.struck(),
                                 kDamageModelNames[model], again, left->struck()));
        check_after_crash(*left->after_crash(kDamageModels[model], at + again), progress);
        ASSERT_FALSE(testing::Test::HasFailure());
      }
    }
  }
  EXPECT_GT(points, 100U);
}

TEST(LogCrash, AKilledWriterLeavesAllItWroteAndAReaderSeesWhatWasAcknowledged) {
  for (std::uint64_t at = 0;; ++at) {
    CrashFiles disk;
    disk.crash_at(at);
    const Progress progress = Script(disk).run();
    if (!disk.crashed()) break;
    SCOPED_TRACE(fmt::format("killed at operation {} ({})", at, disk.struck()));
    // The machine goes on: nothing that was written is lost, synced or not.
    const auto left = disk.clone();
    // (Within a page a write is not cut by a kill; this disk cuts it.)
    if (progress.created && disk.struck() != "write " + kHead) {
      EXPECT_GE(open(*left, 1200, false)->head().number, progress.acknowledged);
    }
    check_after_crash(*left, progress);
    // And then the power goes after all, with the next writer well under way.
    const auto again = disk.clone();
    if (!progress.created) continue;
    TxNumber head = 0;
    {
      const auto log = open(*again, 1200);
      head = log->head().number;
      ASSERT_TRUE(append(*log, head + 1, 1).ok());
    }
    for (std::size_t model = 0; model < std::size(kDamageModels); ++model) {
      SCOPED_TRACE(kDamageModelNames[model]);
      check_after_crash(*again->after_crash(kDamageModels[model], at), {true, head + 1, head + 1});
    }
    ASSERT_FALSE(testing::Test::HasFailure());
  }
}

TEST(LogFailure, EveryCallThatChangesTheDiskFailsOnceOrForEver) {
  for (const Code code : {Code::kIo, Code::kNoSpace}) {
    for (const bool for_ever : {false, true}) {
      for (std::uint64_t at = 0;; ++at) {
        CrashFiles disk;
        if (for_ever) {
          disk.fail_forever(at, code);
        } else {
          disk.fail_once(at, code);
        }
        const Progress progress = Script(disk).run();
        if (disk.failures() == 0) break;
        SCOPED_TRACE(fmt::format("operation {} fails ({}) with {}{}, {} acknowledged", at, disk.struck(), name_of(code),
                                 for_ever ? " for ever" : "", progress.acknowledged));
        disk.clear_faults();
        for (std::size_t model = 0; model < std::size(kDamageModels); ++model)
          check_after_crash(*disk.after_crash(kDamageModels[model], at), progress);
        check_after_crash(disk, progress);
        ASSERT_FALSE(testing::Test::HasFailure());
      }
    }
  }
}

// The writer stays open and tries again: it either goes on well, or says that it must be opened again.
TEST(LogFailure, AWriterTriesAgainAfterEveryCallThatFails) {
  std::uint64_t refused_count = 0;
  std::uint64_t resumed = 0;
  for (const Code code : {Code::kIo, Code::kNoSpace}) {
    for (std::uint64_t at = 0;; ++at) {
      const auto disk = disk_with(2, 1200);
      TxNumber head = 2;
      {
        const auto log = open(*disk, 1200);
        disk->fail_once(disk->mutations() + at, code);
        bool is_refused = false;
        for (int tries = 0; tries < 8 && !is_refused; ++tries) {
          const Status status = append(*log, head + 1, 2);
          if (status.ok()) {
            head += 2;
          } else if (status.code() == Code::kReadOnly) {
            is_refused = true;
            EXPECT_NE(status.text().find("open it again"), std::string::npos);
          } else {
            EXPECT_EQ(log->head().number, head);
            EXPECT_EQ(status.code() == Code::kNoSpace && append(*log, head + 1, 2).code() == Code::kReadOnly, false)
                << "kNoSpace promises that trying again may help";
            head = log->head().number;
          }
          EXPECT_EQ(log->head().number, head);
          EXPECT_EQ(read_back(*log, head).good, head);
        }
        (is_refused ? refused_count : resumed) += 1;
      }
      if (disk->failures() == 0) break;
      SCOPED_TRACE(fmt::format("operation {} fails ({}) with {}", at, disk->struck(), name_of(code)));
      disk->clear_faults();
      for (std::size_t model = 0; model < std::size(kDamageModels); ++model)
        check_after_crash(*disk->after_crash(kDamageModels[model], at), {true, head, head + 2});
      check_after_crash(*disk, {true, head, head + 2});
      ASSERT_FALSE(testing::Test::HasFailure());
    }
  }
  EXPECT_GT(refused_count, 0U);
  EXPECT_GT(resumed, 0U);
}

TEST(LogFailure, AfterAFailedSyncNothingIsAppendedUntilItIsOpenedAgain) {
  const auto disk = disk_with(3, 4096);
  {
    const auto log = open(*disk, 4096);
    ASSERT_TRUE(append(*log, 4, 1).ok());
    disk->fail_once(disk->mutations() + 1, Code::kNoSpace);  // 0 is the write
    const Status failed = append(*log, 5, 1);
    EXPECT_EQ(disk->struck(), "sync " + kFirst);
    EXPECT_EQ(failed.code(), Code::kIo) << "kNoSpace would say that nothing was appended";
    EXPECT_EQ(append(*log, 5, 1).code(), Code::kReadOnly);
    EXPECT_EQ(append(*log, 6, 1).code(), Code::kReadOnly);
    EXPECT_EQ(log->head().number, 4U);
    EXPECT_EQ(read_back(*log, 4).good, 4U);
  }
  const auto left = disk->after_crash(DamageModel::kStrict, 1);
  expect_whole(*open(*left, 4096), 4);
}

TEST(LogFailure, AFullDiskTakesNothingLosesNothingAndIsWrittenAgainOnceThereIsRoom) {
  std::uint64_t full = 0;
  for (std::uint64_t budget = 0; budget < 6000; budget += 7) {
    SCOPED_TRACE(fmt::format("{} bytes of room", budget));
    const auto disk = disk_with(2, 1200);
    TxNumber head = 2;
    {
      const auto log = open(*disk, 1200);
      disk->limit_space(disk->used_space() + budget);
      Status last;
      while (head < 20 && last.ok()) {
        last = append(*log, head + 1, 2);
        if (last.ok()) head += 2;
      }
      if (!last.ok()) {
        ++full;
        ASSERT_EQ(last.code(), Code::kNoSpace) << last.text();
        ASSERT_EQ(append(*log, head + 1, 2).code(), Code::kNoSpace);
        expect_whole(*log, head);
        expect_whole(*open(*disk, 1200, false), head);
        expect_whole(*open(*disk->after_crash(kDamageModels[budget % 5], budget), 1200), head);
      }
      disk->limit_space(CrashFiles::kNoLimit);
      ASSERT_TRUE(append(*log, head + 1, 2).ok());
      expect_whole(*log, head + 2);
    }
    expect_whole(*open(*disk, 1200), head + 2);
  }
  EXPECT_GT(full, 100U);
}

TEST(LogFailure, AFullDiskWithoutASecondPlaceOpensForReadingAndIsHealedLater) {
  const auto disk = disk_with(5, 4096);
  ASSERT_TRUE(disk->remove(kHead).ok());
  disk->limit_space(disk->used_space());
  const auto log = open(*disk, 4096);
  expect_whole(*log, 5);
  EXPECT_EQ(append(*log, 6, 1).code(), Code::kNoSpace);
  disk->limit_space(CrashFiles::kNoLimit);
  ASSERT_TRUE(append(*log, 6, 1).ok());
  expect_whole(*open(*disk, 4096, false), 6);
}

TEST(LogFailure, AReadThatFailsAtOpenIsNoDamage) {
  for (const bool has_head : {true, false}) {
    for (std::uint64_t at = 0;; ++at) {
      const auto disk = disk_with(20, 1200);
      if (!has_head) {
        EXPECT_TRUE(disk->remove(kHead).ok());
      }
      disk->fail_once(disk->reads() + at, Code::kIo, CrashFiles::Operation::kRead);
      const auto log = open_log(*disk, kLog, options_for(1200));
      if (disk->failures() == 0) break;
      SCOPED_TRACE(fmt::format("read {} fails ({})", at, disk->struck()));
      EXPECT_EQ(log.code(), Code::kIo);
      expect_whole(*open(*disk, 1200), 20);
    }
  }
}

}  // namespace
}  // namespace amont
