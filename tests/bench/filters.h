// Closures that are asked for less than everything: Amont and its peers beside flat arrays that restrict themselves likewise.
#pragma once

#include <optional>

#include "amont/snapshot.h"
#include "tests/bench/walks.h"
#include "tests/bench/workload.h"

namespace amont {

// `then`: the register as of Filled::early, when there is such a transaction.
Status bench_filters(const Field& field, const Workload& workload, const Filled& filled, const Snapshot& now,
                     const std::optional<Snapshot>& then);

}  // namespace amont
