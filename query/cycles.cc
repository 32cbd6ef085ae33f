// cycles and components: nodes that belong together.
#include "query/graph/components.h"
#include "query/graph_question.h"

namespace amont {
namespace {

std::vector<std::vector<std::uint32_t>> grouped(const std::vector<std::uint32_t>& group_of, std::uint32_t count) {
  std::vector<std::vector<std::uint32_t>> groups(count);
  for (std::uint32_t thing = 0; thing < group_of.size(); ++thing) groups[group_of[thing]].push_back(thing);
  return groups;
}

}  // namespace

Result<Groups> cycles(const Snapshot& view, std::span<const NodeId> starts, Direction direction,
                      const AskOptions& options) {
  GraphQuestion question(view, direction, options);
  Completeness completeness;
  AMONT_LET(const bool made, question.make(starts, completeness));
  if (!made) return Groups{{}, std::move(completeness)};
  std::vector<std::uint32_t> component_of;
  const std::uint32_t count = strong_components(question.graph().steps(), component_of);
  auto groups = grouped(component_of, count);
  std::erase_if(groups, [&](const std::vector<std::uint32_t>& things) {
    return things.size() == 1 && !question.graph().leads_to_itself(things.front());
  });
  return question.tell(groups);
}

Result<Groups> components(const Snapshot& view, std::span<const NodeId> starts, Direction direction,
                          const AskOptions& options) {
  GraphQuestion question(view, direction, options);
  Completeness completeness;
  AMONT_LET(const bool made, question.make(starts, completeness));
  if (!made) return Groups{{}, std::move(completeness)};
  std::vector<std::uint32_t> component_of;
  const std::uint32_t count = connected_components(question.graph().steps(), component_of);
  return question.tell(grouped(component_of, count));
}

}  // namespace amont
