// A disk that fills up, at every 997th byte of a workload, and a real one of 3 MiB: nothing acknowledged is lost, everything can be
// read meanwhile, also by who opens it then, and writing goes on by itself when there is room.
//
// AMONT_EVERY_BYTE_BUDGET=1 takes each budget in turn; unless set, one in 97.
#include <fmt/format.h>
#include <gtest/gtest.h>
#include <sys/mount.h>
#include <unistd.h>

#include <chrono>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <memory>
#include <string>
#include <thread>

#include "amont/keeping.h"
#include "tests/support/crash_files.h"
#include "tests/support/small_schema.h"
#include "tests/support/temp_dir.h"

namespace amont {
namespace {

using Clock = std::chrono::steady_clock;

std::string noise(Dice& dice, std::size_t size) {
  std::string text;
  while (text.size() < size) text.push_back(static_cast<char>('!' + dice.below(90)));
  return text;
}

PutNode put(std::uint64_t n) {
  Dice dice(n);
  return {{"dataset", fmt::format("d{:06}", n)}, {{"title", Value(noise(dice, 2000))}}, {}, {}};
}

// Commits of four nodes, and an import of forty now and then: until it is over or something fails. `acknowledged` counts nodes.
struct Workload {
  Store* store;
  std::uint64_t acknowledged = 0;

