// Closures and reachability, Amont's beside its peers': the same questions, each answer compared before its time counts.
#pragma once

#include <memory>
#include <span>

#include "tests/bench/bench_report.h"
#include "tests/bench/peer.h"

namespace amont {

struct WalkShape {
  std::uint64_t walks = 2000;
  std::uint64_t seed = 7;
  double seconds_max = 5;  // what one peer may take for one row; a slow one then answers the first questions only
};

// All hold the same lineage. `limit` is what the ratios are to. kDamaged when an answer differs.
struct Field {
  const Lineage& lineage;
  Peer& limit;
  std::span<const std::unique_ptr<Peer>> peers;
  const WalkShape& shape;
  BenchReport& report;
};

Status bench_closures(const Field& field);
// Does b come from a: of pairs at random, of pairs where it does, and of both by turns.
Status bench_reaches(const Field& field);

}  // namespace amont
