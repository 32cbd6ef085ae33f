// What goes wrong in the programs that embed a store: each gets an answer, and none costs a record.
#include <fmt/format.h>
#include <gtest/gtest.h>
#include <sys/wait.h>
#include <unistd.h>

#include <filesystem>
#include <fstream>
#include <limits>
#include <string>
#include <thread>

#include "amont/exchange.h"
#include "amont/keeping.h"
#include "amont/store.h"
#include "tests/support/small_schema.h"
#include "tests/support/temp_dir.h"

namespace amont {
namespace {

Transaction put(const std::string& key) {
  Transaction transaction;
  transaction.changes.push_back(PutNode{{"dataset", key}, {{"title", Value(std::string(200, 'x'))}}, {}, {}});
  return transaction;
}

TEST(Misuse, AForkedProcessWritesNothingAndEndsInPeace) {
  const TempDir temp;
  auto store = Store::create(temp / "hub", small_schema());
  ASSERT_TRUE(store.ok()) << store.status().text();
  ASSERT_TRUE((*store)->commit(put("before")).ok());
  const pid_t child = ::fork();
  if (child == 0) {
    const bool refused = (*store)->commit(put("child")).code() == Code::kClosed &&
                         (*store)->begin_batch({}).code() == Code::kClosed && (*store)->flush().code() == Code::kClosed;
    const bool reads = (*store)->snapshot().ok();
    store->reset();  // waits for no thread that is not there
    ::_exit(refused && reads ? 0 : 1);
  }
  ASSERT_GT(child, 0);
  ASSERT_TRUE((*store)->commit(put("parent")).ok());
  int ended = -1;
  ASSERT_EQ(::waitpid(child, &ended, 0), child);
  EXPECT_TRUE(WIFEXITED(ended) && WEXITSTATUS(ended) == 0) << ended;
  EXPECT_EQ(Store::open(temp / "hub").code(), Code::kLocked) << "the parent has it still";
  ASSERT_TRUE((*store)->commit(put("after")).ok());
  store->reset();
  const auto report = Store::verify(temp / "hub");
  ASSERT_TRUE(report.ok()) << report.status().text();
  EXPECT_EQ(report->transactions, 4u);
  EXPECT_TRUE(report->findings.empty()) << report->findings.front();
}

TEST(Misuse, AClockThatCountsSomethingElseIsRefused) {
  const TempDir temp;
  std::int64_t time = 1'700'000'000'000'000'000;  // nanoseconds
  Options options;
  options.clock = [&time] { return Timestamp{time}; };
  const auto none = Store::create(temp / "none", small_schema(), options);
  EXPECT_EQ(none.code(), Code::kInvalid);
  EXPECT_NE(none.status().text().find("Options::clock, in microseconds"), std::string::npos) << none.status().text();

  time /= 1000;
  const auto store = Store::create(temp / "hub", small_schema(), options);
  ASSERT_TRUE(store.ok()) << store.status().text();
  time *= 1000;
  EXPECT_EQ((*store)->commit(put("a")).code(), Code::kInvalid);
  const auto batch = (*store)->begin_batch({});
  ASSERT_TRUE(batch.ok());
  ASSERT_TRUE((*batch)->add(put("b").changes[0]).ok());
  EXPECT_EQ((*batch)->close().code(), Code::kInvalid);
  time /= 1000;
  EXPECT_TRUE((*store)->commit(put("c")).ok());
  EXPECT_EQ((*store)->info().head, 2u);
}

TEST(Misuse, WhoHasABatchOpenDoesNotWaitForItself) {
  const TempDir temp;
  const auto store = Store::create(temp / "hub", small_schema());
  ASSERT_TRUE(store.ok());
  auto batch = (*store)->begin_batch({});
  ASSERT_TRUE(batch.ok());
  EXPECT_EQ((*store)->commit(put("a")).code(), Code::kConflict);
  EXPECT_EQ((*store)->begin_batch({}).code(), Code::kConflict);
  EXPECT_EQ((*store)->flush().code(), Code::kConflict);
  EXPECT_EQ((*store)->compact().code(), Code::kConflict);
  std::thread other([&] { EXPECT_TRUE((*store)->commit(put("other")).ok()) << "waits for the batch"; });
  ASSERT_TRUE((*batch)->add(put("b").changes[0]).ok());
  ASSERT_TRUE((*batch)->close().ok());
  other.join();
  EXPECT_TRUE((*store)->commit(put("a")).ok());
  { const auto dropped = (*store)->begin_batch({}); }
  EXPECT_TRUE((*store)->commit(put("d")).ok());
}

// A writer refuses to write upon such a log: so verify must not call it sound.
TEST(Misuse, DamageBehindTheLastAcknowledgedRecordIsFound) {
  namespace fs = std::filesystem;
  const TempDir temp;
  const std::string hub = temp / "hub";
  const auto add = [&](const std::string& key) {
    const auto store = Store::open(hub);
    ASSERT_TRUE(store.ok()) << store.status().text();
    ASSERT_TRUE((*store)->commit(put(key)).ok());
  };
  ASSERT_TRUE(Store::create(hub, small_schema()).ok());
  add("a");
  fs::copy(hub, temp / "earlier", fs::copy_options::recursive);
  const auto log_bytes = [&] { return Store::open_read_only(hub).operator*()->info().log_bytes; };
  const std::uint64_t end = log_bytes();
  add("b");
  add("c");
  fs::copy_file(temp / "earlier" + "/head", hub + "/head", fs::copy_options::overwrite_existing);
  fs::remove_all(hub + "/index");
  fs::copy(temp / "earlier" + "/index", hub + "/index", fs::copy_options::recursive);
  EXPECT_TRUE(Store::verify(hub)->findings.empty()) << "what was not acknowledged may be there";
  const std::string segment = fs::directory_iterator(hub + "/log")->path();
  {
    std::fstream file(segment, std::ios::in | std::ios::out | std::ios::binary);
    file.seekp(static_cast<std::streamoff>(end));
    file << std::string(40, '?');
  }
  const auto report = Store::verify(hub);
  ASSERT_TRUE(report.ok()) << report.status().text();
  ASSERT_EQ(report->findings.size(), 1u);
  EXPECT_NE(report->findings[0].find("no record begins here"), std::string::npos) << report->findings[0];
  EXPECT_EQ((*Store::open(hub))->commit(put("d")).code(), Code::kDamaged);
}

TEST(Misuse, NodesThatAreNotThereAreToldSo) {
  const TempDir temp;
  const auto store = Store::create(temp / "hub", small_schema());
  ASSERT_TRUE(store.ok());
  ASSERT_TRUE((*store)->commit(put("a")).ok());
  const auto view = (*store)->snapshot();
  ASSERT_TRUE(view.ok());
  EXPECT_EQ(view->briefs(NodeId{0}, std::numeric_limits<std::size_t>::max())->size(), 1u);
  EXPECT_EQ(view->briefs(NodeId{std::uint64_t{1} << 40}, 3)->size(), 0u);
  std::uint64_t transactions = 0;
  for (const TxEntry& entry : *(*store)->log(1, 2)) transactions += entry.number;  // of what a temporary gave
  EXPECT_EQ(transactions, 3u);
}

TEST(Misuse, ALineWithoutAnEndIsRefusedAtItsLimit) {
  const TempDir temp;
  const auto store = Store::create(temp / "hub", small_schema());
  ASSERT_TRUE(store.ok());
  std::uint64_t read = 0;
  const auto endless = [&](std::span<char> out) -> Result<std::size_t> {
    std::fill(out.begin(), out.end(), 'a');
    read += out.size();
    if (read > std::uint64_t{1} << 30) return io_error("nobody stopped");
    return out.size();
  };
  const auto imported = import_jsonl(**store, endless, {});
  EXPECT_EQ(imported.code(), Code::kLimit) << imported.status().text();
}

}  // namespace
}  // namespace amont
