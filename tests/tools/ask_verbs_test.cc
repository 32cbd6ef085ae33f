// Questions of the command: exact tables and JSON, and each exit code of an answer.

#include <gtest/gtest.h>

#include "tests/tools/command.h"

namespace amont {
namespace {

// One hub for all tests here: nothing writes to it.
class AskVerbs : public testing::Test {
 protected:
  static void SetUpTestSuite() {
    place_ = new Workplace;
    make_hub(*place_);
  }
  static void TearDownTestSuite() {
    delete place_;
    place_ = nullptr;
  }

  static Outcome ask(std::vector<std::string> words) {
    words.insert(words.begin(), {"-s", "hub"});
    return place_->run(words);
  }

  static void expect_table(const std::vector<std::string>& words, int code, std::string_view text) {
    const Outcome outcome = ask(words);
    EXPECT_EQ(outcome.out, text);
    EXPECT_EQ(outcome.err, "");
    EXPECT_EQ(outcome.code, code);
  }
  static void expect_refused(const std::vector<std::string>& words, int code, std::string_view error) {
    const Outcome outcome = ask(words);
    EXPECT_EQ(outcome.out, "");
    EXPECT_EQ(outcome.err, error);
    EXPECT_EQ(outcome.code, code);
  }

  static inline Workplace* place_ = nullptr;
};

TEST_F(AskVerbs, UpstreamListsWhatItReachesNearestFirst) {
  expect_table({"upstream", "output:x"}, 0,
               "ref               title           depth  precision\n"
               "project:p         Linkage             1  exact\n"
               "dataset:claims    Claims of 2025      2  possible\n"
               "dataset:hospital  Hospital stays      2  possible\n"
               "\n"
               "complete: 3 nodes; known at transaction 4 (2026-01-04T00:00:00Z), valid at any time\n");
}

TEST_F(AskVerbs, UpstreamAsJsonIsTheAnswerOfTheDesign) {
  const Outcome outcome = ask({"upstream", "output:x", "--kind", "dataset,project", "--depth", "1", "--json"});
  EXPECT_EQ(
      outcome.out,
      R"({"amont": 1, "question": {"verb": "upstream", "start": ["output:x"], "options": {"depth": 1, "kind": ["dataset", "project"]}},
 "known_at": {"tx": 4, "time": "2026-01-04T00:00:00Z"}, "valid_at": null,
 "completeness": {"state": "partial", "reasons": [{"reason": "depth", "count": 2}], "unknown": []},
 "nodes": [
  {"ref": "project:p", "kind": "project", "key": "p", "depth": 1, "precision": "exact", "props": {"title": "Linkage"}}],
 "edges": [
  {"kind": "generated_by", "from": "output:x", "to": "project:p", "label": "", "tx": 2, "props": {}}]}
)");
  EXPECT_TRUE(is_json(outcome.out));
  EXPECT_EQ(outcome.code, 0);
}

TEST_F(AskVerbs, JsonHoldsEdgesAsRecorded) {
  const Outcome outcome =
      ask({"upstream", "project:p", "output:y", "--json", "--no-props", "--valid-at", "2026-02-01"});
  EXPECT_EQ(
      outcome.out,
      R"({"amont": 1, "question": {"verb": "upstream", "start": ["project:p", "output:y"], "options": {"valid_at": "2026-02-01T00:00:00Z"}},
 "known_at": {"tx": 4, "time": "2026-01-04T00:00:00Z"}, "valid_at": "2026-02-01T00:00:00Z",
 "completeness": {"state": "complete", "reasons": [], "unknown": []},
 "nodes": [
  {"ref": "dataset:claims", "kind": "dataset", "key": "claims", "depth": 1, "precision": "exact"},
  {"ref": "dataset:hospital", "kind": "dataset", "key": "hospital", "depth": 1, "precision": "exact"}],
 "edges": [
  {"kind": "derived_from", "from": "output:y", "to": "variable:claims/age", "label": "", "tx": 2},
  {"kind": "used", "from": "project:p", "to": "dataset:claims", "label": "yearly", "tx": 2},
  {"kind": "used", "from": "project:p", "to": "dataset:hospital", "label": "", "tx": 2}]}
)");
  EXPECT_TRUE(is_json(outcome.out));
}

