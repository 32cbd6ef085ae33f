#include "query/graph_question.h"

#include <algorithm>

#include "core/index/whole_graph.h"
#include "query/ref_order.h"

namespace amont {

void say_out_of_time(Completeness& completeness) {
  if (!completeness.out_of_time()) add_reason(completeness, "timeout", 1, true);
}

Result<bool> GraphQuestion::make(std::span<const NodeId> starts, Completeness& completeness) {
  if (starts.empty() && options_.depth != kAnyDepth) return invalid("depth counts from a start, and none was given");
  AMONT_TRY(walk_.begin(starts));
  AMONT_TRY(walk_.search_all());
  auto graph = ThingGraph::make(walk_, options_.exact, view_.view().whole->bytes_max());
  if (graph.code() == Code::kTimeout) {
    say_out_of_time(completeness);
    return false;
  }
  if (!graph.ok()) return graph.status();
  graph_ = *std::move(graph);
  return true;
}

Status GraphQuestion::complete(Completeness& completeness) {
  for (std::uint32_t thing = 0; thing < graph_.size() && !walk_.clock().stops(); ++thing) {
    walk_.pause();
    AMONT_TRY(add_unknown(walk_, graph_.members(thing), completeness));
  }
  return add_reasons(walk_, completeness);
}

Result<Groups> GraphQuestion::tell(const std::vector<std::vector<std::uint32_t>>& groups_of_things) {
  Groups answer;
  AMONT_TRY(complete(answer.completeness));
  RefOrder order;
  std::vector<std::uint32_t> nodes;
  for (const std::vector<std::uint32_t>& things : groups_of_things) {
    nodes.clear();
    for (const std::uint32_t thing : things) AMONT_TRY(listed(thing, nodes));
    if (nodes.empty()) continue;
    for (const std::uint32_t node : nodes) order.want(NodeId{node});
    answer.groups.emplace_back();
    for (const std::uint32_t node : nodes) answer.groups.back().push_back(NodeId{node});
  }
  for (const UnknownOrigin& unknown : answer.completeness.unknown) order.want(unknown.id);
  AMONT_TRY(order.read(view_, walk_.clock()));
  if (walk_.clock().stopped()) {
    Groups nothing;
    say_out_of_time(nothing.completeness);
    return nothing;
  }
  const auto place = [&](NodeId id) { return order.place(id); };
  std::ranges::sort(answer.completeness.unknown, {}, [&](const UnknownOrigin& one) { return place(one.id); });
  for (std::vector<NodeId>& group : answer.groups) std::ranges::sort(group, {}, place);
  std::ranges::sort(answer.groups, [&](const std::vector<NodeId>& a, const std::vector<NodeId>& b) {
    return a.size() != b.size() ? a.size() > b.size() : place(a.front()) < place(b.front());
  });
  if (options_.limit > 0 && answer.groups.size() > options_.limit) {
    std::uint64_t left_out = 0;
    for (std::size_t i = options_.limit; i < answer.groups.size(); ++i) left_out += answer.groups[i].size();
    add_reason(answer.completeness, "limit", left_out, false);
    answer.groups.resize(options_.limit);
  }
  return answer;
}

}  // namespace amont
