#include "tests/bench/commits.h"

#include <fmt/format.h>
#include <rocksdb/db.h>
#include <rocksdb/write_batch.h>
#include <time.h>

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

constexpr int kTurns = 5;  // by turns, so that what else the machine does meets both alike

// Calls of one kind, and how long each took in milliseconds.
struct Calls {
  double seconds = 0;
  double processor = 0;  // seconds
  std::vector<double> took;

  double rate() const { return static_cast<double>(took.size()) / seconds; }
  double processor_of_one() const { return processor / static_cast<double>(took.size()) * 1e6; }
};

// Of this process, its threads and the kernel for it.
double processor_seconds() {
  timespec time{};
  clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &time);
  return static_cast<double>(time.tv_sec) + static_cast<double>(time.tv_nsec) * 1e-9;
}

// What `work(number)` is called with differs each time.
Status call(int threads, double seconds, const std::function<Status(std::uint64_t)>& work, Calls& calls) {
  static std::atomic<std::uint64_t> next{0};
  std::mutex mutex;
  Status failed;
  const auto began = BenchClock::now();
  const double processor_before = processor_seconds();
  std::vector<std::thread> running;
  for (int i = 0; i < threads; ++i) {
    running.emplace_back([&] {
      std::vector<double> mine;
      Status status;
      do {  // once at least, however late the thread comes: rates are divided by
        const auto from = BenchClock::now();
        status = work(next++);
        mine.push_back(seconds_since(from) * 1e3);
      } while (status.ok() && seconds_since(began) < seconds);
      const std::lock_guard lock(mutex);
      calls.took.insert(calls.took.end(), mine.begin(), mine.end());
      if (!status.ok()) failed = status;
    });
  }
  for (std::thread& thread : running) thread.join();
  calls.seconds += seconds_since(began);
  calls.processor += processor_seconds() - processor_before;
  return failed;
}

constexpr std::uint64_t kFillers = 50'000'000;  // numbers that no timed call has

rocksdb::WriteBatch a_batch(std::uint64_t number) {
  rocksdb::WriteBatch batch;
  for (int i = 0; i < 24; ++i) (void)batch.Put(fmt::format("bench/{:08}-{:02}", number, i), std::string(60, 'v'));
  return batch;
}

// As its documentation advises for writes that are synced: logs are used again, so that a sync has no new size of a file to keep.
// RocksDB does so in one mode of recovery only, and once there are logs: so two are filled before any time counts.
Result<std::unique_ptr<rocksdb::DB>> rocks_that_syncs(const std::string& path) {
  rocksdb::Options options;
  options.create_if_missing = true;
  options.recycle_log_file_num = 4;
  options.wal_recovery_mode = rocksdb::WALRecoveryMode::kSkipAnyCorruptedRecords;
  rocksdb::DB* opened = nullptr;
  rocksdb::Status status = rocksdb::DB::Open(options, path, &opened);
  std::unique_ptr<rocksdb::DB> db(opened);
  if (status.ok() && db->GetDBOptions().recycle_log_file_num == 0) return damaged("RocksDB uses no log again");
  const std::uint64_t batches = 2 * options.write_buffer_size / a_batch(0).GetDataSize();
  for (std::uint64_t i = 0; i < batches && status.ok(); ++i) {
    rocksdb::WriteBatch batch = a_batch(kFillers + i);
    status = db->Write({}, &batch);
  }
  if (status.ok()) status = db->CompactRange({}, nullptr, nullptr);  // so that no timed call pays for them
  if (!status.ok()) return io_error(status.ToString());
  return db;
}

void note(BenchReport& report, const std::string& whose, const Calls& calls) {
  const Spread times = spread_of(calls.took);
  report.note(whose + ", transactions/s", calls.rate(),
              fmt::format("{:8.0f} transactions/s, {:.2f} ms at median, {:.2f} at p95, {:.0f} us of processor",
                          calls.rate(), times.median, times.p95, calls.processor_of_one()));
  report.value(whose + ", ms at median", times.median);
  report.value(whose + ", ms at p95", times.p95);
  report.value(whose + ", us of processor a transaction", calls.processor_of_one());
}

}  // namespace

Status bench_commits(const std::string& folder, const std::vector<int>& threads, double seconds, BenchReport& report) {
  report.section("durable commits, 5 nodes and 12 edges each");
  AMONT_LET(const auto store, Store::create(folder + "/commits", hub_schema()));
  AMONT_LET(const auto db, rocks_that_syncs(folder + "/commits.rocks"));

  const auto commit = [&](std::uint64_t number) { return store->commit(a_run(number)).status(); };
  const auto write = [&](std::uint64_t number) -> Status {
    rocksdb::WriteBatch batch = a_batch(number);
    rocksdb::WriteOptions synced;
    synced.sync = true;
    const rocksdb::Status written = db->Write(synced, &batch);
    return written.ok() ? Status() : io_error(written.ToString());
  };
  for (const int many : threads) {
    Calls ours, theirs;
    for (int turn = 0; turn < kTurns; ++turn) {
      AMONT_TRY(call(many, seconds / kTurns, write, theirs));
      AMONT_TRY(call(many, seconds / kTurns, commit, ours));
    }
    const std::string who = fmt::format("{} thread{}", many, many == 1 ? "" : "s");
    const double ratio = ours.rate() / theirs.rate();
    report.note(who + ", ratio to RocksDB", ratio, fmt::format("{:8.2f} x", ratio));
    note(report, who + ", Amont", ours);
    note(report, who + ", RocksDB", theirs);
  }
  const StoreInfo info = store->info();
  const double bytes = static_cast<double>(info.log_bytes) / static_cast<double>(info.head);
  const auto theirs = static_cast<double>(a_batch(0).GetDataSize());
  report.note(
      "log, bytes a transaction", bytes,
      fmt::format("{:8.0f}, compressed, into a file of its full size; RocksDB's 24 puts {:.0f}, into logs used again",
                  bytes, theirs));
  report.value("log of RocksDB, bytes a transaction", theirs);
  return {};
}

}  // namespace amont
