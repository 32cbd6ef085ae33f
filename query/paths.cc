// paths(a, b): the shortest paths, exact ones first.
#include <algorithm>

#include <fmt/format.h>

#include "query/graph/shortest_paths.h"
#include "query/graph_question.h"
#include "query/path_parts.h"

namespace amont {
namespace {

class PathFinding {
 public:
  PathFinding(GraphQuestion& question, NodeId a, NodeId b, std::uint32_t end, const AskOptions& options)
      : question_(question), graph_(question.graph()), a_(a), b_(b), end_(end), options_(options) {}

  // One path more than `count` is sought, for whether there are more.
  Status run(std::uint64_t count, Paths& answer) {
    AMONT_TRY(find(count, Precision::kExact, answer));
    if (!options_.exact) AMONT_TRY(find(count, Precision::kPossible, answer));
    if (stopped_) {
      answer.paths.clear();
      say_out_of_time(answer.completeness);
    } else if (more_) {
      add_reason(answer.completeness, "limit", 1, true);
    }
    return {};
  }

 private:
  Status find(std::uint64_t count, Precision precision, Paths& answer) {
    const bool exact = precision == Precision::kExact;
    ShortestPaths paths(
        graph_.steps(), 0, end_, count + 1 + answer.paths.size(),
        [&](std::uint32_t place) { return !exact || graph_.is_exact(place); }, question_.stops());
    while (!more_) {
      const VertexPath path = paths.next();
      stopped_ = stopped_ || paths.stopped();
      if (path.empty() || path.size() - 1 > options_.depth) return {};
      if (!exact && is_exact(path)) continue;  // was found already
      if (answer.paths.size() == count) {
        more_ = true;
        return {};
      }
      AMONT_LET(Paths::Path told, tell(path, precision));
      answer.paths.push_back(std::move(told));
    }
    return {};
  }

  bool is_exact(const VertexPath& path) const {
    for (std::size_t i = 0; i + 1 < path.size(); ++i) {
      const auto row = graph_.steps().of(path[i]);
      const auto at = static_cast<std::uint32_t>(std::ranges::lower_bound(row, path[i + 1]) - row.begin());
      if (!graph_.is_exact(graph_.steps().begin[path[i]] + at)) return false;
    }
    return true;
  }

  // With one edge for each step, the first that was recorded between the two things.
  Result<Paths::Path> tell(const VertexPath& path, Precision precision) {
    Paths::Path told;
    told.precision = precision;
    told.nodes.push_back(a_);
    Walk& walk = question_.walk();
    for (std::size_t i = 0; i + 1 < path.size(); ++i) {
      walk.pause();
      std::uint32_t reached = kNoNode;
      AMONT_TRY(walk.for_each_step(graph_.members(path[i]), precision == Precision::kPossible, /*once=*/false,
                                   [&](const Step& step) -> Status {
                                     if (reached != kNoNode || !step.counts || graph_.thing_of(step.far) != path[i + 1])
                                       return {};
                                     if (precision == Precision::kExact && !step.exact) return {};
                                     reached = step.far;
                                     told.edges.push_back(edge_of(step, walk.direction()));
                                     return {};
                                   }));
      if (reached == kNoNode) return damaged("a step was there and is not; run `amont verify`");
      AMONT_LET(const std::uint32_t shown, shown_member(walk, graph_.members(path[i + 1]), reached));
      told.nodes.push_back(NodeId{shown});
    }
    told.nodes.back() = b_;
    return told;
  }

  GraphQuestion& question_;
  const ThingGraph& graph_;
  NodeId a_, b_;
  std::uint32_t end_;
  const AskOptions& options_;
  bool more_ = false, stopped_ = false;
};

}  // namespace

Result<Paths> paths(const Snapshot& view, NodeId a, NodeId b, std::uint64_t count, const AskOptions& options) {
  if (count == 0 || count > kPathsMax) return invalid(fmt::format("count must be from 1 to {}", kPathsMax));
  AskOptions all_kinds = options;
  all_kinds.kinds.clear();
  Completeness either;  // what both directions left out
  for (const Direction direction : {Direction::kUpstream, Direction::kDownstream}) {
    GraphQuestion question(view, direction, all_kinds);
    Paths answer;
    answer.direction = direction;
    AMONT_LET(const bool made, question.make(std::span(&a, 1), answer.completeness));
    AMONT_LET(const std::uint32_t target, question.walk().known(b));
    if (made && !question.walk().is_own(target)) {
      const std::uint32_t end = question.graph().thing_of(target);
      if (end != ThingGraph::kNone) {
        AMONT_TRY(PathFinding(question, a, b, end, all_kinds).run(count, answer));
        return answer;
      }
    }
    if (made) AMONT_TRY(add_reasons(question.walk(), answer.completeness));
    for (const PartialReason& reason : answer.completeness.reasons)
      add_reason(either, reason.reason, reason.count, reason.at_least);
  }
  return Paths{{}, Direction::kUpstream, std::move(either)};
}

}  // namespace amont
