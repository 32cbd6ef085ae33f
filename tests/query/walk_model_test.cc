// All questions about walks, on random registers, against the plain model of the rules (tests/support/model_walks.h): at
// random past transactions, with every option.
//
// AMONT_SEED sets the seed, AMONT_ROUNDS how many registers; both are printed.
#include <fmt/format.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <memory>
#include <string>

#include "amont/query.h"
#include "amont/store.h"
#include "tests/support/model_walks.h"
#include "tests/support/modelled_register.h"
#include "tests/support/random_question.h"
#include "tests/support/random_register.h"
#include "tests/support/repeats.h"
#include "tests/support/seed.h"
#include "tests/support/small_schema.h"

namespace amont {
namespace {

template <class T>
T value_of(Result<T> result) {
  EXPECT_TRUE(result.ok()) << result.status().text();
  return result.ok() ? *std::move(result) : T{};
}

std::string text_of(const ModelReached& node) {
  return fmt::format("{} {}{}{}\n", node.ref, node.depth ? std::to_string(*node.depth) : "-",
                     node.precision == Precision::kExact ? "" : "?", node.direct ? " direct" : "");
}

std::string text_of(const std::map<std::string, std::uint64_t>& reasons) {
  std::string text;
  for (const auto& [reason, count] : reasons) text += fmt::format("missing by {}: {}\n", reason, count);
  return text;
}

// An answer as lines, the same for the model's and the engine's.
std::string text_of(const ModelAnswer& answer) {
  std::string text;
  for (const ModelReached& node : answer.nodes) text += text_of(node);
  std::set<std::array<std::string, 4>> edges;  // refs are ordered as bytes of their text
  for (const ModelEdgeKey& edge : answer.edges) edges.insert({edge.kind, edge.from.text(), edge.to.text(), edge.label});
  for (const auto& [kind, from, to, label] : edges) text += fmt::format("{} {} -> {} '{}'\n", kind, from, to, label);
  text += text_of(answer.reasons);
  for (const auto& [ref, missing] : answer.unknown) text += fmt::format("{} lacks {}\n", ref, missing);
  return text;
}

class Question {
 public:
  Question(const Snapshot& view, const ModelState& state, Dice& dice) : view_(view), state_(state), dice_(dice) {}

  void ask() {
    choose();
    SCOPED_TRACE(told());
    const ModelWalk up(state_, refs_, Direction::kUpstream, options_);
    const ModelWalk down(state_, refs_, Direction::kDownstream, options_);
    EXPECT_EQ(text(upstream(view_, ids_, options_)), text_of(up.answer())) << "upstream";
    EXPECT_EQ(text(downstream(view_, ids_, options_)), text_of(down.answer())) << "downstream";
    EXPECT_EQ(text(sources(view_, ids_, options_)), text_of(up.sources())) << "sources";
    EXPECT_EQ(text(touches(view_, ids_, options_)), text_of(down.touches())) << "touches";
    if (options_.limit == 0) {
      compare_closure(Direction::kUpstream, up.answer());
      compare_closure(Direction::kDownstream, down.answer());
    }
    compare_counts(dice_.coin() ? Direction::kUpstream : Direction::kDownstream);
    const Ref other = any_node();
    compare_reaches(other, *refs_.begin());
    compare_path(other, *refs_.begin());
  }

 private:
  Ref any_node() {
    return std::next(state_.nodes.begin(), static_cast<std::ptrdiff_t>(dice_.below(state_.nodes.size())))->first;
  }
  void choose() {
    for (std::uint64_t n = dice_.below(4) == 0 ? 3 : 1; n > 0; --n) refs_.insert(any_node());
    for (const Ref& ref : refs_) ids_.push_back(id_of(ref));
    options_ = any_options(dice_, state_.schema);
  }

  std::string told() const {
    std::string starts;
    for (const Ref& ref : refs_) starts += ref.text() + " ";
    return fmt::format("from {}at transaction {}: {}", starts, view_.tx(), text_of(options_));
  }

