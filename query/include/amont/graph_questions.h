// Questions about the shape of lineage as a whole: order, cycles, connected components, chokepoints, several paths. A step is one of a
// walk, by the rules of query/WALKS.md, and so are the options.
//
// What is asked about is what the starts reach, the starts too, or the whole register when there are none; then AskOptions::depth
// makes no sense and is kInvalid. The part of the graph in question is copied to memory, and kLimit says that this takes more than
// 3/16 of Options::memory_bytes. Nothing is half told: an answer that was out of time has no nodes, and says so. Other errors,
// and threads, as in query.h.
#pragma once

#include <span>
#include <vector>

#include "amont/query.h"

namespace amont {

// Causes before effects: each node has as its depth the length of the longest way by which lineage leads to it from where it
// begins, so that what has one depth depends on lower depths only and could be made at the same time. Nodes of one cycle have one
// depth. `direction` is that of the walk from the starts. The answer has no edges.
Result<Answer> order(const Snapshot& view, std::span<const NodeId> starts, Direction direction,
                     const AskOptions& options = {});

struct Groups {
  std::vector<std::vector<NodeId>> groups;  // the largest first, then by their first ref; each sorted by ref
  Completeness completeness;                // `limit` keeps the first N groups and counts the nodes of the others
};

// The cycles: nodes each of which comes from all others, by R. Tarjan's strong components; and nodes that an edge leads from to
// itself.
Result<Groups> cycles(const Snapshot& view, std::span<const NodeId> starts, Direction direction,
                      const AskOptions& options = {});
// The connected components, between which no step leads. A node without lineage is one of its own.
Result<Groups> components(const Snapshot& view, std::span<const NodeId> starts, Direction direction,
                          const AskOptions& options = {});

// A node on every way from the starts to others (their dominator, by T. Lengauer and R. Tarjan).
struct Chokepoint {
  Reached node;
  std::uint64_t behind = 0;  // how many nodes are reached by way of it only; in chokepoints_between() as well
};
struct Chokepoints {
  std::vector<Chokepoint> nodes;
  Direction direction = Direction::kUpstream;
  Completeness completeness;
};
// All that have something behind them: those with most first, then by depth and ref. `starts` must not be empty. `kinds` chooses
// what is listed, and what counts as behind.
Result<Chokepoints> chokepoints(const Snapshot& view, std::span<const NodeId> starts, Direction direction,
                                const AskOptions& options = {});
// What every way from `a` to `b` leads through, in that order: upstream when `b` is a cause of `a`, else downstream. Empty when there
// are two ways that share nothing, or none.
Result<Chokepoints> chokepoints_between(const Snapshot& view, NodeId a, NodeId b, const AskOptions& options = {});

struct Paths {
  struct Path {
    std::vector<NodeId> nodes;  // both ends included
    std::vector<FollowedEdge> edges;
    Precision precision = Precision::kExact;
  };
  std::vector<Path> paths;
  Direction direction = Direction::kUpstream;
  Completeness completeness;  // "limit", at least 1, when there are more
};
inline constexpr std::uint64_t kPathsMax = 1000;
// Up to `count` different paths without a node twice, by J. Y. Yen's algorithm: the exact ones by length, then the possible ones by
// length; the first is as long as path()'s. From `a` to `b` as path() goes. kInvalid when `count` is 0 or more than kPathsMax.
Result<Paths> paths(const Snapshot& view, NodeId a, NodeId b, std::uint64_t count, const AskOptions& options = {});

}  // namespace amont
