#include "query/coverage/judge.h"

#include <algorithm>

namespace amont::approvals {

// One use under way: what was found about the data, and what was decided so far.
struct Judge::Hearing {
  const Case& one;
  const UsedEdge& edge;
  Thing& thing;
  Micros began = 0;
  std::vector<OnData> data = {};             // of each candidate
  ApprovalList for_sources = {};             // that may cover only what the data were made from
  std::vector<NodeId> missing_sources = {};  // that none of these covers at any time
  bool reads_missing_variable = false;
  UseCoverage out = {};
};

namespace {

void add_ends(std::vector<Micros>& points, const Times& times) {
  for (const Stretch& stretch : times.stretches()) {
    points.push_back(stretch.from);
    points.push_back(stretch.to);
  }
}

void add_ends(std::vector<Micros>& points, const Condition& condition) {
  if (condition.times) add_ends(points, *condition.times);
}

Timestamp time_of(Micros instant) { return Timestamp{instant}; }

void add_gap(UseCoverage& out, CoverageGap gap) {
  if (!out.gaps.empty()) {
    CoverageGap& last = out.gaps.back();
    if (last.to == gap.from && last.reason == gap.reason && last.nearest == gap.nearest && last.also == gap.also &&
        last.missing_sources == gap.missing_sources) {
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
    const bool is_for_it = candidate.approval->favourable && (candidate.project.always || candidate.project.times);
    if (is_for_it && !find_cover(*candidate.approval, things_, hearing.thing, std::nullopt))
      hearing.for_sources.push_back(candidate.approval);
  }
  if (!hearing.thing.has_inputs() || hearing.for_sources.empty()) return;
  const Behind& behind = sources_.behind(hearing.thing, hearing.for_sources, hearing.began, std::nullopt);
  if (!behind.covered()) {
    hearing.missing_sources = behind.uncovered;
    return;
  }
  for (const SourceCover& source : behind.covers) {
    const auto at = std::ranges::find(one.candidates, source.approval, &Candidate::approval);
    OnData& data = hearing.data[static_cast<std::size_t>(at - one.candidates.begin())];
    const bool years_fit = allows_years(*source.approval, hearing.edge, hearing.thing);
    const bool told_fits = allows_telling(*source.approval, things_, hearing.thing);
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
    points.push_back(approval.validity.from);
    points.push_back(approval.validity.to);
    if (!approval.has_dated_cover) continue;
    for (const Cover& cover : approval.covers) add_ends(points, Times(cover.when));
    for (const Cover& cover : approval.variable_covers) add_ends(points, Times(cover.when));
  }
  return points;
}

Judge::Failures Judge::failures(const Candidate& candidate, const OnData& data, Micros instant) const {
  const Approval& approval = *candidate.approval;
  Failures failed;
  if (!approval.favourable) failed.push_back(GapReason::kNotGranted);
  if (!candidate.project.at(instant)) failed.push_back(GapReason::kOtherProject);
  if (!data.scope.contains(instant))
    failed.push_back(GapReason::kOutOfScope);
  else if (!data.depth.contains(instant))
    failed.push_back(GapReason::kOutOfDepth);
  else if (!data.identifiability.contains(instant))
    failed.push_back(GapReason::kIdentifiability);
  if (!candidate.purpose.at(instant)) failed.push_back(GapReason::kOtherPurpose);
  if (!approval.stands.contains(instant)) failed.push_back(approval.why_not(instant));
  if (!candidate.place.at(instant)) failed.push_back(GapReason::kWrongEnvironment);
  if (!approval.prerequisites.contains(instant)) failed.push_back(GapReason::kMissingPrerequisite);
  if (!candidate.people.at(instant)) failed.push_back(GapReason::kNotHabilitated);
  return failed;
}

// Of a linkage: the approval that covers most of what is brought together, when none covers all; else nullptr.
const Approval* Judge::not_linked_by_one(const Hearing& hearing, Micros instant) {
  if (hearing.one.linked.size() < 2) return nullptr;
  const Approval* best = nullptr;
  std::size_t most = 0;
  for (const Candidate& candidate : hearing.one.candidates) {
    const Approval& approval = *candidate.approval;
    const OnData all_data{Times::always(), Times::always(), Times::always()};
    if (!failures(candidate, all_data, instant).empty()) continue;
    std::size_t covered = 0;
    for (Thing* thing : hearing.one.linked)
      if (find_cover(approval, things_, *thing, instant) ||
          sources_.behind(*thing, {&approval}, hearing.began, instant).covered())
        ++covered;
    if (covered == hearing.one.linked.size()) return nullptr;
    if (!best || covered > most) {
      best = &approval;
      most = covered;
    }
  }
  return best;
}

Result<bool> Judge::is_late(TxNumber recorded_in, const Hearing& hearing) {
  if (recorded_in <= hearing.edge.begin) return false;
  auto known = tx_times_.find(recorded_in);
  if (known == tx_times_.end()) {
    AMONT_LET(const Timestamp time, reader_.index().time_of(recorded_in));
    known = tx_times_.emplace(recorded_in, time).first;
  }
  return known->second.micros > hearing.began;
}

Status Judge::add_cover(Hearing& hearing, const Approval& approval, TxNumber recorded_in, Micros from, Micros to) {
  for (CoveringApproval& known : hearing.out.by) {
    if (known.approval != approval.id || known.to.micros != from || known.recorded_in != recorded_in) continue;
    known.to = time_of(to);
    return {};
  }
  AMONT_LET(const bool late, is_late(recorded_in, hearing));
  hearing.out.by.push_back({approval.id, time_of(from), time_of(to), recorded_in, late});
  return {};
}

Status Judge::judge_piece(Hearing& hearing, Micros from, Micros to) {
  const std::vector<Candidate>& candidates = hearing.one.candidates;
  CoverageGap gap;
  gap.from = time_of(from);
  gap.to = time_of(to);
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
    Failures its = failures(candidates[i], data, from);
    if (its.empty() && data.of_sources) {
      of_sources.push_back(candidates[i].approval);
    } else if (its.empty()) {
      covers.push_back({candidates[i].approval, std::max(candidates[i].since, data.recorded_in)});
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
      not_linked = behind.best_of_linked;
      for (const SourceCover& source : behind.covers) {
        const auto at = std::ranges::find(candidates, source.approval, &Candidate::approval);
        covers.push_back({source.approval, std::max(at->since, source.recorded_in)});
      }
    } else {
      gap.missing_sources = behind.uncovered;
    }
  }
  if (!covers.empty() && !not_linked) not_linked = not_linked_by_one(hearing, from);
  if (covers.empty()) {
    gap.reason = failed.empty() ? GapReason::kOutOfScope : failed.front();
    gap.nearest = nearest == SIZE_MAX ? of_sources.front()->id : candidates[nearest].approval->id;
    if (!failed.empty()) gap.also.assign(failed.begin() + 1, failed.end());
    if (gap.reason != GapReason::kOutOfScope)
      gap.missing_sources.clear();
    else if (gap.missing_sources.empty())
      gap.missing_sources = hearing.missing_sources;
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

Result<std::optional<UseCoverage>> Judge::judge(const Case& one, const UsedEdge& edge, const When& when) {
  Thing* const thing = things_.find(edge.used);
  const Micros began = when.from.value_or(kBeginning);
  if (!thing || !needs_approval(*thing, began)) return std::optional<UseCoverage>();
  if (!one.project) {
    AMONT_LET(const bool own, circumstances_.holds(one.user->performers, things_.wholes(*thing)));
    if (own) return std::optional<UseCoverage>();
  }
  Hearing hearing{one, edge, *thing};
  hearing.began = began;
  UseCoverage& out = hearing.out;
  out.use.user = one.user->id;
  if (one.project) out.use.project = one.project->id;
  out.use.used = edge.used;
  out.use.label = edge.label;
  CoverageGap whole;
  if (when.from) {
    out.use.from = whole.from = time_of(*when.from);
    whole.to = time_of(when.to);
    if (!when.is_open) out.use.to = whole.to;
  }
  const auto all_is_gap = [&](GapReason reason) {
    whole.reason = reason;
    out.gaps.push_back(whole);
    return std::optional<UseCoverage>(std::move(out));
  };
  if (!one.project) return all_is_gap(GapReason::kNoProject);
  if (one.candidates.empty()) return all_is_gap(GapReason::kNoApproval);
  if (one.prohibited) return all_is_gap(GapReason::kProhibitedPurpose);
  if (!when.from) return all_is_gap(GapReason::kUnknownTime);

  hear_about_data(hearing);
  hearing.reads_missing_variable = reads_missing_variable(edge, things_, *thing);
  if (when.to == *when.from) {
    AMONT_TRY(judge_piece(hearing, began, began));
    return std::optional<UseCoverage>(std::move(out));
  }
  std::vector<Micros> points = turning_points(hearing);
  std::erase_if(points, [&](Micros point) { return point <= began || point >= when.to; });
  points.push_back(began);
  points.push_back(when.to);
  std::ranges::sort(points);
  points.erase(std::ranges::unique(points).begin(), points.end());
  for (std::size_t i = 0; i + 1 < points.size(); ++i) AMONT_TRY(judge_piece(hearing, points[i], points[i + 1]));
  return std::optional<UseCoverage>(std::move(out));
}

}  // namespace amont::approvals
