// Closures to be counted by callgrind, which sees nothing else: amont_count_walks STORE amont|flat up|down [WALKS]. Prints how many
// edges they look at, by which what callgrind prints is divided. Each was asked before, so pages are decoded.
//
//   valgrind --tool=callgrind --cache-sim=yes --instr-atstart=no amont_count_walks STORE amont up
#include <charconv>
#include <cstdint>
#include <random>
#include <string_view>
#include <vector>

#include <fmt/format.h>

#if __has_include(<valgrind/callgrind.h>)
#include <valgrind/callgrind.h>
#else  // then it only says how many edges there are
#define CALLGRIND_START_INSTRUMENTATION
#define CALLGRIND_ZERO_STATS
#define CALLGRIND_STOP_INSTRUMENTATION
#endif

#include "amont/store.h"
#include "tests/bench/lineage.h"
#include "tests/bench/peer.h"
#include "tests/bench/rows.h"

namespace amont {
namespace {

Status count(const std::string& path, bool is_flat, Direction direction, std::size_t walks) {
  Options options;
  options.memory_bytes = 4ull << 30;
  AMONT_LET(const auto store, Store::open_read_only(path, options));
  AMONT_LET(const Snapshot view, store->snapshot());
  AMONT_LET(const Lineage lineage, read_lineage(view, 0));
  if (lineage.edges.empty()) return invalid("the register has no lineage");
  const std::unique_ptr<Peer> peer = is_flat ? flat_arrays() : amont_peer(view);
  if (is_flat) AMONT_TRY(peer->load(lineage));  // Amont's would make the index under reaches(), which no closure asks
  const Rows rows(lineage, direction);
  const auto degree = [&](std::uint32_t node) { return rows.begin[node + 1] - rows.begin[node]; };
  std::mt19937_64 dice(7);
  std::vector<std::uint32_t> starts;
  std::uint64_t nodes = 0, edges = 0;
  while (starts.size() < walks) {
    const auto start = static_cast<std::uint32_t>(dice() % lineage.nodes);
    if (degree(start) == 0) continue;
    starts.push_back(start);
    AMONT_LET(const std::uint64_t reached, peer->closure(start, direction));
    nodes += reached;
    edges += degree(start);
    for (const std::uint32_t node : peer->found()) edges += degree(node);
  }
  CALLGRIND_START_INSTRUMENTATION;
  CALLGRIND_ZERO_STATS;
  for (const std::uint32_t start : starts) (void)peer->closure(start, direction);
  CALLGRIND_STOP_INSTRUMENTATION;
  fmt::print("{} walks, {} nodes, {} edges looked at\n", walks, nodes, edges);
  return {};
}

}  // namespace
}  // namespace amont

int main(int argc, char** argv) {
  const std::string_view who = argc > 2 ? argv[2] : "", way = argc > 3 ? argv[3] : "",
                         many = argc > 4 ? argv[4] : "400";
  std::size_t walks = 0;
  const bool is_number =
      std::from_chars(many.data(), many.data() + many.size(), walks).ptr == many.data() + many.size();
  if ((who != "amont" && who != "flat") || (way != "up" && way != "down") || !is_number) {
    fmt::print(stderr, "usage: amont_count_walks STORE amont|flat up|down [WALKS]\n");
    return 2;
  }
  using amont::Direction;
  const amont::Status done =
      amont::count(argv[1], who == "flat", way == "up" ? Direction::kUpstream : Direction::kDownstream, walks);
  if (!done.ok()) fmt::print(stderr, "{}\n", done.text());
  return done.ok() ? 0 : 1;
}
