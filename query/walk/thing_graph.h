// ThingGraph: what a walk settles and the steps between, as flat rows, for questions about all of it at once: cycles, dominators,
// several paths. A step is as query/WALKS.md has it, between things: the edges of a dataset's variables and parts are its own, and
// what is recorded at its wholes may be true of it.
#pragma once

#include <span>
#include <vector>

#include "query/graph/rows.h"
#include "query/graph/seen.h"
#include "query/walk/walk.h"

namespace amont {

class ThingGraph {
 public:
  static constexpr std::uint32_t kNone = ~std::uint32_t{0};

  // Of what the walk's last search settled, its starts first; when the walk has no starts, of all nodes that count. With
  // `exact_only`, of exact steps alone. kLimit when it takes more than `bytes_max`. kTimeout when the walk's clock stopped it.
  static Result<ThingGraph> make(Walk& walk, bool exact_only, std::uint64_t bytes_max);

  // From each thing to those that its steps lead to, each once, ascending; not to itself.
  const Rows& steps() const { return steps_; }
  std::uint32_t size() const {
    return members_begin_.empty() ? 0 : static_cast<std::uint32_t>(members_begin_.size() - 1);
  }
  std::uint32_t starts() const { return starts_; }  // how many of the first things are starts
  // Is a step, by its place in steps().targets, exact?
  bool is_exact(std::uint32_t place) const { return exact_[place]; }
  // Is there an edge from a node of the thing to itself?
  bool leads_to_itself(std::uint32_t thing) const { return loops_[thing]; }
  // The nodes that are one.
  std::span<const std::uint32_t> members(std::uint32_t thing) const {
    return std::span(members_).subspan(members_begin_[thing], members_begin_[thing + 1] - members_begin_[thing]);
  }
  // kNone for a node of no thing in here.
  std::uint32_t thing_of(std::uint32_t node) const { return numbers_.data()[node] - 1; }

 private:
  Status add_thing(std::span<const std::uint32_t> thing);
  Status add_settled(Walk& walk);
  Status add_all(Walk& walk);
  Status add_steps(Walk& walk, bool exact_only);
  Status keep_within_bounds() const;

  std::uint64_t bytes_max_ = 0;
  Rows steps_;
  std::vector<bool> exact_;
  std::vector<bool> loops_;
  std::vector<std::uint32_t> members_, members_begin_{0};
  ZeroArray<std::uint32_t> numbers_;  // by node: its thing + 1
  std::uint32_t starts_ = 0;
};

}  // namespace amont