TEST_F(AskVerbs, NdjsonIsALineForTheHeadingAndEachRecord) {
  const Outcome outcome = ask({"downstream", "dataset:claims", "--format", "ndjson", "--no-edges"});
  EXPECT_TRUE(is_ndjson(outcome.out));
  EXPECT_EQ(
      outcome.out.substr(outcome.out.find('\n') + 1),
      R"({"ref": "output:y", "kind": "output", "key": "y", "depth": 1, "precision": "exact", "props": {"title": "Figure"}}
{"ref": "project:p", "kind": "project", "key": "p", "depth": 1, "precision": "exact", "props": {"title": "Linkage"}}
{"ref": "output:x", "kind": "output", "key": "x", "depth": 2, "precision": "possible", "valid_from": "2026-01-01T00:00:00Z", "props": {"title": "Result"}}
)");
}

TEST_F(AskVerbs, CsvHoldsTheNodesAndTellsTheRestOnStderr) {
  const Outcome outcome = ask({"upstream", "output:x", "--exact", "--format", "csv"});
  EXPECT_EQ(outcome.out,
            "ref,kind,key,depth,precision,valid_from,valid_to,title\n"
            "project:p,project,p,1,exact,,,Linkage\n");
  EXPECT_EQ(
      outcome.err,
      "partial: 1 node; not shown: 2 by exact; known at transaction 4 (2026-01-04T00:00:00Z), valid at any time\n");
}

TEST_F(AskVerbs, SourcesAreWhereTheRegisterEnds) {
  expect_table({"sources", "output:y"}, 0,
               "ref             title           depth  precision\n"
               "dataset:claims  Claims of 2025      1  exact\n"
               "\n"
               "complete: 1 node; known at transaction 4 (2026-01-04T00:00:00Z), valid at any time\n");
}

TEST_F(AskVerbs, AnAnswerTellsWhatTheRegisterItselfDoesNotKnow) {
  expect_table({"upstream", "output:alone"}, 0,
               "complete: 0 nodes; known at transaction 4 (2026-01-04T00:00:00Z), valid at any time\n"
               "not recorded: origin of output:alone\n");
}

TEST_F(AskVerbs, TouchesTellsWhichProjectsUsedItThemselves) {
  expect_table({"touches", "dataset:hospital"}, 0,
               "ref        title    depth  precision  direct\n"
               "project:p  Linkage      1  exact      yes\n"
               "project:q  Audit           exact      yes\n"
               "\n"
               "complete: 2 projects; known at transaction 4 (2026-01-04T00:00:00Z), valid at any time\n");
  const Outcome json = ask({"touches", "dataset:hospital", "--json", "--no-edges", "--no-props"});
  EXPECT_NE(
      json.out.find(
          R"({"ref": "project:q", "kind": "project", "key": "q", "depth": null, "precision": "exact", "direct": true})"),
      std::string::npos)
      << json.out;
}

TEST_F(AskVerbs, ReachesAnswersYesAndNoByItsExitCode) {
  expect_table({"reaches", "dataset:claims", "output:x"}, 0,
               "yes\n\ncomplete: yes, dataset:claims is upstream of output:x; known at transaction 4 "
               "(2026-01-04T00:00:00Z), valid at "
               "any time\n");
  expect_table({"reaches", "output:x", "dataset:claims"}, 1,
               "no\n\ncomplete: no, output:x is not upstream of dataset:claims; known at transaction 4 "
               "(2026-01-04T00:00:00Z), valid "
               "at any time\n");
  const Outcome json = ask({"reaches", "output:x", "dataset:claims", "--json"});
  EXPECT_TRUE(is_json(json.out));
  EXPECT_NE(json.out.find("\"reaches\": false"), std::string::npos);
  EXPECT_EQ(json.code, 1);
}

