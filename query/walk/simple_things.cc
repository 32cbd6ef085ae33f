// Simple things: a dataset and its variables, each of nothing else, and a variable that stands for itself. Most are, and lists made
// once for a page (core/index/tie_lists.h) say so; what else there may be is found by things.cc and steps.cc.
#include "query/walk/for_each_tie.h"

namespace amont {

static_assert(TieLists::kNoHolder == kNoNode);

// Does nothing where there is no room, or where an end can't be looked at: who goes on without them finds out what is wrong if it
// matters.
Status Walk::make_tie_lists(Direction direction, std::uint32_t number) {
  if (!has_room_for_lists_ || shelf_.is_full() || shelf_.is_tight()) return {};
  AMONT_LET(const PageShelf::Slot* const slot, page(EdgeClass::kStructure, direction, number));
  const bool up = direction == Direction::kUpstream;
  auto lists = std::make_unique<TieLists>();
  if (up)
    lists->holders.assign(kPageNodes, kNoNode);
  else
    lists->begin.assign(kPageNodes + 1, 0);
  for (std::uint32_t i = 0; i < kPageNodes; ++i) {
    const Role role = plan_.role(slot->nodes[i]);
    std::uint32_t ties = 0;
    for (std::uint32_t edge = slot->nodes[i].begin; edge < slot->nodes[i + 1].begin; ++edge) {
      const Tie tie = plan_.ties[slot->page->kinds[edge]];
      if (tie == Tie::kNone) continue;
      ++ties;
      const std::uint32_t far = slot->targets[edge];
      PageNode node;
      if (shelf_.is_full() || !look(far, node).ok()) return has_room_for_lists_ = false, Status();
      const Role far_role = plan_.role(node);
      const bool joins =
          tie == Tie::kPartOf && (up ? role : far_role) == Role::kVariable && holds_variables(up ? far_role : role);
      if (!joins)
        lists->others[i / 64] |= std::uint64_t{1} << i % 64;
      else if (up)
        lists->holders[i] = far;
      else
        lists->variables.push_back(far);
    }
    if (up && ties != 1) lists->holders[i] = kNoNode;
    if (!up) lists->begin[i + 1] = static_cast<std::uint32_t>(lists->variables.size());
  }
  lists->variables.shrink_to_fit();
  has_room_for_lists_ = shelf_.put_ties(direction, number, std::move(lists)) != nullptr;
  return {};
}

// nullptr: there are none, yet or at all.
inline Status Walk::find_tie_lists(Direction direction, std::uint32_t number, const TieLists*& out) {
  const PageShelf::Row& row = row_of(EdgeClass::kStructure, direction);
  out = row.ties(number);
  if (out) [[likely]]
    return {};
  if (!row.wants_ties(number)) return {};
  AMONT_TRY(make_tie_lists(direction, number));
  out = row.ties(number);
  return {};
}

// The dataset or output that a variable is part of, when it is tied to nothing else; else, or when that is not known, kNoNode.
inline Status Walk::find_holder(std::uint32_t variable, std::uint32_t& out) {
  const TieLists* lists = nullptr;
  AMONT_TRY(find_tie_lists(Direction::kUpstream, variable / kPageNodes, lists));
  out = lists ? lists->holders[variable % kPageNodes] : kNoNode;
  return {};
}

// Is it a node that may have variables, and is tied to nothing else? `out` are its variables.
inline Status Walk::find_variables(std::uint32_t id, bool& is_simple, std::span<const std::uint32_t>& out) {
  PageNode node;
  AMONT_TRY(look(id, node));
  is_simple = false;
  if (!holds_variables(plan_.role(node)) || (node.ties & ~kHasMembers) != 0) return {};
  const TieLists* lists = nullptr;
  AMONT_TRY(find_tie_lists(Direction::kDownstream, id / kPageNodes, lists));
  if (!lists || lists->has_others(id % kPageNodes)) return {};
  is_simple = true;
  out = lists->variables_of(id % kPageNodes);
  return {};
}

// By dataset: the dataset that may be one simple thing with `id`; kNoNode when there is none.
inline Status Walk::find_dataset(std::uint32_t id, std::uint32_t& out) {
  PageNode node;
  AMONT_TRY(look(id, node));
  const Role role = plan_.role(node);
  out = holds_variables(role) ? id : kNoNode;
  return role == Role::kVariable ? find_holder(id, out) : Status();
}

// Whether all that is one with the dataset are these variables.
Status Walk::find_simple_thing(std::uint32_t dataset, bool& is_simple, std::span<const std::uint32_t>& variables) {
  AMONT_TRY(find_variables(dataset, is_simple, variables));
  if (!is_simple) return {};
  for (const std::uint32_t variable : variables) {
    std::uint32_t holder = kNoNode;
    AMONT_TRY(find_holder(variable, holder));
    if (holder != dataset) return is_simple = false, Status();
  }
  return {};
}

// Settles it if it is simple; else does nothing, and says so.
Status Walk::settle_simply(std::uint32_t id, std::uint32_t depth, bool& is_settled) {
  std::span<const std::uint32_t> variables;
  if (plan_.by_dataset) {
    std::uint32_t dataset = kNoNode;
    AMONT_TRY(find_dataset(id, dataset));
    if (dataset != kNoNode) AMONT_TRY(find_simple_thing(dataset, is_settled, variables));
    return is_settled ? settle_with_variables(dataset, variables, depth) : Status();
  }
  if (depth == 0) return {};  // a start speaks for its variables
  AMONT_TRY(find_variables(id, is_settled, variables));
  return is_settled ? settle_alone(id, variables, depth) : Status();
}

Result<bool> Walk::mark_thing(std::uint32_t id, std::uint32_t bit) {
  if (has_simple_things_ && plan_.by_dataset) {
    std::uint32_t dataset = kNoNode;
    AMONT_TRY(find_dataset(id, dataset));
    // Each of many steps to its variables asks, so what was marked is not looked at again.
    if (dataset != kNoNode && scratch_.marks.has(dataset, bit)) return false;
    bool is_simple = false;
    std::span<const std::uint32_t> variables;
    if (dataset != kNoNode) AMONT_TRY(find_simple_thing(dataset, is_simple, variables));
    if (is_simple) return !scratch_.marks.add(dataset, bit);
  }
  const Loans<std::uint32_t>::Loan thing(scratch_.nodes);
  AMONT_TRY(gather(id, bit, *thing));
  return !thing->empty();
}

Status Walk::settle_with_variables(std::uint32_t dataset, std::span<const std::uint32_t> variables,
                                   std::uint32_t depth) {
  Search& search = *now_;
  const auto begin = static_cast<std::uint32_t>(search.members.size());
  search.members.push_back(dataset);
  search.members.insert(search.members.end(), variables.begin(), variables.end());
  search.things.push_back({begin, static_cast<std::uint32_t>(search.members.size()), depth, dataset});
  const bool goes_on = depth < plan_.depth;
  const std::uint32_t bits = goes_on ? kDone | kFollowedExact : std::uint32_t{kDone};
  for (std::size_t i = begin; i < search.members.size(); ++i) {
    const std::uint32_t member = search.members[i];
    const std::uint32_t had = scratch_.marks.join(member, bits << phase_);
    if (goes_on && !(had & kFollowedExact << phase_)) AMONT_TRY(follow({member}));
  }
  return {};
}

// By variable: its variables are things of their own, to which a step to it may lead.
Status Walk::settle_alone(std::uint32_t dataset, std::span<const std::uint32_t> variables, std::uint32_t depth) {
  Search& search = *now_;
  const auto begin = static_cast<std::uint32_t>(search.members.size());
  const bool goes_on = depth < plan_.depth;
  const std::uint32_t bits = goes_on ? kDone | kArrived | kFollowedExact : kDone | kArrived;
  const std::uint32_t had = scratch_.marks.join(dataset, bits << phase_);
  search.members.push_back(dataset);
  search.things.push_back({begin, begin + 1, depth, dataset});
  if (goes_on && !(had & kFollowedExact << phase_)) AMONT_TRY(follow({dataset}));
  if (had & kArrived << phase_ || variables.empty()) return {};
  if (!exact_only_) return take_variables(variables, depth);
  search.possible_left = true;
  search.left_datasets.push_back(dataset);
  return {};
}

// A dataset may speak for its variable, once for all of them.
Status Walk::follow_dataset_of(std::uint32_t variable) {
  const std::uint32_t climbed = (kDownPossible | kUp) << phase_;
  std::uint32_t dataset = kNoNode;
  if (has_simple_things_) AMONT_TRY(find_holder(variable, dataset));
  if (dataset != kNoNode) {
    if ((scratch_.marks.of(dataset) & climbed) == climbed) return {};  // for another of its variables
    bool is_simple = false;
    std::span<const std::uint32_t> variables;
    AMONT_TRY(find_variables(dataset, is_simple, variables));
    if (is_simple) {
      const std::uint32_t had = scratch_.marks.join(dataset, climbed | kFollowedExact << phase_);
      return had & kFollowedExact << phase_ ? Status() : follow({dataset, false, false, kAsLineage});
    }
  }
  const Loans<Contributor>::Loan whose(scratch_.contributors);
  AMONT_TRY(for_each_tie(variable, Direction::kUpstream, [&](Tie tie, Role role, std::uint32_t far) {
    if (tie != Tie::kPartOf || !holds_variables(role)) return Status();
    return contributors_by_dataset(far, phase_, *whose);
  }));
  for (const Contributor& contributor : *whose) AMONT_TRY(follow(contributor));
  return {};
}

}  // namespace amont
