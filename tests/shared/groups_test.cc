// Groups of commits: one is checked while the one before it is on its way to disk, upon what that one will have made of the register.
// A disk that can be stopped at its log shows each of the two alone.
#include <gtest/gtest.h>

#include <algorithm>
#include <atomic>
#include <condition_variable>
#include <future>
#include <map>
#include <mutex>
#include <new>
#include <random>
#include <stdexcept>
#include <string>
#include <thread>

#include "amont/store.h"
#include "core/io/files.h"
#include "tests/support/same_register.h"
#include "tests/support/seed.h"
#include "tests/support/small_schema.h"
#include "tests/support/temp_dir.h"

namespace amont {
namespace {

// Where those who write to the log are stopped while it is shut, and what the first of them is told.
class Gate {
 public:
  Status pass() {
    std::unique_lock lock(mutex_);
    ++waiting_;
    moved_.notify_all();
    moved_.wait(lock, [&] { return !shut_; });
    --waiting_;
    if (std::exchange(throws_, false)) throw std::bad_alloc();
    if (refuse_every_ != 0 && ++passed_ % refuse_every_ == 0) return Status(Code::kNoSpace, "no room");
    return std::exchange(answer_, Status());
  }
  void shut() {
    const std::lock_guard lock(mutex_);
    shut_ = true;
  }
  void open(Status answer = {}) {
    const std::lock_guard lock(mutex_);
    shut_ = false;
    answer_ = std::move(answer);
    moved_.notify_all();
  }
  // The first of them meets with an exception.
  void open_and_throw() {
    const std::lock_guard lock(mutex_);
    shut_ = false;
    throws_ = true;
    moved_.notify_all();
  }
  void refuse_every(int nth) {
    const std::lock_guard lock(mutex_);
    refuse_every_ = nth;
  }
  void wait_for_one() {
    std::unique_lock lock(mutex_);
    moved_.wait(lock, [&] { return waiting_ > 0; });
  }

 private:
  std::mutex mutex_;
  std::condition_variable moved_;
  bool shut_ = false;
  int waiting_ = 0;
  Status answer_;
  bool throws_ = false;
  int refuse_every_ = 0;
  int passed_ = 0;
};

enum class Where { kWrite, kStart, kSync };

class GatedFile final : public WritableFile {
 public:
  GatedFile(std::unique_ptr<WritableFile> file, Gate& gate, Where where)
      : file_(std::move(file)), gate_(gate), where_(where) {}
  Status write(std::uint64_t offset, std::string_view bytes) override {
    if (where_ == Where::kWrite) AMONT_TRY(gate_.pass());
    return file_->write(offset, bytes);
  }
  Status start_sync(std::uint64_t offset, std::uint64_t size) override {
    if (where_ == Where::kStart) AMONT_TRY(gate_.pass());
    return file_->start_sync(offset, size);
  }
  Status sync() override {
    if (where_ == Where::kSync) AMONT_TRY(gate_.pass());
    return file_->sync();
  }
  Status truncate(std::uint64_t size) override { return file_->truncate(size); }
  Result<std::uint64_t> size() const override { return file_->size(); }

 private:
  std::unique_ptr<WritableFile> file_;
  Gate& gate_;
  Where where_;
};

// The system's files, with a gate before those of the log.
class GatedFiles final : public Files {
 public:
  GatedFiles(Gate& gate, Where where) : gate_(gate), where_(where) {}
  Result<std::unique_ptr<WritableFile>> open_for_writing(const std::string& path, OpenMode mode) override {
    auto file = posix_files().open_for_writing(path, mode);
    if (!file || !path.ends_with(".seg")) return file;
    return std::unique_ptr<WritableFile>(std::make_unique<GatedFile>(*std::move(file), gate_, where_));
  }
  Result<std::unique_ptr<ReadableFile>> open_for_reading(const std::string& path) override {
    return posix_files().open_for_reading(path);
  }
  Result<FileEntry> stat(const std::string& path) override { return posix_files().stat(path); }
  Result<std::vector<FileEntry>> list(const std::string& path) override { return posix_files().list(path); }
  Status make_directory(const std::string& path) override { return posix_files().make_directory(path); }
  Status remove(const std::string& path) override { return posix_files().remove(path); }
  Status remove_directory(const std::string& path) override { return posix_files().remove_directory(path); }
  Status rename(const std::string& a, const std::string& b) override { return posix_files().rename(a, b); }
  Status link(const std::string& a, const std::string& b) override { return posix_files().link(a, b); }
  Status sync_directory(const std::string& path) override { return posix_files().sync_directory(path); }
  Result<std::unique_ptr<FileLock>> lock(const std::string& path) override { return posix_files().lock(path); }

