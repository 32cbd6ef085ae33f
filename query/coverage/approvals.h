// Approvals: who may use what, and when. An approval's own times are worked out once: when it stands, and when all that it
// requires does.
#pragma once

#include <memory>

#include <boost/unordered/unordered_flat_map.hpp>

#include "amont/coverage.h"
#include "query/coverage/facts.h"

namespace amont::approvals {

// A `covers` edge.
struct CoverWords {
  bool is_list = false;  // only the variables that are covered one by one
  Stretch when;
  Stretch years;
  Identifiability identifiability_max{};
  bool operator==(const CoverWords&) const = default;
};
struct Cover : Said<CoverWords> {
  NodeId target{};
};

// What an approval says by itself.
struct ApprovalWords {
  bool favourable = false;  // granted, favourable, or with reserves
  bool refused = false;     // or unfavourable; nothing of these: undecided
  bool may_grant = false;   // of a type that grants access
  Stretch validity;
  Times revoked, suspended;
  Stretch years;
  Identifiability identifiability_max{};
  bool gives_at(Micros instant) const {
    return favourable && may_grant && validity.contains(instant) && !revoked.contains(instant) &&
           !suspended.contains(instant);
  }
  bool operator==(const ApprovalWords&) const = default;
};

struct Approval {
  NodeId id{};
  std::string key;  // of its ref
  Said<ApprovalWords> said;
  const ApprovalWords& words() const { return said.words; }

  // With what other approvals say of it.
  Times revoked, superseded, suspended;
  Times stands;         // within its validity, and none of the three
  Times prerequisites;  // all that it requires, and what that requires, stand

  std::vector<Cover> covers;           // of datasets and catalogues; by target
  std::vector<Cover> variable_covers;  // by target
  std::vector<Tied> projects, purposes, places;
  bool has_dated_cover = false;  // has or had
  bool was_changed = false;      // it, or an edge of these, said something else before

  struct Requirement {
    NodeId approval{};
    Stretch when;
  };
  std::vector<Requirement> required;
  std::vector<NodeId> superseded_by;

  // Why it does not stand at an instant at which it does not.
  GapReason why_not(Micros instant) const;
};

class Approvals {
 public:
  explicit Approvals(FactReader& reader) : reader_(reader), words_(reader.schema()) {}

  // Reads these, all that they require and all that supersedes them.
  Status need(std::vector<NodeId> ids);
  // nullptr for what was not read, because it is not in the register. Good as long as these approvals.
  const Approval* find(NodeId id) const;

 private:
  Result<Approval*> read(NodeFacts& facts);
  Status take_past(Approval& approval, const NodeVersion& record) const;
  Result<Tied> tied(NodeId approval, const EdgeFacts& edge) const;
  Result<Cover> cover(NodeId approval, const EdgeFacts& edge) const;
  void take_stops(Approval& approval) const;
  void take_prerequisites(Approval& approval) const;
  Times stand_for(NodeId id) const;  // itself or, granted, one that supersedes it

  FactReader& reader_;
  EdgeWords words_;
  // Stays where it is.
  boost::unordered_flat_map<NodeId, std::unique_ptr<Approval>> known_;
  // What ends or suspends an approval, until take_stops().
  struct Stop {
    NodeId approval{};
    NodeId by{};
    EdgeKind kind{};
    std::string how;  // of `supersedes`: renews, amends...
    Interval when;    // from `at`, until `until`, else the edge's own
  };
  std::vector<Stop> stops_;
};

}  // namespace amont::approvals
