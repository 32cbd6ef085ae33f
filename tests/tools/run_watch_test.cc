// run --watch: again whenever the script has changed, or the register.
#include <gtest/gtest.h>
#include <signal.h>
#include <unistd.h>

#include <cstdio>

#include "tests/tools/command.h"

namespace amont {
namespace {

class Watching : public testing::Test {
 protected:
  Watching() { make_hub(place_); }

  void start(const std::vector<std::string>& words) { running_ = place_.start(words); }
  std::string out() const { return place_.read(".stdout"); }
  int count(std::string_view text) const {
    int found = 0;
    const std::string all = out();
    for (std::size_t at = all.find(text); at != std::string::npos; at = all.find(text, at + 1)) ++found;
    return found;
  }
  bool wait_for(std::string_view text, int times = 1) const {
    for (int i = 0; i < 500; ++i) {
      if (count(text) >= times) return true;
      ::usleep(20'000);
    }
    return false;
  }
  Outcome stop() {
    ::kill(running_.process, SIGINT);
    return place_.wait(running_);
  }

  Workplace place_;
  Workplace::Running running_;
};

TEST_F(Watching, RunsAgainWhenTheScriptIsWrittenOrReplacedAndOnceForEachChange) {
  place_.write("mine.lua", "return 'first'");
  start({"-s", "hub", "run", "mine.lua", "--watch"});
  ASSERT_TRUE(wait_for("first\n\ncomplete")) << out();
  place_.write("mine.lua", "return 'second'");
  ASSERT_TRUE(wait_for("second\n\ncomplete")) << out();
  place_.write("mine.lua.new", "return 'third'");
  std::remove(place_.path("mine.lua").c_str());
  ::usleep(400'000);  // as an editor that takes its time
  std::rename(place_.path("mine.lua.new").c_str(), place_.path("mine.lua").c_str());
  ASSERT_TRUE(wait_for("third\n\ncomplete")) << out();
  place_.write("mine.lua", "return 'third'");  // another time, the same text
  ::usleep(800'000);
  const Outcome outcome = stop();
  EXPECT_EQ(outcome.code, 0) << outcome.err;
  EXPECT_EQ(count("--- mine.lua: first run ---"), 1);
  EXPECT_EQ(count("--- mine.lua: the script has changed ---"), 2) << outcome.out;
  EXPECT_EQ(count("complete: 0 rows"), 3) << outcome.out;
}

TEST_F(Watching, SurvivesAScriptThatIsBrokenForAMoment) {
  place_.write("mine.lua", "return 'whole'");
  start({"-s", "hub", "run", "mine.lua", "--watch"});
  ASSERT_TRUE(wait_for("whole\n\ncomplete"));
  place_.write("mine.lua", "return 'who");
  ASSERT_TRUE(wait_for("the script has changed")) << out();
  place_.write("mine.lua", "return 'mended'");
  ASSERT_TRUE(wait_for("mended\n\ncomplete")) << out();
  const Outcome outcome = stop();
  EXPECT_EQ(outcome.code, 0);
  EXPECT_NE(outcome.err.find("mine:1: unfinished string"), std::string::npos) << outcome.err;
}

TEST_F(Watching, RunsAgainAfterANewTransaction) {
  place_.write("mine.lua", "return #nodes('dataset') .. ' datasets'");
  start({"-s", "hub", "run", "mine.lua", "--watch-store"});
  ASSERT_TRUE(wait_for("2 datasets")) << out();
  {
    const auto store = Store::open(place_.path("hub"), at_day(5));
    ASSERT_TRUE(store.ok());
    Transaction transaction;
    transaction.changes.push_back(PutNode{{"dataset", "new"}, {}, {}, {}});
    ASSERT_TRUE((*store)->commit(transaction).ok());
  }
  ASSERT_TRUE(wait_for("3 datasets")) << out();
  ::usleep(500'000);
  const Outcome outcome = stop();
  EXPECT_EQ(outcome.code, 0);
  EXPECT_EQ(count(" datasets"), 2);
  EXPECT_EQ(count("--- mine.lua: transaction 5 ---"), 1);
}

TEST_F(Watching, StopsARunThatGoesOnForLong) {
  place_.write("mine.lua", "while true do end");
  start({"-s", "hub", "run", "mine.lua", "--watch", "--steps", "100000000000", "--timeout", "60"});
  ASSERT_TRUE(wait_for("first run"));
  EXPECT_EQ(stop().code, 0);
}

TEST_F(Watching, NeedsAFile) {
  EXPECT_EQ(place_.run({"-s", "hub", "run", "gaps", "--watch"}).code, 2);
  EXPECT_EQ(place_.run({"-s", "hub", "run", "none.lua", "--watch"}).code, 3);
}

}  // namespace
}  // namespace amont
