// ScriptSession: lines of Lua, one after the other.
#include "amont/script_session.h"

#include <gtest/gtest.h>

#include "tests/query/lua/hub_register.h"

namespace amont {
namespace {

class Sessions : public testing::Test {
 protected:
  Sessions() {
    hub.node("dataset:a", {{"title", "A"}}).node("dataset:b").node("run:r").node("output:o", {{"title", "O"}});
    hub.edge("used", "run:r", "dataset:a")
        .edge("generated_by", "output:o", "run:r")
        .edge("derived_from", "dataset:a", "dataset:b");
    hub.commit();
    open({});
  }
  void open(const ScriptRunLimits& limits) {
    session.reset();
    auto opened = ScriptSession::open({hub.snapshot(), {}, {}}, &hub.store(), limits, &stop);
    ASSERT_TRUE(opened.ok()) << opened.status().text();
    session = *std::move(opened);
  }
  // What a line shows: texts as they are, tables as "column,column|cell,cell".
  std::string line(std::string_view text) {
    const Result<Report> ran = session->run("line", text);
    if (!ran.ok()) return "error: " + ran.status().text();
    std::string out = ran->printed;
    for (const ReportBlock& block : ran->blocks) {
      out += out.empty() ? "" : " ";
      out += block.text + fmt::format("{}", fmt::join(block.columns, ","));
      for (const auto& row : block.rows) {
        out += "|";
        for (std::size_t i = 0; i < row.size(); ++i) out += (i ? "," : "") + text_of(row[i]);
      }
    }
    for (const PartialReason& reason : ran->completeness.reasons) out += " partial:" + reason.reason;
    return out;
  }
  static std::string text_of(const Cell& cell) {
    if (const auto* text = std::get_if<std::string>(&cell)) return *text;
    if (const auto* number = std::get_if<std::int64_t>(&cell)) return std::to_string(*number);
    if (const auto* yes = std::get_if<bool>(&cell)) return *yes ? "yes" : "no";
    if (const auto* time = std::get_if<Timestamp>(&cell)) return time->text();
    return "";
  }

