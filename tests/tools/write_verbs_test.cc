// put, link, retract: what they write, and what they refuse.

#include <gtest/gtest.h>

#include "tests/tools/command.h"

namespace amont {
namespace {

class WriteVerbs : public testing::Test {
 protected:
  void SetUp() override { ASSERT_EQ(run({"init"}).code, 0); }

  Outcome run(std::vector<std::string> words) const {
    words.insert(words.begin(), {"-s", "hub"});
    return place_.run(words);
  }
  // The properties of a node as JSON.
  std::string props_of(const std::string& ref) const {
    const std::string out = run({"get", ref, "--json", "--no-edges"}).out;
    const std::size_t begin = out.find("\"props\": ");
    return begin == std::string::npos ? out : out.substr(begin + 9, out.find("}]", begin) - begin - 9);
  }

  Workplace place_;
};

TEST_F(WriteVerbs, PutTellsItsTransactionAndWhenThereWasNothingToDo) {
  const Outcome put = run({"put", "dataset:a", "title=A", "--author", "me", "--reason", "new", "--key", "k1"});
  EXPECT_EQ(put.out, "transaction 2\n");
  EXPECT_EQ(put.err, "");
  EXPECT_EQ(put.code, 0);
  EXPECT_EQ(run({"put", "dataset:a", "title=A"}).out, "nothing to do: transaction 2 says so already\n");
  EXPECT_EQ(run({"--json", "put", "dataset:a", "title=B"}).out, "{\"amont\": 1, \"tx\": 3, \"written\": true}\n");
  const std::string log = run({"log", "2", "--json"}).out;
  EXPECT_NE(log.find(R"("author": "me", "reason": "new", "source": {}, "key": "k1")"), std::string::npos) << log;
}

TEST_F(WriteVerbs, TheDeclaredTypeDecides) {
  ASSERT_EQ(run({"put", "dataset:a", "title=12", "n_records=12", "restricted=true", "temporal_from=2020-01-01",
                 "spatial=FR", "spatial=BE", "mine=12"})
                .code,
            0);
  EXPECT_EQ(
      props_of("dataset:a"),
      R"({"mine": "12", "n_records": 12, "restricted": true, "spatial": ["FR","BE"], "temporal_from": {"@time":"2020-01-01T00:00:00Z"}, "title": "12"})");
}

TEST_F(WriteVerbs, JsonValuesHaveTheTypeThatTheySay) {
  ASSERT_EQ(run({"put", "dataset:a", "i:=-5", "r:=1.0", "t:=\"5\"", "b:=false", "l:=[1,2]",
                 "d:={\"@time\": \"2026-01-01T00:00:00Z\"}", "gone=x"})
                .code,
            0);
  ASSERT_EQ(run({"put", "dataset:a", "gone:=null"}).code, 0);
  EXPECT_EQ(props_of("dataset:a"),
            R"({"b": false, "d": {"@time":"2026-01-01T00:00:00Z"}, "i": -5, "l": [1,2], "r": 1.0, "t": "5"})");
}

TEST_F(WriteVerbs, OddTextsArriveAsTheyWereTyped) {
  ASSERT_EQ(run({"put", "dataset:a", "brackets=[a,b]", "braces={}", "empty=", "equals=a=b", "dashes=--x",
                 "--reason=", "--author", "--me"})
                .code,
            0);
  EXPECT_EQ(props_of("dataset:a"),
            R"({"braces": "{}", "brackets": "[a,b]", "dashes": "--x", "empty": "", "equals": "a=b"})");
  EXPECT_NE(run({"log", "2", "--json"}).out.find(R"("author": "--me", "reason": "")"), std::string::npos);
}

TEST_F(WriteVerbs, BadValuesAreBadUseAndWriteNothing) {
  const auto expect_refused = [&](std::vector<std::string> words, std::string_view error) {
    words.insert(words.begin(), {"put", "dataset:a"});
    const Outcome outcome = run(words);
    EXPECT_EQ(outcome.code, 2);
    EXPECT_EQ(outcome.err, error);
    EXPECT_EQ(outcome.out, "");
  };
  expect_refused({"n_records=many"}, "amont: n_records: \"many\" is not an integer of 64 bits\n");
  expect_refused({"restricted=yes"}, "amont: restricted: \"yes\" is neither true nor false\n");
  expect_refused({"title=a", "title=b"}, "amont: title: given twice\n");
  expect_refused({"x:=9223372036854775808"}, "amont: x: the integer does not fit in 64 bits with a sign\n");
  expect_refused({"x:=[[1]]"}, "amont: x: a list can't hold a list\n");
  expect_refused(
      {"title"},
      "amont: \"title\" is no property: write name=text, or name:=JSON for numbers, booleans, timestamps and lists\n");
  EXPECT_EQ(run({"put", "dataset:a", "x:=hello"}).code, 2);
  EXPECT_EQ(run({"put", "dataset:a", "x:=1 2"}).code, 2);
  EXPECT_EQ(run({"put", "dataset:a", "x:={\"a\": 1}"}).code, 2);
  EXPECT_EQ(run({"put", "dataset:a", "title:=5"}).code, 2);
  EXPECT_EQ(run({"put", "dataset:a", "long=" + std::string(100'000, 'x'), "n_records:=\"x\""}).code, 2);
  EXPECT_EQ(run({"put", "Dataset:a"}).code, 2);
  EXPECT_EQ(run({"put", "dataset:" + std::string(1025, 'k')}).code, 2);
  EXPECT_EQ(run({"put", "thing:a"}).code, 2);
  EXPECT_EQ(run({"get", "dataset:a"}).code, 3);
}

TEST_F(WriteVerbs, IntervalsAreSetKeptAndCleared) {
  ASSERT_EQ(run({"put", "approval:a", "--valid-from", "2025-01-01", "--valid-to", "2027-01-01T00:00:00+01:00"}).code,
            0);
  ASSERT_EQ(run({"put", "approval:a", "title=T", "--valid-from", "none"}).code, 0);
  const std::string out = run({"get", "approval:a", "--json"}).out;
  EXPECT_NE(out.find(R"("precision": "exact", "valid_to": "2026-12-31T23:00:00Z", "props")"), std::string::npos) << out;
  EXPECT_EQ(run({"put", "approval:a", "--valid-from", "yesterday"}).code, 2);
  EXPECT_EQ(run({"put", "approval:a", "--valid-from", "2028-01-01"}).code, 2);
}

TEST_F(WriteVerbs, LinkMakesEdgesThatTheSchemaAllows) {
  ASSERT_EQ(run({"put", "dataset:a"}).code, 0);
  ASSERT_EQ(run({"put", "output:x"}).code, 0);
  EXPECT_EQ(run({"link", "derived_from", "output:x", "dataset:a", "how=sum", "--label", "first"}).out,
            "transaction 4\n");
  EXPECT_NE(
      run({"get", "output:x", "--json"})
          .out.find(
              R"({"kind": "derived_from", "from": "output:x", "to": "dataset:a", "label": "first", "tx": 4, "props": {"how": "sum"}})"),
      std::string::npos);
  EXPECT_EQ(run({"link", "derived_from", "output:x", "dataset:none"}).code, 3);
  EXPECT_EQ(run({"link", "reports", "output:x", "dataset:a"}).code, 2);
  EXPECT_EQ(run({"link", "eats", "output:x", "dataset:a"}).code, 2);
  EXPECT_EQ(run({"link", "derived_from", "output:x"}).code, 2);
}

TEST_F(WriteVerbs, RetractTakesNodesAndEdgesAndKnowsWhatNeverWas) {
  for (const char* ref : {"dataset:a", "output:x"}) ASSERT_EQ(run({"put", ref}).code, 0);
  ASSERT_EQ(run({"link", "derived_from", "output:x", "dataset:a", "--label", "l"}).code, 0);
  EXPECT_EQ(run({"retract", "derived_from", "output:x", "dataset:a"}).code, 3);
  EXPECT_EQ(run({"retract", "derived_from", "output:x", "dataset:a", "--label", "l"}).out, "transaction 5\n");
  EXPECT_EQ(run({"retract", "dataset:a", "--reason", "twice"}).out, "transaction 6\n");
  EXPECT_EQ(run({"retract", "dataset:a"}).out, "nothing to do: transaction 6 says so already\n");
  EXPECT_EQ(run({"get", "dataset:a"}).code, 3);
  EXPECT_EQ(run({"get", "dataset:a", "--known-at", "5"}).code, 0);
  EXPECT_EQ(run({"retract", "dataset:never"}).code, 3);
  EXPECT_EQ(run({"retract", "derived_from", "output:x"}).code, 2);
  EXPECT_EQ(run({"retract", "dataset:a", "--label", "l"}).code, 2);
}

TEST_F(WriteVerbs, AnIdempotencyKeyWithOtherContentIsRefused) {
  ASSERT_EQ(run({"put", "dataset:a", "--key", "k"}).code, 0);
  EXPECT_EQ(run({"put", "dataset:a", "--key", "k"}).code, 0);
  EXPECT_EQ(run({"put", "dataset:b", "--key", "k"}).code, 2);
}

TEST_F(WriteVerbs, InvisibleCharactersInARefAreWarnedOf) {
  const Outcome outcome = run({"put", "dataset:a\u200bb"});
  EXPECT_EQ(outcome.code, 0);
  EXPECT_EQ(outcome.err, "warning: the ref holds invisible characters: dataset:a\\u{200b}b\n");
}

}  // namespace
}  // namespace amont
