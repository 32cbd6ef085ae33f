// amont_bench: how fast, against the limit of the machine and against peers, in one run.
//
// Fills a register, opens it again, and asks it questions; peers are laid out from what it holds. Every answer is compared before
// its time counts. Ratios are what to read: times depend on the machine and on what else it does. RESULTS.md has some figures.
#include <fmt/format.h>

#include <algorithm>
#include <filesystem>
#include <optional>

#include "amont/query.h"
#include "amont/store.h"
#include "tests/bench/arguments.h"
#include "tests/bench/commits.h"
#include "tests/bench/filters.h"
#include "tests/bench/goals.h"
#include "tests/bench/machine.h"
#include "tests/bench/peers.h"
#include "tests/bench/point_reads.h"
#include "tests/bench/pressure.h"
#include "tests/bench/scripts.h"
#include "tests/bench/things.h"
#include "tests/bench/workload.h"
#include "tests/support/temp_dir.h"

namespace amont {
namespace {

class Bench {
 public:
  Bench(const Arguments& arguments, BenchReport& report)
      : arguments_(arguments), report_(report), path_(temp_ / "register") {
    options_.memory_bytes = arguments.memory_bytes;
    // Pages take about 20 bytes an edge and direction, and a snapshot keeps three eighths of this at most.
    if (options_.memory_bytes == 0)
      options_.memory_bytes = std::max<std::uint64_t>(Options().memory_bytes, 128 * arguments.hub.edges);
    HubShape hub = arguments.hub;
    hub.has_variables = arguments.workload == "variables";
    workload_ = arguments.workload == "packages" ? packages_workload(arguments.packages, temp_.path())
                                                 : hub_workload(hub, temp_.path());
  }

  Status run() {
    if (arguments_.only != "commits") {
      AMONT_TRY(fill());
      AMONT_TRY(open());
      if (arguments_.workload == "variables") return things();
      if (arguments_.only == "scripts") return scripts();
      if (arguments_.only == "reads") return reads();
      if (arguments_.only == "memory") return little_memory();
      AMONT_TRY(ask());
    }
    return bench_commits(temp_.path(), arguments_.threads, arguments_.seconds, report_);
  }

 private:
  Status fill() {
    report_.section(workload_->name());
    report_.note("memory_bytes", static_cast<double>(options_.memory_bytes),
                 fmt::format("{} MiB", options_.memory_bytes >> 20));
    AMONT_LET(store_, Store::create(path_, workload_->schema(), options_));
    AMONT_LET(filled_, workload_->fill(*store_));
    const double rate = static_cast<double>(filled_.records) / filled_.seconds;
    report_.note(
        "import", rate,
        fmt::format("{:.0f} records/s ({} in {:.2f} s): {}", rate, filled_.records, filled_.seconds, filled_.how));
    AMONT_LET(const Snapshot view, store_->snapshot());
    AMONT_LET(lineage_, read_lineage(view, filled_.early ? filled_.early : view.tx()));
    AMONT_TRY(workload_->check(lineage_.nodes, lineage_.edges.size(), lineage_.fingerprint()));
    report_.note("nodes", static_cast<double>(lineage_.nodes), fmt::format("{}", lineage_.nodes));
    report_.note("edges", static_cast<double>(lineage_.edges.size()), fmt::format("{}", lineage_.edges.size()));
    store_.reset();
    disk_ = 0;
    for (const auto& entry : std::filesystem::recursive_directory_iterator(path_))
      if (entry.is_regular_file()) disk_ += entry.file_size();
    const double per_edge = static_cast<double>(disk_) / static_cast<double>(lineage_.edges.size());
    report_.note("disk", per_edge, fmt::format("{:.1f} bytes an edge: log, index, properties", per_edge));
    return {};
  }

  Status open() {
    std::vector<double> opens, first_answers;
    for (int i = 0; i < 5; ++i) {
      store_.reset();
      const auto start = BenchClock::now();
      AMONT_LET(store_, Store::open(path_, options_));
      opens.push_back(seconds_since(start) * 1e3);
      AMONT_LET(const Snapshot view, store_->snapshot());
      const NodeId starts[] = {NodeId(lineage_.nodes - 1)};
      AMONT_TRY(closure(view, starts, Direction::kUpstream).status());
      first_answers.push_back(seconds_since(start) * 1e3);
    }
    const double open = spread_of(opens).median, answer = spread_of(first_answers).median;
    report_.note("open, ms", open, fmt::format("{:.1f} ms (median of 5)", open));
    report_.note("open and first answer, ms", answer, fmt::format("{:.1f} ms (median of 5)", answer));
    return {};
  }

