// Backup and restore on a disk of ours: what is copied, what is not, what is refused, and what a damaged backup says.
#include <fmt/format.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <memory>
#include <string>
#include <vector>

#include "amont/keeping.h"
#include "tests/support/crash_files.h"
#include "tests/support/small_schema.h"

namespace amont {
namespace {

constexpr std::uint64_t kSegmentBytes = 4 << 10;

class BackupTest : public testing::Test {
 protected:
  BackupTest() {
    options_.files = &disk_;
    options_.index_in_memory = true;
    options_.segment_bytes = kSegmentBytes;
    auto store = Store::create("/hub", small_schema(), options_);
    EXPECT_TRUE(store.ok()) << store.status().text();
    store_ = *std::move(store);
  }

  // One dataset each, with a text that does not compress.
  void commit(int count) {
    Dice dice(written_);
    for (; count > 0; --count) {
      std::string text;
      while (text.size() < 500) text.push_back(static_cast<char>('!' + dice.below(90)));
      Transaction transaction;
      transaction.changes.push_back(
          PutNode{{"dataset", fmt::format("d{}", written_++)}, {{"title", Value(text)}}, {}, {}});
      ASSERT_TRUE(store_->commit(transaction).ok());
    }
  }

  Result<BackupReport> backup() { return Store::backup("/hub", "/copy", options_); }
  std::vector<std::string> copies() const {
    std::vector<std::string> out;
    for (const std::string& path : disk_.paths())
      if (path.starts_with("/copy/log/")) out.push_back(path);
    return out;
  }

