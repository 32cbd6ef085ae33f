// How much each of many nodes reaches: searches that share their work, beside one over flat arrays for each.
#include <fmt/format.h>

#include <algorithm>
#include <random>

#include "amont/query.h"
#include "tests/bench/pairwise.h"
#include "tests/bench/walks.h"

namespace amont {
namespace {

constexpr std::size_t kStarts = 64;

// What nothing in the register was made of comes first in lineage, and feeds most.
std::vector<std::uint32_t> origins(const Lineage& lineage) {
  std::vector<bool> has_cause(lineage.nodes), has_effect(lineage.nodes);
  for (const LineageEdge& edge : lineage.edges) has_cause[edge.from] = has_effect[edge.to] = true;
  std::vector<std::uint32_t> found;
  for (std::uint32_t node = 0; node < lineage.nodes; ++node)
    if (has_effect[node] && !has_cause[node]) found.push_back(node);
  return found;
}

Status batches(const Field& field, const Snapshot& view, const std::string& title, Direction direction,
               const std::vector<std::uint32_t>& starts) {
  std::vector<std::uint64_t> expected(kStarts);
  ReachCounts found;
  Sides sides;
  sides.limit = [&](std::size_t i) -> Status {
    for (std::size_t k = 0; k < kStarts; ++k) {
      AMONT_LET(expected[k], field.limit.closure(starts[i * kStarts + k], direction));
    }
    return {};
  };
  sides.peer = [&](std::size_t i) -> Status {
    std::vector<NodeId> ids;
    for (std::size_t k = 0; k < kStarts; ++k) ids.push_back(NodeId(starts[i * kStarts + k]));
    AMONT_LET(found, reach_counts(view, ids, direction));
    return {};
  };
  sides.compare = [&](std::size_t) -> Status {
    for (std::size_t k = 0; k < kStarts; ++k)
      if (found.counts[k].exact + found.counts[k].possible != expected[k])
        return damaged(
            fmt::format("{} nodes and not {}", found.counts[k].exact + found.counts[k].possible, expected[k]));
    return {};
  };
  AMONT_LET(const Compared times, compare_and_time(sides, starts.size() / kStarts, field.shape.seconds_max));
  note_beside_flat_arrays(field.report, title, times);
  return {};
}

}  // namespace

Status bench_batches(const Field& field, const Snapshot& view) {
  field.report.section("how much each of 64 nodes reaches, at once");
  field.report.remark("a question", "64 nodes; flat arrays are searched from one after the other");
  std::mt19937_64 dice(field.shape.seed + 6);
  std::vector<std::uint32_t> any, first = origins(field.lineage);
  for (std::size_t i = 0; i < 20 * kStarts; ++i)
    any.push_back(static_cast<std::uint32_t>(dice() % field.lineage.nodes));
  std::ranges::shuffle(first, dice);
  first.resize(std::min(first.size(), any.size()) / kStarts * kStarts);
  AMONT_TRY(batches(field, view, "upstream of nodes at random", Direction::kUpstream, any));
  if (first.empty()) return {};
  return batches(field, view, "downstream of origins", Direction::kDownstream, first);
}

}  // namespace amont
