// Questions that are no list of nodes, in the formats of reports; and that names are made harmless in each.
#include <gtest/gtest.h>

#include "tests/tools/command.h"

namespace amont {
namespace {

class VerbFormats : public testing::Test {
 protected:
  static void SetUpTestSuite() {
    place_ = new Workplace;
    make_hub(*place_);
  }
  static void TearDownTestSuite() {
    delete place_;
    place_ = nullptr;
  }
  static Outcome run(std::vector<std::string> words, const std::string& format) {
    words.insert(words.begin(), {"-s", "hub", "--format", format});
    return place_->run(words);
  }
  static inline Workplace* place_ = nullptr;
};

const std::vector<std::vector<std::string>> kQuestions = {{"why", "output:x", "dataset:claims"},
                                                          {"why-not", "dataset:claims", "output:x"},
                                                          {"diff", "2", "4"},
                                                          {"diff", "2", "4", "output:x"},
                                                          {"diff", "0", "4", "--coverage"},
                                                          {"coverage"},
                                                          {"log"},
                                                          {"log", "dataset:claims"},
                                                          {"check", "small-counts"}};

TEST_F(VerbFormats, AreWrittenInEachFormatOfReports) {
  for (const auto& question : kQuestions) {
    const int code = run(question, "table").code;
    for (const char* format : {"json", "ndjson", "csv", "md", "html"}) {
      const Outcome outcome = run(question, format);
      EXPECT_EQ(outcome.code, code) << format << testing::PrintToString(question) << outcome.err;
      EXPECT_FALSE(outcome.out.empty()) << format << testing::PrintToString(question);
      const std::string_view name = format;
      EXPECT_TRUE(name != "json" || is_json(outcome.out)) << outcome.out;
      EXPECT_TRUE(name != "ndjson" || is_ndjson(outcome.out)) << outcome.out;
      EXPECT_TRUE(name != "html" || outcome.out.starts_with("<!DOCTYPE html>")) << outcome.out.substr(0, 40);
      EXPECT_TRUE(name != "csv" || outcome.err.find("complete") != std::string::npos) << outcome.err;
    }
    EXPECT_EQ(run(question, "dot").code, 2);
  }
}

TEST_F(VerbFormats, HoldWhatTheTableHolds) {
  const std::string why = run({"why", "output:x", "dataset:claims"}, "csv").out;
  EXPECT_EQ(why.substr(0, why.find('\n')), "from,through,to,tx,recorded,by,file,precision");
  EXPECT_NE(why.find("output:x,generated_by,project:p,2,2026-01-02T00:00:00Z,curator,hub.jsonl,"), std::string::npos)
      << why;
  EXPECT_NE(run({"why-not", "dataset:claims", "output:x"}, "md").out.find("it is the other way round"),
            std::string::npos);
  EXPECT_NE(run({"diff", "2", "4"}, "md").out.find("from transaction 2 (2026-01-02T00:00:00Z) to transaction 4 ("),
            std::string::npos);
  EXPECT_NE(run({"diff", "2", "4"}, "csv").out.find("removed,dataset:old,4"), std::string::npos);
  EXPECT_NE(run({"log"}, "csv").out.find("\n4,2026-01-04T00:00:00Z,1,"), std::string::npos);
  EXPECT_NE(run({"check", "small-counts"}, "csv").out.find("small-counts,ok,holds,"), std::string::npos);
}

TEST_F(VerbFormats, ShowRulesWithHostileNamesHarmlessly) {
  Workplace place;
  ASSERT_EQ(place.run({"-s", "hub", "init"}).code, 0);
  place.write(
      "evil.jsonl",
      "{\"node\": \"output:x\u202ey\", \"props\": {\"title\": \"\\u001b]0;owned\\u0007\u200b<b>\\nnot ok 7\"}}\n");
  ASSERT_EQ(place.run({"-s", "hub", "import", "evil.jsonl"}).code, 0);
  place.write("mine.lua", "--- What is wrong?\nreturn rows { nodes('output'), 'ref', 'title' }\n");
  for (const char* format : {"table", "tap", "junit", "md", "html"}) {
    const Outcome outcome = place.run({"-s", "hub", "check", "mine.lua", "--format", format});
    EXPECT_EQ(outcome.code, 1) << outcome.err;
    for (const char* raw : {"\u202e", "\u200b", "\x1b", "\x07", "\nnot ok 7"})
      EXPECT_EQ(outcome.out.find(raw), std::string::npos) << format << ": " << outcome.out;
    EXPECT_NE(outcome.out.find("202e"), std::string::npos) << outcome.out;
  }
  ASSERT_EQ(place.run({"-s", "hub", "check", "mine.lua", "--write-baseline", "known"}).code, 0);
  const std::string known = place.read("known");
  for (const char* raw : {"\u202e", "\u200b", "\x1b"}) EXPECT_EQ(known.find(raw), std::string::npos) << known;
  EXPECT_EQ(place.run({"-s", "hub", "check", "mine.lua", "--baseline", "known"}).code, 0);
}

}  // namespace
}  // namespace amont
