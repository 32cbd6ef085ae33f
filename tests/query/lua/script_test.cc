#include <gtest/gtest.h>

#include "tests/query/lua/hub_register.h"

namespace amont {
namespace {

// dcir <- extract <- run1 (for p1) <- figure <- paper;  p2 used figure's table "counts" and made "model".
class Scripts : public testing::Test {
 protected:
  Scripts() {
    hub.node("dataset:dcir",
             {{"title", "DCIR"}, {"type", "base"}, {"n_records", std::int64_t{5}}, {"conditions", List{"NPU", "RTN"}}},
             {day("2006-01-01"), {}});
    hub.node("dataset:extract", {{"title", "Extract"}, {"type", "extract"}, {"issued", day("2024-05-01")}});
    hub.node("dataset:counts", {{"title", "Counts"}, {"type", "table"}});
    hub.node("run:r1", {{"title", "Run 1"}, {"state", "complete"}});
    hub.node("project:p1", {{"title", "Project 1"}}).node("project:p2", {{"title", "Project 2"}});
    hub.node("output:figure", {{"title", "Figure"}, {"status", "released"}}).node("output:model", {{"title", "Model"}});
    hub.node("publication:paper", {{"title", "Paper"}});
    hub.node("approval:a1", {{"title", "Approval 1"}}, {day("2024-01-01"), day("2025-01-01")});
    hub.edge("derived_from", "dataset:extract", "dataset:dcir", {{"how", "extract"}});
    hub.edge("used", "run:r1", "dataset:extract").edge("performed_for", "run:r1", "project:p1");
    hub.edge("generated_by", "output:figure", "run:r1").edge("generated_by", "dataset:counts", "run:r1");
    hub.edge("reports", "publication:paper", "output:figure", {{"item", "Figure 2"}}, "fig2");
    hub.edge("used", "project:p2", "dataset:counts").edge("generated_by", "output:model", "project:p2");
    hub.edge("for_project", "approval:a1", "project:p1").edge("covers", "approval:a1", "dataset:dcir");
    EXPECT_EQ(hub.commit(), 2u);
  }

