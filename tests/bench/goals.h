// What was to be reached, row by row, and whether this run's figures do.
#pragma once

#include "tests/bench/bench_report.h"

namespace amont {

// The last section of the table, and "goals" in the JSON: each goal, the figure, what part of the goal it is, and a verdict.
// Figures are compared as they are, not as they are shown: 1.302 misses 1.3. What the run did not ask is "not measured".
// Of each workload the goals are told that are asked of it.
void judge_goals(const std::string& workload, BenchReport& report);

}  // namespace amont
