// Judge: one use, and the approvals that there are for it.
#pragma once

#include <deque>

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
  TxNumber since = 0;  // that the register knows it and for which project it is
};

// A user and one project that it worked for: good as long as both are.
struct Case {
  const User* user = nullptr;
  const Project* project = nullptr;   // nullptr: nobody said for which
  std::vector<NodeId> purposes;       // the run's, else the project's
  bool prohibited = false;            // one of these is
  std::vector<Candidate> candidates;  // by ref
  std::deque<Times> times;            // that conditions point to
  std::vector<Thing*> linked;         // of a linkage: all that it brings together and that needs an approval
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
  // Nothing when the use needs no approval.
  Result<std::optional<UseCoverage>> judge(const Case& one, const UsedEdge& edge, const When& when);

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
  Failures failures(const Candidate& candidate, const OnData& data, Micros instant) const;
  const Approval* not_linked_by_one(const Hearing& hearing, Micros instant);
  Status add_cover(Hearing& hearing, const Approval& approval, TxNumber recorded_in, Micros from, Micros to);
  Result<bool> is_late(TxNumber recorded_in, const Hearing& hearing);

  FactReader& reader_;
  Approvals& approvals_;
  Things& things_;
  Circumstances& circumstances_;
  Sources sources_;
  boost::unordered_flat_map<TxNumber, Timestamp> tx_times_;
};

}  // namespace amont::approvals
