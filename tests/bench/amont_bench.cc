// amont_bench: how fast, against the limit of the machine and against peers, in one run.
//
//   amont_bench [--edges N] [--seed S] [--walks N] [--seconds N] [--json]
//
// Generates hub W2, imports it as JSONL, opens it again, walks it, and commits. Every answer is compared before its time counts.
// Ratios are what to read: times depend on the machine and on what else it does.
#include <cstdlib>
#include <cstring>
#include <filesystem>
#include <fstream>

#include <fmt/format.h>

#include "amont/exchange.h"
#include "amont/query.h"
#include "amont/schema_script.h"
#include "amont/store.h"
#include "tests/bench/commits.h"
#include "tests/bench/hub_generator.h"
#include "tests/bench/walks.h"
#include "tests/support/temp_dir.h"

namespace amont {
namespace {

struct Arguments {
  HubShape hub;
  WalkShape walks;
  double seconds = 3;  // of commits, for each number of threads
  bool json = false;
};

class Bench {
 public:
  explicit Bench(const Arguments& arguments) : arguments_(arguments), path_(temp_ / "hub") {}

  Status run() {
    AMONT_TRY(import());
    AMONT_TRY(open());
    AMONT_TRY(walk());
    store_.reset();
    return bench_commits(temp_.path(), arguments_.seconds, report_);
  }

  const Report& report() const { return report_; }

 private:
  Status import() {
    report_.section("a generated hub");
    const std::string file = temp_ / "hub.jsonl";
    {
      std::ofstream out(file, std::ios::binary);
      hub_ = generate_hub(arguments_.hub, [&](std::string_view line) { out << line << '\n'; });
    }
    report_.note("nodes", static_cast<double>(hub_.refs.size()), fmt::format("{}", hub_.refs.size()));
    report_.note("edges", static_cast<double>(hub_.edges.size()), fmt::format("{}", hub_.edges.size()));
    AMONT_LET(const auto store, Store::create(path_, hub_schema()));
    ImportOptions options;
    options.file = "hub.jsonl";
    std::ifstream in(file, std::ios::binary);
    const ByteSource source = [&](std::span<char> out) -> Result<std::size_t> {
      in.read(out.data(), static_cast<std::streamsize>(out.size()));
      return static_cast<std::size_t>(in.gcount());
    };
    const auto start = BenchClock::now();
    AMONT_LET(const ImportReport imported, import_jsonl(*store, source, options));
    const double took = seconds_since(start);
    if (imported.nodes != hub_.refs.size() || imported.edges != hub_.edges.size())
      return damaged(fmt::format("imported {} nodes and {} edges", imported.nodes, imported.edges));
    const double rate = static_cast<double>(hub_.records) / took;
    report_.note("import of JSONL", rate, fmt::format("{:.0f} records/s ({:.2f} s)", rate, took));
    return {};
  }

  Status open() {
    std::uint64_t disk = 0;
    for (const auto& entry : std::filesystem::recursive_directory_iterator(path_))
      if (entry.is_regular_file()) disk += entry.file_size();
    const double per_edge = static_cast<double>(disk) / static_cast<double>(hub_.edges.size());
    report_.note("disk", per_edge, fmt::format("{:.1f} bytes an edge: log, index, properties", per_edge));
    std::vector<double> opens, first_answers;
    for (int i = 0; i < 5; ++i) {
      store_.reset();
      const auto start = BenchClock::now();
      AMONT_LET(store_, Store::open(path_));
      opens.push_back(seconds_since(start) * 1e3);
      AMONT_LET(const Snapshot view, store_->snapshot());
      AMONT_LET(const auto id, view.find(*Ref::parse(hub_.refs.back())));
      const NodeId starts[] = {*id};
      AMONT_TRY(closure(view, starts, Direction::kUpstream).status());
      first_answers.push_back(seconds_since(start) * 1e3);
    }
    const double open = spread_of(opens).median, answer = spread_of(first_answers).median;
    report_.note("open, ms", open, fmt::format("{:.1f} ms (median of 5)", open));
    report_.note("open and first answer, ms", answer, fmt::format("{:.1f} ms (median of 5)", answer));
    return {};
  }

  // Peers are laid out by the same ids, so that all have the same locality.
  Status walk() {
    AMONT_LET(const Snapshot view, store_->snapshot());
    std::vector<std::uint32_t> ids;
    ids.reserve(hub_.refs.size());
    for (const std::string& ref : hub_.refs) {
      AMONT_LET(const auto id, view.find(*Ref::parse(ref)));
      if (!id) return damaged(ref + " was not imported");
      ids.push_back(static_cast<std::uint32_t>(number_of(*id)));
    }
    std::vector<GeneratedEdge> edges;
    edges.reserve(hub_.edges.size());
    for (const GeneratedEdge& edge : hub_.edges) edges.push_back({ids[edge.from], ids[edge.to]});
    std::vector<std::unique_ptr<Peer>> peers;
    peers.push_back(flat_arrays());
    peers.push_back(boost_graph());
    peers.push_back(rocks_keys(temp_.path()));
    peers.push_back(sqlite(temp_.path()));
    return bench_walks(view, edges, std::move(peers), arguments_.walks, report_);
  }

  const Arguments& arguments_;
  TempDir temp_;
  std::string path_;
  GeneratedHub hub_;
  std::unique_ptr<Store> store_;
  Report report_;
};

// False when the arguments are none of ours.
bool read_arguments(int argc, char** argv, Arguments& out) {
  for (int i = 1; i < argc; ++i) {
    const auto takes = [&](const char* name) { return std::strcmp(argv[i], name) == 0 && i + 1 < argc; };
    if (std::strcmp(argv[i], "--json") == 0)
      out.json = true;
    else if (takes("--edges"))
      out.hub.edges = std::strtoull(argv[++i], nullptr, 10);
    else if (takes("--seed"))
      out.hub.seed = out.walks.seed = std::strtoull(argv[++i], nullptr, 10);
    else if (takes("--walks"))
      out.walks.walks = std::strtoull(argv[++i], nullptr, 10);
    else if (takes("--seconds"))
      out.seconds = out.walks.seconds_max = std::strtod(argv[++i], nullptr);
    else
      return false;
  }
  return true;
}

int run(int argc, char** argv) {
  Arguments arguments;
  if (!read_arguments(argc, argv, arguments)) {
    const bool asked = argc == 2 && std::strcmp(argv[1], "--help") == 0;
    fmt::print(asked ? stdout : stderr,
               "usage: amont_bench [--edges N] [--seed S] [--walks N] [--seconds N] [--json]\n");
    return asked ? 0 : 2;
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
  bench.report().print(arguments.json);
  return 0;
}

}  // namespace
}  // namespace amont

int main(int argc, char** argv) { return amont::run(argc, argv); }
