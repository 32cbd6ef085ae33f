// One store, many threads: writers that share their syncs, readers that walk, a batch in between, readers of the log. Built with the
// thread sanitizer too.
#include <gtest/gtest.h>

#include <algorithm>
#include <atomic>
#include <chrono>
#include <string>
#include <thread>
#include <vector>

#include "amont/exchange.h"
#include "amont/query.h"
#include "amont/store.h"
#include "tests/support/small_schema.h"
#include "tests/support/temp_dir.h"

namespace amont {
namespace {

PropertyChange number(std::int64_t n) { return {"n", Value(n)}; }

// Each writer makes a chain of its own: dataset:w/0 <- dataset:w/1 <- ..., and both ends of each link in one transaction.
Transaction link(int writer, int n) {
  const std::string base = "w" + std::to_string(writer) + "/";
  Transaction transaction;
  transaction.changes.push_back(PutNode{{"dataset", base + std::to_string(n)}, {number(n)}, {}, {}});
  if (n > 0)
    transaction.changes.push_back(PutEdge{"derived_from",
                                          {"dataset", base + std::to_string(n)},
                                          {"dataset", base + std::to_string(n - 1)},
                                          "",
                                          {number(n)},
                                          {},
                                          {}});
  transaction.changes.push_back(PutNode{{"dataset", base + "newest"}, {number(n)}, {}, {}});
  return transaction;
}

// Looks at both registers as a rule would: the first writer's chain is never shorter after than before.
Verdict chain_grows(const Snapshot& before, const Snapshot& after) {
  const auto length = [](const Snapshot& view) -> Result<std::size_t> {
    AMONT_LET(const auto newest, view.node(Ref{"dataset", "w0/newest"}));
    if (!newest) return std::size_t{0};
    const std::int64_t n = std::get<std::int64_t>(*find_property(newest->props, "n"));
    AMONT_LET(const auto head, view.find(Ref{"dataset", "w0/" + std::to_string(n)}));
    const NodeId starts[] = {*head};
    AMONT_LET(const Answer answer, upstream(view, starts));
    return answer.nodes.size() == static_cast<std::size_t>(n) ? Result<std::size_t>(answer.nodes.size())
                                                              : damaged("the chain is not as long as it says");
  };
  Verdict verdict;
  const auto was = length(before), is = length(after);
  verdict.status = was.ok() ? is.status() : was.status();
  if (verdict.status.ok() && *is < *was) verdict.violations = 1;
  return verdict;
}

class SharedStore : public testing::TestWithParam<bool> {
 protected:
  SharedStore() {
    Options options;
    options.index_in_memory = GetParam();
    options.segment_bytes = 32 << 10;
    options.flush_log_bytes = 16 << 10;
    options.memory_bytes = 256 << 10;
    options.judge = [](const Snapshot& before, const Snapshot& after, auto rules) {
      return std::vector<Verdict>(rules.size(), chain_grows(before, after));
    };
    auto made = Store::create(temp_ / "hub", small_schema(), options);
    EXPECT_TRUE(made.ok()) << made.status().text();
    store_ = *std::move(made);
  }

  // In one snapshot the newest number and the length of the chain are the same thing.
  void check(int writer) {
    const auto view = store_->snapshot();
    ASSERT_TRUE(view.ok()) << view.status().text();
    const std::string base = "w" + std::to_string(writer) + "/";
    const auto newest = view->node(Ref{"dataset", base + "newest"});
    ASSERT_TRUE(newest.ok()) << newest.status().text();
    if (!*newest) return;
    const std::int64_t n = std::get<std::int64_t>(*find_property((*newest)->props, "n"));
    const auto head = view->find(Ref{"dataset", base + std::to_string(n)});
    ASSERT_TRUE(head.ok() && *head);
    const NodeId starts[] = {**head};
    const auto answer = upstream(*view, starts);
    ASSERT_TRUE(answer.ok()) << answer.status().text();
    ASSERT_EQ(answer->nodes.size(), static_cast<std::size_t>(n));
    ASSERT_EQ(answer->edges.size(), static_cast<std::size_t>(n));
    check_reaches(*view, writer, **head, n);
    check_other_searches(*view, writer, **head, n);
    ++checks_;
  }

