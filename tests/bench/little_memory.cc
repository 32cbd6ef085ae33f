#include <fmt/format.h>

#include <algorithm>

#include "amont/query.h"
#include "amont/store.h"
#include "tests/bench/pressure.h"

namespace amont {
namespace {

// Seconds of the questions there is time for, one round to get warm and one that counts. `asked` bounds them, and becomes less.
Result<double> walk(const Field& field, const std::string& path, const Options& options, Direction direction,
                    const std::vector<std::uint32_t>& starts, std::size_t& asked) {
  AMONT_LET(const auto store, Store::open(path, options));
  AMONT_LET(const Snapshot view, store->snapshot());
  double seconds = 0;
  for (int round = 0; round < 2; ++round) {
    const auto began = BenchClock::now();
    for (std::size_t i = 0; i < asked; ++i) {
      if (round == 0 && i > 0 && seconds_since(began) > 2 * field.shape.seconds_max) asked = i;
      const NodeId from[] = {NodeId(starts[i])};
      AMONT_LET(const Closure found, closure(view, from, direction));
      if (round > 0) continue;
      AMONT_LET(const std::uint64_t expected, field.limit.closure(starts[i], direction));
      if (found.exact.size() + found.possible.size() != expected || !found.completeness.complete())
        return damaged(fmt::format("the closure of node {} differs when memory is short", starts[i]));
    }
    seconds = seconds_since(began);
  }
  return seconds;
}

}  // namespace

Status bench_little_memory(const Field& field, const std::string& path, const Options& enough) {
  field.report.section("memory for a quarter of the pages");
  std::mt19937_64 dice(field.shape.seed + 6);
  std::vector<std::uint32_t> starts;
  for (std::uint64_t i = 0; i < field.shape.walks; ++i)
    starts.push_back(static_cast<std::uint32_t>(dice() % field.lineage.nodes));
  for (const Direction direction : {Direction::kUpstream, Direction::kDownstream}) {
    Options little = enough;
    little.memory_bytes = field.lineage.page_bytes[static_cast<std::size_t>(direction)] / 4;
    std::size_t asked = starts.size();
    AMONT_LET(const double slow, walk(field, path, little, direction, starts, asked));
    AMONT_LET(const double fast, walk(field, path, enough, direction, starts, asked));
    field.report.note(
        direction == Direction::kUpstream ? "upstream, ratio" : "downstream, ratio", slow / fast,
        fmt::format("{:8.2f} x as with all in memory    {:.1f} MB of {:.1f} MB, {:.1f} us a question    ({} questions)",
                    slow / fast, static_cast<double>(little.memory_bytes) / 1e6,
                    static_cast<double>(little.memory_bytes) / 0.25e6, slow * 1e6 / static_cast<double>(asked), asked));
    field.report.value(direction == Direction::kUpstream ? "upstream, questions" : "downstream, questions",
                       static_cast<double>(asked));
  }
  return {};
}

}  // namespace amont
