// A path looked for from both ends, on random graphs of nodes that are things of their own, against one search from one end.
#include <fmt/format.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <optional>

#include "amont/query.h"
#include "query/walk/two_sided.h"
#include "tests/support/seed.h"
#include "tests/support/text_hub.h"

namespace amont {
namespace {

constexpr std::size_t kNodes = 60;

struct PlainGraph {
  std::vector<std::vector<std::size_t>> exact{kNodes};
  bool has_weak = false;

  // Nodes of a shortest path upstream.
  std::optional<std::size_t> length(std::size_t from, std::size_t to) const {
    std::vector<std::size_t> depth(kNodes, 0), queue{from};
    depth[from] = 1;
    for (std::size_t i = 0; i < queue.size(); ++i)
      for (const std::size_t far : exact[queue[i]])
        if (depth[far] == 0) {
          depth[far] = depth[queue[i]] + 1;
          queue.push_back(far);
        }
    return depth[to] == 0 ? std::nullopt : std::optional(depth[to]);
  }
};

std::string name(std::size_t node) { return fmt::format("package:{}", node); }

PlainGraph fill(TextHub& hub, Dice& dice, std::size_t edges) {
  PlainGraph graph;
  std::string text;
  for (std::size_t i = 0; i < kNodes; ++i) text += fmt::format("{} depends {};", name(i), name(i));
  for (std::size_t n = 0; n < edges; ++n) {
    const std::size_t from = dice.below(kNodes), to = dice.below(kNodes);
    const bool weak = dice.below(8) == 0;
    text += fmt::format("{} {} {};", name(from), weak ? "hints" : "depends", name(to));
    if (!weak) graph.exact[from].push_back(to);
    graph.has_weak = graph.has_weak || weak;
  }
  hub.add(text);
  return graph;
}

TEST(TwoSidedSearch, FindsAsShortAPathAsOneSideAlone) {
  Dice dice(seed_of_this_run());
  std::size_t found_some = 0, found_none = 0;
  for (int round = 0; round < 12; ++round) {
    TextHub hub;
    const PlainGraph graph = fill(hub, dice, 40 + dice.below(160));
    const Snapshot view = hub.view();
    for (int question = 0; question < 60; ++question) {
      const std::size_t a = dice.below(kNodes), b = dice.below(kNodes);
      if (a == b) continue;
      const NodeId ids[] = {hub.id(name(a)), hub.id(name(b))};
      const ScratchLease up_scratch, down_scratch;
      const AskOptions options;
      Walk up(view.view(), options, Direction::kUpstream, *up_scratch);
      Walk down(view.view(), options, Direction::kDownstream, *down_scratch);
      ASSERT_TRUE(up.begin({&ids[0], 1}).ok());
      ASSERT_TRUE(down.begin({&ids[1], 1}).ok());
      const TwoSided met = *search_two_sided(up, static_cast<std::uint32_t>(number_of(ids[0])), down,
                                             static_cast<std::uint32_t>(number_of(ids[1])));
      const auto expected = graph.length(a, b);
      ASSERT_NE(met.found, TwoSided::Found::kUnknown);
      ASSERT_EQ(met.found == TwoSided::Found::kPath, expected.has_value()) << name(a) << " to " << name(b);
      ASSERT_TRUE(graph.has_weak || met.found != TwoSided::Found::kNoExactPath);
      ++(expected ? found_some : found_none);
      if (!expected) continue;
      ASSERT_EQ(met.nodes.size(), *expected);
      for (std::size_t i = 0; i + 1 < met.nodes.size(); ++i) {
        const std::string near = hub.ref(NodeId{met.nodes[i]}), far = hub.ref(NodeId{met.nodes[i + 1]});
        const auto& row = graph.exact[std::stoul(near.substr(8))];
        ASSERT_NE(std::ranges::find(row, std::stoul(far.substr(8))), row.end()) << near << " to " << far;
      }
      const PathAnswer whole = *path(view, ids[0], ids[1]);
      ASSERT_EQ(whole.nodes.size(), *expected);
      ASSERT_EQ(whole.edges.size() + 1, *expected);
      ASSERT_EQ(whole.precision, Precision::kExact);
    }
  }
  EXPECT_GT(found_some, 100u);
  EXPECT_GT(found_none, 20u);
}

TEST(TwoSidedSearch, GivesUpWhereAThingIsMoreThanItsNode) {
  TextHub hub(
      "output:x derived_from variable:a; variable:a part_of dataset:d; variable:b part_of dataset:d;"
      "variable:b derived_from dataset:raw");
  const Snapshot view = hub.view();
  const PathAnswer found = *path(view, hub.id("output:x"), hub.id("dataset:raw"));
  ASSERT_EQ(found.nodes.size(), 3u);  // x, the dataset by whichever variable, raw
  EXPECT_EQ(hub.ref(found.nodes[1]), "dataset:d");
}

TEST(TwoSidedSearch, LeavesPathsThatAreOnlyPossibleToTheOtherSearch) {
  TextHub hub("package:a hints package:b; package:b depends package:c");
  const Snapshot view = hub.view();
  const PathAnswer found = *path(view, hub.id("package:a"), hub.id("package:c"));
  EXPECT_EQ(found.nodes.size(), 3u);
  EXPECT_EQ(found.precision, Precision::kPossible);
  AskOptions exact;
  exact.exact = true;
  const PathAnswer none = *path(view, hub.id("package:a"), hub.id("package:c"), exact);
  EXPECT_TRUE(none.nodes.empty());
  ASSERT_EQ(none.completeness.reasons.size(), 1u);
  EXPECT_EQ(none.completeness.reasons[0].reason, "exact");
}

}  // namespace
}  // namespace amont
