#include "query/coverage/on_data.h"

#include <algorithm>
#include <chrono>

namespace amont::approvals {
namespace {

bool within(Stretch inner, Stretch outer) { return outer.from <= inner.from && inner.to <= outer.to; }

bool allows(Identifiability most, Identifiability told) { return most == Identifiability::kUnsaid || told <= most; }

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
        told_(things.identifiability(thing)) {}

  enum Level { kScope, kDepth, kAll };
  Times fulfil(Level level, TxNumber* recorded_in) const {
    Times times;
    if (level >= kDepth && asks_years_ && !within(years_, approval_.years)) return times;
    if (level >= kAll && !allows(approval_.identifiability_max, told_)) return times;
    TxNumber first = ~TxNumber{0};
    for (const NodeId whole : wholes_) {
      for (const Cover& cover : std::ranges::equal_range(approval_.covers, whole, {}, &Cover::target)) {
        if (cover.is_list || !passes(cover, level)) continue;
        times.add(cover.when);
        first = std::min(first, cover.begin);
      }
    }
    add_lists(level, times, first);
    if (recorded_in && !times.never()) *recorded_in = first;
    return times;
  }

 private:
  bool passes(const Cover& cover, Level level) const {
    if (level >= kDepth && asks_years_ && !within(years_, cover.years)) return false;
    return level < kAll || allows(cover.identifiability_max, told_);
  }

  // All variables that were read are covered, one by one.
  void add_lists(Level level, Times& times, TxNumber& first) const {
    if (variables_.empty() || approval_.variable_covers.empty()) return;
    Times all = Times::always();
    TxNumber last = 0;
    for (const std::string& name : variables_) {
      Times one;
      TxNumber known = ~TxNumber{0};
      for (const Cover& cover : approval_.variable_covers) {
        const std::string* covered = things_.variable_name(cover.target);
        const Thing* holder = things_.holder(cover.target);
        if (!covered || *covered != name || !holder || !passes(cover, level)) continue;
        if (std::ranges::find(wholes_, holder->id) == wholes_.end()) continue;
        one.add(cover.when);
        known = std::min(known, cover.begin);
      }
      all.keep(one);
      last = std::max(last, known);
    }
    keep_within_lists(level, all);
    if (all.never()) return;
    times.add(all);
    first = std::min(first, last);
  }

  // What an edge with `scope` list says of years and the like holds for the variables that it lists.
  void keep_within_lists(Level level, Times& times) const {
    Times listed;
    bool any = false;
    for (const NodeId whole : wholes_) {
      for (const Cover& cover : std::ranges::equal_range(approval_.covers, whole, {}, &Cover::target)) {
        any |= cover.is_list;
        if (cover.is_list && passes(cover, level)) listed.add(cover.when);
      }
    }
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

bool allows_years(const Approval& approval, const UsedEdge& edge, const Thing& thing) {
  const Stretch years = years_read(edge, thing);
  return years == kAlways || within(years, approval.years);
}

bool allows_telling(const Approval& approval, Things& things, Thing& thing) {
  return allows(approval.identifiability_max, things.identifiability(thing));
}

OnData on_data(const Approval& approval, const UsedEdge& edge, Things& things, Thing& thing) {
  const CoverSearch search(approval, edge, things, thing);
  OnData data;
  data.identifiability = search.fulfil(CoverSearch::kAll, &data.recorded_in);
  if (data.identifiability == Times::always()) {
    data.scope = data.depth = data.identifiability;
    return data;
  }
  data.scope = search.fulfil(CoverSearch::kScope, nullptr);
  data.depth = search.fulfil(CoverSearch::kDepth, nullptr);
  return data;
}

}  // namespace amont::approvals
