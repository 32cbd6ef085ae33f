#include "query/coverage/behind.h"

#include <algorithm>

namespace amont::approvals {
namespace {

constexpr std::size_t kKeptMax = 1 << 20;

bool counts(const Cover& cover, std::optional<Micros> instant) {
  return !instant || (cover.when.from <= *instant && *instant < cover.when.to);
}

const Cover* cover_of(const Approval& approval, NodeId target, std::optional<Micros> instant, const Cover* known) {
  for (const Cover& cover : std::ranges::equal_range(approval.covers, target, {}, &Cover::target))
    if (counts(cover, instant) && (!known || cover.begin < known->begin)) known = &cover;
  return known;
}

}  // namespace

const Cover* find_cover(const Approval& approval, Things& things, Thing& thing, std::optional<Micros> instant) {
  const Cover* found = nullptr;
  for (const NodeId whole : things.wholes(thing)) found = cover_of(approval, whole, instant, found);
  if (found) return found;
  for (const Cover& cover : approval.variable_covers) {
    if (!counts(cover, instant) || (found && found->begin <= cover.begin)) continue;
    const Thing* const holder = things.holder(cover.target);
    if (holder && std::ranges::find(things.wholes(thing), holder->id) != things.wholes(thing).end()) found = &cover;
  }
  return found;
}

// What is found so far behind one thing.
struct Sources::Search {
  Thing& start;
  const ApprovalList& approvals;
  std::size_t list = 0;  // their number
  Micros began = 0;
  std::optional<Micros> instant;
  Behind found = {};
  std::vector<Thing*> way = {};
  // What was met: an end (covered, uncovered, or with either behind it), or gone on from. Absent: of no interest.
  enum class Met : std::uint8_t { kNothing, kEnd, kPassed };
  boost::unordered_flat_map<const Thing*, Met> met = {};
  std::vector<Thing*> closed_passed = {};

  Met of(const Thing& thing) const {
    const auto known = met.find(&thing);
    return known == met.end() ? Met::kNothing : known->second;
  }

