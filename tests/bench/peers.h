// Which peers take part.
#pragma once

#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "tests/bench/arguments.h"
#include "tests/bench/bench_report.h"
#include "tests/bench/peer.h"

namespace amont {

bool is_peer(std::string_view name);
std::string peer_names();  // with commas between

// kNotFound for a peer asked for by its name, or by "all", that this machine lacks.
Status check_peers(const Arguments& arguments);

// Those asked for; else all that the size allows and that are at hand. Amont is the first. What is left out is told in the report.
// kNotFound for one that was asked for and is absent.
Result<std::vector<std::unique_ptr<Peer>>> choose_peers(const Arguments& arguments, const Snapshot& view,
                                                        std::uint64_t edges, const std::string& folder,
                                                        BenchReport& report);

}  // namespace amont
