// amont coverage: exact tables, JSON, CSV and exit codes.

#include <algorithm>

#include <gtest/gtest.h>

#include "tests/tools/command.h"

namespace amont {
namespace {

class CoverageVerb : public testing::Test {
 protected:
  CoverageVerb() {
    place_.write("hub.jsonl", R"({"node": "dataset:d", "props": {"restricted": true}}
{"node": "project:p"}
{"node": "run:r", "props": {"started_at": {"@time": "2026-01-01T00:00:00Z"}, "ended_at": {"@time": "2026-01-11T00:00:00Z"}}}
{"node": "run:s", "props": {"started_at": {"@time": "2026-01-02T00:00:00Z"}}}
{"node": "output:x"}
{"edge": "performed_for", "from": "run:r", "to": "project:p"}
{"edge": "performed_for", "from": "run:s", "to": "project:p"}
{"edge": "used", "from": "run:r", "to": "dataset:d"}
{"edge": "used", "from": "run:s", "to": "dataset:d"}
{"edge": "generated_by", "from": "output:x", "to": "run:r"}
{"node": "approval:a", "props": {"type": "permit", "decision": "granted"}, "valid_from": "2025-01-01T00:00:00Z", "valid_to": "2026-01-06T00:00:00Z"}
{"edge": "for_project", "from": "approval:a", "to": "project:p"}
{"edge": "covers", "from": "approval:a", "to": "dataset:d"}
)");
    EXPECT_EQ(place_.run({"-s", "hub", "init"}).code, 0);
    const Outcome imported = place_.run({"-s", "hub", "import", "hub.jsonl"});
    EXPECT_EQ(imported.code, 0) << imported.err;
  }

  Outcome ask(std::vector<std::string> words) {
    words.insert(words.begin(), {"-s", "hub", "coverage"});
    return place_.run(words);
  }
  // Without what tells the time.
  static std::string before_time(const Outcome& outcome) {
    return outcome.out.substr(0, outcome.out.rfind("; known at")) + "\n";
  }