  void add_cover(const Approval& approval, TxNumber recorded_in) {
    const auto at = std::ranges::find(found.covers, &approval, &SourceCover::approval);
    if (at == found.covers.end())
      found.covers.push_back({&approval, recorded_in});
    else
      at->recorded_in = std::max(at->recorded_in, recorded_in);
  }
};

void Sources::merge(Search& search, const Behind& known) const {
  for (const SourceCover& cover : known.covers) search.add_cover(*cover.approval, cover.recorded_in);
  search.found.uncovered.insert(search.found.uncovered.end(), known.uncovered.begin(), known.uncovered.end());
  search.found.linked.insert(search.found.linked.end(), known.linked.begin(), known.linked.end());
}

void Sources::meet(Search& search, Thing& input) {
  using Met = Search::Met;
  if (&input == &search.start) search.found.is_part_of_others = false;
  const auto [at, is_new] = search.met.try_emplace(&input, Met::kNothing);
  if (!is_new) return;
  if (input.passed_check && input.checked_at != kBeginning) depends_on_time_ = true;
  if (things_.is_harmless(input, search.began)) return;
  const bool closed = things_.is_closed(input);
  const bool closed_behind = things_.is_closed_behind(input);
  if (!closed && !closed_behind) return;  // an approval for open data opens nothing that was made from them
  bool is_covered = false;
  for (const Approval* approval : search.approvals) {
    if (approval->has_dated_cover) depends_on_time_ = true;
    const Cover* cover = find_cover(*approval, things_, input, search.instant);
    if (cover) search.add_cover(*approval, cover->begin);
    is_covered |= cover != nullptr;
  }
  if (is_covered) {
    search.met[&input] = Met::kEnd;
    return;
  }
  const bool goes_on = input.has_inputs() && things_.tells_of_people(input);
  if (!goes_on || (closed && !closed_behind)) {
    if (closed) search.found.uncovered.push_back(input.id);
    if (closed) search.met[&input] = Met::kEnd;
    return;
  }
  if (closed) search.closed_passed.push_back(&input);
  // Others meet a start that tells of nobody as a source, and did not look behind it.
  const Behind* known = things_.tells_of_people(search.start) ? find({&input, search.list}) : nullptr;
  if (known && known->is_part_of_others) {
    merge(search, *known);
    search.met[&input] = known->any() ? Met::kEnd : Met::kPassed;
  } else {
    search.met[&input] = Met::kPassed;
    search.way.push_back(&input);
  }
}

// What is restricted and was gone on from, and has no end behind it, is itself the source: those of a cycle that nothing leaves, each made
// from the others; and those behind which a dated check left nothing.
void Sources::add_passed_sources(Search& search) {
  using Met = Search::Met;
  std::vector<Thing*> open = search.closed_passed;
  if (open.empty()) return;
  boost::unordered_flat_set<const Thing*> has_end;
  for (bool grows = true; grows && !clock_.stops_now();) {
    grows = false;
    for (Thing* const thing : search.way) {
      if (has_end.contains(thing)) continue;
      const std::vector<Thing*> inputs = things_.inputs(*thing);
      const bool leads = std::ranges::any_of(
          inputs, [&](Thing* input) { return search.of(*input) == Met::kEnd || has_end.contains(input); });
      grows |= leads && has_end.insert(thing).second;
    }
  }
  std::vector<Thing*> left;  // few
  for (Thing* const thing : search.closed_passed)
    if (!has_end.contains(thing) && search.of(*thing) == Met::kPassed) left.push_back(thing);
  std::vector<boost::unordered_flat_set<const Thing*>> behind(left.size());
  for (std::size_t i = 0; i < left.size() && !clock_.stops_now(); ++i) {
    open = {left[i]};
    for (std::size_t next = 0; next < open.size(); ++next)
      for (Thing* const input : things_.inputs(*open[next]))
        if (search.of(*input) == Met::kPassed && behind[i].insert(input).second) open.push_back(input);
  }
  for (std::size_t i = 0; i < left.size(); ++i) {
    bool is_last = true;
    for (std::size_t other = 0; other < left.size(); ++other)
      is_last &= other == i || !behind[i].contains(left[other]) || behind[other].contains(left[i]);
    if (!is_last) continue;
    search.found.uncovered.push_back(left[i]->id);
    search.found.is_part_of_others = false;
  }
}

Behind Sources::look(Thing& start, const ApprovalList& approvals, Micros began, std::optional<Micros> instant) {
  Search search{start, approvals, key_of(start, approvals).approvals, began, instant};
  search.way.push_back(&start);
  search.met[&start] = Search::Met::kPassed;
  for (std::size_t i = 0; i < search.way.size() && !clock_.stops(); ++i) {
    if (things_.is_linked(*search.way[i])) search.found.linked.push_back(search.way[i]);
    for (Thing* input : things_.inputs(*search.way[i])) meet(search, *input);
  }
  add_passed_sources(search);
  Behind& found = search.found;
  std::erase(found.uncovered, start.id);
  const auto sort_once = [](auto& list) {
    std::ranges::sort(list);
    list.erase(std::ranges::unique(list).begin(), list.end());
  };
  sort_once(found.uncovered);
  sort_once(found.linked);
  std::ranges::sort(
      found.covers, {}, [](const SourceCover& one) -> auto& { return one.approval->key; });
  return std::move(search.found);
}

Sources::Key Sources::key_of(const Thing& thing, const ApprovalList& approvals) {
  return {&thing, lists_.try_emplace(approvals, lists_.size()).first->second};
}

const Behind* Sources::find(const Key& key) const {
  const auto known = known_.find(key);
  return known == known_.end() ? nullptr : known->second.get();
}

std::size_t Sources::uncovered_by(Thing& thing, const Approval& approval, Micros began, std::optional<Micros> instant) {
  const ApprovalList alone = {&approval};
  const Key key = key_of(thing, alone);
  if (const Behind* known = find(key)) return known->uncovered.size();
  Behind found = look(thing, alone, began, instant);
  const std::size_t count = found.uncovered.size();
  if (!depends_on_time_ && !clock_.stopped()) known_[key] = std::make_unique<Behind>(std::move(found));
  return count;
}

// One approval has to cover all of each thing that was linked.
const Approval* Sources::best_of_linked(const Behind& found, Micros began, std::optional<Micros> instant) {
  if (!found.covered() || found.covers.size() < 2) return nullptr;
  std::vector<std::size_t> lacking(found.covers.size());
  bool is_linked_by_none = false;
  for (Thing* linked : found.linked) {
    bool by_one = false;
    for (std::size_t i = 0; i < lacking.size(); ++i) {
      const std::size_t count = uncovered_by(*linked, *found.covers[i].approval, began, instant);
      lacking[i] += count;
      by_one |= count == 0;
    }
    is_linked_by_none |= !by_one;
  }
  if (!is_linked_by_none) return nullptr;
  return found.covers[static_cast<std::size_t>(std::ranges::min_element(lacking) - lacking.begin())].approval;
}

const Behind& Sources::behind(Thing& thing, const ApprovalList& approvals, Micros began,
                              std::optional<Micros> instant) {
  if (known_.size() > kKeptMax) known_.clear();
  const Key key = key_of(thing, approvals);
  if (const Behind* known = find(key)) return *known;
  depends_on_time_ = false;
  Behind found = look(thing, approvals, began, instant);
  found.best_of_linked = best_of_linked(found, began, instant);
  if (depends_on_time_ || clock_.stopped()) return last_ = std::move(found);
  return *(known_[key] = std::make_unique<Behind>(std::move(found)));
}

}  // namespace amont::approvals
