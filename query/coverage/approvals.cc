#include "query/coverage/approvals.h"

#include <algorithm>
#include <array>

#include <boost/unordered/unordered_flat_set.hpp>

namespace amont::approvals {
namespace {

constexpr std::string_view kTypesThatGrant[] = {"authorisation", "convention",     "data_request_answer",
                                                "habilitation",  "holder_consent", "mr_commitment",
                                                "permit",        "simplified"};

bool is_favourable(std::string_view decision) {
  return decision == "granted" || decision == "favourable" || decision == "reserves";
}

// The one told first, else the other.
std::optional<Timestamp> first_of(std::optional<Timestamp> a, std::optional<Timestamp> b) { return a ? a : b; }

std::vector<Stretch> suspensions_in(const Properties& props) {
  const std::vector<Timestamp> from = times_in(props, "suspended_from"), to = times_in(props, "suspended_to");
  std::vector<Stretch> out;
  for (std::size_t i = 0; i < from.size(); ++i)
    out.push_back({from[i].micros, i < to.size() ? to[i].micros : kEndless});
  return out;
}

ApprovalWords words_of(const NodeVersion& record) {
  const Properties& props = record.props;
  const std::string_view decision = text_property(props, "decision");
  ApprovalWords words;
  words.favourable = is_favourable(decision);
  words.refused = decision == "refused" || decision == "unfavourable";
  words.may_grant = std::ranges::find(kTypesThatGrant, text_property(props, "type")) != std::end(kTypesThatGrant);
  words.validity = stretch_of(record.valid);
  if (!record.valid.from)
    if (const auto decided = time_in(props, "decided_at")) words.validity.from = decided->micros;
  for (const Stretch& stretch : suspensions_in(props)) words.suspended.add(stretch);
  if (const auto at = time_in(props, "revoked_at")) words.revoked.add({at->micros, kEndless});
  words.years = stretch_of(interval_in(props, "data_from", "data_to"));
  words.identifiability_max = identifiability_named(text_property(props, "identifiability_max"));
  return words;
}

CoverWords words_of(const Interval& valid, const Properties& props) {
  return {text_property(props, "scope") == "list", stretch_of(valid),
          stretch_of(interval_in(props, "data_from", "data_to")),
          identifiability_named(text_property(props, "identifiability"))};
}

}  // namespace

GapReason Approval::why_not(Micros instant) const {
  if (revoked.contains(instant)) return GapReason::kRevoked;
  if (superseded.contains(instant)) return GapReason::kSuperseded;
  if (instant < words().validity.from) return GapReason::kNotYet;
  if (instant >= words().validity.to) return GapReason::kExpired;
  return GapReason::kSuspended;
}

const Approval* Approvals::find(NodeId id) const {
  const auto found = known_.find(id);
  return found == known_.end() ? nullptr : found->second.get();
}

Status Approvals::take_past(Approval& approval, const NodeVersion& record) const {
  approval.said.begin = approval.said.since = record.tx;
  for (TxNumber at = record.previous; at != 0;) {
    AMONT_LET(const auto older, reader_.index().node(approval.id, at));
    if (!older || !older->alive) break;
    approval.said.add_past(words_of(*older), older->tx);
    approval.said.begin = older->tx;
    at = older->previous;
  }
  return {};
}

Result<Tied> Approvals::tied(NodeId approval, const EdgeFacts& edge) const {
  Tied tied;
  tied.words = stretch_of(edge.valid);
  tied.begin = edge.begin;
  tied.since = edge.version;
  tied.to = edge.far;
  AMONT_LET(const auto past, reader_.past_of(approval, edge, Direction::kUpstream));
  for (const EdgeVersion& older : past) tied.add_past(stretch_of(older.valid), older.tx);
  return tied;
}

Result<Cover> Approvals::cover(NodeId approval, const EdgeFacts& edge) const {
  Cover cover;
  cover.words = words_of(edge.valid, edge.props);
  cover.begin = edge.begin;
  cover.since = edge.version;
  cover.target = edge.far;
  AMONT_LET(const auto past, reader_.past_of(approval, edge, Direction::kUpstream));
  for (const EdgeVersion& older : past) cover.add_past(words_of(older.valid, older.props), older.tx);
  return cover;
}

Result<Approval*> Approvals::read(NodeFacts& facts) {
  auto read = std::make_unique<Approval>();
  Approval& approval = *read;
  approval.id = facts.id;
  approval.said.words = words_of(facts.record);
  approval.revoked = approval.words().revoked;
  approval.suspended = approval.words().suspended;
  AMONT_TRY(take_past(approval, facts.record));
  approval.key = std::move(facts.record.key);
  approval.was_changed = !approval.said.past.empty();
  for (const EdgeFacts& edge : facts.out) {
    std::vector<Tied>* const ends = edge.kind == words_.for_project   ? &approval.projects
                                    : edge.kind == words_.for_purpose ? &approval.purposes
                                    : edge.kind == words_.permits_in  ? &approval.places
                                                                      : nullptr;
    if (ends) {
      AMONT_LET(Tied one, tied(facts.id, edge));
      approval.was_changed |= !one.past.empty();
      ends->push_back(std::move(one));
    } else if (edge.kind == words_.requires_) {
      approval.required.push_back({edge.far, stretch_of(edge.valid)});
    } else if (edge.kind == words_.covers) {
      AMONT_LET(Cover one, cover(facts.id, edge));
      AMONT_LET(const PageNode far, reader_.brief(edge.far));
      const bool is_variable = reader_.schema().node(NodeKind{far.kind}).role == Role::kVariable;
      approval.was_changed |= !one.past.empty();
      approval.has_dated_cover |= one.words.when != kAlways || !one.past.empty();
      (is_variable ? approval.variable_covers : approval.covers).push_back(std::move(one));
    }
  }
  std::ranges::stable_sort(approval.covers, {}, &Cover::target);
  std::ranges::stable_sort(approval.variable_covers, {}, &Cover::target);
  for (const EdgeFacts& edge : facts.in) {
    if (edge.kind == words_.supersedes) approval.superseded_by.push_back(edge.far);
    const Interval when{first_of(time_in(edge.props, "at"), edge.valid.from),
                        first_of(time_in(edge.props, "until"), edge.valid.to)};
    stops_.push_back({facts.id, edge.far, edge.kind, std::string(text_property(edge.props, "kind")), when});
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
                          .whole("requires")
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
      for (const Approval::Requirement& one : approval->required) next.push_back(one.approval);
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
    const ApprovalWords& words = by->words();
    Stretch when{stop.when.from ? stop.when.from->micros : words.validity.from, kEndless};
    if (stop.kind == words_.supersedes) {
      // What replaces it takes its place when it is decided, even by a refusal; an amendment that was refused changes nothing. Those of
      // other kinds add to it: both count.
      const bool ends_it =
          stop.how == "replaces" ? words.favourable || words.refused : stop.how == "amends" && words.favourable;
      if (ends_it && when.from != kBeginning) approval.superseded.add(when);
      continue;
    }
    if (stop.when.to) when.to = stop.when.to->micros;
    if (stop.kind == words_.suspends && !stop.when.to) when.to = words.validity.to;
    (stop.kind == words_.suspends ? approval.suspended : approval.revoked).add(when);
  }
  approval.stands.add(approval.words().validity);
  for (const Times* stop : {&approval.revoked, &approval.superseded, &approval.suspended})
    for (const Stretch& stretch : stop->stretches()) approval.stands.take_out(stretch);
}

Times Approvals::stand_for(NodeId id) const {
  Times times;
  std::vector<NodeId> chain = {id};
  boost::unordered_flat_set<NodeId> seen = {id};
  for (std::size_t i = 0; i < chain.size() && !reader_.clock().stops(); ++i) {
    const Approval* approval = find(chain[i]);
    if (!approval) continue;
    if (approval->words().favourable) times.add(approval->stands);
    for (const NodeId later : approval->superseded_by)
      if (seen.insert(later).second) chain.push_back(later);
  }
  return times;
}

// What is required by something that is itself required only for a while matters for that while.
void Approvals::take_prerequisites(Approval& approval) const {
  approval.prerequisites = Times::always();
  boost::unordered_flat_map<NodeId, Times> when;  // each is required
  std::vector<NodeId> open;
  const auto require = [&](const Approval& by, const Times& then) {
    for (const Approval::Requirement& one : by.required) {
      Times added(one.when);
      added.keep(then);
      Times& known = when[one.approval];
      Times both = known;
      both.add(added);
      if (both == known) continue;
      known = std::move(both);
      open.push_back(one.approval);
    }
  };
  require(approval, Times::always());
  while (!open.empty() && !reader_.clock().stops()) {
    const NodeId id = open.back();
    open.pop_back();
    const Times then = when[id];
    if (const Approval* const one = find(id)) require(*one, then);
  }
  for (const auto& [id, then] : when) {
    Times fine = stand_for(id);
    Times others = Times::always();
    for (const Stretch& stretch : then.stretches()) others.take_out(stretch);
    fine.add(others);
    approval.prerequisites.keep(fine);
  }
}

}  // namespace amont::approvals
