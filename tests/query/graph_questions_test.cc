// Questions about the shape of lineage, on random registers with every option, against plain definitions: a chokepoint is what takes
// something away when it is gone; paths are all of them, counted out.
#include <fmt/format.h>
#include <gtest/gtest.h>

#include <algorithm>

#include "amont/graph_questions.h"
#include "tests/support/model_walks.h"
#include "tests/support/modelled_register.h"
#include "tests/support/random_question.h"
#include "tests/support/seed.h"
#include "tests/support/small_schema.h"

namespace amont {
namespace {

using StepGraph = std::map<Ref, std::map<Ref, bool>>;

// All that `starts` lead to, themselves too, without going through `gone`.
std::set<Ref> reached(const StepGraph& graph, const std::set<Ref>& starts, const std::optional<Ref>& gone = {}) {
  std::set<Ref> seen;
  std::vector<Ref> open(starts.begin(), starts.end());
  while (!open.empty()) {
    const Ref here = open.back();
    open.pop_back();
    if (here == gone || !seen.insert(here).second) continue;
    for (const auto& [far, exact] : graph.at(here)) open.push_back(far);
  }
  return seen;
}

std::map<Ref, std::set<Ref>> all_reached(const StepGraph& graph) {
  std::map<Ref, std::set<Ref>> all;
  for (const auto& [thing, row] : graph) all[thing] = reached(graph, {thing});
  return all;
}

using Ways = std::vector<std::pair<std::vector<Ref>, bool>>;  // the things of each, and whether it is exact

// All ways without a thing twice; false when there are too many.
bool count_out(const StepGraph& graph, std::vector<Ref>& way, bool exact, const Ref& end, Ways& out) {
  if (way.back() == end) {
    out.push_back({way, exact});
    return out.size() < 3000;
  }
  for (const auto& [far, exact_step] : graph.at(way.back())) {
    if (std::ranges::find(way, far) != way.end()) continue;
    way.push_back(far);
    const bool going = count_out(graph, way, exact && exact_step, end, out);
    way.pop_back();
    if (!going) return false;
  }
  return true;
}

class ShapeQuestion {
 public:
  ShapeQuestion(const Snapshot& view, const ModelState& state, Dice& dice)
      : view_(view),
        state_(state),
        dice_(dice),
        options_(any_options(dice, state.schema)),
        direction_(dice.coin() ? Direction::kUpstream : Direction::kDownstream) {
    if (dice.below(4) != 0)
      for (std::uint64_t n = dice.below(4) == 0 ? 3 : 1; n > 0; --n) starts_.insert(any_node());
    if (starts_.empty()) options_.depth = kAnyDepth;
    for (const Ref& ref : starts_) ids_.push_back(id_of(ref));
  }

  void ask() {
    std::string starts;
    for (const Ref& ref : starts_) starts += ref.text() + " ";
    SCOPED_TRACE(fmt::format("{} from {}at transaction {}: {}", direction_ == Direction::kUpstream ? "up" : "down",
                             starts, view_.tx(), text_of(options_)));
    const ModelWalk model(state_, starts_, direction_, options_);
    const StepGraph graph = model.step_graph();
    compare_groups(cycles(view_, ids_, direction_, options_), cycles_of(graph), model);
    compare_groups(components(view_, ids_, direction_, options_), parts_of(graph), model);
    compare_order(graph, model);
    if (!starts_.empty()) {
      compare_chokepoints(graph, model);
      compare_reduced();
    }
    compare_between(any_node(), any_node());
  }

  static inline std::uint64_t paths_compared = 0, chokepoints_found = 0, cycles_found = 0, unknown_found = 0,
                              edges_needed = 0, edges_dropped = 0;

 private:
  Ref any_node() {
    return std::next(state_.nodes.begin(), static_cast<std::ptrdiff_t>(dice_.below(state_.nodes.size())))->first;
  }
  NodeId id_of(const Ref& ref) { return view_.find(ref)->value(); }
  Ref ref_of(NodeId id) { return *view_.ref(id); }

