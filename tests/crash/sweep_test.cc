// A scripted workload on a disk of ours, crashed at every single operation and left in five kinds of disorder: nothing
// acknowledged is lost, nothing half-done is seen, and it always opens again and takes a commit. Then the same with
// operations that fail once or for ever instead of a crash.
#include <fmt/format.h>
#include <gtest/gtest.h>

#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "amont/store.h"
#include "tests/crash/history.h"
#include "tests/support/crash_files.h"
#include "tests/support/same_register.h"
#include "tests/support/small_schema.h"

namespace amont {
namespace {

// So that every transaction has a finding, too.
std::vector<Verdict> finds_something(const Snapshot&, const Snapshot& after,
                                     std::span<const std::shared_ptr<const StoredRule>> rules) {
  Verdict verdict;
  verdict.violations = 1;
  if (after.id_count() > 0) verdict.nodes = {NodeId{0}};
  return std::vector<Verdict>(rules.size(), verdict);
}

Options options_on(CrashFiles& disk, bool in_memory) {
  Options options;
  options.files = &disk;
  options.index_in_memory = in_memory;
  options.segment_bytes = 8 << 10;
  options.flush_log_bytes = 16 << 10;
  options.batch_part_bytes = 256;  // so that batches have several parts
  options.memory_bytes = 1 << 20;
  options.judge = finds_something;
  return options;
}

// The rule that every register here begins with.
Rule first_rule() { return {"first", RuleMode::kAnnotate, "-- judged by this program", {}}; }
Transaction putting_the_first_rule() {
  Transaction transaction;
  transaction.changes.push_back(PutRule{first_rule()});
  return transaction;
}

// How far the script came before something failed.
struct Progress {
  bool created = false;
  std::uint64_t acknowledged = 0;  // commits of the history
};

// Create, commits (also as batches, with retractions), flushes, a batch that is abandoned, closing, opening, more
// commits. Goes on for as long as everything is well.
class Script {
 public:
  Script(CrashFiles& disk, bool in_memory) : options_(options_on(disk, in_memory)) {}

  Progress run() {
    (void)steps();
    return done_;
  }

 private:
  Status steps() {
    {
      AMONT_LET(const std::unique_ptr<Store> store, Store::create("/hub", small_schema(), options_));
      done_.created = true;
      AMONT_TRY(store->commit(putting_the_first_rule()).status());
      AMONT_TRY(commits(*store, 8));
      AMONT_TRY(store->flush());
      AMONT_TRY(commits(*store, 8));
      AMONT_TRY(abandon_a_batch(*store));
      AMONT_TRY(commits(*store, 2));
    }
    {
      AMONT_LET(const std::unique_ptr<Store> store, Store::open("/hub", options_));
      AMONT_TRY(commits(*store, 24));
      AMONT_TRY(store->flush());
      AMONT_TRY(commits(*store, 4));
    }
    AMONT_LET(const std::unique_ptr<Store> store, Store::open("/hub", options_));
    return commits(*store, 2);
  }

  Status commits(Store& store, int count) {
    for (; count > 0; --count) {
      AMONT_TRY(commit_next(store, history_));
      history_.advance();
      done_.acknowledged = history_.length();
    }
    return {};
  }

  Status abandon_a_batch(Store& store) {
    AMONT_LET(const std::unique_ptr<Batch> batch, store.begin_batch({}));
    for (const Change& change : history_.next_changes()) AMONT_TRY(batch->add(change).status());
    return batch->abandon();
  }

  Options options_;
  History history_;
  Progress done_;
};

// What is left must open, show one of the two states it may show, and take the next commit.
void check(CrashFiles& disk, bool in_memory, const Progress& before) {
  const Options options = options_on(disk, in_memory);
  auto store = Store::open("/hub", options);
  if (!before.created && !store.ok()) {
    // Nothing was promised yet; but it must be possible to begin again.
    store = Store::create("/hub", small_schema(), options);
  }
  ASSERT_TRUE(store.ok()) << store.status().text();
  const auto view = (*store)->snapshot();
  ASSERT_TRUE(view.ok()) << view.status().text();
  const auto shown = length_shown(*view);
  ASSERT_TRUE(shown.ok()) << shown.status().text();
  ASSERT_GE(*shown, before.acknowledged);
  ASSERT_LE(*shown, before.acknowledged + 1);
  if (*shown > 0) {
    ASSERT_EQ(view->rules().size(), 1U);
    ASSERT_EQ(view->rules()[0]->rule, first_rule());
    const auto last = (*store)->log(view->tx(), view->tx());
    ASSERT_TRUE(last.ok()) << last.status().text();
    ASSERT_EQ(last->at(0).findings.size(), 1U);
  }
  History history;
  history.advance_to(*shown);
  ASSERT_EQ(difference(*view, history.state(), true), "");
  const Status committed = commit_next(**store, history);
  ASSERT_TRUE(committed.ok()) << committed.text();
  history.advance();
  const auto later = (*store)->snapshot();
  ASSERT_TRUE(later.ok()) << later.status().text();
  ASSERT_EQ(difference(*later, history.state(), false), "");
}

struct Sweep {
  bool in_memory = false;
  std::uint64_t points = 0;
  std::uint64_t cases = 0;

