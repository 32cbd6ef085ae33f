// Watches: every visible transaction once, in order, whoever writes it and however slow the one who watches.
#include <gtest/gtest.h>

#include <atomic>
#include <chrono>
#include <string>
#include <thread>
#include <vector>

#include "amont/keeping.h"
#include "amont/watch.h"
#include "tests/support/small_schema.h"
#include "tests/support/temp_dir.h"

namespace amont {
namespace {

using std::chrono::milliseconds;
constexpr milliseconds kLong{20'000};

Transaction put(const std::string& key) {
  Transaction transaction;
  transaction.changes.push_back(PutNode{{"dataset", key}, {{"title", Value(key)}}, {}, {}});
  return transaction;
}

class WatchTest : public testing::Test {
 protected:
  WatchTest() {
    options_.segment_bytes = 16 << 10;
    options_.batch_part_bytes = 64;
    options_.memory_bytes = 1 << 20;
    auto made = Store::create(temp_ / "hub", small_schema(), options_);
    EXPECT_TRUE(made.ok()) << made.status().text();
    store_ = *std::move(made);
  }

  void commit(const std::string& key) { ASSERT_TRUE(store_->commit(put(key)).ok()); }
  // Several parts.
  void batch(const std::string& name, bool closes) {
    auto batch = store_->begin_batch({});
    ASSERT_TRUE(batch.ok());
    for (int n = 0; n < 12; ++n)
      ASSERT_TRUE((*batch)->add(PutNode{{"dataset", name + std::to_string(n)}, {}, {}, {}}).ok());
    if (closes) {
      ASSERT_TRUE((*batch)->close().ok());
    }
  }

  static std::string first_key(const TxDetail& detail) {
    return detail.changes.empty() ? "" : detail.changes[0].node.key;
  }

  TempDir temp_;
  Options options_;
  std::unique_ptr<Store> store_;
};

TEST_F(WatchTest, EachTransactionComesOnceAndInOrder) {
  commit("a");
  commit("b");
  const auto watch = store_->watch(2);
  ASSERT_TRUE(watch.ok()) << watch.status().text();
  for (const std::string key : {"a", "b"}) {
    const auto next = (*watch)->next(milliseconds(0));
    ASSERT_TRUE(next.ok() && *next);
    EXPECT_EQ(first_key(**next), key);
  }
  const auto none = (*watch)->next(milliseconds(1));
  ASSERT_TRUE(none.ok());
  EXPECT_FALSE(*none);
  EXPECT_EQ((*watch)->cursor(), 4u);
  commit("c");
  const auto next = (*watch)->next(milliseconds(0));
  ASSERT_TRUE(next.ok() && *next);
  EXPECT_EQ((*next)->entry.number, 4u);
}

TEST_F(WatchTest, OneMayBeginWithTheNextButNotBeyondIt) {
  EXPECT_TRUE(store_->watch(2).ok());
  const auto beyond = store_->watch(3);
  EXPECT_EQ(beyond.code(), Code::kInvalid);
  EXPECT_EQ(beyond.status().text(),
            "there is nothing to watch from transaction 3 on: the register ends with 1. Was it put back to an earlier "
            "state?");
}

TEST_F(WatchTest, ABatchComesOnceItIsClosedAndAVoidOneNever) {
  const auto watch = store_->watch(2);
  ASSERT_TRUE(watch.ok());
  batch("void", false);
  commit("a");
  batch("kept", true);
  std::vector<TxEntry> entries;
  for (;;) {
    auto next = (*watch)->next(milliseconds(0));
    ASSERT_TRUE(next.ok()) << next.status().text();
    if (!*next) break;
    EXPECT_FALSE(first_key(**next).starts_with("void"));
    entries.push_back((*next)->entry);
  }
  ASSERT_GE(entries.size(), 4u);
  EXPECT_EQ(entries[0].kind, TxKind::kPlain);
  EXPECT_EQ(entries[1].kind, TxKind::kBatchOpen);
  EXPECT_EQ(entries.back().kind, TxKind::kBatchClose);
  for (std::size_t i = 1; i < entries.size(); ++i) {
    EXPECT_EQ(entries[i].batch, entries[1].number);
    EXPECT_EQ(entries[i].number, entries[1].number + i - 1);
    EXPECT_TRUE(entries[i].visible);
  }
}

TEST_F(WatchTest, NothingOfABatchIsShownWhileItIsOpen) {
  const auto watch = store_->watch(2);
  ASSERT_TRUE(watch.ok());
  auto open = store_->begin_batch({});
  ASSERT_TRUE(open.ok());
  for (int n = 0; n < 40; ++n) ASSERT_TRUE((*open)->add(PutNode{{"dataset", std::to_string(n)}, {}, {}, {}}).ok());
  auto none = (*watch)->next(milliseconds(5));
  ASSERT_TRUE(none.ok());
  EXPECT_FALSE(*none);
  ASSERT_TRUE((*open)->close().ok());
  const auto next = (*watch)->next(milliseconds(0));
  ASSERT_TRUE(next.ok());
  EXPECT_TRUE(*next);
}

TEST_F(WatchTest, WhoWaitsIsWokenByACommit) {
  const auto watch = store_->watch(2);
  ASSERT_TRUE(watch.ok());
  std::jthread writer([&] {
    std::this_thread::sleep_for(milliseconds(30));
    commit("late");
  });
  const auto next = (*watch)->next(kLong);
  ASSERT_TRUE(next.ok() && *next);
  EXPECT_EQ(first_key(**next), "late");
}

TEST_F(WatchTest, WaitingEndsWhenAskedAndWhenTheStoreCloses) {
  const auto watch = store_->watch(2);
  ASSERT_TRUE(watch.ok());
  std::stop_source stop;
  std::jthread stopper([&] {
    std::this_thread::sleep_for(milliseconds(20));
    stop.request_stop();
  });
  const auto stopped = (*watch)->next(kLong, stop.get_token());
  ASSERT_TRUE(stopped.ok());
  EXPECT_FALSE(*stopped);
  std::jthread closer([&] {
    std::this_thread::sleep_for(milliseconds(20));
    store_.reset();
  });
  EXPECT_EQ((*watch)->next(kLong).code(), Code::kClosed);
  closer.join();
  EXPECT_EQ((*watch)->next(milliseconds(0)).code(), Code::kClosed);
  EXPECT_TRUE(Store::open(temp_ / "hub", options_).ok()) << "nothing of the closed one is held";
}

// Writers, watches in the same process, one of them slow, and watches of readers beside it.
TEST_F(WatchTest, EveryWatchSeesEveryTransactionOfManyWriters) {
  constexpr int kWriters = 3, kEach = 60;
  constexpr std::size_t kAll = kWriters * kEach;
  const auto reader = Store::open_read_only(temp_ / "hub", options_);
  ASSERT_TRUE(reader.ok()) << reader.status().text();
  const auto follow = [&](Store& store, bool slow) {
    const auto watch = store.watch(2);
    ASSERT_TRUE(watch.ok());
    TxNumber expected = 2;
    for (std::size_t seen = 0; seen < kAll;) {
      const auto next = (*watch)->next(kLong);
      ASSERT_TRUE(next.ok()) << next.status().text();
      ASSERT_TRUE(*next) << "nothing came after " << seen;
      ASSERT_EQ((*next)->entry.number, expected++);
      ASSERT_TRUE((*next)->entry.visible);
      ++seen;
      if (slow && seen % 16 == 0) std::this_thread::sleep_for(milliseconds(2));
    }
  };
  std::vector<std::jthread> threads;
  threads.emplace_back([&] { follow(*store_, false); });
  threads.emplace_back([&] { follow(*store_, true); });
  threads.emplace_back([&] { follow(**reader, false); });
  for (int writer = 0; writer < kWriters; ++writer)
    threads.emplace_back([&, writer] {
      for (int n = 0; n < kEach; ++n) commit("w" + std::to_string(writer) + "/" + std::to_string(n));
    });
  threads.emplace_back([&] {
    for (int n = 0; n < 3; ++n) EXPECT_TRUE(Store::backup(temp_ / "hub", temp_ / "copy", options_).ok());
    EXPECT_TRUE(store_->compact().ok());
  });
}

}  // namespace
}  // namespace amont
