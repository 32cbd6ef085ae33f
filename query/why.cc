// why(): a path, and on what each of its steps rests.
#include <algorithm>

#include <fmt/format.h>

#include "amont/explain.h"

namespace amont {
namespace {

class Explaining {
 public:
  Explaining(const Snapshot& view, const PathAnswer& path) : view_(view), path_(path) {}

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
    AMONT_LET(const bool whole, leads(here, near, Direction::kUpstream));
    if (whole)
      return fmt::format("it was recorded of {}, of which {} is only a part or version", other.text(), ref.text());
    AMONT_LET(const bool part, leads(here, near, Direction::kDownstream));
    if (part && path_.direction == Direction::kUpstream)
      return fmt::format("it was recorded of {}, a version or part of {}", other.text(), ref.text());
    return std::string();
  }

  // Is `to` a whole of `from` (upstream), or a part or version of it?
  Result<bool> leads(NodeId from, NodeId to, Direction direction) {
    AskOptions options;
    for (const char* const kind : {"part_of", "version_of"})
      if (view_.schema().edge(kind)) options.through.emplace_back(kind);
    if (options.through.empty()) return false;
    AMONT_LET(const Closure found, closure(view_, {&from, 1}, direction, options));
    return std::ranges::find(found.exact, to) != found.exact.end();
  }

  const Snapshot& view_;
  const PathAnswer& path_;
};

}  // namespace

Result<Why> why(const Snapshot& view, NodeId a, NodeId b, const AskOptions& options) {
  Why answer;
  AMONT_LET(answer.path, path(view, a, b, options));
  Explaining explaining(view, answer.path);
  for (std::size_t i = 0; i < answer.path.edges.size(); ++i) {
    AMONT_LET(WhyStep step, explaining.step(i));
    answer.steps.push_back(std::move(step));
  }
  return answer;
}

}  // namespace amont
