// backup, restore, compact, upgrade and log --follow, as one runs them.

#include <signal.h>

#include <chrono>
#include <filesystem>
#include <thread>

#include <gtest/gtest.h>

#include "tests/tools/command.h"

namespace amont {
namespace {

namespace fs = std::filesystem;

TEST(KeepingVerbs, ABackupIsRestoredAndGoesOn) {
  const Workplace place;
  make_hub(place);
  const Outcome made = place.run({"-s", "hub", "backup", "copy"});
  ASSERT_EQ(made.code, 0) << made.err;
  EXPECT_TRUE(made.out.starts_with("backed up to transaction 4 in copy: 1 of 1 file copied, ")) << made.out;
  EXPECT_TRUE(place.run({"-s", "hub", "backup", "copy"})
                  .out.starts_with("backed up to transaction 4 in copy: 0 of 1 file copied, 0 bytes; root "));
  const Outcome checked = place.run({"restore", "copy", "--check"});
  ASSERT_EQ(checked.code, 0) << checked.err;
  EXPECT_TRUE(checked.out.starts_with("copy is sound and holds the register ")) << checked.out;
  const Outcome restored = place.run({"restore", "copy", "-s", "hub2"});
  ASSERT_EQ(restored.code, 0) << restored.err;
  EXPECT_TRUE(restored.out.starts_with("restored in hub2 the register ")) << restored.out;
  EXPECT_EQ(place.run({"-s", "hub2", "get", "dataset:claims", "--json"}).out,
            place.run({"-s", "hub", "get", "dataset:claims", "--json"}).out);
  EXPECT_EQ(place.run({"-s", "hub2", "verify"}).code, 0);
  EXPECT_EQ(place.run({"-s", "hub2", "put", "dataset:more"}).out, "transaction 5\n");
}

TEST(KeepingVerbs, ProgramsAreAnsweredInJson) {
  const Workplace place;
  make_hub(place);
  const Outcome made = place.run({"-s", "hub", "backup", "copy", "--json"});
  EXPECT_TRUE(is_json(made.out)) << made.out;
  EXPECT_NE(made.out.find("\"head\": 4, \"root\": \""), std::string::npos) << made.out;
  EXPECT_TRUE(is_json(place.run({"restore", "copy", "--check", "--json"}).out));
  EXPECT_TRUE(is_json(place.run({"restore", "copy", "-s", "hub2", "--json"}).out));
  const Outcome compacted = place.run({"-s", "hub", "compact", "--json"});
  EXPECT_TRUE(is_json(compacted.out)) << compacted.out;
  const Outcome upgraded = place.run({"-s", "hub", "upgrade", "--json"});
  EXPECT_TRUE(is_json(upgraded.out)) << upgraded.out;
  EXPECT_NE(upgraded.out.find("\"from\": 1, \"to\": 1, \"transactions\": 4"), std::string::npos);
}

TEST(KeepingVerbs, WhatGoesWrongIsToldWithItsExitCode) {
  const Workplace place;
  make_hub(place);
  ASSERT_EQ(place.run({"-s", "hub", "backup", "copy"}).code, 0);
  EXPECT_EQ(place.run({"-s", "hub", "backup"}).code, 2);
  EXPECT_EQ(place.run({"-s", "nowhere", "backup", "copy"}).code, 3);
  const Outcome over = place.run({"restore", "copy", "-s", "hub"});
  EXPECT_EQ(over.code, 2);
  EXPECT_EQ(over.err, "amont: there is a register in hub already; nothing is overwritten\n");
  EXPECT_EQ(place.run({"restore", "nothing", "-s", "new"}).code, 3);
  EXPECT_FALSE(place.has("new"));
  EXPECT_EQ(place.run({"restore", "copy"}).code, 2) << "no -s";
  EXPECT_EQ(place.run({"-s", "copy", "info"}).err,
            "amont: copy is a backup; make a register of it with: amont restore copy -s DIR\n");
  std::string manifest = place.read("copy/backup");
  manifest[40] ^= 1;
  place.write("copy/backup", manifest);
  const Outcome damaged = place.run({"restore", "copy", "-s", "new"});
  EXPECT_EQ(damaged.code, 6);
  EXPECT_EQ(damaged.err, "amont: copy/backup is not what was written; make the backup again, or use another\n");
}

TEST(KeepingVerbs, CompactAndUpgradeWantTheRegisterForThemselves) {
  const Workplace place;
  make_hub(place);
  EXPECT_EQ(place.run({"-s", "hub", "upgrade"}).code, 0);
  EXPECT_EQ(place.run({"-s", "hub", "compact"}).code, 0);
  EXPECT_EQ(place.run({"-s", "hub", "verify"}).code, 0);
  const auto writer = Store::open(place.path("hub"));
  ASSERT_TRUE(writer.ok());
  EXPECT_EQ(place.run({"-s", "hub", "compact"}).code, 5);
  EXPECT_EQ(place.run({"-s", "hub", "upgrade"}).code, 5);
  EXPECT_EQ(place.run({"-s", "hub", "backup", "copy"}).code, 0) << "a backup is taken beside the writer";
}

// Waits for what a command that still runs has written.
std::string lines_of(const Workplace& place, std::size_t count) {
  std::string text;
  for (int waited = 0; waited < 20'000; waited += 5) {
    text = place.written();
    if (static_cast<std::size_t>(std::count(text.begin(), text.end(), '\n')) >= count) break;
    std::this_thread::sleep_for(std::chrono::milliseconds(5));
  }
  return text;
}

TEST(KeepingVerbs, FollowTellsEachTransactionAsItComesUntilInterrupted) {
  const Workplace place;
  make_hub(place);
  const Workplace::Running running = place.start({"-s", "hub", "log", "--follow", "--from", "3", "--format", "ndjson"});
  EXPECT_NE(lines_of(place, 2).find("\"tx\": 4"), std::string::npos);
  {
    const auto writer = Store::open(place.path("hub"));
    ASSERT_TRUE(writer.ok());
    Transaction transaction;
    transaction.changes.push_back(PutNode{{"dataset", "fresh"}, {}, {}, {}});
    ASSERT_TRUE((*writer)->commit(transaction).ok());
    const std::string text = lines_of(place, 3);
    EXPECT_TRUE(is_ndjson(text)) << text;
    EXPECT_NE(text.find("{\"tx\": 5, "), std::string::npos) << text;
    EXPECT_NE(text.find("\"changes\": [{\"node\": \"dataset:fresh\", \"props\": {}, \"begins\": true}]}"),
              std::string::npos)
        << text;
  }
  ::kill(running.process, SIGINT);
  const Outcome outcome = place.wait(running);
  EXPECT_EQ(outcome.code, 0) << outcome.err;
  EXPECT_EQ(std::count(outcome.out.begin(), outcome.out.end(), '\n'), 3);
}

TEST(KeepingVerbs, FollowEndsAfterAsManyAsWereAskedFor) {
  const Workplace place;
  make_hub(place);
  const Outcome two = place.run({"-s", "hub", "log", "--follow", "--from", "2", "--limit", "2", "--format", "ndjson"});
  EXPECT_EQ(two.code, 0) << two.err;
  EXPECT_EQ(std::count(two.out.begin(), two.out.end(), '\n'), 2) << two.out;
}

TEST(KeepingVerbs, FollowRefusesWhatItCanNotDo) {
  const Workplace place;
  make_hub(place);
  EXPECT_EQ(
      place.run({"-s", "hub", "log", "--follow", "--from", "6"}).err,
      "amont: there is nothing to watch from transaction 6 on: the register ends with 4. Was it put back to an earlier "
      "state?\n");
  EXPECT_EQ(place.run({"-s", "hub", "log", "--follow", "--json"}).code, 2);
  EXPECT_EQ(place.run({"-s", "hub", "log", "--follow", "dataset:claims"}).code, 2);
  EXPECT_EQ(place.run({"-s", "hub", "log", "--from", "2"}).code, 2);
}

}  // namespace
}  // namespace amont
