// Judge: one use, and the approvals that there are for it.
#pragma once

#include <deque>
#include <utility>

#include "query/coverage/behind.h"
#include "query/coverage/circumstances.h"
#include "query/coverage/on_data.h"
#include "query/coverage/users.h"

namespace amont::approvals {

// A condition of an approval: fulfilled always, never or at times. Points to times that live longer.
struct Condition {
  bool always = false;
  const Times* times = nullptr;
  bool at(Micros instant) const { return times ? times->contains(instant) : always; }
};

// An approval that might cover the uses of one user for one project, with what does not depend on the data.
struct Candidate {
  const Approval* approval = nullptr;
  Condition project, purpose, place, people;
};

// A user and one project that it worked for: good as long as both are.
struct Case {
  const User* user = nullptr;
  const Project* project = nullptr;   // nullptr: nobody said for which
  std::vector<NodeId> purposes;       // the run's, else the project's
  bool prohibited = false;            // one of these is
  std::vector<Candidate> candidates;  // by ref
  std::deque<Times> times;            // that conditions point to
  // Of a linkage: all that it brings together and that needs an approval, with the edges that say how it was used.
  struct Linked {
    Thing* thing = nullptr;
    std::vector<const UsedEdge*> edges;
  };
  std::vector<Linked> linked;
  // Of a linkage, at instants that were looked at: the approval that covers most, where none covers all. By when a use began, and the
  // instant.
  mutable boost::unordered_flat_map<std::pair<Micros, Micros>, const Approval*> not_linked;
};

class Judge {
 public:
  Judge(FactReader& reader, Approvals& approvals, Things& things, Circumstances& circumstances)
      : reader_(reader),
        approvals_(approvals),
        things_(things),
        circumstances_(circumstances),
        sources_(things, reader.clock()) {}

  Case open_case(const User& user, const Project* project);
  bool needs_approval(const UsedEdge& edge, const When& when);
  // What of a use is looked at: closed-open, or one instant when both are the same.
  struct Looked {
    Micros from = 0, to = 0;
  };
  // Nothing when the use needs no approval.
  Result<std::optional<UseCoverage>> judge(const Case& one, const UsedEdge& edge, const When& when,
                                           const Looked& looked);

 private:
  struct Hearing;  // one use under way
  using Failures = std::vector<GapReason>;

  void add_candidate(Case& one, const Approval& approval);
  Times for_purpose(const Case& one, const Approval& approval) const;
  Times in_place(const Case& one, const Approval& approval) const;

  bool needs_approval(Thing& thing, Micros began);
  void hear_about_data(Hearing& hearing);
  std::vector<Micros> turning_points(const Hearing& hearing) const;
  Status judge_piece(Hearing& hearing, Micros from, Micros to);
  // `told`: how much the data tell.
  Failures failures(const Candidate& candidate, const OnData& data, Identifiability told, Micros instant) const;
  const Approval* not_linked_by_one(const Hearing& hearing, Micros instant);
  const Approval* find_not_linked(const Hearing& hearing, Micros instant);
  bool covers_linked(const Approval& approval, const Case::Linked& linked, Micros began, Micros instant);
  // The transaction since which the register has known that the approval allows the use at an instant, but for its `covers`.
  TxNumber allowed_since(const Candidate& candidate, const Hearing& hearing, Micros instant);
  Status add_cover(Hearing& hearing, const Approval& approval, TxNumber recorded_in, Micros from, Micros to);
  Result<Timestamp> time_of(TxNumber tx);
  Result<bool> is_late(TxNumber recorded_in, const Hearing& hearing);
  Status judge_own_use(Hearing& hearing, Micros from, Micros to, const Times& own);

  FactReader& reader_;
  Approvals& approvals_;
  Things& things_;
  Circumstances& circumstances_;
  Sources sources_;
  boost::unordered_flat_map<TxNumber, Timestamp> tx_times_;
};

}  // namespace amont::approvals