  NodeId id_of(const Ref& ref) { return value_of(view_.find(ref)).value(); }
  std::string ref_of(NodeId id) { return value_of(view_.ref(id)).text(); }

  static std::map<std::string, std::uint64_t> reasons_of(const Completeness& completeness) {
    std::map<std::string, std::uint64_t> reasons;
    for (const PartialReason& reason : completeness.reasons) {
      EXPECT_FALSE(reason.at_least);
      EXPECT_TRUE(reasons.emplace(reason.reason, reason.count).second) << "twice: " << reason.reason;
    }
    return reasons;
  }

  std::string text(Result<Answer> result) {
    if (!result.ok()) return "error: " + result.status().text();
    std::string text;
    for (const Reached& node : result->nodes)
      text += text_of(ModelReached{ref_of(node.id), node.depth, node.precision, node.direct});
    for (const FollowedEdge& edge : result->edges)
      text += fmt::format("{} {} -> {} '{}'\n", view_.schema().edge(edge.kind).name, ref_of(edge.from), ref_of(edge.to),
                          edge.label);
    text += text_of(reasons_of(result->completeness));
    for (const UnknownOrigin& unknown : result->completeness.unknown)
      text += fmt::format("{} lacks {}\n", ref_of(unknown.id), unknown.missing);
    return text;
  }

  void compare_closure(Direction direction, const ModelAnswer& expected) {
    const Closure found = value_of(closure(view_, ids_, direction, options_));
    std::set<std::string> exact, possible, wanted_exact, wanted_possible;
    for (const NodeId id : found.exact) EXPECT_TRUE(exact.insert(ref_of(id)).second);
    for (const NodeId id : found.possible) EXPECT_TRUE(possible.insert(ref_of(id)).second);
    for (const ModelReached& node : expected.nodes)
      (node.precision == Precision::kExact ? wanted_exact : wanted_possible).insert(node.ref);
    EXPECT_EQ(exact, wanted_exact) << "closure";
    EXPECT_EQ(possible, wanted_possible) << "closure";
    EXPECT_EQ(text_of(reasons_of(found.completeness)), text_of(expected.reasons)) << "closure";
  }

  // Closures were compared with the model; counts are of those.
  void compare_counts(Direction direction) {
    std::vector<NodeId> starts = ids_;
    for (std::uint64_t n = dice_.below(9); n > 0; --n) starts.push_back(id_of(any_node()));
    AskOptions unlimited = options_;
    unlimited.limit = 0;
    const ReachCounts found = value_of(reach_counts(view_, starts, direction, options_));
    ASSERT_EQ(found.counts.size(), starts.size());
    for (std::size_t i = 0; i < starts.size(); ++i) {
      const Closure alone = value_of(closure(view_, {&starts[i], 1}, direction, unlimited));
      EXPECT_EQ(found.counts[i].exact, alone.exact.size()) << ref_of(starts[i]);
      EXPECT_EQ(found.counts[i].possible, alone.possible.size()) << ref_of(starts[i]);
      for (const PartialReason& reason : alone.completeness.reasons)
        EXPECT_TRUE(std::ranges::any_of(found.completeness.reasons, [&](const PartialReason& told) {
          return told.reason == reason.reason && told.count >= reason.count;
        })) << reason.reason;
    }
  }

  void compare_reaches(const Ref& a, const Ref& b) {
    const ModelWalk walk(state_, {b}, Direction::kUpstream, options_);
    const Reaches found = value_of(reaches(view_, id_of(a), id_of(b), options_));
    EXPECT_EQ(found.yes, walk.reaches(a).has_value()) << "reaches " << a.text();
    // What is found is found; what is of the start's own thing is never reached, whatever was left out.
    if (!found.completeness.complete()) {
      EXPECT_FALSE(walk.reaches(a).has_value());
      EXPECT_EQ(text_of(reasons_of(found.completeness)), text_of(walk.reasons()));
    } else if (!found.yes && !walk.reasons().empty()) {
      EXPECT_TRUE(walk.is_own(a)) << a.text();
    }
  }

