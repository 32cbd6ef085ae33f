// cycles and components: nodes that belong together.
#include "query/graph/components.h"
#include "query/graph_question.h"

namespace amont {
namespace {

using Things = std::vector<std::uint32_t>;

// `number` says which group each thing is in, and returns how many groups there are; `is_told` which of them are told.
Result<Groups> ask(const Snapshot& view, std::span<const NodeId> starts, Direction direction, const AskOptions& options,
                   std::uint32_t (*number)(const Rows& steps, std::vector<std::uint32_t>& group_of),
                   bool (*is_told)(const ThingGraph& graph, const Things& group)) {
  GraphQuestion question(view, direction, options);
  Groups nothing;
  AMONT_LET(const bool made, question.make(starts, nothing.completeness));
  if (!made) return nothing;
  std::vector<std::uint32_t> group_of;
  std::vector<Things> groups(number(question.graph().steps(), group_of));
  for (std::uint32_t thing = 0; thing < group_of.size(); ++thing) groups[group_of[thing]].push_back(thing);
  std::erase_if(groups, [&](const Things& group) { return !is_told(question.graph(), group); });
  return question.tell(groups);
}

}  // namespace

Result<Groups> cycles(const Snapshot& view, std::span<const NodeId> starts, Direction direction,
                      const AskOptions& options) {
  return ask(view, starts, direction, options, strong_components, [](const ThingGraph& graph, const Things& group) {
    return group.size() > 1 || graph.leads_to_itself(group.front());
  });
}

Result<Groups> components(const Snapshot& view, std::span<const NodeId> starts, Direction direction,
                          const AskOptions& options) {
  return ask(view, starts, direction, options, connected_components,
             [](const ThingGraph&, const Things&) { return true; });
}

}  // namespace amont