  // The first link is upstream of the newest, and that of another chain is not.
  static void check_reaches(const Snapshot& view, int writer, NodeId newest, std::int64_t n) {
    const auto first = view.find(Ref{"dataset", "w" + std::to_string(writer) + "/0"});
    ASSERT_TRUE(first.ok() && *first);
    const auto own = reaches(view, **first, newest);
    ASSERT_TRUE(own.ok()) << own.status().text();
    ASSERT_EQ(own->yes, n > 0);
    const auto other = view.node(Ref{"dataset", "w" + std::to_string(1 - writer % 2) + "/0"});
    ASSERT_TRUE(other.ok()) << other.status().text();
    if (!*other) return;
    const auto others = reaches(view, (*other)->id, newest);
    ASSERT_TRUE(others.ok()) << others.status().text();
    ASSERT_FALSE(others->yes);
  }

  // The way to the first link has all of them, and a batch of searches counts them.
  static void check_other_searches(const Snapshot& view, int writer, NodeId newest, std::int64_t n) {
    const auto first = view.find(Ref{"dataset", "w" + std::to_string(writer) + "/0"});
    ASSERT_TRUE(first.ok() && *first);
    if (n > 0) {
      const auto way = path(view, newest, **first);
      ASSERT_TRUE(way.ok()) << way.status().text();
      ASSERT_EQ(way->nodes.size(), static_cast<std::size_t>(n) + 1);
    }
    const NodeId both[] = {newest, **first, newest};
    const auto counts = reach_counts(view, both, Direction::kUpstream);
    ASSERT_TRUE(counts.ok()) << counts.status().text();
    ASSERT_EQ(counts->counts.size(), 3u);
    ASSERT_EQ(counts->counts[0].exact, static_cast<std::uint64_t>(n));
    ASSERT_EQ(counts->counts[1].exact, 0u);
    ASSERT_EQ(counts->counts[2].exact, static_cast<std::uint64_t>(n));
  }

