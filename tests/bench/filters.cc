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
  std::function<void(std::uint32_t start)> flat;
};

class Filters {
 public:
  Filters(const Field& field, Direction direction)
      : field_(field), direction_(direction), rows_(field.lineage, direction, true), search_(field.lineage.nodes) {}

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

  Status run(const Question& question) {
    std::mt19937_64 dice(field_.shape.seed + 3);
    std::vector<std::uint32_t> starts;
    for (std::uint64_t i = 0; i < field_.shape.walks; ++i)
      starts.push_back(static_cast<std::uint32_t>(dice() % question.nodes));
    Closure answer;
    Sides sides;
    sides.limit = [&](std::size_t i) -> Status {
      question.flat(starts[i]);
      return {};
    };
    sides.peer = [&](std::size_t i) -> Status {
      const NodeId from[] = {NodeId(starts[i])};
      AMONT_LET(answer, closure(question.view, from, direction_, question.options));
      return {};
    };
    sides.compare = [&](std::size_t i) -> Status {
      std::vector<std::uint32_t> ids, expected = found_;
      for (const auto* part : {&answer.exact, &answer.possible})
        for (const NodeId id : *part) ids.push_back(static_cast<std::uint32_t>(number_of(id)));
      std::sort(ids.begin(), ids.end());
      std::sort(expected.begin(), expected.end());
      if (ids == expected) return {};
      return damaged(fmt::format("{}: the closure of node {} has {} nodes and should have {}", question.name, starts[i],
                                 ids.size(), expected.size()));
    };
    AMONT_LET(const Compared times, compare_and_time(sides, starts.size(), field_.shape.seconds_max));
    note_beside_flat_arrays(field_.report, question.name, times);
    return {};
  }

 private:
  void keep_all() { found_.assign(search_.found().begin(), search_.found().end()); }

  const Field& field_;
  const Direction direction_;
  const Rows rows_;
  FlatSearch search_;
  std::vector<std::uint32_t> found_;  // as Amont's answer, a copy
};

}  // namespace

Status bench_filters(const Field& field, const Workload& workload, const Filled& filled, const Snapshot& now,
                     const std::optional<Snapshot>& then) {
  std::uint64_t node_kinds = 0, edge_kinds = 0;
  for (const std::string& name : workload.node_kinds()) node_kinds |= 1ull << number_of(now.schema().node(name)->kind);
  for (const std::string& name : workload.edge_kinds()) edge_kinds |= 1ull << number_of(now.schema().edge(name)->kind);
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
    AMONT_TRY(filters.run({"nodes of a kind", kinds, now, all, filters.of_kinds(node_kinds)}));
    AMONT_TRY(filters.run({"through kinds of edge", through, now, all, filters.through(edge_kinds)}));
    AMONT_TRY(filters.run({"exact", exact, now, all, filters.without(kWeakEdge)}));
    AMONT_TRY(filters.run({"by variable", variable, now, all, filters.without(0)}));
    if (then) AMONT_TRY(filters.run({"known_at", {}, *then, filled.early_nodes, filters.without(kLateEdge)}));
  }
  if (!then) field.report.remark("known_at", "left out: this register was filled at once");
  return {};
}

}  // namespace amont
