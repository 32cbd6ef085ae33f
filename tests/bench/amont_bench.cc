// amont_bench: how fast, against the limit of the machine, in one run.
//
//   amont_bench [--edges N] [--seed S] [--walks N] [--json]
//
// Generates hub W2, imports it as JSONL, opens it again, and walks it beside a breadth-first search over flat arrays that holds the
// same lineage. Every closure is compared with the flat one before its time counts. Ratios are what to read: times depend on the
// machine and on what else it does.
#include <algorithm>
#include <chrono>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <filesystem>
#include <fstream>
#include <random>

#include <fmt/format.h>

#include "amont/exchange.h"
#include "amont/query.h"
#include "amont/schema_script.h"
#include "amont/store.h"
#include "tests/bench/flat_graph.h"
#include "tests/bench/hub_generator.h"
#include "tests/support/temp_dir.h"

namespace amont {
namespace {

using Clock = std::chrono::steady_clock;
double seconds_since(Clock::time_point start) { return std::chrono::duration<double>(Clock::now() - start).count(); }

struct Arguments {
  HubShape shape;
  std::uint64_t walks = 2000;
  bool json = false;
};

struct Spread {
  double median = 0, p95 = 0, sum = 0;
};
Spread spread_of(std::vector<double> times) {
  std::sort(times.begin(), times.end());
  Spread out{times[times.size() / 2], times[times.size() * 95 / 100], 0};
  for (const double time : times) out.sum += time;
  return out;
}

struct Row {
  std::string what;
  std::string figure;
  double value = 0;
};

class Bench {
 public:
  explicit Bench(const Arguments& arguments) : arguments_(arguments), path_(temp_ / "hub") {}

  Status run() {
    AMONT_TRY(import());
    AMONT_TRY(open());
    AMONT_TRY(walk("upstream", Direction::kUpstream));
    AMONT_TRY(walk("downstream", Direction::kDownstream));
    return {};
  }

  void print() const {
    if (arguments_.json) {
      std::string out = "{";
      for (const Row& row : rows_)
        out += fmt::format("{}\"{}\": {:.6g}", out.size() > 1 ? ", " : "", row.what, row.value);
      fmt::print("{}}}\n", out);
      return;
    }
    for (const Row& row : rows_) fmt::print("{:<44} {}\n", row.what, row.figure);
  }

 private:
  void note(std::string what, double value, std::string figure) {
    rows_.push_back({std::move(what), std::move(figure), value});
  }

  Status import() {
    const std::string file = temp_ / "hub.jsonl";
    {
      std::ofstream out(file, std::ios::binary);
      hub_ = generate_hub(arguments_.shape, [&](std::string_view line) { out << line << '\n'; });
    }
    const std::uint64_t bytes = std::filesystem::file_size(file);
    note("nodes", static_cast<double>(hub_.refs.size()), fmt::format("{}", hub_.refs.size()));
    note("edges", static_cast<double>(hub_.edges.size()), fmt::format("{}", hub_.edges.size()));
    AMONT_LET(const auto store, Store::create(path_, hub_schema()));
    ImportOptions options;
    options.file = "hub.jsonl";
    options.total_bytes = bytes;
    std::ifstream in(file, std::ios::binary);
    const auto start = Clock::now();
    AMONT_LET(const ImportReport report, import_jsonl(
                                             *store,
                                             [&](std::span<char> out) -> Result<std::size_t> {
                                               in.read(out.data(), static_cast<std::streamsize>(out.size()));
                                               return static_cast<std::size_t>(in.gcount());
                                             },
                                             options));
    const double took = seconds_since(start);
    if (report.nodes != hub_.refs.size() || report.edges != hub_.edges.size())
      return damaged(fmt::format("imported {} nodes and {} edges", report.nodes, report.edges));
    note("import seconds", took, fmt::format("{:.2f} s", took));
    const double rate = static_cast<double>(hub_.records) / took;
    note("import records per second", rate, fmt::format("{:.0f} records/s", rate));
    return {};
  }

  Status open() {
    std::uint64_t disk = 0;
    for (const auto& entry : std::filesystem::recursive_directory_iterator(path_))
      if (entry.is_regular_file()) disk += entry.file_size();
    note("disk bytes per edge", static_cast<double>(disk) / static_cast<double>(hub_.edges.size()),
         fmt::format("{:.1f} MB, {:.1f} bytes an edge (log, index, properties)", static_cast<double>(disk) / 1e6,
                     static_cast<double>(disk) / static_cast<double>(hub_.edges.size())));
    std::vector<double> opens, first_answers;
    for (int i = 0; i < 5; ++i) {
      store_.reset();
      const auto start = Clock::now();
      AMONT_LET(store_, Store::open(path_));
      opens.push_back(seconds_since(start) * 1e3);
      AMONT_LET(const Snapshot view, store_->snapshot());
      AMONT_LET(const auto id, view.find(*Ref::parse(hub_.refs.back())));
      const NodeId starts[] = {*id};
      AMONT_TRY(closure(view, starts, Direction::kUpstream).status());
      first_answers.push_back(seconds_since(start) * 1e3);
    }
    note("open ms", spread_of(opens).median, fmt::format("{:.1f} ms (median of 5)", spread_of(opens).median));
    note("open and first answer ms", spread_of(first_answers).median,
         fmt::format("{:.1f} ms (median of 5)", spread_of(first_answers).median));
    return {};
  }

