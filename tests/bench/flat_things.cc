#include "tests/bench/flat_things.h"

namespace amont {

FlatThings::FlatThings(const Lineage& lineage, const Ties& ties, Direction direction)
    : ties_(ties), rows_(lineage, direction, true), is_up_(direction == Direction::kUpstream), states_(lineage.nodes) {
  queue_.reserve(lineage.nodes);
}

void FlatThings::closure(std::uint32_t start, Granularity granularity, bool exact_only) {
  by_variable_ = granularity == Granularity::kVariable;
  takes_possible_ = counts_ = false;
  left_ = 0;
  left_nodes_.clear();
  left_things_.clear();
  left_datasets_.clear();
  queue_.clear();
  ++epoch_;
  start_ = by_variable_ || ties_.container[start] == Ties::kNone ? start : ties_.container[start];
  mark(start_, kMet);
  queue_.push_back(start_);
  for (std::size_t i = 0; i < queue_.size(); ++i) {
    if (i + 8 < queue_.size()) __builtin_prefetch(rows_.begin.data() + queue_[i + 8]);
    take(queue_[i]);
  }
  exact_end_ = queue_.size();
  (exact_only ? counts_ : takes_possible_) = true;
  follow_left();
  for (std::size_t i = exact_end_; i < queue_.size(); ++i) {
    if (i + 8 < queue_.size()) __builtin_prefetch(rows_.begin.data() + queue_[i + 8]);
    take(queue_[i]);
  }
}

// Without what is the start's own: its variables, or its dataset.
std::vector<std::uint32_t> FlatThings::listed(std::size_t begin, std::size_t end) const {
  std::vector<std::uint32_t> out;
  for (std::size_t i = begin; i < end; ++i)
    if (!by_variable_ || (ties_.container[queue_[i]] != start_ && ties_.container[start_] != queue_[i]))
      out.push_back(queue_[i]);
  return out;
}

void FlatThings::meet(std::uint32_t far) {
  const std::uint32_t thing = by_variable_ || ties_.container[far] == Ties::kNone ? far : ties_.container[far];
  if (counts_) {
    count(thing);
    if (by_variable_)
      for (const std::uint32_t variable : ties_.variables.of(far)) count(variable);
  } else if (!mark(thing, kMet)) {
    queue_.push_back(thing);
  }
}

void FlatThings::count(std::uint32_t node) {
  const bool is_met = states_[node] >> 8 == epoch_ && states_[node] & kMet;
  left_ += !is_met && !mark(node, kMissed);
}

void FlatThings::follow(std::uint32_t node) {
  if (mark(node, kFollowed)) return;
  const bool all_possible = ties_.roles[node] == Role::kProject && node != start_;
  bool leaves_some = false;
  for (std::uint32_t i = rows_.begin[node]; i < rows_.begin[node + 1]; ++i) {
    if (!takes_possible_ && !counts_ && (all_possible || rows_.traits[i] & kWeakEdge))
      leaves_some = true;
    else
      meet(rows_.targets[i]);
  }
  if (leaves_some) left_nodes_.push_back(node);
}

void FlatThings::follow_whole(std::uint32_t dataset) {
  follow(dataset);
  if (by_variable_) return;
  for (const std::uint32_t variable : ties_.variables.of(dataset)) follow(variable);
}

void FlatThings::down(std::uint32_t dataset, bool versions_too, Bit bit) {
  mark(dataset, bit);
  const auto all = [&](std::span<const std::uint32_t> parts) {
    for (const std::uint32_t part : parts) {
      if (mark(part, bit)) continue;
      follow_whole(part);
      down(part, versions_too, bit);
    }
  };
  all(ties_.tables.of(dataset));
  if (versions_too) all(ties_.versions.of(dataset));
}

void FlatThings::up(std::uint32_t dataset) {
  mark(dataset, kUp);
  for (const std::uint32_t whole : ties_.wholes.of(dataset)) {
    if (mark(whole, kUp)) continue;
    follow_whole(whole);
    up(whole);
  }
}

void FlatThings::take(std::uint32_t thing) {
  follow_whole(thing);
  const std::span<const std::uint32_t> variables = ties_.variables.of(thing);
  bool may_leave = by_variable_ && ties_.container[thing] != Ties::kNone;
  if (ties_.roles[thing] == Role::kDataset) {
    const bool has_parts = !ties_.tables.of(thing).empty() || !ties_.versions.of(thing).empty();
    if (has_parts) down(thing, !is_up_, kDown);
    may_leave = (is_up_ && has_parts) || !ties_.wholes.of(thing).empty();
    if (by_variable_ && thing == start_)
      for (const std::uint32_t variable : variables) follow(variable);
  }
  if (may_leave) {
    if (takes_possible_)
      follow_possible(thing);
    else
      left_things_.push_back(thing);
  }
  if (!by_variable_ || variables.empty() || thing == start_) return;
  if (!takes_possible_)
    left_datasets_.push_back(thing);
  else
    for (const std::uint32_t variable : variables) meet(variable);
}

void FlatThings::follow_possible(std::uint32_t thing) {
  const bool is_variable = by_variable_ && ties_.container[thing] != Ties::kNone;
  const std::uint32_t dataset = is_variable ? ties_.container[thing] : thing;
  if (is_variable) follow(dataset);
  const std::uint32_t state = states_[dataset] >> 8 == epoch_ ? states_[dataset] : 0;
  if ((is_up_ || is_variable) && !(state & kDownPossible)) down(dataset, true, kDownPossible);
  if (!(state & kUp)) up(dataset);
}

void FlatThings::follow_left() {
  for (const std::uint32_t node : left_nodes_)
    for (std::uint32_t i = rows_.begin[node]; i < rows_.begin[node + 1]; ++i) meet(rows_.targets[i]);
  for (const std::uint32_t thing : left_things_) follow_possible(thing);
  for (const std::uint32_t dataset : left_datasets_)
    for (const std::uint32_t variable : ties_.variables.of(dataset)) {
      if (counts_)
        count(variable);
      else
        meet(variable);
    }
}

}  // namespace amont