  Status step(int at) {
    if (at % 10 == 9) {
      AMONT_LET(const auto batch, store->begin_batch({}));
      for (std::uint64_t n = 0; n < 40; ++n) AMONT_TRY(batch->add(put(acknowledged + n)).status());
      AMONT_TRY(batch->close().status());
      acknowledged += 40;
      return {};
    }
    Transaction transaction;
    for (std::uint64_t n = 0; n < 4; ++n) transaction.changes.push_back(put(acknowledged + n));
    AMONT_TRY(store->commit(transaction).status());
    acknowledged += 4;
    return {};
  }
  Status run(int steps) {
    for (int at = 0; at < steps; ++at) AMONT_TRY(step(at));
    return {};
  }
};

// All that was acknowledged and nothing else: the first, the last, and as many.
void expect_all(Store& store, std::uint64_t count) {
  const auto view = store.snapshot();
  ASSERT_TRUE(view.ok()) << view.status().text();
  ASSERT_EQ(view->id_count(), count);
  for (const std::uint64_t n : {std::uint64_t{0}, count / 2, count - 1}) {
    const auto node = view->node(Ref{"dataset", fmt::format("d{:06}", n)});
    ASSERT_TRUE(node.ok()) << node.status().text();
    ASSERT_TRUE(*node) << n;
    ASSERT_EQ(*find_property((*node)->props, "title"), *put(n).props[0].value);
  }
}

Options options_for(std::uint64_t ballast) {
  Options options;
  options.segment_bytes = 512 << 10;
  options.flush_log_bytes = 192 << 10;
  options.batch_part_bytes = 24 << 10;
  options.memory_bytes = 4 << 20;
  options.ballast_bytes = ballast;
  return options;
}

constexpr int kSteps = 80;  // about 1 MiB of log, and as much of index

void fill_at(std::uint64_t budget, std::uint64_t ballast, std::uint64_t& full) {
  CrashFiles disk;
  Options options = options_for(ballast);
  options.files = &disk;
  auto store = Store::create("/hub", small_schema(), options);
  ASSERT_TRUE(store.ok());
  Workload work{store->get()};
  ASSERT_TRUE(work.step(0).ok());
  disk.limit_space(disk.used_space() + budget);
  const Status ended = work.run(kSteps);
  ASSERT_NO_FATAL_FAILURE(expect_all(**store, work.acknowledged));
  if (!ended.ok()) {
    ++full;
    ASSERT_EQ(ended.code(), Code::kNoSpace) << ended.text();
    // Who opens it now can read as well.
    const auto reader = Store::open_read_only("/hub", options);
    ASSERT_TRUE(reader.ok()) << reader.status().text();
    ASSERT_NO_FATAL_FAILURE(expect_all(**reader, work.acknowledged));
  }
  if (budget % 2 == 0) {  // every other time it is closed and opened on the full disk
    store->reset();
    store = Store::open("/hub", options);
    ASSERT_TRUE(store.ok()) << store.status().text();
    ASSERT_NO_FATAL_FAILURE(expect_all(**store, work.acknowledged));
  }
  disk.limit_space(CrashFiles::kNoLimit);
  Workload more{store->get(), work.acknowledged};
  Status again = more.step(0);
  for (const auto until = Clock::now() + std::chrono::seconds(1);
       again.code() == Code::kNoSpace && Clock::now() < until;) {
    std::this_thread::sleep_for(std::chrono::milliseconds(20));
    again = more.step(0);
  }
  ASSERT_TRUE(again.ok()) << again.text();
  ASSERT_TRUE(more.run(10).ok());
  ASSERT_NO_FATAL_FAILURE(expect_all(**store, more.acknowledged));
  if (ballast > 0 && !ended.ok() && (*store)->info().log_bytes > 8 * ballast) {
    const auto until = Clock::now() + std::chrono::seconds(1);
    while (!disk.stat("/hub/ballast").ok() && Clock::now() < until) {
      std::this_thread::sleep_for(std::chrono::milliseconds(20));
      ASSERT_TRUE(more.step(0).ok());
    }
    const auto kept = disk.stat("/hub/ballast");
    ASSERT_TRUE(kept.ok()) << "the ballast is made again";
    ASSERT_EQ(kept->size, ballast);
  }
  store->reset();
  const auto last = Store::open("/hub", options);
  ASSERT_TRUE(last.ok()) << last.status().text();
  ASSERT_NO_FATAL_FAILURE(expect_all(**last, more.acknowledged));
}

void sweep(std::uint64_t ballast) {
  const bool all = std::getenv("AMONT_EVERY_BYTE_BUDGET") != nullptr;
  const std::uint64_t step = all ? 997 : std::uint64_t{997} * 97;
  std::uint64_t full = 0, runs = 0;
  for (std::uint64_t budget = 0; budget < 4 << 20 && !testing::Test::HasFailure(); budget += step, ++runs) {
    SCOPED_TRACE(fmt::format("{} bytes of room, ballast {}", budget, ballast));
    fill_at(budget, ballast, full);
  }
  fmt::print("{} budgets, {} of them too small\n", runs, full);
  EXPECT_GT(full, 5u);
}

TEST(FullDisk, AtEveryBudgetNothingIsLostAndWritingGoesOn) { sweep(0); }
TEST(FullDisk, WithBallastAtEveryBudgetNothingIsLostAndWritingGoesOn) { sweep(64 << 10); }

TEST(FullDisk, TheIndexIsOnDiskAgainOnceThereIsRoomAndNobodyHoldsTheOldOne) {
  CrashFiles disk;
  Options options = options_for(32 << 10);
  options.files = &disk;
  const auto store = Store::create("/hub", small_schema(), options);
  ASSERT_TRUE(store.ok());
  Workload work{store->get()};
  ASSERT_TRUE(work.run(10).ok());
  auto held = (*store)->snapshot();
  ASSERT_TRUE(held.ok());
  const std::uint64_t seen = work.acknowledged;
  disk.limit_space(disk.used_space());
  EXPECT_EQ(work.run(kSteps).code(), Code::kNoSpace);
  (void)(*store)->flush();
  disk.limit_space(CrashFiles::kNoLimit);
  std::this_thread::sleep_for(std::chrono::milliseconds(300));
  ASSERT_TRUE(work.step(0).ok());
  EXPECT_EQ(held->id_count(), seen) << "a snapshot stays what it is";
  held = Result<Snapshot>(Status(Code::kClosed, ""));
  std::this_thread::sleep_for(std::chrono::milliseconds(300));
  ASSERT_TRUE(work.step(0).ok());
  ASSERT_TRUE((*store)->compact().ok()) << "the index is in memory still";
  expect_all(**store, work.acknowledged);
}

TEST(FullDisk, ACommitIsRefusedWithWhatToDoAndCostsNothing) {
  CrashFiles disk;
  Options options = options_for(32 << 10);
  options.files = &disk;
  const auto store = Store::create("/hub", small_schema(), options);
  ASSERT_TRUE(store.ok());
  Workload work{store->get()};
  ASSERT_TRUE(work.run(30).ok());
  disk.limit_space(disk.used_space());
  EXPECT_EQ(work.run(kSteps).code(), Code::kNoSpace);
  EXPECT_EQ(disk.stat("/hub/ballast").code(), Code::kNotFound) << "it was given up";
  disk.limit_space(disk.used_space());
  (void)work.step(0);
  EXPECT_EQ(
      work.step(0).text(),
      "the disk of /hub is full: all can be read, and writing goes on by itself once there is room for 32768 bytes");
  const std::uint64_t before = disk.mutations();
  for (int n = 0; n < 10; ++n) EXPECT_EQ(work.step(0).code(), Code::kNoSpace);
  EXPECT_LE(disk.mutations() - before, 8u);
}

// The real thing, where mounting is allowed.
class SmallDisk {
 public:
  SmallDisk() : mounted_(::mount("amont-test", temp_.path().c_str(), "tmpfs", 0, "size=3m") == 0) {}
  ~SmallDisk() {
    if (mounted_) ::umount2(temp_.path().c_str(), MNT_DETACH);
  }
  bool mounted() const { return mounted_; }
  std::string operator/(const std::string& name) const { return temp_ / name; }