  HubRegister hub;
  std::atomic<bool> stop{false};
  std::unique_ptr<ScriptSession> session;
};

TEST_F(Sessions, ShowExpressionsAndKeepGlobals) {
  EXPECT_EQ(line("1 + 1"), "2");
  EXPECT_EQ(line("x = upstream('output:o')"), "");
  EXPECT_EQ(line("#x"), "3");
  EXPECT_EQ(line("x:only('run')"), "ref,title,depth,precision|run:r,,1,exact");
  EXPECT_EQ(line("function double(n) return 2 * n end"), "");
  EXPECT_EQ(line("double(21), 'and', true"), "42 and true");
  EXPECT_EQ(line("print('said')"), "said\n");
  EXPECT_EQ(line("nil"), "nil");
  EXPECT_EQ(line("node('dataset:a').titel"),
            "error: line:1: no \"titel\" is declared for a dataset; did you mean \"title\"? "
            "(to read a property of that name all the same: :get(\"titel\"))");
  EXPECT_EQ(*session->own_names(), (std::vector<std::string>{"double", "x"}));
}

TEST_F(Sessions, ShowListsAndTablesOfAnything) {
  EXPECT_EQ(line("{1, 'b'}"), "value|1|b");
  EXPECT_EQ(line("{}"), "an empty table");
  EXPECT_EQ(line("{a = 1, b = {1, 2}}"), "name,value|a,1|b,1, 2");
  EXPECT_EQ(line("{{n = 1}, {m = node('run:r'), f = print}}"), "n,f,m|1,,|,function,run:r");
  EXPECT_EQ(line("path('output:o', 'run:r')"),
            "ref,title|output:o,O|run:r, name,value|direction,up|edges,1 item|precision,exact");
  EXPECT_EQ(line("edges('output:o', {depth = 1})"), "from,kind,to,label|output:o,generated_by,run:r, partial:depth");
  EXPECT_EQ(line("components()"), "nodes,refs|4,dataset:a, dataset:b, output:o, run:r");
  EXPECT_EQ(line("months(2)"), line("tostring(months(2))"));
  EXPECT_EQ(line("t = {}; t[1] = t"), "");
  EXPECT_NE(line("t").find("error: "), std::string::npos);
  EXPECT_EQ(line("text('x'), 3"), "x 3");
}

TEST_F(Sessions, TellWhetherALineGoesOn) {
  for (const char* more :
       {"function f()", "x = {", "f(1,", "if true then", "1 +", "return [[a", "x = 'a\\", "for n in nodes('run') do"})
    EXPECT_TRUE(session->wants_more(more)) << more;
  for (const char* whole : {"1", "x = 1", "f(1)", "-- a remark", "x = = 1", "'open", ")"})
    EXPECT_FALSE(session->wants_more(whole)) << whole;
}

TEST_F(Sessions, GoOnAfterALineThatRanOutOfSteps) {
  ScriptRunLimits limits;
  limits.steps_max = 100'000;
  open(limits);
  EXPECT_EQ(line("x = 1"), "");
  EXPECT_NE(line("while true do x = x + 1 end").find("used up its 100000 steps"), std::string::npos);
  EXPECT_EQ(line("x > 1000"), "true");
  EXPECT_EQ(line("#nodes('dataset')"), "2");
  for (int i = 0; i < 20; ++i) EXPECT_EQ(line("local n = 0 for i = 1, 10000 do n = n + i end return n"), "50005000");
  EXPECT_NE(line("pcall(function() while true do end end)").find("used up"), std::string::npos);
  EXPECT_NE(line("c = coroutine.wrap(function() while true do end end) c()").find("used up"), std::string::npos);
  EXPECT_EQ(line("pcall(c)").substr(0, 5), "false");
  EXPECT_EQ(line("select('#', pcall(error, 'x'))"), "2");
}

TEST_F(Sessions, GoOnAfterALineThatRanOutOfMemory) {
  ScriptRunLimits limits;
  limits.memory_bytes = 4 << 20;
  open(limits);
  for (int i = 0; i < 5; ++i)
    EXPECT_NE(line("local t = {} for n = 1, 1e9 do t[n] = {n, 'x' .. n} end").find("bytes of memory"),
              std::string::npos);
  EXPECT_EQ(line("kept = string.rep('x', 1000000)"), "");
  EXPECT_EQ(line("#kept"), "1000000");
  EXPECT_NE(line("local s = kept while true do s = s .. kept end").find("bytes of memory"), std::string::npos);
  EXPECT_EQ(line("upstream('output:o'):only('dataset')[1].title"), "A");
}

TEST_F(Sessions, GoOnAfterALineThatWasStoppedOrTookTooLong) {
  ScriptRunLimits limits;
  limits.time_ms = 100;
  open(limits);
  EXPECT_NE(line("while true do end").find("ran for 100 ms"), std::string::npos);
  EXPECT_EQ(line("1"), "1");
  stop = true;
  EXPECT_NE(line("while true do end").find("cancelled"), std::string::npos);
  stop = false;
  EXPECT_EQ(line("#nodes('run')"), "1");
  limits.rows_max = 3;
  limits.output_bytes_max = 100;
  open(limits);
  EXPECT_NE(line("nodes()").find("more than 3 rows"), std::string::npos);
  EXPECT_NE(line("print(('x'):rep(200))").find("more than 100 bytes"), std::string::npos);
  for (int i = 0; i < 5; ++i) EXPECT_EQ(line("nodes('dataset'):refs()"), "value|dataset:a|dataset:b");
}

TEST_F(Sessions, TellOfAnAnswerThatRestsOnAPartialOneOfAnEarlierLine) {
  EXPECT_EQ(line("near = upstream('output:o', {depth = 1})"), " partial:depth");
  EXPECT_EQ(line("#near"), "1 partial:depth");
  EXPECT_EQ(line("far = near | 'dataset:b'"), " partial:depth");
  EXPECT_EQ(line("#far"), "2 partial:depth");
  EXPECT_EQ(line("#upstream('output:o')"), "3");
  EXPECT_EQ(line("depth = 7"), "");
  EXPECT_EQ(line("depth"), "7");
  EXPECT_EQ(line("near = upstream('output:o')"), "");
  EXPECT_EQ(line("#near"), "3");
  EXPECT_EQ(line("near = upstream('output:o', {depth = 1})"), " partial:depth");
  EXPECT_EQ(line("if false then near = 1 end"), " partial:depth");
  EXPECT_NE(line("near = error('no')").find("error"), std::string::npos);
  EXPECT_EQ(line("#_G['near']"), "1 partial:depth");
}

TEST_F(Sessions, LookAtOtherStatesWhileSetsStayWhereTheyCameFrom) {
  const Snapshot before = hub.snapshot();
  EXPECT_EQ(line("old = nodes('dataset')"), "");
  hub.node("dataset:c", {{"title", "C"}}).node("dataset:a", {{"title", "Another"}});
  hub.commit();
  EXPECT_EQ(line("#nodes('dataset')"), "2");
  ASSERT_TRUE(session->look_at({hub.snapshot(), {}, {}}).ok());
  EXPECT_EQ(line("#nodes('dataset'), #old, old[1].title, node('dataset:a').title"), "3 2 A Another");
  ASSERT_TRUE(session->look_at({before, {}, {}}).ok());
  EXPECT_EQ(line("exists('dataset:c')"), "false");
  EXPECT_EQ(session->view().view.tx(), before.tx());
}

TEST_F(Sessions, AskOnlyWhatWasTrueAtATimeWhenToldTo) {
  const auto at = [](const char* text) { return *Timestamp::parse_date_or_time(text); };
  hub.node("approval:x", {}, {at("2020-01-01"), at("2021-01-01")});
  hub.commit();
  ASSERT_TRUE(session->look_at({hub.snapshot(), at("2020-06-01"), {}}).ok());
  EXPECT_EQ(line("#nodes('approval')"), "1");
  ASSERT_TRUE(session->look_at({hub.snapshot(), at("2022-06-01"), {}}).ok());
  EXPECT_EQ(line("#nodes('approval')"), "0");
}

}  // namespace
}  // namespace amont