TEST_F(AskVerbs, PathShowsEachStep) {
  expect_table({"path", "output:x", "dataset:claims"}, 0,
               "step  through       ref             title\n"
               "   0                output:x        Result\n"
               "   1  generated_by  project:p       Linkage\n"
               "   2  used yearly   dataset:claims  Claims of 2025\n"
               "\n"
               "complete: 2 steps upstream from output:x to dataset:claims, possible; known at transaction 4 "
               "(2026-01-04T00:00:00Z), "
               "valid at any time\n");
  const Outcome json = ask({"path", "dataset:claims", "output:x", "--json"});
  EXPECT_NE(json.out.find("\"paths\": [[\"dataset:claims\", \"project:p\", \"output:x\"]]"), std::string::npos)
      << json.out;
  EXPECT_TRUE(is_json(json.out));
}

TEST_F(AskVerbs, NoPathIsTheAnswerNo) {
  expect_table({"path", "output:x", "output:y"}, 1,
               "complete: no path leads from output:x to output:y, upstream or downstream; known at transaction 4 "
               "(2026-01-04T00:00:00Z), valid at any time\n");
}

TEST_F(AskVerbs, GetShowsPropertiesEdgesOfEveryClassAndHistory) {
  expect_table({"get", "dataset:claims"}, 0,
               "dataset:claims\n"
               "  n_records  12\n"
               "  title      Claims of 2025\n"
               "\n"
               "edge  kind     ref                  label   title    properties\n"
               "from  used     project:p            yearly  Linkage  purpose=linkage\n"
               "from  part_of  variable:claims/age          Age\n"
               "\n"
               "changed by transactions 2, 3\n"
               "complete: 2 edges; known at transaction 4 (2026-01-04T00:00:00Z), valid at any time\n");
}

TEST_F(AskVerbs, GetAsJsonHasTheSharedShape) {
  const Outcome outcome = ask({"--json", "get", "run:r"});
  EXPECT_EQ(outcome.out,
            R"({"amont": 1, "question": {"verb": "get", "start": ["run:r"], "options": {}},
 "known_at": {"tx": 4, "time": "2026-01-04T00:00:00Z"}, "valid_at": null,
 "completeness": {"state": "complete", "reasons": [], "unknown": []},
 "history": [2],
 "nodes": [
  {"ref": "run:r", "kind": "run", "key": "r", "depth": 0, "precision": "exact", "props": {}}],
 "edges": [
  {"kind": "performed_for", "from": "run:r", "to": "project:q", "label": "", "tx": 2, "props": {}},
  {"kind": "used", "from": "run:r", "to": "dataset:hospital", "label": "", "tx": 2, "props": {}}]}
)");
}

TEST_F(AskVerbs, GetCountsTheEdgesThatWereNotTrueThen) {
  const Outcome outcome = ask({"get", "project:p", "--valid-at", "2025-06-01", "--json", "--no-edges"});
  EXPECT_NE(outcome.out.find("\"reasons\": [{\"reason\": \"valid_at\", \"count\": 1}]"), std::string::npos)
      << outcome.out;
}

TEST_F(AskVerbs, KnownAtShowsTheRegisterAsItWas) {
  const Outcome then = ask({"get", "dataset:claims", "--known-at", "2"});
  EXPECT_NE(then.out.find("  title      Claims\n"), std::string::npos) << then.out;
  EXPECT_NE(then.out.find("changed by transactions 2\n"), std::string::npos) << then.out;
  const Outcome retracted = ask({"get", "dataset:old", "--known-at", "2026-01-03T12:00:00Z"});
  EXPECT_EQ(retracted.code, 0);
  EXPECT_NE(retracted.out.find("known at transaction 3 (2026-01-03T00:00:00Z)"), std::string::npos) << retracted.out;
}

TEST_F(AskVerbs, ABareDateIsMidnightAndPrintedAsResolved) {
  const Outcome outcome = ask({"get", "dataset:old", "--known-at", "2026-01-03", "--json"});
  EXPECT_NE(outcome.out.find("\"options\": {\"known_at\": \"2026-01-03T00:00:00Z\"}"), std::string::npos)
      << outcome.out;
  EXPECT_NE(outcome.out.find("\"known_at\": {\"tx\": 3, \"time\": \"2026-01-03T00:00:00Z\"}"), std::string::npos)
      << outcome.out;
}

