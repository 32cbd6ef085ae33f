// Walks that are long, stopped, or asked for what is not there.
#include <gtest/gtest.h>

#include <algorithm>
#include <atomic>
#include <thread>

#include "amont/graph_questions.h"
#include "amont/query.h"
#include "tests/support/crash_files.h"
#include "tests/support/small_schema.h"
#include "tests/support/text_hub.h"

namespace amont {
namespace {

constexpr int kLong = 100'000;

// run:0 informed_by run:1 informed_by ..., or datasets by any other kind.
void chain(TextHub& hub, const std::string& node, const std::string& edge, int length) {
  std::vector<Change> changes;
  for (int i = 0; i <= length; ++i) {
    PutNode put;
    put.ref = {node, std::to_string(i)};
    changes.push_back(std::move(put));
    if (i == 0) continue;
    PutEdge link;
    link.kind = edge;
    link.from = {node, std::to_string(i - 1)};
    link.to = {node, std::to_string(i)};
    changes.push_back(std::move(link));
  }
  hub.commit(std::move(changes));
}

class LongChain : public testing::Test {
 protected:
  static void SetUpTestSuite() {
    hub_ = new TextHub;
    chain(*hub_, "dataset", "derived_from", kLong);
  }
  static void TearDownTestSuite() {
    delete hub_;
    hub_ = nullptr;
  }
  static AskOptions bare() {
    AskOptions options;
    options.want_edges = false;
    return options;
  }
  static TextHub* hub_;
};
TextHub* LongChain::hub_ = nullptr;

TEST_F(LongChain, IsWalkedToItsEnd) {
  const Answer answer = *upstream(hub_->view(), hub_->ids("dataset:0"), bare());
  ASSERT_EQ(answer.nodes.size(), static_cast<std::size_t>(kLong));
  EXPECT_EQ(hub_->ref(answer.nodes.back().id), "dataset:100000");
  EXPECT_EQ(answer.nodes.back().depth, static_cast<std::uint32_t>(kLong));
  EXPECT_TRUE(answer.completeness.complete());
}

TEST(WideAnswer, IsSortedByRefHoweverManyThreadsReadIt) {
  constexpr std::size_t kWide = 40'000;
  TextHub hub;
  std::vector<Change> changes;
  for (std::size_t i = 0; i <= kWide; ++i) {
    PutNode put;
    put.ref = {"dataset", std::to_string(i * 7919 % (kWide + 1))};  // a prime: ids are not in the order of refs
    changes.push_back(std::move(put));
  }
  for (std::size_t i = 1; i <= kWide; ++i) {
    PutEdge link;
    link.kind = "derived_from";
    link.from = {"dataset", std::to_string(i)};
    link.to = {"dataset", "0"};
    changes.push_back(std::move(link));
  }
  hub.commit(std::move(changes));
  const Snapshot view = hub.view();
  const Answer answer = *downstream(view, hub.ids("dataset:0"));
  ASSERT_EQ(answer.nodes.size(), kWide);
  ASSERT_EQ(answer.edges.size(), kWide);
  std::vector<NodeId> ids;
  for (const Reached& node : answer.nodes) ids.push_back(node.id);
  const std::vector<Ref> refs = *view.refs(ids);
  EXPECT_TRUE(std::ranges::is_sorted(refs, {}, [](const Ref& ref) { return ref.text(); }));

  AskOptions late;
  late.deadline = std::chrono::steady_clock::now();
  const Answer cut = *downstream(view, hub.ids("dataset:0"), late);
  EXPECT_TRUE(cut.completeness.out_of_time());
  EXPECT_LE(cut.nodes.size(), kWide);
}

TEST_F(LongChain, HasAnOrderChokepointsAndNoCycleHoweverDeep) {
  const Snapshot view = hub_->view();
  const auto starts = hub_->ids("dataset:0");
  const Answer sorted = *order(view, starts, Direction::kUpstream, bare());
  ASSERT_EQ(sorted.nodes.size(), static_cast<std::size_t>(kLong) + 1);
  EXPECT_EQ(hub_->ref(sorted.nodes.front().id), "dataset:100000");
  EXPECT_EQ(sorted.nodes.back().depth, static_cast<std::uint32_t>(kLong));
  const Chokepoints choking = *chokepoints(view, starts, Direction::kUpstream, bare());
  ASSERT_EQ(choking.nodes.size(), static_cast<std::size_t>(kLong) - 1);
  EXPECT_EQ(hub_->ref(choking.nodes.front().node.id), "dataset:1");
  EXPECT_EQ(choking.nodes.front().behind, static_cast<std::uint64_t>(kLong) - 1);
  EXPECT_TRUE(cycles(view, {}, Direction::kUpstream, bare())->groups.empty());
  EXPECT_EQ(paths(view, hub_->id("dataset:0"), hub_->id("dataset:100000"), 10, bare())->paths.size(), 1u);
}

TEST_F(LongChain, IsNotHalfToldWhenTheTimeIsUp) {
  AskOptions late = bare();
  late.deadline = std::chrono::steady_clock::now();
  const Snapshot view = hub_->view();
  const auto starts = hub_->ids("dataset:0");
  const auto is_late = [](const Completeness& completeness) { return completeness.out_of_time(); };
  const Answer sorted = *order(view, starts, Direction::kUpstream, late);
  EXPECT_TRUE(sorted.nodes.empty() && is_late(sorted.completeness));
  const Groups parts = *components(view, {}, Direction::kUpstream, late);
  EXPECT_TRUE(parts.groups.empty() && is_late(parts.completeness));
  const Chokepoints choking = *chokepoints(view, starts, Direction::kUpstream, late);
  EXPECT_TRUE(choking.nodes.empty() && is_late(choking.completeness));
  const Paths ways = *paths(view, hub_->id("dataset:0"), hub_->id("dataset:9"), 2, late);
  EXPECT_TRUE(ways.paths.empty() && is_late(ways.completeness));
}

TEST(GraphQuestions, SayWhenTheyWouldTakeMoreMemoryThanTheyMay) {
  CrashFiles disk;
  Options options;
  options.files = &disk;
  options.index_in_memory = true;
  options.memory_bytes = 16 << 10;
  const auto store = *Store::create("store", small_schema(), options);
  Transaction transaction;
  for (int n = 0; n < 2000; ++n) {
    PutNode put;
    put.ref = {"dataset", std::to_string(n)};
    transaction.changes.emplace_back(std::move(put));
  }
  ASSERT_TRUE(store->commit(transaction).ok());
  const Result<Groups> found = cycles(*store->snapshot(), {}, Direction::kUpstream);
  EXPECT_EQ(found.code(), Code::kLimit);
  EXPECT_EQ(found.status().text(),
            "the graph that is asked about takes more than 3 KiB, 3/16 of the memory that the register was opened "
            "with; ask from "
            "fewer nodes, or give it more: Options::memory_bytes, of the command --store-memory");
}

TEST(GraphQuestions, SayWhatTheyCanNotBeAsked) {
  TextHub hub("output:x derived_from dataset:a");
  AskOptions near;
  near.depth = 1;
  EXPECT_EQ(cycles(hub.view(), {}, Direction::kUpstream, near).status().text(),
            "depth counts from a start, and none was given");
  EXPECT_EQ(chokepoints(hub.view(), {}, Direction::kUpstream).status().text(),
            "chokepoints are on the ways from somewhere: give a node to start from");
  EXPECT_EQ(paths(hub.view(), hub.id("output:x"), hub.id("dataset:a"), 0).status().text(),
            "count must be from 1 to 1000");
}

TEST_F(LongChain, HasOneSourceAndOnePath) {
  const Answer origin = *sources(hub_->view(), hub_->ids("dataset:0"), bare());
  ASSERT_EQ(origin.nodes.size(), 1u);
  EXPECT_EQ(hub_->ref(origin.nodes[0].id), "dataset:100000");
  const PathAnswer way = *path(hub_->view(), hub_->id("dataset:100000"), hub_->id("dataset:7"));
  EXPECT_EQ(way.nodes.size(), static_cast<std::size_t>(kLong) - 7 + 1);
  EXPECT_EQ(way.direction, Direction::kDownstream);
  EXPECT_TRUE(reaches(hub_->view(), hub_->id("dataset:100000"), hub_->id("dataset:0"))->yes);
}

TEST_F(LongChain, AskedWithALimitReadsNoMoreThanItShows) {
  AskOptions options = bare();
  options.limit = 2;
  const Answer answer = *upstream(hub_->view(), hub_->ids("dataset:0"), options);
  ASSERT_EQ(answer.nodes.size(), 2u);
  EXPECT_EQ(answer.nodes[1].depth, 2u);
  ASSERT_EQ(answer.completeness.reasons.size(), 1u);
  EXPECT_EQ(answer.completeness.reasons[0].reason, "limit");
  EXPECT_EQ(answer.completeness.reasons[0].count, static_cast<std::uint64_t>(kLong) - 2);
}

void expect_stopped(const Completeness& completeness) {
  EXPECT_TRUE(completeness.out_of_time());
  ASSERT_FALSE(completeness.reasons.empty());
  EXPECT_TRUE(completeness.reasons[0].at_least);
}

TEST_F(LongChain, StopsAtADeadlineThatIsPast) {
  AskOptions options = bare();
  options.deadline = std::chrono::steady_clock::now();
  const Answer answer = *upstream(hub_->view(), hub_->ids("dataset:0"), options);
  EXPECT_TRUE(answer.nodes.empty());
  expect_stopped(answer.completeness);
  expect_stopped(reaches(hub_->view(), hub_->id("dataset:9"), hub_->id("dataset:0"), options)->completeness);
  expect_stopped(path(hub_->view(), hub_->id("dataset:0"), hub_->id("dataset:9"), options)->completeness);
  expect_stopped(sources(hub_->view(), hub_->ids("dataset:0"), options)->completeness);
  expect_stopped(touches(hub_->view(), hub_->ids("dataset:9"), options)->completeness);
}

TEST_F(LongChain, StopsWhenTheCallerSaysSoAndListsWhatItHas) {
  AskOptions options = bare();
  int asked = 0;
  options.keep_going = [&] { return ++asked < 4; };
  const Answer answer = *upstream(hub_->view(), hub_->ids("dataset:0"), options);
  EXPECT_EQ(asked, 4);
  EXPECT_EQ(answer.nodes.size(), 3u * 1024 - 1);  // the start is not listed
  expect_stopped(answer.completeness);
  EXPECT_EQ(answer.completeness.reasons[0].count, 1u);
}

TEST_F(LongChain, StopsWhenAnotherThreadCancels) {
  std::atomic<bool> cancel{false};
  AskOptions options = bare();
  options.cancel = &cancel;
  std::atomic<bool> begun{false};
  options.keep_going = [&] {
    begun = true;
    while (!cancel) std::this_thread::yield();
    return true;
  };
  std::thread other([&] {
    while (!begun) std::this_thread::yield();
    cancel = true;
  });
  const Answer answer = *upstream(hub_->view(), hub_->ids("dataset:0"), options);
  other.join();
  expect_stopped(answer.completeness);
  EXPECT_LT(answer.nodes.size(), static_cast<std::size_t>(kLong));
}

TEST_F(LongChain, AWalkMayBeAskedForWithinAWalk) {
  AskOptions options = bare();
  std::size_t inner = 0;
  options.keep_going = [&] {
    inner = closure(hub_->view(), hub_->ids("dataset:99000"), Direction::kUpstream)->exact.size();
    return true;
  };
  EXPECT_EQ(upstream(hub_->view(), hub_->ids("dataset:0"), options)->nodes.size(), static_cast<std::size_t>(kLong));
  EXPECT_EQ(inner, 1000u);
}

TEST_F(LongChain, ManyThreadsWalkOneSnapshot) {
  const Snapshot view = hub_->view();
  std::vector<std::thread> threads;
  std::atomic<int> right{0};
  const NodeId from = hub_->id("dataset:90000");
  for (int i = 0; i < 4; ++i) {
    threads.emplace_back([&] {
      for (int n = 0; n < 20; ++n)
        right += closure(view, std::span(&from, 1), Direction::kUpstream)->exact.size() == 10'000;
    });
  }
  for (std::thread& thread : threads) thread.join();
  EXPECT_EQ(right, 80);
}

// Each version is a whole of the one before: contributors of contributors, without recursion and in linear time.
TEST(WalkLimits, AHundredThousandVersionsAreWholesOfEachOther) {
  TextHub hub("run:r used dataset:0");
  chain(hub, "dataset", "version_of", kLong);
  hub.add("output:x derived_from dataset:100000; output:y derived_from dataset:50000");
  const Answer up = *upstream(hub.view(), hub.ids("output:x"));
  ASSERT_EQ(up.nodes.size(), 1u);
  const Answer down = *downstream(hub.view(), hub.ids("dataset:50000"));
  ASSERT_EQ(down.nodes.size(), 3u);
  EXPECT_EQ(hub.ref(down.nodes[0].id), "output:x");
  EXPECT_EQ(down.nodes[0].precision, Precision::kPossible);  // made of a whole
  EXPECT_EQ(hub.ref(down.nodes[1].id), "output:y");
  EXPECT_EQ(down.nodes[1].precision, Precision::kExact);
  EXPECT_EQ(hub.ref(down.nodes[2].id), "run:r");  // used a part
  EXPECT_EQ(down.nodes[2].precision, Precision::kExact);
}

// 2^60 paths, 180 nodes.
TEST(WalkLimits, SixtyDiamondsAreWalkedOnce) {
  TextHub hub;
  std::string edges;
  for (int i = 0; i < 60; ++i) {
    const std::string a = "dataset:a" + std::to_string(i), b = "dataset:a" + std::to_string(i + 1);
    for (const char* side : {"l", "r"}) {
      const std::string middle = "dataset:" + std::string(side) + std::to_string(i);
      edges += a + " derived_from " + middle + ";" + middle + " derived_from " + b + ";";
    }
  }
  hub.add(edges);
  const Answer answer = *upstream(hub.view(), hub.ids("dataset:a0"));
  EXPECT_EQ(answer.nodes.size(), 180u);
  EXPECT_EQ(answer.edges.size(), 240u);
  EXPECT_EQ(answer.nodes.back().depth, 120u);
  EXPECT_EQ(sources(hub.view(), hub.ids("dataset:a0"))->nodes.size(), 1u);
  EXPECT_EQ(path(hub.view(), hub.id("dataset:a0"), hub.id("dataset:a60"))->nodes.size(), 121u);
}

TEST(WalkLimits, UnknownNamesAndContradictionsAreRefused) {
  TextHub hub("dataset:a; dataset:gone");
  hub.commit({RetractNode{{"dataset", "gone"}}});
  const Snapshot view = hub.view();
  const NodeId gone = hub.id("dataset:gone"), never{17};
  const auto refused = upstream(view, std::span(&gone, 1));
  EXPECT_EQ(refused.code(), Code::kNotFound);
  EXPECT_NE(refused.status().text().find("dataset:gone"), std::string::npos) << refused.status().text();
  EXPECT_EQ(upstream(view, std::span(&never, 1)).code(), Code::kNotFound);
  EXPECT_EQ(reaches(view, gone, hub.id("dataset:a")).code(), Code::kNotFound);
  EXPECT_EQ(path(view, hub.id("dataset:a"), never).code(), Code::kNotFound);
  const std::vector<NodeId> a = hub.ids("dataset:a");
  AskOptions options;
  options.through = {"derived_form"};
  EXPECT_EQ(upstream(view, a, options).code(), Code::kNotFound);
  options = {};
  options.kinds = {"datset"};
  EXPECT_EQ(upstream(view, a, options).code(), Code::kNotFound);
  options = {};
  options.valid_until = Timestamp{0};
  EXPECT_EQ(upstream(view, a, options).code(), Code::kInvalid);
  options.valid_at = Timestamp{1};
  EXPECT_EQ(upstream(view, a, options).code(), Code::kInvalid);
}

TEST(WalkLimits, NoStartIsAnEmptyAnswer) {
  TextHub hub("dataset:a");
  const Answer answer = *upstream(hub.view(), {});
  EXPECT_TRUE(answer.nodes.empty());
  EXPECT_TRUE(answer.completeness.complete());
}

}  // namespace
}  // namespace amont
