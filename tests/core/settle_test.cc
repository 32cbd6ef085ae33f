// Folding in the background what bulk writes left: whatever happens meanwhile, and whatever becomes of it, the table says the same.
#include <gtest/gtest.h>

#include <algorithm>
#include <chrono>
#include <functional>
#include <memory>
#include <string>
#include <thread>
#include <vector>

#include <fmt/format.h>

#include "core/index/edge_pages.h"
#include "core/index/memory_table.h"
#include "core/index/rocks_table.h"
#include "tests/support/crash_files.h"
#include "tests/support/seed.h"
#include "tests/support/table_contents.h"

namespace amont {
namespace {

using namespace std::chrono_literals;

// A table on a disk that fails on demand, and what it must say.
class Settle : public testing::Test {
 protected:
  void open(CrashFiles& disk, SettleOptions settle = {.bytes_min = 1, .quiet = 0ms}) {
    RocksOptions options;
    options.settle = settle;
    auto table = open_rocks_table(disk, "/index", options);
    ASSERT_TRUE(table.ok()) << table.status().text();
    table_ = *std::move(table);
  }
  TableBatch batch() {
    TableBatch batch;
    for (int n = 0; n < 40; ++n) {
      const std::string key = fmt::format("page {}", dice_.below(8));
      const PageEntry edge{static_cast<std::uint32_t>(dice_.below(kPageNodes)), dice_.below(3000), 1, 0, 5, {}};
      std::string delta;
      if (dice_.below(5) == 0)
        append_edge_removal(delta, 6, edge);
      else
        append_edge_put(delta, 5, edge);
      batch.merge(Space::kPages, key, delta);
    }
    batch.put(Space::kRefs, fmt::format("ref {}", dice_.below(20)), fmt::format("{}", dice_.below(1000)));
    return batch;
  }
  void write_in_bulk(int times) {
    for (; times > 0; --times) {
      const TableBatch one = batch();
      ASSERT_TRUE(memory_->write(one).ok());
      const Status written = table_->write_bulk(std::span(&one, 1));
      ASSERT_TRUE(written.ok()) << written.text();
    }
  }
  void expect_the_same(const std::string& when) { EXPECT_EQ(contents(*table_), contents(*memory_)) << when; }

  static std::vector<std::string> files(const CrashFiles& disk) {
    std::vector<std::string> paths = disk.paths();
    std::erase_if(paths, [](const std::string& path) { return !path.ends_with(".sst"); });
    return paths;
  }
  static bool wait_for(const std::function<bool()>& done) {
    for (int look = 0; look < 2500 && !done(); ++look) std::this_thread::sleep_for(2ms);
    return done();
  }

  Dice dice_{seed_of_this_run()};
  CrashFiles disk_;
  std::unique_ptr<MemoryTable> memory_ = std::make_unique<MemoryTable>();
  std::unique_ptr<Table> table_;
};

constexpr int kFew = 4;  // files, so that RocksDB leaves them alone

TEST_F(Settle, FoldsAllOnceAndSaysTheSame) {
  open(disk_);
  write_in_bulk(kFew);
  ASSERT_EQ(files(disk_).size(), std::size_t{kFew});
  table_->settle();
  ASSERT_TRUE(wait_for([&] { return files(disk_).size() == 1; }));
  expect_the_same("folded");
  const auto folded = files(disk_);
  table_->settle();
  std::this_thread::sleep_for(50ms);
  EXPECT_EQ(files(disk_), folded) << "there is nothing left to fold";
  table_.reset();
  open(disk_);
  expect_the_same("opened again");
}

TEST_F(Settle, GoesOnWithWhatWasLeftWhenTheTableWasClosed) {
  open(disk_);
  write_in_bulk(kFew);
  table_.reset();
  open(disk_);
  table_->settle();
  EXPECT_TRUE(wait_for([&] { return files(disk_).size() == 1; }));
  expect_the_same("folded");
}

TEST_F(Settle, LeavesALittleAsItIs) {
  open(disk_, {.bytes_min = 1 << 20, .quiet = 0ms});
  write_in_bulk(kFew);
  table_->settle();
  std::this_thread::sleep_for(50ms);
  EXPECT_EQ(files(disk_).size(), std::size_t{kFew});
}

TEST_F(Settle, WritesOfEveryKindGoOnBesideIt) {
  open(disk_);
  for (int round = 0; round < 60; ++round) {
    const TableBatch one = batch();
    ASSERT_TRUE(memory_->write(one).ok());
    const Status written = round % 2 == 0 ? table_->write_bulk(std::span(&one, 1)) : table_->write(one);
    ASSERT_TRUE(written.ok()) << written.text();
    table_->settle();
    if (round % 7 == 3) {
      ASSERT_TRUE(table_->start_flush().ok());
    }
    if (round % 20 == 11) {
      ASSERT_TRUE(table_->compact([] { return true; }).ok());
    }
    if (round % 20 == 17) {
      ASSERT_TRUE(table_->forget_old_values().ok());
    }
    if (round % 5 == 0) expect_the_same(fmt::format("round {}", round));
  }
  ASSERT_TRUE(table_->flush().ok());
  table_.reset();
  open(disk_);
  expect_the_same("opened again");
}

TEST_F(Settle, ClosingGivesItUp) {
  for (int round = 0; round < 40; ++round) {
    open(disk_, {.bytes_min = 1, .quiet = round % 4 == 0 ? 60s : 0s});
    write_in_bulk(2);
    table_->settle();
    std::this_thread::sleep_for(std::chrono::microseconds(dice_.below(4000)));
    const auto began = std::chrono::steady_clock::now();
    table_.reset();
    EXPECT_LT(std::chrono::steady_clock::now() - began, 10s);
    open(disk_);
    expect_the_same(fmt::format("round {}", round));
    table_.reset();
  }
}

TEST_F(Settle, ACrashAnywhereLosesNothing) {
  bool crashed = true;
  for (std::uint64_t at = 0; crashed && at < 200; ++at) {
    CrashFiles disk;
    memory_ = std::make_unique<MemoryTable>();
    open(disk);
    write_in_bulk(kFew);
    ASSERT_TRUE(disk.sync_directory("/").ok());
    disk.crash_at(disk.mutations() + at);
    table_->settle();
    ASSERT_TRUE(wait_for([&] { return disk.crashed() || files(disk).size() == 1; }));
    table_.reset();
    crashed = disk.crashed();
    for (const DamageModel model : kDamageModels) {
      const auto left = disk.after_crash(model, at);
      open(*left);
      ASSERT_TRUE(table_);
      expect_the_same(fmt::format("crash at {}, {}", at, disk.struck()));
      table_.reset();
    }
  }
}

TEST_F(Settle, AFullDiskLeavesAllReadable) {
  open(disk_);
  write_in_bulk(kFew);
  disk_.limit_space(disk_.used_space() + 100);
  table_->settle();
  ASSERT_TRUE(wait_for([&] { return disk_.failures() > 0; }));
  expect_the_same("the disk is full");
  const TableBatch one = batch();
  const Status written = table_->write(one);
  if (written.ok()) {
    ASSERT_TRUE(memory_->write(one).ok());
  } else {
    EXPECT_EQ(written.code(), Code::kNoSpace) << written.text();
  }
  expect_the_same("and was written to");
  disk_.limit_space(CrashFiles::kNoLimit);
  if (!table_->flush().ok()) return;  // what was not durable is the log's to bring back
  table_.reset();
  open(disk_);
  expect_the_same("opened again");
  table_->settle();
  EXPECT_TRUE(wait_for([&] { return files(disk_).size() == 1; }));
}

}  // namespace
}  // namespace amont
