// Plan: what a question asks, worked out against the schema once, so that a walk decides about a node or an edge by looking
// into a table.
#pragma once

#include <cstdint>
#include <memory>
#include <vector>

#include "amont/query.h"
#include "core/index/graph.h"

namespace amont {

// How edges of a kind are walked.
enum EdgeUse : std::uint8_t {
  kAsLineage = 1,  // lineage, because nothing else was asked: a step that leaves a project is possible
  kAsNamed = 2,    // named by `through`: one hop, whatever it joins
  kWeak = 4,       // its steps are possible
};

struct Plan {
  Direction direction = Direction::kUpstream;
  bool by_dataset = true;  // granularity
  bool exact_only = false;
  bool as_lineage = true;  // lineage is walked
  bool as_named = false;   // kinds that are named are walked, besides or instead
  std::uint32_t depth = kAnyDepth;
  bool dated = false;  // what does not count at valid_at is left out
  Timestamp valid_at;
  std::optional<Timestamp> valid_until;

  std::vector<std::uint8_t> edge_use;  // by EdgeKind: EdgeUse
  std::vector<Tie> ties;               // by EdgeKind
  std::vector<Role> roles;             // by NodeKind
  std::vector<std::uint8_t> wanted;    // by NodeKind: 1 where it is listed; empty: all are
  // By NodeKind: the ties (low byte) and flags (high byte) that make a node of that kind need more than the plain loop.
  std::vector<std::uint16_t> watch;
  // By NodeKind, the same form: what a node that stands for itself has of these. A variable at granularity variable: its only tie is its
  // dataset, which may speak for it. 0: there are no such nodes.
  std::vector<std::uint16_t> held;
  std::vector<EdgeClass> classes;  // that have walked edges
  std::uint64_t odd_traits = 0;    // pages with one of these need a look at every edge
  bool has_plain_pages = false;    // else all do

  bool walks(std::uint16_t edge_kind, std::uint8_t uses = 0xff) const {
    return (edge_use[edge_kind] & uses & (kAsLineage | kAsNamed)) != 0;
  }
  bool exact(std::uint16_t edge_kind, bool leaves_project) const {
    return !(edge_use[edge_kind] & kWeak) && !(leaves_project && (edge_use[edge_kind] & kAsLineage));
  }
  bool watches(const PageNode& node) const { return watches(watch.data(), node); }
  static bool watches(const std::uint16_t* watch, const PageNode& node) {
    return ((node.ties | node.flags << 8) & watch[node.kind]) != 0;
  }
  // Of a node that is watched.
  static bool stands_alone(const std::uint16_t* watch, const std::uint16_t* held, const PageNode& node) {
    return ((node.ties | node.flags << 8) & watch[node.kind]) == held[node.kind];
  }
  Role role(const PageNode& node) const { return roles[node.kind]; }
  bool wants(const PageNode& node) const { return wanted.empty() || wanted[node.kind] != 0; }
  bool counts(const Interval& valid) const;

  // Fills this plan anew; what it allocated is used again. kNotFound for an unknown kind of edge or node, kInvalid for
  // options that contradict each other.
  Status make(const std::shared_ptr<const Schema>& schema, Direction towards, const AskOptions& options);

 private:
  void learn(const std::shared_ptr<const Schema>& schema);

  std::weak_ptr<const Schema> learned_;    // whose roles, ties and lineage these are
  std::vector<std::uint8_t> lineage_use_;  // by EdgeKind, when nothing is named
  bool tables_are_usual_ = false;
  bool usual_by_dataset_ = true;
};

// Variables are part of these.
inline bool holds_variables(Role role) { return role == Role::kDataset || role == Role::kOutput; }

}  // namespace amont
