// Coverage on small hubs, rule by rule; query/COVERAGE.md tells the rules.
#include "amont/coverage.h"

#include <atomic>

#include "tests/query/coverage/coverage_text.h"
#include "tests/query/lua/hub_register.h"

namespace amont {
namespace {

constexpr const char* kYear = "[2026-01-01T00:00:00Z 2027-01-01T00:00:00Z)";

// dataset:base is restricted; run:r used it in 2026, for project:p.
class CoverageRules : public testing::Test {
 protected:
  CoverageRules() {
    hub.node("dataset:base", {{"restricted", Value(true)}});
    hub.node("project:p");
    run("r", "2026-01-01", "2027-01-01");
    hub.edge("used", "run:r", "dataset:base");
  }

  void run(const std::string& key, const char* from, const char* to, const std::string& type = "analysis") {
    hub.node("run:" + key, {{"type", Value(type)}, {"started_at", Value(day(from))}, {"ended_at", Value(day(to))}});
    hub.edge("performed_for", "run:" + key, "project:p");
  }
  void approval(const std::string& key, const char* from, const char* to, const char* data = "dataset:base",
                std::vector<PropertyChange> more = {}) {
    more.push_back({"type", Value("authorisation")});
    more.push_back({"decision", Value("granted")});
    const std::string ref = "approval:" + key;
    hub.node(ref, std::move(more), {day(from), day(to)});
    hub.edge("for_project", ref, "project:p");
    hub.edge("covers", ref, data);
  }
  void derived(const char* to, const char* from, const char* how = "copy") {
    hub.edge("derived_from", to, from, {{"how", Value(how)}});
  }
  // Commits what there is.
  std::string answer(std::vector<std::string> of = {}, const CoverageOptions& options = {}) {
    hub.commit();
    const Snapshot view = hub.snapshot();
    std::vector<NodeId> ids;
    for (const std::string& ref : of) ids.push_back(**view.find(*Ref::parse(ref)));
    return text_of(view, coverage(view, ids, options));
  }
  // Of the only use.
  std::string rest(std::vector<std::string> of = {}) {
    const std::string all = answer(std::move(of));
    const std::size_t line = all.find('\n');
    return line == std::string::npos ? "nothing" : all.substr(line + 1);
  }

