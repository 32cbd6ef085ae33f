// why(): a path, and on what each of its steps rests.
#include <fmt/format.h>

#include <initializer_list>

#include "amont/explain.h"

namespace amont {
namespace {

class Explaining {
 public:
  Explaining(const Snapshot& view, const PathAnswer& path, const AskOptions& options) : view_(view), path_(path) {
    asked_.valid_at = options.valid_at;
    asked_.valid_until = options.valid_until;
    asked_.deadline = options.deadline;
    asked_.cancel = options.cancel;
    asked_.keep_going = options.keep_going;
  }

  Result<WhyStep> step(std::size_t i) {
    WhyStep step{path_.edges[i], 0, {}};
    AMONT_LET(const auto edge, view_.edge(step.edge.kind, step.edge.from, step.edge.to, step.edge.label));
    if (!edge) return damaged("an edge of a path is not in the register; run `amont verify`");
    step.tx = edge->tx;
    if (path_.precision == Precision::kPossible) {
      AMONT_LET(step.because, because(i));
    }
    return step;
  }

 private:
  Result<std::string> because(std::size_t i) {
    const FollowedEdge& edge = path_.edges[i];
    const NodeId here = path_.nodes[i];
    const NodeId near = path_.direction == Direction::kUpstream ? edge.from : edge.to;
    const EdgeRow& row = view_.schema().edge(edge.kind);
    if (row.weak) return fmt::format("{} says that there was something, and not what", row.name);
    AMONT_LET(const Ref ref, view_.ref(here));
    AMONT_LET(const auto node, view_.node(here));
    if (i > 0 && node && view_.schema().node(node->kind).role == Role::kProject)
      return fmt::format("what {} used for what was not recorded", ref.text());
    if (near == here) return std::string();
    AMONT_LET(const Ref other, view_.ref(near));
    // A variable speaks for what it is part of.
    AMONT_LET(const bool whole, climbs(here, near, {"part_of", "version_of"}));
    if (whole)
      return fmt::format("it was recorded of {}, of which {} is only a part or version", other.text(), ref.text());
    AMONT_LET(const bool version, climbs(near, here, {"version_of"}));
    if (version && path_.direction == Direction::kUpstream)
      return fmt::format("it was recorded of {}, a version of {}", other.text(), ref.text());
    return std::string();
  }

  // Do these kinds lead upwards from `from`, or from what it is a variable of, to `to` or what that is a variable of?
  Result<bool> climbs(NodeId from, NodeId to, std::initializer_list<const char*> kinds) {
    AskOptions options = asked_;
    for (const char* const kind : kinds)
      if (view_.schema().edge(kind)) options.through.emplace_back(kind);
    if (options.through.empty()) return false;
    AMONT_LET(const std::vector<NodeId> starts, with_holders(from));
    AMONT_LET(const std::vector<NodeId> ends, with_holders(to));
    for (const NodeId start : starts)
      for (const NodeId end : ends) {
        if (start == end) continue;
        AMONT_LET(const Reaches found, reaches(view_, end, start, options));
        if (found.yes) return true;
      }
    return false;
  }

  Result<std::vector<NodeId>> with_holders(NodeId id) {
    std::vector<NodeId> nodes = {id};
    AMONT_LET(const std::optional<Node> node, view_.node(id));
    if (!node || view_.schema().node(node->kind).role != Role::kVariable) return nodes;
    AMONT_LET(const std::vector<Edge> edges, view_.edges(id, Direction::kUpstream));
    for (const Edge& edge : edges)
      if (edge.kind_name == "part_of") nodes.push_back(edge.to);
    return nodes;
  }

  AskOptions asked_;  // when, and how long
  const Snapshot& view_;
  const PathAnswer& path_;
};

}  // namespace

Result<Why> why(const Snapshot& view, NodeId a, NodeId b, const AskOptions& options) {
  Why answer;
  AMONT_LET(answer.path, path(view, a, b, options));
  Explaining explaining(view, answer.path, options);
  for (std::size_t i = 0; i < answer.path.edges.size(); ++i) {
    AMONT_LET(WhyStep step, explaining.step(i));
    answer.steps.push_back(std::move(step));
  }
  return answer;
}

}  // namespace amont
