#include "tests/bench/walks.h"

#include <fmt/format.h>

#include <algorithm>
#include <random>

#include "tests/bench/pairwise.h"

namespace amont {
namespace {

std::vector<std::uint32_t> sorted(std::vector<std::uint32_t> ids) {
  std::sort(ids.begin(), ids.end());
  return ids;
}

Status closures(const Field& field, Peer& peer, Direction direction, const std::vector<std::uint32_t>& starts) {
  std::uint64_t expected = 0, found = 0;
  Sides sides;
  sides.limit = [&](std::size_t i) -> Status {
    AMONT_LET(expected, field.limit.closure(starts[i], direction));
    return {};
  };
  sides.peer = [&](std::size_t i) -> Status {
    AMONT_LET(found, peer.closure(starts[i], direction));
    return found == expected ? Status() : damaged(fmt::format("{} nodes and not {}", found, expected));
  };
  sides.compare = [&](std::size_t i) -> Status {
    if (sorted(peer.found()) == sorted(field.limit.found())) return {};
    return damaged(fmt::format("the closure of node {} has other nodes than it should", starts[i]));
  };
  sides.peer_micros = [&] { return peer.micros(); };
  AMONT_LET(const Compared times, compare_and_time(sides, starts.size(), field.shape.seconds_max));
  note_beside_flat_arrays(field.report, peer.name(), times);
  return {};
}

// What a step costs: all of the closures' time over all of their edges, those that lead to what was seen counted too. By turns,
// so that a noisy moment hits both.
Status cost_of_an_edge(const Field& field, Direction direction, const std::vector<std::uint32_t>& starts,
                       double edges) {
  std::vector<Peer*> both = {&field.limit};
  for (const auto& peer : field.peers)
    if (peer->name() == "Amont") both.push_back(peer.get());
  std::vector<std::vector<double>> costs(both.size());
  for (int round = 0; round < 6; ++round) {
    for (std::size_t i = 0; i < both.size(); ++i) {
      const auto began = BenchClock::now();
      for (const std::uint32_t start : starts) AMONT_TRY(both[i]->closure(start, direction).status());
      if (round > 0) costs[i].push_back(seconds_since(began) * 1e9 / std::max(edges, 1.0));
    }
  }
  for (std::size_t i = 0; i < both.size(); ++i) {
    const double cost = spread_of(costs[i]).median;
    field.report.note(both[i]->name() + ", ns an edge", cost,
                      fmt::format("{:8.2f} ns an edge looked at (median of 5 rounds)", cost));
  }
  return {};
}

Status sizes(const Field& field, Direction direction, const std::vector<std::uint32_t>& starts) {
  std::vector<std::uint32_t> degrees(field.lineage.nodes);
  for (const LineageEdge& edge : field.lineage.edges)
    ++degrees[direction == Direction::kUpstream ? edge.from : edge.to];
  std::vector<double> sizes;
  double edges = 0;
  for (const std::uint32_t start : starts) {
    AMONT_LET(const std::uint64_t size, field.limit.closure(start, direction));
    sizes.push_back(static_cast<double>(size));
    edges += degrees[start];
    for (const std::uint32_t node : field.limit.found()) edges += degrees[node];
  }
  const Spread size = spread_of(sizes);
  field.report.note("nodes reached", size.median,
                    fmt::format("{:.0f} at median, {:.0f} at p95", size.median, size.p95));
  return cost_of_an_edge(field, direction, starts, edges);
}

}  // namespace

Status bench_closures(const Field& field) {
  std::mt19937_64 dice(field.shape.seed + 1);
  std::vector<std::uint32_t> starts;
  for (std::uint64_t i = 0; i < field.shape.walks; ++i)
    starts.push_back(static_cast<std::uint32_t>(dice() % field.lineage.nodes));
  for (const Direction direction : {Direction::kUpstream, Direction::kDownstream}) {
    field.report.section(direction == Direction::kUpstream ? "upstream closure, warm" : "downstream closure, warm");
    AMONT_TRY(sizes(field, direction, starts));
    for (const auto& peer : field.peers) AMONT_TRY(closures(field, *peer, direction, starts).while_doing(peer->name()));
  }
  return {};
}

}  // namespace amont