 private:
  Gate& gate_;
  Where where_;
};

Transaction put(const std::string& key) {
  Transaction transaction;
  transaction.changes.push_back(PutNode{{"dataset", key}, {}, {}, {}});
  return transaction;
}
Transaction join(const std::string& from, const std::string& to) {
  Transaction transaction;
  transaction.changes.push_back(PutEdge{"derived_from", {"dataset", from}, {"dataset", to}, "", {}, {}, {}});
  return transaction;
}

class Groups : public testing::Test {
 protected:
  void create(Where where) {
    files_ = std::make_unique<GatedFiles>(gate_, where);
    Options options;
    options.files = files_.get();
    // Drawn once for each record that is made: tells how many commits were found good.
    options.random_seed = [this](char* out32) {
      std::fill_n(out32, 32, static_cast<char>(++drawn_));
      const std::lock_guard lock(mutex_);
      moved_.notify_all();
      if (std::exchange(throws_, false)) throw std::runtime_error("no seed to be had");
    };
    auto made = Store::create(temp_ / "hub", small_schema(), options);
    ASSERT_TRUE(made.ok()) << made.status().text();
    store_ = *std::move(made);
    for (const char* key : {"a", "b"}) ASSERT_TRUE(store_->commit(put(key)).ok());
    head_ = store_->info().head;
  }
  std::future<Result<Receipt>> commit(Transaction transaction) {
    return std::async(std::launch::async,
                      [this, with = std::move(transaction)]() -> Result<Receipt> { return store_->commit(with); });
  }
  // Begins, with the gate shut, and returns when it is stopped there.
  std::future<Result<Receipt>> stop_at_gate(Transaction transaction) {
    gate_.shut();
    auto done = commit(std::move(transaction));
    gate_.wait_for_one();
    return done;
  }
  // What draws the next seed meets with an exception.
  void throw_at_next_seed() {
    const std::lock_guard lock(mutex_);
    throws_ = true;
  }
  // Returns when it was checked and has become a record.
  std::future<Result<Receipt>> make(Transaction transaction) {
    const int before = drawn_;
    auto done = commit(std::move(transaction));
    std::unique_lock lock(mutex_);
    moved_.wait(lock, [&] { return drawn_ > before; });
    return done;
  }
  bool shows(const std::string& key) {
    const auto view = store_->snapshot();
    EXPECT_TRUE(view.ok()) << view.status().text();
    const auto node = view->node(Ref{"dataset", key});
    return node.ok() && node->has_value();
  }