  // Crashes at operation `at`, checks what each model leaves; false once `at` is past the end.
  bool crash_at(std::uint64_t at) {
    CrashFiles disk;
    disk.crash_at(at);
    const Progress progress = Script(disk, in_memory).run();
    if (!disk.crashed()) return false;
    ++points;
    for (std::size_t model = 0; model < std::size(kDamageModels); ++model) {
      const std::string where = fmt::format("crash at operation {} ({}), {} model, {} commits acknowledged", at,
                                            disk.struck(), kDamageModelNames[model], progress.acknowledged);
      SCOPED_TRACE(where);
      const std::unique_ptr<CrashFiles> left = disk.after_crash(kDamageModels[model], at * 31 + model);
      ++cases;
      if ((at + model) % 3 == 0) {
        crash_again(*left, kDamageModels[model], at, progress);
      } else {
        check(*left, in_memory, progress);
      }
    }
    return !testing::Test::HasFailure();
  }

  // A second crash while the first is being recovered from.
  void crash_again(CrashFiles& left, DamageModel model, std::uint64_t at, const Progress& progress) {
    {
      const std::unique_ptr<CrashFiles> trial = left.clone();
      (void)Store::open("/hub", options_on(*trial, in_memory));
      const std::uint64_t steps = trial->mutations();
      if (steps > 0) left.crash_at(Dice(at).below(steps));
    }
    (void)Store::open("/hub", options_on(left, in_memory));
    SCOPED_TRACE("and again at " + left.struck());
    check(*left.after_crash(model, at), in_memory, progress);
  }
};

TEST(CrashSweep, EveryOperationOfAScriptWithItsIndexOnDisk) {
  Sweep sweep;
  for (std::uint64_t at = 0; sweep.crash_at(at); ++at) {
  }
  fmt::print("{} points, {} cases\n", sweep.points, sweep.cases);
  EXPECT_GT(sweep.points, 300U);
}

TEST(CrashSweep, EveryOperationOfAScriptWithItsIndexInMemory) {
  Sweep sweep{.in_memory = true};
  for (std::uint64_t at = 0; sweep.crash_at(at); ++at) {
  }
  fmt::print("{} points, {} cases\n", sweep.points, sweep.cases);
  EXPECT_GT(sweep.points, 60U);
}

// A call that fails may end what was asked for; it may not spoil what was acknowledged, nor keep the register from
// opening once the disk is well again.
void sweep_failures(bool for_ever, Code code) {
  for (std::uint64_t at = 0; !testing::Test::HasFailure(); ++at) {
    CrashFiles disk;
    if (for_ever) {
      disk.fail_forever(at, code);
    } else {
      disk.fail_once(at, code);
    }
    const Progress progress = Script(disk, false).run();
    if (disk.failures() == 0) return;
    SCOPED_TRACE(
        fmt::format("operation {} fails ({}), {} commits acknowledged", at, disk.struck(), progress.acknowledged));
    disk.clear_faults();
    // The power goes as well: what was acknowledged is on disk, and not only in memory.
    const std::unique_ptr<CrashFiles> left = disk.after_crash(kDamageModels[at % std::size(kDamageModels)], at);
    check(at % 2 == 0 ? disk : *left, false, progress);
  }
}

TEST(CrashSweep, EveryOperationFailsOnce) { sweep_failures(false, Code::kIo); }
TEST(CrashSweep, EveryOperationFailsForEver) { sweep_failures(true, Code::kIo); }
TEST(CrashSweep, TheDiskIsFullFromEveryOperationOn) { sweep_failures(true, Code::kNoSpace); }

// Writes again by itself once there is room, and everything can be read meanwhile.
TEST(CrashSweep, AFullDiskLosesNothingAndWritesAgainByItself) {
  std::uint64_t budget_max = 0;
  {
    CrashFiles disk;
    (void)Script(disk, false).run();
    budget_max = disk.used_space() * 2;
  }
  std::uint64_t full = 0;
  for (std::uint64_t budget = 0; budget < budget_max && !testing::Test::HasFailure(); budget += 997) {
    SCOPED_TRACE(fmt::format("a disk of {} bytes beyond an empty register", budget));
    CrashFiles disk;
    const Options options = options_on(disk, false);
    auto store = Store::create("/hub", small_schema(), options);
    ASSERT_TRUE(store.ok()) << store.status().text();
    ASSERT_TRUE((*store)->commit(putting_the_first_rule()).ok());
    disk.limit_space(disk.used_space() + budget);
    History history;
    Status last;
    for (int i = 0; i < 40 && last.ok(); ++i) {
      last = commit_next(**store, history);
      if (last.ok()) history.advance();
    }
    if (!last.ok()) {
      ++full;
      EXPECT_EQ(last.code(), Code::kNoSpace) << last.text();
      ASSERT_EQ(difference(*(*store)->snapshot(), history.state(), false), "") << "read on a full disk";
    }
    disk.limit_space(CrashFiles::kNoLimit);
    const Status again = commit_next(**store, history);
    ASSERT_TRUE(again.ok()) << again.text();
    history.advance();
    ASSERT_EQ(difference(*(*store)->snapshot(), history.state(), true), "");
    store->reset();
    check(disk, false, {true, history.length()});
  }
  EXPECT_GT(full, 5U);
}

}  // namespace
}  // namespace amont
