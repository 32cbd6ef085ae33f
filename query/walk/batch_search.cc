#include "query/walk/batch_search.h"

#include <utility>

namespace amont {

Status BatchSearch::search(Walk& walk, std::span<const std::uint32_t> starts, bool exact_only, std::uint64_t ids) {
  for (const std::uint32_t id : first_members_) states_.data()[id] = {};
  for (const auto& [member, thing] : thing_of_member_) states_.data()[member] = {};
  states_.grow(ids);
  queue_.start(ids);
  first_members_.clear();
  things_.clear();
  thing_of_member_.clear();
  possible_left_ = stopped_ = false;
  exact_only_ = exact_only;
  walk_ = &walk;
  walk.begin_search(exact_only);
  for (std::size_t i = 0; i < starts.size(); ++i) meet(starts[i], Lanes{1} << i);
  const bool largest_first = walk.direction() == Direction::kUpstream;
  while (!queue_.empty()) {
    const std::uint32_t id = queue_.take(largest_first);
    const Lanes lanes = std::exchange(states_.data()[id].met, 0);
    if (walk.clock().stops()) stopped_ = true;
    if (stopped_) continue;
    walk.pause();
    AMONT_TRY(expand(id, lanes));
  }
  return {};
}

void BatchSearch::meet(std::uint32_t id, Lanes lanes) {
  State& state = states_.data()[id];
  if ((lanes & ~state.reached) == 0) return;
  if (state.met == 0) queue_.add(id);
  state.met |= lanes;
}

// Notes who reached the node; returns who had not.
BatchSearch::Lanes BatchSearch::take(std::uint32_t id, Lanes lanes) {
  Lanes& reached = states_.data()[id].reached;
  const Lanes fresh = lanes & ~reached;
  if (reached == 0 && fresh != 0) first_members_.push_back(id);
  reached |= fresh;
  return fresh;
}

Status BatchSearch::expand(std::uint32_t id, Lanes lanes) {
  Walk::PlainRow row;
  AMONT_TRY(walk_->plain_row(id, row));
  if (!row.plain) return expand_thing(id, lanes);
  const Lanes fresh = take(id, lanes);
  if (fresh == 0) return {};
  for (std::size_t edge = 0; edge < row.far.size(); ++edge) {
    const std::uint8_t use = walk_->takes(row, edge);
    possible_left_ = possible_left_ || (use & kIsLeft) != 0;
    if (use & kIsTaken) meet(row.far[edge], fresh);
  }
  return {};
}

Status BatchSearch::expand_thing(std::uint32_t id, Lanes lanes) {
  AMONT_LET(const std::span<const std::uint32_t> thing, thing_of(id));
  const Lanes fresh = take(thing.front(), lanes);
  if (fresh == 0) return {};
  for (const std::uint32_t member : thing.subspan(1)) states_.data()[member].reached |= fresh;
  possible_left_ = true;  // by its wholes, perhaps
  return walk_->for_each_step(thing, !exact_only_, /*once=*/false, [&](const Step& step) -> Status {
    if (step.exact || !exact_only_) meet(step.far, fresh);
    return {};
  });
}

Result<std::span<const std::uint32_t>> BatchSearch::thing_of(std::uint32_t id) {
  const auto known = thing_of_member_.find(id);
  if (known != thing_of_member_.end()) return std::span<const std::uint32_t>(things_[known->second]);
  std::vector<std::uint32_t> thing;
  AMONT_TRY(walk_->gather_once(id, thing));
  for (const std::uint32_t member : thing) thing_of_member_[member] = things_.size();
  return std::span<const std::uint32_t>(things_.emplace_back(std::move(thing)));
}

Status BatchSearch::for_each_thing(const SeeThing& see) const {
  for (const std::uint32_t id : first_members_) {
    walk_->pause();
    const auto thing = things_.empty() ? thing_of_member_.end() : thing_of_member_.find(id);
    const bool plain = thing == thing_of_member_.end();
    AMONT_TRY(see(plain ? std::span(&id, 1) : std::span(things_[thing->second]), states_.data()[id].reached));
  }
  return {};
}

}  // namespace amont
