// Closures, reachability and paths, Amont's beside its peers': the same questions, each answer compared before its time counts.
#pragma once

#include <memory>
#include <random>
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

// Two nodes, of which the second may come from the first.
struct Pair {
  std::uint32_t cause = 0, effect = 0;
};
// Pairs where it does: causes drawn from all that is upstream of an effect.
Result<std::vector<Pair>> pairs_that_reach(const Field& field, std::uint64_t count, std::mt19937_64& dice);

Status bench_closures(const Field& field);
// Does one come from the other: of pairs at random, of pairs where it does, and of both by turns.
Status bench_reaches(const Field& field);
Status bench_paths(const Field& field);
Status bench_batches(const Field& field, const Snapshot& view);

}  // namespace amont
