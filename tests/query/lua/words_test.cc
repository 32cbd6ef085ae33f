// Words of scripts that are written in Lua, durations, and transactions.
#include <gtest/gtest.h>

#include "tests/query/lua/hub_register.h"

namespace amont {
namespace {

class ScriptWords : public testing::Test {
 protected:
  ScriptWords() {
    hub.node("dataset:a", {{"title", "A"}, {"status", "open"}, {"n_records", std::int64_t{5}}});
    hub.node("dataset:b", {{"title", "B"}, {"status", "closed"}, {"n_records", std::int64_t{9}}});
    hub.node("dataset:c", {{"title", "C"}, {"status", "open"}, {"n_records", std::int64_t{2}}}).node("dataset:d");
    hub.node("run:r").node("run:s").node("project:p").node("project:q");
    hub.edge("performed_for", "run:r", "project:p").edge("performed_for", "run:s", "project:p");
    hub.edge("performed_for", "run:s", "project:q").edge("part_of", "dataset:a", "dataset:d");
    hub.commit();
  }
  HubRegister hub;
};

TEST_F(ScriptWords, GroupByAPropertyOrWhatAFunctionSays) {
  EXPECT_EQ(hub.answer("local t = map(group(nodes('dataset'), 'status'), function(g)\n"
                       "  return tostring(g.key) .. g.count .. tostring(g.items[1]) end) return join(t, ' ')"),
            "closed1dataset:b open2dataset:a nil1dataset:d\n");
  EXPECT_EQ(hub.answer("return join(map(group({4, 7, 5, 10}, function(n) return n % 2 end), 'count'), ' ')"), "2 2\n");
}

TEST_F(ScriptWords, GroupAnItemUnderEachMemberOfItsKey) {
  EXPECT_EQ(hub.answer("return join(map(group(nodes('run'), to 'performed_for'), function(g)\n"
                       "  return tostring(g.key) .. g.count end))"),
            "project:p2, project:q1\n");
}

TEST_F(ScriptWords, SortWithWhatIsAbsentLastBothWays) {
  EXPECT_EQ(hub.answer("return join(sorted(nodes('dataset'), 'n_records')),\n"
                       "  join(sorted(nodes('dataset'), 'n_records', {descending = true}))"),
            "dataset:c, dataset:a, dataset:b, dataset:d\ndataset:b, dataset:a, dataset:c, dataset:d\n");
}

TEST_F(ScriptWords, SumUpNumbersTimesAndNothing) {
  EXPECT_EQ(hub.answer("local d = nodes('dataset') return sum(d, 'n_records'), median(d, 'n_records'),\n"
                       "  percentile(d, 90, 'n_records'), smallest(d, 'title'), largest({time('2020-01-01'), "
                       "time('2021-01-01')}).year"),
            "16\n5\n9\nA\n2021\n");
  EXPECT_EQ(
      hub.answer("return sum({}), average({}) == nil, median({}) == nil, percentile({1, 2, 3, 4}, 25), average{1, 2}"),
      "0\ntrue\ntrue\n1\n1.5\n");
}

TEST_F(ScriptWords, SayWhatTheyExpectedInTheLineThatCalled) {
  EXPECT_EQ(hub.answer("\nlocal x = group(5)"), "script: test:2: group: expected a set or a list, got number\n");
  EXPECT_EQ(hub.answer("local x = sorted({}, true)"),
            "script: test:1: sorted: expected the name of a property or a function, got boolean\n");
  EXPECT_EQ(hub.answer("local x = sum({'a'})\nreturn x"), "script: test:1: sum: expected numbers, got a string\n");
  EXPECT_EQ(hub.answer("local x = percentile({1}, 200)"),
            "script: test:1: percentile: expected a number from 0 to 100, got 200\n");
  EXPECT_EQ(hub.answer("return grop({})"), "script: test:1: there is no 'grop'; did you mean 'group'?\n");
}

TEST_F(ScriptWords, MayBeNamesOfTheScriptsOwn) {
  EXPECT_EQ(hub.answer("local group = 5 return group"), "5\n");
  EXPECT_EQ(hub.answer("function sum() return 'mine' end return sum()"), "mine\n");
}

TEST_F(ScriptWords, LeaveTheScriptsOwnNamesAlone) {
  EXPECT_EQ(hub.answer("sum = 0 for _, run in ipairs(sorted(nodes('run'))) do sum = sum + 1 end return sum"), "2\n");
  EXPECT_EQ(hub.answer("function parts(x) return 'mine' end local x = sorted{2, 1} return parts(x), x[1]"),
            "mine\n1\n");
  EXPECT_EQ(hub.answer("set = 5 return #whole('dataset:a')"), "2\n");
}

TEST_F(ScriptWords, CompareTimesAsTimesAndKeepTypesApart) {
  EXPECT_EQ(hub.answer("local a, b = time('2026-01-01T00:00:00Z'), time('2026-01-01T00:00:00.5Z')\n"
                       "return largest{b, a} == b, sorted{b, a}[1] == a, #group{true, 'true', 1, 1.0}"),
            "true\ntrue\n3\n");
}

TEST_F(ScriptWords, AskOfTheTimeThatTheirItemsAreOf) {
  hub.edge("part_of", "dataset:d", "dataset:c");
  hub.commit();
  EXPECT_EQ(
      hub.answer("local before = at{known_at = 2}\n"
                 "return #whole(node('dataset:a')), #whole(before:node('dataset:a')), #parts(before:nodes('dataset'))"),
      "3\n2\n4\n");
  EXPECT_EQ(hub.answer("local before = at{known_at = 0} return before:exists('dataset:a'), #before:nodes('dataset')"),
            "false\n0\n");
}

TEST_F(ScriptWords, FollowPartsAndProjects) {
  EXPECT_EQ(
      hub.answer("return join(whole('dataset:a')), join(parts('dataset:d')), join(projects_of{'run:s', 'project:p'})"),
      "dataset:a, dataset:d\ndataset:a, dataset:d\nproject:p, project:q\n");
}

TEST_F(ScriptWords, CountMonthsAndYearsByTheCalendar) {
  EXPECT_EQ(
      hub.answer("local t = time('2024-01-31T10:00:00Z')\n"
                 "return t + months(1), t + months(13), months(1) + t, t - months(2), t + years(1), t + weeks(1)"),
      "2024-02-29T10:00:00Z\n2025-02-28T10:00:00Z\n2024-02-29T10:00:00Z\n2023-11-30T10:00:00Z\n"
      "2025-01-31T10:00:00Z\n2024-02-07T10:00:00Z\n");
  EXPECT_EQ(hub.answer("return tostring(months(18)), tostring(years(2)), tostring(days(90)), tostring(hours(5)),\n"
                       "  'after ' .. months(1)"),
            "18 months\n2 years\n90 days\n5 hours\nafter 1 month\n");
  EXPECT_EQ(hub.answer("return time('9999-12-01') + months(2)"),
            "script: test:1: a time must be within the years 0001 to 9999\n");
  EXPECT_EQ(hub.answer("return months(1) + months(2)"),
            "script: test:1: a duration is added to a time, such as time(\"2026-01-31\") + months(1)\n");
}

TEST_F(ScriptWords, TellWhoWroteATransaction) {
  EXPECT_EQ(hub.answer("local t = transaction(node('dataset:a').tx) return t.tx, t.time, t.author == nil"),
            "2\n2026-01-01T00:00:00Z\ntrue\n");
  EXPECT_EQ(hub.answer("return transaction(99)"), "script: test:1: there is no transaction 99: this run sees 1 to 2\n");
}

TEST_F(ScriptWords, KnowWhetherAnApprovalIsInForce) {
  hub.node("approval:a", {{"decision", "granted"}, {"revoked_at", day("2024-06-01")}},
           {day("2024-01-01"), day("2025-01-01")});
  hub.node("approval:b", {{"decision", "unfavourable"}}).node("approval:c", {{"decision", "granted"}});
  hub.edge("requires", "approval:c", "approval:b").edge("covers", "approval:a", "dataset:a");
  hub.node("approval:d", {{"decision", "granted"},
                          {"suspended_from", List{day("2024-03-01")}},
                          {"suspended_to", List{day("2024-04-01")}}});
  hub.commit();
  EXPECT_EQ(hub.answer("local a, t = node('approval:a'), {}\n"
                       "for _, d in ipairs{'2023-12-31', '2024-01-01', '2024-05-31', '2024-06-01'} do\n"
                       "  t[#t + 1] = tostring(in_force(a, time(d))) end\n"
                       "return join(t, ' '), opens_data(a), opens_data(node('approval:c'))"),
            "false true true false\ntrue\nfalse\n");
  EXPECT_EQ(
      hub.answer("local d = node('approval:d') return in_force(node('approval:c'), time('2024-01-01')),\n"
                 "  in_force(d, time('2024-02-28')), in_force(d, time('2024-03-15')), in_force(d, time('2024-04-01'))"),
      "false\ntrue\nfalse\ntrue\n");
}

}  // namespace
}  // namespace amont
