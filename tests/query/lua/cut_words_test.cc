// A run that ends while a text is compiled must not run the beginning of that text.
#include <gtest/gtest.h>

#include "tests/query/lua/hub_register.h"
#include "tests/query/lua/sandbox_run.h"

namespace amont {
namespace {

TEST(CutWords, EndTheRunWhereverItsStepsEndWhileTheyAreRead) {
  HubRegister hub;
  hub.node("dataset:a").commit();
  ScriptRunLimits limits;
  std::size_t ended = 0;
  for (limits.steps_max = 1; limits.steps_max < 40'000; limits.steps_max += 53) {
    const Result<Report> report =
        hub.run("local total = sum{1, 2} return coroutine.wrap(function() return median{3} end)()", {}, limits);
    if (report.ok()) break;
    ASSERT_EQ(report.code(), Code::kLimit) << limits.steps_max << ": " << report.status().text();
    ++ended;
  }
  EXPECT_GT(ended, 50u);
  EXPECT_LT(limits.steps_max, 40'000u) << "the steps were never enough";
}

TEST(CutWords, LeaveNoProgramBehindThatALoadBegan) {
  for (std::uint64_t steps = 1; steps < 6'000; steps += 37) {
    const auto outcome = sandbox_run::run("print(load(('x = 1 '):rep(900))) return 'whole'", {.steps_max = steps});
    if (outcome.status.ok()) {
      EXPECT_EQ(outcome.printed, "function\n");
    } else {
      ASSERT_EQ(outcome.status.code(), Code::kLimit) << outcome.status.text();
      EXPECT_EQ(outcome.printed, "");
    }
  }
}

}  // namespace
}  // namespace amont
