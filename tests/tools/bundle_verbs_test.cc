// Bundles from the command line: made, checked by both verifiers, and opened.

#include <sys/wait.h>

#include <cstdlib>

#include <fmt/format.h>
#include <gtest/gtest.h>

#include "tests/tools/command.h"

namespace amont {
namespace {

bool tells(const Outcome& outcome, std::string_view what) {
  return (outcome.out + outcome.err).find(what) != std::string::npos;
}

void make_hub_with_key(const Workplace& place) {
  make_hub(place);
  ASSERT_EQ(place.run({"-s", "hub", "keygen", "key"}).code, 0);
}

// The verifier in Python.
int python_says(const Workplace& place, const std::string& arguments) {
  const std::string command = fmt::format("cd '{}' && '{}' -B '{}' {} > said 2>&1", place.path(""), AMONT_PYTHON,
                                          AMONT_VERIFY_BUNDLE, arguments);
  const int status = std::system(command.c_str());
  return WIFEXITED(status) ? WEXITSTATUS(status) : -1;
}

TEST(BundleVerbs, ABundleIsMadeCheckedAndShown) {
  const Workplace place;
  make_hub_with_key(place);
  const Outcome made = place.run({"-s", "hub", "bundle", "output:y", "-o", "it.bundle", "--sign", "key"});
  ASSERT_EQ(made.code, 0) << made.err;
  EXPECT_TRUE(tells(made, "it.bundle: 1 node and 1 edge of upstream, proven in ")) << made.out;
  EXPECT_TRUE(tells(made, "amont verify-bundle it.bundle --key key.pub"));
  EXPECT_EQ(place.run({"-s", "hub", "checkpoint"}).code, 0);  // one was signed for it, and is kept

  const Outcome told = place.run({"verify-bundle", "it.bundle", "--key", "key.pub"});
  ASSERT_EQ(told.code, 0) << told.err;
  EXPECT_TRUE(tells(told, "verified: it.bundle\n")) << told.out;
  EXPECT_TRUE(tells(told, "upstream of these records gives this answer")) << told.out;
  EXPECT_TRUE(tells(told, "does not prove: that nothing was left out or retracted since"));
  EXPECT_TRUE(tells(told, "dataset:claims")) << told.out;
  EXPECT_TRUE(is_json(place.run({"verify-bundle", "it.bundle", "--key", "key.pub", "--json"}).out));
  ASSERT_EQ(python_says(place, "it.bundle --key key.pub"), 0) << place.read("said");
  EXPECT_NE(place.read("said").find("dataset:claims"), std::string::npos) << place.read("said");
}

TEST(BundleVerbs, WhatDoesNotVerifyEndsWith1AndBadUseWith2AndWhatIsNotThereWith3) {
  const Workplace place;
  make_hub_with_key(place);
  ASSERT_EQ(place.run({"keygen", "other"}).code, 0);
  ASSERT_EQ(place.run({"-s", "hub", "bundle", "output:y", "-o", "it.bundle", "--sign", "key"}).code, 0);
  const std::string bundle = place.read("it.bundle");
  place.write("cut.bundle", bundle.substr(0, bundle.size() / 2));
  place.write("empty", "");
  place.write("later.bundle", bundle);
  struct Case {
    std::vector<std::string> words;
    int code;
  };
  for (const Case& one : {Case{{"it.bundle", "--key", "key.pub"}, 0},
                          {{"it.bundle", "--key", "other.pub"}, 1},
                          {{"cut.bundle", "--key", "key.pub"}, 1},
                          {{"empty", "--key", "key.pub"}, 1},
                          {{"key.pub", "--key", "key.pub"}, 1},
                          {{"it.bundle", "--key", "it.bundle"}, 2},
                          {{"it.bundle", "--key", "key"}, 2},
                          {{"it.bundle", "--key", "empty"}, 2},
                          {{"it.bundle", "--key", "key.pub", "--checkpoint", "empty"}, 2},
                          {{"none.bundle", "--key", "key.pub"}, 3},
                          {{"it.bundle", "--key", "none.pub"}, 3},
                          {{"it.bundle", "--key", "key.pub", "--checkpoint", "none"}, 3},
                          {{"it.bundle"}, 2}}) {
    std::vector<std::string> words = {"verify-bundle"};
    words.insert(words.end(), one.words.begin(), one.words.end());
    EXPECT_EQ(place.run(words).code, one.code) << fmt::format("{}", fmt::join(words, " "));
    EXPECT_EQ(python_says(place, fmt::format("{}", fmt::join(one.words, " "))), one.code) << place.read("said");
  }
  const Outcome refused = place.run({"verify-bundle", "cut.bundle", "--key", "key.pub", "--json"});
  EXPECT_EQ(refused.code, 1);
  EXPECT_TRUE(is_json(refused.out)) << refused.out;
  for (const std::vector<std::string>& wrong :
       {std::vector<std::string>{"output:y", "--sign", "key"},
        {"output:y", "-o", "new"},
        {"-o", "new", "--sign", "key"},
        {"output:y", "-o", "new", "--sign", "key.pub"},
        {"output:y", "-o", "new", "--sign", "key", "--gaps"},
        {"output:y", "-o", "new", "--sign", "key", "--question", "why"},
        {"output:y", "-o", "new", "--sign", "key", "--script", "sources-of", "--depth", "1"},
        {"output:y", "-o", "new", "--sign", "key", "--checkpoint", "key.pub"}}) {
    std::vector<std::string> words = {"-s", "hub", "bundle"};
    words.insert(words.end(), wrong.begin(), wrong.end());
    EXPECT_EQ(place.run(words).code, 2) << fmt::format("{}", fmt::join(words, " "));
  }
  EXPECT_EQ(place.run({"-s", "hub", "bundle", "output:none", "-o", "new", "--sign", "key"}).code, 3);
  EXPECT_FALSE(place.has("new"));
}

TEST(BundleVerbs, AnswersOfOtherQuestionsAndOfScripts) {
  const Workplace place;
  make_hub_with_key(place);
  for (const std::vector<std::string>& asked : {std::vector<std::string>{"dataset:claims", "--question", "downstream"},
                                                {"output:x", "--question", "sources", "--exact"},
                                                {"dataset:hospital", "--question", "touches"},
                                                {"output:x", "--question", "coverage", "--as-of", "2026-06-01"},
                                                {"output:x", "output:y", "--depth", "1", "--known-at", "2"},
                                                {"output:x", "--valid-at", "2026-06-01"},
                                                {"--script", "sources-of", "result=output:y"}}) {
    std::vector<std::string> words = {"-s", "hub", "bundle", "-o", "it.bundle", "--sign", "key"};
    words.insert(words.end(), asked.begin(), asked.end());
    const std::string said = fmt::format("{}", fmt::join(words, " "));
    const Outcome made = place.run(words);
    ASSERT_EQ(made.code, 0) << said << "\n" << made.err;
    const Outcome told = place.run({"verify-bundle", "it.bundle", "--key", "key.pub"});
    EXPECT_EQ(told.code, 0) << said << "\n" << told.err;
    EXPECT_EQ(python_says(place, "it.bundle --key key.pub"), 0) << said << "\n" << place.read("said");
    EXPECT_TRUE(is_json(place.run({"verify-bundle", "it.bundle", "--key", "key.pub", "--json"}).out)) << said;
  }
}

TEST(BundleVerbs, ACheckpointGivenAwayBeforeIsHeldAgainstTheLog) {
  const Workplace place;
  make_hub_with_key(place);
  ASSERT_EQ(place.run({"-s", "hub", "checkpoint", "--sign", "key", "-o", "early"}).code, 0);
  ASSERT_EQ(place.run({"-s", "hub", "put", "dataset:new"}).code, 0);
  ASSERT_EQ(place.run({"-s", "hub", "put", "dataset:newer"}).code, 0);
  ASSERT_EQ(place.run({"-s", "hub", "bundle", "output:y", "-o", "plain", "--sign", "key"}).code, 0);
  ASSERT_EQ(place.run({"-s", "hub", "bundle", "output:y", "-o", "held", "--sign", "key", "--checkpoint", "early"}).code,
            0);
  EXPECT_EQ(place.run({"verify-bundle", "held", "--key", "key.pub", "--checkpoint", "early"}).code, 0);
  const Outcome plain = place.run({"verify-bundle", "plain", "--key", "key.pub", "--checkpoint", "early"});
  EXPECT_EQ(plain.code, 1);
  EXPECT_TRUE(tells(plain, "amont bundle --checkpoint")) << plain.err;
  EXPECT_EQ(python_says(place, "held --key key.pub --checkpoint early"), 0) << place.read("said");
  EXPECT_EQ(python_says(place, "plain --key key.pub --checkpoint early"), 1) << place.read("said");
}

TEST(BundleVerbs, AfterARedactionOldBundlesVerifyAndNewOnesShowItsCommitment) {
  const Workplace place;
  make_hub_with_key(place);
  ASSERT_EQ(place.run({"-s", "hub", "bundle", "output:y", "-o", "old.bundle", "--sign", "key"}).code, 0);
  const Outcome gone =
      place.run({"-s", "hub", "redact", "dataset:claims", "title", "--author", "ana", "--reason", "a name"});
  ASSERT_EQ(gone.code, 0) << gone.err;
  ASSERT_EQ(place.run({"-s", "hub", "bundle", "output:y", "-o", "new.bundle", "--sign", "key"}).code, 0);
  for (const std::string name : {"old.bundle", "new.bundle"}) {
    const Outcome told = place.run({"verify-bundle", name, "--key", "key.pub"});
    EXPECT_EQ(told.code, 0) << told.err;
    EXPECT_EQ(python_says(place, name + " --key key.pub"), 0) << place.read("said");
    EXPECT_EQ(tells(told, "Claims of 2025"), name == "old.bundle") << told.out;
    EXPECT_EQ(tells(told, "redacted, commitment "), name == "new.bundle") << told.out;
    EXPECT_EQ(place.read("said").find("[redacted, commitment ") != std::string::npos, name == "new.bundle");
  }
}

TEST(BundleVerbs, ABundleIsAStoreToAsk) {
  const Workplace place;
  make_hub_with_key(place);
  ASSERT_EQ(place.run({"-s", "hub", "bundle", "output:y", "-o", "it.bundle", "--sign", "key"}).code, 0);
  const Outcome told = place.run({"-s", "it.bundle", "upstream", "output:y"}, {}, {"AMONT_BUNDLE_KEY=key.pub"});
  EXPECT_EQ(told.code, 0) << told.err;
  EXPECT_TRUE(tells(told, "dataset:claims"));
  EXPECT_TRUE(tells(told, "what is not in the bundle")) << told.out;
  EXPECT_EQ(place.run({"-s", "it.bundle", "upstream", "output:y", "--bundle-key", "key.pub", "--strict"}).code, 4);
  EXPECT_EQ(place.run({"-s", "it.bundle", "upstream", "output:x", "--bundle-key", "key.pub"}).code, 3);
  const Outcome unverified = place.run({"-s", "it.bundle", "get", "output:y"});
  EXPECT_EQ(unverified.code, 0) << unverified.err;
  EXPECT_TRUE(tells(unverified, "NOBODY VERIFIED")) << unverified.err;
  ASSERT_EQ(place.run({"keygen", "other"}).code, 0);
  EXPECT_EQ(place.run({"-s", "it.bundle", "get", "output:y", "--bundle-key", "other.pub"}).code, 2);
  EXPECT_NE(place.run({"-s", "it.bundle", "put", "dataset:new"}).code, 0);
  EXPECT_EQ(place.run({"-s", "it.bundle", "info", "--bundle-key", "key.pub"}).code, 0);
}

// A folder with a bundle, a public key and one file of Python, and an environment with nothing in it: as on a machine without Amont.
TEST(BundleVerbs, AnAuditorTracesAPublicationAndItsApprovalsWithNothingOfTheRegister) {
  const Workplace place;
  ASSERT_EQ(place.run({"-s", "hub", "init"}).code, 0);
  place.write("study.jsonl", R"({"node": "dataset:claims", "props": {"title": "Claims", "restricted": true}}
{"node": "dataset:towns", "props": {"title": "Towns", "restricted": false}}
{"node": "project:rates"}
{"node": "approval:2026-17", "props": {"decision": "granted", "type": "permit"}, "valid_from": "2026-01-01T00:00:00Z", "valid_to": "2026-07-01T00:00:00Z"}
{"edge": "for_project", "from": "approval:2026-17", "to": "project:rates"}
{"edge": "covers", "from": "approval:2026-17", "to": "dataset:claims"}
{"node": "run:march", "props": {"started_at": "2026-03-01T00:00:00Z", "ended_at": "2026-03-02T00:00:00Z"}}
{"node": "run:august", "props": {"started_at": "2026-08-01T00:00:00Z", "ended_at": "2026-08-02T00:00:00Z"}}
{"edge": "performed_for", "from": "run:march", "to": "project:rates"}
{"edge": "performed_for", "from": "run:august", "to": "project:rates"}
{"edge": "used", "from": "run:march", "to": "dataset:claims"}
{"edge": "used", "from": "run:march", "to": "dataset:towns"}
{"edge": "used", "from": "run:august", "to": "dataset:claims"}
{"node": "output:table"}
{"edge": "generated_by", "from": "output:table", "to": "run:march"}
{"edge": "generated_by", "from": "output:table", "to": "run:august"}
{"node": "publication:paper", "props": {"title": "Readmission rates"}}
{"edge": "reports", "from": "publication:paper", "to": "output:table"}
)");
  ASSERT_EQ(place.run({"-s", "hub", "import", "study.jsonl", "--author", "ana"}).code, 0);
  ASSERT_EQ(place.run({"-s", "hub", "keygen", "key"}).code, 0);
  const Outcome made = place.run(
      {"-s", "hub", "bundle", "publication:paper", "--question", "coverage", "-o", "it.bundle", "--sign", "key"});
  ASSERT_EQ(made.code, 0) << made.err;
  const std::string command = fmt::format(
      "cd '{0}' && mkdir audit && mv it.bundle key.pub audit && cp '{1}' audit && rm -r hub key study.jsonl && cd "
      "audit && "
      "env -i '{2}' -I -B verify_bundle.py it.bundle --key key.pub > ../said 2>&1",
      place.path(""), AMONT_VERIFY_BUNDLE, AMONT_PYTHON);
  ASSERT_EQ(std::system(command.c_str()), 0) << place.read("said");
  const std::string said = place.read("said");
  for (const char* const line :
       {"publication:paper", "output:table       generated_by  run:august",
        "run:march          used          dataset:claims",
        "run:march used dataset:claims for project:rates, 2026-03-01T00:00:00Z to 2026-03-02T00:00:00Z",
        "  covered by approval:2026-17 from 2026-03-01T00:00:00Z to 2026-03-02T00:00:00Z",
        "run:august used dataset:claims for project:rates",
        "  NOT COVERED from 2026-08-01T00:00:00Z to 2026-08-02T00:00:00Z: expired, nearest is approval:2026-17",
        "not in the answer: needs no approval, says the register", "  run:march used dataset:towns", "ana"})
    EXPECT_NE(said.find(line), std::string::npos) << line << "\n" << said;
}

}  // namespace
}  // namespace amont
