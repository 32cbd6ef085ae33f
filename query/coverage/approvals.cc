#include "query/coverage/approvals.h"

#include <algorithm>
#include <array>

namespace amont::approvals {
namespace {

constexpr std::string_view kTypesThatGrant[] = {"authorisation", "convention",     "data_request_answer",
                                                "habilitation",  "holder_consent", "mr_commitment",
                                                "permit",        "simplified"};

bool is_favourable(std::string_view decision) {
  return decision == "granted" || decision == "favourable" || decision == "reserves";
}

std::vector<Stretch> suspensions_in(const Properties& props) {
  const std::vector<Timestamp> from = times_in(props, "suspended_from"), to = times_in(props, "suspended_to");
  std::vector<Stretch> out;
  for (std::size_t i = 0; i < from.size(); ++i)
    out.push_back({from[i].micros, i < to.size() ? to[i].micros : kEndless});
  return out;
}

}  // namespace

GapReason Approval::why_not(Micros instant) const {
  if (revoked.contains(instant)) return GapReason::kRevoked;
  if (superseded.contains(instant)) return GapReason::kSuperseded;
  if (instant < validity.from) return GapReason::kNotYet;
  if (instant >= validity.to) return GapReason::kExpired;
  return GapReason::kSuspended;
}

const Approval* Approvals::find(NodeId id) const {
  const auto found = known_.find(id);
  return found == known_.end() ? nullptr : found->second.get();
}

Result<Approval*> Approvals::read(NodeFacts& facts) {
  const Properties& props = facts.record.props;
  auto read = std::make_unique<Approval>();
  Approval& approval = *read;
  approval.id = facts.id;
  approval.key = std::move(facts.record.key);
  AMONT_LET(approval.begin, begin_of_life(reader_.index(), facts.id, facts.record));
  approval.favourable = is_favourable(text_property(props, "decision"));
  approval.may_grant = std::ranges::find(kTypesThatGrant, text_property(props, "type")) != std::end(kTypesThatGrant);
  approval.validity = stretch_of(facts.record.valid);
  if (!facts.record.valid.from)
    if (const auto decided = time_in(props, "decided_at")) approval.validity.from = decided->micros;
  for (const Stretch& stretch : suspensions_in(props)) approval.suspended.add(stretch);
  if (const auto at = time_in(props, "revoked_at")) approval.revoked.add({at->micros, kEndless});
  approval.years = stretch_of(interval_in(props, "data_from", "data_to"));
  approval.identifiability_max = identifiability_named(text_property(props, "identifiability_max"));

  for (const EdgeFacts& edge : facts.out) {
    const Tied tied{edge.far, stretch_of(edge.valid), edge.begin};
    if (edge.kind == words_.for_project) {
      approval.projects.push_back(tied);
    } else if (edge.kind == words_.for_purpose) {
      approval.purposes.push_back(tied);
    } else if (edge.kind == words_.permits_in) {
      approval.places.push_back(tied);
    } else if (edge.kind == words_.requires_) {
      approval.required.push_back(edge.far);
    } else if (edge.kind == words_.covers) {
      AMONT_LET(const PageNode far, reader_.brief(edge.far));
      const bool is_variable = reader_.schema().node(NodeKind{far.kind}).role == Role::kVariable;
      auto& covers = is_variable ? approval.variable_covers : approval.covers;
      covers.push_back({edge.far, text_property(edge.props, "scope") == "list", tied.when,
                        stretch_of(interval_in(edge.props, "data_from", "data_to")),
                        identifiability_named(text_property(edge.props, "identifiability")), edge.begin});
      approval.has_dated_cover |= edge.valid.bounded();
    }
  }
  std::ranges::stable_sort(approval.covers, {}, &Cover::target);
  std::ranges::stable_sort(approval.variable_covers, {}, &Cover::target);
  for (const EdgeFacts& edge : facts.in) {
    if (edge.kind == words_.supersedes) approval.superseded_by.push_back(edge.far);
    stops_.push_back({facts.id, edge.far, edge.kind, std::string(text_property(edge.props, "kind")),
                      time_in(edge.props, "at"), time_in(edge.props, "until")});
  }
  Approval* const kept = read.get();
  known_.emplace(facts.id, std::move(read));
  return kept;
}

Status Approvals::need(std::vector<NodeId> ids) {
  const auto wanted = WantedEdges(reader_.schema())
                          .whole("covers")
                          .whole("for_project")
                          .whole("for_purpose")
                          .whole("permits_in")
                          .bare("requires")
                          .whole("supersedes", Direction::kDownstream)
                          .whole("revokes", Direction::kDownstream)
                          .whole("suspends", Direction::kDownstream);
  std::vector<Approval*> fresh;
  while (!ids.empty()) {
    std::ranges::sort(ids);
    ids.erase(std::ranges::unique(ids).begin(), ids.end());
    std::erase_if(ids, [&](NodeId id) { return known_.contains(id); });
    std::vector<NodeId> next;
    AMONT_TRY(reader_.read(ids, wanted, [&](NodeFacts& facts) -> Status {
      AMONT_LET(Approval * approval, read(facts));
      fresh.push_back(approval);
      next.insert(next.end(), approval->required.begin(), approval->required.end());
      for (const EdgeFacts& edge : facts.in) next.push_back(edge.far);
      return {};
    }));
    if (reader_.clock().stopped()) return {};
    ids = std::move(next);
  }
  std::ranges::sort(stops_, {}, &Stop::approval);
  for (Approval* approval : fresh) take_stops(*approval);
  stops_.clear();
  for (Approval* approval : fresh) take_prerequisites(*approval);
  return {};
}

void Approvals::take_stops(Approval& approval) const {
  for (const Stop& stop : std::ranges::equal_range(stops_, approval.id, {}, &Stop::approval)) {
    const Approval* by = find(stop.by);
    if (!by) continue;
    Stretch when{stop.at ? stop.at->micros : by->validity.from, kEndless};
    if (stop.kind == words_.supersedes) {
      // Those of other kinds add to it: both count.
      const bool ends_it = by->favourable && (stop.how == "replaces" || stop.how == "amends");
      if (ends_it && when.from != kBeginning) approval.superseded.add(when);
      continue;
    }
    if (stop.until) when.to = stop.until->micros;
    if (stop.kind == words_.suspends && !stop.until) when.to = by->validity.to;
    (stop.kind == words_.suspends ? approval.suspended : approval.revoked).add(when);
  }
  approval.stands.add(approval.validity);
  for (const Times* stop : {&approval.revoked, &approval.superseded, &approval.suspended})
    for (const Stretch& stretch : stop->stretches()) approval.stands.take_out(stretch);
}

Times Approvals::stand_for(NodeId id) const {
  Times times;
  std::vector<NodeId> chain = {id};
  for (std::size_t i = 0; i < chain.size(); ++i) {
    const Approval* approval = find(chain[i]);
    if (!approval) continue;
    if (approval->favourable) times.add(approval->stands);
    for (const NodeId later : approval->superseded_by)
      if (std::ranges::find(chain, later) == chain.end()) chain.push_back(later);
  }
  return times;
}

void Approvals::take_prerequisites(Approval& approval) const {
  approval.prerequisites = Times::always();
  std::vector<NodeId> required = approval.required;
  for (std::size_t i = 0; i < required.size(); ++i) {
    approval.prerequisites.keep(stand_for(required[i]));
    const Approval* one = find(required[i]);
    if (!one) continue;
    for (const NodeId further : one->required)
      if (std::ranges::find(required, further) == required.end()) required.push_back(further);
  }
}

}  // namespace amont::approvals
