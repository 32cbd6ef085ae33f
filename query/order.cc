// order: causes before effects.
#include <algorithm>

#include "query/graph/components.h"
#include "query/graph_question.h"

namespace amont {
namespace {

// Of each component, the longest way to it from where lineage begins. Edges of `graph`, which is acyclic, lead from higher to lower
// numbers: to causes when the walk went upstream, to effects when it went downstream.
std::vector<std::uint32_t> levels_of(const Rows& graph, Direction direction) {
  std::vector<std::uint32_t> levels(graph.size());
  const auto raise = [&](std::uint32_t effect, std::uint32_t cause) {
    levels[effect] = std::max(levels[effect], levels[cause] + 1);
  };
  if (direction == Direction::kUpstream) {
    for (std::uint32_t effect = 0; effect < graph.size(); ++effect)
      for (const std::uint32_t cause : graph.of(effect)) raise(effect, cause);
  } else {
    for (std::uint32_t cause = graph.size(); cause-- > 0;)
      for (const std::uint32_t effect : graph.of(cause)) raise(effect, cause);
  }
  return levels;
}

}  // namespace

Result<Answer> order(const Snapshot& view, std::span<const NodeId> starts, Direction direction,
                     const AskOptions& options) {
  GraphQuestion question(view, direction, options);
  Answer nothing;
  AMONT_LET(const bool made, question.make(starts, nothing.completeness));
  if (!made) return nothing;
  const ThingGraph& graph = question.graph();
  std::vector<std::uint32_t> component_of;
  const std::uint32_t components = strong_components(graph.steps(), component_of);
  const std::vector<std::uint32_t> levels = levels_of(condensed(graph.steps(), component_of, components), direction);
  std::vector<Reached> nodes;
  std::vector<std::uint32_t> listed;
  for (std::uint32_t thing = 0; thing < graph.size(); ++thing) {
    listed.clear();
    AMONT_TRY(question.listed(thing, listed));
    const bool is_start = thing < graph.starts() || starts.empty();
    for (const std::uint32_t node : listed)
      nodes.push_back(
          {NodeId{node}, levels[component_of[thing]], is_start ? Precision::kExact : question.walk().precision(node)});
  }
  Answer answer;
  AMONT_TRY(question.complete(answer.completeness));
  return finish(view, question.walk().clock(), options, std::move(nodes), std::move(answer));
}

}  // namespace amont
