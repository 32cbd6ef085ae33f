// redact: what it tells, what the other verbs show of a text that is gone, and what is refused.

#include <gtest/gtest.h>

#include "tests/tools/command.h"

namespace amont {
namespace {

using testing::Test;

class RedactVerb : public Test {
 protected:
  void SetUp() override {
    ASSERT_EQ(run({"init"}).code, 0);
    ASSERT_EQ(run({"put", "dataset:a", "contact=Anne Martin", "title=A", "n_records=3"}).code, 0);  // 2
    ASSERT_EQ(run({"put", "dataset:a", "contact=Anne M."}).code, 0);                                // 3
    ASSERT_EQ(run({"put", "output:x"}).code, 0);                                                    // 4
    ASSERT_EQ(run({"link", "derived_from", "output:x", "dataset:a", "note=by Anne"}).code, 0);      // 5
  }

  Outcome run(std::vector<std::string> words, std::string_view input = {}) const {
    words.insert(words.begin(), {"-s", "hub"});
    return place_.run(words, input);
  }
  Outcome redact(std::vector<std::string> words) const {
    words.insert(words.begin(), "redact");
    words.insert(words.end(), {"--author", "dpo", "--reason", "asked for"});
    return run(std::move(words));
  }
  static bool has(const std::string& text, std::string_view what) { return text.find(what) != std::string::npos; }

