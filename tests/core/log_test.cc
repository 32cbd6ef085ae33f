// The log in a directory: what is acknowledged stays, through crashes at every step, full disks, failing syncs and rot.
#include "core/log/log.h"

#include <fmt/format.h>
#include <gtest/gtest.h>

#include <atomic>
#include <cstdlib>
#include <filesystem>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <thread>
#include <vector>

#include "core/log/frame.h"
#include "core/record/codec.h"
#include "core/text/bytes.h"
#include "tests/support/crash_files.h"
#include "tests/support/temp_dir.h"

namespace amont {
namespace {

constexpr DamageModel kModels[] = {DamageModel::kStrict, DamageModel::kPrefix, DamageModel::kTorn, DamageModel::kZeros,
                                   DamageModel::kGarbage};
constexpr const char* kModelNames[] = {"strict", "prefix", "torn", "zeros", "garbage"};
constexpr RegisterId kRegister = {7, 1, 2};
const std::string kLog = "/hub/log";
const std::string kFirst = "/hub/log/00000000000000000001.seg";
const std::string kHead = "/hub/head";

LogOptions options_for(std::uint64_t segment_bytes, bool writable = true) {
  return {kRegister, segment_bytes, writable};
}

// What transaction n says: short, or long and easily compressed, or long and not.
std::string text_of(TxNumber n) {
  if (n % 3 == 0) return std::string(300 + n, 'a');
  std::string text = fmt::format("transaction {}", n);
  Dice dice(n);
  if (n % 5 == 0)
    while (text.size() < 900) text.push_back(static_cast<char>(dice.below(256)));
  return text;
}

EncodedRecord record_of(TxNumber n, const Digest& previous_root, std::string_view text) {
  LoggedHead head;
  head.register_id = kRegister;
  head.number = n;
  head.time = {static_cast<std::int64_t>(n) * 1000};
  head.previous_root = previous_root;
  PartList parts;
  parts.bytes.push_back(0x11);
  append_text(parts.bytes, text);
  parts.ends.push_back(static_cast<std::uint32_t>(parts.bytes.size()));
  auto encoded = encode_record(head, parts, Digest{1});
  EXPECT_TRUE(encoded.ok());
  return *std::move(encoded);
}

// All records of the one history that these tests write.
class History {
 public:
  const EncodedRecord& record(TxNumber n) {
    while (records_.size() < n) {
      records_.push_back(record_of(records_.size() + 1, tree_.root(), text_of(records_.size() + 1)));
      tree_.append(records_.back().leaf);
      roots_.push_back(tree_.root());
    }
    return records_[n - 1];
  }
  std::vector<EncodedRecord> records(TxNumber first, TxNumber count) {
    std::vector<EncodedRecord> out;
    for (TxNumber n = first; n < first + count; ++n) out.push_back(record(n));
    return out;
  }
  Digest root(TxNumber n) {
    if (n == 0) return MerkleFrontier().root();
    (void)record(n);
    return roots_[n - 1];
  }

