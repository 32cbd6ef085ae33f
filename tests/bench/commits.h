// Durable commits, beside raw RocksDB with a synced batch of as many keys, in the same folder.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "amont/transaction.h"
#include "tests/bench/bench_report.h"

namespace amont {

// 5 nodes and 12 edges of the schema hub; each number's are others.
Transaction a_run(std::uint64_t number);

// Each transaction puts 5 nodes and 12 edges; RocksDB writes 24 keys and syncs. At each number of threads, by turns, `seconds` of
// each; and what of the processor a transaction took, in this process.
Status bench_commits(const std::string& folder, const std::vector<int>& threads, double seconds, BenchReport& report);

}  // namespace amont
