// The blocks of reports that are drawn: tree, graph, timeline, chart.
#include <gtest/gtest.h>

#include "tests/query/lua/hub_register.h"

namespace amont {
namespace {

// dcir <- extract <- run1 (for p1) <- figure <- paper; p2 used the figure and made "model"; counts comes from both dcir and extract.
class ReportBlocks : public testing::Test {
 protected:
  ReportBlocks() {
    hub.node("dataset:base", {{"title", "Base"}}).node("dataset:base/t", {{"title", "Table"}});
    hub.node("variable:base/t/age", {{"title", "Age"}});
    hub.edge("part_of", "dataset:base/t", "dataset:base").edge("part_of", "variable:base/t/age", "dataset:base/t");
    hub.node("dataset:dcir", {{"title", "DCIR"}}, {day("2006-01-01"), {}});
    hub.node("dataset:extract", {{"title", "Extract"}, {"n_records", std::int64_t{7}}},
             {day("2024-01-01"), day("2025-01-01")});
    hub.node("dataset:counts", {{"title", "Counts"}, {"n_records", std::int64_t{3}}});
    hub.node("run:r1", {{"title", "Run 1"}}).node("project:p1", {{"title", "Project 1"}});
    hub.node("project:p2").node("output:figure", {{"title", "Figure"}}).node("output:model");
    hub.edge("derived_from", "dataset:extract", "dataset:dcir").edge("derived_from", "dataset:counts", "dataset:dcir");
    hub.edge("derived_from", "dataset:counts", "dataset:extract");
    hub.edge("used", "run:r1", "dataset:extract").edge("used", "run:r1", "variable:base/t/age");
    hub.edge("performed_for", "run:r1", "project:p1").edge("generated_by", "output:figure", "run:r1");
    hub.edge("used", "project:p2", "output:figure").edge("generated_by", "output:model", "project:p2");
    EXPECT_EQ(hub.commit(), 2u);
  }

  std::string failure(const std::string& source) { return hub.answer("\n" + source); }