TEST_F(AskVerbs, KnownAtBeforeTheFirstTransactionIsAnEmptyRegister) {
  const Outcome outcome = ask({"find", "claims", "--known-at", "2020-01-01", "--json"});
  EXPECT_EQ(outcome.code, 0);
  EXPECT_NE(outcome.out.find("\"known_at\": {\"tx\": 0, \"time\": null}"), std::string::npos) << outcome.out;
  EXPECT_NE(outcome.out.find("\"nodes\": []"), std::string::npos) << outcome.out;
}

TEST_F(AskVerbs, KnownAtBeyondTheHeadIsBadUse) {
  expect_refused({"upstream", "output:x", "--known-at", "5"}, 2,
                 "amont: --known-at: transaction 5 is beyond the register's last, 4\n");
}

TEST_F(AskVerbs, ValidAtTakesAnInstantOrASpan) {
  EXPECT_NE(ask({"downstream", "project:p", "--valid-at", "2025-06-01"}).out.find("not shown: 1 by valid_at"),
            std::string::npos);
  EXPECT_NE(
      ask({"downstream", "project:p", "--valid-at", "2025-06-01/2026-06-01"})
          .out.find(
              "complete: 1 node; known at transaction 4 (2026-01-04T00:00:00Z), valid from 2025-06-01T00:00:00Z to "
              "2026-06-01T00:00:00Z\n"),
      std::string::npos);
  EXPECT_EQ(ask({"downstream", "project:p", "--valid-at", "2026-06-01/2025-06-01"}).code, 2);
}

TEST_F(AskVerbs, ThroughWalksOrAddsEdgeKinds) {
  const Outcome only = ask({"upstream", "run:r", "--through", "performed_for", "--json", "--no-edges", "--no-props"});
  EXPECT_NE(only.out.find("\"project:q\""), std::string::npos) << only.out;
  EXPECT_EQ(only.out.find("\"dataset:hospital\""), std::string::npos) << only.out;
  const Outcome both = ask({"upstream", "run:r", "--through", "+performed_for", "--json", "--no-edges", "--no-props"});
  EXPECT_NE(both.out.find("\"project:q\""), std::string::npos) << both.out;
  EXPECT_NE(both.out.find("\"dataset:hospital\""), std::string::npos) << both.out;
  EXPECT_EQ(ask({"upstream", "run:r", "--through", "+performed_for", "--through", "used"}).code, 2);
  EXPECT_EQ(ask({"upstream", "run:r", "--through", "eats"}).code, 3);
}

TEST_F(AskVerbs, StrictMakesAPartialAnswerFail) {
  EXPECT_EQ(ask({"upstream", "output:x", "--depth", "1"}).code, 0);
  const Outcome strict = ask({"upstream", "output:x", "--depth", "1", "--strict"});
  EXPECT_EQ(strict.code, 4);
  EXPECT_NE(strict.out.find("partial: 1 node; not shown: 2 by depth"), std::string::npos) << strict.out;
  EXPECT_EQ(ask({"upstream", "output:x", "--strict"}).code, 0);
  EXPECT_EQ(ask({"reaches", "dataset:claims", "output:x", "--depth", "1", "--strict"}).code, 4);
}

TEST_F(AskVerbs, OutOfTimeGivesAPartialAnswerAndItsExitCode) {
  const Outcome outcome = ask({"upstream", "output:x", "--timeout", "0.000001"});
  EXPECT_EQ(outcome.code, 4);
  EXPECT_NE(outcome.out.find("partial: "), std::string::npos) << outcome.out;
  EXPECT_NE(outcome.out.find("by timeout"), std::string::npos) << outcome.out;
}

TEST_F(AskVerbs, AnUnknownRefIsNotFoundWithWhatIsNear) {
  expect_refused({"upstream", "dataset:hosptial"}, 3,
                 "amont: there is no dataset:hosptial; did you mean dataset:hospital?\n");
  expect_refused({"get", "project:claims"}, 3, "amont: there is no project:claims; did you mean dataset:claims?\n");
  expect_refused({"get", "dataset:zzz"}, 3,
                 "amont: there is no dataset:zzz; `amont find WORDS` searches keys and titles\n");
  expect_refused({"touches", "dataset:old"}, 3,
                 "amont: there is no dataset:old at transaction 4; `amont log dataset:old` tells when there was\n");
}

