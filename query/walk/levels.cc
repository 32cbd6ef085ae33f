// The plain loop of a search: one level of the queue after the other, whose nodes are mostly things of their own.
#include <algorithm>

#include "query/walk/ahead.h"
#include "query/walk/walk.h"

namespace amont {

// Which pages' edges all count, and which need a look at each edge's kind only: then nobody has to ask for more.
void Walk::choose_loops() {
  const std::uint64_t dated = plan_.dated ? Page::trait_of(kEdgeDated) : 0;
  odd_traits_ = !plan_.has_plain_pages ? ~0ull : exact_only_ ? plan_.odd_traits : dated;
  looks_at_kinds_ = plan_.classes.size() == 1 && !plan_.dated;
  has_simple_things_ = plan_.as_lineage && !plan_.as_named && !plan_.dated;
  knows_kinds_ = false;
}

void Walk::learn_kinds() {
  knows_kinds_ = true;
  std::vector<std::uint8_t>& taken = scratch_.taken;
  taken.resize(plan_.edge_use.size());
  for (std::uint16_t kind = 0; kind < taken.size(); ++kind) {
    const bool possible = exact_only_ && !plan_.exact(kind, /*leaves_project=*/false);
    taken[kind] = !plan_.walks(kind) ? 0 : possible ? kIsLeft : kIsTaken;
  }
}

// A variable that stands for itself: marks it settled. False when it was, or is a start's own: then it goes the long way.
bool Walk::begin_variable(std::uint32_t id) {
  if (scratch_.marks.has(id, (kDone | kFollowedExact) << phase_ | kOwn)) return false;
  scratch_.marks.add(id, (kDone | kFollowedExact) << phase_);
  if (exact_only_) {
    now_->possible_left = true;
    now_->left_variables.push_back(id);
  }
  return true;
}

// What the loop reads for each node stands in local variables: to the compiler, a write to the queue may change all else.
template <bool kSeeksTarget>
Status Walk::levels() {
  Search& search = *now_;
  Ahead ahead(shelf_.row(first_class_, direction_));
  const std::uint64_t odd_traits = odd_traits_;
  const bool looks_at_kinds = looks_at_kinds_;
  const std::uint16_t* const watch = plan_.watch.data();
  const std::uint16_t* const held = plan_.held.data();
  std::uint16_t* const seen = scratch_.seen.data();
  const std::uint16_t number = scratch_.seen.now();
  search.levels.push_back(0);
  // A search that goes on has no starts: its level 0 is empty.
  if (!depths_matter_) search.levels.push_back(0);
  for (std::uint32_t depth = depths_matter_ ? 0 : 1;; ++depth) {
    const std::size_t begin = search.levels.back(), end = search.tail;
    if (begin == end) return {};
    search.levels.push_back(end);
    if (depth == plan_.depth) return last_level(depth);
    if (shelf_.is_full()) {  // where pages come and go, each is to come once for a level
      std::sort(search.queue.data() + begin, search.queue.data() + end);
      ahead.forget(begin);
    }
    std::uint32_t* queue = search.queue.data();
    std::size_t tail = end, room = search.queue.size();
    for (std::size_t i = begin; i < end; ++i) {
      if (clock_.stops()) [[unlikely]] {
        search.tail = tail;
        return stop(i), Status();
      }
      const std::uint32_t id = queue[i];
      const Ahead::Place& place = ahead.at(queue, tail, i);
      const PageShelf::Slot* slot = place.slot;
      const PageNode* node = place.nodes;
      if (node) [[likely]] {
        node += id % kPageNodes;
      } else {
        pause();
        const PageNode* found = nullptr;
        AMONT_LET(slot, slot_at(id, found));
        node = found;
      }
      const bool all_count = (slot->traits & odd_traits) == 0;
      const bool is_watched = Plan::watches(watch, *node);
      const bool is_variable = is_watched && depth > 0 && Plan::stands_alone(watch, held, *node);
      if (!(all_count || looks_at_kinds) || (is_watched && !(is_variable && begin_variable(id)))) {
        queue[i] = kNoNode;
        search.tail = tail;
        AMONT_TRY(settle(id, depth));
        queue = search.queue.data(), tail = search.tail, room = search.queue.size();
      } else {
        const std::uint32_t* const far = slot->targets + node[0].begin;
        const std::uint32_t* const last = slot->targets + node[1].begin;
        if (room - tail <= static_cast<std::size_t>(last - far)) [[unlikely]] {
          search.tail = tail;
          search.make_room(static_cast<std::size_t>(last - far) + 1);
          queue = search.queue.data(), room = search.queue.size();
        }
        std::uint32_t* met = queue + tail;
        if (all_count) {
          met = take_all(far, last, seen, number, met);
        } else {
          if (!knows_kinds_) learn_kinds();
          std::uint8_t uses = 0;
          met =
              take_by_kind(far, last, kinds_in(*slot) + node[0].begin, scratch_.taken.data(), seen, number, met, uses);
          if (uses & kIsLeft) {
            search.possible_left = true;
            search.left.push_back({id});
          }
        }
        if constexpr (kSeeksTarget) {
          if (guide_)
            met = std::remove_if(queue + tail, met, [this](std::uint32_t one) { return !leads_to_target(one); });
        }
        tail = static_cast<std::size_t>(met - queue);
        if (is_variable && !exact_only_) {
          search.tail = tail;
          AMONT_TRY(follow_dataset_of(id));
          queue = search.queue.data(), tail = search.tail, room = search.queue.size();
        }
      }
      if constexpr (kSeeksTarget) {
        search.tail = tail;
        if (settled(target_)) return {};
      }
    }
    search.tail = tail;
  }
}

// Its nodes are settled, but no step is taken from them.
Status Walk::last_level(std::uint32_t depth) {
  Search& search = *now_;
  for (std::size_t i = search.levels[depth]; i < search.levels[depth + 1]; ++i) {
    if (clock_.stops()) return stop(i), Status();
    pause();
    const std::uint32_t id = search.queue[i];
    AMONT_LET(const PageNode found, node(id));
    if (!plan_.watches(found)) continue;
    search.queue[i] = kNoNode;
    AMONT_TRY(settle(id, depth));
  }
  return {};
}

// Nodes in the queue from `next` on were met and are not settled.
void Walk::stop(std::size_t next) {
  Search& search = *now_;
  for (std::size_t i = next; i < search.tail; ++i) {
    if (scratch_.marks.has(search.queue[i], kDone << phase_)) continue;
    scratch_.seen.remove(search.queue[i]);
    ++search.unvisited;
  }
  search.tail = next;
  search.levels.back() = next;
  search.stopped = true;
}

template Status Walk::levels<false>();
template Status Walk::levels<true>();

}  // namespace amont