  HubRegister hub;
};

TEST_F(ReportBlocks, ATreeSpreadsAWalkOutOnce) {
  EXPECT_EQ(hub.answer("return tree { 'dataset:counts', title = 'Made from' }"),
            "## Made from\n"
            "dataset:counts\n"
            "  dataset:dcir (derived_from)\n"
            "  dataset:extract (derived_from)\n"
            "    dataset:dcir (derived_from)\n");
  EXPECT_EQ(hub.answer("return tree { 'dataset:dcir', direction = 'down', depth = 3 }"),
            "dataset:dcir\n"
            "  dataset:counts (derived_from)\n"
            "  dataset:extract (derived_from)\n"
            "    dataset:counts (derived_from)\n"
            "    run:r1 (used)\n"
            "      output:figure (generated_by)\n");
}

TEST_F(ReportBlocks, ATreeSaysWhatIsPossibleAndWhereToLook) {
  EXPECT_EQ(hub.answer("return tree { {'output:model', 'run:r1'} }"),
            "output:model\n"
            "  project:p2 (generated_by)\n"
            "    output:figure (used; possible)\n"
            "      run:r1 (generated_by; see below)\n"
            "run:r1\n"
            "  dataset:base/t (used)\n"
            "  dataset:extract (used)\n"
            "    dataset:dcir (derived_from)\n");
}

TEST_F(ReportBlocks, ATreeMayComeFromAFunction) {
  EXPECT_EQ(hub.answer("return tree { 'dataset:base', function(node) return node:incoming('part_of') end }"),
            "dataset:base\n"
            "  dataset:base/t\n"
            "    variable:base/t/age\n");
  EXPECT_EQ(hub.answer("return tree { 'dataset:base', function(n) return n:incoming('part_of') end, depth = 1 }"),
            "dataset:base\n  dataset:base/t\n");
  EXPECT_EQ(
      hub.answer("return tree { nodes('project'), function(n) if n.key == 'p1' then return 'project:p2' end end }"),
      "project:p1\n  project:p2\nproject:p2\n");
  EXPECT_EQ(hub.answer("return tree { 'run:r1', function() return {'run:r1', 'project:p1'} end }"),
            "run:r1\n  project:p1\n    project:p1 (see above)\n    run:r1 (see above)\n  run:r1 (see above)\n");
}

TEST_F(ReportBlocks, AGraphIsASetWithTheLineageInIt) {
  EXPECT_EQ(hub.answer("return graph { nodes('dataset'), 'run:r1', title = 'Data' }"),
            "## Data\n"
            "dataset:base\n"
            "dataset:base/t\n"
            "dataset:counts\n"
            "dataset:dcir\n"
            "dataset:extract\n"
            "run:r1\n"
            "dataset:counts -derived_from-> dataset:dcir\n"
            "dataset:counts -derived_from-> dataset:extract\n"
            "dataset:extract -derived_from-> dataset:dcir\n"
            "run:r1 -used-> dataset:base/t\n"
            "run:r1 -used-> dataset:extract\n");
}

TEST_F(ReportBlocks, AGraphMayBeAWalkEdgesOrAnythingThatIsNamed) {
  EXPECT_EQ(hub.answer("return graph { 'output:model', depth = 3 }"),
            "output:figure possible\n"
            "output:model start\n"
            "project:p2\n"
            "run:r1 possible\n"
            "output:figure -generated_by-> run:r1\n"
            "output:model -generated_by-> project:p2\n"
            "project:p2 -used-> output:figure\n");
  EXPECT_EQ(hub.answer("return graph { 'dataset:extract' }"),
            "dataset:dcir\ndataset:extract start\ndataset:extract -derived_from-> dataset:dcir\n");
  EXPECT_EQ(hub.answer("return graph { edges('dataset:extract') }"),
            "dataset:dcir\ndataset:extract\ndataset:extract -derived_from-> dataset:dcir\n");
  EXPECT_EQ(hub.answer("return graph { {from = 'project:p2', to = node('project:p1'), kind = 'builds on'} }"),
            "project:p1\nproject:p2\nproject:p2 -builds on-> project:p1\n");
}

TEST_F(ReportBlocks, AGraphTiesAPartToTheWholeThatWasAskedAbout) {
  EXPECT_EQ(hub.answer("return graph { 'dataset:base', direction = 'down', depth = 1 }"),
            "dataset:base start\n"
            "dataset:base/t between\n"
            "run:r1\n"
            "dataset:base/t -part_of-> dataset:base aside\n"
            "run:r1 -used-> dataset:base/t\n");
}

TEST_F(ReportBlocks, AGraphHighlightsAPathOrASetAndShowsGaps) {
  EXPECT_EQ(
      hub.answer(
          "return graph { 'dataset:counts', direction = 'up', highlight = path('dataset:counts', 'dataset:dcir') }"),
      "dataset:counts start lit\n"
      "dataset:dcir lit\n"
      "dataset:extract\n"
      "dataset:counts -derived_from-> dataset:dcir lit\n"
      "dataset:counts -derived_from-> dataset:extract\n"
      "dataset:extract -derived_from-> dataset:dcir\n");
  EXPECT_EQ(hub.answer("local use = node('run:r1'):edges('up', 'used')\n"
                       "return graph { 'run:r1', depth = 1, highlight = nodes('run') | 'dataset:extract',\n"
                       "  gaps = { {use[2], why = 'no approval'}, 'dataset:base/t' } }"),
            "dataset:base/t gap: gap\n"
            "dataset:extract lit\n"
            "run:r1 start lit\n"
            "run:r1 -used-> dataset:base/t gap: no approval\n"
            "run:r1 -used-> dataset:extract lit\n");
}

TEST_F(ReportBlocks, AGraphShowsTheUsesThatNoApprovalCovered) {
  EXPECT_EQ(
      hub.answer("local run = node('run:r1')\n"
                 "local uses = { {run = run, dataset = node('dataset:extract'), covered = false, gaps = { {reason = "
                 "'expired'}, {reason = 'expired'}, {reason = 'scope'} } },\n"
                 "  {run = run, dataset = node('dataset:base/t'), covered = true, gaps = {}} }\n"
                 "return graph { 'run:r1', depth = 1, gaps = uses }"),
      "dataset:base/t\n"
      "dataset:extract\n"
      "run:r1 start\n"
      "run:r1 -used-> dataset:base/t\n"
      "run:r1 -used-> dataset:extract gap: expired, scope\n");
}

TEST_F(ReportBlocks, AGraphKnowsWhatItsNodesMayBeFoldedInto) {
  EXPECT_EQ(hub.answer("return graph { {'output:figure', 'run:r1', 'dataset:base/t'}, fold = true, legend = false }"),
            "dataset:base/t in dataset:base\n"
            "output:figure in project:p1\n"
            "run:r1 in project:p1\n"
            "output:figure -generated_by-> run:r1\n"
            "run:r1 -used-> dataset:base/t\n");
  EXPECT_EQ(hub.answer("return graph { {'output:figure', 'run:r1', 'dataset:base/t'}, fold = 'base' }"),
            "dataset:base/t in dataset:base\n"
            "output:figure\n"
            "run:r1\n"
            "output:figure -generated_by-> run:r1\n"
            "run:r1 -used-> dataset:base/t\n");
}

TEST_F(ReportBlocks, ATimelineShowsWhenAndLeavesEndsOpen) {
  EXPECT_EQ(hub.answer("return timeline { set{'dataset:dcir', 'dataset:extract'}, kind = 'title', title = 'Valid' }"),
            "## Valid\n"
            "dataset:dcir: 2006-01-01T00:00:00Z .. open, DCIR\n"
            "dataset:extract: 2024-01-01T00:00:00Z .. 2025-01-01T00:00:00Z, Extract\n");
  EXPECT_EQ(hub.answer("return timeline { { {label = 'a', from = '2025-01-01', kind = 'gap'}, {label = 2, to = "
                       "time('2025-02-01')} } }"),
            "a: 2025-01-01T00:00:00Z .. open, gap\n2: open .. 2025-02-01T00:00:00Z\n");
  EXPECT_EQ(hub.answer("return timeline { nodes('run'), label = function(r) return r.title end, "
                       "from = function() return '2025-01-01' end }"),
            "Run 1: 2025-01-01T00:00:00Z .. open\n");
}

TEST_F(ReportBlocks, AChartShowsNumbers) {
  EXPECT_EQ(hub.answer("return chart { set{'dataset:counts', 'dataset:extract', 'dataset:dcir'}, label = 'title', "
                       "value = 'n_records' }"),
            "Counts = 3\nDCIR = none\nExtract = 7\n");
  EXPECT_EQ(
      hub.answer(
          "return chart { { {label = 'x', value = 1.5}, {label = 'y', value = -2} }, shape = 'line', unit = 'euros' }"),
      "x = 1.5\ny = -2\n");
  EXPECT_EQ(hub.answer("return chart { {} , title = 'Nothing'}"), "## Nothing\n");
}

TEST_F(ReportBlocks, MisuseIsToldWithWhatWasExpected) {
  EXPECT_EQ(failure("return tree {}"),
            "script: test:2: tree{} begins with its root: a ref, a node, a set, or a list of these\n");
  EXPECT_EQ(failure("return tree { 'run:r1', directon = 'up' }"),
            "script: test:2: there is no option \"directon\"; options are depth, kind, through, precision, exact, "
            "granularity, limit, direction and reduce; did you mean \"direction\"?\n");
  EXPECT_EQ(failure("return tree { 'run:r1', function() end, direction = 'up' }"),
            "script: test:2: tree{} with a function takes depth, title, and no \"direction\"\n");
  EXPECT_EQ(failure("return tree { 'run:r1', function() return 5 end }"),
            "script: test:2: what is below run:r1: expected a ref such as \"dataset:snds/dcir\", a node, a set, or a "
            "list of these\n");
  EXPECT_EQ(failure("return tree { 'run:r1', 'run:r1' }"),
            "script: test:2: tree{} takes a root, and a function that gives what is below a node; several roots are a "
            "list\n");
  EXPECT_EQ(failure("return graph {}"),
            "script: test:2: graph{} begins with what to draw: a set, edges, a path, or lists of these\n");
  EXPECT_EQ(
      failure("return graph { 5 }"),
      "script: test:2: graph{} takes refs, nodes, sets, edges, paths, {from = ..., to = ..., kind = ...}, and lists "
      "of these\n");
  EXPECT_EQ(failure("return graph { 'run:r1', higlight = set{} }").substr(0, 15), "script: test:2:");
  EXPECT_NE(failure("return graph { 'run:r1', higlight = set{} }").find("did you mean \"highlight\"?"),
            std::string::npos);
  EXPECT_EQ(failure("return graph { 'run:r1', fold = 'projects' }"),
            "script: test:2: fold must be \"project\", \"base\", true (both) or false; did you mean \"project\"?\n");
  EXPECT_EQ(failure("return graph { 'run:r1', legend = 1 }"), "script: test:2: legend must be true or false\n");
  EXPECT_EQ(failure("return timeline { 5 }"),
            "script: test:2: timeline{} begins with what to show: a set, or a list of nodes, edges or tables\n");
  EXPECT_EQ(failure("return timeline { nodes('run'), form = 'started_at' }"),
            "script: test:2: timeline{} takes label, from, to, kind, title, and no \"form\"; did you mean \"from\"?\n");
  EXPECT_EQ(failure("return timeline { { {label = 'a', from = 'soon'} } }").substr(0, 33),
            "script: test:2: row 1, from: \"soo");
  EXPECT_EQ(failure("return timeline { { {label = 'a', from = '2025-01-02', to = '2025-01-01'} } }"),
            "script: test:2: row 1, \"a\", ends before it begins\n");
  EXPECT_EQ(failure("return timeline { { {label = 'a', from = 5} } }"),
            "script: test:2: row 1, from must be a date such as \"2026-01-31\", a time, or nil for an open end\n");
  EXPECT_EQ(failure("return chart { nodes('run') }"),
            "script: test:2: chart{} needs value = \"a property\" or a function\n");
  EXPECT_EQ(failure("return chart { { {label = 'a', value = 'b'} } }"),
            "script: test:2: row 1, value must be a number, or nil for none\n");
  EXPECT_EQ(failure("return chart { { {label = 'a', vlaue = 5} } }"), "script: test:2: no row has \"value\"\n");
  EXPECT_EQ(failure("return chart { {}, shape = 'pie' }"), "script: test:2: shape must be \"bar\" or \"line\"\n");
}

TEST_F(ReportBlocks, TheColumnsOfARunningRowsBlockCantBeChanged) {
  EXPECT_EQ(hub.answer("local spec = {nodes('run'), {'x', function(r) return r.key end}}\n"
                       "spec[3] = {'y', function() spec[2] = 5; spec[3][2] = 5; return 1 end}\nreturn rows(spec)"),
            "x | y\nr1 | 1\n");
}

TEST_F(ReportBlocks, CountAgainstTheLimitsOfTheRun) {
  ScriptRunLimits few;
  few.rows_max = 5;
  for (const char* source : {"return tree { 'dataset:dcir', direction = 'down' }", "return graph { nodes('dataset') }",
                             "local t = {} for i = 1, 6 do t[i] = {label = i, value = i} end return chart { t }"})
    EXPECT_EQ(hub.run(source, {}, few).code(), Code::kLimit) << source;
  ScriptRunLimits small;
  small.output_bytes_max = 200;
  EXPECT_EQ(hub.run("return graph { nodes('dataset') }", {}, small).code(), Code::kLimit);
  ScriptRunLimits short_of_steps;
  short_of_steps.steps_max = 20'000;
  EXPECT_EQ(hub.run("return tree { 'dataset:base', function(n) while true do end end }", {}, short_of_steps).code(),
            Code::kLimit);
}

TEST_F(ReportBlocks, LookAtTheTimeOfTheSetThatIsShown) {
  hub.retract("dataset:counts");
  hub.commit();
  EXPECT_EQ(hub.answer("return graph { at{known_at = 2}:nodes('dataset') & set{'dataset:counts', 'dataset:dcir'} }"),
            "dataset:counts\ndataset:dcir\ndataset:counts -derived_from-> dataset:dcir\n");
  EXPECT_EQ(hub.answer("return tree { node('dataset:dcir'), direction = 'down', depth = 1 }"),
            "dataset:dcir\n  dataset:extract (derived_from)\n");
}

}  // namespace
}  // namespace amont
