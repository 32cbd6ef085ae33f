#include "tests/bench/things.h"

#include <fmt/format.h>

#include <algorithm>
#include <random>

#include "amont/query.h"
#include "tests/bench/flat_things.h"
#include "tests/bench/pairwise.h"

namespace amont {
namespace {

std::vector<std::uint32_t> numbers_of(const std::vector<NodeId>& nodes) {
  std::vector<std::uint32_t> out;
  for (const NodeId id : nodes) out.push_back(static_cast<std::uint32_t>(number_of(id)));
  std::ranges::sort(out);
  return out;
}

std::vector<std::uint32_t> sorted(std::vector<std::uint32_t> ids) {
  std::ranges::sort(ids);
  return ids;
}

// What the answer says was left out because it is only possible.
std::uint64_t left_of(const Closure& answer) {
  std::uint64_t left = 0;
  for (const PartialReason& reason : answer.completeness.reasons)
    if (reason.reason == "exact") left += reason.count;
  return left;
}

Status ask(const Snapshot& view, FlatThings& flat, Direction direction, Granularity granularity, bool exact_only,
           const WalkShape& shape, BenchReport& report) {
  std::mt19937_64 dice(shape.seed + 5);
  std::vector<std::uint32_t> starts;
  for (std::uint64_t i = 0; i < shape.walks; ++i)
    starts.push_back(static_cast<std::uint32_t>(dice() % view.id_count()));
  AskOptions options;
  options.granularity = granularity;
  options.exact = exact_only;
  Closure answer;
  std::vector<double> sizes;
  Sides sides;
  sides.limit = [&](std::size_t i) -> Status {
    flat.closure(starts[i], granularity, exact_only);
    return {};
  };
  sides.peer = [&](std::size_t i) -> Status {
    const NodeId from[] = {NodeId(starts[i])};
    AMONT_LET(answer, closure(view, from, direction, options));
    return {};
  };
  sides.compare = [&](std::size_t i) -> Status {
    sizes.push_back(static_cast<double>(answer.exact.size() + answer.possible.size()));
    if (numbers_of(answer.exact) == sorted(flat.exact()) && numbers_of(answer.possible) == sorted(flat.possible()) &&
        left_of(answer) == flat.left())
      return {};
    return damaged(
        fmt::format("the closure of node {} has {} exact and {} possible nodes and leaves {} out; and "
                    "should have {}, {} and {}",
                    starts[i], answer.exact.size(), answer.possible.size(), left_of(answer), flat.exact().size(),
                    flat.possible().size(), flat.left()));
  };
  const std::string who = fmt::format("by {}, {}", granularity == Granularity::kVariable ? "variable" : "dataset",
                                      exact_only ? "exact" : "exact and possible");
  Result<Compared> times = compare_and_time(sides, starts.size(), shape.seconds_max);
  if (!times.ok()) return std::move(times).status().while_doing(who);
  note_beside_flat_arrays(report, who, *times);
  const Spread size = spread_of(sizes);
  report.note(who + ", nodes reached", size.median,
              fmt::format("{:.0f} at median, {:.0f} at p95; {:.1f} ns each, theirs {:.1f}", size.median, size.p95,
                          times->peer.sum / static_cast<double>(times->rounds) * 1e3 / std::max(size.sum, 1.0),
                          times->limit.sum / static_cast<double>(times->rounds) * 1e3 / std::max(size.sum, 1.0)));
  return {};
}

}  // namespace

Status bench_things(const Snapshot& view, const Lineage& lineage, const WalkShape& shape, BenchReport& report) {
  AMONT_LET(const Ties ties, read_ties(view));
  report.note("variables", static_cast<double>(ties.variables.items.size()),
              fmt::format("{}, and {} tables and versions", ties.variables.items.size(), ties.wholes.items.size()));
  for (const Direction direction : {Direction::kUpstream, Direction::kDownstream}) {
    report.section(direction == Direction::kUpstream ? "upstream closure, with variables"
                                                     : "downstream closure, with variables");
    FlatThings flat(lineage, ties, direction);
    for (const Granularity granularity : {Granularity::kDataset, Granularity::kVariable})
      for (const bool exact_only : {false, true})
        AMONT_TRY(ask(view, flat, direction, granularity, exact_only, shape, report));
  }
  return {};
}

}  // namespace amont
