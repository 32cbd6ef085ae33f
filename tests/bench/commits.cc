#include "tests/bench/commits.h"

#include <fmt/format.h>
#include <rocksdb/db.h>
#include <rocksdb/write_batch.h>

#include <atomic>
#include <functional>
#include <memory>
#include <mutex>
#include <thread>
#include <vector>

#include "amont/schema_script.h"
#include "amont/store.h"

namespace amont {
Transaction a_run(std::uint64_t number) {
  Transaction out;
  const auto node = [&](const char* kind, int i) {
    PutNode put;
    put.ref = {kind, fmt::format("bench/{:08}-{}", number, i)};
    put.props.push_back({"title", Value(fmt::format("Made by run {}", number))});
    out.changes.emplace_back(std::move(put));
    return Ref{kind, fmt::format("bench/{:08}-{}", number, i)};
  };
  const Ref run = node("run", 0);
  std::vector<Ref> sets;
  for (int i = 1; i <= 4; ++i) sets.push_back(node("dataset", i));
  const auto edge = [&](const char* kind, const Ref& from, const Ref& to, const std::string& label) {
    PutEdge put;
    put.kind = kind;
    put.from = from;
    put.to = to;
    put.label = label;
    out.changes.emplace_back(std::move(put));
  };
  for (int i = 0; i < 4; ++i) {
    for (int n = 0; n < 2; ++n) edge("used", run, sets[static_cast<std::size_t>(i)], fmt::format("input {}", n));
    edge("derived_from", sets[static_cast<std::size_t>(i)], sets[static_cast<std::size_t>((i + 1) % 4)], "");
  }
  return out;
}

namespace {

// What `work(number)` is called with differs each time. Returns calls per second and their latencies in milliseconds.
Result<double> rate(int threads, double seconds, const std::function<Status(std::uint64_t)>& work,
                    std::vector<double>& latencies) {
  static std::atomic<std::uint64_t> next{0};
  std::mutex mutex;
  Status failed;
  const auto began = BenchClock::now();
  std::vector<std::thread> running;
  for (int i = 0; i < threads; ++i) {
    running.emplace_back([&] {
      std::vector<double> mine;
      Status status;
      while (status.ok() && seconds_since(began) < seconds) {
        const auto from = BenchClock::now();
        status = work(next++);
        mine.push_back(seconds_since(from) * 1e3);
      }
      const std::lock_guard lock(mutex);
      latencies.insert(latencies.end(), mine.begin(), mine.end());
      if (!status.ok()) failed = status;
    });
  }
  for (std::thread& thread : running) thread.join();
  AMONT_TRY(std::move(failed));
  return static_cast<double>(latencies.size()) / seconds_since(began);
}

}  // namespace

Status bench_commits(const std::string& folder, double seconds, BenchReport& report) {
  report.section("durable commits, 5 nodes and 12 edges each");
  AMONT_LET(const auto store, Store::create(folder + "/commits", hub_schema()));
  rocksdb::Options options;
  options.create_if_missing = true;
  rocksdb::DB* opened = nullptr;
  const rocksdb::Status status = rocksdb::DB::Open(options, folder + "/commits.rocks", &opened);
  const std::unique_ptr<rocksdb::DB> db(opened);
  if (!status.ok()) return io_error(status.ToString());

  const auto commit = [&](std::uint64_t number) { return store->commit(a_run(number)).status(); };
  const auto write = [&](std::uint64_t number) -> Status {
    rocksdb::WriteBatch batch;
    for (int i = 0; i < 24; ++i) (void)batch.Put(fmt::format("bench/{:08}-{:02}", number, i), std::string(60, 'v'));
    rocksdb::WriteOptions synced;
    synced.sync = true;
    const rocksdb::Status written = db->Write(synced, &batch);
    return written.ok() ? Status() : io_error(written.ToString());
  };
  for (const int threads : {1, 4, 16, 64}) {
    std::vector<double> ours, theirs;
    AMONT_LET(const double rocks, rate(threads, seconds, write, theirs));
    AMONT_LET(const double amont, rate(threads, seconds, commit, ours));
    const Spread times = spread_of(ours);
    report.note(
        fmt::format("{} thread{}, ratio to RocksDB", threads, threads == 1 ? "" : "s"), amont / rocks,
        fmt::format("{:8.2f} x RocksDB's {:.0f}/s    {:10.0f} transactions/s, {:.2f} ms at median, {:.2f} at p95",
                    amont / rocks, rocks, amont, times.median, times.p95));
  }
  return {};
}

}  // namespace amont
