// coverage(x, options) in scripts.
#include <gtest/gtest.h>

#include "tests/query/lua/hub_register.h"

namespace amont {
namespace {

class CoverageScripts : public testing::Test {
 protected:
  CoverageScripts() {
    hub.node("dataset:d", {{"restricted", Value(true)}}).node("project:p").node("project:q");
    hub.node("run:r", {{"started_at", Value(day("2026-01-01"))}, {"ended_at", Value(day("2026-01-11"))}});
    hub.node("run:s", {{"started_at", Value(day("2026-01-01"))}});
    hub.edge("performed_for", "run:r", "project:p").edge("performed_for", "run:s", "project:q");
    hub.edge("used", "run:r", "dataset:d").edge("used", "run:s", "dataset:d").edge("used", "project:p", "dataset:d");
    EXPECT_EQ(hub.commit(), 2u);
    hub.now = day("2026-02-01");
    hub.node("approval:a", {{"title", Value("A")}, {"type", Value("permit")}, {"decision", Value("granted")}},
             {day("2025-01-01"), day("2026-01-06")});
    hub.edge("for_project", "approval:a", "project:p").edge("covers", "approval:a", "dataset:d");
    EXPECT_EQ(hub.commit(), 3u);
  }

  HubRegister hub;
};

TEST_F(CoverageScripts, AUseIsATableOfNodesTimesAndLists) {
  EXPECT_EQ(
      hub.answer("local u = coverage('run:r')[1] "
                 "return u.run.ref, u.project.ref, u.dataset.ref, u.from.date, u.to.date, u.covered, #u.by, #u.gaps"),
      "run:r\nproject:p\ndataset:d\n2026-01-01\n2026-01-11\nfalse\n1\n1\n");
  EXPECT_EQ(
      hub.answer("local u = coverage('run:r')[1] local b, g = u.by[1], u.gaps[1] "
                 "return b.approval.title, b.to.date, b.recorded_in, b.recorded_late, g.from.date, g.days, g.reason, "
                 "g.nearest.ref, #g.also, #g.missing_sources"),
      "A\n2026-01-06\n3\ntrue\n2026-01-06\n5\nexpired\napproval:a\n0\n0\n");
}

TEST_F(CoverageScripts, AnApprovalThatWasThereEarlyMayHaveChangedLate) {
  const auto asked = [&] {
    return hub.answer("local by = coverage('run:t')[1].by[1] return by.recorded_in, by.recorded_late, by.changed_late");
  };
  hub.node("dataset:e", {{"restricted", Value(true)}}).node("run:t", {{"started_at", Value(day("2026-01-01"))}});
  hub.edge("performed_for", "run:t", "project:p").edge("used", "run:t", "dataset:e").commit();
  hub.edge("covers", "approval:a", "dataset:e").commit();
  EXPECT_EQ(asked(), "5\ntrue\ntrue\n");
  EXPECT_EQ(hub.answer("local by = coverage('run:r')[1].by[1] return by.recorded_late, by.changed_late"),
            "true\nfalse\n");
}

TEST_F(CoverageScripts, OptionsChooseUsesAndHowFarToLook) {
  EXPECT_EQ(
      hub.answer("return #coverage(), #coverage({}), #coverage('project:p'), #coverage(nil, {project = 'project:q'})"),
      "3\n0\n2\n1\n");
  EXPECT_EQ(hub.answer("local u = coverage(nil, {project = 'project:q', as_of = '2026-01-04', gaps = true})[1] "
                       "return u.run.ref, u.gaps[1].reason, u.gaps[1].days, u.to.date"),
            "run:s\nno_approval\n3\n2026-01-04\n");
  EXPECT_EQ(
      hub.answer(
          "local u = coverage('project:p')[1] return u.run == nil, u.project.ref, u.from == nil, u.gaps[1].reason"),
      "true\nproject:p\ntrue\nunknown_time\n");
}

TEST_F(CoverageScripts, AtAnotherTimeTheRegisterKnewLess) {
  EXPECT_EQ(
      hub.answer(
          "local u = at{known_at = 2}:coverage('run:r')[1] return #u.by, u.gaps[1].reason, u.gaps[1].nearest == nil"),
      "0\nno_approval\ntrue\n");
  EXPECT_EQ(
      hub.answer(
          "return #at{valid_at = '2026-01-05'}:coverage('run:r'), #at{valid_at = '2026-02-05'}:coverage('run:r')"),
      "1\n0\n");
}

TEST_F(CoverageScripts, WhatAnAnswerLacksIsInTheReport) {
  const Result<Report> report = hub.run("return #coverage('run:s')");
  ASSERT_TRUE(report.ok()) << report.status().text();
  ASSERT_EQ(report->completeness.reasons.size(), 1u);
  EXPECT_EQ(report->completeness.reasons[0].reason, "as_of");
}

TEST_F(CoverageScripts, MistakesAreTold) {
  EXPECT_EQ(hub.answer("return coverage('run:r', {gap = true})"),
            "script: test:1: there is no option \"gap\"; options are depth, kind, through, precision, exact, "
            "granularity, limit, "
            "as_of, gaps and project; did you mean \"gaps\"?\n");
  EXPECT_EQ(hub.answer("return coverage('run:r', {as_of = 3})"),
            "script: test:1: as_of must be a date such as \"2026-01-31\", or a time\n");
}

TEST_F(CoverageScripts, BudgetsEndIt) {
  ScriptRunLimits limits;
  limits.steps_max = 200;
  const Result<Report> report = hub.run("local n = 0 for i = 1, 100 do n = n + #coverage() end return n", {}, limits);
  EXPECT_EQ(report.code(), Code::kLimit) << report.status().text();
}

}  // namespace
}  // namespace amont
