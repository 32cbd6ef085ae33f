#include "tests/bench/scripts.h"

#include <algorithm>

#include <fmt/format.h>

#include "amont/script.h"

namespace amont {
namespace {

constexpr int kStarts = 2'000;
// Of larger registers a set is gone through once more in place of ten times, and of the largest not at all: it takes minutes.
constexpr std::uint64_t kOnceMoreFrom = 2'000'000, kNotFrom = 20'000'000;

// Runs a script and gives the seconds it took, and the one number that it answers.
Result<std::pair<double, std::int64_t>> timed(Store& store, const Snapshot& view, const std::string& source,
                                              std::uint64_t memory_bytes = 0) {
  ScriptRunLimits limits;
  limits.steps_max = 1'000'000'000'000;
  limits.time_ms = 600'000;
  limits.memory_bytes = std::max(limits.memory_bytes, memory_bytes);
  const auto start = BenchClock::now();
  AMONT_LET(const Report report, run_script(view, &store, "bench", source, {}, limits));
  const double took = seconds_since(start);
  std::int64_t number = -1;
  if (report.blocks.size() == 1 && !report.blocks[0].text.empty()) number = std::stoll(report.blocks[0].text);
  return std::pair(took, number);
}

}  // namespace

Status bench_scripts(Store& store, const Snapshot& view, BenchReport& report) {
  report.section("scripts");
  std::vector<double> starts;
  for (int i = 0; i < kStarts; ++i) {
    AMONT_LET(const auto one, timed(store, view, "return 1"));
    starts.push_back(one.first * 1e6);
  }
  const Spread spread = spread_of(std::move(starts));
  report.note("empty script, us", spread.median,
              fmt::format("{:10.1f} us at median {:10.1f} at p95    ({} runs)", spread.median, spread.p95, kStarts));
  report.value("empty script, p95 us", spread.p95);

  if (view.id_count() >= kNotFrom) {
    report.remark("rows into Lua", "left out at this size");
    return {};
  }
  // Each loop is run once, and several times more: the difference is what going through an answer costs, without asking for it.
  const int again = view.id_count() >= kOnceMoreFrom ? 1 : 10;
  static constexpr std::pair<const char*, const char*> kLoops[] = {
      {"rows into Lua", "n = n + 1"},
      {"rows into Lua, ref of each", "if item.ref then n = n + 1 end"},
      {"rows into Lua, a property of each", "n = n + (item.title and 1 or 1)"}};
  for (const auto& [name, body] : kLoops) {
    const auto looped = [&](int times) {
      return timed(
          store, view,
          fmt::format("local n, set = 0, nodes() for _ = 1, {} do for item in set do {} end end return n", times, body),
          128 * view.id_count());  // a set that is in the order of refs keeps them
    };
    AMONT_LET(const auto once, looped(1));
    AMONT_LET(const auto more, looped(1 + again));
    if (once.second <= 0 || more.second != (1 + again) * once.second)
      return damaged(fmt::format("{}: the script counted {} and {} rows", name, once.second, more.second));
    const double rate = again * static_cast<double>(once.second) / (more.first - once.first);
    report.note(std::string(name) + ", rows/s", rate, fmt::format("{:10.2f} M rows/s", rate / 1e6));
  }
  return {};
}

}  // namespace amont