  // Of peers, flat arrays alone know the rules.
  Status things() {
    AMONT_LET(const Snapshot view, store_->snapshot());
    return bench_things(view, lineage_, arguments_.walks, report_);
  }

  Status scripts() {
    AMONT_LET(const Snapshot view, store_->snapshot());
    return bench_scripts(*store_, view, report_);
  }

  Status reads() {
    AMONT_LET(const Snapshot view, store_->snapshot());
    const bool with_sqlite = std::ranges::find(arguments_.peers, "sqlite") != arguments_.peers.end();
    const auto limit = flat_arrays();
    return bench_point_reads({lineage_, *limit, {}, arguments_.walks, report_}, view, disk_, temp_.path(), with_sqlite);
  }

  Status little_memory() {
    store_.reset();
    const auto limit = flat_arrays();
    AMONT_TRY(limit->load(lineage_));
    return bench_little_memory({lineage_, *limit, {}, arguments_.walks, report_}, path_, options_);
  }

  Status ask() {
    const auto limit = flat_arrays();
    AMONT_TRY(limit->load(lineage_));
    std::vector<std::unique_ptr<Peer>> peers;
    {
      AMONT_LET(const Snapshot view, store_->snapshot());
      AMONT_TRY(load_peers(view, peers));
      const Field field{lineage_, *limit, peers, arguments_.walks, report_};
      AMONT_TRY(bench_closures(field));
      AMONT_TRY(bench_reaches(field));
      AMONT_TRY(bench_paths(field));
      AMONT_TRY(bench_batches(field, view));
      std::optional<Snapshot> then;
      if (filled_.early) {
        AMONT_LET(then, store_->snapshot_at(filled_.early));
      }
      AMONT_TRY(bench_filters(field, *workload_, filled_, view, then));
      const bool with_sqlite =
          std::ranges::any_of(peers, [](const auto& peer) { return peer->name().starts_with("SQLite"); });
      AMONT_TRY(bench_point_reads(field, view, disk_, temp_.path(), with_sqlite));
      AMONT_TRY(bench_scripts(*store_, view, report_));
    }
    peers.clear();
    store_.reset();
    const Field alone{lineage_, *limit, {}, arguments_.walks, report_};
    AMONT_TRY(bench_little_memory(alone, path_, options_));
    return bench_readers(alone, path_, options_, arguments_.seconds);
  }

  Status load_peers(const Snapshot& view, std::vector<std::unique_ptr<Peer>>& peers) {
    report_.section("peers");
    AMONT_LET(peers, choose_peers(arguments_, view, lineage_.edges.size(), temp_.path(), report_));
    for (const auto& peer : peers) {
      const auto start = BenchClock::now();
      AMONT_TRY(peer->load(lineage_).while_doing(peer->name()));
      const double took = seconds_since(start);
      const char* const what = peer->name() == "Amont" ? "made its index for reaches()" : "loaded";
      report_.note(peer->name() + ", load, s", took, fmt::format("{} in {:.2f} s", what, took));
    }
    return {};
  }

  const Arguments& arguments_;
  BenchReport& report_;
  TempDir temp_;
  std::string path_;
  Options options_;
  std::unique_ptr<Workload> workload_;
  std::unique_ptr<Store> store_;
  Filled filled_;
  std::uint64_t disk_ = 0;  // bytes of the register
  Lineage lineage_;
};

int run(int argc, char** argv) {
  Arguments arguments;
  arguments.python = AMONT_SOURCE_DIR "/build/bench-python/bin/python";
  Status read = read_arguments(argc, argv, arguments);
  if (read.ok() && !arguments.help) read = check_peers(arguments);
  if (!read.ok()) {
    fmt::print(stderr, "amont_bench: {}\n", read.text());
    return 2;
  }
  if (arguments.help) {
    fmt::print("{}", usage());
    return 0;
  }
#ifndef NDEBUG
  fmt::print(stderr, "A DEBUG BUILD: these figures mean nothing. Use ./run bench.\n");
#endif
  BenchReport report(arguments.json ? stderr : stdout);
  note_machine(argc, argv, arguments, report);
  const Status done = Bench(arguments, report).run();
  if (!done.ok()) {
    fmt::print(stderr, "amont_bench: {}\n", done.text());
    return 1;
  }
  judge_goals(arguments.workload, report);
  if (arguments.json) fmt::print("{}\n", report.json());
  return 0;
}

}  // namespace
}  // namespace amont

int main(int argc, char** argv) { return amont::run(argc, argv); }