  HubRegister hub;
};

TEST_F(CoverageRules, AUseIsToldWithItsTimeAndWhatCoversIt) {
  approval("a", "2025-01-01", "2028-01-01");
  EXPECT_EQ(answer(),
            std::string("run:r for project:p used dataset:base ") + kYear + "\n  by approval:a " + kYear + "\n");
}

TEST_F(CoverageRules, AHoleOfOneSecondIsAGapAndARenewalDoesNotRepairIt) {
  approval("v1", "2025-01-01", "2026-06-01");
  hub.node("approval:v2", {{"type", Value("permit")}, {"decision", Value("granted")}},
           {*Timestamp::parse("2026-06-01T00:00:01Z"), std::nullopt});
  hub.edge("for_project", "approval:v2", "project:p");
  hub.edge("covers", "approval:v2", "dataset:base");
  hub.edge("supersedes", "approval:v2", "approval:v1", {{"kind", Value("renews")}});
  EXPECT_EQ(rest(),
            "  by approval:v1 [2026-01-01T00:00:00Z 2026-06-01T00:00:00Z)\n"
            "  by approval:v2 [2026-06-01T00:00:01Z 2027-01-01T00:00:00Z)\n"
            "  gap [2026-06-01T00:00:00Z 2026-06-01T00:00:01Z) expired approval:v1\n");
}

TEST_F(CoverageRules, OverlappingApprovalsAreAllToldAndTouchingOnesLeaveNoGap) {
  approval("v1", "2025-01-01", "2026-06-01");
  approval("v2", "2026-06-01", "2026-09-01");
  approval("v3", "2026-08-01", "2028-01-01");
  EXPECT_EQ(rest(),
            "  by approval:v1 [2026-01-01T00:00:00Z 2026-06-01T00:00:00Z)\n"
            "  by approval:v2 [2026-06-01T00:00:00Z 2026-09-01T00:00:00Z)\n"
            "  by approval:v3 [2026-08-01T00:00:00Z 2027-01-01T00:00:00Z)\n");
}

TEST_F(CoverageRules, SuspensionsRevocationsAndReplacementsCutPiecesOut) {
  approval("a", "2025-01-01", "2028-01-01", "dataset:base",
           {{"suspended_from", Value(List{day("2026-02-01")})}, {"suspended_to", Value(List{day("2026-03-01")})}});
  hub.node("approval:stop", {{"type", Value("suspension")}});
  hub.edge("suspends", "approval:stop", "approval:a",
           {{"at", Value(day("2026-04-01"))}, {"until", Value(day("2026-05-01"))}});
  hub.edge("revokes", "approval:stop", "approval:a", {{"at", Value(day("2026-11-01"))}});
  EXPECT_EQ(rest(),
            "  by approval:a [2026-01-01T00:00:00Z 2026-02-01T00:00:00Z)\n"
            "  by approval:a [2026-03-01T00:00:00Z 2026-04-01T00:00:00Z)\n"
            "  by approval:a [2026-05-01T00:00:00Z 2026-11-01T00:00:00Z)\n"
            "  gap [2026-02-01T00:00:00Z 2026-03-01T00:00:00Z) suspended approval:a\n"
            "  gap [2026-04-01T00:00:00Z 2026-05-01T00:00:00Z) suspended approval:a\n"
            "  gap [2026-11-01T00:00:00Z 2027-01-01T00:00:00Z) revoked approval:a\n");
}

TEST_F(CoverageRules, WhatReplacesAnApprovalEndsItWhenItSaysSo) {
  approval("old", "2025-01-01", "2028-01-01");
  hub.node("approval:new", {{"decision", Value("granted")}, {"type", Value("permit")}},
           {day("2026-10-01"), std::nullopt});
  hub.edge("supersedes", "approval:new", "approval:old", {{"kind", Value("replaces")}});
  EXPECT_EQ(rest(),
            "  by approval:old [2026-01-01T00:00:00Z 2026-10-01T00:00:00Z)\n"
            "  gap [2026-10-01T00:00:00Z 2027-01-01T00:00:00Z) superseded approval:old\n");
}

TEST_F(CoverageRules, APrerequisiteMustStandAndSoMustWhatItRequires) {
  approval("a", "2025-01-01", "2028-01-01");
  hub.node("approval:opinion", {{"type", Value("ethics_opinion")}, {"decision", Value("reserves")}},
           {day("2025-01-01"), day("2026-09-01")});
  hub.node("approval:first", {{"type", Value("ethics_opinion")}, {"decision", Value("favourable")}},
           {day("2026-03-01"), std::nullopt});
  hub.edge("requires", "approval:a", "approval:opinion");
  hub.edge("requires", "approval:opinion", "approval:first");
  hub.edge("requires", "approval:first", "approval:a");  // in a circle
  EXPECT_EQ(rest(),
            "  by approval:a [2026-03-01T00:00:00Z 2026-09-01T00:00:00Z)\n"
            "  gap [2026-01-01T00:00:00Z 2026-03-01T00:00:00Z) missing_prerequisite approval:a\n"
            "  gap [2026-09-01T00:00:00Z 2027-01-01T00:00:00Z) missing_prerequisite approval:a\n");
}

TEST_F(CoverageRules, ApprovalsOfASupersededProjectCountAndThoseOfOthersDoNot) {
  hub.node("project:before").node("project:other").edge("supersedes", "project:p", "project:before");
  hub.node("approval:a", {{"type", Value("permit")}, {"decision", Value("granted")}},
           {day("2025-01-01"), day("2026-07-01")});
  hub.edge("for_project", "approval:a", "project:before").edge("covers", "approval:a", "dataset:base");
  hub.node("approval:b", {{"type", Value("permit")}, {"decision", Value("granted")}});
  hub.edge("for_project", "approval:b", "project:other").edge("covers", "approval:b", "dataset:base");
  hub.edge("under", "run:r", "approval:b");
  EXPECT_EQ(rest(),
            "  by approval:a [2026-01-01T00:00:00Z 2026-07-01T00:00:00Z)\n"
            "  gap [2026-07-01T00:00:00Z 2027-01-01T00:00:00Z) expired approval:a\n");
}

TEST_F(CoverageRules, UnderAnApprovalOfAnotherProjectIsAReasonOfItsOwn) {
  hub.node("project:other");
  hub.node("approval:b", {{"type", Value("permit")}, {"decision", Value("granted")}});
  hub.edge("for_project", "approval:b", "project:other").edge("covers", "approval:b", "dataset:base");
  hub.edge("under", "run:r", "approval:b");
  EXPECT_EQ(rest(), std::string("  gap ") + kYear + " other_project approval:b\n");
}

TEST_F(CoverageRules, PurposesMayBeNarrowerAndNeverProhibited) {
  hub.node("purpose:broad").node("purpose:narrow").edge("part_of", "purpose:narrow", "purpose:broad");
  hub.edge("for_purpose", "project:p", "purpose:narrow");
  approval("a", "2025-01-01", "2028-01-01");
  hub.edge("for_purpose", "approval:a", "purpose:broad");
  EXPECT_EQ(rest(), std::string("  by approval:a ") + kYear + "\n");
  hub.edge("for_purpose", "run:r", "purpose:broad");
  EXPECT_EQ(rest(), std::string("  by approval:a ") + kYear + "\n");
  hub.node("purpose:broad", {{"prohibited", Value(true)}});
  EXPECT_EQ(rest(), std::string("  gap ") + kYear + " prohibited_purpose\n");
}

TEST_F(CoverageRules, WithAListOnlyTheVariablesThatWereReadHaveToBeInIt) {
  for (const char* name : {"age", "sex", "town"}) {
    const std::string ref = std::string("variable:base/") + name;
    hub.node(ref).edge("part_of", ref, "dataset:base");
  }
  approval("a", "2025-01-01", "2028-01-01", "variable:base/age");
  hub.edge("covers", "approval:a", "variable:base/sex");
  EXPECT_EQ(rest(), std::string("  gap ") + kYear + " out_of_scope approval:a\n");  // it may have read all
  hub.edge("used", "run:r", "dataset:base", {{"columns", Value(List{std::string("age"), std::string("sex")})}});
  EXPECT_EQ(rest(), std::string("  by approval:a ") + kYear + "\n");
  hub.edge("used", "run:r", "dataset:base", {{"columns", Value(List{std::string("age"), std::string("town")})}});
  EXPECT_EQ(rest(), std::string("  gap ") + kYear + " out_of_scope approval:a\n");
}

TEST_F(CoverageRules, DataMayNotTellMoreOfPeopleThanAllowed) {
  hub.node("dataset:base", {{"identifiability", Value("nominative")}});
  approval("a", "2025-01-01", "2028-01-01", "dataset:base", {{"identifiability_max", Value("pseudonymised")}});
  EXPECT_EQ(rest(), std::string("  gap ") + kYear + " identifiability approval:a\n");
}

TEST_F(CoverageRules, OneWayMadeHarmlessDoesNotCleanAnother) {
  hub.node("dataset:claims", {{"restricted", Value(true)}});
  hub.node("dataset:safe", {{"identifiability", Value("anonymised")}});
  hub.node("dataset:raw").node("dataset:mixed");
  derived("dataset:safe", "dataset:claims");
  derived("dataset:mixed", "dataset:safe");
  run("s", "2026-01-01", "2027-01-01");
  hub.edge("used", "run:s", "dataset:mixed");
  EXPECT_EQ(answer({"run:s"}), "");  // all that is behind it was made harmless
  derived("dataset:raw", "dataset:claims");
  derived("dataset:mixed", "dataset:raw");
  approval("a", "2025-01-01", "2028-01-01");
  EXPECT_EQ(rest({"run:s"}), std::string("  gap ") + kYear + " out_of_scope approval:a lacks dataset:claims\n");
  approval("b", "2026-01-01", "2026-02-01", "dataset:claims");
  EXPECT_EQ(rest({"run:s"}),
            "  by approval:b [2026-01-01T00:00:00Z 2026-02-01T00:00:00Z)\n"
            "  gap [2026-02-01T00:00:00Z 2027-01-01T00:00:00Z) expired approval:b\n");
}

TEST_F(CoverageRules, SeveralApprovalsMayCoverTheSourcesTogetherUnlessTheyWereLinked) {
  hub.node("dataset:claims", {{"restricted", Value(true)}});
  hub.node("dataset:both");
  run("join", "2025-06-01", "2025-06-02", "etl");
  hub.edge("used", "run:join", "dataset:base").edge("used", "run:join", "dataset:claims");
  hub.edge("generated_by", "dataset:both", "run:join");
  run("s", "2026-01-01", "2027-01-01");
  hub.edge("used", "run:s", "dataset:both");
  approval("a", "2025-01-01", "2028-01-01");
  approval("b", "2025-01-01", "2028-01-01", "dataset:claims");
  EXPECT_EQ(rest({"run:s"}), std::string("  by approval:a ") + kYear + "\n  by approval:b " + kYear + "\n");
  hub.node("run:join", {{"type", Value("linkage")}});
  EXPECT_EQ(rest({"run:s"}), std::string("  gap ") + kYear + " linkage approval:a\n");
  hub.edge("covers", "approval:b", "dataset:base");
  EXPECT_EQ(rest({"run:s"}), std::string("  by approval:a ") + kYear + "\n  by approval:b " + kYear + "\n");
}

void expect_gap(const std::string& answer, const char* part) {
  EXPECT_NE(answer.find(part), std::string::npos) << answer;
}

TEST_F(CoverageRules, ACycleOfRestrictedDataIsASourceThatNoOtherSourceHides) {
  hub.node("dataset:c1", {{"restricted", Value(true)}})
      .node("dataset:c2", {{"restricted", Value(true)}})
      .node("dataset:t");
  derived("dataset:c1", "dataset:c2");
  derived("dataset:c2", "dataset:c1");
  derived("dataset:t", "dataset:c1");
  derived("dataset:t", "dataset:base");
  run("s", "2026-01-01", "2027-01-01");
  hub.edge("used", "run:s", "dataset:t");
  approval("a", "2025-01-01", "2028-01-01");
  expect_gap(rest({"run:s"}), "out_of_scope approval:a lacks dataset:c1 dataset:c2");
}

TEST_F(CoverageRules, AnApprovalForOpenDataOpensNothingThatWasMadeFromThem) {
  hub.node("dataset:open", {{"access_rights", Value("PUBLIC")}}).node("dataset:t", {{"restricted", Value(true)}});
  derived("dataset:t", "dataset:open");
  run("s", "2026-01-01", "2027-01-01");
  hub.edge("used", "run:s", "dataset:t");
  approval("a", "2025-01-01", "2028-01-01", "dataset:open");
  expect_gap(rest({"run:s"}), "out_of_scope approval:a");
}

TEST_F(CoverageRules, LimitsOfAnApprovalHoldForDerivedDataToo) {
  hub.node("dataset:t", {{"identifiability", Value("nominative")}}).node("dataset:u");
  derived("dataset:t", "dataset:base");
  derived("dataset:u", "dataset:base");
  run("s", "2026-01-01", "2027-01-01");
  run("v", "2026-01-01", "2027-01-01");
  hub.edge("used", "run:s", "dataset:t");
  hub.edge("used", "run:v", "dataset:u",
           {{"data_from", Value(day("2000-01-01"))}, {"data_to", Value(day("2001-01-01"))}});
  approval("a", "2025-01-01", "2028-01-01", "dataset:base",
           {{"identifiability_max", Value("pseudonymised")}, {"data_from", Value(day("2018-01-01"))}});
  expect_gap(rest({"run:s"}), "identifiability approval:a");
  expect_gap(rest({"run:v"}), "out_of_depth approval:a");
}

TEST_F(CoverageRules, WhatAListSaysOfYearsHoldsForItsVariables) {
  hub.node("variable:base/x").edge("part_of", "variable:base/x", "dataset:base");
  run("s", "2026-01-01", "2027-01-01");
  hub.edge("used", "run:s", "dataset:base",
           {{"columns", Value(List{std::string("x")})},
            {"data_from", Value(day("2005-01-01"))},
            {"data_to", Value(day("2006-01-01"))}});
  approval("a", "2025-01-01", "2028-01-01", "variable:base/x");
  hub.edge("covers", "approval:a", "dataset:base", {{"scope", Value("list")}, {"data_from", Value(day("2015-01-01"))}});
  expect_gap(rest({"run:s"}), "out_of_depth approval:a");
}

TEST_F(CoverageRules, AVariableReadFromAYearBeforeItWasThereIsMissingWhateverTheEnd) {
  hub.node("variable:base/x", {{"created_year", Value(std::int64_t{2010})}})
      .edge("part_of", "variable:base/x", "dataset:base");
  run("s", "2026-01-01", "2027-01-01");
  hub.edge("used", "run:s", "variable:base/x", {{"data_from", Value(day("2001-01-01"))}});
  approval("a", "2025-01-01", "2028-01-01");
  expect_gap(rest({"run:s"}), "no_such_variable");
}

TEST_F(CoverageRules, AnOutputIsHarmlessFromItsPassedCheckOn) {
  hub.node("output:x", {{"checked_at", Value(day("2026-06-01"))}}).edge("generated_by", "output:x", "run:r");
  run("check", "2026-05-01", "2026-05-02", "disclosure_check");
  hub.edge("checked_by", "output:x", "run:check", {{"result", Value("passed")}});
  run("early", "2026-05-31", "2026-07-01");
  run("late", "2026-06-01", "2026-07-01");
  hub.edge("used", "run:early", "output:x").edge("used", "run:late", "output:x");
  EXPECT_EQ(answer({"run:early"}),
            "run:early for project:p used output:x [2026-05-31T00:00:00Z 2026-07-01T00:00:00Z)\n"
            "  gap [2026-05-31T00:00:00Z 2026-07-01T00:00:00Z) no_approval\n");
  EXPECT_EQ(answer({"run:late"}), "");
}

TEST_F(CoverageRules, WhatAHolderComputesFromItsOwnDataNeedsNone) {
  hub.node("organisation:h").node("agent:x").edge("acts_for", "agent:x", "organisation:h");
  hub.edge("holds", "organisation:h", "dataset:base");
  hub.node("run:own", {{"started_at", Value(day("2026-01-01"))}, {"ended_at", Value(day("2026-01-02"))}});
  hub.edge("performed_by", "run:own", "agent:x").edge("used", "run:own", "dataset:base");
  EXPECT_EQ(answer({"run:own"}), "");
  hub.node("run:nobodys", {{"started_at", Value(day("2026-01-01"))}, {"ended_at", Value(day("2026-01-02"))}});
  hub.edge("used", "run:nobodys", "dataset:base");
  EXPECT_EQ(rest({"run:nobodys"}), "  gap [2026-01-01T00:00:00Z 2026-01-02T00:00:00Z) no_project\n");
}

TEST_F(CoverageRules, WhatHasNoTimeOrHasNotEndedIsSaid) {
  approval("a", "2025-01-01", "2026-03-01");
  hub.node("run:when").edge("performed_for", "run:when", "project:p").edge("used", "run:when", "dataset:base");
  EXPECT_EQ(answer({"run:when"}), "run:when for project:p used dataset:base [? ?)\n  gap [? ?) unknown_time\n");
  hub.node("run:r", {{"ended_at", std::nullopt}});
  EXPECT_EQ(rest({"run:r"}), "  by approval:a [2026-01-01T00:00:00Z 2026-01-01T00:00:00Z)\n");
  const Snapshot view = hub.snapshot();
  const NodeId of[] = {**view.find(*Ref::parse("run:r"))};
  CoverageOptions options;
  const Coverage open = *coverage(view, of, options);
  ASSERT_EQ(open.completeness.reasons.size(), 1u);
  EXPECT_EQ(open.completeness.reasons[0].reason, "as_of");
  options.as_of = day("2026-04-01");
  EXPECT_EQ(answer({"run:r"}, options),
            "run:r for project:p used dataset:base [2026-01-01T00:00:00Z 2026-04-01T00:00:00Z)\n"
            "  by approval:a [2026-01-01T00:00:00Z 2026-03-01T00:00:00Z)\n"
            "  gap [2026-03-01T00:00:00Z 2026-04-01T00:00:00Z) expired approval:a\n");
  options.as_of = day("2025-12-31");
  EXPECT_EQ(answer({"run:r"}, options), "");
}

TEST_F(CoverageRules, AskedOfAResultItGoesThroughItsAncestry) {
  hub.node("dataset:made").node("publication:x").node("output:x").node("run:other");
  run("s", "2027-01-01", "2027-02-01");
  hub.edge("generated_by", "dataset:made", "run:r").edge("generated_by", "output:x", "run:s");
  hub.edge("reports", "publication:x", "output:x").edge("used", "run:other", "dataset:base");
  hub.edge("used", "run:s", "dataset:made");
  approval("a", "2025-01-01", "2027-01-15");
  const std::string both = std::string("run:r for project:p used dataset:base ") + kYear + "\n  by approval:a " +
                           kYear +
                           "\nrun:s for project:p used dataset:made [2027-01-01T00:00:00Z 2027-02-01T00:00:00Z)\n"
                           "  by approval:a [2027-01-01T00:00:00Z 2027-01-15T00:00:00Z)\n"
                           "  gap [2027-01-15T00:00:00Z 2027-02-01T00:00:00Z) expired approval:a\n";
  EXPECT_EQ(answer({"publication:x"}), both);
  EXPECT_EQ(answer({"project:p"}), both);
  CoverageOptions options;
  options.ask.valid_at = day("2026-05-05");
  EXPECT_EQ(answer({"publication:x"}, options), std::string("run:r for project:p used dataset:base ") + kYear +
                                                    "\n  by approval:a [2026-05-05T00:00:00Z 2026-05-05T00:00:00Z)\n");
}

TEST_F(CoverageRules, LimitsTimeAndWrongQuestionsAreTold) {
  run("s", "2026-01-01", "2027-01-01");
  hub.edge("used", "run:s", "dataset:base").node("purpose:x").node("run:gone").commit();
  hub.retract("run:gone").commit();
  const Snapshot view = hub.snapshot();
  CoverageOptions options;
  options.ask.limit = 1;
  const Coverage first = *coverage(view, {}, options);
  EXPECT_EQ(first.uses.size(), 1u);
  EXPECT_EQ(first.checked, 2u);
  EXPECT_EQ(first.uncovered, 2u);
  ASSERT_EQ(first.completeness.reasons.size(), 1u);
  EXPECT_EQ(first.completeness.reasons[0].reason, "limit");
  EXPECT_EQ(first.completeness.reasons[0].count, 1u);
  const std::atomic<bool> cancelled = true;
  options.ask.cancel = &cancelled;
  EXPECT_TRUE(coverage(view, {}, options)->completeness.out_of_time());
  const NodeId purpose[] = {**view.find(*Ref::parse("purpose:x"))}, gone[] = {**view.find(*Ref::parse("run:gone"))};
  EXPECT_EQ(coverage(view, purpose).code(), Code::kInvalid);
  EXPECT_EQ(coverage(view, gone).code(), Code::kNotFound);
}

}  // namespace
}  // namespace amont
