// check: rules and what they find, in each format; baselines; only what is new.
#include <gtest/gtest.h>

#include "tests/tools/command.h"

namespace amont {
namespace {

// A purpose that nobody may have, an approval for it, and a project for a narrower one.
class CheckVerb : public testing::Test {
 protected:
  CheckVerb() {
    place_.write("hub.jsonl", R"({"node": "purpose:promotion", "props": {"prohibited": true}}
{"node": "purpose:promotion/doctors"}
{"edge": "part_of", "from": "purpose:promotion/doctors", "to": "purpose:promotion"}
{"node": "approval:a", "props": {"title": "A & <b>"}}
{"edge": "for_purpose", "from": "approval:a", "to": "purpose:promotion"}
)");
    place_.write("later.jsonl", R"({"node": "project:p"}
{"edge": "for_purpose", "from": "project:p", "to": "purpose:promotion/doctors"}
)");
    EXPECT_EQ(place_.run({"-s", "hub", "init"}).code, 0);
    EXPECT_EQ(place_.run({"-s", "hub", "import", "hub.jsonl"}).code, 0);
    EXPECT_EQ(place_.run({"-s", "hub", "import", "later.jsonl"}).code, 0);
  }

  Outcome check(std::vector<std::string> words) {
    words.insert(words.begin(), {"-s", "hub", "check"});
    return place_.run(words);
  }
  // Without the closing line, which tells the time.
  static std::string head(const Outcome& outcome) { return outcome.out.substr(0, outcome.out.find("\n\n") + 1); }

  Workplace place_;
};

TEST_F(CheckVerb, ListsWhatIsWrongAndEndsWithOne) {
  const Outcome outcome = check({"no-prohibited-purpose", "small-counts"});
  EXPECT_EQ(outcome.code, 1);
  EXPECT_EQ(head(outcome),
            "not ok no-prohibited-purpose: 2 violations\n"
            "         approval:a, title: A & <b>, purpose: purpose:promotion\n"
            "         project:p, purpose: purpose:promotion, purpose:promotion/doctors\n"
            "ok     small-counts: holds\n");
  EXPECT_EQ(check({"small-counts"}).code, 0);
}

TEST_F(CheckVerb, SaysTheSameInTap) {
  const Outcome outcome = check({"no-prohibited-purpose", "small-counts", "--format", "tap"});
  EXPECT_EQ(outcome.out.substr(0, outcome.out.find("\n# ")),
            "TAP version 14\n1..2\nnot ok 1 - no-prohibited-purpose\n  ---\n  violations:\n"
            "    - \"approval:a, title: A & <b>, purpose: purpose:promotion\"\n"
            "    - \"project:p, purpose: purpose:promotion, purpose:promotion/doctors\"\n  ...\n"
            "ok 2 - small-counts");
}

TEST_F(CheckVerb, SaysTheSameInJUnitWithNamesMadeHarmless) {
  const Outcome outcome = check({"no-prohibited-purpose", "--format", "junit"});
  EXPECT_EQ(outcome.code, 1);
  EXPECT_NE(outcome.out.find("<testsuite name=\"amont check\" tests=\"1\" failures=\"1\" errors=\"0\">"),
            std::string::npos);
  EXPECT_NE(outcome.out.find("title: A &amp; &lt;b&gt;"), std::string::npos) << outcome.out;
}

TEST_F(CheckVerb, SaysTheSameInJson) {
  const Outcome outcome = check({"no-prohibited-purpose", "--json"});
  EXPECT_TRUE(is_json(outcome.out)) << outcome.out;
  EXPECT_NE(outcome.out.find("\"name\": \"no-prohibited-purpose\""), std::string::npos);
}

TEST_F(CheckVerb, PassesOverWhatABaselineKnows) {
  EXPECT_EQ(check({"no-prohibited-purpose", "--write-baseline", "known.txt", "--known-at", "2"}).code, 0);
  EXPECT_NE(place_.read("known.txt").find("no-prohibited-purpose\tapproval:a"), std::string::npos);
  const Outcome now = check({"no-prohibited-purpose", "--baseline", "known.txt"});
  EXPECT_EQ(now.code, 1);
  EXPECT_EQ(head(now),
            "not ok no-prohibited-purpose: 1 violation (1 known before)\n"
            "         project:p, purpose: purpose:promotion, purpose:promotion/doctors\n");
  EXPECT_EQ(check({"no-prohibited-purpose", "--write-baseline", "all.txt"}).code, 0);
  EXPECT_EQ(check({"no-prohibited-purpose", "--baseline", "all.txt"}).code, 0);
}

TEST_F(CheckVerb, TellsOnlyWhatIsNewSinceATransaction) {
  EXPECT_EQ(head(check({"no-prohibited-purpose", "--since", "2"})),
            "not ok no-prohibited-purpose: 1 violation (1 known before)\n"
            "         project:p, purpose: purpose:promotion, purpose:promotion/doctors\n");
}

TEST_F(CheckVerb, SaysWhichRuleCouldNotBeChecked) {
  place_.write("bad.lua", "return nodes('nothing')\n");
  place_.write("empty.lua", "return 5\n");
  const Outcome outcome = check({"bad.lua", "empty.lua", "small-counts", "results-published"});
  EXPECT_EQ(outcome.code, 2);
  EXPECT_NE(outcome.out.find("not ok bad: not checked: bad:1: there is no node kind"), std::string::npos)
      << outcome.out;
  EXPECT_NE(outcome.out.find("empty returned no rows{}"), std::string::npos) << outcome.out;
  EXPECT_NE(outcome.out.find("not ok results-published: not checked:"), std::string::npos) << outcome.out;
  EXPECT_NE(outcome.out.find("ok     small-counts: holds"), std::string::npos) << outcome.out;
  EXPECT_EQ(check({"small-counts", "todai=2026-01-01"}).code, 2);
  EXPECT_EQ(check({"nothing-of-that-name"}).code, 3);
}

TEST_F(CheckVerb, ChecksAllRulesThatShipWhenNoneIsNamed) {
  const Outcome outcome = check({"today=2026-01-01"});
  EXPECT_EQ(outcome.code, 1) << outcome.out << outcome.err;
  EXPECT_NE(outcome.out.find("ok     copies-deleted: holds"), std::string::npos) << outcome.out;
  EXPECT_EQ(outcome.out.find("not checked"), std::string::npos) << outcome.out;
}

}  // namespace
}  // namespace amont
