#include "query/walk/thing_graph.h"

#include <algorithm>

#include <fmt/format.h>

namespace amont {
namespace {

Status out_of_time() { return {Code::kTimeout, "out of time"}; }

}  // namespace

Result<ThingGraph> ThingGraph::make(Walk& walk, bool exact_only, std::uint64_t bytes_max) {
  ThingGraph graph;
  graph.bytes_max_ = bytes_max;
  graph.numbers_.grow(walk.view().graph->id_count());
  AMONT_TRY(walk.starts().empty() ? graph.add_all(walk) : graph.add_settled(walk));
  AMONT_TRY(graph.add_steps(walk, exact_only));
  return graph;
}

Status ThingGraph::keep_within_bounds() const {
  const std::uint64_t bytes = 12 * members_.size() + 8 * std::uint64_t{size()} + 5 * steps_.targets.size();
  if (bytes <= bytes_max_) return {};
  return limit_exceeded(fmt::format(
      "the graph that is asked about takes more than {} KiB, 3/16 of the memory that the register was opened "
      "with; ask from fewer nodes, or give it more: Options::memory_bytes, of the command --store-memory",
      bytes_max_ >> 10));
}

Status ThingGraph::add_thing(std::span<const std::uint32_t> thing) {
  for (const std::uint32_t member : thing) numbers_.data()[member] = size() + 1;
  members_.insert(members_.end(), thing.begin(), thing.end());
  members_begin_.push_back(static_cast<std::uint32_t>(members_.size()));
  return size() % 1024 == 0 ? keep_within_bounds() : Status();
}

Status ThingGraph::add_settled(Walk& walk) {
  std::vector<std::uint32_t> thing;
  for (const std::uint32_t start : walk.starts()) {
    if (thing_of(start) != kNone) continue;
    thing.clear();
    AMONT_TRY(walk.gather_once(start, thing));
    AMONT_TRY(add_thing(thing));
  }
  starts_ = size();
  AMONT_TRY(walk.for_each_thing(walk.found(), [&](std::span<const std::uint32_t> settled, std::uint32_t) -> Status {
    return thing_of(settled.front()) == kNone ? add_thing(settled) : Status();
  }));
  return walk.found().stopped ? out_of_time() : Status();
}

Status ThingGraph::add_all(Walk& walk) {
  const auto ids = static_cast<std::uint32_t>(walk.view().graph->id_count());
  std::vector<std::uint32_t> thing;
  for (std::uint32_t id = 0; id < ids; ++id) {
    if (thing_of(id) != kNone) continue;
    if (walk.clock().stops()) return out_of_time();
    walk.pause();
    AMONT_LET(const PageNode found, walk.node(id));
    if (!(found.flags & kNodeAlive)) continue;
    AMONT_LET(const bool counts, walk.counts(id));
    if (!counts) continue;
    thing.clear();
    if (walk.plan().watches(found))
      AMONT_TRY(walk.gather_once(id, thing));
    else
      thing.push_back(id);
    AMONT_TRY(add_thing(thing));
  }
  return {};
}

Status ThingGraph::add_steps(Walk& walk, bool exact_only) {
  struct Far {
    std::uint32_t thing;
    bool possible;
    auto operator<=>(const Far&) const = default;
  };
  std::vector<Far> row;
  loops_.resize(size());
  steps_.begin.reserve(std::size_t{size()} + 1);
  steps_.begin.push_back(0);
  for (std::uint32_t near = 0; near < size(); ++near) {
    if (walk.clock().stops()) return out_of_time();
    walk.pause();
    row.clear();
    AMONT_TRY(walk.for_each_step(members(near), !exact_only, /*once=*/false, [&](const Step& step) -> Status {
      if (!step.counts || (exact_only && !step.exact)) return {};
      const std::uint32_t far = thing_of(step.far);  // none: beyond the depth asked for
      const bool loops = step.page->targets[step.edge] == step.near && thing_of(step.near) == near;
      if (loops && far == near) loops_[near] = true;
      if (far != kNone && far != near) row.push_back({far, !step.exact});
      return {};
    }));
    std::ranges::sort(row);  // of two steps to one thing the exact comes first
    for (std::size_t i = 0; i < row.size(); ++i) {
      if (i > 0 && row[i].thing == row[i - 1].thing) continue;
      steps_.targets.push_back(row[i].thing);
      exact_.push_back(!row[i].possible);
    }
    steps_.begin.push_back(static_cast<std::uint32_t>(steps_.targets.size()));
    if (near % 1024 == 0) AMONT_TRY(keep_within_bounds());
  }
  return {};
}

}  // namespace amont