 private:
  TempDir temp_;
  bool mounted_;
};

TEST(FullDisk, OnARealDiskOfThreeMebibytes) {
  const SmallDisk disk;
  if (!disk.mounted()) GTEST_SKIP() << "NOT TESTED: mounting a tmpfs is not allowed here; run this as root";
  const Options options = options_for(128 << 10);
  auto store = Store::create(disk / "hub", small_schema(), options);
  ASSERT_TRUE(store.ok()) << store.status().text();
  Workload work{store->get()};
  for (int round = 0; round < 4; ++round) {
    SCOPED_TRACE(fmt::format("round {}", round));
    const Status ran = work.run(4);
    ASSERT_TRUE(ran.ok()) << ran.text();
    {
      std::ofstream filler(disk / "filler", std::ios::binary);
      const std::string piece(4096, 'x');
      while (filler.write(piece.data(), 4096).flush()) {
      }
    }
    Status ended;
    for (int n = 0; n < 2000 && ended.ok(); ++n) ended = work.step(0);
    ASSERT_EQ(ended.code(), Code::kNoSpace) << ended.text();
    ASSERT_NO_FATAL_FAILURE(expect_all(**store, work.acknowledged));
    {
      const auto reader = Store::open_read_only(disk / "hub", options);
      ASSERT_TRUE(reader.ok()) << reader.status().text();
      ASSERT_NO_FATAL_FAILURE(expect_all(**reader, work.acknowledged));
    }
    if (round % 2 == 1) {
      store->reset();
      store = Store::open(disk / "hub", options);
      ASSERT_TRUE(store.ok()) << store.status().text();
      ASSERT_NO_FATAL_FAILURE(expect_all(**store, work.acknowledged));
    }
    std::filesystem::remove(disk / "filler");
    Workload more{store->get(), work.acknowledged};
    const auto room = Clock::now();
    Status again = more.step(0);
    for (; again.code() == Code::kNoSpace && Clock::now() - room < std::chrono::seconds(3); again = more.step(0))
      std::this_thread::sleep_for(std::chrono::milliseconds(10));
    ASSERT_TRUE(again.ok()) << again.text();
    EXPECT_LE(Clock::now() - room, std::chrono::seconds(1));
    work = Workload{store->get(), more.acknowledged};
  }
  store->reset();
  const auto last = Store::open(disk / "hub", options);
  ASSERT_TRUE(last.ok()) << last.status().text();
  expect_all(**last, work.acknowledged);
}

}  // namespace
}  // namespace amont
