#include "tests/bench/goals.h"

#include <fmt/format.h>

#include <cmath>
#include <optional>
#include <string>
#include <string_view>

namespace amont {
namespace {

constexpr const char* kUp = "upstream closure, warm";
constexpr const char* kDown = "downstream closure, warm";
constexpr const char* kUpThings = "upstream closure, with variables";
constexpr const char* kDownThings = "downstream closure, with variables";
constexpr const char* kRead = "point read: by ref, with properties and the refs of neighbours";
constexpr const char* kCommits = "durable commits, 5 nodes and 12 edges each";
constexpr const char* kMemory = "memory for a quarter of the pages";
constexpr double kTenMillion = 1e7;

enum class Is { kAtMost, kAtLeast, kBelow, kAbove };

// A figure of the report: its section (empty: any), and how its name begins and ends, as versions stand in names.
struct Figure {
  const char* section;
  const char* begins;
  const char* ends = "";
  const char* peer =
      nullptr;  // what counts is how many times a peer's figure is as much: its name begins so, and ends alike
  const char* now =
      nullptr;  // what counts is how many times it is as much as Amont's in that section, which ends alike
};

struct Goal {
  const char* what;
  Is is;
  double bound;
  Figure figure;
  double edges_min =
      0;            // the goal is for a register as large: a smaller one can miss it, and meet it for its size only
  double unit = 1;  // the figure is in units of that
  bool hub_only = false;  // of another workload it is told, and not judged
};

constexpr const char* kSums = ", ratio of sums";
constexpr Figure kElsewhere = {"not of one run of this program", ""};
constexpr Goal kGoals[] = {
    {"upstream closure, to flat arrays", Is::kAtMost, 1.3, {kUp, "Amont", kSums}},
    {"downstream closure, to flat arrays", Is::kAtMost, 1.3, {kDown, "Amont", kSums}},
    {"upstream closure by dataset, to flat arrays", Is::kAtMost, 1.3, {kUpThings, "by dataset, exact and", kSums}},
    {"upstream closure by variable, to flat arrays", Is::kAtMost, 1.3, {kUpThings, "by variable, exact and", kSums}},
    {"downstream closure by dataset, to flat arrays", Is::kAtMost, 1.3, {kDownThings, "by dataset, exact and", kSums}},
    {"downstream closure by variable, to flat arrays",
     Is::kAtMost,
     1.3,
     {kDownThings, "by variable, exact and", kSums}},
    {"upstream closure, times faster than SQLite", Is::kAtLeast, 50, {kUp, "Amont", kSums, "SQLite"}},
    {"downstream closure, times faster than SQLite", Is::kAtLeast, 50, {kDown, "Amont", kSums, "SQLite"}},
    {"upstream closure, times faster than Boost.Graph", Is::kAbove, 1, {kUp, "Amont", kSums, "Boost"}},
    {"downstream closure, times faster than Boost.Graph", Is::kAbove, 1, {kDown, "Amont", kSums, "Boost"}},
    {"upstream closure, times faster than LadybugDB", Is::kAbove, 1, {kUp, "Amont", kSums, "LadybugDB"}},
    {"downstream closure, times faster than LadybugDB", Is::kAbove, 1, {kDown, "Amont", kSums, "LadybugDB"}},
    {"upstream closure, times faster than DuckDB", Is::kAbove, 1, {kUp, "Amont", kSums, "DuckDB"}},
    {"downstream closure, times faster than DuckDB", Is::kAbove, 1, {kDown, "Amont", kSums, "DuckDB"}},
    {"upstream closure, times faster than RocksDB", Is::kAbove, 1, {kUp, "Amont", kSums, "RocksDB"}},
    {"downstream closure, times faster than RocksDB", Is::kAbove, 1, {kDown, "Amont", kSums, "RocksDB"}},
    {"an edge's cost at 100 M edges, to that at 1 M", Is::kAtMost, 1.5, kElsewhere},
    {"known_at upstream, to now, each to flat arrays",
     Is::kAtMost,
     1.5,
     {"upstream closure, restricted", "known_at", kSums, nullptr, kUp}},
    {"known_at downstream, to now, each to flat arrays",
     Is::kAtMost,
     1.5,
     {"downstream closure, restricted", "known_at", kSums, nullptr, kDown}},
    {"reaches, pairs at random, us at median",
     Is::kAtMost,
     1,
     {"reaches, pairs at random", "Amont", ", median us"},
     kTenMillion},
    {"reaches, pairs at random, us at p95",
     Is::kAtMost,
     5,
     {"reaches, pairs at random", "Amont", ", p95 us"},
     kTenMillion},
    {"reaches, pairs that do, us at median",
     Is::kAtMost,
     1,
     {"reaches, pairs that do", "Amont", ", median us"},
     kTenMillion},
    {"reaches, pairs that do, us at p95", Is::kAtMost, 5, {"reaches, pairs that do", "Amont", ", p95 us"}, kTenMillion},
    {"point read, times faster than SQLite, sums", Is::kAtLeast, 3, {kRead, "faster than SQLite by, sums"}},
    {"import of JSONL, M records/s", Is::kAtLeast, 1, {"", "import"}, 0, 1e6, true},
    {"import of CSV, by the command, M records/s", Is::kAtLeast, 1, kElsewhere},
    {"durable commits, 1 thread, to RocksDB", Is::kAtLeast, 1, {kCommits, "1 thread, ratio to RocksDB"}},
    {"durable commits, 16 threads, to RocksDB", Is::kAtLeast, 3, {kCommits, "16 threads, ratio to RocksDB"}},
    {"open, ms", Is::kAtMost, 10, {"", "open, ms"}, kTenMillion},
    {"open and first answer, ms", Is::kAtMost, 30, {"", "open and first answer, ms"}, kTenMillion},
    {"disk, to SQLite", Is::kBelow, 1, {kRead, "disk, ratio to SQLite"}},
    {"a quarter of the memory, upstream, to all", Is::kAtMost, 20, {kMemory, "upstream, ratio"}, 0, 1, true},
    {"a quarter of the memory, downstream, to all", Is::kAtMost, 20, {kMemory, "downstream, ratio"}, 0, 1, true},
    {"rows into Lua, M/s", Is::kAtLeast, 3, {"scripts", "rows into Lua, rows/s"}, 0, 1e6},
    {"an empty script, us at median", Is::kAtMost, 50, {"scripts", "empty script, us"}},
};

std::optional<double> found_of(const Goal& goal, const BenchReport& report) {
  const auto& [section, begins, ends, peer, now] = goal.figure;
  std::optional<double> found = report.figure(section, begins, ends);
  if (found && peer) {
    const std::optional<double> theirs = report.figure(section, peer, ends);
    found = theirs ? std::optional(*theirs / *found) : std::nullopt;
  }
  if (found && now) {
    const std::optional<double> ours = report.figure(now, "Amont", ends);
    found = ours ? std::optional(*found / *ours) : std::nullopt;
  }
  if (found) *found /= goal.unit;
  return found && std::isfinite(*found) ? found : std::nullopt;
}

bool met(const Goal& goal, double found) {
  switch (goal.is) {
    case Is::kAtMost: return found <= goal.bound;
    case Is::kAtLeast: return found >= goal.bound;
    case Is::kBelow: return found < goal.bound;
    case Is::kAbove: return found > goal.bound;
  }
  return false;
}

const char* sign_of(Is is) {
  switch (is) {
    case Is::kAtMost: return "<=";
    case Is::kAtLeast: return ">=";
    case Is::kBelow: return "<";
    case Is::kAbove: return ">";
  }
  return "";
}

std::string verdict(const Goal& goal, std::optional<double> found, bool hub, double edges) {
  if (!found) return "not measured";
  if (goal.hub_only && !hub) return "no goal of this workload";
  if (!met(goal, *found)) return "missed";
  return edges < goal.edges_min ? "met at this size" : "met";
}

}  // namespace

void judge_goals(const std::string& workload, BenchReport& report) {
  report.section("goals: what is asked for, what was found, and what part of the goal it is");
  const double edges = report.figure("", "edges", "").value_or(0);
  for (const Goal& goal : kGoals) {
    const std::optional<double> found = found_of(goal, report);
    // A register with variables is asked other questions.
    const std::string_view section = goal.figure.section;
    const bool is_of_variables = section == kUpThings || section == kDownThings;
    if (!found && is_of_variables != (workload == "variables")) continue;
    report.goal(goal.what, fmt::format("{} {}", sign_of(goal.is), goal.bound), found,
                found ? std::optional(*found / goal.bound) : std::nullopt,
                verdict(goal, found, workload == "hub", edges));
  }
  report.remark("",
                "Reaches and open are goals for 10 M edges. An edge's cost at 100 M takes two runs, CSV the command.");
}

}  // namespace amont