  static std::vector<std::set<Ref>> cycles_of(const StepGraph& graph) {
    const auto all = all_reached(graph);
    std::set<std::set<Ref>> found;
    for (const auto& [thing, row] : graph) {
      std::set<Ref> cycle;
      for (const Ref& other : all.at(thing))
        if (all.at(other).contains(thing)) cycle.insert(other);
      if (cycle.size() > 1 || row.contains(thing)) found.insert(cycle);
    }
    cycles_found += found.size();
    return {found.begin(), found.end()};
  }

  static std::vector<std::set<Ref>> parts_of(const StepGraph& graph) {
    StepGraph both = graph;
    for (const auto& [near, row] : graph)
      for (const auto& [far, exact] : row) both[far].emplace(near, exact);
    std::set<std::set<Ref>> found;
    for (const auto& [thing, row] : both) found.insert(reached(both, {thing}));
    return {found.begin(), found.end()};
  }

  std::map<std::string, std::uint64_t> reasons_of(const ModelWalk& model) const {
    return starts_.empty() ? std::map<std::string, std::uint64_t>() : model.reasons();
  }
  template <class Row>
  void cut(std::vector<Row>& rows, std::map<std::string, std::uint64_t>& reasons) const {
    if (options_.limit == 0 || rows.size() <= options_.limit) return;
    reasons["limit"] = rows.size() - options_.limit;
    rows.resize(options_.limit);
  }

  void compare_groups(const Result<Groups>& found, const std::vector<std::set<Ref>>& expected, const ModelWalk& model) {
    ASSERT_TRUE(found.ok()) << found.status().text();
    std::vector<std::vector<std::string>> wanted, got;
    for (const std::set<Ref>& things : expected) {
      std::vector<std::string> refs;
      for (const Ref& thing : things)
        for (const Ref& ref : model.shown_members(thing)) refs.push_back(ref.text());
      std::ranges::sort(refs);
      if (!refs.empty()) wanted.push_back(refs);
    }
    std::ranges::sort(wanted, [](const auto& a, const auto& b) {
      return a.size() != b.size() ? a.size() > b.size() : a.front() < b.front();
    });
    std::map<std::string, std::uint64_t> reasons = reasons_of(model);
    for (; options_.limit > 0 && wanted.size() > options_.limit; wanted.pop_back())
      reasons["limit"] += wanted.back().size();
    for (const auto& group : found->groups) {
      got.emplace_back();
      for (const NodeId id : group) got.back().push_back(ref_of(id).text());
    }
    EXPECT_EQ(got, wanted);
    compare_completeness(found->completeness, reasons, model);
  }

  void compare_completeness(const Completeness& completeness, const std::map<std::string, std::uint64_t>& expected,
                            const ModelWalk& model) {
    std::map<std::string, std::uint64_t> found;
    for (const PartialReason& reason : completeness.reasons) found[reason.reason] = reason.count;
    EXPECT_EQ(found, expected);
    std::vector<std::pair<std::string, std::string>> unknown;
    for (const UnknownOrigin& one : completeness.unknown) unknown.push_back({ref_of(one.id).text(), one.missing});
    const std::set<std::pair<std::string, std::string>> wanted = model.answer().unknown;
    EXPECT_EQ(unknown, decltype(unknown)(wanted.begin(), wanted.end()));
    unknown_found += wanted.size();
  }

