// What a run's figures hold for: the machine, the versions, what was asked for.
#pragma once

#include "tests/bench/arguments.h"
#include "tests/bench/bench_report.h"

namespace amont {

// Shows them as the first section, and puts them in the JSON as "machine", "versions" and "run". Peers that are asked through
// Python tell their versions in their names.
void note_machine(int argc, char** argv, const Arguments& arguments, BenchReport& report);

}  // namespace amont
