// Faults in the middle of what a store does: each at every place where it can strike, and what must be true after it.
#include <fmt/format.h>
#include <gtest/gtest.h>

#include <memory>
#include <string>

#include "amont/store.h"
#include "tests/support/crash_files.h"
#include "tests/support/small_schema.h"

namespace amont {
namespace {

constexpr std::uint64_t kNodes = 6000;

Options options_on(CrashFiles& disk) {
  Options options;
  options.files = &disk;
  options.batch_part_bytes = 300 << 10;  // large enough to be decoded aside, and several bulk writes for each close
  return options;
}

PutNode put(const std::string& key, const std::string& title) {
  PutNode change;
  change.ref = {"dataset", key};
  change.props.push_back({"title", Value(title)});
  return change;
}

// Texts that do not compress, or a bulk write would be smaller than it looks.
std::string noise(Dice& dice, std::size_t size) {
  std::string text;
  while (text.size() < size) text.push_back(static_cast<char>('!' + dice.below(90)));
  return text;
}

std::unique_ptr<Batch> large_batch(Store& store) {
  auto batch = store.begin_batch({});
  EXPECT_TRUE(batch.ok());
  Dice dice(7);
  for (std::uint64_t n = 0; n < kNodes; ++n)
    EXPECT_TRUE((*batch)->add(put(fmt::format("d{:05}", n), noise(dice, 1000))).ok());
  return *std::move(batch);
}

// The first and the last node are there, and as many between them as there should be.
void expect_all(Store& store, const std::string& where) {
  const auto view = store.snapshot();
  ASSERT_TRUE(view.ok()) << where;
  EXPECT_EQ(view->id_count(), kNodes) << where;
  for (const std::uint64_t n : {std::uint64_t{0}, kNodes / 2, kNodes - 1}) {
    const auto node = view->node(Ref{"dataset", fmt::format("d{:05}", n)});
    ASSERT_TRUE(node.ok() && *node) << where << ": node " << n;
  }
}

TEST(StoreFaults, AVariableIsPartOfOneDatasetWhateverLabelsSay) {
  CrashFiles disk;
  const auto store = Store::create("/hub", small_schema(), options_on(disk));
  ASSERT_TRUE(store.ok());
  const auto batch = (*store)->begin_batch({});
  ASSERT_TRUE(batch.ok());
  const auto part_of = [](const std::string& dataset, const std::string& label) {
    PutEdge edge;
    edge.kind = "part_of";
    edge.from = {"variable", "v"};
    edge.to = {"dataset", dataset};
    edge.label = label;
    return edge;
  };
  PutNode variable;
  variable.ref = {"variable", "v"};
  ASSERT_TRUE((*batch)->add(variable).ok());
  for (const char* key : {"d1", "d2"}) ASSERT_TRUE((*batch)->add(put(key, "t")).ok());
  ASSERT_TRUE((*batch)->add(part_of("d1", "a")).ok());
  ASSERT_TRUE((*batch)->add(part_of("d1", "b")).ok());
  EXPECT_EQ((*batch)->add(part_of("d2", "")).code(), Code::kRefused);
  RetractEdge retraction;
  retraction.kind = "part_of";
  retraction.from = {"variable", "v"};
  retraction.to = {"dataset", "d1"};
  retraction.label = "b";
  ASSERT_TRUE((*batch)->add(retraction).ok());
  const auto refused = (*batch)->add(part_of("d2", ""));
  EXPECT_EQ(refused.code(), Code::kRefused);
  EXPECT_EQ(refused.status().text(),
            "variable:v is part of dataset:d1 already, and a variable is part of one dataset or output at a time; "
            "retract that edge first");
  retraction.label = "a";
  ASSERT_TRUE((*batch)->add(retraction).ok());
  EXPECT_TRUE((*batch)->add(part_of("d2", "")).ok());
}

TEST(StoreFaults, AClosedBatchIsWholeWhateverFailsWhileTheIndexTakesIt) {
  CrashFiles first;
  std::uint64_t before = 0, after = 0;
  {
    const auto store = Store::create("/hub", small_schema(), options_on(first));
    ASSERT_TRUE(store.ok()) << store.status().text();
    const auto batch = large_batch(**store);
    before = first.mutations();
    ASSERT_TRUE(batch->close().ok());
    after = first.mutations();
  }
  ASSERT_GT(after - before, 20u);
  std::uint64_t in_the_index = 0;
  for (std::uint64_t at = before; at < after; ++at) {
    CrashFiles disk;
    auto store = Store::create("/hub", small_schema(), options_on(disk));
    ASSERT_TRUE(store.ok());
    auto batch = large_batch(**store);
    disk.fail_once(at, Code::kNoSpace);
    const auto closed = batch->close();
    const std::string where = fmt::format("operation {}, {}", at, disk.struck());
    in_the_index += disk.struck().find("/index/") != std::string::npos;
    if (closed.ok()) {
      expect_all(**store, where);
    } else {
      ASSERT_EQ((*store)->snapshot()->id_count(), 0u) << where;
    }
    batch.reset();
    if (!closed.ok()) continue;
    EXPECT_TRUE((*store)->flush().ok()) << where;
    store->reset();
    const auto again = Store::open("/hub", options_on(disk));
    ASSERT_TRUE(again.ok()) << where << ": " << again.status().text();
    expect_all(**again, where + ", opened again");
  }
  EXPECT_GT(in_the_index, 5u);
}

}  // namespace
}  // namespace amont
