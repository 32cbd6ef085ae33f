// Which peers take part.
#pragma once

#include <memory>
#include <string>
#include <vector>

#include "tests/bench/arguments.h"
#include "tests/bench/bench_report.h"
#include "tests/bench/peer.h"

namespace amont {

// Those asked for; else all that the size allows and that are at hand. Amont is the first. What is left out is told in the report.
// kInvalid for a name that is none, kNotFound for one that was asked for and is absent.
Result<std::vector<std::unique_ptr<Peer>>> choose_peers(const Arguments& arguments, const Snapshot& view,
                                                        std::uint64_t edges, const std::string& folder,
                                                        BenchReport& report);

}  // namespace amont