  void compare_order(const StepGraph& graph, const ModelWalk& model) {
    const Result<Answer> found = order(view_, ids_, direction_, options_);
    ASSERT_TRUE(found.ok()) << found.status().text();
    StepGraph causes;  // of each thing
    for (const auto& [near, row] : graph) {
      causes[near];
      for (const auto& [far, exact] : row)
        direction_ == Direction::kUpstream ? causes[near].emplace(far, exact) : causes[far].emplace(near, exact);
    }
    const auto all = all_reached(causes);
    const auto in_one_cycle = [&](const Ref& a, const Ref& b) {
      return all.at(a).contains(b) && all.at(b).contains(a);
    };
    std::map<Ref, std::uint32_t> levels;
    for (bool changed = true; changed;) {
      changed = false;
      for (const auto& [thing, row] : causes) {
        std::uint32_t level = levels[thing];
        for (const auto& [other, unused] : causes)
          if (in_one_cycle(thing, other)) level = std::max(level, levels[other]);
        for (const auto& [cause, exact] : row)
          if (!in_one_cycle(thing, cause)) level = std::max(level, levels[cause] + 1);
        changed = changed || level != levels[thing];
        levels[thing] = level;
      }
    }
    std::vector<std::pair<std::uint32_t, std::string>> wanted, got;
    for (const auto& [thing, level] : levels)
      for (const Ref& ref : model.shown_members(thing)) wanted.push_back({level, ref.text()});
    std::ranges::sort(wanted);
    std::map<std::string, std::uint64_t> reasons = reasons_of(model);
    cut(wanted, reasons);
    for (const Reached& node : found->nodes) got.push_back({*node.depth, ref_of(node.id).text()});
    EXPECT_EQ(got, wanted) << "order";
    EXPECT_TRUE(found->edges.empty());
    compare_completeness(found->completeness, reasons, model);
  }

  void compare_chokepoints(const StepGraph& graph, const ModelWalk& model) {
    const Result<Chokepoints> found = chokepoints(view_, ids_, direction_, options_);
    ASSERT_TRUE(found.ok()) << found.status().text();
    std::set<Ref> starts;
    for (const Ref& ref : starts_) starts.insert(model.thing_in_graph(ref));
    std::vector<std::tuple<std::int64_t, std::uint32_t, std::string>> wanted, got;
    for (const auto& [thing, row] : graph) {
      if (starts.contains(thing)) continue;
      const std::set<Ref> left = reached(graph, starts, thing);
      std::int64_t behind = 0;
      for (const auto& [other, unused] : graph)
        if (other != thing && !left.contains(other))
          behind += static_cast<std::int64_t>(model.shown_members(other).size());
      if (behind == 0) continue;
      for (const Ref& ref : model.shown_members(thing))
        wanted.push_back({-behind, *model.reaches(ref)->depth, ref.text()});
    }
    std::ranges::sort(wanted);
    chokepoints_found += wanted.size();
    std::map<std::string, std::uint64_t> reasons = reasons_of(model);
    cut(wanted, reasons);
    for (const Chokepoint& one : found->nodes)
      got.push_back({-static_cast<std::int64_t>(one.behind), *one.node.depth, ref_of(one.node.id).text()});
    EXPECT_EQ(got, wanted) << "chokepoints";
    compare_completeness(found->completeness, reasons, model);
  }

  // chokepoints_between() and paths().
  void compare_between(const Ref& a, const Ref& b) {
    SCOPED_TRACE(fmt::format("between {} and {}", a.text(), b.text()));
    const std::uint64_t count = 1 + dice_.below(6);
    const Result<Paths> found = paths(view_, id_of(a), id_of(b), count, options_);
    const Result<Chokepoints> between = chokepoints_between(view_, id_of(a), id_of(b), options_);
    ASSERT_TRUE(found.ok()) << found.status().text();
    ASSERT_TRUE(between.ok()) << between.status().text();
    const std::optional<ModelPath> shortest = model_path(state_, a, b, options_);
    ASSERT_EQ(!found->paths.empty(), shortest.has_value());
    if (!shortest) {
      EXPECT_TRUE(between->nodes.empty());
      return;
    }
    ASSERT_EQ(found->direction, shortest->direction);
    EXPECT_EQ(between->direction, shortest->direction);
    const ModelWalk model(state_, {a}, found->direction, options_);
    const StepGraph graph = model.step_graph();
    compare_choking(*between, graph, model, a, b);
    std::vector<Ref> way = {model.thing_in_graph(a)};
    Ways ways;
    if (!count_out(graph, way, true, model.thing_in_graph(b), ways)) return;
    compare_paths(*found, std::move(ways), count, model);
    ++paths_compared;
  }

