#include <fmt/format.h>

#include <atomic>
#include <mutex>
#include <thread>

#include "amont/query.h"
#include "amont/schema_script.h"
#include "amont/store.h"
#include "tests/bench/commits.h"
#include "tests/bench/pressure.h"

namespace amont {
namespace {

struct Rates {
  double commits = 0;   // a second
  double closures = 0;  // a second, of all readers
};

class Beside {
 public:
  Beside(Store& store, std::uint64_t nodes, double seconds) : store_(store), nodes_(nodes), seconds_(seconds) {}

  Result<Rates> run(bool writer, int readers) {
    commits_ = closures_ = 0;
    Status failed;
    std::mutex mutex;
    const auto began = BenchClock::now();
    const auto repeat = [&](auto work) {
      Status status;
      while (status.ok() && seconds_since(began) < seconds_) status = work();
      const std::lock_guard lock(mutex);
      if (!status.ok()) failed = std::move(status);
    };
    std::vector<std::thread> threads;
    if (writer) threads.emplace_back([&] { repeat([&] { return write(); }); });
    for (int i = 0; i < readers; ++i)
      threads.emplace_back([&, i] {
        std::mt19937_64 dice(static_cast<std::uint64_t>(i));
        repeat([&] { return read(dice); });
      });
    for (std::thread& thread : threads) thread.join();
    AMONT_TRY(std::move(failed));
    const double took = seconds_since(began);
    return Rates{static_cast<double>(commits_) / took, static_cast<double>(closures_) / took};
  }

 private:
  Status write() {
    AMONT_TRY(store_.commit(a_run(next_++)).status());
    ++commits_;
    return {};
  }
  Status read(std::mt19937_64& dice) {
    AMONT_LET(const Snapshot view, store_.snapshot());
    const NodeId from[] = {NodeId(dice() % nodes_)};
    AMONT_TRY(closure(view, from, dice() % 2 ? Direction::kUpstream : Direction::kDownstream).status());
    ++closures_;
    return {};
  }

  Store& store_;
  const std::uint64_t nodes_;
  const double seconds_;
  std::uint64_t next_ = 0;  // only the writer's
  std::atomic<std::uint64_t> commits_{0}, closures_{0};
};

}  // namespace

Status bench_readers(const Field& field, const std::string& path, const Options& options, double seconds) {
  field.report.section("readers beside a writer: closures both ways, each of a new snapshot");
  AMONT_LET(const auto store, Store::open(path, options));
  Transaction schema;  // what the writer writes is of a hub
  schema.changes.emplace_back(GrowSchema{hub_schema()});
  AMONT_TRY(store->commit(schema).status());
  Beside beside(*store, field.lineage.nodes, seconds);
  AMONT_TRY(beside.run(false, 1).status());  // warm
  AMONT_LET(const Rates alone, beside.run(true, 0));
  field.report.note("writer alone, commits/s", alone.commits, fmt::format("{:10.0f} commits/s", alone.commits));
  for (const int readers : {1, 4}) {
    AMONT_LET(const Rates quiet, beside.run(false, readers));
    AMONT_LET(const Rates both, beside.run(true, readers));
    const std::string who = readers == 1 ? "1 reader" : fmt::format("{} readers", readers);
    field.report.note("writer beside " + who + ", ratio", both.commits / alone.commits,
                      fmt::format("{:8.2f} x alone    {:10.0f} commits/s", both.commits / alone.commits, both.commits));
    field.report.note(who + " beside a writer, ratio", both.closures / quiet.closures,
                      fmt::format("{:8.2f} x without    {:10.0f} closures/s, and {:.0f} without",
                                  both.closures / quiet.closures, both.closures, quiet.closures));
  }
  return {};
}

}  // namespace amont
