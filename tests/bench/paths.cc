// One shortest path, of pairs that have one: exact if there is one, as Amont's.
#include <fmt/format.h>

#include <algorithm>
#include <random>

#include "tests/bench/flat_search.h"
#include "tests/bench/pairwise.h"
#include "tests/bench/walks.h"

namespace amont {
namespace {

// Flat arrays' path, and what another has to be like.
class ShortestPath {
 public:
  explicit ShortestPath(const Lineage& lineage)
      : rows_(lineage, Direction::kUpstream, true), search_(lineage.nodes), parents_(lineage.nodes) {}

  Status find(const Pair& pair) {
    const auto remember = [&](std::uint32_t far, std::uint32_t near) { parents_[far] = near; };
    const auto exact = [&](std::uint32_t edge) { return is_exact(edge); };
    steps_.clear();
    exact_ = search_.run(rows_, pair.effect, pair.cause, exact, remember);
    if (!exact_ && !search_.run(
                       rows_, pair.effect, pair.cause, [](std::uint32_t) { return true; }, remember))
      return damaged("no path where there is one");
    for (std::uint32_t at = pair.cause; at != pair.effect; at = parents_[at]) steps_.push_back(at);
    return {};
  }

  // After find(pair). Any path of that length will do, from either end, as long as its steps are edges, and exact if they can be.
  Status compare(const Pair& pair, std::vector<std::uint32_t> nodes) const {
    if (!nodes.empty() && nodes.front() == pair.cause) std::ranges::reverse(nodes);
    if (nodes.size() != steps_.size() + 1 || nodes.front() != pair.effect || nodes.back() != pair.cause)
      return damaged(fmt::format("the path from {} to {} has {} nodes and should have {}", pair.effect, pair.cause,
                                 nodes.size(), steps_.size() + 1));
    for (std::size_t i = 0; i + 1 < nodes.size(); ++i)
      if (!joined(nodes[i], nodes[i + 1]))
        return damaged(fmt::format("{} to {}, on a path from {} to {}, is no edge that it may take", nodes[i],
                                   nodes[i + 1], pair.effect, pair.cause));
    return {};
  }

 private:
  bool is_exact(std::uint32_t edge) const { return !(rows_.traits[edge] & kWeakEdge); }
  bool joined(std::uint32_t effect, std::uint32_t cause) const {
    for (std::uint32_t i = rows_.begin[effect]; i < rows_.begin[effect + 1]; ++i)
      if (rows_.targets[i] == cause && (!exact_ || is_exact(i))) return true;
    return false;
  }

  const Rows rows_;
  FlatSearch search_;
  std::vector<std::uint32_t> parents_, steps_;
  bool exact_ = false;
};

Status row(const Field& field, Peer& peer, const std::vector<Pair>& pairs, ShortestPath& limit) {
  Sides sides;
  sides.limit = [&](std::size_t i) -> Status { return limit.find(pairs[i]); };
  sides.peer = [&](std::size_t i) -> Status { return peer.path(pairs[i].effect, pairs[i].cause).status(); };
  sides.compare = [&](std::size_t i) -> Status { return limit.compare(pairs[i], peer.found()); };
  sides.peer_micros = [&] { return peer.micros(); };
  const Result<Compared> compared = compare_and_time(sides, pairs.size(), field.shape.seconds_max);
  if (is_not_asked(field.report, peer.name(), compared.status())) return {};
  AMONT_LET(const Compared times, compared);
  note_beside_flat_arrays(field.report, peer.name(), times);
  return {};
}

}  // namespace

Status bench_paths(const Field& field) {
  ShortestPath limit(field.lineage);
  std::mt19937_64 dice(field.shape.seed + 4);
  AMONT_LET(const std::vector<Pair> pairs, pairs_that_reach(field, field.shape.walks, dice));
  field.report.section("one shortest path, of pairs that have one");
  for (const auto& peer : field.peers) AMONT_TRY(row(field, *peer, pairs, limit).while_doing(peer->name()));
  return {};
}

}  // namespace amont
