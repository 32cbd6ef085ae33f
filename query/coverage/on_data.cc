#include "query/coverage/on_data.h"

#include <algorithm>
#include <chrono>

namespace amont::approvals {
namespace {

bool within(Stretch inner, Stretch outer) { return outer.from <= inner.from && inner.to <= outer.to; }

// What nobody tells is not known to be allowed.
bool allows(Identifiability most, Identifiability told) {
  return most == Identifiability::kUnsaid || (told != Identifiability::kUnsaid && told <= most);
}

std::int64_t year_of(Micros instant) {
  const std::chrono::sys_time<std::chrono::microseconds> time{std::chrono::microseconds(instant)};
  return static_cast<int>(std::chrono::year_month_day(std::chrono::floor<std::chrono::days>(time)).year());
}

class CoverSearch {
 public:
  CoverSearch(const Approval& approval, const UsedEdge& edge, Things& things, Thing& thing)
      : approval_(approval),
        things_(things),
        wholes_(things.wholes(thing)),
        variables_(variables_read(edge, things)),
        years_(years_read(edge, thing)),
        asks_years_(years_ != kAlways),
        told_(things.told_at_most(thing)) {}

  enum Level { kScope, kDepth, kAll };
  Times fulfil(Level level) const {
    Times times;
    if (level >= kDepth && asks_years_ && !within(years_, approval_.words().years)) return times;
    if (level >= kAll && !allows(approval_.words().identifiability_max, told_)) return times;
    for_each_cover([&](const Cover& cover) {
      if (!cover.words.is_list && passes(cover.words, level)) times.add(cover.words.when);
    });
    add_lists(level, times);
    return times;
  }

  TxNumber known_since(Micros instant) const {
    constexpr TxNumber kNever = ~TxNumber{0};
    const auto since = [&](const Cover& cover, std::optional<bool> as_list) {  // one or the other, of all but variables
      const auto says = [&](const CoverWords& words) {
        return (!as_list || words.is_list == *as_list) && words.when.contains(instant) && passes(words, kAll);
      };
      return says(cover.words) ? cover.said_since(says) : kNever;
    };
    TxNumber first = kNever, list = kNever;
    bool has_list = false;
    for_each_cover([&](const Cover& cover) {
      has_list |= cover.words.is_list;
      first = std::min(first, since(cover, false));
      list = std::min(list, since(cover, true));
    });
    TxNumber last = has_list ? list : 0;
    for (const std::string& name : variables_) {
      TxNumber one = kNever;
      for_each_cover_of(name, [&](const Cover& cover) { one = std::min(one, since(cover, std::nullopt)); });
      last = std::max(last, one);
    }
    if (!variables_.empty()) first = std::min(first, last);
    return first == kNever ? 0 : first;
  }

 private:
  bool passes(const CoverWords& words, Level level) const {
    if (level >= kDepth && asks_years_ && !within(years_, words.years)) return false;
    return level < kAll || allows(words.identifiability_max, told_);
  }

  // Of the data and what they are part of.
  template <class See>
  void for_each_cover(const See& see) const {
    for (const NodeId whole : wholes_)
      for (const Cover& cover : std::ranges::equal_range(approval_.covers, whole, {}, &Cover::target)) see(cover);
  }
  // Of a variable with that name.
  template <class See>
  void for_each_cover_of(const std::string& name, const See& see) const {
    for (const Cover& cover : approval_.variable_covers) {
      const std::string* covered = things_.variable_name(cover.target);
      const Thing* holder = things_.holder(cover.target);
      if (covered && *covered == name && holder && std::ranges::binary_search(wholes_, holder->id)) see(cover);
    }
  }

  // All variables that were read are covered, one by one.
  void add_lists(Level level, Times& times) const {
    if (variables_.empty() || approval_.variable_covers.empty()) return;
    Times all = Times::always();
    for (const std::string& name : variables_) {
      Times one;
      for_each_cover_of(name, [&](const Cover& cover) {
        if (passes(cover.words, level)) one.add(cover.words.when);
      });
      all.keep(one);
    }
    keep_within_lists(level, all);
    times.add(all);
  }

  // What an edge with `scope` list says of years and the like holds for the variables that it lists.
  void keep_within_lists(Level level, Times& times) const {
    Times listed;
    bool any = false;
    for_each_cover([&](const Cover& cover) {
      any |= cover.words.is_list;
      if (cover.words.is_list && passes(cover.words, level)) listed.add(cover.words.when);
    });
    if (any) times.keep(listed);
  }

  const Approval& approval_;
  Things& things_;
  const std::vector<NodeId>& wholes_;
  std::vector<std::string> variables_;
  Stretch years_;
  bool asks_years_;
  Identifiability told_;
};

}  // namespace

Stretch years_read(const UsedEdge& edge, const Thing& thing) {
  return edge.years != kAlways ? edge.years : thing.years;
}

std::vector<std::string> variables_read(const UsedEdge& edge, Things& things) {
  if (const std::string* name = things.variable_name(edge.used)) return {*name};
  return edge.columns;
}

bool reads_missing_variable(const UsedEdge& edge, Things& things, Thing& thing) {
  const Stretch years = years_read(edge, thing);
  if (years.from == kBeginning && years.to == kEndless) return false;
  // Of a stretch whose other end nobody told, the end that was told.
  const std::int64_t first = year_of(years.from == kBeginning ? years.to - 1 : years.from);
  const std::int64_t last = year_of(years.to == kEndless ? years.from : years.to - 1);
  const std::vector<std::string> names = variables_read(edge, things);
  return std::ranges::any_of(names, [&](const std::string& name) {
    const VariableFacts* variable = things.variable(thing, name);
    return variable && !variable->is_there(first, last);
  });
}

bool allows_years(const ApprovalWords& approval, const UsedEdge& edge, const Thing& thing) {
  const Stretch years = years_read(edge, thing);
  return years == kAlways || within(years, approval.years);
}

bool allows_telling(const ApprovalWords& approval, Things& things, Thing& thing) {
  return allows(approval.identifiability_max, things.told_at_most(thing));
}

OnData on_data(const Approval& approval, const UsedEdge& edge, Things& things, Thing& thing) {
  const CoverSearch search(approval, edge, things, thing);
  OnData data;
  data.identifiability = search.fulfil(CoverSearch::kAll);
  if (data.identifiability == Times::always()) {
    data.scope = data.depth = data.identifiability;
    return data;
  }
  data.scope = search.fulfil(CoverSearch::kScope);
  data.depth = search.fulfil(CoverSearch::kDepth);
  return data;
}

TxNumber covers_since(const Approval& approval, const UsedEdge& edge, Things& things, Thing& thing, Micros instant) {
  return CoverSearch(approval, edge, things, thing).known_since(instant);
}

}  // namespace amont::approvals
