// Facts: what a check needs to know of each record, read from its properties once.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "query/coverage/fact_reader.h"
#include "query/coverage/times.h"

namespace amont::approvals {

// How much data tell of people. Ascending; nobody said: 0.
enum class Identifiability : std::uint8_t { kUnsaid, kAggregated, kAnonymised, kPseudonymised, kNominative };
Identifiability identifiability_named(std::string_view name);

std::optional<Timestamp> time_in(const Properties& props, std::string_view name);
std::optional<bool> flag_in(const Properties& props, std::string_view name);
std::optional<std::int64_t> integer_in(const Properties& props, std::string_view name);
std::vector<std::string> texts_in(const Properties& props, std::string_view name);
std::vector<Timestamp> times_in(const Properties& props, std::string_view name);
// From the property named first to the one named second.
Interval interval_in(const Properties& props, std::string_view from, std::string_view to);

// What a record says now, and what it said before, in this life.
template <class Words>
struct Said {
  Words words{};
  TxNumber begin = 0;  // the transaction that began the life
  TxNumber since = 0;  // and the one since which it says what it says now
  struct Past {
    Words words;
    TxNumber since = 0;
  };
  std::vector<Past> past;  // the newest first

  void add_past(Words older, TxNumber tx) {
    const Words& newer = past.empty() ? words : past.back().words;
    if (older == newer)
      (past.empty() ? since : past.back().since) = tx;
    else
      past.push_back({std::move(older), tx});
  }
  // Since when it has said, without a break, what `is_enough`, which it does now.
  template <class IsEnough>
  TxNumber said_since(const IsEnough& is_enough) const {
    TxNumber first = since;
    for (const Past& one : past) {
      if (!is_enough(one.words)) break;
      first = one.since;
    }
    return first;
  }
};

// What an edge leads to, and when that was so.
struct Tied : Said<Stretch> {
  NodeId to{};
  const Stretch& when() const { return words; }
};

// The numbers of the kinds of edge that facts are read from. Of kinds that the schema lacks: one that no edge has.
struct EdgeWords {
  explicit EdgeWords(const Schema& schema);
  EdgeKind used, generated_by, derived_from, part_of, version_of, same_as, performed_for, under, executed_in,
      performed_by, acts_for, holds, covers, for_project, for_purpose, requires_, supersedes, revokes, suspends,
      permits_in, checked_by;
};

}  // namespace amont::approvals