TEST_F(AskVerbs, WhatIsNoRefIsBadUse) { EXPECT_EQ(ask({"get", "claims"}).code, 2); }

TEST_F(AskVerbs, AKindThatTheSchemaLacksIsNotFound) {
  expect_refused({"find", "claims", "--kind", "datset"}, 3,
                 "amont: --kind: the schema has no kind of node \"datset\"; see `amont schema`\n");
}

TEST_F(AskVerbs, FindMatchesWordsOfKeysAndTitles) {
  expect_table({"find", "hosp", "STAYS"}, 0,
               "ref               title\n"
               "dataset:hospital  Hospital stays\n"
               "\n"
               "complete: 1 node; known at transaction 4 (2026-01-04T00:00:00Z), valid at any time\n");
  const Outcome cut = ask({"find", "claims", "--limit", "1"});
  EXPECT_NE(cut.out.find("partial: 1 node; not shown: at least 1 by limit"), std::string::npos) << cut.out;
}

TEST_F(AskVerbs, LogListsTransactionsNewestFirst) {
  expect_table({"log"}, 0,
               "tx  time                  changes  author   reason                                   source\n"
               " 4  2026-01-04T00:00:00Z        1  auditor\n"
               " 3  2026-01-03T00:00:00Z        1  curator\n"
               " 2  2026-01-02T00:00:00Z       17  curator  first load                               jsonl hub.jsonl\n"
               " 1  2026-01-01T00:00:00Z        1           the schema that the register began with\n"
               "\n"
               "complete: 4 transactions; known at transaction 4 (2026-01-04T00:00:00Z), valid at any time\n");
}

TEST_F(AskVerbs, LogOfANodeShowsItsChanges) {
  expect_table({"log", "dataset:old"}, 0,
               "tx  time                  changes  author   reason      source\n"
               " 4  2026-01-04T00:00:00Z        1  auditor\n"
               " 2  2026-01-02T00:00:00Z       17  curator  first load  jsonl hub.jsonl\n"
               "\n"
               "tx  change     record       what\n"
               " 4  retracted  dataset:old\n"
               " 2  new        dataset:old  title=Registered twice\n"
               "\n"
               "complete: 2 transactions; known at transaction 4 (2026-01-04T00:00:00Z), valid at any time\n");
}

TEST_F(AskVerbs, LogOfATransactionShowsAllThatItChanged) {
  const Outcome outcome = ask({"log", "3", "--json"});
  EXPECT_EQ(outcome.out,
            R"({"amont": 1, "question": {"verb": "log", "start": ["3"], "options": {}},
 "known_at": {"tx": 4, "time": "2026-01-04T00:00:00Z"}, "valid_at": null,
 "completeness": {"state": "complete", "reasons": [], "unknown": []},
 "transactions": [
  {"tx": 3, "time": "2026-01-03T00:00:00Z", "kind": "plain", "visible": true, "author": "curator", "reason": "", "source": {}, "change_count": 1, "changes": [{"node": "dataset:claims", "props": {"title": "Claims of 2025"}}]}]}
)");
  EXPECT_TRUE(is_json(outcome.out));
  EXPECT_EQ(ask({"log", "9"}).code, 3);
  EXPECT_EQ(ask({"log", "dataset:never"}).code, 3);
  EXPECT_EQ(ask({"log", "never"}).code, 2);
}

TEST_F(AskVerbs, LogTellsWhatItsLimitLeftOut) {
  const Outcome outcome = ask({"log", "--limit", "1", "--format", "ndjson"});
  EXPECT_TRUE(is_ndjson(outcome.out));
  EXPECT_NE(outcome.out.find("{\"reason\": \"limit\", \"count\": 3}"), std::string::npos) << outcome.out;
  EXPECT_EQ(ask({"log", "--limit", "0"}).code, 2);
}

}  // namespace
}  // namespace amont
