// Questions asked of a snapshot: upstream, downstream, sources, touches, reaches, path. query/WALKS.md is their
// specification; ARCHITECTURE.md tells how they run.
//
// All functions are pure reads and may run on many threads at once. Errors: kInvalid (an option that contradicts another),
// kNotFound (an unknown start or edge kind), kDamaged (the index can't be trusted: no answer rather than a wrong one).
// Running out of time is no error: the answer says `partial`. Only find() then fails, with kTimeout: half a list of names says
// nothing.
#pragma once

#include <atomic>
#include <chrono>
#include <cstdint>
#include <functional>
#include <optional>
#include <span>
#include <string>
#include <utility>
#include <vector>

#include "amont/node_set.h"
#include "amont/snapshot.h"

namespace amont {

enum class Granularity : std::uint8_t { kDataset, kVariable };
enum class Precision : std::uint8_t { kExact, kPossible };

inline constexpr std::uint32_t kAnyDepth = 0xffff'ffff;

struct AskOptions {
  std::uint32_t depth = kAnyDepth;
  std::vector<std::string> kinds;    // list only nodes of these kinds; empty: all
  std::vector<std::string> through;  // walk these edge kinds instead of lineage, or as well when `through_adds`
  bool through_adds = false;
  bool exact = false;  // leave the possible out
  Granularity granularity = Granularity::kDataset;
  // Records count if their interval contains `valid_at`; or, with `valid_until`, overlaps [valid_at, valid_until).
  std::optional<Timestamp> valid_at;
  std::optional<Timestamp> valid_until;
  std::uint64_t limit = 0;  // keep the first N of the sorted answer; 0: all
  std::optional<std::chrono::steady_clock::time_point> deadline;
  const std::atomic<bool>* cancel = nullptr;  // set it from another thread to stop
  std::function<bool()>
      keep_going;          // asked every 1,024 expansions; false stops the walk like a deadline (budgets of scripts)
  bool want_edges = true;  // collect Answer::edges
  // Leave out edges between nodes that longer ways join as well (transitive reduction), so that a drawing is easier to read. A cycle counts
  // as one node here, so what is within it stays, and all that joins two of them if any does.
  bool reduce_edges = false;
};

struct Reached {
  NodeId id{};
  std::optional<std::uint32_t> depth;  // absent only in touches(), for projects known by performed_for alone
  Precision precision = Precision::kExact;
  bool direct = false;  // touches() only
};

struct FollowedEdge {
  EdgeKind kind{};
  NodeId from{};
  NodeId to{};
  std::string label;
};

// Why an answer is not all that the register knows. `count`: distinct unlisted things at the far end of steps not taken.
struct PartialReason {
  std::string reason;  // depth limit timeout valid_at exact redacted damaged
  std::uint64_t count = 0;
  bool at_least = false;
};

struct UnknownOrigin {
  NodeId id{};
  std::string missing;  // "origin" or "inputs"
};

struct Completeness {
  std::vector<PartialReason> reasons;
  std::vector<UnknownOrigin> unknown;  // where the register itself stops short; sorted by ref
  bool complete() const { return reasons.empty(); }
  bool out_of_time() const;
};

struct Answer {
  std::vector<Reached> nodes;       // sorted by depth, then by ref as bytes
  std::vector<FollowedEdge> edges;  // sorted by kind, from, to (as refs), label
  Completeness completeness;
};

Result<Answer> upstream(const Snapshot& view, std::span<const NodeId> starts, const AskOptions& options = {});
Result<Answer> downstream(const Snapshot& view, std::span<const NodeId> starts, const AskOptions& options = {});
Result<Answer> sources(const Snapshot& view, std::span<const NodeId> starts, const AskOptions& options = {});
Result<Answer> touches(const Snapshot& view, std::span<const NodeId> starts, const AskOptions& options = {});

// The ids of a closure alone, unsorted, with neither refs nor edges looked up: the fast path under upstream() and downstream().
struct Closure {
  std::vector<NodeId> exact;  // by depth
  std::vector<NodeId> possible;
  Completeness completeness;  // reasons only
};
Result<Closure> closure(const Snapshot& view, std::span<const NodeId> starts, Direction direction,
                        const AskOptions& options = {});

// How many nodes the closure of each start lists, of each by itself: what feeds most, which results rest on most. Far cheaper than so
// many closures where they share much, for up to 64 searches are one. `counts` is in the order of `starts`; `limit` is ignored. Of a
// reason that several closures have, `completeness` tells the largest count, as "at least". Out of time there are no counts.
struct ReachCount {
  std::uint64_t exact = 0;
  std::uint64_t possible = 0;
};
struct ReachCounts {
  std::vector<ReachCount> counts;
  Completeness completeness;  // reasons only
};
Result<ReachCounts> reach_counts(const Snapshot& view, std::span<const NodeId> starts, Direction direction,
                                 const AskOptions& options = {});

// Is `a` in upstream(b)? Nothing is listed, so `kinds` and `limit` are ignored; a partial `false` says why in completeness.
struct Reaches {
  bool yes = false;
  Completeness completeness;
};
Result<Reaches> reaches(const Snapshot& view, NodeId a, NodeId b, const AskOptions& options = {});

// reaches() without options answers from an index of the whole graph, without a walk, once there is one. It is made in the
// background when walks in its place have cost as much; this makes it now, of the newest snapshot, and returns when it is there.
// Later transactions need no new one as long as they only add. False: there is none, for it would take more than 3/16 of
// Options::memory_bytes, or `view` is not the newest.
Result<bool> prepare_reaches(const Snapshot& view);

// One shortest path, exact if there is one, from `a` to `b` along lineage: upstream from `a` when `b` is a cause of `a`, else
// downstream. Both ends included. Empty when neither reaches the other.
struct PathAnswer {
  std::vector<NodeId> nodes;
  Direction direction = Direction::kUpstream;
  Precision precision = Precision::kExact;
  std::vector<FollowedEdge> edges;
  Completeness completeness;
};
Result<PathAnswer> path(const Snapshot& view, NodeId a, NodeId b, const AskOptions& options = {});

// Nodes whose key or title has every word of `text` (words match by prefix, letters compared without case), or whose ref begins
// with it. Sorted: refs that begin with `text` first, then by ref.
Result<std::vector<NodeId>> find(const Snapshot& view, std::string_view text, std::span<const std::string> kinds,
                                 std::uint64_t limit, const AskOptions& options = {});

// All alive nodes of a kind; all kinds when empty.
Result<NodeSet> nodes_of_kind(const Snapshot& view, std::string_view kind);

}  // namespace amont
