#include "query/coverage/behind.h"

#include <algorithm>

#include "query/graph/components.h"

namespace amont::approvals {
namespace {

constexpr std::size_t kBytesKeptMax = std::size_t{64} << 20;
constexpr std::size_t kWayMax = 256;  // longer ways are gone in steps, from behind
constexpr std::size_t kAnyWay = ~std::size_t{0};

std::optional<TxNumber> first_of(std::optional<TxNumber> a, std::optional<TxNumber> b) {
  return a && b ? std::min(*a, *b) : a ? a : b;
}

std::optional<TxNumber> covered_by(const Cover& cover, std::optional<Micros> instant) {
  if (!instant) return cover.begin;
  return cover.words.when.contains(*instant)
             ? std::optional(cover.said_since([&](const CoverWords& words) { return words.when.contains(*instant); }))
             : std::nullopt;
}

template <class List>
void sort_once(List& list) {
  std::ranges::sort(list);
  list.erase(std::ranges::unique(list).begin(), list.end());
}

void add_cover(std::vector<SourceCover>& covers, const SourceCover& cover) {
  const auto at = std::ranges::find(covers, cover.approval, &SourceCover::approval);
  if (at == covers.end())
    covers.push_back(cover);
  else
    at->recorded_in = std::max(at->recorded_in, cover.recorded_in);
}

}  // namespace

std::optional<TxNumber> covered_since(const Approval& approval, Things& things, Thing& thing,
                                      std::optional<Micros> instant) {
  if (thing.is_maker) return std::nullopt;
  const std::vector<NodeId>& wholes = things.wholes(thing);
  std::optional<TxNumber> found;
  for (const NodeId whole : wholes)
    for (const Cover& cover : std::ranges::equal_range(approval.covers, whole, {}, &Cover::target))
      found = first_of(found, covered_by(cover, instant));
  if (found) return found;
  for (const Cover& cover : approval.variable_covers) {
    const Thing* const holder = things.holder(cover.target);
    if (holder && std::ranges::binary_search(wholes, holder->id)) found = first_of(found, covered_by(cover, instant));
  }
  return found;
}

// What is found so far behind one thing.
struct Sources::Search {
  const Question& question;
  Thing& start;
  Behind found = {};
  std::vector<Found> merged = {};  // what was known already, each once
  std::vector<Thing*> way = {};
  // What was met: an end (covered, uncovered, or with either behind it), or gone on from. Absent: of no interest.
  enum class Met : std::uint8_t { kNothing, kEnd, kPassed };
  boost::unordered_flat_map<Thing*, Met> met = {};
  std::vector<Thing*> closed_passed = {};

