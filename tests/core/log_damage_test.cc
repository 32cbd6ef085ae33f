// Rot in a log, and tails that somebody shaped: found, told with their place, or harmless.
#include "core/log/log.h"

#include <fmt/format.h>
#include <gtest/gtest.h>

#include <cstdlib>

#include "core/log/frame.h"
#include "tests/core/log_history.h"

namespace amont {
namespace {

using namespace log_history;

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

}  // namespace
}  // namespace amont
