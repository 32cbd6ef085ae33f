// Scripts: what it costs to begin one, and how fast the rows of an answer come into Lua.
#pragma once

#include "tests/bench/bench_report.h"

#include "amont/snapshot.h"
#include "amont/store.h"

namespace amont {

Status bench_scripts(Store& store, const Snapshot& view, BenchReport& report);

}  // namespace amont
