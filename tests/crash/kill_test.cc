// A writing process killed at random moments, with and without readers watching: nothing acknowledged is lost, nothing
// half-done is seen, and it always opens again.
//
// AMONT_SEED sets the seed, AMONT_KILLS how often; both are printed.
#include <fmt/format.h>
#include <gtest/gtest.h>
#include <signal.h>
#include <sys/wait.h>

#include <chrono>
#include <string>
#include <thread>
#include <vector>

#include "amont/store.h"
#include "tests/crash/board.h"
#include "tests/crash/child.h"
#include "tests/crash/history.h"
#include "tests/support/crash_disk.h"
#include "tests/support/repeats.h"
#include "tests/support/same_register.h"
#include "tests/support/seed.h"
#include "tests/support/small_schema.h"
#include "tests/support/temp_dir.h"

namespace amont {
namespace {

class KillTest : public testing::Test {
 protected:
  KillTest() : dice_(seed_of_this_run()), board_(map_board((temp_ / "board").c_str())) {
    EXPECT_NE(board_, nullptr);
    EXPECT_TRUE(Store::create(temp_ / "hub", small_schema()).ok());
  }

  // Lets a writer work for up to 60 ms and kills it.
  void kill_one(std::uint64_t seed) {
    Child writer("write", temp_, seed);
    // Some are killed while they open; most once they write.
    const bool early = dice_.below(8) == 0;
    for (int i = 0; !early && i < 5'000 && board_->started != seed; ++i)
      std::this_thread::sleep_for(std::chrono::milliseconds(1));
    std::this_thread::sleep_for(std::chrono::microseconds(dice_.below(60'000)));
    const int status = writer.finish(SIGKILL);
    ASSERT_TRUE(WIFSIGNALED(status)) << "the writer ended by itself: " << writer.said();
  }

  // Opens, as the next writer would, and compares everything. What was acknowledged is there; the commit that was under
  // way may be.
  void check(bool thorough) {
    const std::uint64_t acknowledged = board_->acknowledged;
    auto store = Store::open(temp_ / "hub");
    ASSERT_TRUE(store.ok()) << store.status().text();
    const auto view = (*store)->snapshot();
    ASSERT_TRUE(view.ok()) << view.status().text();
    const auto shown = length_shown(*view);
    ASSERT_TRUE(shown.ok()) << shown.status().text();
    ASSERT_GE(*shown, acknowledged);
    ASSERT_LE(*shown, acknowledged + 1);
    ASSERT_GE(*shown, board_->seen) << "a reader saw what is not there now";
    history_.advance_to(*shown);
    ASSERT_EQ(difference(*view, history_.state(), thorough), "");
  }

  TempDir temp_;
  Dice dice_;
  Board* board_;
  History history_;
};

TEST_F(KillTest, AKilledWriterLosesNothingThatWasAcknowledged) {
  const std::uint64_t kills = repeats("AMONT_KILLS", 500);
  fmt::print("AMONT_KILLS={}\n", kills);
  for (std::uint64_t n = 1; n <= kills; ++n) {
    SCOPED_TRACE(fmt::format("kill {}", n));
    kill_one(n);
    // The next writer meets what this one left: not every crash is looked at from here.
    if (dice_.below(3) > 0 && !HasFatalFailure()) check(n % 10 == 0);
    if (HasFatalFailure()) return;
  }
  check(true);
  const auto report = Store::verify(temp_ / "hub");
  ASSERT_TRUE(report.ok()) << report.status().text();
  EXPECT_TRUE(report->findings.empty()) << report->findings.front();
  EXPECT_GT(history_.length(), kills) << "the writers hardly wrote";
  fmt::print("{} commits\n", history_.length());
}

TEST_F(KillTest, ReadersInOtherProcessesSeeOnlyWhatWasCommittedAndNeverGoBack) {
  const std::uint64_t kills = repeats("AMONT_KILLS", 500) / 5;
  fmt::print("AMONT_KILLS={}\n", kills * 5);
  std::vector<std::unique_ptr<Child>> readers;
  for (std::uint64_t n = 1; n <= 4; ++n) readers.push_back(std::make_unique<Child>("read", temp_, n));
  for (std::uint64_t n = 1; n <= kills && !HasFatalFailure(); ++n) {
    SCOPED_TRACE(fmt::format("kill {}", n));
    kill_one(n);
    if (n % 4 == 0 && !HasFatalFailure()) check(false);
  }
  board_->stop = true;
  for (const auto& reader : readers) {
    const int status = reader->finish(0);
    EXPECT_TRUE(WIFEXITED(status) && WEXITSTATUS(status) == 0) << reader->said();
  }
  if (!HasFatalFailure()) check(true);
  EXPECT_GT(board_->reads, kills) << "the readers hardly read";
  fmt::print("{} commits, {} reads\n", history_.length(), board_->reads.load());
}

}  // namespace
}  // namespace amont
