// RocksDB through the Files door, over a file system that crashes: written as the index writes, without its own log and
// flushed by hand.
#include "core/index/rocks_files.h"

#include <gtest/gtest.h>
#include <rocksdb/db.h>
#include <rocksdb/env.h>

#include <memory>
#include <string>
#include <vector>

#include "tests/support/crash_files.h"

namespace amont {
namespace {

constexpr int kRounds = 4;
constexpr int kKeysPerRound = 20;

// A database with two column families on a disk of ours. Closed before its environment goes.
struct Database {
  std::unique_ptr<rocksdb::Env> env;
  std::unique_ptr<rocksdb::DB> db;
  std::vector<rocksdb::ColumnFamilyHandle*> families;

  ~Database() {
    for (rocksdb::ColumnFamilyHandle* family : families) (void)db->DestroyColumnFamilyHandle(family);
    if (db) (void)db->Close();
  }

  rocksdb::Status open(Files& files) {
    env = rocks_env(files);
    rocksdb::Options options;
    options.env = env.get();
    options.create_if_missing = true;
    options.create_missing_column_families = true;
    options.atomic_flush = true;
    options.max_background_jobs = 1;
    options.stats_dump_period_sec = 0;
    options.stats_persist_period_sec = 0;
    const std::vector<rocksdb::ColumnFamilyDescriptor> wanted = {{rocksdb::kDefaultColumnFamilyName, options},
                                                                 {"second", options}};
    rocksdb::DB* opened = nullptr;
    const rocksdb::Status status = rocksdb::DB::Open(options, "/db", wanted, &families, &opened);
    db.reset(opened);
    return status;
  }

  // One round writes its keys to both families and flushes them together.
  rocksdb::Status round(int n) {
    rocksdb::WriteOptions without_log;
    without_log.disableWAL = true;
    for (int i = 0; i < kKeysPerRound; ++i) {
      const std::string key = std::to_string(n) + "/" + std::to_string(i);
      for (rocksdb::ColumnFamilyHandle* family : families) {
        const rocksdb::Status put = db->Put(without_log, family, key, std::string(100, 'v'));
        if (!put.ok()) return put;
      }
    }
    return db->Flush(rocksdb::FlushOptions(), families);
  }

  int count(int family) {
    int n = 0;
    const std::unique_ptr<rocksdb::Iterator> all(db->NewIterator(rocksdb::ReadOptions(), families[family]));
    for (all->SeekToFirst(); all->Valid(); all->Next()) ++n;
    EXPECT_TRUE(all->status().ok()) << all->status().ToString();
    return n;
  }
};

TEST(RocksFiles, ADatabaseWorksAndIsThereAgain) {
  CrashFiles disk;
  {
    Database database;
    ASSERT_TRUE(database.open(disk).ok());
    for (int n = 0; n < kRounds; ++n) ASSERT_TRUE(database.round(n).ok());
    ASSERT_TRUE(database.db->CompactRange({}, database.families[0], nullptr, nullptr).ok());
    EXPECT_EQ(database.count(0), kRounds * kKeysPerRound);
  }
  Database again;
  ASSERT_TRUE(again.open(disk).ok());
  EXPECT_EQ(again.count(0), kRounds * kKeysPerRound);
  EXPECT_EQ(again.count(1), kRounds * kKeysPerRound);
  for (const std::string& path : disk.paths()) EXPECT_TRUE(path.starts_with("/db/")) << path;
}

TEST(RocksFiles, ASecondOpenIsRefusedWhileTheFirstLives) {
  CrashFiles disk;
  Database first;
  ASSERT_TRUE(first.open(disk).ok());
  Database second;
  EXPECT_FALSE(second.open(disk).ok());
}

TEST(RocksFiles, AFullDiskIsReportedAsSuch) {
  CrashFiles disk;
  Database database;
  ASSERT_TRUE(database.open(disk).ok());
  disk.limit_space(disk.used_space() + 10);
  const rocksdb::Status full = database.round(0);
  EXPECT_TRUE(full.IsNoSpace()) << full.ToString();
}

// A flush that was acknowledged is whole in both families after any crash; what was not is whole or absent. With zeros
// and garbage the manifest's end may be past reading (RocksDB then says so): the index is made anew from the log in
// that case, and never by believing it.
TEST(RocksFiles, AFlushThatWasAcknowledgedSurvivesACrashAnywhere) {
  int opened = 0;
  int refused = 0;
  for (std::uint64_t at = 0;; ++at) {
    CrashFiles disk;
    ASSERT_TRUE(disk.make_directory("/db").ok());
    ASSERT_TRUE(disk.sync_directory("/").ok());  // RocksDB does not see to the name of its own directory
    disk.crash_at(disk.mutations() + at);
    int acknowledged = 0;
    {
      Database database;
      if (database.open(disk).ok()) {
        while (acknowledged < kRounds && database.round(acknowledged).ok()) ++acknowledged;
      }
    }
    if (!disk.crashed()) break;
    for (const DamageModel model :
         {DamageModel::kStrict, DamageModel::kPrefix, DamageModel::kTorn, DamageModel::kZeros, DamageModel::kGarbage}) {
      SCOPED_TRACE(disk.struck() + ", operation " + std::to_string(at) + ", model " +
                   std::to_string(static_cast<int>(model)));
      const std::unique_ptr<CrashFiles> after = disk.after_crash(model, at);
      Database database;
      const rocksdb::Status status = database.open(*after);
      if (!status.ok()) {
        ++refused;
        EXPECT_TRUE(model == DamageModel::kZeros || model == DamageModel::kGarbage || acknowledged == 0)
            << status.ToString();
        continue;
      }
      ++opened;
      const int kept = database.count(0);
      EXPECT_EQ(database.count(1), kept) << "half of a flush is visible";
      EXPECT_EQ(kept % kKeysPerRound, 0);
      EXPECT_GE(kept, acknowledged * kKeysPerRound);
      EXPECT_LE(kept, (acknowledged + 1) * kKeysPerRound);
    }
  }
  EXPECT_GT(opened, 50);
  EXPECT_LT(refused, opened);
}

}  // namespace
}  // namespace amont
