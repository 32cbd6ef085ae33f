// chokepoints: what all ways lead through.
#include <algorithm>
#include <functional>
#include <tuple>

#include <boost/unordered/unordered_flat_map.hpp>

#include "query/graph/dominators.h"
#include "query/graph_question.h"
#include "query/ref_order.h"

namespace amont {
namespace {

class Choking {
 public:
  explicit Choking(GraphQuestion& question) : question_(question), graph_(question.graph()) {}

  // False when it was out of time.
  Result<bool> run() {
    std::vector<std::uint32_t> roots(graph_.starts());
    for (std::uint32_t start = 0; start < roots.size(); ++start) roots[start] = start;
    if (!find_dominators(graph_.steps(), roots, question_.stops(), dominators_)) return false;
    behind_.resize(graph_.size());
    std::vector<std::uint32_t> listed;
    for (auto thing = dominators_.order.rbegin(); thing != dominators_.order.rend(); ++thing) {
      const std::uint32_t nearest = dominators_.nearest[*thing];
      if (nearest == Dominators::kNone) continue;
      listed.clear();
      AMONT_TRY(question_.listed(*thing, listed));
      behind_[nearest] += behind_[*thing] + listed.size();
    }
    return true;
  }

  std::uint32_t nearest(std::uint32_t thing) const { return dominators_.nearest[thing]; }

  // The listed nodes of the things that `take` takes.
  Status tell(const std::function<bool(std::uint32_t thing)>& take, std::vector<Chokepoint>& out) {
    std::vector<Reached> nodes;
    const auto take_thing = [&](std::span<const std::uint32_t> members) -> Result<bool> {
      const std::uint32_t thing = graph_.thing_of(members.front());
      return thing >= graph_.starts() && take(thing);
    };
    AMONT_TRY(list_reached(question_.walk(), take_thing, nodes));
    for (const Reached& node : nodes)
      out.push_back({node, behind_[graph_.thing_of(static_cast<std::uint32_t>(number_of(node.id)))]});
    return {};
  }
  bool chokes(std::uint32_t thing) const { return behind_[thing] > 0; }

 private:
  GraphQuestion& question_;
  const ThingGraph& graph_;
  Dominators dominators_;
  std::vector<std::uint64_t> behind_;  // by thing
};

// By what is behind them, depth and ref; what is unknown by ref.
Status sort(const Snapshot& view, Walk& walk, Chokepoints& answer) {
  RefOrder order;
  for (const Chokepoint& one : answer.nodes) order.want(one.node.id);
  for (const UnknownOrigin& unknown : answer.completeness.unknown) order.want(unknown.id);
  AMONT_TRY(order.read(view, walk.clock()));
  if (walk.clock().stopped()) {
    answer.nodes.clear();
    answer.completeness = {};
    say_out_of_time(answer.completeness);
    return {};
  }
  std::ranges::sort(answer.completeness.unknown, {}, [&](const UnknownOrigin& one) { return order.place(one.id); });
  std::ranges::sort(answer.nodes, [&](const Chokepoint& a, const Chokepoint& b) {
    return std::tuple(b.behind, a.node.depth, order.place(a.node.id)) <
           std::tuple(a.behind, b.node.depth, order.place(b.node.id));
  });
  return {};
}

void cut(std::uint64_t limit, Chokepoints& answer) {
  if (limit == 0 || answer.nodes.size() <= limit) return;
  add_reason(answer.completeness, "limit", answer.nodes.size() - limit, false);
  answer.nodes.resize(limit);
}

// What is between, in the order of the ways. False when b is not reached.
Result<bool> between(const Snapshot& view, NodeId a, NodeId b, const AskOptions& options, Chokepoints& answer) {
  GraphQuestion question(view, answer.direction, options);
  AMONT_LET(const bool made, question.make(std::span(&a, 1), answer.completeness));
  if (!made) return false;
  const ThingGraph& graph = question.graph();
  AMONT_LET(const std::uint32_t target, question.walk().known(b));
  const std::uint32_t end = graph.thing_of(target);
  AMONT_TRY(add_reasons(question.walk(), answer.completeness));
  if (question.walk().is_own(target) || end == ThingGraph::kNone) return false;
  Choking choking(question);
  AMONT_LET(const bool done, choking.run());
  if (!done) {
    say_out_of_time(answer.completeness);
    return false;
  }
  boost::unordered_flat_map<std::uint32_t, std::uint32_t> places;  // of things, counted from b
  for (std::uint32_t thing = choking.nearest(end); thing >= graph.starts() && thing != Dominators::kNone;
       thing = choking.nearest(thing))
    places.emplace(thing, static_cast<std::uint32_t>(places.size()));
  AMONT_TRY(choking.tell([&](std::uint32_t thing) { return places.contains(thing); }, answer.nodes));
  std::ranges::stable_sort(answer.nodes, std::greater(), [&](const Chokepoint& one) {
    return places[graph.thing_of(static_cast<std::uint32_t>(number_of(one.node.id)))];
  });
  cut(options.limit, answer);
  return true;
}

}  // namespace

Result<Chokepoints> chokepoints(const Snapshot& view, std::span<const NodeId> starts, Direction direction,
                                const AskOptions& options) {
  if (starts.empty()) return invalid("chokepoints are on the ways from somewhere: give a node to start from");
  GraphQuestion question(view, direction, options);
  Chokepoints answer;
  answer.direction = direction;
  AMONT_LET(const bool made, question.make(starts, answer.completeness));
  if (!made) return answer;
  Choking choking(question);
  AMONT_LET(const bool done, choking.run());
  if (!done) {
    say_out_of_time(answer.completeness);
    return answer;
  }
  AMONT_TRY(question.complete(answer.completeness));
  AMONT_TRY(choking.tell([&](std::uint32_t thing) { return choking.chokes(thing); }, answer.nodes));
  AMONT_TRY(sort(view, question.walk(), answer));
  cut(options.limit, answer);
  return answer;
}

Result<Chokepoints> chokepoints_between(const Snapshot& view, NodeId a, NodeId b, const AskOptions& options) {
  Completeness either;  // what both directions left out
  for (const Direction direction : {Direction::kUpstream, Direction::kDownstream}) {
    Chokepoints answer;
    answer.direction = direction;
    AMONT_LET(const bool reached, between(view, a, b, options, answer));
    if (reached) return answer;
    for (const PartialReason& reason : answer.completeness.reasons)
      add_reason(either, reason.reason, reason.count, reason.at_least);
  }
  return Chokepoints{{}, Direction::kUpstream, std::move(either)};
}

}  // namespace amont