  void compare_choking(const Chokepoints& between, const StepGraph& graph, const ModelWalk& model, const Ref& a,
                       const Ref& b) {
    const Ref start = model.thing_in_graph(a), end = model.thing_in_graph(b);
    std::vector<Ref> wanted;
    for (const auto& [thing, row] : graph)
      if (thing != start && thing != end && !reached(graph, {start}, thing).contains(end)) wanted.push_back(thing);
    std::ranges::sort(wanted, [&](const Ref& one, const Ref& other) {
      return one != other && !reached(graph, {start}, one).contains(other);
    });
    std::set<std::string> shown;
    std::vector<Ref> got;
    for (const Ref& thing : wanted)
      for (const Ref& ref : model.shown_members(thing)) shown.insert(ref.text());
    for (const Chokepoint& one : between.nodes) {
      EXPECT_TRUE(shown.contains(ref_of(one.node.id).text())) << ref_of(one.node.id).text();
      const Ref thing = model.thing_in_graph(ref_of(one.node.id));
      if (got.empty() || got.back() != thing) got.push_back(thing);
    }
    if (options_.limit > 0) return;
    EXPECT_EQ(between.nodes.size(), shown.size());
    std::erase_if(wanted, [&](const Ref& thing) { return model.shown_members(thing).empty(); });
    EXPECT_EQ(got, wanted) << "in order";
  }

  void compare_paths(const Paths& found, Ways ways, std::uint64_t count, const ModelWalk& model) {
    std::erase_if(ways, [&](const auto& one) {
      return one.first.size() - 1 > options_.depth || (options_.exact && !one.second);
    });
    std::ranges::sort(ways, {}, [](const auto& one) { return std::tuple(!one.second, one.first.size(), one.first); });
    ASSERT_EQ(found.paths.size(), std::min<std::size_t>(count, ways.size()));
    EXPECT_EQ(!found.completeness.complete(), ways.size() > count);
    std::set<std::vector<Ref>> seen;
    for (std::size_t i = 0; i < found.paths.size(); ++i) {
      const Paths::Path& path = found.paths[i];
      EXPECT_EQ(path.nodes.size(), ways[i].first.size()) << "path " << i;
      EXPECT_EQ(path.precision == Precision::kExact, ways[i].second) << "path " << i;
      EXPECT_EQ(path.edges.size() + 1, path.nodes.size());
      std::vector<Ref> things;
      for (const NodeId id : path.nodes) things.push_back(model.thing_in_graph(ref_of(id)));
      EXPECT_TRUE(seen.insert(things).second) << "path " << i << " twice";
      EXPECT_TRUE(std::ranges::any_of(ways, [&](const auto& one) { return one.first == things; })) << "path " << i;
      const std::set<ModelEdgeKey> followed = model.answer().edges;
      for (const FollowedEdge& edge : path.edges)
        EXPECT_TRUE(state_.edges.contains(
            {view_.schema().edge(edge.kind).name, ref_of(edge.from), ref_of(edge.to), edge.label}));
    }
  }

