// Durable commits, beside raw RocksDB with a synced batch of as many keys, in the same folder.
#pragma once

#include <string>

#include "amont/status.h"
#include "tests/bench/bench_report.h"

namespace amont {

// Each transaction puts 5 nodes and 12 edges; RocksDB writes 24 keys and syncs. At 1, 4, 16 and 64 threads, `seconds` each.
Status bench_commits(const std::string& folder, double seconds, BenchReport& report);

}  // namespace amont
