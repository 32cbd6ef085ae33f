// Keys, checkpoints, anchors, witnesses and verify from the command line.

#include <sys/stat.h>

#include <filesystem>
#include <string>
#include <thread>
#include <utility>
#include <vector>

#include <gtest/gtest.h>

#include "tests/tools/command.h"

namespace amont {
namespace {

namespace fs = std::filesystem;

bool tells(const Outcome& outcome, std::string_view what) {
  return (outcome.out + outcome.err).find(what) != std::string::npos;
}

unsigned mode_of(const std::string& path) {
  struct stat about = {};
  EXPECT_EQ(::stat(path.c_str(), &about), 0) << path;
  return about.st_mode & 0777;
}

// The hub with a key of its own.
void make_signed_hub(const Workplace& place) {
  make_hub(place);
  ASSERT_EQ(place.run({"-s", "hub", "keygen", "key"}).code, 0);
  ASSERT_EQ(place.run({"-s", "hub", "checkpoint", "--sign", "key"}).code, 0);
}

TEST(EvidenceVerbs, KeygenMakesTwoFilesAndOverwritesNone) {
  const Workplace place;
  const Outcome made = place.run({"keygen", "key", "--name", "hub.example/a"});
  ASSERT_EQ(made.code, 0) << made.err;
  EXPECT_TRUE(made.out.starts_with("hub.example/a+"));
  EXPECT_EQ(place.read("key.pub"), made.out);
  EXPECT_TRUE(place.read("key").starts_with("PRIVATE+KEY+hub.example/a+"));
  EXPECT_EQ(mode_of(place.path("key")), 0600u);
  EXPECT_EQ(mode_of(place.path("key.pub")), 0644u);
  EXPECT_FALSE(tells(made, "PRIVATE+KEY"));
  const std::string before = place.read("key");
  EXPECT_EQ(place.run({"keygen", "key"}).code, 2);
  EXPECT_EQ(place.read("key"), before);
  fs::remove(place.path("key"));
  EXPECT_EQ(place.run({"keygen", "key"}).code, 2);  // key.pub is there
  EXPECT_FALSE(place.has("key"));
  EXPECT_EQ(place.run({"keygen", "other", "--name", "two words"}).code, 2);
  EXPECT_EQ(place.run({"keygen", "nowhere/key"}).code, 2);
  EXPECT_TRUE(place.run({"keygen", "third", "--json"}).out.find("\"name\": \"third\"") != std::string::npos);
}

TEST(EvidenceVerbs, NoKeyLiesInAStoreOrIsReadByOthers) {
  const Workplace place;
  make_hub(place);
  EXPECT_EQ(place.run({"keygen", "hub/key"}).code, 2);
  EXPECT_EQ(place.run({"keygen", "hub/log/key"}).code, 2);
  fs::create_directory_symlink(place.path("hub"), place.path("link"));
  EXPECT_EQ(place.run({"keygen", "link/key"}).code, 2);
  EXPECT_FALSE(place.has("hub/key"));
  ASSERT_EQ(place.run({"-s", "hub", "keygen", "key"}).code, 0);
  fs::copy(place.path("key"), place.path("hub/key"));
  EXPECT_EQ(place.run({"-s", "hub", "checkpoint", "--sign", "hub/key"}).code, 2);
  ::chmod(place.path("key").c_str(), 0640);
  const Outcome open = place.run({"-s", "hub", "checkpoint", "--sign", "key"});
  EXPECT_EQ(open.code, 2);
  EXPECT_TRUE(tells(open, "chmod 600 key")) << open.err;
}

TEST(EvidenceVerbs, NamesOfKeysAreChecked) {
  const Workplace place;
  EXPECT_EQ(place.run({"keygen", "key", "--name", ""}).code, 2);
  EXPECT_EQ(place.run({"keygen", "key", "--name", "a+b"}).code, 2);
  EXPECT_EQ(place.run({"keygen", "key", "--name", std::string(5000, 'n')}).code, 4);
  EXPECT_EQ(place.run({"keygen", ""}).code, 2);
  EXPECT_FALSE(place.has("key"));
}

// What would be written over a private key is written nowhere.
TEST(EvidenceVerbs, NoAnswerOverwritesAPrivateKey) {
  const Workplace place;
  make_signed_hub(place);
  ASSERT_EQ(place.run({"keygen", "--witness", "wkey"}).code, 0);
  ASSERT_EQ(place.run({"-s", "hub", "checkpoint", "--prove", "0", "-o", "request"}).code, 0);
  const std::string key = place.read("key");
  const Outcome refused = place.run({"-s", "hub", "checkpoint", "-o", "key"});
  EXPECT_EQ(refused.code, 2);
  EXPECT_TRUE(tells(refused, "key is a private key, and is not overwritten")) << refused.err;
  EXPECT_EQ(place.run({"-s", "hub", "checkpoint", "--sign", "key", "-o", "key"}).code, 2);
  EXPECT_EQ(
      place.run({"witness", "--state", "seen", "--sign", "wkey", "--log-key", "key.pub", "request", "-o", "key"}).code,
      2);
  EXPECT_FALSE(place.has("seen"));  // nothing was cosigned, nothing is remembered
  EXPECT_EQ(place.run({"-s", "hub", "anchor", "key"}).code, 1);
  EXPECT_EQ(place.read("key"), key);
}

TEST(EvidenceVerbs, AnchorsAndWitnessesLieOutsideTheStore) {
  const Workplace place;
  make_signed_hub(place);
  ASSERT_EQ(place.run({"keygen", "--witness", "wkey"}).code, 0);
  ASSERT_EQ(place.run({"-s", "hub", "checkpoint", "--prove", "0", "-o", "request"}).code, 0);
  for (const char* inside : {"hub", "hub/checkpoints", "hub/new", "hub/log/new", "hub/../hub"}) {
    EXPECT_EQ(place.run({"-s", "hub", "anchor", inside}).code, 2) << inside;
    EXPECT_EQ(place.run({"witness", "--state", inside, "--sign", "wkey", "--log-key", "key.pub", "request"}).code, 2)
        << inside;
  }
  EXPECT_EQ(place.run({"-s", "hub", "anchor", ""}).code, 2);
  EXPECT_EQ(place.run({"-s", "hub", "anchor", "nowhere/x"}).code, 3);
  EXPECT_EQ(place.run({"-s", "hub", "anchor", "key.pub/x"}).code, 2);
  EXPECT_FALSE(place.has("hub/new"));
}

// Of those that come at once one signs; the others are told that the store is taken, and none signs anything else.
TEST(EvidenceVerbs, ProcessesThatSignAtOnceSignTheSame) {
  const Workplace place;
  make_hub(place);
  ASSERT_EQ(place.run({"-s", "hub", "keygen", "key"}).code, 0);
  std::vector<Outcome> outcomes(6);
  {
    std::vector<std::jthread> threads;
    for (Outcome& one : outcomes)
      threads.emplace_back([&] {
        const Workplace own;  // what one prints is not another's
        one = own.run({"-s", place.path("hub"), "checkpoint", "--sign", place.path("key")});
      });
  }
  const std::string kept = place.run({"-s", "hub", "checkpoint"}).out;
  std::size_t done = 0;
  for (const Outcome& one : outcomes) {
    EXPECT_TRUE(one.code == 0 || one.code == 5) << one.code << one.err;
    if (one.code == 0) {
      EXPECT_EQ(one.out, kept);
    }
    done += one.code == 0;
  }
  EXPECT_GT(done, 0u);
  EXPECT_EQ(place.run({"-s", "hub", "verify", "--key", "key.pub"}).code, 0);
}

// Cut, huge, empty or foreign: told, with an exit code of its own, and nothing changes.
TEST(EvidenceVerbs, FilesThatAreNotWhatTheyShouldBeAreRefused) {
  const Workplace place;
  make_signed_hub(place);
  ASSERT_EQ(place.run({"keygen", "--witness", "wkey"}).code, 0);
  ASSERT_EQ(place.run({"-s", "hub", "checkpoint", "-o", "note"}).code, 0);
  const std::string note = place.read("note");
  place.write("cut", note.substr(0, note.size() / 2));
  place.write("empty", "");
  place.write("huge", std::string((1 << 20) + 1, 'x'));
  const Outcome verified = place.run({"-s", "hub", "verify", "--key", "key.pub", "--checkpoint", "cut"});
  EXPECT_EQ(verified.code, 1);
  EXPECT_TRUE(tells(verified, "cut is no checkpoint (")) << verified.out;
  const std::pair<const char*, int> kFiles[] = {{"cut", 2}, {"empty", 2}, {"huge", 4}, {"absent", 3}, {"hub", 2}};
  for (const auto& [file, code] : kFiles) {
    SCOPED_TRACE(file);
    if (code != 2 || std::string(file) == "hub") {
      EXPECT_EQ(place.run({"-s", "hub", "verify", "--checkpoint", file}).code, code);
    }
    const int code_of_key = code == 4 ? 2 : code;  // what is longer than any key is none
    EXPECT_EQ(place.run({"-s", "hub", "verify", "--key", file}).code, code_of_key);
    EXPECT_EQ(place.run({"-s", "hub", "checkpoint", "--sign", file}).code, code_of_key);
    EXPECT_EQ(place.run({"-s", "hub", "checkpoint", "--prove", file}).code, code);
    EXPECT_EQ(place.run({"-s", "hub", "checkpoint", "--cosignature", file, "--witness-key", "wkey.pub"}).code, code);
    EXPECT_EQ(place.run({"witness", "--state", "seen", "--sign", "wkey", "--log-key", "key.pub", file}).code, code);
    EXPECT_EQ(place.run({"witness", "--state", "seen", "--sign", "wkey", "--log-key", file, "note"}).code, code_of_key);
  }
  EXPECT_TRUE(tells(place.run({"-s", "hub", "checkpoint", "--sign", "key.pub"}), "does not begin with PRIVATE+KEY+"));
  EXPECT_EQ(place.run({"-s", "hub", "checkpoint"}).out, note);
}

TEST(EvidenceVerbs, ACheckpointIsSignedShownAndListed) {
  const Workplace place;
  make_hub(place);
  EXPECT_EQ(place.run({"-s", "hub", "checkpoint"}).code, 3);
  ASSERT_EQ(place.run({"-s", "hub", "keygen", "key"}).code, 0);
  const Outcome made = place.run({"-s", "hub", "checkpoint", "--sign", "key"});
  ASSERT_EQ(made.code, 0) << made.err;
  EXPECT_TRUE(made.out.starts_with("amont/")) << made.out;
  EXPECT_TRUE(tells(made, "\n4\n"));
  EXPECT_TRUE(tells(made, "\n\n— amont/"));  // named by its origin
  EXPECT_EQ(place.run({"-s", "hub", "checkpoint"}).out, made.out);
  EXPECT_EQ(place.run({"-s", "hub", "checkpoint", "-o", "note"}).code, 0);
  EXPECT_EQ(place.read("note"), made.out);
  EXPECT_TRUE(is_json(place.run({"-s", "hub", "checkpoint", "--json"}).out));
  EXPECT_TRUE(is_json(place.run({"-s", "hub", "checkpoint", "--list", "--json"}).out));
  ASSERT_EQ(place.run({"-s", "hub", "put", "dataset:new"}).code, 0);
  ASSERT_EQ(place.run({"-s", "hub", "checkpoint", "--sign", "key"}).code, 0);
  EXPECT_EQ(place.run({"-s", "hub", "checkpoint", "--size", "4"}).out, made.out);
  EXPECT_EQ(place.run({"-s", "hub", "checkpoint", "--size", "3"}).code, 3);
  EXPECT_TRUE(tells(place.run({"-s", "hub", "info"}), "checkpoint      5\n"));
  for (const std::vector<std::string>& wrong : {std::vector<std::string>{"--sign", "key", "--list"},
                                                {"--sign", "key", "--size", "4"},
                                                {"--sign", "absent"},
                                                {"--sign", "key.pub"},
                                                {"--cosignature", "note"},
                                                {"--prove", "6"},
                                                {"--prove", "key.pub"}}) {
    std::vector<std::string> words = {"-s", "hub", "checkpoint"};
    words.insert(words.end(), wrong.begin(), wrong.end());
    EXPECT_EQ(place.run(words).code, wrong[1] == "absent" ? 3 : 2) << wrong[0] << " " << wrong[1];
  }
}

TEST(EvidenceVerbs, EveryVerbThatWritesSignsWhenTheEnvironmentSaysSo) {
  const Workplace place;
  make_hub(place);
  ASSERT_EQ(place.run({"-s", "hub", "keygen", "key"}).code, 0);
  ASSERT_EQ(place.run({"-s", "hub", "put", "dataset:new"}, "", {"AMONT_SIGN=key"}).code, 0);
  EXPECT_TRUE(tells(place.run({"-s", "hub", "checkpoint"}), "\n5\n"));
  EXPECT_EQ(place.run({"-s", "hub", "put", "dataset:newer"}, "", {"AMONT_SIGN=absent"}).code, 3);
  EXPECT_TRUE(tells(place.run({"-s", "hub", "checkpoint"}), "\n5\n"));
}

TEST(EvidenceVerbs, VerifyHoldsTheStoreAgainstKeysAndCheckpoints) {
  const Workplace place;
  make_signed_hub(place);
  ASSERT_EQ(place.run({"-s", "hub", "checkpoint", "-o", "note"}).code, 0);
  const Outcome plain = place.run({"-s", "hub", "verify"});
  EXPECT_EQ(plain.code, 0);
  EXPECT_TRUE(tells(plain, "1 checkpoint held against the log, signatures not looked at")) << plain.out;
  const Outcome verified = place.run({"-s", "hub", "verify", "--key", "key.pub", "--checkpoint", "note"});
  EXPECT_EQ(verified.code, 0) << verified.out;
  EXPECT_TRUE(tells(verified, "2 checkpoints held against the log, 2 good signatures\n")) << verified.out;
  EXPECT_TRUE(is_json(place.run({"-s", "hub", "verify", "--key", "key.pub", "--json"}).out));
  ASSERT_EQ(place.run({"keygen", "stranger"}).code, 0);
  EXPECT_EQ(place.run({"-s", "hub", "verify", "--key", "stranger.pub"}).code, 1);
  EXPECT_EQ(place.run({"-s", "hub", "verify", "--key", "key"}).code, 2);
  EXPECT_EQ(place.run({"-s", "hub", "verify", "--checkpoint", "key.pub"}).code, 1);
  EXPECT_EQ(place.run({"-s", "hub", "verify", "--witness-key", "key.pub"}).code, 2);
}

TEST(EvidenceVerbs, AnOldCopyOfTheStoreIsFoundAndSignsNothing) {
  const Workplace place;
  make_signed_hub(place);
  fs::copy(place.path("hub"), place.path("old"), fs::copy_options::recursive);
  ASSERT_EQ(place.run({"-s", "hub", "put", "dataset:new"}).code, 0);
  ASSERT_EQ(place.run({"-s", "hub", "checkpoint", "--sign", "key", "-o", "note"}).code, 0);
  ASSERT_EQ(place.run({"-s", "hub", "anchor", "anchored"}).code, 0);
  EXPECT_EQ(place.read("anchored"), place.read("note"));
  EXPECT_EQ(mode_of(place.path("anchored")), 0644u);
  const Outcome found = place.run({"-s", "old", "verify", "--key", "key.pub", "--checkpoint", "note"});
  EXPECT_EQ(found.code, 1);
  EXPECT_TRUE(tells(found, "note says that there were 5 transactions, and the log ends at 4: it was rolled back"))
      << found.out;
  EXPECT_EQ(place.run({"-s", "old", "anchor", "anchored"}).code, 1);
  EXPECT_EQ(place.read("anchored"), place.read("note"));
  EXPECT_EQ(place.run({"-s", "old", "checkpoint", "--prove", "note"}).code, 1);
  // The copy with the newer checkpoints in it knows that it is old.
  fs::copy(place.path("hub/checkpoints"), place.path("old/checkpoints"),
           fs::copy_options::recursive | fs::copy_options::overwrite_existing);
  const Outcome refused = place.run({"-s", "old", "checkpoint", "--sign", "key"});
  EXPECT_EQ(refused.code, 6);
  EXPECT_TRUE(tells(refused, "Nothing is signed")) << refused.err;
}

TEST(EvidenceVerbs, AWitnessCosignsByFiles) {
  const Workplace place;
  make_signed_hub(place);
  ASSERT_EQ(place.run({"keygen", "--witness", "--name", "witness.example/w", "wkey"}).code, 0);
  const auto ask = [&](const std::string& old) {
    EXPECT_EQ(place.run({"-s", "hub", "checkpoint", "--prove", old, "-o", "request"}).code, 0);
    return place.run(
        {"witness", "--state", "seen", "--sign", "wkey", "--log-key", "key.pub", "request", "-o", "answer"});
  };
  const Outcome first = ask("0");
  ASSERT_EQ(first.code, 0) << first.err;
  EXPECT_TRUE(place.read("answer").starts_with("— witness.example/w "));
  const Outcome taken =
      place.run({"-s", "hub", "checkpoint", "--cosignature", "answer", "--witness-key", "wkey.pub", "-o", "note"});
  ASSERT_EQ(taken.code, 0) << taken.err;
  const Outcome verified = place.run({"-s", "hub", "verify", "--key", "key.pub", "--witness-key", "wkey.pub"});
  EXPECT_EQ(verified.code, 0) << verified.out;
  EXPECT_TRUE(tells(verified, "the witness witness.example/w vouches for the first 4 transactions, as of 20"))
      << verified.out;
  ASSERT_EQ(place.run({"-s", "hub", "put", "dataset:new"}).code, 0);
  ASSERT_EQ(place.run({"-s", "hub", "checkpoint", "--sign", "key"}).code, 0);
  const Outcome stale = ask("0");
  EXPECT_EQ(stale.code, 1);
  EXPECT_TRUE(tells(stale, "ask with --prove 4\n")) << stale.err;
  EXPECT_EQ(ask("note").code, 0);
  // An answer to the newer one is none for the older.
  EXPECT_EQ(
      place.run({"-s", "hub", "checkpoint", "--size", "4", "--cosignature", "answer", "--witness-key", "wkey.pub"})
          .code,
      1);
  EXPECT_EQ(place.run({"-s", "hub", "checkpoint", "--cosignature", "answer", "--witness-key", "key.pub"}).code, 1);
  EXPECT_EQ(place.run({"-s", "hub", "checkpoint", "--cosignature", "key.pub", "--witness-key", "wkey.pub"}).code, 2);
  for (const std::vector<std::string>& wrong : {std::vector<std::string>{"--sign", "wkey", "--log-key", "key.pub"},
                                                {"--state", "seen", "--log-key", "key.pub"},
                                                {"--state", "seen", "--sign", "wkey"},
                                                {"--state", "seen", "--sign", "key", "--log-key", "key.pub"},
                                                {"--state", "seen", "--sign", "wkey", "--log-key", "wkey.pub"}}) {
    std::vector<std::string> words = {"witness", "request"};
    words.insert(words.end(), wrong.begin(), wrong.end());
    EXPECT_EQ(place.run(words).code, 2) << wrong[1];
  }
  EXPECT_EQ(place.run({"witness", "--state", "seen", "--sign", "wkey", "--log-key", "other=key.pub", "request"}).code,
            1);
}

}  // namespace
}  // namespace amont
