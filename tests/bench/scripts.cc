#include "tests/bench/scripts.h"

#include <algorithm>

#include <fmt/format.h>

#include "amont/script.h"

namespace amont {
namespace {

constexpr int kStarts = 2'000;

// Runs a script and gives the seconds it took, and the one number that it answers.
Result<std::pair<double, std::int64_t>> timed(Store& store, const Snapshot& view, const std::string& source) {
  ScriptRunLimits limits;
  limits.steps_max = 1'000'000'000'000;
  limits.time_ms = 600'000;
  // A set that is in the order of refs keeps them.
  limits.memory_bytes = std::max<std::uint64_t>(limits.memory_bytes, 128 * view.id_count());
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

  // Each loop is run once and ten times more: the difference is what going through an answer costs, without asking for it.
  static constexpr std::pair<const char*, const char*> kLoops[] = {
      {"rows into Lua", "n = n + 1"},
      {"rows into Lua, ref of each", "if item.ref then n = n + 1 end"},
      {"rows into Lua, a property of each", "n = n + (item.title and 1 or 1)"}};
  for (const auto& [name, body] : kLoops) {
    const auto looped = [&](int times) {
      return timed(store, view,
                   fmt::format("local n, set = 0, nodes() for _ = 1, {} do for item in set do {} end end return n",
                               times, body));
    };
    AMONT_LET(const auto once, looped(1));
    AMONT_LET(const auto more, looped(11));
    if (once.second <= 0 || more.second != 11 * once.second)
      return damaged(fmt::format("{}: the script counted {} and {} rows", name, once.second, more.second));
    const double rate = 10.0 * static_cast<double>(once.second) / (more.first - once.first);
    report.note(std::string(name) + ", rows/s", rate, fmt::format("{:10.2f} M rows/s", rate / 1e6));
  }
  return {};
}

}  // namespace amont