  HubRegister hub;
};

TEST_F(Scripts, AnswerWithSourcesOfAResult) {
  EXPECT_EQ(hub.answer("--- @param result ref\n"
                       "return report { title = 'Sources of ' .. arg.result,\n"
                       "  rows { sources(arg.result):only('dataset'), 'ref', 'title', 'depth', 'precision' } }",
                       {{"result", "publication:paper"}}),
            "# Sources of publication:paper\n"
            "ref | title | depth | precision\n"
            "dataset:dcir | DCIR | 4 | exact\n");
}

TEST_F(Scripts, WalkUpstreamAndDownstream) {
  EXPECT_EQ(hub.answer("return upstream('output:figure')"),
            "ref | title | depth | precision\n"
            "run:r1 | Run 1 | 1 | exact\n"
            "dataset:extract | Extract | 2 | exact\n"
            "dataset:dcir | DCIR | 3 | exact\n");
  EXPECT_EQ(hub.answer("return downstream('dataset:extract')"),
            "ref | title | depth | precision\n"
            "run:r1 | Run 1 | 1 | exact\n"
            "dataset:counts | Counts | 2 | exact\n"
            "output:figure | Figure | 2 | exact\n"
            "project:p2 | Project 2 | 3 | exact\n"
            "publication:paper | Paper | 3 | exact\n"
            "output:model | Model | 4 | possible\n");
}

TEST_F(Scripts, TakeOptions) {
  EXPECT_EQ(hub.answer("return downstream('dataset:extract', {depth = 2, kind = {'output', 'dataset'}})"),
            "ref | title | depth | precision\n"
            "dataset:counts | Counts | 2 | exact\n"
            "output:figure | Figure | 2 | exact\n");
  EXPECT_EQ(hub.answer("return #downstream('dataset:extract', {precision = 'exact'}), #downstream('dataset:extract', "
                       "{exact = false})"),
            "5\n6\n");
  EXPECT_EQ(hub.answer("return upstream('approval:a1', {through = 'covers'}):refs()"), "dataset:dcir\n");
  EXPECT_EQ(hub.answer("return #upstream('run:r1', {through = '+performed_for'}), #upstream('run:r1')"), "3\n2\n");
  EXPECT_EQ(hub.answer("return #upstream('output:figure', {limit = 2})"), "2\n");
}

TEST_F(Scripts, AskWhoTouchedAndWhatReaches) {
  EXPECT_EQ(hub.answer("return rows { touches('dataset:dcir'), 'ref', 'direct', 'depth', 'precision' }"),
            "ref | direct | depth | precision\n"
            "project:p2 | no | 4 | exact\n"
            "project:p1 | no | - | exact\n");
  EXPECT_EQ(
      hub.answer("return reaches('dataset:dcir', 'publication:paper'), reaches('publication:paper', 'dataset:dcir')"),
      "true\nfalse\n");
}

TEST_F(Scripts, ShowAPath) {
  EXPECT_EQ(hub.answer("local chain = path('output:figure', 'dataset:dcir')\n"
                       "return rows { chain, 'ref' }, chain.direction, chain.precision, chain.edges[3].how"),
            "ref\noutput:figure\nrun:r1\ndataset:extract\ndataset:dcir\nup\nexact\nextract\n");
  EXPECT_EQ(hub.answer("return #path('output:model', 'publication:paper')"), "0\n");
}

TEST_F(Scripts, CombineSets) {
  EXPECT_EQ(
      hub.answer("local a, b = set{'dataset:dcir', 'dataset:extract'}, set{'dataset:extract', 'run:r1'}\n"
                 "return (a & b):refs(), (a | b):refs(), (a - b):refs(), #a, a == b, a & b == set{'dataset:extract'}"),
      "dataset:extract\n"
      "dataset:dcir\ndataset:extract\nrun:r1\n"
      "dataset:dcir\n"
      "2\nfalse\ntrue\n");
  EXPECT_EQ(hub.answer("return (set{'dataset:dcir', 'run:r1'} - 'run:r1'):refs(), (node('run:r1') | set{}):refs(), "
                       "tostring(set{'run:r1'})"),
            "dataset:dcir\nrun:r1\nset of 1 node\n");
}

TEST_F(Scripts, KeepDepthThroughAlgebraThatOnlyNarrows) {
  EXPECT_EQ(
      hub.answer(
          "local up = upstream('output:figure')\n"
          "return rows { up & nodes('dataset'), 'ref', 'depth' }, rows { up - 'dataset:extract', 'ref', 'depth' },\n"
          "  rows { up:only('dataset') | up:only('run'), 'ref', 'depth' }, rows { nodes('dataset') & up, 'ref', "
          "'depth' }"),
      "ref | depth\ndataset:extract | 2\ndataset:dcir | 3\n"
      "ref | depth\nrun:r1 | 1\ndataset:dcir | 3\n"
      "ref | depth\nrun:r1 | 1\ndataset:extract | 2\ndataset:dcir | 3\n"
      "ref | depth\ndataset:dcir | -\ndataset:extract | -\n");
}

TEST_F(Scripts, FilterSets) {
  EXPECT_EQ(
      hub.answer(
          "return nodes('dataset'):where{type = {'base', 'table'}}:refs(), nodes():where{conditions = 'RTN'}:refs(),\n"
          "  nodes():where{n_records = 5.0}:refs(), nodes():where{issued = '2024-05-01'}:refs(),\n"
          "  nodes():where{kind = 'run', state = 'complete'}:refs()"),
      "dataset:counts\ndataset:dcir\ndataset:dcir\ndataset:dcir\ndataset:extract\nrun:r1\n");
  EXPECT_EQ(
      hub.answer(
          "return upstream('output:figure'):where(function(item) return item.depth > 1 and item.title ~= 'DCIR' end)"),
      "ref | title | depth | precision\ndataset:extract | Extract | 2 | exact\n");
  EXPECT_EQ(hub.answer("return upstream('output:figure'):where{precision = 'exact', depth = 1}:refs()"), "run:r1\n");
}

TEST_F(Scripts, FollowEdgesOfItemsAndSets) {
  EXPECT_EQ(hub.answer("return nodes('approval'):outgoing('for_project'):refs(), "
                       "node('project:p1'):incoming('for_project', 'performed_for'):refs(),\n"
                       "  (nodes('project') - nodes('approval'):outgoing('for_project')):refs(), "
                       "node('dataset:dcir'):incoming():refs()"),
            "project:p1\napproval:a1\nrun:r1\nproject:p2\napproval:a1\ndataset:extract\n");
  EXPECT_EQ(hub.answer("local list = {}\n"
                       "for _, edge in ipairs(node('publication:paper'):edges('up')) do\n"
                       "  list[#list + 1] = edge.kind .. ' ' .. edge.from .. ' ' .. edge.to .. ' ' .. edge.label .. ' "
                       "' .. edge.item\n"
                       "end\n"
                       "return list, #node('run:r1'):edges('down', 'generated_by'), #node('run:r1'):edges(), "
                       "tostring(node('run:r1'):edges('up', 'used')[1])"),
            "reports publication:paper output:figure fig2 Figure 2\n2\n4\nrun:r1 -used-> dataset:extract\n");
}

TEST_F(Scripts, LoopOverSetsInOrder) {
  EXPECT_EQ(hub.answer("local list = {}\n"
                       "for item in upstream('output:figure') do list[#list + 1] = item.ref .. '@' .. item.depth end\n"
                       "for i, item in ipairs(nodes('project')) do list[#list + 1] = i .. item.title end\n"
                       "for outer in nodes('project') do for inner in nodes('project') do list[#list + 1] = outer.key "
                       ".. inner.key end end\n"
                       "return table.concat(list, ' '), nodes('project')[3]"),
            "run:r1@1 dataset:extract@2 dataset:dcir@3 1Project 1 2Project 2 p1p1 p1p2 p2p1 p2p2\n");
}

TEST_F(Scripts, ReadWhatItemsKnow) {
  EXPECT_EQ(hub.answer("local d = node('dataset:dcir')\n"
                       "return d.ref, d.kind, d.key, d.tx, d.valid_from, tostring(d.valid_to), d.n_records, "
                       "d.conditions, tostring(d.acronym), d:get('title'), "
                       "tostring(d), d == node('dataset:dcir'), d.alive, tostring(d.depth)"),
            "dataset:dcir\ndataset\ndcir\n2\n2006-01-01T00:00:00Z\nnil\n5\nNPU\nRTN\nnil\nDCIR\ndataset:"
            "dcir\ntrue\ntrue\nnil\n");
}

TEST_F(Scripts, FindNodesByTheirWords) {
  EXPECT_EQ(hub.answer("return find('project'):refs(), find('run 1', 'run'):refs(), #find('nothing like it')"),
            "project:p1\nproject:p2\nrun:r1\n0\n");
  EXPECT_EQ(hub.answer("return find('x', 'datset')"),
            "script: test:1: there is no node kind \"datset\" in this register; did you mean \"dataset\"?\n");
}

TEST_F(Scripts, CompareAndCountTimes) {
  EXPECT_EQ(
      hub.answer("local a = node('approval:a1')\n"
                 "return a.valid_to <= time('2025-01-01'), a.valid_to < '2025-01-01', a.valid_to > "
                 "'2024-12-31T23:59:59Z', a.valid_to - a.valid_from,\n"
                 "  a.valid_from + 90, a.valid_to - 0.5, a.valid_to.year, a.valid_to.month, (a.valid_to - 1).date,\n"
                 "  time('2024-01-01') == a.valid_from, 'until ' .. a.valid_to"),
      "true\nfalse\ntrue\n366\n2024-03-31T00:00:00Z\n2024-12-31T12:00:00Z\n2025\n1\n2024-12-31\ntrue\nuntil "
      "2025-01-01T00:00:00Z\n");
}

TEST_F(Scripts, MakeRowsOfSetsListsAndTables) {
  EXPECT_EQ(
      hub.answer(
          "return rows { nodes('project'), 'key', {'name', 'title'}, {'runs', function(p) return "
          "#p:incoming('performed_for') end},\n"
          "  {'approvals', function(p) return p:incoming('for_project') end}, title = 'Projects' },\n"
          "  rows { {{kind = 'a', n = 1}, {kind = 'b', n = 2.5}, {kind = 'c', n = {1, 'x', true}}}, 'kind', 'n' },\n"
          "  rows { {node('run:r1'), node('dataset:dcir')}, 'ref', 'valid_from', 'depth' },\n"
          "  rows { node('run:r1'):edges('up', 'used'), 'from', 'to' }"),
      "## Projects\nkey | name | runs | approvals\np1 | Project 1 | 1 | approval:a1\np2 | Project 2 | 0 | \n"
      "kind | n\na | 1\nb | 2.500000\nc | 1, x, true\n"
      "ref | valid_from | depth\nrun:r1 | - | -\ndataset:dcir | 2006-01-01T00:00:00Z | -\n"
      "from | to\nrun:r1 | dataset:extract\n");
}

TEST_F(Scripts, NestReportsAndLeaveOutFalseBlocks) {
  EXPECT_EQ(hub.answer("return report { title = 'All', 'a line', text { 'one', 'two', title = 'Two' }, false, report { "
                       "title = 'Inner', text 'inside' }, set{'run:r1'} }"),
            "# All\na line\n## Two\none\ntwo\ninside\nref | title\nrun:r1 | Run 1\n");
  EXPECT_EQ(hub.answer("return"), "");
  EXPECT_EQ(hub.answer("return nil, 1, true, 0.5, time('2024-01-01'), node('run:r1')"),
            "1\ntrue\n0.5\n2024-01-01T00:00:00Z\nrun:r1\n");
}

TEST_F(Scripts, LookAtOtherTimes) {
  hub.now = day("2026-03-03");
  hub.node("dataset:extract", {{"title", "Extract, corrected"}})
      .node("dataset:late")
      .edge("derived_from", "dataset:extract", "dataset:late")
      .retract("output:model");
  ASSERT_EQ(hub.commit(), 3u);
  EXPECT_EQ(hub.answer("local before = at{known_at = 2}\n"
                       "return before:node('dataset:extract').title, node('dataset:extract').title, "
                       "before:known_at().tx, known_at().tx, known_at().time,\n"
                       "  (upstream('output:figure') - before:upstream('output:figure')):refs(), "
                       "before:exists('output:model'), exists('output:model'),\n"
                       "  rows { before:nodes('output'), 'ref', 'title' }, before == at{known_at = '2'}, at{known_at = "
                       "'2026-02-01'}:known_at().tx"),
            "Extract\nExtract, corrected\n2\n3\n2026-03-03T00:00:00Z\ndataset:late\ntrue\nfalse\nref | "
            "title\noutput:figure | Figure\noutput:model | Model\nfalse\n2\n");
  EXPECT_EQ(hub.answer("return #at{valid_at = '2005-06-01'}:nodes('dataset'), #nodes('dataset'), #at{valid_at = "
                       "'2024-06-01'}:nodes('approval'),\n"
                       "  #at{valid_at = '2025-06-01/2025-07-01'}:nodes('approval'), #at{valid_at = "
                       "'2025-06-01'}:node('project:p1'):incoming('for_project')"),
            "3\n4\n1\n0\n0\n");
}

TEST_F(Scripts, AreNotShownWhatComesAfterTheirView) {
  hub.node("dataset:late");
  hub.commit();
  const Result<Snapshot> then = hub.store().snapshot_at(TxNumber{2});
  ASSERT_TRUE(then.ok());
  const Result<Report> report = run_script(*then, &hub.store(), "test", "return at{known_at = 3}:known_at().tx", {});
  EXPECT_EQ(report.status().text(),
            "test:1: known_at = 3 is beyond transaction 2, where this run looks at the register");
  const Result<Report> without = run_script(*then, nullptr, "test", "return at{known_at = 1}:known_at().tx", {});
  EXPECT_EQ(without.code(), Code::kScript);
  EXPECT_EQ(without.status().text(),
            "test:1: this run sees the register at one transaction only, so at{known_at = ...} and transaction() can't "
            "be asked here");
}

TEST_F(Scripts, GetArgumentsOfTheirTypes) {
  const std::string source =
      "--- @param a ref\n--- @param b? text\n--- @param c? integer\n--- @param d? date\n--- @param e? kind\n--- @param "
      "f? boolean\n"
      "return arg.a, arg.b, arg.c and arg.c + 1, arg.d and arg.d.year, arg.e, arg.f";
  EXPECT_EQ(
      hub.answer(source,
                 {{"a", "run:r1"}, {"b", "x y"}, {"c", "-7"}, {"d", "2026-01-31"}, {"e", "dataset"}, {"f", "yes"}}),
      "run:r1\nx y\n-6\n2026\ndataset\ntrue\n");
  EXPECT_EQ(hub.answer(source, {{"a", "run:r1"}}), "run:r1\n");
}

TEST_F(Scripts, RefuseArgumentsThatDoNotFit) {
  const std::string source =
      "--- @param item ref  what to look at\n--- @param n? integer\n--- @param d? date\n--- @param k? kind\n--- @param "
      "b? boolean\nreturn 1";
  const auto refusal = [&](std::vector<std::pair<std::string, std::string>> arguments) {
    return hub.answer(source, std::move(arguments));
  };
  const std::string takes = "test takes item (ref), n? (integer), d? (date), k? (kind), b? (boolean)";
  EXPECT_EQ(refusal({}), "invalid: item is missing: what to look at; " + takes + "\n");
  EXPECT_EQ(refusal({{"itm", "run:r1"}}),
            "invalid: there is no argument \"itm\"; " + takes + "; did you mean \"item\"?\n");
  EXPECT_EQ(refusal({{"item", "run:r1"}, {"item", "run:r1"}}), "invalid: item is given twice\n");
  EXPECT_EQ(refusal({{"item", "run:r2"}}), "not_found: item: the register knows no run:r2\n");
  EXPECT_EQ(refusal({{"item", "rnu:r1"}}),
            "invalid: item: there is no node kind \"rnu\" in this register; did you mean \"run\"?\n");
  EXPECT_EQ(refusal({{"item", "run:r1"}, {"n", "5x"}}), "invalid: n = \"5x\" is not a whole number\n");
  EXPECT_EQ(refusal({{"item", "run:r1"}, {"d", "31/01/2026"}}),
            "invalid: d = \"31/01/2026\" is not a date such as 2026-01-31, or a time such as 2026-01-31T12:00:00Z\n");
  EXPECT_EQ(refusal({{"item", "run:r1"}, {"k", "datasets"}}),
            "invalid: k: there is no node kind \"datasets\" in this register; did you mean \"dataset\"?\n");
  EXPECT_EQ(refusal({{"item", "run:r1"}, {"b", "maybe"}}), "invalid: b = \"maybe\" is not true or false\n");
}

TEST_F(Scripts, AreToldWhatTheyProbablyMeant) {
  const auto failure = [&](const std::string& source) { return hub.answer("\n" + source); };
  EXPECT_EQ(failure("return upsteam('run:r1')"), "script: test:2: there is no 'upsteam'; did you mean 'upstream'?\n");
  EXPECT_EQ(failure("return upstream('run:r1', {dept = 1})"),
            "script: test:2: there is no option \"dept\"; options are depth, kind, through, precision, exact, "
            "granularity and limit; did you mean \"depth\"?\n");
  EXPECT_EQ(failure("return upstream('run:r1', {kind = 'datset'})"),
            "script: test:2: there is no node kind \"datset\" in this register; did you mean \"dataset\"?\n");
  EXPECT_EQ(failure("return upstream('run:r1', {through = 'use'})"),
            "script: test:2: there is no edge kind \"use\" in this register; did you mean \"used\"?\n");
  EXPECT_EQ(failure("return node('run:r1').titel"),
            "script: test:2: no \"titel\" is declared for a run; did you mean \"title\"? (to read a property of that "
            "name all the same: :get(\"titel\"))\n");
  EXPECT_EQ(failure("return node('run:r1'):edges('up', 'usedd')"),
            "script: test:2: there is no edge kind \"usedd\" in this register; did you mean \"used\"?\n");
  EXPECT_EQ(failure("return node('run:r9')"), "script: test:2: the register knows no run:r9\n");
  EXPECT_EQ(failure("return set{'run:r1'}:onyl('run')"),
            "script: test:2: a set has no \"onyl\"; what its nodes have is asked of each: for item in set do ... "
            "item.onyl ... end; did you mean \"only\"?\n");
  EXPECT_EQ(failure("return rows { nodes('run'), 'titel' }"),
            "script: test:2: no \"titel\" is declared for a node; did you mean \"title\"? (to read a property of that "
            "name all the same: :get(\"titel\"))\n");
  EXPECT_EQ(failure("return at{knwon_at = 1}"),
            "script: test:2: at{} takes known_at and valid_at, and no \"knwon_at\"; did you mean \"known_at\"?\n");
  EXPECT_EQ(failure("local before = at{known_at = 1}; return before.upstream('run:r1')"),
            "script: test:2: call it with a colon: before:upstream(...), not before.upstream(...)\n");
  EXPECT_EQ(hub.answer("--- @param result? ref\nreturn arg.reslut"),
            "script: test:2: the header declares no parameter 'reslut'; did you mean 'result'?\n");
}

TEST_F(Scripts, FailWithTheirLineWhenMisused) {
  const auto failure = [&](const std::string& source) { return hub.answer("\n" + source); };
  EXPECT_EQ(failure("return upstream(5)"),
            "script: test:2: expected a ref such as \"dataset:snds/dcir\", a node, a set, or a list of these\n");
  EXPECT_EQ(failure("return upstream('run:r1', {depth = -1})"),
            "script: test:2: depth must be a whole number, 0 or more\n");
  EXPECT_EQ(failure("return rows { 5, 'x' }"),
            "script: test:2: rows{} begins with what to show: a set, or a list of nodes, edges or tables\n");
  EXPECT_EQ(failure("return rows { {{a = 1}}, 'b' }"), "script: test:2: no row has \"b\"\n");
  EXPECT_EQ(failure("return rows { {{a = {b = {}}}}, 'a' }"),
            "script: test:2: row 1, column \"a\": a cell can't show a table with named fields; give text, a number, a "
            "time or a list\n");
  EXPECT_EQ(failure("return rows { {{a = '\\xff'}}, 'a' }").substr(0, 49),
            "script: test:2: row 1, column \"a\" is no text: it ");
  EXPECT_EQ(failure("return {a = 1}"),
            "invalid: a report is made of rows{...}, tree{...}, graph{...}, timeline{...}, chart{...}, text(...), sets "
            "and plain values; to show a table, put it into rows{...}\n");
  EXPECT_EQ(failure("local t = {} t[1] = t return t").substr(0, 7), "script:");
}

TEST_F(Scripts, ReportHowCompleteTheirAnswersWere) {
  const Result<Report> whole = hub.run("return sources('publication:paper')");
  ASSERT_TRUE(whole.ok()) << whole.status().text();
  EXPECT_TRUE(whole->completeness.complete());
  EXPECT_TRUE(whole->completeness.unknown.empty());
  EXPECT_EQ(whole->known_at, 2u);
  EXPECT_EQ(whole->script_sha256.size(), 64u);

  hub.node("output:orphan")
      .node("run:blind")
      .node("output:blindly")
      .edge("generated_by", "output:blindly", "run:blind")
      .commit();
  const Result<Report> partial =
      hub.run("local a = downstream('dataset:dcir', {depth = 1}); return upstream{'output:orphan', 'output:blindly'}");
  ASSERT_TRUE(partial.ok()) << partial.status().text();
  ASSERT_EQ(partial->completeness.reasons.size(), 1u);
  EXPECT_EQ(partial->completeness.reasons[0].reason, "depth");
  EXPECT_EQ(partial->completeness.reasons[0].count, 1u);
  ASSERT_EQ(partial->completeness.unknown.size(), 2u);
  EXPECT_EQ(partial->completeness.unknown[0].missing, "origin");
  EXPECT_EQ(partial->completeness.unknown[1].missing, "inputs");
}

TEST_F(Scripts, KeepWithinTheirBudgets) {
  const auto ends_with = [&](const std::string& source, ScriptRunLimits limits) {
    return hub.run(source, {}, limits).code();
  };
  EXPECT_EQ(ends_with("while true do local s = nodes() end", {.steps_max = 100'000}), Code::kLimit);
  EXPECT_EQ(ends_with("while true do local s = upstream('output:figure') end", {.steps_max = 100'000}), Code::kLimit);
  EXPECT_EQ(ends_with("while true do local s = nodes():where{title = 'x'} end", {.steps_max = 100'000}), Code::kLimit);
  EXPECT_EQ(
      ends_with("while true do pcall(function() while true do nodes():refs() end end) end", {.steps_max = 100'000}),
      Code::kLimit);
  EXPECT_EQ(ends_with("return rows { nodes(), 'ref' }", {.rows_max = 3}), Code::kLimit);
  EXPECT_EQ(ends_with("return rows { nodes(), {'x', function() while true do end end} }", {.steps_max = 100'000}),
            Code::kLimit);
  EXPECT_EQ(ends_with("return text(('x'):rep(100000))", {.output_bytes_max = 1000}), Code::kLimit);
  EXPECT_EQ(ends_with("local all = {} while true do all[#all + 1] = rows { nodes(), 'ref', 'title' } end",
                      {.memory_bytes = 4 << 20}),
            Code::kLimit);
  EXPECT_EQ(ends_with("local t = {} for i = 1, 2000 do t[i] = at{valid_at = time('2000-01-01') + i} end", {}),
            Code::kLimit);
}

TEST_F(Scripts, CantMultiplyWhatTheyShow) {
  const auto ends_with = [&](const std::string& source, ScriptRunLimits limits) {
    return hub.run(source, {}, limits).code();
  };
  EXPECT_EQ(ends_with("local r = report { text 'x' } for i = 1, 40 do r = report { r, r } end return r", {}),
            Code::kLimit);
  const std::string thrice = "local b = rows { nodes('project'), 'ref' } return report { b, b, b }";
  EXPECT_EQ(hub.run(thrice, {}, {.rows_max = 6})->blocks.size(), 3u);
  EXPECT_EQ(ends_with(thrice, {.rows_max = 5}), Code::kLimit);
  EXPECT_EQ(ends_with("local b = text(('x'):rep(600)) return b, b", {.output_bytes_max = 1000}), Code::kLimit);
  // Titles and headers count too, and are short.
  EXPECT_EQ(ends_with("return text{'a', title = ('x'):rep(5000)}", {}), Code::kLimit);
  EXPECT_EQ(ends_with("return rows { {{a = 1}}, {('x'):rep(5000), 'a'} }", {}), Code::kLimit);
  const std::string titled = "local b = text{'a', title = ('x'):rep(600)} return b, b";
  EXPECT_EQ(ends_with(titled, {.output_bytes_max = 1000}), Code::kLimit);
  EXPECT_TRUE(hub.run(titled, {}, {.output_bytes_max = 2000}).ok());
  EXPECT_EQ(ends_with("local all = {} for i = 1, 9000 do all[i] = text{'a', title = ('x'):rep(4000)} end return 1",
                      {.memory_bytes = 8 << 20, .output_bytes_max = 1 << 30}),
            Code::kLimit);
}

TEST_F(Scripts, ThatMisuseTheFunctionsAreContained) {
  const ScriptRunLimits limits{.steps_max = 2'000'000, .memory_bytes = 8 << 20};
  const auto outcome = [&](const std::string& source) { return hub.run(source, {}, limits).code(); };
  // Calling back without end: the stack runs out and not the host's.
  EXPECT_EQ(outcome("function f() return rows { {{a = 1}}, {'x', function() f() return 1 end} } end return f()"),
            Code::kScript);
  EXPECT_EQ(outcome("function f() return nodes():where(function() f() return true end) end return f()"), Code::kScript);
  EXPECT_EQ(outcome("local w = coroutine.wrap(function() return nodes():where(function() coroutine.yield(1) end) end) "
                    "return w()"),
            Code::kScript);
  // Keeping everything.
  for (const char* what : {"nodes() - 'run:r1'", "node('run:r1')", "node('run:r1'):edges()", "nodes():refs()",
                           "schema()", "rows { nodes(), 'ref' }"})
    EXPECT_EQ(outcome(std::string("local t = {} while true do t[#t + 1] = ") + what + " end"), Code::kLimit) << what;
  // Values that end where Lua has no stack left to end them on.
  EXPECT_EQ(outcome("local function deep(n) local s = set{'run:r1'} if n > 0 then return pcall(deep, n - 1) end for i "
                    "= 1, 5000 do local x = set{} end end\n"
                    "for i = 1, 200 do deep(180 + i % 20) end"),
            Code::kLimit);
  // Metamethods of the script's own.
  EXPECT_EQ(outcome("return rows { {setmetatable({}, {__index = function() while true do end end})}, 'a' }"),
            Code::kLimit);
  EXPECT_EQ(hub.answer("local o = setmetatable({}, {__index = error, __len = error, __pairs = error, __eq = error}) "
                       "return #upstream(o, o)"),
            "0\n");
  EXPECT_EQ(hub.answer("local out = {} for i, v in ipairs { nodes(), node('run:r1'), at{valid_at = '2020-01-01'}, "
                       "time('2020-01-01'), text 'x' } do\n"
                       "  out[i] = tostring(getmetatable(v)) .. tostring(pcall(setmetatable, v, {})) end return out, "
                       "getmetatable(_G)"),
            "falsefalse\nfalsefalse\nfalsefalse\nfalsefalse\nfalsefalse\nfalse\n");
  EXPECT_EQ(hub.answer("local only = nodes().only return pcall(only, 5), pcall(only, node('run:r1'), 'run'), "
                       "(pcall(nodes(), nil, 5))")
                .substr(0, 6),
            "false\n");
}

TEST_F(Scripts, ThatEndHalfwayLeaveNothingBehind) {
  // Every allocation of the script fails once: the answer is the same or a clean limit.
  const std::string source =
      "return report { title = 'x', rows { upstream('output:figure') & nodes('dataset'), 'ref', {'t', function(i) "
      "return i.title end} } }";
  int limits = 0;
  for (std::uint64_t bytes = 20'000; bytes < 400'000; bytes += 1'000) {
    const Result<Report> report = hub.run(source, {}, {.memory_bytes = bytes});
    if (report.ok()) {
      EXPECT_EQ(text_of(*report), "# x\nref | t\ndataset:extract | Extract\ndataset:dcir | DCIR\n");
    } else {
      EXPECT_EQ(report.code(), Code::kLimit) << report.status().text();
      ++limits;
    }
  }
  EXPECT_GT(limits, 0);
}

TEST_F(Scripts, DescribeTheSchema) {
  EXPECT_EQ(hub.answer("local s = schema()\n"
                       "return #s.nodes, s.nodes[1].name, s.nodes[1].role, s.edges[1].name, s.edges[1].class, "
                       "s.edges[5].weak, s.edges[2].ends[1].from"),
            "16\ndataset\ndataset\nderived_from\nlineage\ntrue\nrun\nproject\n");
}

TEST_F(Scripts, ThatImportAreNoQuestions) {
  EXPECT_EQ(hub.answer("--- @format x\n--- @input json\n"),
            "invalid: test reads files of the format x and answers no question\n");
}

}  // namespace
}  // namespace amont