  void compare_path(const Ref& a, const Ref& b) {
    SCOPED_TRACE(fmt::format("path from {} to {}", a.text(), b.text()));
    const PathAnswer found = value_of(path(view_, id_of(a), id_of(b), options_));
    const std::optional<ModelPath> expected = model_path(state_, a, b, options_);
    ASSERT_EQ(!found.nodes.empty(), expected.has_value());
    if (!expected) return;
    ASSERT_EQ((ModelPath{static_cast<std::uint32_t>(found.nodes.size() - 1), found.direction, found.precision}),
              *expected);
    ASSERT_EQ(found.edges.size(), expected->length);
    EXPECT_EQ(found.nodes.front(), id_of(a));
    EXPECT_EQ(found.nodes.back(), id_of(b));
    EXPECT_TRUE(found.completeness.complete());
    const ModelWalk walk(state_, {a}, found.direction, options_);
    const std::set<ModelEdgeKey> followed = walk.answer().edges;
    for (std::size_t i = 0; i + 1 < found.nodes.size(); ++i) {
      const Ref near = value_of(view_.ref(found.nodes[i])), far = value_of(view_.ref(found.nodes[i + 1]));
      EXPECT_TRUE(walk.has_step(near, far, found.precision == Precision::kExact))
          << near.text() << " to " << far.text();
      const FollowedEdge& edge = found.edges[i];
      const ModelEdgeKey key{view_.schema().edge(edge.kind).name, value_of(view_.ref(edge.from)),
                             value_of(view_.ref(edge.to)), edge.label};
      EXPECT_TRUE(followed.contains(key)) << key.text();
    }
  }

  const Snapshot& view_;
  const ModelState& state_;
  Dice& dice_;
  std::set<Ref> refs_;
  std::vector<NodeId> ids_;
  AskOptions options_;
};

class WalkModelTest : public testing::Test {
 protected:
  void run(std::uint64_t seed) {
    SCOPED_TRACE(fmt::format("AMONT_SEED={} AMONT_ROUNDS=1", seed));
    Dice dice(seed);
    // With little memory only packed pages find room on the shelf, with less none do, nor in the cache.
    const std::uint64_t memory[] = {16 << 10, 2 << 10, Options().memory_bytes};
    ModelledRegister hub(memory[dice.below(3)]);
    RandomRegister random(seed, {1 + dice.below(6), 30 + dice.below(120)});
    if (dice.coin()) hub.land(dice, {GrowSchema{custom_growth()}});
    for (int n = 0; n < 10 && !HasFatalFailure(); ++n) hub.land(dice, random.changes(hub.model().now()));
    for (int n = 0; n < 25 && !HasFailure(); ++n) {
      const auto& states = hub.model().states();
      const ModelState& state = dice.coin() ? states.back() : states[dice.below(states.size())];
      if (state.nodes.empty()) continue;
      if (n == 10) value_of(prepare_reaches(*hub.store().snapshot()));
      const Snapshot view = *hub.store().snapshot_at(state.tx);
      Question(view, state, dice).ask();
      ++questions_;
    }
  }

  std::uint64_t questions_ = 0;
};

TEST_F(WalkModelTest, EveryQuestionIsAnsweredAsTheModelDoes) {
  const std::uint64_t seed = seed_of_this_run();
  const std::uint64_t rounds = repeats("AMONT_ROUNDS", 40);
  fmt::print("AMONT_ROUNDS={}\n", rounds);
  for (std::uint64_t round = 0; round < rounds && !HasFailure(); ++round) run(seed + round);
  fmt::print("{} questions, each asked in eight ways\n", questions_);
}

}  // namespace
}  // namespace amont