  Workplace place_;
};

TEST_F(RedactVerb, TellsWhatWentAndWhichCopiesMayHaveIt) {
  const Outcome dry = redact({"dataset:a", "contact", "--dry-run"});
  EXPECT_EQ(dry.code, 0) << dry.err;
  EXPECT_TRUE(has(dry.out, "would go")) << dry.out;
  EXPECT_TRUE(has(run({"get", "dataset:a"}).out, "Anne M."));
  place_.write("hub/copies", "backup\t3\t2026-01-02T00:00:00Z\t/mnt/backup\n");
  const Outcome done = redact({"dataset:a", "contact"});
  EXPECT_EQ(done.code, 0) << done.err;
  EXPECT_TRUE(has(done.out, "transaction 6: 2 texts erased")) << done.out;
  EXPECT_TRUE(has(done.out, "/mnt/backup")) << done.out;
  for (const auto& words : std::vector<std::vector<std::string>>{{"get", "dataset:a"},
                                                                 {"get", "dataset:a", "--known-at", "2"},
                                                                 {"log", "2"},
                                                                 {"log", "3", "--json"},
                                                                 {"export"},
                                                                 {"export", "--history"},
                                                                 {"upstream", "output:x", "--json"},
                                                                 {"diff", "2", "5"},
                                                                 {"find", "dataset:a", "--json"}}) {
    const Outcome shown = run(words);
    EXPECT_EQ(shown.code & ~1, 0) << words[0] << shown.err;
    EXPECT_FALSE(has(shown.out, "Anne M")) << words[0] << "\n" << shown.out;
  }
  EXPECT_EQ(run({"verify"}).code, 0);
}

TEST_F(RedactVerb, WhatIsLeftSaysWhoWhenAndWhy) {
  ASSERT_EQ(redact({"dataset:a", "contact"}).code, 0);
  ASSERT_EQ(redact({"derived_from", "output:x", "dataset:a", "note"}).code, 0);
  const Outcome table = run({"get", "dataset:a"});
  EXPECT_TRUE(has(table.out, "(redacted by dpo on ")) << table.out;
  EXPECT_TRUE(has(table.out, ": asked for)")) << table.out;
  EXPECT_EQ(run({"get", "dataset:a", "--strict"}).code, 4);
  const Outcome json = run({"get", "dataset:a", "--json"});
  EXPECT_TRUE(is_json(json.out)) << json.out;
  EXPECT_TRUE(has(json.out, R"({"reason": "redacted", "count": 2})")) << json.out;
  EXPECT_TRUE(has(json.out, R"("redacted": {"contact": {"tx": 3, "by": 6, "time": )")) << json.out;
  EXPECT_TRUE(has(json.out, R"("author": "dpo", "reason": "asked for", "commitment": ")")) << json.out;
  EXPECT_TRUE(has(json.out, R"("redacted": {"note": {"tx": 5, "by": 7, )")) << json.out;
  EXPECT_TRUE(has(run({"log", "6"}).out, "redacted")) << run({"log", "6"}).out;
  const Outcome log = run({"log", "2", "--json"});
  EXPECT_TRUE(is_json(log.out)) << log.out;
  EXPECT_TRUE(has(log.out, R"("contact": {"@redacted": {"by": 6, )")) << log.out;
  EXPECT_TRUE(has(run({"export"}).out, R"("contact":{"@redacted":{"by":6,"commitment":)"));
}

TEST_F(RedactVerb, TextsThatATransactionTellsOfItself) {
  ASSERT_EQ(run({"put", "dataset:a", "title=B", "--author", "Anne Martin", "--reason", "for Anne M."}).code, 0);  // 6
  const Outcome done = redact({"--author-of", "6", "--reason-of", "6", "--json"});
  EXPECT_EQ(done.code, 0) << done.err;
  EXPECT_TRUE(is_json(done.out)) << done.out;
  EXPECT_TRUE(has(done.out, R"("what": "the author of transaction 6")")) << done.out;
  const Outcome log = run({"log"});
  EXPECT_FALSE(has(log.out, "Anne Martin") && has(log.out, "for Anne")) << log.out;
  EXPECT_TRUE(has(log.out, "(redacted by transaction 7)")) << log.out;
}

TEST_F(RedactVerb, LaterPutsSayWhy) {
  ASSERT_EQ(redact({"dataset:a", "contact"}).code, 0);
  const Outcome refused = run({"put", "dataset:a", "contact=B"});
  EXPECT_EQ(refused.code, 2);
  EXPECT_TRUE(has(refused.err, "--again REASON")) << refused.err;
  const std::string line = R"({"node":"dataset:a","props":{"contact":"B"}})";
  place_.write("a.jsonl", line + "\n");
  EXPECT_EQ(run({"import", "a.jsonl"}).code, 2);
  EXPECT_EQ(run({"import", "a.jsonl", "--again", "agreed"}).code, 0);
  EXPECT_TRUE(has(run({"log", "7", "--json"}).out, R"("again": "agreed")"));
  EXPECT_TRUE(has(run({"get", "dataset:a"}).out, "B"));
}

TEST_F(RedactVerb, OneTransactionsTextAlone) {
  ASSERT_EQ(redact({"dataset:a", "contact", "--tx", "2"}).code, 0);
  EXPECT_TRUE(has(run({"get", "dataset:a"}).out, "Anne M."));
  EXPECT_FALSE(has(run({"get", "dataset:a", "--known-at", "2"}).out, "Anne Martin"));
  const Outcome other = redact({"dataset:a", "contact", "--tx", "4"});
  EXPECT_EQ(other.code, 3);
  EXPECT_TRUE(has(other.err, "did not put")) << other.err;
}

TEST_F(RedactVerb, WhatCannotBeRedactedSaysWhy) {
  EXPECT_EQ(redact({"dataset:a", "nothing"}).code, 3);
  EXPECT_EQ(redact({"dataset:never", "contact"}).code, 3);
  EXPECT_EQ(redact({"derived_from", "output:x", "dataset:never", "note"}).code, 3);
  EXPECT_EQ(redact({"no_such_kind", "output:x", "dataset:a", "note"}).code, 3);
  EXPECT_EQ(redact({"--author-of", "2"}).code, 3);
  EXPECT_EQ(redact({"--author-of", "99"}).code, 3);
  EXPECT_EQ(redact({"--author-of", "two"}).code, 2);
  EXPECT_EQ(redact({"dataset:a", "n_records"}).code, 2);
  EXPECT_EQ(redact({"dataset:a"}).code, 2);
  EXPECT_EQ(redact({}).code, 2);
  EXPECT_EQ(redact({"a", "b", "c"}).code, 2);
  EXPECT_EQ(redact({"dataset:a", "contact", "--label", "l"}).code, 2);
  EXPECT_EQ(redact({"--author-of", "2", "--tx", "3"}).code, 2);
  EXPECT_EQ(run({"redact", "dataset:a", "contact", "--author", "dpo"}).code, 2);
  EXPECT_EQ(redact({"dataset:a", "contact"}).code, 0);
  const Outcome twice = redact({"dataset:a", "contact"});
  EXPECT_EQ(twice.code, 0);
  EXPECT_EQ(twice.out, "nothing to do: it was redacted before\n");
}

// A segment of before, put back as from a backup, is met by verify and erased by --finish.
TEST_F(RedactVerb, FilesThatWerePutBackAreFoundAndErased) {
  const std::string name = "hub/log/00000000000000000001.seg";
  const std::string before = place_.read(name);
  ASSERT_EQ(redact({"dataset:a", "contact"}).code, 0);
  EXPECT_FALSE(has(place_.read(name), "Anne M"));
  place_.write(name, before);
  const Outcome found = run({"verify"});
  EXPECT_EQ(found.code, 1) << found.out;
  EXPECT_TRUE(has(found.out + found.err, "amont redact --finish")) << found.out << found.err;
  EXPECT_EQ(run({"redact", "--finish"}).code, 0);
  EXPECT_FALSE(has(place_.read(name), "Anne M"));
  EXPECT_EQ(run({"verify"}).code, 0);
}

TEST_F(RedactVerb, TheHashOfAFileIsTold) {
  place_.write("a.jsonl", "{\"node\":\"dataset:b\",\"props\":{\"contact\":\"Bea\"}}\n");
  ASSERT_EQ(run({"import", "a.jsonl"}).code, 0);  // 6
  const Outcome done = redact({"dataset:b", "contact"});
  EXPECT_TRUE(has(done.out, "amont redact --source-of 6")) << done.out;
  EXPECT_EQ(redact({"--source-of", "6"}).code, 0);
  EXPECT_TRUE(has(redact({"dataset:a", "contact", "--json"}).out, R"("file_hashes_of": [])"));
}

}  // namespace
}  // namespace amont
