// Bare closures. Where nobody asks for depths, the second search goes on where the first left steps; here it is compared with the search
// that begins anew, which a limit makes closures take, and with a search by hand.
#include <fmt/format.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <set>

#include "amont/query.h"
#include "tests/support/seed.h"
#include "tests/support/text_hub.h"

namespace amont {
namespace {

using Ids = std::set<NodeId>;

Ids as_set(const std::vector<NodeId>& ids) {
  Ids set(ids.begin(), ids.end());
  EXPECT_EQ(set.size(), ids.size()) << "a node is listed twice";
  return set;
}

std::string reasons_of(const Closure& closure) {
  std::string text;
  for (const PartialReason& reason : closure.completeness.reasons)
    text += fmt::format("{} {}{}; ", reason.reason, reason.at_least ? "at least " : "", reason.count);
  return text;
}

void compare_with_search_by_depth(const Snapshot& view, std::span<const NodeId> starts, Direction direction,
                                  const AskOptions& options) {
  AskOptions by_depth = options;
  by_depth.limit = 1'000'000;
  const Closure found = *closure(view, starts, direction, options);
  const Closure expected = *closure(view, starts, direction, by_depth);
  ASSERT_EQ(as_set(found.exact), as_set(expected.exact));
  ASSERT_EQ(as_set(found.possible), as_set(expected.possible));
  ASSERT_EQ(reasons_of(found), reasons_of(expected));
}

TEST(Closure, IsTheSameWhetherOrNotDepthsAreWanted) {
  Dice dice(seed_of_this_run());
  for (int round = 0; round < 15; ++round) {
    std::string text;
    const auto any = [&](const char* kind, std::size_t of) { return fmt::format("{}:{}", kind, dice.below(of)); };
    const std::size_t odd =
        dice.below(30);  // in the first rounds nothing but packages, most of them things of their own
    for (int n = 0; n < 120; ++n) {
      const std::size_t what = round < 5 ? 99 : dice.below(200);
      if (what < odd)
        text += fmt::format("{} derived_from {};", any("dataset", 20), any("dataset", 20));
      else if (what < odd + 3)
        text += fmt::format("variable:{0} part_of dataset:{0};", dice.below(20));
      else if (what < odd + 6)
        text += fmt::format("{} used {};{} generated_by {};", any("project", 4), any("dataset", 20), any("dataset", 20),
                            any("project", 4));
      else
        text +=
            fmt::format("{} {} {};", any("package", 60), dice.below(6) == 0 ? "hints" : "depends", any("package", 60));
    }
    TextHub hub(text);
    const Snapshot view = hub.view();
    for (std::uint32_t id = 0; id < view.id_count(); ++id) {
      for (const Direction direction : {Direction::kUpstream, Direction::kDownstream}) {
        AskOptions options;
        const NodeId starts[] = {NodeId{id}, NodeId{dice.below(view.id_count())}};
        const std::span<const NodeId> some(starts, dice.below(4) == 0 ? 2 : 1);
        compare_with_search_by_depth(view, some, direction, options);
        options.kinds = {dice.coin() ? "package" : "dataset"};
        compare_with_search_by_depth(view, some, direction, options);
        options.granularity = Granularity::kVariable;
        options.exact = dice.coin();
        compare_with_search_by_depth(view, some, direction, options);
        if (HasFatalFailure()) return;
      }
    }
  }
}

TEST(Closure, TellsWhatOnlyWeakEdgesLeadToApart) {
  TextHub hub(
      "package:a depends package:b; package:a hints package:c; package:b hints package:d; package:c depends package:e;"
      "package:e depends package:b; package:d hints package:a");
  const Closure found = *closure(hub.view(), hub.ids("package:a"), Direction::kUpstream);
  EXPECT_EQ(as_set(found.exact), Ids{hub.id("package:b")});
  EXPECT_EQ(as_set(found.possible), (Ids{hub.id("package:c"), hub.id("package:d"), hub.id("package:e")}));
  EXPECT_TRUE(found.completeness.complete());
}

TEST(Closure, CountsWhatAnExactQuestionLeavesOut) {
  TextHub hub(
      "package:a depends package:b; package:a hints package:c; package:b hints package:c; package:b hints package:d;"
      "package:a hints package:b");
  AskOptions exact;
  exact.exact = true;
  const Closure found = *closure(hub.view(), hub.ids("package:a"), Direction::kUpstream, exact);
  EXPECT_EQ(as_set(found.exact), Ids{hub.id("package:b")});
  EXPECT_EQ(reasons_of(found), "exact 2; ");
}

TEST(Closure, ListsNoNodeThatDoesNotCountAtThatTime) {
  TextHub hub("package:a depends package:b; package:a depends package:c");
  hub.put("package:b", "2020-01-01", "2021-01-01");
  AskOptions later;
  later.valid_at = *Timestamp::parse("2022-01-01T00:00:00Z");
  const Closure found = *closure(hub.view(), hub.ids("package:a"), Direction::kUpstream, later);
  EXPECT_EQ(as_set(found.exact), Ids{hub.id("package:c")});
}

// What walks know of a page's ties stays from one snapshot to the next, unless they change.
TEST(Closure, FollowsAVariableFromOneDatasetToAnother) {
  TextHub hub(
      "variable:v part_of dataset:a; variable:w part_of dataset:a; output:x derived_from variable:v; variable:v "
      "derived_from "
      "dataset:source; dataset:b derived_from dataset:a; dataset:a derived_from dataset:origin");
  const auto asked = [&](const Snapshot& view, Granularity granularity) {
    AskOptions options;
    options.granularity = granularity;
    std::set<std::string> refs;
    for (const Direction direction : {Direction::kUpstream, Direction::kDownstream}) {
      const Closure found = *closure(view, hub.ids("output:x dataset:b"), direction, options);
      for (const NodeId id : found.exact) refs.insert(hub.ref(id));
      for (const NodeId id : found.possible) refs.insert(hub.ref(id) + "?");
    }
    return refs;
  };
  using Refs = std::set<std::string>;
  const Refs by_dataset = {"dataset:a", "dataset:origin", "dataset:source"};
  const Refs by_variable = {"dataset:a", "dataset:origin", "dataset:source", "variable:v", "variable:w?"};
  const Snapshot before = hub.view();
  EXPECT_EQ(asked(before, Granularity::kDataset), by_dataset);
  EXPECT_EQ(asked(before, Granularity::kVariable), by_variable);

  hub.commit({RetractEdge{"part_of", *Ref::parse("variable:v"), *Ref::parse("dataset:a"), ""}});
  hub.add("variable:v part_of dataset:c; dataset:c derived_from dataset:other");
  const Snapshot after = hub.view();
  EXPECT_EQ(asked(after, Granularity::kDataset),
            (Refs{"dataset:a", "dataset:c", "dataset:origin", "dataset:other", "dataset:source"}));
  EXPECT_EQ(asked(after, Granularity::kVariable),
            (Refs{"dataset:a", "dataset:origin", "dataset:other?", "dataset:source", "variable:v", "variable:w?"}));
  EXPECT_EQ(asked(before, Granularity::kDataset), by_dataset);
  EXPECT_EQ(asked(before, Granularity::kVariable), by_variable);
}

// Asked so often that lists of ties are made (PageShelf::kAsksForTies) and used.
TEST(Closure, CountsWhatADatasetAtTheDepthAskedForMaySayOfItsVariable) {
  TextHub hub(
      "output:x derived_from variable:v; variable:v part_of dataset:d; output:x derived_from dataset:m; "
      "dataset:m derived_from dataset:d; dataset:d derived_from dataset:f");
  const Snapshot view = hub.view();
  AskOptions options;
  options.granularity = Granularity::kVariable;
  options.exact = true;
  options.depth = 2;
  for (int n = 0; n < 30; ++n) {
    const Closure found = *closure(view, hub.ids("output:x"), Direction::kUpstream, options);
    EXPECT_EQ(found.exact.size(), 3u);
    EXPECT_EQ(reasons_of(found), "depth 1; exact 1; ");
  }
}

TEST(Closure, CountsADatasetOnceHoweverManyOfItsVariablesAreReached) {
  std::string text = "output:x generated_by project:p;";
  for (int n = 0; n < 3000; ++n)
    text += fmt::format("variable:v{0} part_of dataset:d; project:p used variable:v{0};", n);
  TextHub hub(text);
  AskOptions exact;
  exact.exact = true;
  for (int n = 0; n < 20; ++n)
    EXPECT_EQ(reasons_of(*closure(hub.view(), hub.ids("output:x"), Direction::kUpstream, exact)), "exact 1; ");
}

TEST(Closure, StoppedWhileItCountsSaysSo) {
  std::string text;
  for (int n = 0; n < 1500; ++n)
    text += fmt::format("output:x derived_from dataset:a{0}; dataset:a{0} derived_from dataset:b{0};", n);
  TextHub hub(text);
  for (const bool exact : {false, true}) {
    AskOptions options;
    options.depth = 1;
    options.exact = exact;
    int looks = 0;
    options.keep_going = [&looks] { return ++looks < 3; };
    const Closure found = *closure(hub.view(), hub.ids("output:x"), Direction::kUpstream, options);
    EXPECT_EQ(found.exact.size(), 1500u);
    EXPECT_TRUE(found.completeness.out_of_time()) << reasons_of(found);
    EXPECT_NE(reasons_of(found).find("depth at least"), std::string::npos) << reasons_of(found);
  }
}

}  // namespace
}  // namespace amont
