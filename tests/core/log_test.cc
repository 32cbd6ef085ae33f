// The log in a directory, by one writer and beside readers.
#include "core/log/log.h"

#include <fmt/format.h>
#include <gtest/gtest.h>

#include <atomic>
#include <filesystem>
#include <thread>

#include "tests/core/log_history.h"
#include "tests/support/temp_dir.h"

namespace amont {
namespace {

using namespace log_history;

TEST(Log, AnEmptyLogHasHeadZeroAndStaysEmpty) {
  const auto disk = disk_with(0, 4096);
  const auto log = open(*disk, 4096);
  expect_whole(*log, 0);
  EXPECT_EQ(log->bytes(), 0U);
}

TEST(Log, WhatIsAppendedIsReadAgainOverManySegmentsAndAfterReopening) {
  const auto disk = disk_with(40, 2000);
  EXPECT_GT(segments_of(*disk).size(), 3U);
  const auto log = open(*disk, 2000);
  expect_whole(*log, 40);
  std::uint64_t bytes = 0;
  for (const std::string& path : segments_of(*disk)) bytes += disk->contents(path)->size();
  EXPECT_EQ(log->bytes(), bytes);
  ASSERT_TRUE(append(*log, 41, 10).ok());
  expect_whole(*log, 50);
  std::vector<TxNumber> met;
  ASSERT_TRUE(log->read(17, 23, [&](TxNumber n, std::string_view) { return met.push_back(n), Status(); }).ok());
  EXPECT_EQ(met, (std::vector<TxNumber>{17, 18, 19, 20, 21, 22, 23}));
  EXPECT_EQ(log->read(50, 51, [](TxNumber, std::string_view) { return Status(); }).code(), Code::kNotFound);
}

TEST(Log, AFailingVisitorEndsTheReadingWithItsOwnStatus) {
  const auto disk = disk_with(9, 2000);
  const auto log = open(*disk, 2000);
  const Status status =
      log->read(1, 9, [](TxNumber n, std::string_view) { return n < 5 ? Status() : refused("enough"); });
  EXPECT_EQ(status.code(), Code::kRefused);
  EXPECT_EQ(status.text(), "enough");
}

TEST(Log, RecordsAreReadByNumberFromAnywhereInALongSegment) {
  const auto disk = disk_with(400, 64 << 20);
  const auto log = open(*disk, 64 << 20);
  for (const TxNumber n : {399, 1, 64, 65, 66, 128, 129, 200, 300, 400}) {
    ASSERT_TRUE(log->read(n, n,
                          [&](TxNumber number, std::string_view record) {
                            EXPECT_EQ(number, n);
                            EXPECT_TRUE(record == history().record(n).bytes);
                            return Status();
                          })
                    .ok());
  }
  EXPECT_EQ(log->place_of(1), "log/00000000000000000001.seg at offset 88");
  EXPECT_NE(log->place_of(300), log->place_of(301));
}

TEST(Log, AnAppendAtAnotherHeadIsAConflictAndAppendsNothing) {
  const auto disk = disk_with(4, 4096);
  const auto log = open(*disk, 4096);
  EXPECT_EQ(log->append(3, history().records(4, 1), {}, true).code(), Code::kConflict);
  EXPECT_EQ(log->append(5, history().records(6, 1), {}, true).code(), Code::kConflict);
  EXPECT_EQ(log->append(4, history().records(6, 1), {}, true).code(), Code::kInvalid);
  expect_whole(*log, 4);
  ASSERT_TRUE(append(*log, 5, 1).ok());
  expect_whole(*log, 5);
}

TEST(Log, ALogIsNotMadeOverAnother) {
  const auto disk = disk_with(4, 4096);
  EXPECT_EQ(create_log(*disk, kLog, options_for(4096)).code(), Code::kConflict);
  expect_whole(*open(*disk, 4096), 4);
}

TEST(Log, ThereIsNoLogWhereNoneWasMade) {
  CrashFiles disk;
  ASSERT_TRUE(disk.make_directory("/hub").ok());
  EXPECT_EQ(open_log(disk, kLog, options_for(4096)).code(), Code::kNotFound);
}

TEST(Log, PartsAreNotShownBeforeTheyAreOnDisk) {
  const auto disk = disk_with(2, 1500);
  const auto log = open(*disk, 1500);
  ASSERT_TRUE(append(*log, 3, 4, false).ok());
  ASSERT_TRUE(append(*log, 7, 4, false).ok());  // in a segment of its own
  EXPECT_EQ(log->head().number, 10U) << "what the next append expects";
  const auto reader = open(*disk, 1500, false);
  expect_whole(*reader, 2);
  EXPECT_EQ(read_back(*log, 10).good, 10U) << "the writer reads its own";
  ASSERT_TRUE(append(*log, 11, 1).ok());
  expect_whole(*log, 11);
  EXPECT_EQ(reader->head().number, 2U);
  ASSERT_TRUE(reader->refresh().ok());
  expect_whole(*reader, 11);
  expect_whole(*open(*disk->after_crash(DamageModel::kStrict, 1), 1500), 11);
}

TEST(Log, ASyncOfNothingShowsThePartsBefore) {
  const auto disk = disk_with(2, 4096);
  const auto log = open(*disk, 4096);
  ASSERT_TRUE(append(*log, 3, 2, false).ok());
  ASSERT_TRUE(log->append(4, {}, {4000}, true).ok());
  expect_whole(*log, 4);
  expect_whole(*open(*disk->after_crash(DamageModel::kStrict, 1), 4096), 4);
}

TEST(Log, WhatIsDoneMeanwhileIsDoneOnceTheRecordsAreWrittenAndBeforeTheyAreShown) {
  const auto disk = disk_with(2, 4096);
  const auto log = open(*disk, 4096);
  int called = 0;
  const auto append_three = [&](const Log::Meanwhile& meanwhile) {
    return log->append(2, history().records(3, 3), {5000}, true, meanwhile);
  };
  ASSERT_TRUE(append_three([&] {
                ++called;
                EXPECT_TRUE(*disk->contents(kFirst) != *disk->durable_contents(kFirst));
                expect_whole(*open(*disk, 4096, false), 2);
                expect_whole(*open(*disk->after_crash(DamageModel::kStrict, 1), 4096), 2);
                expect_whole(*open(*disk->after_crash(DamageModel::kPrefix, 1), 4096, false), 2);
              }).ok());
  EXPECT_EQ(called, 1);
  expect_whole(*log, 5);
  expect_whole(*open(*disk->after_crash(DamageModel::kStrict, 1), 4096), 5);
}

TEST(Log, NothingIsDoneMeanwhileWhenTheRecordsDoNotGetSoFar) {
  const auto disk = disk_with(2, 4096);
  const auto log = open(*disk, 4096);
  int called = 0;
  const auto append = [&](bool sync) {
    return log->append(2, history().records(3, 1), {3000}, sync, [&] { ++called; });
  };
  disk->fail_once(disk->mutations(), Code::kNoSpace);
  EXPECT_EQ(append(true).code(), Code::kNoSpace);
  EXPECT_EQ(log->append(1, history().records(2, 1), {2000}, true, [&] { ++called; }).code(), Code::kConflict);
  ASSERT_TRUE(append(false).ok());
  EXPECT_EQ(called, 0);
}

TEST(Log, ASyncThatDoesNotEvenBeginIsOneThatFailed) {
  const auto disk = disk_with(2, 4096);
  const auto log = open(*disk, 4096);
  ASSERT_TRUE(log->append(2, history().records(3, 1), {3000}, true, [] {}).ok());
  disk->fail_once(disk->mutations() + 1, Code::kIo);  // 0 is the write
  int called = 0;
  EXPECT_EQ(log->append(3, history().records(4, 1), {4000}, true, [&] { ++called; }).code(), Code::kIo);
  EXPECT_EQ(called, 0);
  EXPECT_EQ(log->append(3, history().records(4, 1), {4000}, true).code(), Code::kReadOnly);
  expect_whole(*open(*disk->after_crash(DamageModel::kStrict, 1), 4096), 3);
}

TEST(Log, AReaderWritesNothing) {
  const auto disk = disk_with(20, 2000);
  const std::uint64_t before = disk->mutations();
  const auto log = open(*disk, 2000, false);
  expect_whole(*log, 20);
  EXPECT_EQ(append(*log, 21, 1).code(), Code::kReadOnly);
  EXPECT_EQ(log->rewrite_head().code(), Code::kReadOnly);
  EXPECT_EQ(disk->mutations(), before);
}

TEST(Log, AReaderOfALogWithoutItsSecondPlaceWritesNothing) {
  const auto disk = disk_with(20, 2000);
  ASSERT_TRUE(disk->remove(kHead).ok());
  const std::uint64_t before = disk->mutations();
  expect_whole(*open(*disk, 2000, false), 20);
  EXPECT_EQ(disk->mutations(), before);
}

TEST(Log, ACleanOpenReadsNoRecordsButTheLast) {
  const auto disk = disk_with(600, 64 << 20);
  const std::uint64_t before = disk->reads();
  const std::uint64_t mutations = disk->mutations();
  expect_whole(*open(*disk->clone(), 64 << 20), 600);
  (void)open(*disk, 64 << 20);
  EXPECT_LT(disk->reads() - before, 16U);
  EXPECT_EQ(disk->mutations(), mutations);
}

TEST(Log, ManySegmentsDoNotMeanManyOpenFiles) {
  // Counted by the system: a log of 40 segments, read from end to end.
  const TempDir temp;
  auto log = create_log(posix_files(), temp / "log", options_for(1));
  ASSERT_TRUE(log.ok());
  for (TxNumber n = 1; n <= 40; ++n) ASSERT_TRUE(append(**log, n, 1).ok());
  expect_whole(**log, 40);
  std::uint64_t open_files = 0;
  for (const auto& entry : std::filesystem::directory_iterator("/proc/self/fd")) {
    std::error_code ignored;
    open_files += std::filesystem::read_symlink(entry.path(), ignored).string().ends_with(".seg");
  }
  EXPECT_GT(open_files, 1U);
  EXPECT_LT(open_files, 25U);
}

TEST(LogRoom, AWriterKeepsTheFileAsLongAsItIsAndACloseCutsIt) {
  const auto disk = disk_with(6, 64 << 10);
  const std::size_t closed = disk->contents(kFirst)->size();
  auto log = open(*disk, 64 << 10);
  ASSERT_TRUE(append(*log, 7, 1).ok());
  const std::size_t opened = disk->contents(kFirst)->size();
  EXPECT_EQ(opened, 64U << 10);
  for (TxNumber n = 8; n <= 20; ++n) {
    ASSERT_TRUE(append(*log, n, 1).ok());
    EXPECT_EQ(disk->contents(kFirst)->size(), opened);
  }
  EXPECT_LT(log->bytes(), opened);
  const std::uint64_t end = log->bytes();
  log.reset();
  EXPECT_EQ(disk->contents(kFirst)->size(), end);
  EXPECT_GT(end, closed);
  expect_whole(*open(*disk, 64 << 10), 20);
}

TEST(LogRoom, WhatACrashLeavesOfItIsATornTail) {
  for (const DamageModel model : kDamageModels) {
    const auto disk = disk_with(6, 64 << 10);
    const auto crashed = open(*disk, 64 << 10);
    for (TxNumber n = 7; n <= 9; ++n) ASSERT_TRUE(append(*crashed, n, 1).ok());
    const auto after = disk->after_crash(model, 1);
    EXPECT_EQ(after->contents(kFirst)->size(), 64U << 10);
    EXPECT_EQ(open(*after, 64 << 10, false)->damage(), "");
    const auto log = open(*after, 64 << 10);
    expect_whole(*log, 9);
    EXPECT_EQ(after->contents(kFirst)->size(), crashed->bytes());
    ASSERT_TRUE(append(*log, 10, 3).ok());
    expect_whole(*log, 12);
  }
}

TEST(LogRoom, ASegmentEndsWithItsLastFrameOnceTheNextIsBegun) {
  const auto disk = disk_with(3, 1200);
  auto log = open(*disk, 1200);
  for (TxNumber n = 4; n <= 40; ++n) ASSERT_TRUE(append(*log, n, 1).ok());
  std::uint64_t bytes = 0;
  const std::vector<std::string> segments = segments_of(*disk);
  ASSERT_GT(segments.size(), 3U);
  for (const std::string& segment : segments) bytes += disk->contents(segment)->size();
  EXPECT_LE(bytes - log->bytes(), 1200U);  // of the last
  expect_whole(*open(*disk->after_crash(DamageModel::kStrict, 1), 1200), 40);
}

TEST(LogReader, SeesAllThatWasAcknowledgedAndNothingElseWhileTheWriterGoesOn) {
  constexpr TxNumber kCount = 1200;
  (void)history().record(kCount + 10);  // made by one thread
  const TempDir temp;
  auto log = create_log(posix_files(), temp / "log", options_for(20'000));
  ASSERT_TRUE(log.ok()) << log.status().text();
  const auto reader = open_log(posix_files(), temp / "log", options_for(20'000, false));
  ASSERT_TRUE(reader.ok()) << reader.status().text();
  std::atomic<TxNumber> acknowledged{0};
  std::atomic<TxNumber> attempted{0};
  std::thread writer([&] {
    for (TxNumber n = 1; n <= kCount;) {
      const TxNumber count = 1 + n % 4;
      attempted = n + count - 1;
      const bool sync = n % 3 != 0;
      if (!append(**log, n, count, sync).ok()) break;
      if (sync) acknowledged = n + count - 1;
      n += count;
    }
    if ((*log)->append(attempted, {}, {}, true).ok()) acknowledged = attempted.load();
  });
  TxNumber seen = 0;
  std::uint64_t looks = 0;
  while (seen < kCount && !testing::Test::HasFailure() && ++looks < 10'000'000) {
    const TxNumber before = acknowledged;
    const Status refreshed = (*reader)->refresh();
    ASSERT_TRUE(refreshed.ok()) << refreshed.text();
    const TxNumber head = (*reader)->head().number;
    EXPECT_GE(head, before);
    EXPECT_LE(head, attempted);
    EXPECT_GE(head, seen);
    const Status read = (*reader)->read(seen + 1, head, [](TxNumber n, std::string_view record) {
      return record == history().record(n).bytes ? Status() : damaged("record is another");
    });
    EXPECT_TRUE(read.ok()) << read.text();
    seen = head;
  }
  writer.join();
  ASSERT_TRUE((*reader)->refresh().ok());
  EXPECT_EQ((*reader)->head().tree.root(), history().root((*reader)->head().number));
  EXPECT_EQ((*reader)->bytes(), (*log)->bytes());
}

TEST(LogReader, ASlotThatIsHalfWrittenShowsNothingThatWasNotAcknowledged) {
  const auto disk = disk_with(3, 4096);
  const auto log = open(*disk, 4096);
  ASSERT_TRUE(append(*log, 4, 1).ok());  // syncs its slot: that one stands
  const auto reader = open(*disk, 4096, false);
  for (TxNumber n = 5; n < 12; ++n) {
    const std::string before = *disk->contents(kHead);
    ASSERT_TRUE(append(*log, n, 1).ok());
    const std::string after = *disk->contents(kHead);
    for (const std::size_t cut : {10, 40, 50, 100, 4096 + 30, 4096 + 60}) {
      ASSERT_TRUE(disk->replace(kHead, after.substr(0, cut) + before.substr(cut)).ok());
      const auto beside = open(*disk, 4096, false);
      const TxNumber head = beside->head().number;
      EXPECT_TRUE(head == 4 || head == n - 1 || head == n) << head << " at " << n;
      expect_whole(*beside, head);
      ASSERT_TRUE(reader->refresh().ok());
      EXPECT_GE(reader->head().number, n - 1) << "went back";
    }
    ASSERT_TRUE(disk->replace(kHead, after).ok());
    ASSERT_TRUE(reader->refresh().ok());
    expect_whole(*reader, n);
  }
}

TEST(LogReader, ManyThreadsReadWhileTheWriterAppends) {
  constexpr TxNumber kCount = 400;
  (void)history().record(kCount + 10);
  const TempDir temp;
  auto log = create_log(posix_files(), temp / "log", options_for(8'000));
  ASSERT_TRUE(log.ok());
  std::atomic<bool> done{false};
  std::vector<std::thread> threads;
  for (int i = 0; i < 3; ++i) {
    threads.emplace_back([&, i] {
      Dice dice(i);
      while (!done) {
        const TxNumber head = (*log)->head().number;
        if (head == 0) continue;
        const TxNumber first = 1 + dice.below(head);
        const Status read = (*log)->read(first, std::min(head, first + 5), [](TxNumber n, std::string_view record) {
          return record == history().record(n).bytes ? Status() : damaged("record is another");
        });
        EXPECT_TRUE(read.ok()) << read.text();
        EXPECT_NE((*log)->place_of(first).find("offset"), std::string::npos);
      }
    });
  }
  for (TxNumber n = 1; n <= kCount; ++n) EXPECT_TRUE(append(**log, n, 1, n % 2 == 0).ok());
  done = true;
  for (std::thread& thread : threads) thread.join();
}

}  // namespace
}  // namespace amont
