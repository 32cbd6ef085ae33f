#include "tests/bench/peers.h"

#include <fmt/format.h>

#include <algorithm>

namespace amont {
namespace {

struct Known {
  const char* name;
  std::uint64_t edges_max;  // above that it takes part only when asked for: it would need hours, or the disk
  bool by_python;
};
constexpr Known kPeers[] = {{"boost", 200'000'000, false},
                            {"rocks", 20'000'000, false},
                            {"sqlite", 20'000'000, false},
                            {"duckdb", 2'000'000, true},
                            {"ladybug", 2'000'000, true}};

std::unique_ptr<Peer> make(const Known& known, const Arguments& arguments, const std::string& folder) {
  const std::string_view name = known.name;
  if (name == "boost") return boost_graph();
  if (name == "rocks") return rocks_keys(folder);
  if (name == "sqlite") return sqlite(folder);
  return python_peer(arguments.python, known.name, folder);
}

bool asked_for(const Arguments& arguments, const Known& known) {
  return std::ranges::any_of(arguments.peers,
                             [&](const std::string& name) { return name == "all" || name == known.name; });
}

Status absent(const Known& known, const Arguments& arguments) {
  return not_found(fmt::format("{} has no {}: ./run bench --peers all fetches it", arguments.python, known.name));
}

}  // namespace

bool is_peer(std::string_view name) {
  return std::ranges::any_of(kPeers, [&](const Known& known) { return known.name == name; });
}

std::string peer_names() {
  std::string out;
  for (const Known& known : kPeers) out += fmt::format("{}{}", out.empty() ? "" : ", ", known.name);
  return out;
}

Status check_peers(const Arguments& arguments) {
  for (const Known& known : kPeers)
    if (known.by_python && asked_for(arguments, known) && !make(known, arguments, "")) return absent(known, arguments);
  return {};
}

Result<std::vector<std::unique_ptr<Peer>>> choose_peers(const Arguments& arguments, const Snapshot& view,
                                                        std::uint64_t edges, const std::string& folder,
                                                        BenchReport& report) {
  std::vector<std::unique_ptr<Peer>> out;
  out.push_back(amont_peer(view));
  if (arguments.peers == std::vector<std::string>{"none"}) return out;
  for (const Known& known : kPeers) {
    const bool wanted = asked_for(arguments, known);
    if (!wanted && !arguments.peers.empty()) continue;
    if (!wanted && edges > known.edges_max) {
      report.remark(known.name, fmt::format("left out at this size; --peers {} has it", known.name));
      continue;
    }
    auto peer = make(known, arguments, folder);
    if (peer)
      out.push_back(std::move(peer));
    else if (wanted)
      return absent(known, arguments);
    else
      report.remark(known.name, "absent; ./run bench --peers all fetches it, and runs with it");
  }
  return out;
}

}  // namespace amont