  Status walk(const std::string& name, Direction direction) {
    AMONT_LET(const Snapshot view, store_->snapshot());
    std::vector<NodeId> ids;
    ids.reserve(hub_.refs.size());
    std::vector<std::uint32_t> number_of_id(hub_.refs.size());
    for (std::size_t i = 0; i < hub_.refs.size(); ++i) {
      AMONT_LET(const auto id, view.find(*Ref::parse(hub_.refs[i])));
      ids.push_back(*id);
      if (number_of(*id) >= number_of_id.size()) return damaged("an id beyond the nodes");
      number_of_id[number_of(*id)] = static_cast<std::uint32_t>(i);
    }
    // The flat graph is laid out by the same ids, so that both have the same locality.
    std::vector<GeneratedEdge> edges;
    edges.reserve(hub_.edges.size());
    for (const GeneratedEdge& edge : hub_.edges)
      edges.push_back(
          {static_cast<std::uint32_t>(number_of(ids[edge.from])), static_cast<std::uint32_t>(number_of(ids[edge.to]))});
    FlatGraph flat(hub_.refs.size(), edges, direction == Direction::kDownstream);

    std::mt19937_64 dice(arguments_.shape.seed + 1);
    std::vector<std::uint32_t> starts;
    for (std::uint64_t i = 0; i < arguments_.walks; ++i)
      starts.push_back(static_cast<std::uint32_t>(dice() % hub_.refs.size()));
    // Once untimed: answers are compared, pages become warm.
    std::vector<double> sizes;
    for (const std::uint32_t start : starts) {
      const NodeId from[] = {NodeId(start)};
      AMONT_LET(const Closure ours, closure(view, from, direction));
      const auto theirs = flat.closure(start);
      std::vector<std::uint32_t> a, b(theirs.begin(), theirs.end());
      for (const NodeId id : ours.exact) a.push_back(static_cast<std::uint32_t>(number_of(id)));
      std::sort(a.begin(), a.end());
      std::sort(b.begin(), b.end());
      if (a != b || !ours.possible.empty() || !ours.completeness.complete())
        return damaged(
            fmt::format("{} of node {}: {} nodes, the flat search finds {}", name, start, a.size(), b.size()));
      sizes.push_back(static_cast<double>(b.size()));
    }
    std::vector<double> ours_times, flat_times;
    for (int round = 0; round < 3; ++round) {
      for (const std::uint32_t start : starts) {
        const NodeId from[] = {NodeId(start)};
        const auto t0 = Clock::now();
        const auto theirs = flat.closure(start);
        const auto t1 = Clock::now();
        AMONT_LET(const Closure ours, closure(view, from, direction));
        const auto t2 = Clock::now();
        if (ours.exact.size() != theirs.size()) return damaged("answers that change");
        flat_times.push_back(std::chrono::duration<double, std::micro>(t1 - t0).count());
        ours_times.push_back(std::chrono::duration<double, std::micro>(t2 - t1).count());
      }
    }
    const Spread size = spread_of(sizes), ours = spread_of(ours_times), limit = spread_of(flat_times);
    note(name + " nodes median", size.median, fmt::format("{:.0f} at median, {:.0f} at p95", size.median, size.p95));
    note(name + " flat us median", limit.median,
         fmt::format("{:.2f} us at median, {:.1f} at p95", limit.median, limit.p95));
    note(name + " amont us median", ours.median,
         fmt::format("{:.2f} us at median, {:.1f} at p95", ours.median, ours.p95));
    note(name + " ratio of sums", ours.sum / limit.sum,
         fmt::format("{:.2f} x the flat search (ratio of sums)", ours.sum / limit.sum));
    note(name + " ratio of medians", ours.median / limit.median,
         fmt::format("{:.2f} x the flat search (ratio of medians)", ours.median / limit.median));
    return {};
  }

  const Arguments& arguments_;
  TempDir temp_;
  std::string path_;
  GeneratedHub hub_;
  std::unique_ptr<Store> store_;
  std::vector<Row> rows_;
};

int run(int argc, char** argv) {
  Arguments arguments;
  for (int i = 1; i < argc; ++i) {
    const bool has_value = i + 1 < argc;
    if (std::strcmp(argv[i], "--json") == 0)
      arguments.json = true;
    else if (std::strcmp(argv[i], "--edges") == 0 && has_value)
      arguments.shape.edges = std::strtoull(argv[++i], nullptr, 10);
    else if (std::strcmp(argv[i], "--seed") == 0 && has_value)
      arguments.shape.seed = std::strtoull(argv[++i], nullptr, 10);
    else if (std::strcmp(argv[i], "--walks") == 0 && has_value)
      arguments.walks = std::strtoull(argv[++i], nullptr, 10);
    else {
      const bool asked = std::strcmp(argv[i], "--help") == 0;
      fmt::print(asked ? stdout : stderr, "usage: amont_bench [--edges N] [--seed S] [--walks N] [--json]\n");
      return asked ? 0 : 2;
    }
  }
#ifndef NDEBUG
  fmt::print(stderr, "A DEBUG BUILD: these figures mean nothing. Use ./run bench.\n");
#endif
  Bench bench(arguments);
  const Status done = bench.run();
  if (!done.ok()) {
    fmt::print(stderr, "amont_bench: {}\n", done.text());
    return 1;
  }
  bench.print();
  return 0;
}

}  // namespace
}  // namespace amont

int main(int argc, char** argv) { return amont::run(argc, argv); }
