#include "tests/bench/filters.h"

#include <fmt/format.h>

#include <algorithm>
#include <functional>
#include <random>

#include "amont/query.h"
#include "tests/bench/flat_search.h"
#include "tests/bench/pairwise.h"

namespace amont {
namespace {

struct Question {
  const char* name;
  AskOptions options;
  const Snapshot& view;
  std::uint64_t nodes;  // starts are below that
  Restriction only;     // the same for flat arrays and peers
  bool of_peers = true;
};

class Filters {
 public:
  Filters(const Field& field, Direction direction)
      : field_(field), direction_(direction), rows_(field.lineage, direction, true), search_(field.lineage.nodes) {}

  Status run(const Question& question) {
    std::mt19937_64 dice(field_.shape.seed + 3);
    starts_.clear();
    for (std::uint64_t i = 0; i < field_.shape.walks; ++i)
      starts_.push_back(static_cast<std::uint32_t>(dice() % question.nodes));
    AMONT_TRY(ask_amont(question));
    if (!question.of_peers) return {};
    for (const auto& peer : field_.peers)
      if (peer->name() != "Amont") AMONT_TRY(ask(*peer, question).while_doing(peer->name()));
    return {};
  }

 private:
  Status ask_amont(const Question& question) {
    Closure answer;
    Sides sides = beside_flat_arrays(question);
    sides.peer = [&](std::size_t i) -> Status {
      const NodeId from[] = {NodeId(starts_[i])};
      AMONT_LET(answer, closure(question.view, from, direction_, question.options));
      return {};
    };
    sides.compare = [&](std::size_t i) -> Status {
      std::vector<std::uint32_t> ids;
      for (const auto* part : {&answer.exact, &answer.possible})
        for (const NodeId id : *part) ids.push_back(static_cast<std::uint32_t>(number_of(id)));
      return compare(question, starts_[i], std::move(ids));
    };
    AMONT_LET(const Compared times, compare_and_time(sides, starts_.size(), field_.shape.seconds_max));
    note_beside_flat_arrays(field_.report, question.name, times);
    return {};
  }

  Status ask(Peer& peer, const Question& question) {
    const std::string row = fmt::format("{}, {}", peer.name(), question.name), shown = "  " + peer.name();
    const Status restricted = peer.restrict_to(question.only);
    if (is_not_asked(field_.report, shown, restricted)) return {};
    AMONT_TRY(restricted);
    Sides sides = beside_flat_arrays(question);
    sides.peer = [&](std::size_t i) -> Status { return peer.closure(starts_[i], direction_).status(); };
    sides.compare = [&](std::size_t i) -> Status { return compare(question, starts_[i], peer.found()); };
    sides.peer_micros = [&] { return peer.micros(); };
    AMONT_LET(const Compared times, compare_and_time(sides, starts_.size(), field_.shape.seconds_max));
    note_beside_flat_arrays(field_.report, row, times, shown);
    return peer.restrict_to({});
  }

  Sides beside_flat_arrays(const Question& question) {
    Sides sides;
    sides.limit = [this, flat = flat_search(question.only)](std::size_t i) -> Status {
      flat(starts_[i]);
      return {};
    };
    return sides;
  }

  Status compare(const Question& question, std::uint32_t start, std::vector<std::uint32_t> ids) const {
    std::vector<std::uint32_t> expected = found_;
    std::sort(ids.begin(), ids.end());
    std::sort(expected.begin(), expected.end());
    if (ids == expected) return {};
    return damaged(fmt::format("{}: the closure of node {} has {} nodes and should have {}", question.name, start,
                               ids.size(), expected.size()));
  }

  // One that looks at what it has to, and at nothing else.
  std::function<void(std::uint32_t)> flat_search(const Restriction& only) {
    if (!only.all_nodes()) return of_kinds(only.node_kinds);
    return only.edge_kinds == Restriction::kAllKinds ? without(only.without) : through(only.edge_kinds);
  }
  // Along the edges with none of these traits.
  std::function<void(std::uint32_t)> without(std::uint8_t traits) {
    return [this, traits](std::uint32_t start) {
      search_.run(rows_, start, kNoTarget, [&](std::uint32_t edge) { return !(rows_.traits[edge] & traits); });
      keep_all();
    };
  }
  std::function<void(std::uint32_t)> through(std::uint64_t kinds) {
    return [this, kinds](std::uint32_t start) {
      search_.run(rows_, start, kNoTarget,
                  [&](std::uint32_t edge) { return kinds >> (rows_.traits[edge] / kEdgeKindBit) & 1; });
      keep_all();
    };
  }
  std::function<void(std::uint32_t)> of_kinds(std::uint64_t kinds) {
    return [this, kinds](std::uint32_t start) {
      search_.run(rows_, start, kNoTarget, [](std::uint32_t) { return true; });
      found_.clear();
      for (const std::uint32_t node : search_.found())
        if (kinds >> field_.lineage.node_kinds[node] & 1) found_.push_back(node);
    };
  }
  void keep_all() { found_.assign(search_.found().begin(), search_.found().end()); }

  const Field& field_;
  const Direction direction_;
  const Rows rows_;
  FlatSearch search_;
  std::vector<std::uint32_t> starts_;
  std::vector<std::uint32_t> found_;  // as Amont's answer, a copy
};

}  // namespace

Status bench_filters(const Field& field, const Workload& workload, const Filled& filled, const Snapshot& now,
                     const std::optional<Snapshot>& then) {
  Restriction of_kinds{.node_kinds = 0}, through_kinds{.edge_kinds = 0};
  for (const std::string& name : workload.node_kinds())
    of_kinds.node_kinds |= 1ull << number_of(now.schema().node(name)->kind);
  for (const std::string& name : workload.edge_kinds())
    through_kinds.edge_kinds |= 1ull << number_of(now.schema().edge(name)->kind);
  for (const Direction direction : {Direction::kUpstream, Direction::kDownstream}) {
    field.report.section(direction == Direction::kUpstream ? "upstream closure, restricted"
                                                           : "downstream closure, restricted");
    Filters filters(field, direction);
    const std::uint64_t all = field.lineage.nodes;
    AskOptions kinds, through, exact, variable;
    kinds.kinds = workload.node_kinds();
    through.through = workload.edge_kinds();
    exact.exact = true;
    variable.granularity = Granularity::kVariable;
    AMONT_TRY(filters.run({"nodes of a kind", kinds, now, all, of_kinds}));
    AMONT_TRY(filters.run({"through kinds of edge", through, now, all, through_kinds}));
    AMONT_TRY(filters.run({"exact", exact, now, all, {.without = kWeakEdge}}));
    // Of peers it would be the closure that they were asked above, for they hold no variables.
    AMONT_TRY(filters.run({"by variable", variable, now, all, {}, false}));
    if (then) AMONT_TRY(filters.run({"known_at", {}, *then, filled.early_nodes, {.without = kLateEdge}}));
  }
  if (!then) field.report.remark("known_at", "left out: this register was filled at once");
  return {};
}

}  // namespace amont
