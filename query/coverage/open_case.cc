// A case: who used something, for which project, and the approvals that might count, with what does not depend on the data.
#include <algorithm>

#include "query/coverage/judge.h"

namespace amont::approvals {
namespace {

Condition condition(Case& one, Times times) {
  if (times == Times::always()) return {true, nullptr};
  if (times.never()) return {};
  return {false, &one.times.emplace_back(std::move(times))};
}

}  // namespace

Case Judge::open_case(const User& user, const Project* project) {
  Case one;
  one.user = &user;
  one.project = project;
  one.purposes = !user.purposes.empty() || !project ? user.purposes : project->purposes;
  one.prohibited =
      std::ranges::any_of(one.purposes, [this](NodeId purpose) { return circumstances_.is_prohibited(purpose); });
  if (!project) return one;
  ApprovalList approvals = project->approvals;
  for (const NodeId id : user.under)
    if (const Approval* claimed = approvals_.find(id)) approvals.push_back(claimed);
  std::ranges::sort(approvals, [](const Approval* a, const Approval* b) { return a->key < b->key; });
  approvals.erase(std::ranges::unique(approvals).begin(), approvals.end());
  for (const Approval* approval : approvals)
    if (approval->words().may_grant) add_candidate(one, *approval);
  if (!user.links) return one;
  boost::unordered_flat_map<const Thing*, std::size_t> places;
  for (const UsedEdge& edge : user.uses) {
    Thing* const thing = things_.find(edge.used);
    if (reader_.clock().stops()) break;
    if (!thing || !needs_approval(*thing, user.started ? user.started->micros : kBeginning)) continue;
    const auto [place, is_new] = places.try_emplace(thing, one.linked.size());
    if (is_new) one.linked.push_back({thing, {}});
    one.linked[place->second].edges.push_back(&edge);
  }
  return one;
}

void Judge::add_candidate(Case& one, const Approval& approval) {
  Candidate candidate;
  candidate.approval = &approval;
  Times project;
  for (const Tied& to : approval.projects) {
    const std::vector<NodeId>& projects = one.project->itself_and_superseded;
    if (std::ranges::find(projects, to.to) == projects.end()) continue;
    project.add(to.when());
  }
  candidate.project = condition(one, std::move(project));
  candidate.purpose = condition(one, for_purpose(one, approval));
  candidate.place = condition(one, in_place(one, approval));
  Times people = Times::always();
  for (const NodeId performer : one.user->performers) people.keep(Times(circumstances_.habilitated(performer)));
  candidate.people = condition(one, std::move(people));
  one.candidates.push_back(candidate);
}

Times Judge::for_purpose(const Case& one, const Approval& approval) const {
  if (approval.purposes.empty()) return Times::always();
  if (one.purposes.empty()) return {};
  Times all = Times::always();
  for (const NodeId purpose : one.purposes) {
    Times allowed;
    for (const Tied& broad : approval.purposes)
      if (circumstances_.is_within(purpose, broad.to) && !circumstances_.is_prohibited(broad.to))
        allowed.add(broad.when());
    all.keep(allowed);
  }
  return all;
}

Times Judge::in_place(const Case& one, const Approval& approval) const {
  Times all = Times::always();
  for (const NodeId place : one.user->places) {
    Times allowed;
    if (approval.places.empty()) allowed = Times::always();
    for (const Tied& permitted : approval.places)
      if (permitted.to == place) allowed.add(permitted.when());
    all.keep(allowed);
    all.keep(Times(circumstances_.homologated(place)));
  }
  return all;
}

}  // namespace amont::approvals