  Workplace place_;
};

TEST_F(CoverageVerb, ATableHasALineForEachUseAndForEachGap) {
  const Outcome all = ask({});
  EXPECT_EQ(all.code, 1);
  EXPECT_EQ(
      before_time(all),
      "user   used       from                  to                    covered  by          reason   days  nearest\n"
      "run:r  dataset:d  2026-01-06T00:00:00Z  2026-01-11T00:00:00Z  no                   expired     5  approval:a\n"
      "run:s  dataset:d  2026-01-02T00:00:00Z  open                  yes      approval:a\n"
      "\n"
      "partial: 2 uses need an approval, 1 not covered throughout; not shown: 1 by as_of\n");
  const Outcome one = ask({"run:s", "--as-of", "2026-01-03"});
  EXPECT_EQ(one.code, 0);
  EXPECT_EQ(before_time(one),
            "user   used       from                  to                    covered  by\n"
            "run:s  dataset:d  2026-01-02T00:00:00Z  2026-01-03T00:00:00Z  yes      approval:a\n"
            "\n"
            "complete: 1 use needs an approval, all are covered\n");
}

TEST_F(CoverageVerb, JsonTellsUsesWithWhatCoversThemAndGaps) {
  const Outcome outcome = ask({"output:x", "--gaps", "--as-of", "2026-02-01", "--json"});
  EXPECT_EQ(outcome.code, 1);
  EXPECT_TRUE(is_json(outcome.out));
  EXPECT_NE(outcome.out.find("\"options\": {\"as_of\": \"2026-02-01T00:00:00Z\", \"gaps\": true}"), std::string::npos)
      << outcome.out;
  const std::size_t counts = outcome.out.find(" \"checked\"");
  ASSERT_NE(counts, std::string::npos);
  EXPECT_EQ(outcome.out.substr(counts),
            R"( "checked": 1, "uncovered": 1, "open": 0,
 "uses": [
  {"use": {"user": "run:r", "project": "project:p", "used": "dataset:d", "label": "", "from": "2026-01-01T00:00:00Z", "to": "2026-01-11T00:00:00Z"}, "covered": false, "by": [{"approval": "approval:a", "from": "2026-01-01T00:00:00Z", "to": "2026-01-06T00:00:00Z", "recorded_in": 2, "recorded_late": false, "changed_late": false}], "gaps": [{"from": "2026-01-06T00:00:00Z", "to": "2026-01-11T00:00:00Z", "days": 5, "reason": "expired", "nearest": "approval:a", "also": [], "missing_sources": []}]}]}
)");
}

TEST_F(CoverageVerb, TellsAnApprovalThatWasThereEarlyButChangedLate) {
  place_.write("use.jsonl", R"({"node": "dataset:e", "props": {"restricted": true}}
{"node": "project:q"}
{"node": "run:t", "props": {"started_at": {"@time": "2026-01-01T00:00:00Z"}, "ended_at": {"@time": "2026-01-03T00:00:00Z"}}}
{"edge": "performed_for", "from": "run:t", "to": "project:q"}
{"edge": "used", "from": "run:t", "to": "dataset:e"}
)");
  place_.write("late.jsonl", R"({"edge": "for_project", "from": "approval:a", "to": "project:q"}
{"edge": "covers", "from": "approval:a", "to": "dataset:e"}
)");
  for (const char* file : {"use.jsonl", "late.jsonl"}) EXPECT_EQ(place_.run({"-s", "hub", "import", file}).code, 0);
  EXPECT_EQ(before_time(ask({"run:t"})),
            "user   used       from                  to                    covered  by\n"
            "run:t  dataset:e  2026-01-01T00:00:00Z  2026-01-03T00:00:00Z  yes      approval:a (changed late)\n"
            "\n"
            "complete: 1 use needs an approval, all are covered\n");
  EXPECT_NE(ask({"run:t", "--json"}).out.find("\"recorded_late\": true, \"changed_late\": true"), std::string::npos);
}

TEST_F(CoverageVerb, NdjsonAndCsvHaveALineForEach) {
  const Outcome lines = ask({"--format", "ndjson"});
  EXPECT_TRUE(is_ndjson(lines.out));
  EXPECT_EQ(std::count(lines.out.begin(), lines.out.end(), '\n'), 3);
  const Outcome csv = ask({"--format", "csv", "--as-of", "2026-01-04"});
  EXPECT_EQ(
      csv.out,
      "user,project,used,label,from,to,covered,by,gap_from,gap_to,gap_days,reason,also,nearest,missing_sources\n"
      "run:r,project:p,dataset:d,,2026-01-01T00:00:00Z,2026-01-11T00:00:00Z,false,approval:a,2026-01-06T00:00:00Z,"
      "2026-01-11T00:00:00Z,5,expired,,approval:a,\n"
      "run:s,project:p,dataset:d,,2026-01-02T00:00:00Z,2026-01-04T00:00:00Z,true,approval:a,,,,,,,\n");
  EXPECT_NE(csv.err.find("complete: 2 uses need an approval, 1 not covered throughout"), std::string::npos) << csv.err;
}

TEST_F(CoverageVerb, ExitCodesTellNoFromUnknownAndIncomplete) {
  EXPECT_EQ(ask({"run:s", "--as-of", "2026-01-03"}).code, 0);
  EXPECT_EQ(ask({"run:r"}).code, 1);
  EXPECT_EQ(ask({"run:r", "--as-of", "soon"}).code, 2);
  EXPECT_EQ(ask({"run:q"}).code, 3);
  EXPECT_EQ(ask({"run:r", "--project", "project:q"}).code, 3);
  EXPECT_EQ(ask({"run:s", "--strict"}).code, 4);
  EXPECT_EQ(ask({"run:r", "--project", "project:p", "--strict"}).code, 1);
  EXPECT_EQ(ask({"approval:a"}).code, 2);
  EXPECT_EQ(ask({"run:r", "--known-at", "1"}).code, 3);
}

}  // namespace
}  // namespace amont
