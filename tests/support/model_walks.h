// Walks over a ModelState, written from the rules of query/WALKS.md, one by one and in its order: fixpoints and levels,
// no indexes, no short cuts. Tests compare the engine's answers with these.
//
// Things are named by the smallest ref in them. Deadlines, cancelling and damage are not modelled.
#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <set>
#include <string>
#include <utility>
#include <vector>

#include "amont/query.h"
#include "tests/support/model_store.h"

namespace amont {

struct ModelReached {
  std::string ref;
  std::optional<std::uint32_t> depth;  // absent: a project known by performed_for alone
  Precision precision = Precision::kExact;
  bool direct = false;  // touches only
  bool operator==(const ModelReached&) const = default;
};

struct ModelAnswer {
  std::vector<ModelReached> nodes;                        // sorted by depth, then ref as bytes
  std::set<ModelEdgeKey> edges;                           // followed
  std::map<std::string, std::uint64_t> reasons;           // why it is partial, and how many things are missing
  std::set<std::pair<std::string, std::string>> unknown;  // ref, "origin" or "inputs"
};

struct ModelPath {
  std::uint32_t length = 0;
  Direction direction = Direction::kUpstream;
  Precision precision = Precision::kExact;
  bool operator==(const ModelPath&) const = default;
};

class ModelWalk {
 public:
  // Walks at once. The starts must be alive in `state`, which must outlive this.
  ModelWalk(const ModelState& state, std::set<Ref> starts, Direction direction, const AskOptions& options);

  ModelAnswer answer() const;   // upstream or downstream
  ModelAnswer sources() const;  // of an upstream walk
  ModelAnswer touches() const;  // of a downstream walk

  // How it reaches a node's thing; nothing when it does not, or when that is of a start's own thing.
  std::optional<ModelReached> reaches(const Ref& ref) const;
  // Why not, when it does not.
  std::map<std::string, std::uint64_t> reasons() const;
  // Is it of a start's own thing, which is never listed?
  bool is_own(const Ref& ref) const { return own_things_.contains(thing_of(ref)); }

  // The steps between all that was settled, the starts too; or, without starts, between all things. Of each pair whether one is
  // exact. A thing leads to itself when an edge joins a node of it to itself.
  std::map<Ref, std::map<Ref, bool>> step_graph() const;
  // Which nodes of a thing in it answers list.
  std::vector<Ref> shown_members(const Ref& thing) const;
  // The thing of a node in it, if it is there.
  Ref thing_in_graph(const Ref& ref) const { return thing_of(ref); }

  // Is there a step from the thing of one node to that of another, exact if `exact`?
  bool has_step(const Ref& near, const Ref& far, bool exact) const;

 private:
  using Thing = Ref;
  enum class Walked { kNo, kAsLineage, kAsNamed };
  struct Step {
    const ModelEdgeKey* edge = nullptr;
    Thing far;
    bool exact = false;
    bool counts = false;  // at valid_at
  };
  using Depths = std::map<Thing, std::uint32_t>;

  bool counts(const Interval& valid) const;
  bool node_counts(const Ref& ref) const;
  bool edge_counts(const ModelEdgeKey& key, const ModelRecord& record) const;
  Walked walked(const EdgeRow& row) const;
  bool is(const Ref& ref, Role role) const { return state_.role_of(ref) == role; }
  bool holds_variables(const Ref& ref) const { return is(ref, Role::kDataset) || is(ref, Role::kOutput); }

  void find_things();
  bool joins(const ModelEdgeKey& key) const;
  void find_ties();
  std::map<Thing, bool> contributions(const Thing& thing) const;
  std::vector<Step> steps_of_contributor(const Thing& near, const Thing& whose, bool exact_so_far) const;
  std::vector<Step> steps(const Thing& thing) const;
  Depths search(bool exact_only) const;

  Thing thing_of(const Ref& ref) const;
  bool is_start(const Thing& thing) const { return start_things_.contains(thing); }
  const Depths& settled() const { return options_.exact ? exact_depths_ : any_depths_; }
  std::set<Thing> asked_about() const;
  std::vector<Ref> listed_members(const Thing& thing) const;
  ModelReached reached(const Thing& thing) const;
  bool kind_is_wanted(const Ref& ref) const;
  void finish(ModelAnswer& answer, std::vector<ModelReached> nodes) const;
  std::set<std::pair<std::string, std::string>> unknown() const;
  bool has_lineage(const Thing& thing, Direction direction) const;
  bool leaves_its_cycle(const Thing& thing) const;
  std::set<Thing> exactly_after(const Thing& thing) const;

  const ModelState& state_;
  std::set<Ref> starts_;
  Direction direction_;
  AskOptions options_;

  std::map<Ref, Thing> thing_;  // of each node that counts
  std::map<Thing, std::set<Ref>> members_;
  std::map<Thing, std::set<Thing>> containers_;  // of variables, at variable granularity: their datasets and outputs
  std::map<Thing, std::set<Thing>> variables_;   // the reverse
  std::map<Thing, std::set<Thing>> wholes_;      // of datasets; transitive
  std::map<Thing, std::set<Thing>> parts_;
  std::map<Thing, std::set<Thing>> tables_;  // of parts, those that part_of alone leads to
  std::set<Thing> start_things_;
  std::set<Thing> own_things_;  // never listed: the starts', and at variable granularity their datasets and variables
  Depths exact_depths_;
  Depths any_depths_;
};

// One shortest path from a to b, exact if there is one; nothing when neither reaches the other.
std::optional<ModelPath> model_path(const ModelState& state, const Ref& a, const Ref& b, const AskOptions& options);

}  // namespace amont
