#include "query/coverage/judge.h"

#include <algorithm>

namespace amont::approvals {

// One use under way: what was found about the data, and what was decided so far.
struct Judge::Hearing {
  const Case& one;
  const UsedEdge& edge;
  Thing& thing;
  Micros began = 0;
  std::vector<OnData> data = {};  // of each candidate
  ApprovalList for_sources = {};  // that may cover only what the data were made from
  CoverageGap missing = {};       // the sources that none of these covers at any time
  bool reads_missing_variable = false;
  Identifiability told{};  // by the data
  UseCoverage out = {};
};

namespace {

void add_ends(std::vector<Micros>& points, Stretch stretch) {
  points.push_back(stretch.from);
  points.push_back(stretch.to);
}

void add_ends(std::vector<Micros>& points, const Times& times) {
  for (const Stretch& stretch : times.stretches()) add_ends(points, stretch);
}

void add_ends(std::vector<Micros>& points, const Condition& condition) {
  if (condition.times) add_ends(points, *condition.times);
}

// Since when an approval allows something may differ where it said something else before.
void add_past_ends(std::vector<Micros>& points, const Approval& approval) {
  for (const auto& one : approval.said.past) {
    add_ends(points, one.words.validity);
    add_ends(points, one.words.revoked);
    add_ends(points, one.words.suspended);
  }
  for (const std::vector<Tied>* ends : {&approval.projects, &approval.purposes, &approval.places})
    for (const Tied& tied : *ends)
      for (const auto& one : tied.past) add_ends(points, one.words);
  for (const std::vector<Cover>* covers : {&approval.covers, &approval.variable_covers})
    for (const Cover& cover : *covers)
      for (const auto& one : cover.past) add_ends(points, one.words.when);
}

void tell_missing(CoverageGap& gap, const std::vector<NodeId>& sources) {
  gap.missing_count = sources.size();
  gap.missing_sources.assign(
      sources.begin(), sources.begin() + static_cast<std::ptrdiff_t>(std::min(sources.size(), kSourcesListedMax)));
}

Timestamp at(Micros instant) { return Timestamp{instant}; }

void add_gap(UseCoverage& out, CoverageGap gap) {
  if (!out.gaps.empty()) {
    CoverageGap& last = out.gaps.back();
    if (last.to == gap.from && last.reason == gap.reason && last.nearest == gap.nearest && last.also == gap.also &&
        last.missing_count == gap.missing_count && last.missing_sources == gap.missing_sources) {
      last.to = gap.to;
      return;
    }
  }
  out.gaps.push_back(std::move(gap));
}

}  // namespace

bool Judge::needs_approval(Thing& thing, Micros began) {
  if (things_.is_harmless(thing, began)) return false;
  if (things_.is_closed(thing)) return true;
  if (!things_.is_closed_behind(thing)) return false;
  return things_.is_closed_behind(thing, /*dated_checks_count=*/true) ||
         sources_.behind(thing, {}, began, std::nullopt).any();
}

// Approvals that do not cover the data themselves may cover all that they were made from, together.
void Judge::hear_about_data(Hearing& hearing) {
  const Case& one = hearing.one;
  for (const Candidate& candidate : one.candidates) {
    hearing.data.push_back(on_data(*candidate.approval, hearing.edge, things_, hearing.thing));
    const bool is_for_it =
        candidate.approval->words().favourable && (candidate.project.always || candidate.project.times);
    if (reader_.clock().stops()) return;
    if (is_for_it && !covered_since(*candidate.approval, things_, hearing.thing, std::nullopt))
      hearing.for_sources.push_back(candidate.approval);
  }
  if (hearing.for_sources.empty() || things_.is_a_source(hearing.thing)) return;
  const Behind& behind = sources_.behind(hearing.thing, hearing.for_sources, hearing.began, std::nullopt);
  if (!behind.covered()) {
    tell_missing(hearing.missing, behind.uncovered);
    return;
  }
  for (const SourceCover& source : behind.covers) {
    const auto at = std::ranges::find(one.candidates, source.approval, &Candidate::approval);
    OnData& data = hearing.data[static_cast<std::size_t>(at - one.candidates.begin())];
    const bool years_fit = allows_years(source.approval->words(), hearing.edge, hearing.thing);
    const bool told_fits = allows_telling(source.approval->words(), things_, hearing.thing);
    data.scope = Times::always();
    data.depth = years_fit ? Times::always() : Times();
    data.identifiability = years_fit && told_fits ? Times::always() : Times();
    data.of_sources = true;
  }
}

std::vector<Micros> Judge::turning_points(const Hearing& hearing) const {
  std::vector<Micros> points;
  for (std::size_t i = 0; i < hearing.data.size(); ++i) {
    const Candidate& candidate = hearing.one.candidates[i];
    const Approval& approval = *candidate.approval;
    for (const Condition* each : {&candidate.project, &candidate.purpose, &candidate.place, &candidate.people})
      add_ends(points, *each);
    const OnData& data = hearing.data[i];
    for (const Times* times : {&approval.stands, &approval.prerequisites, &data.scope, &data.depth,
                               &data.identifiability, &approval.revoked, &approval.superseded, &approval.suspended})
      add_ends(points, *times);
    add_ends(points, approval.words().validity);
    // One of several edges that say the same may have done so for longer.
    for (const std::vector<Tied>* ends : {&approval.projects, &approval.purposes, &approval.places})
      for (const Tied& tied : *ends)
        if (tied.when() != kAlways) add_ends(points, tied.when());
    if (approval.was_changed) add_past_ends(points, approval);
    if (!approval.has_dated_cover) continue;
    for (const Cover& cover : approval.covers) add_ends(points, cover.words.when);
    for (const Cover& cover : approval.variable_covers) add_ends(points, cover.words.when);
  }
  return points;
}

Judge::Failures Judge::failures(const Candidate& candidate, const OnData& data, Identifiability told,
                                Micros instant) const {
  const Approval& approval = *candidate.approval;
  Failures failed;
  if (!approval.words().favourable) failed.push_back(GapReason::kNotGranted);
  if (!candidate.project.at(instant)) failed.push_back(GapReason::kOtherProject);
  if (!data.scope.contains(instant))
    failed.push_back(GapReason::kOutOfScope);
  else if (!data.depth.contains(instant))
    failed.push_back(GapReason::kOutOfDepth);
  else if (!data.identifiability.contains(instant))
    failed.push_back(told == Identifiability::kUnsaid ? GapReason::kUnknownIdentifiability
                                                      : GapReason::kIdentifiability);
  if (!candidate.purpose.at(instant)) failed.push_back(GapReason::kOtherPurpose);
  if (!approval.stands.contains(instant)) failed.push_back(approval.why_not(instant));
  if (!candidate.place.at(instant)) failed.push_back(GapReason::kWrongEnvironment);
  if (!approval.prerequisites.contains(instant)) failed.push_back(GapReason::kMissingPrerequisite);
  if (!candidate.people.at(instant)) failed.push_back(GapReason::kNotHabilitated);
  return failed;
}

bool Judge::covers_linked(const Approval& approval, const Case::Linked& linked, Micros began, Micros instant) {
  Thing& thing = *linked.thing;
  const bool may_by_sources = !covered_since(approval, things_, thing, std::nullopt);
  std::optional<bool> by_sources;  // asked once
  return std::ranges::all_of(linked.edges, [&](const UsedEdge* edge) {
    if (reader_.clock().stops()) return false;
    if (on_data(approval, *edge, things_, thing).identifiability.contains(instant)) return true;
    if (!may_by_sources || !allows_years(approval.words(), *edge, thing) ||
        !allows_telling(approval.words(), things_, thing))
      return false;
    if (!by_sources) by_sources = sources_.behind(thing, {&approval}, began, instant).covered();
    return *by_sources;
  });
}

const Approval* Judge::find_not_linked(const Hearing& hearing, Micros instant) {
  const Approval* best = nullptr;
  std::size_t most = 0;
  for (const Candidate& candidate : hearing.one.candidates) {
    const Approval& approval = *candidate.approval;
    const OnData all_data{Times::always(), Times::always(), Times::always()};
    if (!failures(candidate, all_data, Identifiability::kUnsaid, instant).empty()) continue;
    std::size_t covered = 0;
    for (const Case::Linked& linked : hearing.one.linked)
      covered += covers_linked(approval, linked, hearing.began, instant);
    if (covered == hearing.one.linked.size()) return nullptr;
    if (!best || covered > most) {
      best = &approval;
      most = covered;
    }
  }
  return best;
}

// Of a linkage: the approval that covers most of what is brought together, when none covers all; else nullptr.
const Approval* Judge::not_linked_by_one(const Hearing& hearing, Micros instant) {
  if (hearing.one.linked.size() < 2) return nullptr;
  const auto [known, is_new] = hearing.one.not_linked.try_emplace({hearing.began, instant});
  if (is_new) known->second = find_not_linked(hearing, instant);
  return known->second;
}

TxNumber Judge::allowed_since(const Candidate& candidate, const Hearing& hearing, Micros instant) {
  const Approval& approval = *candidate.approval;
  TxNumber last = approval.said.said_since([&](const ApprovalWords& words) {
    return words.gives_at(instant) && allows_years(words, hearing.edge, hearing.thing) &&
           allows_telling(words, things_, hearing.thing);
  });
  // Of the edges that say so at that instant, the one that has for longest.
  const auto add_first = [&](const std::vector<Tied>& ends, const auto& counts) {
    std::optional<TxNumber> first;
    for (const Tied& tied : ends) {
      if (!tied.when().contains(instant) || !counts(tied.to)) continue;
      const TxNumber since = tied.said_since([&](const Stretch& when) { return when.contains(instant); });
      first = std::min(first.value_or(since), since);
    }
    last = std::max(last, first.value_or(0));
  };
  const std::vector<NodeId>& projects = hearing.one.project->itself_and_superseded;
  add_first(approval.projects, [&](NodeId id) { return std::ranges::find(projects, id) != projects.end(); });
  for (const NodeId purpose : hearing.one.purposes)
    add_first(approval.purposes, [&](NodeId broad) {
      return circumstances_.is_within(purpose, broad) && !circumstances_.is_prohibited(broad);
    });
  for (const NodeId place : hearing.one.user->places)
    add_first(approval.places, [&](NodeId permitted) { return permitted == place; });
  return last;
}

Result<Timestamp> Judge::time_of(TxNumber tx) {
  auto known = tx_times_.find(tx);
  if (known == tx_times_.end()) {
    AMONT_LET(const Timestamp time, reader_.index().time_of(tx));
    known = tx_times_.emplace(tx, time).first;
  }
  return known->second;
}

Result<bool> Judge::is_late(TxNumber recorded_in, const Hearing& hearing) {
  if (recorded_in <= hearing.edge.begin) return false;
  AMONT_LET(const Timestamp time, time_of(recorded_in));
  return time.micros > hearing.began;
}

Status Judge::add_cover(Hearing& hearing, const Approval& approval, TxNumber recorded_in, Micros from, Micros to) {
  for (CoveringApproval& known : hearing.out.by) {
    if (known.approval != approval.id || known.to.micros != from || known.recorded_in != recorded_in) continue;
    known.to = at(to);
    return {};
  }
  AMONT_LET(const Timestamp time, time_of(recorded_in));
  AMONT_LET(const bool late, is_late(recorded_in, hearing));
  AMONT_LET(const bool was_late_before, is_late(approval.said.begin, hearing));
  hearing.out.by.push_back({approval.id, at(from), at(to), recorded_in, time, late, late && !was_late_before});
  return {};
}

Status Judge::judge_piece(Hearing& hearing, Micros from, Micros to) {
  const std::vector<Candidate>& candidates = hearing.one.candidates;
  CoverageGap gap;
  gap.from = at(from);
  gap.to = at(to);
  struct Found {
    const Approval* approval = nullptr;
    TxNumber recorded_in = 0;
  };
  std::vector<Found> covers;
  ApprovalList of_sources;
  std::size_t nearest = SIZE_MAX;
  Failures failed;
  for (std::size_t i = 0; i < candidates.size(); ++i) {
    const OnData& data = hearing.data[i];
    if (reader_.clock().stops()) return {};  // what is decided then is thrown away
    Failures its = failures(candidates[i], data, hearing.told, from);
    if (its.empty() && data.of_sources) {
      of_sources.push_back(candidates[i].approval);
    } else if (its.empty()) {
      const Approval& approval = *candidates[i].approval;
      covers.push_back({&approval, std::max(allowed_since(candidates[i], hearing, from),
                                            covers_since(approval, hearing.edge, things_, hearing.thing, from))});
    } else if (nearest == SIZE_MAX || its.size() < failed.size() ||
               (its.size() == failed.size() && its.front() > failed.front())) {
      nearest = i;
      failed = std::move(its);
    }
  }
  const Approval* not_linked = nullptr;
  if (covers.empty() && !of_sources.empty()) {
    const Behind& behind = sources_.behind(hearing.thing, of_sources, hearing.began, from);
    if (behind.covered()) {
      for (const SourceCover& source : behind.covers) {
        const auto candidate = std::ranges::find(candidates, source.approval, &Candidate::approval);
        covers.push_back({source.approval, std::max(allowed_since(*candidate, hearing, from), source.recorded_in)});
      }
      not_linked = sources_.best_of_linked(hearing.thing, of_sources, hearing.began, from);
    } else {
      tell_missing(gap, behind.uncovered);
    }
  }
  if (!covers.empty() && !not_linked) not_linked = not_linked_by_one(hearing, from);
  if (covers.empty()) {
    gap.reason = failed.empty() ? GapReason::kOutOfScope : failed.front();
    gap.nearest = nearest == SIZE_MAX ? of_sources.front()->id : candidates[nearest].approval->id;
    if (!failed.empty()) gap.also.assign(failed.begin() + 1, failed.end());
    const bool lacks_sources = gap.reason == GapReason::kOutOfScope;
    if (!lacks_sources || gap.missing_count == 0) {
      gap.missing_sources = lacks_sources ? hearing.missing.missing_sources : std::vector<NodeId>();
      gap.missing_count = lacks_sources ? hearing.missing.missing_count : 0;
    }
  } else if (not_linked) {
    gap.reason = GapReason::kLinkage;
    gap.nearest = not_linked->id;
  } else if (hearing.reads_missing_variable) {
    gap.reason = GapReason::kNoSuchVariable;
    gap.nearest = covers.front().approval->id;
  } else {
    for (const Found& found : covers) AMONT_TRY(add_cover(hearing, *found.approval, found.recorded_in, from, to));
    return {};
  }
  add_gap(hearing.out, std::move(gap));
  return {};
}

// What a holder computes from its own data for no project needs no approval, as long as it holds them.
Status Judge::judge_own_use(Hearing& hearing, Micros from, Micros to, const Times& own) {
  Times not_own = Times(Stretch{from, to});
  for (const Stretch& stretch : own.stretches()) not_own.take_out(stretch);
  CoverageGap gap;
  gap.reason = GapReason::kNoProject;
  const auto add = [&](Micros first, Micros last) {
    gap.from = at(first);
    gap.to = at(last);
    hearing.out.gaps.push_back(gap);
  };
  if (from == to) add(from, to);
  for (const Stretch& stretch : not_own.stretches()) add(stretch.from, stretch.to);
  return {};
}

bool Judge::needs_approval(const UsedEdge& edge, const When& when) {
  Thing* const thing = things_.find(edge.used);
  return thing && needs_approval(*thing, when.from.value_or(kBeginning));
}

Result<std::optional<UseCoverage>> Judge::judge(const Case& one, const UsedEdge& edge, const When& when,
                                                const Looked& looked) {
  Thing* const thing = things_.find(edge.used);
  const Micros began = when.from.value_or(kBeginning);
  if (!thing || !needs_approval(*thing, began)) return std::optional<UseCoverage>();
  Times own;
  if (!one.project) {
    AMONT_LET(own, circumstances_.holds(one.user->performers, things_.wholes(*thing)));
    const bool throughout = !when.from                 ? own == Times::always()
                            : looked.from == looked.to ? own.contains(looked.from)
                                                       : own.contains(Stretch{looked.from, looked.to});
    if (throughout) return std::optional<UseCoverage>();
  }
  Hearing hearing{one, edge, *thing};
  hearing.began = began;
  UseCoverage& out = hearing.out;
  out.use.user = one.user->id;
  if (one.project) out.use.project = one.project->id;
  out.use.used = edge.used;
  out.use.label = edge.label;
  out.use.recorded_in = edge.begin;
  CoverageGap whole;
  if (when.from) {
    out.use.from = at(*when.from);
    if (!when.is_open) out.use.to = at(when.to);
    whole.from = at(looked.from);
    whole.to = at(looked.to);
  }
  const auto all_is_gap = [&](GapReason reason) {
    whole.reason = reason;
    out.gaps.push_back(whole);
    return std::optional<UseCoverage>(std::move(out));
  };
  if (!one.project && !when.from) return all_is_gap(GapReason::kNoProject);
  if (!one.project) {
    AMONT_TRY(judge_own_use(hearing, looked.from, looked.to, own));
    return std::optional<UseCoverage>(std::move(out));
  }
  if (one.candidates.empty()) return all_is_gap(GapReason::kNoApproval);
  if (one.prohibited) return all_is_gap(GapReason::kProhibitedPurpose);
  if (!when.from) return all_is_gap(GapReason::kUnknownTime);

  hearing.told = things_.told_at_most(*thing);
  hear_about_data(hearing);
  hearing.reads_missing_variable = reads_missing_variable(edge, things_, *thing);
  if (looked.to == looked.from) {
    AMONT_TRY(judge_piece(hearing, looked.from, looked.from));
    return std::optional<UseCoverage>(std::move(out));
  }
  std::vector<Micros> points = turning_points(hearing);
  std::erase_if(points, [&](Micros point) { return point <= looked.from || point >= looked.to; });
  points.push_back(looked.from);
  points.push_back(looked.to);
  std::ranges::sort(points);
  points.erase(std::ranges::unique(points).begin(), points.end());
  for (std::size_t i = 0; i + 1 < points.size(); ++i) AMONT_TRY(judge_piece(hearing, points[i], points[i + 1]));
  return std::optional<UseCoverage>(std::move(out));
}

}  // namespace amont::approvals