  TempDir temp_;
  std::unique_ptr<Store> store_;
  std::atomic<std::uint64_t> checks_{0};
};

TEST_P(SharedStore, WritersReadersAndABatchDoNotDisturbEachOther) {
  constexpr int kWriters = 4, kReaders = 3, kLinks = 60;
  std::atomic<bool> stop{false};
  std::vector<std::thread> threads;
  for (int reader = 0; reader < kReaders; ++reader)
    threads.emplace_back([&, reader] {
      for (int turn = reader; !stop && !HasFailure(); ++turn) check(turn % kWriters);
    });
  threads.emplace_back([&] {  // makes the index of what reaches what anew, again and again
    while (!stop && !HasFailure()) {
      const auto view = store_->snapshot();
      ASSERT_TRUE(view.ok()) << view.status().text();
      ASSERT_TRUE(prepare_reaches(*view).ok());
      std::this_thread::sleep_for(std::chrono::milliseconds(2));
    }
  });
  threads.emplace_back([&] {
    while (!stop && !HasFailure()) {
      const auto entries = store_->log(1, 1'000'000);
      ASSERT_TRUE(entries.ok()) << entries.status().text();
      for (std::size_t i = 0; i < entries->size(); ++i) ASSERT_EQ((*entries)[i].number, i + 1);
      const StoreInfo info = store_->info();
      ASSERT_GE(info.head, entries->size());
    }
  });
  std::vector<std::thread> writers;
  for (int writer = 0; writer < kWriters; ++writer)
    writers.emplace_back([&, writer] {
      for (int n = 0; n < kLinks; ++n) {
        const auto receipt = store_->commit(link(writer, n));
        ASSERT_TRUE(receipt.ok()) << receipt.status().text();
        ASSERT_TRUE(receipt->written);
      }
    });
  writers.emplace_back([&] {
    for (int round = 0; round < 4; ++round) {
      auto batch = store_->begin_batch({});
      ASSERT_TRUE(batch.ok()) << batch.status().text();
      for (int n = 0; n < 50; ++n) {
        const auto added =
            (*batch)->add(PutNode{{"output", std::to_string(round) + "/" + std::to_string(n)}, {number(n)}, {}, {}});
        ASSERT_TRUE(added.ok()) << added.status().text();
      }
      if (round % 2 == 0) {
        ASSERT_TRUE((*batch)->close().ok());
      } else {
        ASSERT_TRUE((*batch)->abandon().ok());
      }
      ASSERT_TRUE(store_->flush().ok());
    }
  });
  for (std::thread& writer : writers) writer.join();
  stop = true;
  for (std::thread& thread : threads) thread.join();
  for (int writer = 0; writer < kWriters; ++writer) check(writer);
  EXPECT_GT(checks_, 20U);
  const auto stats = store_->stats();
  ASSERT_TRUE(stats.ok());
  std::uint64_t nodes = 0;
  for (const KindCount& kind : stats->nodes) nodes += kind.count;
  EXPECT_EQ(nodes, kWriters * (kLinks + 1U) + 2 * 50U);
}

TEST_P(SharedStore, CommitsAreJudgedOneByOneWhileOthersRead) {
  constexpr int kWriters = 3, kLinks = 20;
  Transaction rule;
  rule.changes.push_back(PutRule{{"grows", RuleMode::kRefuse, "-- judged by this program", {}}});
  ASSERT_TRUE(store_->commit(rule).ok());
  std::atomic<bool> stop{false};
  std::vector<std::thread> readers;
  for (int reader = 0; reader < 2; ++reader)
    readers.emplace_back([&, reader] {
      while (!stop && !HasFailure()) check(reader);
    });
  std::vector<std::thread> writers;
  for (int writer = 0; writer < kWriters; ++writer)
    writers.emplace_back([&, writer] {
      for (int n = 0; n < kLinks; ++n) {
        const auto receipt = store_->commit(link(writer, n));
        ASSERT_TRUE(receipt.ok()) << receipt.status().text();
      }
    });
  for (std::thread& writer : writers) writer.join();
  // Who takes the chain back is refused.
  Transaction back;
  back.changes.push_back(PutNode{{"dataset", "w0/newest"}, {number(1)}, {}, {}});
  EXPECT_EQ(store_->commit(back).code(), Code::kRefused);
  stop = true;
  for (std::thread& reader : readers) reader.join();
  for (int writer = 0; writer < kWriters; ++writer) check(writer);
}

// A link as lines, which an import takes by its short way.
std::string link_lines(int n) {
  const auto ref = [](int at) { return "\"dataset:w0/" + std::to_string(at) + "\""; };
  std::string lines = "{\"node\": " + ref(n) + ", \"props\": {\"n\": " + std::to_string(n) + "}}\n";
  if (n > 0) lines += "{\"edge\": \"derived_from\", \"from\": " + ref(n) + ", \"to\": " + ref(n - 1) + "}\n";
  return lines + "{\"node\": \"dataset:w0/newest\", \"props\": {\"n\": " + std::to_string(n) + "}}\n";
}

TEST_P(SharedStore, OneWriterAndEightReadersAgreeWithTheModelOnEveryPath) {
  constexpr int kReaders = 8, kLinks = 120;
  std::atomic<bool> stop{false};
  std::vector<std::thread> readers;
  for (int reader = 0; reader < kReaders; ++reader)
    readers.emplace_back([&, reader] {
      while (!stop && !HasFailure()) {
        check(0);
        if (reader == 0) {
          const auto view = store_->snapshot();
          ASSERT_TRUE(view.ok() && prepare_reaches(*view).ok());
        }
      }
    });
  for (int n = 0; n < kLinks && !HasFailure(); ++n) {
    if (n % 2 == 0) {
      const auto receipt = store_->commit(link(0, n));
      ASSERT_TRUE(receipt.ok()) << receipt.status().text();
      continue;
    }
    const std::string lines = link_lines(n);
    std::size_t given = 0;
    const auto done = import_jsonl(*store_,
                                   [&](std::span<char> into) -> Result<std::size_t> {
                                     const std::size_t count = std::min(into.size(), lines.size() - given);
                                     std::copy_n(lines.data() + given, count, into.data());
                                     given += count;
                                     return count;
                                   },
                                   {});
    ASSERT_TRUE(done.ok()) << done.status().text();
  }
  stop = true;
  for (std::thread& reader : readers) reader.join();
  check(0);
  EXPECT_GT(checks_, 8U);
}

INSTANTIATE_TEST_SUITE_P(Index, SharedStore, testing::Values(false, true),
                         [](const auto& which) { return std::string(which.param ? "InMemory" : "OnDisk"); });

}  // namespace
}  // namespace amont