  // As much is joined by fewer edges, and by none fewer; a cycle counts as one.
  void compare_reduced() {
    AskOptions reducing = options_;
    reducing.reduce_edges = true;
    const auto ask = direction_ == Direction::kUpstream ? upstream : downstream;
    const Result<Answer> full = ask(view_, ids_, options_);
    const Result<Answer> reduced = ask(view_, ids_, reducing);
    ASSERT_TRUE(full.ok() && reduced.ok());
    const auto drawn = [&](const std::vector<FollowedEdge>& edges) {
      StepGraph graph;
      for (const FollowedEdge& edge : full->edges) graph[ref_of(edge.from)], graph[ref_of(edge.to)];
      for (const FollowedEdge& edge : edges) graph[ref_of(edge.from)][ref_of(edge.to)] = true;
      return graph;
    };
    const auto joined = all_reached(drawn(full->edges));
    EXPECT_TRUE(all_reached(drawn(reduced->edges)) == joined);
    const auto in_one_cycle = [&](NodeId one, NodeId other) {
      return joined.at(ref_of(one)).contains(ref_of(other)) && joined.at(ref_of(other)).contains(ref_of(one));
    };
    for (const FollowedEdge& edge : reduced->edges) {
      if (in_one_cycle(edge.from, edge.to)) continue;
      std::vector<FollowedEdge> others = reduced->edges;
      std::erase_if(others, [&](const FollowedEdge& other) {
        return in_one_cycle(other.from, edge.from) && in_one_cycle(other.to, edge.to);
      });
      EXPECT_FALSE(all_reached(drawn(others)) == joined)
          << ref_of(edge.from).text() << " to " << ref_of(edge.to).text();
      ++edges_needed;
    }
    edges_dropped += full->edges.size() - reduced->edges.size();
  }

  const Snapshot& view_;
  const ModelState& state_;
  Dice& dice_;
  AskOptions options_;
  Direction direction_;
  std::set<Ref> starts_;
  std::vector<NodeId> ids_;
};

// Datasets made from earlier ones, so that much leads to much without cycles.
std::vector<Change> layers(Dice& dice) {
  std::vector<Change> changes;
  const std::uint64_t count = 4 + dice.below(10);
  const auto dataset = [](std::uint64_t n) { return Ref{"dataset", fmt::format("n{}", n)}; };
  for (std::uint64_t n = 0; n < count; ++n) {
    PutNode node;
    node.ref = dataset(n);
    changes.push_back(node);
    for (std::uint64_t edges = dice.below(4); n > 0 && edges > 0; --edges) {
      PutEdge edge;
      edge.kind = "derived_from";
      edge.from = dataset(n);
      edge.to = dataset(n - 1 - dice.below(std::min<std::uint64_t>(n, 4)));
      changes.push_back(edge);
    }
  }
  return changes;
}

void run(std::uint64_t seed, std::uint64_t& questions) {
  SCOPED_TRACE(fmt::format("AMONT_SEED={}", seed));
  Dice dice(seed);
  ModelledRegister hub;
  RandomRegister random(seed, {2 + dice.below(14), 3 + dice.below(25)});
  if (dice.coin()) hub.land(dice, {GrowSchema{custom_growth()}});
  for (int n = 0; n < 4; ++n) hub.land(dice, random.changes(hub.model().now()));
  for (int n = 0; n < 3; ++n) hub.land(dice, layers(dice));
  for (int n = 0; n < 2; ++n) hub.land(dice, random.changes(hub.model().now()));
  for (int n = 0; n < 16 && !testing::Test::HasFailure(); ++n) {
    const auto& states = hub.model().states();
    const ModelState& state = dice.coin() ? states.back() : states[dice.below(states.size())];
    if (state.nodes.empty()) continue;
    const Snapshot view = *hub.store().snapshot_at(state.tx);
    ShapeQuestion(view, state, dice).ask();
    ++questions;
  }
}

TEST(GraphQuestions, AreAnsweredAsTheirDefinitionsSay) {
  const std::uint64_t seed = seed_of_this_run();
  std::uint64_t questions = 0;
  for (std::uint64_t round = 0; round < 60 && !testing::Test::HasFailure(); ++round) run(seed + round, questions);
  using Q = ShapeQuestion;
  fmt::print(
      "{} questions; {} pairs with all their paths, {} chokepoints, {} cycles, {} unknown; {} edges needed, {} not\n",
      questions, Q::paths_compared, Q::chokepoints_found, Q::cycles_found, Q::unknown_found, Q::edges_needed,
      Q::edges_dropped);
  EXPECT_GT(std::min({Q::paths_compared, Q::chokepoints_found, Q::cycles_found, Q::unknown_found, Q::edges_needed,
                      Q::edges_dropped}),
            40u);
}

}  // namespace
}  // namespace amont
