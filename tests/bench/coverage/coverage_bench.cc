// amont_coverage_bench [USES]: how long it takes to say of every use of a generated hub whether it was approved, then.
#include <fmt/format.h>
#include <sys/resource.h>

#include <algorithm>
#include <cstdlib>
#include <ctime>

#include "amont/coverage.h"
#include "amont/exchange.h"
#include "amont/schema_script.h"
#include "amont/store.h"
#include "tests/bench/bench_report.h"
#include "tests/bench/coverage/approved_hub.h"
#include "tests/support/temp_dir.h"

namespace amont {
namespace {

Status fill(Store& store, ApprovedHub& hub) {
  std::string lines;
  std::size_t at = 0;
  const ByteSource generate = [&](std::span<char> to) -> Result<std::size_t> {
    if (at == lines.size()) {
      lines.clear();
      at = 0;
      hub.more(lines);
    }
    const std::size_t some = std::min(to.size(), lines.size() - at);
    std::copy_n(lines.data() + at, some, to.data());
    at += some;
    return some;
  };
  ImportOptions options;
  options.file = "hub.jsonl";
  return import_jsonl(store, generate, options).status();
}

// Asks, and compares with what the hub was made to be.
Status ask(const Snapshot& view, const ApprovedHub& hub, bool gaps_only) {
  CoverageOptions options;
  options.gaps_only = gaps_only;
  const auto start = BenchClock::now();
  const std::clock_t cpu = std::clock();
  AMONT_LET(const Coverage answer, coverage(view, {}, options));
  const double took = seconds_since(start), worked = static_cast<double>(std::clock() - cpu) / CLOCKS_PER_SEC;
  if (answer.checked != hub.uses() || answer.uncovered != hub.uncovered())
    return damaged(fmt::format("{} uses and {} of them not covered, where there should be {} and {}", answer.checked,
                               answer.uncovered, hub.uses(), hub.uncovered()));
  fmt::print("coverage of everything, {}: {:.2f} s, of them {:.2f} of work: {:.2f} us a use\n",
             gaps_only ? "gaps only" : "all uses", took, worked, 1e6 * worked / static_cast<double>(answer.checked));
  return {};
}

Status ask_projects(const Snapshot& view, std::uint64_t projects) {
  std::vector<double> millis;
  for (std::uint64_t i = 0; i < 200; ++i) {
    AMONT_LET(const auto id, view.find({"project", fmt::format("p{}", i * 7919 % projects)}));
    const NodeId of[] = {*id};
    const auto start = BenchClock::now();
    AMONT_TRY(coverage(view, of).status());
    millis.push_back(seconds_since(start) * 1e3);
  }
  const Spread spread = spread_of(millis);
  fmt::print("coverage of a project: {:.2f} ms at median, {:.2f} at p95\n", spread.median, spread.p95);
  return {};
}

Status run(std::uint64_t uses) {
  TempDir temp;
  ApprovedHub hub(uses);
  {
    AMONT_LET(const auto store, Store::create(temp / "register", hub_schema()));
    const auto start = BenchClock::now();
    AMONT_TRY(fill(*store, hub));
    fmt::print("{} uses, {} approvals, {} uses not covered; imported in {:.1f} s\n", hub.uses(), hub.approvals(),
               hub.uncovered(), seconds_since(start));
  }
  AMONT_LET(const auto store, Store::open(temp / "register"));
  AMONT_LET(const Snapshot view, store->snapshot());
  AMONT_TRY(ask(view, hub, true));
  AMONT_TRY(ask(view, hub, false));
  AMONT_TRY(ask_projects(view, hub.approvals() / 2));
  rusage usage{};
  getrusage(RUSAGE_SELF, &usage);
  fmt::print("memory at most: {} MiB\n", usage.ru_maxrss >> 10);
  return {};
}

}  // namespace
}  // namespace amont

int main(int argc, char** argv) {
  const amont::Status done = amont::run(argc > 1 ? std::strtoull(argv[1], nullptr, 10) : 1'000'000);
  if (!done.ok()) fmt::print(stderr, "amont_coverage_bench: {}\n", done.text());
  return done.ok() ? 0 : 1;
}