  TempDir temp_;
  Gate gate_;
  std::unique_ptr<GatedFiles> files_;
  std::unique_ptr<Store> store_;
  std::atomic<int> drawn_{0};
  std::mutex mutex_;
  std::condition_variable moved_;
  bool throws_ = false;
  TxNumber head_ = 0;
};

TEST_F(Groups, OneIsCheckedWhileTheOneBeforeIsOnItsWayAndShownAfterIt) {
  create(Where::kSync);
  auto first = stop_at_gate(put("new"));
  auto second = make(join("b", "new"));  // needs what the first one puts
  auto third = make(put("another"));
  EXPECT_FALSE(shows("new"));
  gate_.open();
  const Result<Receipt> one = first.get(), two = second.get(), three = third.get();
  ASSERT_TRUE(one.ok() && two.ok() && three.ok()) << two.status().text();
  EXPECT_EQ(one->tx, head_ + 1);
  EXPECT_EQ(two->tx, head_ + 2);
  EXPECT_EQ(three->tx, head_ + 3);
  EXPECT_TRUE(shows("new") && shows("another"));
}

TEST_F(Groups, WhatIsThrownWhileOneIsCheckedFailsThatOneAlone) {
  create(Where::kSync);
  auto first = stop_at_gate(put("new"));
  auto second = make(join("b", "new"));
  throw_at_next_seed();
  auto third = make(put("unlucky"));
  const Result<Receipt> unlucky = third.get();
  EXPECT_EQ(unlucky.code(), Code::kInvalid);
  EXPECT_NE(unlucky.status().text().find("no seed to be had"), std::string::npos) << unlucky.status().text();
  auto fourth = commit(put("another"));
  gate_.open();
  ASSERT_TRUE(first.get().ok() && second.get().ok() && fourth.get().ok());
  EXPECT_TRUE(shows("new") && shows("another"));
  EXPECT_FALSE(shows("unlucky"));
  EXPECT_TRUE(store_->commit(put("unlucky")).ok());
  EXPECT_EQ(store_->info().head, head_ + 4);
}

TEST_F(Groups, OneAloneThatMeetsAnExceptionLeavesTheWriterToTheNext) {
  create(Where::kSync);
  throw_at_next_seed();
  EXPECT_EQ(store_->commit(put("unlucky")).code(), Code::kInvalid);
  EXPECT_EQ(store_->info().head, head_);
  ASSERT_TRUE(store_->commit(put("next")).ok());
  EXPECT_TRUE(shows("next"));
}

TEST_F(Groups, WhatIsThrownWhileOneLandsFailsAllThatWaitAndTheLogTakesNoMoreUntilItIsOpenedAgain) {
  create(Where::kWrite);
  auto first = stop_at_gate(put("new"));
  auto second = make(join("b", "new"));
  auto third = make(put("another"));
  gate_.open_and_throw();
  EXPECT_EQ(first.get().code(), Code::kIo);
  EXPECT_EQ(second.get().code(), Code::kNotFound);  // checked again, without what it needs
  EXPECT_EQ(third.get().code(), Code::kReadOnly);
  EXPECT_EQ(store_->commit(put("late")).code(), Code::kReadOnly);
  EXPECT_FALSE(shows("new"));
  store_.reset();
  auto opened = Store::open(temp_ / "hub", {});
  ASSERT_TRUE(opened.ok()) << opened.status().text();
  EXPECT_EQ((*opened)->info().head, head_);
  EXPECT_TRUE((*opened)->commit(put("late")).ok());
}

TEST_F(Groups, ABatchThatMeetsAnExceptionIsGoneAndTheWriterIsFree) {
  create(Where::kSync);
  auto batch = store_->begin_batch({});
  ASSERT_TRUE(batch.ok()) << batch.status().text();
  ASSERT_TRUE((*batch)->add(put("unlucky").changes[0]).ok());
  throw_at_next_seed();
  EXPECT_EQ((*batch)->close().code(), Code::kInvalid);
  ASSERT_TRUE(store_->commit(put("next")).ok());
  EXPECT_FALSE(shows("unlucky"));
  EXPECT_EQ(store_->info().head, head_ + 1);
}

TEST_F(Groups, WhatWasCheckedUponOneThatDidNotLandIsCheckedAgain) {
  create(Where::kWrite);
  auto first = stop_at_gate(put("new"));
  auto second = make(join("b", "new"));
  auto third = make(join("b", "a"));
  gate_.open(Status(Code::kNoSpace, "no room"));
  EXPECT_EQ(first.get().code(), Code::kNoSpace);
  EXPECT_EQ(second.get().code(), Code::kNotFound);
  const Result<Receipt> stands = third.get();
  ASSERT_TRUE(stands.ok()) << stands.status().text();
  EXPECT_EQ(stands->tx, head_ + 1);
  EXPECT_FALSE(shows("new"));
}

class SyncThatFails : public Groups, public testing::WithParamInterface<Where> {};

TEST_P(SyncThatFails, LeavesNothingThatWasCheckedUponItAcknowledged) {
  create(GetParam());
  auto first = stop_at_gate(put("new"));
  auto second = make(put("another"));
  gate_.open(Status(Code::kIo, "the disk is gone"));
  EXPECT_EQ(first.get().code(), Code::kIo);
  EXPECT_EQ(second.get().code(), Code::kReadOnly);
  EXPECT_FALSE(shows("new") || shows("another"));
}

INSTANTIATE_TEST_SUITE_P(WhenItBeginsAndWhenItEnds, SyncThatFails, testing::Values(Where::kStart, Where::kSync));

// What the index will write of a group is made ready while the group syncs: nobody sees any of it then, nor ever of one that fails.
TEST_F(Groups, WhatIsMadeReadyOfOneThatDoesNotLandIsNeverSeen) {
  create(Where::kSync);
  auto first = stop_at_gate(join("b", "a"));
  EXPECT_EQ(store_->info().visible, head_);
  EXPECT_EQ(store_->info().edges, 0U);
  gate_.open(Status(Code::kIo, "the disk is gone"));
  EXPECT_EQ(first.get().code(), Code::kIo);
  EXPECT_EQ(store_->info().visible, head_);
  EXPECT_EQ(store_->info().edges, 0U);
  store_.reset();
  auto opened = Store::open(temp_ / "hub", {});
  ASSERT_TRUE(opened.ok()) << opened.status().text();
  const StoreInfo info = (*opened)->info();
  EXPECT_EQ(info.edges, info.head - head_) << "whole or not at all, as the disk has it";
  ASSERT_TRUE((*opened)->commit(put("next")).ok());
  EXPECT_EQ((*opened)->info().visible, info.head + 1);
}

TEST_F(Groups, AKeyThatIsOnItsWayIsKnown) {
  create(Where::kSync);
  Transaction keyed = put("new");
  keyed.idempotency_key = "once";
  auto first = stop_at_gate(keyed);
  auto again = commit(keyed);
  Transaction other = put("other");
  other.idempotency_key = "once";
  auto conflict = commit(other);
  auto last = make(put("last"));  // and with it those before it were looked at
  gate_.open();
  const Result<Receipt> one = first.get(), two = again.get();
  ASSERT_TRUE(one.ok() && two.ok()) << two.status().text();
  EXPECT_TRUE(one->written);
  EXPECT_FALSE(two->written);
  EXPECT_EQ(two->tx, one->tx);
  EXPECT_EQ(conflict.get().code(), Code::kConflict);
  EXPECT_TRUE(last.get().ok());
}

TEST_F(Groups, AKeyThatLandedLongAgoIsKnownEachTimeItComesAgain) {
  create(Where::kSync);
  Transaction keyed = put("early");
  keyed.idempotency_key = "once";
  const Result<Receipt> landed = store_->commit(keyed);
  ASSERT_TRUE(landed.ok()) << landed.status().text();
  auto first = stop_at_gate(put("new"));
  std::vector<std::future<Result<Receipt>>> again;
  for (int i = 0; i < 3; ++i) again.push_back(commit(keyed));
  auto last = make(put("last"));
  gate_.open();
  for (auto& one : again) {
    const Result<Receipt> told = one.get();
    ASSERT_TRUE(told.ok()) << told.status().text();
    EXPECT_FALSE(told->written);
    EXPECT_EQ(told->tx, landed->tx);
  }
  EXPECT_TRUE(first.get().ok() && last.get().ok());
}

TEST_F(Groups, ABatchBeginsWhenAllBeforeItHaveLanded) {
  create(Where::kSync);
  auto first = stop_at_gate(put("new"));
  auto batch = std::async(std::launch::async, [&]() -> Result<Receipt> {
    AMONT_LET(const auto open, store_->begin_batch({}));
    AMONT_TRY(open->add(join("a", "new").changes.front()).status());
    return open->close();
  });
  EXPECT_EQ(batch.wait_for(std::chrono::milliseconds(20)), std::future_status::timeout);
  gate_.open();
  ASSERT_TRUE(first.get().ok());
  const Result<Receipt> closed = batch.get();
  ASSERT_TRUE(closed.ok()) << closed.status().text();
  EXPECT_EQ(closed->tx, head_ + 2);
}

// What was looked at for one commit is kept for the next. Whatever else changes the register in between, the next one knows.
TEST_F(Groups, ACommitKnowsWhatABatchOrAGrowthDidSinceTheOneBefore) {
  create(Where::kSync);
  ASSERT_TRUE(store_->commit(join("b", "a")).ok());
  const auto by_batch = [&](Change change) -> Result<Receipt> {
    AMONT_LET(const auto batch, store_->begin_batch({}));
    AMONT_TRY(batch->add(std::move(change)).status());
    return batch->close();
  };
  ASSERT_TRUE(by_batch(RetractNode{{"dataset", "a"}}).ok());
  EXPECT_EQ(store_->commit(join("b", "a")).code(), Code::kNotFound);
  ASSERT_TRUE(by_batch(PutNode{{"dataset", "a"}, {}, {}, {}}).ok());
  const Result<Receipt> again = store_->commit(join("b", "a"));
  ASSERT_TRUE(again.ok()) << again.status().text();
  EXPECT_TRUE(again->written) << "the edge of before went with the node";

  Transaction odd;
  odd.changes.push_back(PutNode{{"oddity", "c"}, {}, {}, {}});
  EXPECT_EQ(store_->commit(odd).code(), Code::kRefused);
  Transaction growth;
  growth.changes.push_back(GrowSchema{{"-- grown", {{{}, "oddity", Role::kNone, {}}}, {}}});
  ASSERT_TRUE(store_->commit(growth).ok());
  ASSERT_TRUE(store_->commit(odd).ok());
  EXPECT_EQ(store_->info().nodes, 3U);
  EXPECT_EQ(store_->info().edges, 1U);
}

TEST_F(Groups, ManyCommitsOneAfterTheOtherAreAllThereAndWriteNothingASecondTime) {
  create(Where::kSync);
  constexpr int kCommits = 700;  // more than is kept from one to the next
  for (int n = 0; n < kCommits; ++n) {
    Transaction transaction = put("n" + std::to_string(n));
    transaction.changes.push_back(join("n" + std::to_string(n), n == 0 ? "a" : "n" + std::to_string(n - 1)).changes[0]);
    const Result<Receipt> receipt = store_->commit(transaction);
    ASSERT_TRUE(receipt.ok()) << receipt.status().text();
    ASSERT_EQ(receipt->tx, head_ + static_cast<TxNumber>(n) + 1);
    const Result<Receipt> same = store_->commit(transaction);
    ASSERT_TRUE(same.ok() && !same->written && same->tx == receipt->tx) << n;
  }
  EXPECT_EQ(store_->info().nodes, 2U + kCommits);
  EXPECT_EQ(store_->info().edges, std::uint64_t{kCommits});
}

// Whatever comes together: the register is as if all that was acknowledged had come one by one, in the order of their numbers.
class RandomGroups : public Groups {
 protected:
  void run(Where where, int workers, int commits, std::uint64_t nodes, int refuse_every);
};

void RandomGroups::run(Where where, int workers, int commits, std::uint64_t nodes, int refuse_every) {
  create(where);
  gate_.refuse_every(refuse_every);
  const std::uint64_t seed = seed_of_this_run();
  std::mutex mutex;
  std::map<TxNumber, std::vector<Change>> written;
  std::vector<std::thread> threads;
  for (int thread = 0; thread < workers; ++thread)
    threads.emplace_back([&, thread] {
      std::mt19937_64 dice(seed + static_cast<std::uint64_t>(thread));
      const auto ref = [&] { return Ref{"dataset", "n" + std::to_string(dice() % nodes)}; };
      for (int n = 0; n < commits; ++n) {
        Transaction transaction;
        for (std::uint64_t count = 1 + dice() % 3; count > 0; --count) {
          const Ref from = ref();
          Ref to = ref();
          while (to == from) to = ref();
          const std::vector<PropertyChange> props{{"n", Value(static_cast<std::int64_t>(dice() % 3))}};
          switch (dice() % 5) {
            case 0: transaction.changes.push_back(RetractNode{from}); break;
            case 1: transaction.changes.push_back(RetractEdge{"derived_from", from, to, ""}); break;
            default:
              transaction.changes.push_back(PutNode{from, props, {}, {}});
              transaction.changes.push_back(PutNode{to, {}, {}, {}});
              transaction.changes.push_back(PutEdge{"derived_from", from, to, "", props, {}, {}});
          }
        }
        const Result<Receipt> receipt = store_->commit(transaction);
        if (refuse_every != 0 && receipt.code() == Code::kNoSpace) continue;
        if (!receipt) {
          ASSERT_EQ(receipt.code(), Code::kNotFound) << receipt.status().text();
          continue;
        }
        if (!receipt->written) continue;
        const std::lock_guard lock(mutex);
        ASSERT_TRUE(written.emplace(receipt->tx, transaction.changes).second);
      }
    });
  for (std::thread& thread : threads) thread.join();
  ModelState model;
  ASSERT_TRUE(apply_all(model, {GrowSchema{small_schema()}}, 1).ok());
  ASSERT_TRUE(apply_all(model, put("a").changes, 2).ok());
  ASSERT_TRUE(apply_all(model, put("b").changes, 3).ok());
  model.tx = head_;
  for (const auto& [tx, changes] : written) {
    ASSERT_EQ(tx, model.tx + 1) << "seed " << seed;
    const auto changed = apply_all(model, changes, tx);
    ASSERT_TRUE(changed.ok() && *changed) << "transaction " << tx << ", seed " << seed << ": "
                                          << (changed.ok() ? "nothing to do" : changed.status().text());
    model.tx = tx;
    const auto then = store_->snapshot_at(tx);
    ASSERT_TRUE(then.ok()) << then.status().text();
    model.time = then->time();
    ASSERT_EQ(difference(*then, model, tx % 16 == 0), "") << "transaction " << tx << ", seed " << seed;
  }
  EXPECT_EQ(store_->info().head, model.tx);
}

TEST_F(RandomGroups, OfAFewThreadsAreAsTheModelOneByOne) { run(Where::kSync, 6, 60, 8, 0); }
TEST_F(RandomGroups, OfManyThreadsAreAsTheModelOneByOne) { run(Where::kSync, 24, 20, 8, 0); }
TEST_F(RandomGroups, OfNewNodesAreAsTheModelOneByOne) { run(Where::kSync, 6, 60, 400, 0); }
TEST_F(RandomGroups, OfAFewThreadsOnADiskThatIsFullNowAndThenAreAsTheModelOneByOne) {
  run(Where::kWrite, 6, 60, 60, 7);
}
TEST_F(RandomGroups, OfOneThreadOnADiskThatIsFullNowAndThenAreAsTheModelOneByOne) { run(Where::kWrite, 1, 200, 60, 7); }
TEST_F(RandomGroups, OfManyThreadsOnADiskThatIsFullNowAndThenAreAsTheModelOneByOne) {
  run(Where::kWrite, 24, 20, 60, 7);
}

}  // namespace
}  // namespace amont
