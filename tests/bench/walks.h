// Closures, Amont's beside its peers': the same questions, each answer compared before its time counts.
#pragma once

#include <memory>
#include <span>
#include <vector>

#include "amont/snapshot.h"
#include "tests/bench/peer.h"
#include "tests/bench/report.h"

namespace amont {

struct WalkShape {
  std::uint64_t walks = 2000;
  std::uint64_t seed = 7;
  double seconds_max = 5;  // what one peer may take for one direction; a slow one then answers the first questions only
};

// `edges` are by the ids of `view`. The first peer is the limit that the ratios are to. kDamaged when an answer differs.
Status bench_walks(const Snapshot& view, std::span<const GeneratedEdge> edges, std::vector<std::unique_ptr<Peer>> peers,
                   const WalkShape& shape, Report& report);

}  // namespace amont
