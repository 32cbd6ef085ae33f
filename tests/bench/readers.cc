// A writer and readers on one store, and how much of what each loses is the machine's: the same with threads in place of the others
// that take as much of the processor and of the disk and know nothing of the store.
#include <fmt/format.h>

#include <atomic>
#include <ctime>
#include <functional>
#include <mutex>
#include <thread>

#include "amont/query.h"
#include "amont/schema_script.h"
#include "amont/store.h"
#include "core/io/files.h"
#include "tests/bench/commits.h"
#include "tests/bench/pressure.h"

namespace amont {
namespace {

constexpr int kTurns = 3;  // by turns, so that what else the machine does meets all alike

struct Rates {
  double commits = 0;   // a second
  double closures = 0;  // a second, of all readers
  double cpu = 0;       // seconds of it in all
};

double cpu_seconds(clockid_t clock) {
  timespec time{};
  clock_gettime(clock, &time);
  return static_cast<double>(time.tv_sec) + static_cast<double>(time.tv_nsec) * 1e-9;
}

void burn(double seconds) {
  const double until = cpu_seconds(CLOCK_THREAD_CPUTIME_ID) + seconds;
  while (cpu_seconds(CLOCK_THREAD_CPUTIME_ID) < until) {
  }
}

enum class Writer { kNone, kReal, kStandIn };
enum class Readers { kReal, kStandIn };

class Beside {
 public:
  Beside(Store& store, std::uint64_t nodes, double seconds) : store_(store), nodes_(nodes), seconds_(seconds) {}

  // What a stand-in of the writer does each time.
  Status stand_in(const std::string& path, double cpu_for_each) {
    cpu_for_each_ = cpu_for_each;
    AMONT_LET(file_, posix_files().open_for_writing(path, OpenMode::kTruncate));
    AMONT_TRY(file_->write(0, std::string(kFileBytes, 'r')));
    return file_->sync();
  }

  Result<Rates> run(Writer writer, int readers, Readers which = Readers::kReal) {
    commits_ = closures_ = 0;
    Status failed;
    std::mutex mutex;
    const auto began = BenchClock::now();
    const double cpu_before = cpu_seconds(CLOCK_PROCESS_CPUTIME_ID);
    const auto repeat = [&](auto work) {
      Status status;
      do status = work();  // once at least, however late the thread comes: rates are divided by
      while (status.ok() && seconds_since(began) < seconds_);
      const std::lock_guard lock(mutex);
      if (!status.ok()) failed = std::move(status);
    };
    std::vector<std::thread> threads;
    if (writer == Writer::kReal) threads.emplace_back([&] { repeat([&] { return write(); }); });
    if (writer == Writer::kStandIn) threads.emplace_back([&] { repeat([&] { return sync_and_burn(); }); });
    for (int i = 0; i < readers; ++i)
      threads.emplace_back([&, i] {
        std::mt19937_64 dice(static_cast<std::uint64_t>(i));
        if (which == Readers::kReal) return repeat([&] { return read(dice); });
        repeat([&] { return burn(1e-4), Status(); });
      });
    for (std::thread& thread : threads) thread.join();
    AMONT_TRY(std::move(failed));
    const double took = seconds_since(began);
    return Rates{static_cast<double>(commits_) / took, static_cast<double>(closures_) / took,
                 cpu_seconds(CLOCK_PROCESS_CPUTIME_ID) - cpu_before};
  }

 private:
  static constexpr std::size_t kFileBytes = 1 << 20, kWriteBytes = 2 << 10;

  Status write() {
    AMONT_TRY(store_.commit(a_run(next_++)).status());
    ++commits_;
    return {};
  }
  Status sync_and_burn() {
    burn(cpu_for_each_);
    AMONT_TRY(file_->write((commits_ * kWriteBytes) % kFileBytes, std::string(kWriteBytes, 'w')));
    AMONT_TRY(file_->sync());
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
  double cpu_for_each_ = 0;
  std::unique_ptr<WritableFile> file_;
  std::uint64_t next_ = 0;  // only the writer's
  std::atomic<std::uint64_t> commits_{0}, closures_{0};
};

// Each as a share of what it is alone.
void note_share(BenchReport& report, const std::string& who, double share, double limit) {
  report.note(
      who + ", ratio", share,
      fmt::format("{:8.2f} x alone; the machine's limit {:.2f} x, of which {:.2f} x", share, limit, share / limit));
  report.value(who + ", limit", limit);
  report.value(who + ", of the limit", share / limit);
}

}  // namespace

Status bench_readers(const Field& field, const std::string& path, const Options& options, double seconds) {
  field.report.section("readers beside a writer: closures both ways, each of a new snapshot");
  AMONT_LET(const auto store, Store::open(path, options));
  Transaction schema;  // what the writer writes is of a hub
  schema.changes.emplace_back(GrowSchema{hub_schema()});
  AMONT_TRY(store->commit(schema).status());
  Beside beside(*store, field.lineage.nodes, seconds / kTurns);
  AMONT_TRY(beside.run(Writer::kNone, 1).status());  // warm
  AMONT_LET(const Rates alone, beside.run(Writer::kReal, 0));
  field.report.note("writer alone, commits/s", alone.commits, fmt::format("{:10.0f} commits/s", alone.commits));
  AMONT_TRY(beside.stand_in(path + ".stand_in", alone.cpu / (alone.commits * seconds / kTurns)));
  for (const int readers : {1, 4}) {
    Rates writer, quiet, both, burners, stand_in;
    const auto add = [](Rates& to, const Rates& one) {
      to.commits += one.commits;
      to.closures += one.closures;
    };
    for (int turn = 0; turn < kTurns; ++turn) {
      AMONT_LET(const Rates one, beside.run(Writer::kReal, 0));
      add(writer, one);
      AMONT_LET(const Rates two, beside.run(Writer::kReal, readers, Readers::kStandIn));
      add(burners, two);
      AMONT_LET(const Rates three, beside.run(Writer::kReal, readers));
      add(both, three);
      AMONT_LET(const Rates four, beside.run(Writer::kStandIn, readers));
      add(stand_in, four);
      AMONT_LET(const Rates five, beside.run(Writer::kNone, readers));
      add(quiet, five);
    }
    const std::string who = readers == 1 ? "1 reader" : fmt::format("{} readers", readers);
    note_share(field.report, "writer beside " + who, both.commits / writer.commits, burners.commits / writer.commits);
    note_share(field.report, who + " beside a writer", both.closures / quiet.closures,
               stand_in.closures / quiet.closures);
    field.report.value(who + ", closures/s", quiet.closures / kTurns);
  }
  return {};
}

}  // namespace amont
