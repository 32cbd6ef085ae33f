// Searches, and the settling of things that are more than a plain node; the loop over plain ones is in levels.cc.
#include <fmt/format.h>

#include "core/index/reader.h"
#include "query/walk/walk.h"

namespace amont {

bool Clock::look() {
  stopped_ = stopped_ || (options_.cancel && options_.cancel->load(std::memory_order_relaxed)) ||
             (options_.deadline && std::chrono::steady_clock::now() >= *options_.deadline) ||
             (options_.keep_going && !options_.keep_going());
  left_ = stopped_ ? 1 : kBetweenLooks;
  return stopped_;
}

Walk::Walk(const IndexView& view, const AskOptions& options, Direction direction, Scratch& scratch)
    : view_(view),
      options_(options),
      plan_(scratch.plan),
      scratch_(scratch),
      direction_(direction),
      clock_(options),
      own_shelf_(view.shelf ? nullptr
                            : std::make_shared<PageShelf>(view.graph->id_count(), std::make_shared<ShelfRoom>(0))),
      shelf_(view.shelf ? *view.shelf : *own_shelf_),
      visit_(shelf_, scratch.number) {}

Status Walk::begin(std::span<const NodeId> starts) {
  AMONT_TRY(plan_.make(view_.schema, direction_, options_));
  if (!plan_.classes.empty()) first_class_ = plan_.classes.front();
  ids_ = view_.graph->id_count();
  scratch_.marks.start(ids_);
  plain_start_ = kNoNode;

  std::vector<std::uint32_t>& ids = scratch_.starts;
  ids.clear();
  for (const NodeId start : starts) {
    AMONT_LET(const std::uint32_t id, known(start));
    AMONT_LET(const PageNode found, node(id));
    if (starts.size() == 1 && !plan_.watches(found)) {
      plain_start_ = id;  // there is nothing to mark
      ids.push_back(id);
    } else if (!scratch_.marks.add(id, kStart | kCounts)) {
      ids.push_back(id);
    }
  }
  if (plain_start_ != kNoNode) return {};
  for (const std::uint32_t id : ids) AMONT_TRY(mark_own_thing(id));
  return {};
}

Result<std::uint32_t> Walk::known(NodeId id) {
  if (number_of(id) >= ids_) return not_in_register(id);
  const auto number = static_cast<std::uint32_t>(number_of(id));
  AMONT_LET(const PageNode found, node(number));
  if (!(found.flags & kNodeAlive)) return not_in_register(id);
  return number;
}

Status Walk::not_in_register(NodeId id) const {
  AMONT_LET(const auto version, view_.reader->node(id, kNewest));
  if (!version) return not_found(fmt::format("no node has the id {}", number_of(id)));
  const auto& kinds = view_.schema->nodes();
  const std::string kind = number_of(version->kind) < kinds.size() ? kinds[number_of(version->kind)].name : "node";
  return not_found(fmt::format("{}:{} is not in the register as of transaction {}", kind, version->key, view_.tx));
}

// "The start is not listed, nor anything of its own thing (its dataset, variables, same_as twins)."
Status Walk::mark_own_thing(std::uint32_t start) {
  AMONT_LET(const PageNode found, node(start));
  if (!plan_.watches(found)) {
    scratch_.marks.add(start, kStartThing | kOwn);
    return {};
  }
  std::vector<std::uint32_t> thing, around, ignored;
  AMONT_TRY(gather(start, kStartThing, thing));
  for (const std::uint32_t member : thing) scratch_.marks.add(member, kOwn);
  if (plan_.by_dataset) return {};
  for (const std::uint32_t member : thing) AMONT_TRY(holders_of(member, around));
  AMONT_TRY(variables_of(thing, around));
  for (const std::uint32_t near_by : around) AMONT_TRY(gather(near_by, kOwn, ignored));
  return {};
}

Status Walk::search_all() {
  AMONT_TRY(search(true));
  return search_possible();
}

Status Walk::search_possible() {
  const Search& exact = scratch_.exact;
  if (plan_.exact_only || !exact.possible_left || exact.stopped) return {};
  for (std::size_t i = 0; i < exact.tail; ++i)
    if (exact.queue[i] != kNoNode) scratch_.marks.add(exact.queue[i], kExactly);
  for (const std::uint32_t member : exact.members) scratch_.marks.add(member, kExactly);
  return search(false);
}

Result<bool> Walk::search_all_without_depths() {
  AMONT_TRY(search(true));
  if (plan_.dated || plan_.depth != kAnyDepth) {
    AMONT_TRY(search_possible());
    return false;
  }
  const Search& exact = scratch_.exact;
  if (!plan_.exact_only && exact.possible_left && !exact.stopped) AMONT_TRY(go_on());
  return true;
}

// The marks and what was seen are of the search that goes on: whatever comes now was not settled by it.
Status Walk::go_on() {
  const Search& exact = scratch_.exact;
  scratch_.any.clear();
  now_ = &scratch_.any;
  exact_only_ = depths_matter_ = false;
  choose_loops();
  const auto follow_all = [this](const std::vector<Contributor>& whose) -> Status {
    for (const Contributor& contributor : whose) {
      if (clock_.stops()) return {};
      pause();
      AMONT_TRY(follow(contributor));
    }
    return {};
  };
  AMONT_TRY(follow_all(exact.left));
  std::vector<Contributor> whose;
  AMONT_TRY(contributors_left(exact, whose));
  AMONT_TRY(follow_all(whose));
  std::vector<std::uint32_t> variables;
  AMONT_TRY(variables_left(exact, variables));
  AMONT_TRY(take_variables(variables, 0));
  if (!clock_.stopped()) return levels<false>();
  scratch_.any.levels.push_back(0);
  return stop(0), Status();
}

void Walk::begin_search(bool exact_only) {
  now_ = exact_only ? &scratch_.exact : &scratch_.any;
  phase_ = exact_only ? kExactPhase : kAnyPhase;
  exact_only_ = exact_only;
  depths_matter_ = true;
  choose_loops();
  now_->clear();
  row_ = shelf_.row(first_class_, direction_);
  scratch_.seen.start(ids_);
}

Status Walk::search(bool exact_only, std::uint32_t target, const ReachGuide* guide) {
  begin_search(exact_only);
  target_ = target;
  guide_ = target == kNoNode ? nullptr : guide;
  now_->make_room(scratch_.starts.size());
  for (const std::uint32_t id : scratch_.starts) {
    now_->queue[now_->tail++] = id;
    // At granularity variable a step back to a start leads to its variables, so it must not pass for seen.
    bool may_be_met = false;
    if (!plan_.by_dataset) {
      AMONT_LET(const PageNode found, node(id));
      may_be_met = holds_variables(plan_.role(found)) && (found.ties & (kHasMembers | kHasTwins)) != 0;
    }
    if (!may_be_met) scratch_.seen.add(id);
  }
  return target == kNoNode ? levels<false>() : levels<true>();
}

bool Walk::settled(std::uint32_t id) const {
  const std::uint32_t marks = scratch_.marks.of(id);
  if (marks & (kDone << phase_)) return true;
  return !(marks & kCountsNot) && scratch_.seen.has(id);
}

Status Walk::settle(std::uint32_t id, std::uint32_t depth) {
  Search& search = *now_;
  const bool is_done = scratch_.marks.has(id, kDone << phase_);
  if (is_done && plan_.by_dataset) return {};
  if (!is_done) {
    if (has_simple_things_) {
      bool is_settled = false;
      AMONT_TRY(settle_simply(id, depth, is_settled));
      if (is_settled) return {};
    }
    AMONT_LET(const bool there, counts(id));
    if (!there) return {};
    const auto begin = static_cast<std::uint32_t>(search.members.size());
    ThingFacts facts;
    AMONT_TRY(gather(id, kDone << phase_, search.members, facts));
    const auto number = static_cast<std::uint32_t>(search.things.size());
    search.things.push_back({begin, static_cast<std::uint32_t>(search.members.size()), depth,
                             facts.shown_count == 1 ? facts.shown : kNoNode});
    if (depth < plan_.depth) AMONT_TRY(expand(number, facts));
  }
  if (depth == 0 || plan_.by_dataset || !plan_.as_lineage) return {};
  return arrive(id, depth);
}

Status Walk::expand(std::uint32_t number, ThingFacts& facts) {
  const Loans<Contributor>::Loan whose(scratch_.contributors);
  const std::span<const std::uint32_t> thing = now_->members_of(now_->things[number]);
  AMONT_TRY(exact_contributors(thing, facts, phase_, *whose));
  if (facts.has_possible && exact_only_) {
    now_->possible_left = true;
    now_->left_things.push_back(number);
  } else if (facts.has_possible) {
    AMONT_TRY(possible_contributors(thing, facts, phase_, *whose));
  }
  for (const Contributor& contributor : *whose) AMONT_TRY(follow(contributor));
  return {};
}

// "A lineage edge recorded at a dataset counts, as possible, for each of its variables, at either end": who steps to a
// dataset steps to its variables.
Status Walk::arrive(std::uint32_t id, std::uint32_t depth) {
  PageNode found;
  AMONT_TRY(look(id, found));
  if (!holds_variables(plan_.role(found)) || scratch_.marks.has(id, kArrived << phase_)) return {};
  const Loans<std::uint32_t>::Loan thing(scratch_.nodes), variables(scratch_.nodes);
  AMONT_TRY(gather(id, kArrived << phase_, *thing));
  AMONT_TRY(variables_of(*thing, *variables));
  if (variables->empty()) return {};
  if (!exact_only_) return take_variables(*variables, depth);
  now_->possible_left = true;
  now_->left_datasets.push_back(id);
  return {};
}

Status Walk::take_variables(std::span<const std::uint32_t> variables, std::uint32_t depth) {
  Search& search = *now_;
  search.make_room(variables.size());
  for (const std::uint32_t variable : variables) {
    if (scratch_.marks.has(variable, kDone << phase_)) continue;
    if (depths_matter_) {
      AMONT_TRY(settle(variable, depth));
    } else if (!scratch_.seen.has(variable)) {
      scratch_.seen.add(variable);
      search.queue[search.tail++] = variable;
    }
  }
  return {};
}

Status Walk::for_each_thing(const Search& search, const SeeThing& see) {
  std::size_t thing = 0;
  const std::size_t levels = search.levels.empty() ? 0 : search.levels.size() - 1;
  for (std::uint32_t depth = 0; depth < levels; ++depth) {
    for (std::size_t i = search.levels[depth]; i < search.levels[depth + 1]; ++i)
      if (search.queue[i] != kNoNode) {
        pause();
        AMONT_TRY(see({&search.queue[i], 1}, depth));
      }
    for (; thing < search.things.size() && search.things[thing].depth == depth; ++thing) {
      pause();
      AMONT_TRY(see(search.members_of(search.things[thing]), depth));
    }
  }
  return {};
}

}  // namespace amont
