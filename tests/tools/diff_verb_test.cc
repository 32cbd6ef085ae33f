// diff: tables, JSON, exit codes.
#include <gtest/gtest.h>

#include "tests/tools/command.h"

namespace amont {
namespace {

class DiffVerb : public testing::Test {
 protected:
  DiffVerb() {
    place_.write("1.jsonl", R"({"node": "dataset:a", "props": {"title": "A"}}
{"node": "output:x"}
{"edge": "derived_from", "from": "output:x", "to": "dataset:a"}
)");
    place_.write("2.jsonl", R"({"node": "dataset:a", "props": {"title": "B"}}
{"node": "dataset:b"}
{"edge": "derived_from", "from": "dataset:a", "to": "dataset:b"}
)");
    EXPECT_EQ(place_.run({"-s", "hub", "init"}).code, 0);
    EXPECT_EQ(place_.run({"-s", "hub", "import", "1.jsonl"}).code, 0);
    EXPECT_EQ(place_.run({"-s", "hub", "import", "2.jsonl", "--author", "curator", "--reason", "more is known"}).code,
              0);
  }
  Outcome diff(std::vector<std::string> words) {
    words.insert(words.begin(), {"-s", "hub", "diff"});
    return place_.run(words);
  }
  Workplace place_;
};

TEST_F(DiffVerb, ListsRecordsWithWhoChangedThem) {
  const Outcome outcome = diff({"2", "3"});
  EXPECT_EQ(outcome.code, 1);
  EXPECT_EQ(outcome.out.substr(0, outcome.out.find("\n\n")),
            "what     record                            tx  by                      change\n"
            "changed  dataset:a                          3  curator: more is known  title: A -> B\n"
            "added    dataset:b                          3  curator: more is known\n"
            "added    dataset:a derived_from dataset:b   3  curator: more is known");
  EXPECT_EQ(diff({"3", "3"}).code, 0);
  EXPECT_EQ(diff({"3", "2"}).code, 2);
}

TEST_F(DiffVerb, ComparesTheLineageOfARef) {
  const Outcome outcome = diff({"2", "3", "output:x"});
  EXPECT_EQ(outcome.code, 1);
  EXPECT_EQ(outcome.out.substr(0, outcome.out.find("\n\ncomplete")),
            "what   ref        before  after\n"
            "added  dataset:b          2, exact\n\n"
            "what   from       edge          to         tx  by\n"
            "added  dataset:a  derived_from  dataset:b   3  curator: more is known");
  EXPECT_EQ(diff({"2", "3", "dataset:none"}).code, 3);
}

TEST_F(DiffVerb, TellsWhichUsesBecameCoveredAndByWhichTransaction) {
  place_.write("use.jsonl", R"({"node": "project:p"}
{"node": "dataset:a", "props": {"restricted": true}}
{"node": "run:r", "props": {"started_at": "2026-01-05T00:00:00Z", "ended_at": "2026-01-10T00:00:00Z"}}
{"edge": "used", "from": "run:r", "to": "dataset:a"}
{"edge": "performed_for", "from": "run:r", "to": "project:p"}
)");
  place_.write(
      "approval.jsonl",
      R"({"node": "approval:y", "props": {"type": "authorisation", "decision": "granted"}, "valid_from": "2026-01-01T00:00:00Z"}
{"edge": "for_project", "from": "approval:y", "to": "project:p"}
{"edge": "covers", "from": "approval:y", "to": "dataset:a"}
)");
  EXPECT_EQ(place_.run({"-s", "hub", "import", "use.jsonl"}).code, 0);
  EXPECT_EQ(place_.run({"-s", "hub", "import", "approval.jsonl", "--author", "board"}).code, 0);
  const Outcome outcome = diff({"4", "5", "--coverage"});
  EXPECT_EQ(outcome.code, 1);
  EXPECT_NE(outcome.out.find("changed  run:r  dataset:a  project:p  no_approval 2026-01-05T00:00:00Z .. "
                             "2026-01-10T00:00:00Z  covered   5  board"),
            std::string::npos)
      << outcome.out;
  EXPECT_NE(outcome.out.find("1 use that differs: 1 became covered, 0 uncovered"), std::string::npos) << outcome.out;
  EXPECT_EQ(diff({"3", "5", "run:r", "--coverage"}).code, 1);
  EXPECT_EQ(diff({"5", "5", "--coverage"}).code, 0);
  const Outcome json = diff({"4", "5", "project:p", "--coverage", "--json"});
  EXPECT_TRUE(is_json(json.out)) << json.out;
  EXPECT_NE(json.out.find(R"("after": {"covered": true, "gaps": []})"), std::string::npos) << json.out;
  EXPECT_EQ(diff({"4", "5", "--coverage", "--limit", "2"}).code, 2);
  EXPECT_EQ(diff({"4", "5", "--as-of", "2026-01-01"}).code, 2);
}

TEST_F(DiffVerb, SaysTheSameInJson) {
  const Outcome records = diff({"2", "3", "--json"});
  EXPECT_TRUE(is_json(records.out)) << records.out;
  EXPECT_NE(records.out.find(R"({"name": "title", "before": "A", "after": "B"})"), std::string::npos) << records.out;
  const Outcome lineage = diff({"2", "3", "output:x", "--json"});
  EXPECT_TRUE(is_json(lineage.out)) << lineage.out;
  EXPECT_NE(lineage.out.find(R"("before": null, "after": {"depth": 2, "precision": "exact"})"), std::string::npos)
      << lineage.out;
}

}  // namespace
}  // namespace amont