  Met of(Thing& thing) const {
    const auto known = met.find(&thing);
    return known == met.end() ? Met::kNothing : known->second;
  }
};

Sources::Way Sources::way_at(const Question& question, Thing& input, std::vector<SourceCover>* covers) {
  if (input.passed_check && input.checked_at != kBeginning) depends_on_time_ = true;
  if (things_.is_harmless(input, question.began)) return Way::kOfNoInterest;
  const bool closed = things_.is_closed(input);
  const bool closed_behind = things_.is_closed_behind(input);
  if (!closed && !closed_behind) return Way::kOfNoInterest;  // an approval for open data opens nothing made from them
  bool is_covered = false;
  for (const Approval* approval : question.approvals) {
    if (input.is_maker || clock_.stops()) break;
    if (approval->has_dated_cover) depends_on_time_ = true;
    const auto since = covered_since(*approval, things_, input, question.instant);
    if (since && covers) add_cover(*covers, {approval, *since});
    is_covered |= since.has_value();
  }
  if (is_covered) return Way::kCovered;
  return closed_behind && things_.tells_of_people(input) && !things_.is_a_source(input) ? Way::kGoesOn : Way::kEnd;
}

void Sources::meet(Search& search, Thing& input) {
  using Met = Search::Met;
  const auto [at, is_new] = search.met.try_emplace(&input, Met::kNothing);
  if (!is_new) return;
  const Way way = way_at(search.question, input, &search.found.covers);
  if (way == Way::kOfNoInterest) return;
  const bool closed = things_.is_closed(input);
  if (way == Way::kCovered) {
    search.met[&input] = Met::kEnd;
  } else if (way == Way::kEnd) {
    if (closed) search.found.uncovered.push_back(input.id);
    if (closed) search.met[&input] = Met::kEnd;
  } else {
    if (closed) search.closed_passed.push_back(&input);
    // Others meet a start that tells of nobody as a source, and did not look behind it.
    const Found known = things_.tells_of_people(search.start) ? find({&input, search.question.list}) : nullptr;
    if (known && known->is_part_of_others) {
      if (std::ranges::find(search.merged, known) == search.merged.end()) search.merged.push_back(known);
      search.met[&input] = known->any() ? Met::kEnd : Met::kPassed;
    } else {
      search.met[&input] = Met::kPassed;
      search.way.push_back(&input);
    }
  }
}

// What is restricted and was gone on from, and has no end behind it, is itself the source: those of a cycle that nothing leaves, each made
// from the others; and those behind which a dated check left nothing.
void Sources::add_passed_sources(Search& search) {
  using Met = Search::Met;
  if (search.closed_passed.empty()) return;
  boost::unordered_flat_map<const Thing*, std::uint32_t> places;
  std::vector<Thing*> passed;
  for (const auto& [thing, met] : search.met)
    if (met == Met::kPassed) passed.push_back(thing);
  for (std::uint32_t i = 0; i < passed.size(); ++i) places.emplace(passed[i], i);
  std::vector<RowPair> steps;
  std::vector<bool> ends(passed.size());
  for (std::uint32_t i = 0; i < passed.size(); ++i) {
    for (Thing* const input : things_.inputs(*passed[i])) {
      if (clock_.stops()) return;
      const auto place = places.find(input);
      if (place != places.end()) steps.push_back({i, place->second});
      if (search.of(*input) == Met::kEnd) ends[i] = true;
    }
  }
  const Rows rows = rows_of(static_cast<std::uint32_t>(passed.size()), steps);
  std::vector<std::uint32_t> component_of;
  const std::uint32_t count = strong_components(rows, component_of);
  std::vector<RowPair> members(passed.size());
  for (std::uint32_t i = 0; i < members.size(); ++i) members[i] = {component_of[i], i};
  const Rows groups = rows_of(count, members);
  const boost::unordered_flat_set<const Thing*> closed(search.closed_passed.begin(), search.closed_passed.end());
  std::vector<bool> has_end(count), has_source(count);  // at it or behind it
  for (std::uint32_t group = 0; group < count; ++group) {
    bool source_below = false;
    for (const std::uint32_t member : groups.of(group)) {
      has_end[group] = has_end[group] || ends[member];
      for (const std::uint32_t far : rows.of(member)) {
        has_end[group] = has_end[group] || has_end[component_of[far]];
        source_below = source_below || (component_of[far] != group && has_source[component_of[far]]);
      }
    }
    has_source[group] = source_below;
    if (has_end[group]) continue;
    for (const std::uint32_t member : groups.of(group)) {
      if (!closed.contains(passed[member])) continue;
      has_source[group] = true;
      if (source_below) continue;
      search.found.uncovered.push_back(passed[member]->id);
      search.found.is_part_of_others = false;
    }
  }
}

Sources::Found Sources::finish(Search& search) {
  Behind& found = search.found;
  const bool is_as_known = search.merged.size() == 1 && found.uncovered.empty() && found.covers.empty() &&
                           found.linked.empty() && found.is_part_of_others &&
                           !std::ranges::binary_search(search.merged.front()->uncovered, search.start.id);
  if (is_as_known) return search.merged.front();
  for (const Found& known : search.merged) {
    for (const SourceCover& cover : known->covers) add_cover(found.covers, cover);
    found.uncovered.insert(found.uncovered.end(), known->uncovered.begin(), known->uncovered.end());
    found.linked.insert(found.linked.end(), known->linked.begin(), known->linked.end());
    if (clock_.stops()) break;
  }
  std::erase(found.uncovered, search.start.id);
  sort_once(found.uncovered);
  sort_once(found.linked);
  found.uncovered.shrink_to_fit();
  std::ranges::sort(
      found.covers, {}, [](const SourceCover& one) -> auto& { return one.approval->key; });
  return std::make_shared<Behind>(std::move(found));
}

Sources::Found Sources::searched(const Question& question, Thing& start, std::size_t way_max) {
  Search search{question, start};
  search.way.push_back(&start);
  search.met[&start] = Search::Met::kPassed;
  for (std::size_t i = 0; i < search.way.size() && !clock_.stops(); ++i) {
    if (search.way.size() > way_max && !depends_on_time_) return nullptr;
    if (things_.is_linked(*search.way[i])) search.found.linked.push_back(search.way[i]);
    for (Thing* input : things_.inputs(*search.way[i])) {
      if (clock_.stops()) break;
      meet(search, *input);
    }
  }
  add_passed_sources(search);
  return finish(search);
}

// What lies far behind first, so that each thing is looked at once whatever is asked for next.
void Sources::prepare(const Question& question, Thing& start) {
  struct Open {
    Thing* thing = nullptr;
    std::size_t next = 0;  // of its inputs
  };
  std::vector<Open> open = {{&start}};
  boost::unordered_flat_set<const Thing*> seen = {&start};
  while (!open.empty() && !clock_.stops() && !depends_on_time_) {
    const std::vector<Thing*>& inputs = things_.inputs(*open.back().thing);
    if (open.back().next < inputs.size()) {
      Thing& input = *inputs[open.back().next++];
      if (!seen.insert(&input).second || find({&input, question.list})) continue;
      if (way_at(question, input, nullptr) == Way::kGoesOn) open.push_back({&input});
      continue;
    }
    Thing& done = *open.back().thing;
    open.pop_back();
    if (&done == &start) return;
    const Found found = searched(question, done, kAnyWay);
    if (!depends_on_time_ && !clock_.stopped()) keep({&done, question.list}, found);
  }
}

Sources::Found Sources::look(const Question& question, Thing& start) {
  Found found = searched(question, start, kWayMax);
  if (found) return found;
  prepare(question, start);
  return searched(question, start, kAnyWay);
}

void Sources::keep(const Key& key, const Found& found) {
  bytes_known_ += sizeof(Key) + sizeof(Found) + (found.use_count() == 1 ? found->bytes() : 0);
  if (bytes_known_ > kBytesKeptMax) {
    known_.clear();
    bests_.clear();
    bytes_known_ = 0;
  }
  known_[key] = found;
}

std::size_t Sources::number_of_list(const ApprovalList& approvals) {
  return lists_.try_emplace(approvals, lists_.size()).first->second;
}

Sources::Found Sources::find(const Key& key) const {
  const auto known = known_.find(key);
  return known == known_.end() ? nullptr : known->second;
}

std::size_t Sources::uncovered_by(Thing& thing, const Approval& approval, const Question& question) {
  const ApprovalList alone = {&approval};
  const Question of_one{alone, number_of_list(alone), question.began, question.instant};
  const Key key{&thing, of_one.list};
  if (const Found known = find(key)) return known->uncovered.size();
  const Found found = look(of_one, thing);
  if (!depends_on_time_ && !clock_.stopped()) keep(key, found);
  return found->uncovered.size();
}

const Approval* Sources::best_of_linked(Thing& thing, const ApprovalList& approvals, Micros began,
                                        std::optional<Micros> instant) {
  behind(thing, approvals, began, instant);
  const Found found = last_;
  if (!found->covered() || found->covers.size() < 2 || found->linked.empty()) return nullptr;
  const Question question{approvals, number_of_list(approvals), began, instant};
  const Key key{&thing, question.list};
  if (const auto known = bests_.find(key); known != bests_.end()) return known->second;
  depends_on_time_ = false;
  std::vector<std::size_t> lacking(found->covers.size());
  bool is_linked_by_none = false;
  for (Thing* linked : found->linked) {
    bool by_one = false;
    for (std::size_t i = 0; i < lacking.size(); ++i) {
      if (clock_.stops()) return nullptr;
      const std::size_t count = uncovered_by(*linked, *found->covers[i].approval, question);
      lacking[i] += count;
      by_one |= count == 0;
    }
    is_linked_by_none |= !by_one;
  }
  const auto least = static_cast<std::size_t>(std::ranges::min_element(lacking) - lacking.begin());
  const Approval* const best = is_linked_by_none ? found->covers[least].approval : nullptr;
  if (!depends_on_time_ && find(key)) bests_[key] = best;
  return best;
}

const Behind& Sources::behind(Thing& thing, const ApprovalList& approvals, Micros began,
                              std::optional<Micros> instant) {
  const Question question{approvals, number_of_list(approvals), began, instant};
  const Key key{&thing, question.list};
  if ((last_ = find(key))) return *last_;
  depends_on_time_ = false;
  last_ = look(question, thing);
  if (!depends_on_time_ && !clock_.stopped()) keep(key, last_);
  return *last_;
}

}  // namespace amont::approvals