 private:
  std::vector<EncodedRecord> records_;
  MerkleFrontier tree_;
  std::vector<Digest> roots_;
};

History& history() {
  static History history;
  return history;
}

Status append(Log& log, TxNumber first, TxNumber count, bool sync = true) {
  return log.append(first - 1, history().records(first, count), {static_cast<std::int64_t>(first + count - 1) * 1000},
                    sync);
}

// Reads 1..last and compares; the number of good records before the first failure, and that failure.
struct ReadBack {
  TxNumber good = 0;
  Status status;
};
ReadBack read_back(const Log& log, TxNumber last) {
  ReadBack out;
  out.status = log.read(1, last, [&](TxNumber number, std::string_view record) {
    EXPECT_EQ(number, out.good + 1);
    EXPECT_TRUE(record == history().record(number).bytes) << "record " << number << " is another";
    ++out.good;
    return Status();
  });
  return out;
}

void expect_whole(const Log& log, TxNumber head) {
  ASSERT_EQ(log.damage(), "");
  ASSERT_EQ(log.head().number, head);
  EXPECT_EQ(log.head().tree.size(), head);
  EXPECT_EQ(log.head().tree.root(), history().root(head));
  EXPECT_EQ(log.head().time.micros, static_cast<std::int64_t>(head) * 1000);
  const ReadBack back = read_back(log, head);
  EXPECT_TRUE(back.status.ok()) << back.status.text();
  EXPECT_EQ(back.good, head);
}

std::unique_ptr<Log> open(Files& files, std::uint64_t segment_bytes, bool writable = true) {
  auto log = open_log(files, kLog, options_for(segment_bytes, writable));
  EXPECT_TRUE(log.ok()) << log.status().text();
  return log.ok() ? *std::move(log) : nullptr;
}

// A disk with a closed log of `count` records in groups of three.
std::unique_ptr<CrashFiles> disk_with(TxNumber count, std::uint64_t segment_bytes) {
  auto disk = std::make_unique<CrashFiles>();
  EXPECT_TRUE(disk->make_directory("/hub").ok());
  EXPECT_TRUE(disk->sync_directory("/").ok());
  auto log = create_log(*disk, kLog, options_for(segment_bytes));
  EXPECT_TRUE(log.ok()) << log.status().text();
  for (TxNumber n = 1; n <= count; n += 3) EXPECT_TRUE(append(**log, n, std::min<TxNumber>(3, count + 1 - n)).ok());
  return disk;
}

std::vector<std::string> segments_of(const CrashFiles& disk) {
  std::vector<std::string> found;
  for (const std::string& path : disk.paths())
    if (path.ends_with(".seg")) found.push_back(path);
  return found;
}

std::string name_in(const std::string& path) { return path.substr(path.rfind('/') + 1); }

// Plain use
// ------------------------------------------------------------------------------------------------------------

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

// Crashes
// --------------------------------------------------------------------------------------------------------------

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
    for (std::size_t model = 0; model < std::size(kModels); ++model) {
      for (std::uint64_t seed = 0; seed < 3; ++seed) {
        SCOPED_TRACE(fmt::format("crash at operation {} ({}), {} model, seed {}, {} acknowledged, {} attempted", at,
                                 disk.struck(), kModelNames[model], seed, progress.acknowledged, progress.attempted));
        check_after_crash(*disk.after_crash(kModels[model], at * 100 + seed), progress);
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
    for (std::size_t model = 0; model < std::size(kModels); ++model) {
      for (std::uint64_t again = 0;; ++again) {
        const auto left = disk.after_crash(kModels[model], at);
        left->crash_at(again);
        (void)open_log(*left, kLog, options_for(1200));
        if (!left->crashed()) break;
        ++points;
        SCOPED_TRACE(fmt::format("crash at operation {} ({}), {} model, again at {} ({})", at, disk.struck(),
                                 kModelNames[model], again, left->struck()));
        check_after_crash(*left->after_crash(kModels[model], at + again), progress);
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
    for (std::size_t model = 0; model < std::size(kModels); ++model) {
      SCOPED_TRACE(kModelNames[model]);
      check_after_crash(*again->after_crash(kModels[model], at), {true, head + 1, head + 1});
    }
    ASSERT_FALSE(testing::Test::HasFailure());
  }
}

// Failing calls
// --------------------------------------------------------------------------------------------------------

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
        for (std::size_t model = 0; model < std::size(kModels); ++model)
          check_after_crash(*disk.after_crash(kModels[model], at), progress);
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
      for (std::size_t model = 0; model < std::size(kModels); ++model)
        check_after_crash(*disk->after_crash(kModels[model], at), {true, head, head + 2});
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
        expect_whole(*open(*disk->after_crash(kModels[budget % 5], budget), 1200), head);
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

// Rot
// ------------------------------------------------------------------------------------------------------------------

// Whatever was done to a closed log of `head` records: the same records, or damage that is told with its place.
void check_damaged(CrashFiles& disk, const std::string& path, TxNumber head, bool writable) {
  const auto log = open_log(disk, kLog, options_for(1200, writable));
  ASSERT_TRUE(log.ok()) << log.status().text();
  const std::string damage = (*log)->damage();
  const TxNumber shown = (*log)->head().number;
  const ReadBack back = read_back(**log, shown);
  if (!back.status.ok()) {
    EXPECT_EQ(back.status.code(), Code::kDamaged) << back.status.text();
    EXPECT_NE(back.status.text().find(name_in(path)), std::string::npos) << back.status.text();
    EXPECT_NE(back.status.text().find("offset"), std::string::npos) << back.status.text();
  }
  if (damage.empty()) {
    ASSERT_EQ(shown, head) << "shows less, and does not say so";
    return;
  }
  EXPECT_NE(damage.find(name_in(path)), std::string::npos) << damage;
  EXPECT_NE(damage.find("offset"), std::string::npos) << damage;
  EXPECT_TRUE(back.status.ok()) << "the prefix is not good: " << back.status.text();
  ASSERT_LE(shown, head);
  EXPECT_EQ((*log)->head().tree.root(), history().root(shown));
  EXPECT_EQ(append(**log, shown + 1, 1).code(), writable ? Code::kDamaged : Code::kReadOnly);
  EXPECT_FALSE((*log)->rewrite_head().ok());
}

TEST(LogDamage, AFlipOfAnyBitIsFoundOrHarmless) {
  const auto disk = disk_with(13, 1200);
  const std::map<std::string, std::string> before = [&] {
    std::map<std::string, std::string> bytes;
    for (const std::string& path : disk->paths()) bytes[path] = *disk->contents(path);
    return bytes;
  }();
  ASSERT_GE(segments_of(*disk).size(), 3U);
  std::uint64_t found = 0;
  for (const auto& [path, bytes] : before) {
    for (std::uint64_t at = 0; at < bytes.size(); ++at) {
      if (path == kHead && (at % 4096 > 200 || at % 5 != 0)) continue;  // padding
      const auto mask = static_cast<unsigned char>(1U << (at % 8));
      SCOPED_TRACE(fmt::format("{} at {}", path, at));
      ASSERT_TRUE(disk->flip(path, at, mask).ok());
      check_damaged(*disk, path, 13, at % 2 == 0);
      const auto log = open_log(*disk, kLog, options_for(1200, false));
      const bool is_found = !(*log)->damage().empty() || !read_back(**log, 13).status.ok();
      EXPECT_EQ(is_found, path != kHead);
      found += is_found;
      for (const auto& [other, whole] : before) ASSERT_TRUE(disk->replace(other, whole).ok());
      ASSERT_FALSE(testing::Test::HasFailure());
    }
  }
  EXPECT_GT(found, 3000U);
}

TEST(LogDamage, ACutOfAnySegmentAnywhereIsFound) {
  const auto disk = disk_with(13, 1200);
  for (const std::string& path : segments_of(*disk)) {
    const std::uint64_t size = disk->contents(path)->size();
    for (std::uint64_t at = 0; at < size; ++at) {
      SCOPED_TRACE(fmt::format("{} cut at {}", path, at));
      const auto left = disk->clone();
      ASSERT_TRUE(left->replace(path, disk->contents(path)->substr(0, at)).ok());
      check_damaged(*left, path, 13, at % 2 == 0);
      const auto log = open(*left, 1200, false);
      EXPECT_TRUE(!log->damage().empty() || !read_back(*log, 13).status.ok());
      ASSERT_FALSE(testing::Test::HasFailure());
    }
  }
}

TEST(LogDamage, AMissingSegmentIsNamed) {
  const auto disk = disk_with(13, 1200);
  for (const std::string& path : segments_of(*disk)) {
    SCOPED_TRACE(path);
    for (const bool has_head : {true, false}) {
      const auto left = disk->clone();
      ASSERT_TRUE(left->remove(path).ok());
      const bool is_last = path == segments_of(*disk).back();
      if (!has_head) {
        EXPECT_TRUE(left->remove(kHead).ok());
      }
      if (!has_head && is_last) continue;  // nothing is left that knows of it
      check_damaged(*left, path, 13, true);
      EXPECT_NE(open(*left, 1200, false)->damage(), "");
    }
  }
}

TEST(LogDamage, AllSegmentsGoneIsDamageAndNoEmptyLog) {
  const auto disk = disk_with(13, 1200);
  for (const std::string& path : segments_of(*disk)) ASSERT_TRUE(disk->remove(path).ok());
  EXPECT_NE(open(*disk, 1200)->damage(), "");
  ASSERT_TRUE(disk->remove_directory(kLog).ok());
  EXPECT_NE(open(*disk, 1200)->damage(), "");
}

TEST(LogDamage, SegmentsThatChangedPlacesAreFound) {
  const auto disk = disk_with(13, 1200);
  const std::vector<std::string> paths = segments_of(*disk);
  const std::string first = *disk->contents(paths[0]);
  ASSERT_TRUE(disk->replace(paths[0], *disk->contents(paths[1])).ok());
  check_damaged(*disk, paths[0], 13, true);
  EXPECT_NE(open(*disk, 1200)->damage(), "");
  ASSERT_TRUE(disk->replace(paths[1], first).ok());
  EXPECT_NE(open(*disk, 1200)->damage(), "");
}

TEST(LogDamage, ASegmentOfAnotherRegisterIsFound) {
  const auto disk = disk_with(3, 4096);
  LogOptions other = options_for(4096);
  other.register_id = {9};
  const auto log = open_log(*disk, kLog, other);
  ASSERT_TRUE(log.ok());
  EXPECT_NE((*log)->damage().find("another register"), std::string::npos);
}

TEST(LogDamage, AnOlderCopyOfTheLogThanTheSecondPlaceSaysIsFound) {
  const auto disk = disk_with(6, 4096);
  const std::string old = *disk->contents(kFirst);
  ASSERT_TRUE(append(*open(*disk, 4096), 7, 2).ok());
  ASSERT_TRUE(disk->replace(kFirst, old).ok());
  const auto log = open(*disk, 4096);
  EXPECT_EQ(log->head().number, 6U);
  EXPECT_NE(log->damage().find("transaction 8 was acknowledged"), std::string::npos) << log->damage();
}

// With its second place lost, the log still knows of most of what it once held.
TEST(LogDamage, WithoutASecondPlaceAHoleIsStillToldFromATornTail) {
  const auto disk = disk_with(12, 64 << 10);
  ASSERT_TRUE(disk->remove(kHead).ok());
  const std::string whole = *disk->contents(kFirst);
  const std::string place = open(*disk, 64 << 10, false)->place_of(10);  // the last group's first
  const std::uint64_t last_group = std::stoull(place.substr(place.rfind(' ') + 1));
  for (std::uint64_t at = 0; at < whole.size(); at += 3) {
    SCOPED_TRACE(at);
    std::string bytes = whole;
    bytes[at] = static_cast<char>(bytes[at] ^ 0x10);
    ASSERT_TRUE(disk->replace(kFirst, bytes).ok());
    const auto log = open(*disk, 64 << 10, false);
    if (at < last_group) {
      EXPECT_NE(log->damage(), "");
    } else {
      EXPECT_EQ(log->damage(), "");
      EXPECT_GE(log->head().number, 9U);
    }
  }
}

TEST(LogDamage, ALostSecondPlaceIsMadeAgain) {
  for (const bool remove : {true, false}) {
    const auto disk = disk_with(9, 1200);
    if (remove) {
      ASSERT_TRUE(disk->remove(kHead).ok());
    } else {
      ASSERT_TRUE(disk->replace(kHead, std::string(8192, 'x')).ok());
    }
    expect_whole(*open(*disk, 1200), 9);
    const auto left = disk->after_crash(DamageModel::kStrict, 1);
    ASSERT_TRUE(left->replace(kFirst, "").ok());
    EXPECT_NE(open(*left, 1200)->damage(), "") << "the second place knows nothing";
  }
}

TEST(LogDamage, RewriteHeadMakesASecondPlaceThatWasLostMeanwhile) {
  const auto disk = disk_with(9, 1200);
  const auto log = open(*disk, 1200);
  ASSERT_TRUE(disk->remove(kHead).ok());
  ASSERT_TRUE(log->rewrite_head().ok());
  expect_whole(*open(*disk, 1200, false), 9);
  ASSERT_TRUE(append(*log, 10, 1).ok());
  expect_whole(*open(*disk, 1200, false), 10);
}

// Several damages at once: what is read is what was written, or nothing is.
TEST(LogDamage, NoHeapOfDamagesMakesAnotherRecord) {
  const char* given = std::getenv("AMONT_SEED");
  const std::uint64_t seed = given == nullptr ? 3 : std::strtoull(given, nullptr, 10);
  fmt::print("AMONT_SEED={}\n", seed);
  Dice dice(seed);
  const auto sound = disk_with(13, 1200);
  const std::vector<std::string> paths = sound->paths();
  for (int round = 0; round < 1500; ++round) {
    SCOPED_TRACE(round);
    const auto disk = sound->clone();
    for (std::uint64_t n = 1 + dice.below(4); n > 0; --n) {
      const std::string& path = paths[dice.below(paths.size())];
      std::string bytes = *disk->contents(path);
      if (bytes.empty()) continue;
      const std::uint64_t at = dice.below(bytes.size());
      const std::uint64_t kind = dice.below(6);
      if (kind == 0) bytes.resize(at);
      if (kind == 1) bytes[at] = static_cast<char>(dice.below(256));
      if (kind == 2) bytes.insert(at, sound->contents(paths[dice.below(paths.size())])->substr(0, dice.below(300)));
      if (kind == 3) bytes.erase(at, dice.below(300));
      if (kind == 4) bytes += bytes.substr(at / 2);
      if (kind == 5) bytes = *sound->contents(paths[dice.below(paths.size())]);
      ASSERT_TRUE(disk->replace(path, std::move(bytes)).ok());
    }
    for (const bool writable : {false, true}) {
      const auto log = open_log(*disk, kLog, options_for(1200, writable));
      ASSERT_TRUE(log.ok()) << log.status().text();
      const TxNumber head = (*log)->head().number;
      ASSERT_LE(head, 13U);
      EXPECT_EQ((*log)->head().tree.root(), history().root(head));
      const ReadBack back = read_back(**log, head);
      EXPECT_TRUE(back.status.ok() || back.status.code() == Code::kDamaged) << back.status.text();
      EXPECT_TRUE(head == 13 || !(*log)->append(13, history().records(14, 1), {}, true).ok());
      (void)(*log)->refresh();
    }
    ASSERT_FALSE(testing::Test::HasFailure());
  }
}

// Room ahead of the frames
// ---------------------------------------------------------------------------------------------

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
  for (const DamageModel model : kModels) {
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

// Tails that somebody shaped
// -------------------------------------------------------------------------------------------

std::uint64_t salt_of(CrashFiles& disk) { return decode_segment_header(*disk.contents(kFirst))->salt; }

TEST(LogTail, TextThatLooksLikeAFrameProvesNothing) {
  const auto disk = disk_with(6, 64 << 10);
  std::string tail = "AMTX torn";
  append_frame(tail, record_of(9, {}, "made up"), 9, 0);
  append_frame(tail, record_of(9, {}, "made up"), 9, salt_of(*disk) + 1);
  ASSERT_TRUE(disk->replace(kFirst, *disk->contents(kFirst) + tail).ok());
  expect_whole(*open(*disk, 64 << 10), 6);
}

TEST(LogTail, AFrameFurtherOnThatWasWrittenWhenTheHoleWasOnDiskProvesDamage) {
  const auto disk = disk_with(6, 64 << 10);
  std::string tail = "AMTX torn";
  append_frame(tail, record_of(9, {}, "later"), 8, salt_of(*disk));
  ASSERT_TRUE(disk->replace(kFirst, *disk->contents(kFirst) + tail).ok());
  const auto log = open(*disk, 64 << 10);
  EXPECT_NE(log->damage(), "");
  EXPECT_EQ(log->head().number, 6U);
}

TEST(LogTail, AFrameOfTheSameGroupFurtherOnProvesNothing) {
  const auto disk = disk_with(6, 64 << 10);
  std::string tail = "AMTX torn";
  append_frame(tail, record_of(9, {}, "same group"), 7, salt_of(*disk));
  ASSERT_TRUE(disk->replace(kFirst, *disk->contents(kFirst) + tail).ok());
  expect_whole(*open(*disk, 64 << 10), 6);
}

TEST(LogTail, AGoodFrameThatDoesNotFollowIsNotTaken) {
  const auto disk = disk_with(6, 64 << 10);
  std::string tail;
  append_frame(tail, record_of(7, Digest{5}, "of another history"), 7, salt_of(*disk));
  ASSERT_TRUE(disk->replace(kFirst, *disk->contents(kFirst) + tail).ok());
  const auto log = open(*disk, 64 << 10);
  EXPECT_EQ(log->head().number, 6U);
}

TEST(LogTail, SizesThatAreClaimedAreNotBelieved) {
  const auto disk = disk_with(6, 64 << 10);
  std::string tail;
  for (int i = 0; i < 300; ++i) {
    std::string header(kFrameMagic);
    append_u32(header, kRecordSizeMax);
    append_u64(header, 7);
    append_u64(header, 7);
    append_u32(header, kRecordSizeMax);
    append_u32(header, 0);
    append_u64(header, 1);
    tail += header;
  }
  ASSERT_TRUE(disk->replace(kFirst, *disk->contents(kFirst) + tail).ok());
  expect_whole(*open(*disk, 64 << 10), 6);
}

// Beside a writer
// ------------------------------------------------------------------------------------------------------

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

// Layout
// ---------------------------------------------------------------------------------------------------------------

TEST(LogFrame, TheBytesOfAFrameAreWhatTheFormatSays) {
  EncodedRecord record;
  record.number = 0x0102;
  record.bytes = "record";
  std::string frame;
  append_frame(frame, record, 0x0101, 7);
  ASSERT_EQ(frame.size(), 46U);
  EXPECT_EQ(frame.substr(0, 32), std::string("AMTX"
                                             "\0\0\0\6"
                                             "\0\0\0\0\0\0\1\2"
                                             "\0\0\0\0\0\0\1\1"
                                             "\0\0\0\6"
                                             "\0\0\0\0",
                                             32));
  EXPECT_EQ(frame.substr(40), "record");
  const auto header = decode_frame_header(frame);
  ASSERT_TRUE(header.ok());
  std::string space;
  EXPECT_EQ(*open_frame(*header, frame, 7, space), "record");
  EXPECT_EQ(open_frame(*header, frame, 8, space).code(), Code::kDamaged);
}

TEST(LogFrame, EveryFlippedBitOfAFrameIsFound) {
  EncodedRecord record;
  record.number = 5;
  record.bytes = std::string(2000, 'a') + "b";
  std::string frame;
  append_frame(frame, record, 3, 7);
  ASSERT_LT(frame.size(), 200U);
  for (std::size_t bit = 0; bit < 8 * frame.size(); ++bit) {
    std::string flipped = frame;
    flipped[bit / 8] = static_cast<char>(flipped[bit / 8] ^ (1 << bit % 8));
    const auto header = decode_frame_header(flipped);
    std::string space;
    EXPECT_TRUE(!header || !open_frame(*header, flipped, 7, space)) << bit;
  }
}

}  // namespace
}  // namespace amont