  CrashFiles disk_;
  Options options_;
  std::unique_ptr<Store> store_;
  int written_ = 0;
};

TEST_F(BackupTest, ARestoredRegisterIsTheOneThatWasBackedUp) {
  commit(30);
  const auto taken = backup();
  ASSERT_TRUE(taken.ok()) << taken.status().text();
  const StoreInfo original = store_->info();
  EXPECT_EQ(taken->head, original.head);
  EXPECT_EQ(taken->root, original.root);
  EXPECT_EQ(taken->register_id, original.register_id);
  EXPECT_GT(taken->files, 3u);
  EXPECT_EQ(taken->files_copied, taken->files);
  EXPECT_EQ(taken->bytes_copied, taken->bytes);

  const auto restored = Store::restore("/copy", "/again", options_);
  ASSERT_TRUE(restored.ok()) << restored.status().text();
  EXPECT_EQ(restored->head, original.head);
  EXPECT_EQ(restored->root, original.root);
  EXPECT_EQ(restored->taken.micros, taken->taken.micros);
  const auto again = Store::open("/again", options_);
  ASSERT_TRUE(again.ok()) << again.status().text();
  EXPECT_EQ((*again)->info().root, original.root);
  EXPECT_EQ((*again)->info().register_id, original.register_id);
  EXPECT_EQ((*again)->snapshot()->id_count(), 30u);
  Transaction next;
  next.changes.push_back(PutNode{{"dataset", "more"}, {}, {}, {}});
  const auto receipt = (*again)->commit(next);
  ASSERT_TRUE(receipt.ok()) << receipt.status().text();
  EXPECT_EQ(receipt->tx, original.head + 1);
}

TEST_F(BackupTest, WhatHasNotChangedIsNotCopiedAgain) {
  commit(30);
  ASSERT_TRUE(backup().ok());
  const std::vector<std::string> first = copies();
  const auto idle = backup();
  ASSERT_TRUE(idle.ok()) << idle.status().text();
  EXPECT_EQ(idle->files_copied, 0u);
  EXPECT_EQ(copies(), first);

  commit(10);
  const auto more = backup();
  ASSERT_TRUE(more.ok()) << more.status().text();
  EXPECT_EQ(more->head, store_->info().head);
  EXPECT_LT(more->files_copied, more->files);
  EXPECT_GE(more->files_copied, 2u);
  EXPECT_EQ(copies().size(), more->files) << "what it replaced is gone";
  EXPECT_TRUE(Store::check_backup("/copy", options_).ok());
}

TEST_F(BackupTest, ASegmentThatWasRewrittenIsCopiedAgain) {
  commit(30);
  ASSERT_TRUE(backup().ok());
  const std::string segment = "/hub/log/00000000000000000001.seg";
  const std::string first_byte = disk_.contents(segment)->substr(0, 1);
  const auto file = disk_.open_for_writing(segment, OpenMode::kMustExist);
  ASSERT_TRUE(file.ok() && (*file)->write(0, first_byte).ok());  // a later time, as after a rename
  const auto again = backup();
  ASSERT_TRUE(again.ok()) << again.status().text();
  EXPECT_EQ(again->files_copied, 1u);
  EXPECT_TRUE(Store::check_backup("/copy", options_).ok());
}

TEST_F(BackupTest, ACopyThatIsGoneIsMadeAgain) {
  commit(30);
  ASSERT_TRUE(backup().ok());
  ASSERT_TRUE(disk_.remove(copies()[1]).ok());
  EXPECT_EQ(Store::check_backup("/copy", options_).code(), Code::kDamaged);
  const auto again = backup();
  ASSERT_TRUE(again.ok()) << again.status().text();
  EXPECT_EQ(again->files_copied, 1u);
  EXPECT_TRUE(Store::check_backup("/copy", options_).ok());
}

TEST_F(BackupTest, OnlyADirectoryThatIsEmptyOrHoldsABackupOfThisRegisterIsWrittenTo) {
  commit(3);
  const auto refused = [&](const std::string& destination) {
    const auto done = Store::backup("/hub", destination, options_);
    EXPECT_EQ(done.code(), Code::kInvalid) << destination;
    return done.status().text();
  };
  ASSERT_TRUE(Store::create("/other", small_schema(), options_).ok());
  EXPECT_EQ(refused("/other"), "/other is a register; name a directory that is absent, empty or holds a backup");
  EXPECT_EQ(refused("/hub"), "/hub is within the register; a backup belongs elsewhere, best on another disk");
  EXPECT_EQ(refused("/hub/log"), "/hub/log is within the register; a backup belongs elsewhere, best on another disk");
  ASSERT_TRUE(disk_.make_directory("/full").ok());
  ASSERT_TRUE(disk_.replace("/full/letter", "dear").ok());
  EXPECT_EQ(
      refused("/full"),
      "/full is not empty and no backup (letter is in it); name a directory that is absent, empty or holds a backup");
  ASSERT_TRUE(Store::backup("/other", "/copy", options_).ok());
  EXPECT_EQ(refused("/copy"), "the backup in /copy is of another register; name another directory");
  EXPECT_EQ(Store::backup("/nowhere", "/copy", options_).code(), Code::kNotFound);
}

TEST_F(BackupTest, ARegisterThatWasPutBackDoesNotOverwriteTheBetterBackup) {
  commit(5);
  ASSERT_TRUE(Store::backup("/hub", "/early", options_).ok());
  commit(5);
  ASSERT_TRUE(backup().ok());
  ASSERT_TRUE(Store::restore("/early", "/fork", options_).ok());
  const auto behind = Store::backup("/fork", "/copy", options_);
  EXPECT_EQ(behind.code(), Code::kConflict);
  EXPECT_EQ(behind.status().text(),
            "the backup in /copy ends with transaction 11, and this register with 6: it was put back to an earlier "
            "state. Keep "
            "that backup, and name another directory");
  {
    const auto fork = Store::open("/fork", options_);
    ASSERT_TRUE(fork.ok());
    for (int n = 0; n < 8; ++n) {
      Transaction other;
      other.changes.push_back(PutNode{{"dataset", fmt::format("other{}", n)}, {}, {}, {}});
      ASSERT_TRUE((*fork)->commit(other).ok());
    }
  }
  const auto beside = Store::backup("/fork", "/copy", options_);
  EXPECT_EQ(beside.code(), Code::kConflict);
  EXPECT_NE(beside.status().text().find("which is another one in this register"), std::string::npos);
  EXPECT_TRUE(backup().ok()) << "the original goes on";
}

TEST_F(BackupTest, CheckpointsAreCopiedAndComeBack) {
  commit(3);
  ASSERT_TRUE(disk_.make_directory("/hub/checkpoints").ok());
  ASSERT_TRUE(disk_.replace("/hub/checkpoints/latest", "origin\n4\nroot\n").ok());
  ASSERT_TRUE(backup().ok());
  ASSERT_TRUE(disk_.replace("/hub/checkpoints/latest", "origin\n5\nroot\n").ok());
  ASSERT_TRUE(backup().ok());
  ASSERT_TRUE(Store::restore("/copy", "/again", options_).ok());
  EXPECT_EQ(*disk_.contents("/again/checkpoints/latest"), "origin\n5\nroot\n");
}

TEST_F(BackupTest, EveryFlippedByteOfABackupIsFound) {
  commit(12);
  ASSERT_TRUE(backup().ok());
  for (const std::string& path : disk_.paths()) {
    if (!path.starts_with("/copy/") || path == "/copy/LOCK") continue;
    const std::uint64_t size = disk_.contents(path)->size();
    for (std::uint64_t at = 0; at < size; at += size < 1000 ? 1 : 37) {
      const auto mask = static_cast<unsigned char>(1 << at % 8);
      ASSERT_TRUE(disk_.flip(path, at, mask).ok());
      const auto checked = Store::check_backup("/copy", options_);
      ASSERT_EQ(checked.code(), Code::kDamaged) << path << " at " << at << ": " << checked.status().text();
      ASSERT_TRUE(disk_.flip(path, at, mask).ok());
    }
  }
  const std::string segment = copies()[0];
  ASSERT_TRUE(disk_.flip(segment, 300, 1).ok());
  const auto restored = Store::restore("/copy", "/again", options_);
  EXPECT_EQ(restored.code(), Code::kDamaged);
  EXPECT_EQ(restored.status().text(),
            segment + " is not what was written (its SHA-256 is another); use another backup");
  EXPECT_EQ(Store::open("/again", options_).code(), Code::kNotFound) << "it is no register yet";
  ASSERT_TRUE(disk_.flip(segment, 300, 1).ok());
  EXPECT_TRUE(Store::restore("/copy", "/again", options_).ok()) << "the unfinished one is cleared away";
}

TEST_F(BackupTest, ADamagedLogIsNotCopiedAndTheEarlierBackupStays) {
  commit(30);
  ASSERT_TRUE(backup().ok());
  const std::vector<std::string> before = copies();
  commit(30);
  store_.reset();
  std::vector<std::string> segments;
  for (const std::string& path : disk_.paths())
    if (path.starts_with("/hub/log/")) segments.push_back(path);
  ASSERT_TRUE(disk_.flip(segments[segments.size() - 2], 700, 4).ok());
  const auto refused = backup();
  EXPECT_EQ(refused.code(), Code::kDamaged);
  EXPECT_NE(refused.status().text().find("log/"), std::string::npos) << refused.status().text();
  const auto earlier = Store::check_backup("/copy", options_);
  ASSERT_TRUE(earlier.ok()) << earlier.status().text();
  EXPECT_EQ(earlier->head, 31u);
}

TEST_F(BackupTest, NothingIsOverwrittenByARestore) {
  commit(3);
  ASSERT_TRUE(backup().ok());
  EXPECT_EQ(Store::restore("/copy", "/hub", options_).status().text(),
            "there is a register in /hub already; nothing is overwritten");
  ASSERT_TRUE(disk_.make_directory("/full").ok());
  ASSERT_TRUE(disk_.replace("/full/letter", "dear").ok());
  EXPECT_EQ(Store::restore("/copy", "/full", options_).code(), Code::kInvalid);
  EXPECT_EQ(std::ranges::count(disk_.paths(), std::string("/full/LOCK")), 0) << "nothing is left in it";
  EXPECT_EQ(Store::restore("/copy", "/copy/inside", options_).code(), Code::kInvalid);
  EXPECT_EQ(Store::restore("/nothing", "/new", options_).status().text(), "there is no backup in /nothing");
  EXPECT_EQ(Store::restore("/hub", "/new", options_).status().text(),
            "/hub is a register and no backup; make one with: amont -s /hub backup DIR");
  EXPECT_EQ(Store::open("/copy", options_).status().text(),
            "/copy is a backup; make a register of it with: amont restore /copy -s DIR");
}

TEST_F(BackupTest, CancelledOrWithoutRoomTheEarlierBackupStays) {
  commit(10);
  ASSERT_TRUE(backup().ok());
  commit(20);
  const auto never = [](std::string_view, std::uint64_t, std::uint64_t) { return false; };
  EXPECT_EQ(Store::backup("/hub", "/copy", options_, never).code(), Code::kTimeout);
  EXPECT_EQ(Store::check_backup("/copy", options_)->head, 11u);
  disk_.limit_space(disk_.used_space() + 3000);
  EXPECT_EQ(backup().code(), Code::kNoSpace);
  EXPECT_EQ(Store::check_backup("/copy", options_)->head, 11u);
  disk_.limit_space(CrashFiles::kNoLimit);
  const auto done = backup();
  ASSERT_TRUE(done.ok()) << done.status().text();
  EXPECT_EQ(Store::check_backup("/copy", options_)->head, 31u);
  EXPECT_EQ(copies().size(), done->files) << "what was begun is cleared away";
}

TEST_F(BackupTest, OneThatDidNotComeToItsEndIsKnownToo) {
  commit(10);
  disk_.limit_space(disk_.used_space() + 3000);
  EXPECT_EQ(backup().code(), Code::kNoSpace);
  disk_.limit_space(CrashFiles::kNoLimit);
  const auto noted = disk_.contents("/hub/copies");
  ASSERT_TRUE(noted.ok());
  EXPECT_TRUE(noted->starts_with("backup\t11\t")) << *noted;
  EXPECT_TRUE(noted->ends_with("\t/copy\n")) << *noted;
}

TEST_F(BackupTest, ARestoredRegisterKnowsAllCopiesThatTheOriginalKnew) {
  commit(1);
  ASSERT_TRUE(store_->note_copy("bundle", "/mnt/study.bundle", 2).ok());
  ASSERT_TRUE(Store::backup("/hub", "/elsewhere", options_).ok());
  ASSERT_TRUE(backup().ok());
  ASSERT_TRUE(backup().ok());
  ASSERT_TRUE(Store::restore("/copy", "/again", options_).ok());
  const auto known = disk_.contents("/again/copies");
  ASSERT_TRUE(known.ok());
  for (const char* const path : {"\t/mnt/study.bundle\n", "\t/elsewhere\n", "\t/copy\n"})
    EXPECT_NE(known->find(path), std::string::npos) << path << " in " << *known;
  EXPECT_EQ(std::ranges::count_if(disk_.paths(), [](const auto& path) { return path.starts_with("/copy/copies."); }),
            1);
}

TEST_F(BackupTest, AnEmptyRegisterCanBeBackedUp) {
  ASSERT_TRUE(Store::create("/empty", {}, options_).ok());
  const auto taken = Store::backup("/empty", "/copy", options_);
  ASSERT_TRUE(taken.ok()) << taken.status().text();
  EXPECT_EQ(taken->head, 0u);
  const auto restored = Store::restore("/copy", "/again", options_);
  ASSERT_TRUE(restored.ok()) << restored.status().text();
  EXPECT_EQ(restored->root, taken->root);
}

TEST_F(BackupTest, AManifestMayNameOnlyWhatARegisterHas) {
  commit(1);
  ASSERT_TRUE(backup().ok());
  std::string manifest = *disk_.contents("/copy/backup");
  const std::size_t at = manifest.find("log/0000");
  ASSERT_NE(at, std::string::npos);
  manifest.replace(at, 8, "log/../x");
  ASSERT_TRUE(disk_.replace("/copy/backup", manifest).ok());
  EXPECT_EQ(Store::restore("/copy", "/again", options_).code(), Code::kDamaged);
}

}  // namespace
}  // namespace amont
