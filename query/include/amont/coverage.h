// Coverage: was every use of restricted data approved, then? query/COVERAGE.md says what counts as a use, what an approval must
// fulfil to cover one, and what each reason means.
//
// coverage() is a pure read and may run on many threads at once. What was known is the snapshot's; what was true is told by the
// records' own times. There is no clock: a run that has not ended is looked at up to CoverageOptions::as_of.
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <span>
#include <string_view>
#include <vector>

#include "amont/query.h"
#include "amont/snapshot.h"

namespace amont {

// Why no approval covers a stretch of time. An approval is checked in this order, and the first check that it fails is its reason.
enum class GapReason : std::uint8_t {
  kNoProject,               // the use was for no project, so no approval can be for it
  kNoApproval,              // there is none for the project that could give access
  kNotGranted,              // it was not: refused, unfavourable, undecided
  kOtherProject,            // the run says it was under it, but it is for another project
  kOutOfScope,              // it does not cover the data, or not all the variables that were read
  kOutOfDepth,              // nor the years
  kIdentifiability,         // the data tell more of people than it allows
  kUnknownIdentifiability,  // it sets a limit, and nobody says how much the data tell
  kOtherPurpose,            // it is for purposes that the use's is not part of
  kProhibitedPurpose,       // nothing can be approved for it
  kNotYet,
  kExpired,
  kSuspended,
  kSuperseded,  // replaced or amended by another
  kRevoked,
  kWrongEnvironment,     // the run was somewhere else, or somewhere not homologated then
  kMissingPrerequisite,  // another approval that it requires did not stand then
  kNotHabilitated,       // who performed the run was not, then
  kLinkage,              // each source is covered, but they were linked and no single approval covers them all
  kNoSuchVariable,       // a variable was read for years that do not have it
  kUnknownTime,          // nobody knows when it was
};
// "not_granted", "out_of_scope"... Static storage.
std::string_view name_of(GapReason reason);

// One `used` edge, once for each project that it was for.
struct Use {
  NodeId user{};                  // the run, or the project that stands for one
  std::optional<NodeId> project;  // none: nobody said for which
  NodeId used{};                  // a dataset, variable or output
  std::string label;              // of the edge
  TxNumber recorded_in = 0;       // the transaction that put it
  // When: closed-open, or the one instant when both are the same. Without `to` the run has not ended, and was looked at when it
  // began only; without `from` nobody knows when it was.
  std::optional<Timestamp> from;
  std::optional<Timestamp> to;
};

struct CoveringApproval {
  NodeId approval{};
  Timestamp from;  // a stretch of the use
  Timestamp to;
  // The transaction since which the register has known, without a break, that the approval allows this; and when that was.
  TxNumber recorded_in = 0;
  Timestamp recorded_at;
  bool recorded_late = false;  // which was after the use had begun, and after the use was on record
  bool changed_late = false;   // so it was, and the approval had been there before, saying something else
};

inline constexpr std::size_t kSourcesListedMax = 100;

struct CoverageGap {
  std::optional<Timestamp> from;  // absent when nobody knows
  std::optional<Timestamp> to;
  GapReason reason{};
  std::optional<NodeId> nearest;  // the approval that passed most checks
  std::vector<GapReason> also;    // what else `nearest` fails, in the order of reasons
  // Of derived data: the restricted sources that are not covered, by ref; the first kSourcesListedMax that were put in the register,
  // and how many there are.
  std::vector<NodeId> missing_sources;
  std::uint64_t missing_count = 0;

  double days() const { return from && to ? static_cast<double>(to->micros - from->micros) / 86'400e6 : 0; }
};

struct UseCoverage {
  Use use;
  std::vector<CoveringApproval> by;  // by `from`, then by ref; stretches of several may overlap
  std::vector<CoverageGap> gaps;     // by `from`; longest stretches with one reason
  bool covered() const { return gaps.empty(); }
};

struct CoverageOptions {
  // Of these: depth, through, exact (how far the ancestry of a result goes), valid_at and valid_until (only what went on then is looked
  // at: of a longer use, that instant or stretch), limit, deadline, cancel, keep_going.
  AskOptions ask;
  std::optional<Timestamp> as_of;  // how far to look at runs that have not ended
  bool gaps_only = false;          // leave out what is covered
  std::vector<NodeId> projects;    // only uses for these; empty: for any
};

struct Coverage {
  std::vector<UseCoverage> uses;  // that need an approval; by user, used, project (as refs), label
  std::uint64_t checked = 0;      // how many needed one, listed or not
  std::uint64_t uncovered = 0;    // how many of these have gaps
  std::uint64_t open = 0;         // how many uses needed none
  // As of walks; {"reason": "as_of"}: so many uses by runs that have not ended were looked at when they began only, or, begun after
  // as_of, not at all; {"reason": "valid_at"}: so many that need an approval did not go on then.
  Completeness completeness;
};

// The uses in the ancestry of datasets, variables, outputs and publications; of runs; of projects and the runs performed for them;
// of everything in the register when `of` is empty. kInvalid for nodes of other kinds and when `projects` are none, kNotFound for what is not in the register,
// kDamaged. Out of time, the answer says so and has what was checked by then.
Result<Coverage> coverage(const Snapshot& view, std::span<const NodeId> of, const CoverageOptions& options = {});

}  // namespace amont
