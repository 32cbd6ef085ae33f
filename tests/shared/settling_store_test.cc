// A store whose index is folded in the background after a large batch: nothing that goes on meanwhile notices.
#include <fmt/format.h>
#include <gtest/gtest.h>

#include <chrono>
#include <filesystem>
#include <memory>
#include <random>
#include <set>
#include <string>
#include <thread>

#include "amont/keeping.h"
#include "amont/store.h"
#include "tests/support/small_schema.h"
#include "tests/support/temp_dir.h"

namespace amont {
namespace {

constexpr int kNodes = 60'000;

Ref dataset(int number) { return {"dataset", fmt::format("d{:06}", number)}; }

class SettlingStore : public testing::Test {
 protected:
  // So much that settling thinks it worth its while: more than 8 MiB of texts that do not compress.
  void write_in_bulk() {
    std::mt19937_64 dice(5);
    auto batch = store_->begin_batch({});
    ASSERT_TRUE(batch.ok()) << batch.status().text();
    for (int n = 0; n < kNodes; ++n) {
      std::string title;
      for (int i = 0; i < 12; ++i) title += fmt::format("{:016x}", dice());
      ASSERT_TRUE((*batch)->add(PutNode{dataset(n), {{"title", Value(std::move(title))}}, {}, {}}).ok());
      if (n == 0) continue;
      const auto added =
          (*batch)->add(PutEdge{"derived_from", dataset(n), dataset(static_cast<int>(dice() % n)), "", {}, {}, {}});
      ASSERT_TRUE(added.ok()) << added.status().text();
    }
    const auto closed = (*batch)->close();
    ASSERT_TRUE(closed.ok()) << closed.status().text();
  }
  std::set<std::string> files() const {
    std::set<std::string> names;
    for (const auto& entry : std::filesystem::directory_iterator(temp_ / "hub/index"))
      if (entry.path().extension() == ".sst") names.insert(entry.path().filename());
    return names;
  }
  void commit_one(int number) {
    Transaction transaction;
    transaction.changes.push_back(PutNode{dataset(kNodes + number), {{"title", Value("late")}}, {}, {}});
    transaction.changes.push_back(PutEdge{"derived_from", dataset(kNodes + number), dataset(number), "", {}, {}, {}});
    const auto done = store_->commit(transaction);
    ASSERT_TRUE(done.ok()) << done.status().text();
  }
  void expect_nothing_found(const std::string& path) {
    const auto report = Store::verify(path);
    ASSERT_TRUE(report.ok()) << report.status().text();
    EXPECT_TRUE(report->findings.empty()) << report->findings.front();
  }

  TempDir temp_;
  std::unique_ptr<Store> store_ = *Store::create(temp_ / "hub", small_schema());
};

TEST_F(SettlingStore, IsWrittenAskedAndBackedUpMeanwhile) {
  write_in_bulk();
  const std::set<std::string> before = files();
  ASSERT_FALSE(before.empty());
  const auto began = std::chrono::steady_clock::now();
  int commits = 0;
  while (files() == before && std::chrono::steady_clock::now() - began < std::chrono::seconds(60)) {
    commit_one(commits++);
    const auto view = store_->snapshot();
    ASSERT_TRUE(view.ok());
    const auto id = view->find(dataset(commits * 7));
    ASSERT_TRUE(id.ok() && *id);
    const auto edges = view->edges(**id, Direction::kUpstream);
    ASSERT_TRUE(edges.ok()) << edges.status().text();
    EXPECT_EQ(edges->size(), 1u);
    if (commits == 3) {
      ASSERT_TRUE(Store::backup(temp_ / "hub", temp_ / "copy").ok());
    }
    std::this_thread::sleep_for(std::chrono::milliseconds(10));
  }
  EXPECT_NE(files(), before) << "the index was folded";
  EXPECT_GT(commits, 3);
  store_.reset();
  expect_nothing_found(temp_ / "hub");
  ASSERT_TRUE(Store::restore(temp_ / "copy", temp_ / "again").ok());
  expect_nothing_found(temp_ / "again");
}

TEST_F(SettlingStore, IsClosedBeforeOrWhileAndFoldedByTheNextThatStaysOpen) {
  write_in_bulk();
  const std::set<std::string> before = files();
  for (const int milliseconds : {0, 1990, 2005, 2030}) {
    std::this_thread::sleep_for(std::chrono::milliseconds(milliseconds));
    store_.reset();
    auto again = Store::open(temp_ / "hub");
    ASSERT_TRUE(again.ok()) << again.status().text();
    store_ = *std::move(again);
    commit_one(milliseconds);
  }
  const auto began = std::chrono::steady_clock::now();
  while (files().contains(*before.begin()) && std::chrono::steady_clock::now() - began < std::chrono::seconds(60))
    std::this_thread::sleep_for(std::chrono::milliseconds(20));
  EXPECT_FALSE(files().contains(*before.begin())) << "the index was folded";
  store_.reset();
  expect_nothing_found(temp_ / "hub");
}

}  // namespace
}  // namespace amont
