// Closures, and how long they take: amont_count_walks STORE amont|flat up|down [WALKS [ROUNDS]]. Each was asked before, so pages are
// decoded. Times are of the processor, of all walks of a round, for each edge looked at; the best round is the one that others
// disturbed least. callgrind sees the rounds and nothing else; what it prints is divided by the edges.
//
//   valgrind --tool=callgrind --cache-sim=yes --instr-atstart=no amont_count_walks STORE amont up
#include <time.h>

#include <algorithm>
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

double processor_ns() {
  timespec now{};
  clock_gettime(CLOCK_THREAD_CPUTIME_ID, &now);
  return static_cast<double>(now.tv_sec) * 1e9 + static_cast<double>(now.tv_nsec);
}

Status count(const std::string& path, bool is_flat, Direction direction, std::size_t walks, std::size_t rounds) {
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
  std::vector<double> times;
  CALLGRIND_START_INSTRUMENTATION;
  CALLGRIND_ZERO_STATS;
  for (std::size_t round = 0; round < rounds; ++round) {
    const double before = processor_ns();
    for (const std::uint32_t start : starts) (void)peer->closure(start, direction);
    times.push_back((processor_ns() - before) / static_cast<double>(edges));
  }
  CALLGRIND_STOP_INSTRUMENTATION;
  std::ranges::sort(times);
  fmt::print("{} walks, {} nodes, {} edges looked at; {:.2f} ns an edge at best, {:.2f} at median, of {} rounds\n",
             walks, nodes, edges, times.front(), times[rounds / 2], rounds);
  return {};
}

}  // namespace
}  // namespace amont

int main(int argc, char** argv) {
  const auto argument = [&](int i) { return argc > i ? std::string_view(argv[i]) : std::string_view(); };
  const auto number = [&](int i, std::size_t otherwise) {
    std::size_t out = 0;
    const std::string_view text = argument(i);
    if (text.empty()) return otherwise;
    return std::from_chars(text.data(), text.data() + text.size(), out).ptr == text.data() + text.size() ? out : 0;
  };
  const std::string_view who = argument(2), way = argument(3);
  const std::size_t walks = number(4, 400), rounds = number(5, 1);
  if ((who != "amont" && who != "flat") || (way != "up" && way != "down") || walks == 0 || rounds == 0) {
    fmt::print(stderr, "usage: amont_count_walks STORE amont|flat up|down [WALKS [ROUNDS]]\n");
    return 2;
  }
  using amont::Direction;
  const Direction direction = way == "up" ? Direction::kUpstream : Direction::kDownstream;
  const amont::Status done = amont::count(argv[1], who == "flat", direction, walks, rounds);
  if (!done.ok()) fmt::print(stderr, "{}\n", done.text());
  return done.ok() ? 0 : 1;
}
