// rules: putting, listing and removing the rules that a register keeps; what is refused, overridden and noted by the other verbs.
#include <gtest/gtest.h>

#include "tests/tools/command.h"

namespace amont {
namespace {

class RulesVerb : public testing::Test {
 protected:
  RulesVerb() {
    place_.write("untitled.lua",
                 "--- Every dataset has a title\nreturn rows { nodes(\"dataset\"):where(function(one) return not "
                 "one.title end), \"ref\" }\n");
    EXPECT_EQ(run({"init"}).code, 0);
  }
  Outcome run(std::vector<std::string> words) {
    words.insert(words.begin(), {"-s", "hub"});
    return place_.run(words);
  }
  Outcome put_untitled(const std::string& mode = "refuse") {
    return run({"rules", "put", "titles", "untitled.lua", "--mode", mode});
  }
  Workplace place_;
};

TEST_F(RulesVerb, ListsWhatItPut) {
  EXPECT_EQ(run({"rules"}).out, "");
  EXPECT_EQ(run({"put", "dataset:old"}).code, 0);
  const Outcome put = put_untitled();
  EXPECT_EQ(put.code, 0) << put.err;
  EXPECT_EQ(put.out, "transaction 3\n");
  EXPECT_NE(put.err.find("1 violation is there already"), std::string::npos) << put.err;
  EXPECT_EQ(run({"rules", "put", "results-published", "today=now", "--mode", "annotate"}).code, 0);
  EXPECT_EQ(run({"rules"}).out,
            "rule               mode      tx  what                                                                     "
            "   arguments\n"
            "results-published  annotate   4  Results that were due 18 months after the end of processing are "
            "published.  today=now\n"
            "titles             refuse     3  Every dataset has a title\n");
  const Outcome json = run({"rules", "--json"});
  EXPECT_TRUE(is_json(json.out)) << json.out;
  EXPECT_EQ(run({"rules", "show", "titles"}).out, place_.read("untitled.lua"));
  EXPECT_EQ(run({"rules", "--known-at", "3", "--json"}).out.find("results-published"), std::string::npos);
  EXPECT_EQ(run({"rules", "show", "title"}).code, 3);
}

TEST_F(RulesVerb, RefusesAndIsOverriddenWithAReason) {
  EXPECT_EQ(put_untitled().code, 0);
  const Outcome refused = run({"put", "dataset:a"});
  EXPECT_EQ(refused.code, 2);
  EXPECT_NE(refused.err.find(
                "refused by the rule \"titles\": 1 violation that was not there before: Every dataset has a title "
                "dataset:a. The transaction was not written."),
            std::string::npos)
      << refused.err;
  EXPECT_EQ(run({"get", "dataset:a"}).code, 3);
  EXPECT_EQ(run({"put", "dataset:a", "--override", "titles"}).code, 2);
  const Outcome overridden = run({"put", "dataset:a", "--override", "titles", "--author", "ana", "--reason", "urgent"});
  EXPECT_EQ(overridden.code, 0) << overridden.err;
  EXPECT_NE(overridden.err.find("rule titles: 1 violation, overridden: dataset:a"), std::string::npos)
      << overridden.err;
  const Outcome log = run({"log"});
  EXPECT_NE(log.out.find("titles: 1 violation, overridden"), std::string::npos) << log.out;
  const Outcome json = run({"log", "3", "--json"});
  EXPECT_NE(json.out.find(R"("rules": [{"rule": "titles", "mode": "refuse", "overridden": true, "checked": true, )"
                          R"("violations": 1, "nodes": ["dataset:a"]}])"),
            std::string::npos)
      << json.out;
  EXPECT_EQ(run({"put", "dataset:b", "title=B"}).code, 0);
}

TEST_F(RulesVerb, JudgesAnImportBeforeAnyOfItIsSeen) {
  EXPECT_EQ(put_untitled().code, 0);
  place_.write("in.jsonl", "{\"node\": \"dataset:a\", \"props\": {\"title\": \"A\"}}\n{\"node\": \"dataset:b\"}\n");
  const Outcome refused = run({"import", "in.jsonl"});
  EXPECT_EQ(refused.code, 2);
  EXPECT_NE(refused.err.find("nothing was imported"), std::string::npos) << refused.err;
  EXPECT_EQ(run({"get", "dataset:a"}).code, 3);
  const Outcome done = run({"import", "in.jsonl", "--override", "all", "--author", "ana", "--reason", "a load"});
  EXPECT_EQ(done.code, 0) << done.err;
  EXPECT_EQ(run({"export", "-o", "out.jsonl"}).code, 0);
  EXPECT_EQ(place_.run({"-s", "copy", "init"}).code, 0);
  EXPECT_EQ(place_.run({"-s", "copy", "import", "out.jsonl"}).code, 2) << "rules come only when asked";
  const Outcome copied = place_.run({"-s", "copy", "import", "out.jsonl", "--with-rules"});
  EXPECT_EQ(copied.code, 0) << copied.err;
  EXPECT_EQ(place_.run({"-s", "copy", "put", "dataset:c"}).code, 2);
}

TEST_F(RulesVerb, ChangesAndRemovesOnlyForAReason) {
  EXPECT_EQ(put_untitled().code, 0);
  EXPECT_FALSE(put_untitled().out.starts_with("transaction"));
  EXPECT_EQ(run({"rules", "remove", "titles"}).code, 2);
  EXPECT_EQ(run({"rules", "put", "titles", "--mode", "annotate"}).code, 2);
  EXPECT_EQ(run({"rules", "put", "titles", "--mode", "annotate", "--author", "ana", "--reason", "too strict"}).code, 0);
  const Outcome noted = run({"put", "dataset:a"});
  EXPECT_EQ(noted.code, 0);
  EXPECT_NE(noted.err.find("rule titles: 1 violation: dataset:a"), std::string::npos) << noted.err;
  EXPECT_EQ(run({"rules", "remove", "titles", "--author", "ana", "--reason", "asked elsewhere"}).code, 0);
  EXPECT_EQ(run({"rules", "remove", "titles", "--author", "ana", "--reason", "again"}).code, 3);
  EXPECT_NE(run({"log", "5"}).out.find("rule removed"), std::string::npos) << run({"log", "5"}).out;
  EXPECT_EQ(run({"verify"}).code, 0);
  EXPECT_EQ(run({"rebuild"}).code, 0);
  EXPECT_EQ(run({"verify"}).code, 0);
}

TEST_F(RulesVerb, SaysWhatIsWrongWithARule) {
  place_.write("slip.lua", "return rows { nodes(\"datset\"), \"ref\" }\n");
  const Outcome slip = run({"rules", "put", "slip", "slip.lua", "--mode", "refuse"});
  EXPECT_EQ(slip.code, 2);
  EXPECT_NE(slip.err.find("did you mean"), std::string::npos) << slip.err;
  EXPECT_EQ(run({"rules", "put", "titles", "untitled.lua"}).code, 2) << "no mode";
  EXPECT_EQ(run({"rules", "put", "titles", "untitled.lua", "--mode", "forbid"}).code, 2);
  EXPECT_EQ(run({"rules", "put", "Titles", "untitled.lua", "--mode", "refuse"}).code, 2);
  EXPECT_EQ(run({"rules", "put", "nothing-of-that-name", "--mode", "refuse"}).code, 3);
  EXPECT_EQ(run({"rules", "put", "results-published", "--mode", "refuse"}).code, 2) << "today is missing";
  EXPECT_EQ(run({"rules", "drop", "titles"}).code, 2);
  EXPECT_EQ(run({"rules"}).out, "");
}

TEST_F(RulesVerb, CheckRunsTheRulesOfTheRegister) {
  EXPECT_EQ(put_untitled("annotate").code, 0);
  EXPECT_EQ(run({"rules", "put", "results-published", "today=now", "--mode", "annotate"}).code, 0);
  EXPECT_EQ(run({"put", "dataset:a", "-q"}).code, 0);
  const Outcome all = run({"check"});
  EXPECT_EQ(all.code, 1) << all.err;
  EXPECT_EQ(all.out.substr(0, all.out.find("\n\n") + 1),
            "ok     results-published: holds\nnot ok titles: 1 violation\n         dataset:a\n");
  EXPECT_EQ(run({"check", "results-published"}).code, 0);
  EXPECT_EQ(run({"check", "results-published", "today=2099-01-01"}).code, 0);
  EXPECT_EQ(run({"check", "titles"}).code, 1);
}

}  // namespace
}  // namespace amont
