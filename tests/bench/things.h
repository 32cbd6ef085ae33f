// Closures where things are more than nodes (W2V), by precision and granularity: Amont beside flat arrays that know the same rules.
#pragma once

#include "amont/snapshot.h"
#include "tests/bench/bench_report.h"
#include "tests/bench/walks.h"

namespace amont {

Status bench_things(const Snapshot& view, const Lineage& lineage, const WalkShape& shape, BenchReport& report);

}  // namespace amont
