// Durable commits, beside raw RocksDB with a synced batch of as many keys, in the same folder.
#pragma once

#include <cstdint>
#include <string>

#include "amont/transaction.h"
#include "tests/bench/bench_report.h"

namespace amont {

// 5 nodes and 12 edges of the schema hub; each number's are others.
Transaction a_run(std::uint64_t number);

// Each transaction puts 5 nodes and 12 edges; RocksDB writes 24 keys and syncs. At 1, 4, 16 and 64 threads, by turns, `seconds` of
// each.
Status bench_commits(const std::string& folder, double seconds, BenchReport& report);

}  // namespace amont
