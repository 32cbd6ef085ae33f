// One shortest path, of pairs that have one: exact if there is one, as Amont's.
#include <fmt/format.h>

#include <random>

#include "amont/query.h"
#include "tests/bench/flat_search.h"
#include "tests/bench/pairwise.h"
#include "tests/bench/walks.h"

namespace amont {

Status bench_paths(const Field& field, const Snapshot& view) {
  const Rows rows(field.lineage, Direction::kUpstream, true);
  FlatSearch search(field.lineage.nodes);
  std::vector<std::uint32_t> parents(field.lineage.nodes), steps;
  std::mt19937_64 dice(field.shape.seed + 4);
  AMONT_LET(const std::vector<Pair> pairs, pairs_that_reach(field, field.shape.walks, dice));
  PathAnswer answer;
  Sides sides;
  sides.limit = [&](std::size_t i) -> Status {
    const auto [cause, effect] = pairs[i];
    const auto remember = [&](std::uint32_t far, std::uint32_t near) { parents[far] = near; };
    const auto exact = [&](std::uint32_t edge) { return !(rows.traits[edge] & kWeakEdge); };
    steps.clear();
    if (!search.run(rows, effect, cause, exact, remember) &&
        !search.run(
            rows, effect, cause, [](std::uint32_t) { return true; }, remember))
      return damaged("no path where there is one");
    for (std::uint32_t at = cause; at != effect; at = parents[at]) steps.push_back(at);
    return {};
  };
  sides.peer = [&](std::size_t i) -> Status {
    AMONT_LET(answer, path(view, NodeId(pairs[i].effect), NodeId(pairs[i].cause)));
    return {};
  };
  sides.compare = [&](std::size_t i) -> Status {
    if (answer.nodes.size() == steps.size() + 1 && answer.direction == Direction::kUpstream) return {};
    return damaged(fmt::format("the path from {} to {} has {} nodes and should have {}", pairs[i].effect,
                               pairs[i].cause, answer.nodes.size(), steps.size() + 1));
  };
  field.report.section("one shortest path, of pairs that have one");
  AMONT_LET(const Compared times, compare_and_time(sides, pairs.size(), field.shape.seconds_max));
  note_beside_flat_arrays(field.report, "Amont", times);
  return {};
}

}  // namespace amont
