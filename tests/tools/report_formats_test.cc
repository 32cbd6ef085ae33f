// Answers and reports in the formats that are read, sent or drawn: md, html, dot, mermaid, graphml.

#include <fmt/format.h>
#include <gtest/gtest.h>

#include "tests/tools/command.h"

namespace amont {
namespace {

constexpr std::string_view kState =
    "complete: 3 nodes; known at transaction 4 (2026-01-04T00:00:00Z), valid at any time";

class ReportFormats : public testing::Test {
 protected:
  static void SetUpTestSuite() {
    place_ = new Workplace;
    make_hub(*place_);
    place_->write(
        "blocks.lua",
        "--- One of each.\n"
        "return report { title = 'All',\n"
        "  tree { 'output:x', exact = true, title = 'Tree' },\n"
        "  graph { 'output:x', title = 'Graph', gaps = { {node('project:p'):edges('up', 'used')[1], why = 'no "
        "approval'} } },\n"
        "  timeline { { {label = 'first', from = '2025-01-01', to = '2025-07-01', kind = 'open'},\n"
        "               {label = 'hole', from = '2025-07-01', kind = 'gap'} }, title = 'Times' },\n"
        "  chart { { {label = 'a', value = 3}, {label = 'b', value = 1.5}, {label = 'c'} }, unit = 'things' },\n"
        "  text 'the end' }\n");
    place_->write("text.lua", "--- Text.\nreturn text 'nothing to draw'\n");
  }
  static void TearDownTestSuite() {
    delete place_;
    place_ = nullptr;
  }
  static Outcome run(std::vector<std::string> words, const std::string& format) {
    words.insert(words.begin(), {"-s", "hub"});
    words.insert(words.end(), {"--format", format});
    return place_->run(words);
  }
  static bool has(const std::string& text, std::string_view part) { return text.find(part) != std::string::npos; }

  static inline Workplace* place_ = nullptr;
};

TEST_F(ReportFormats, DotIsADigraphAsRecorded) {
  const Outcome outcome = run({"upstream", "output:x"}, "dot");
  EXPECT_EQ(outcome.code, 0) << outcome.err;
  EXPECT_EQ(outcome.out, fmt::format(R"(digraph amont {{
  rankdir=RL;
  node [shape=box, fontname="sans-serif", fontsize=11];
  edge [fontname="sans-serif", fontsize=9];
  label="upstream output:x\n{}";
  labelloc=t;
  n1 [label="dataset:claims\nClaims of 2025\npossible", style=dashed];
  n2 [label="dataset:hospital\nHospital stays\npossible", style=dashed];
  n3 [label="output:x\nResult\nasked about", penwidth=2];
  n4 [label="project:p\nLinkage"];
  n3 -> n4 [label="generated_by"];
  n4 -> n1 [label="used yearly"];
  n4 -> n2 [label="used"];
}}
)",
                                     kState));
  EXPECT_EQ(outcome.err, fmt::format("{}\n", kState));
}

TEST_F(ReportFormats, MarkdownHasTheTableAndAMermaidGraph) {
  const Outcome outcome = run({"upstream", "output:x"}, "md");
  EXPECT_EQ(outcome.code, 0) << outcome.err;
  EXPECT_EQ(outcome.err, "");
  EXPECT_EQ(outcome.out, fmt::format(R"(# upstream output:x

```mermaid
flowchart RL
  n1["dataset:claims<br/>Claims of 2025<br/>possible"]
  n2["dataset:hospital<br/>Hospital stays<br/>possible"]
  n3["output:x<br/>Result<br/>asked about"]
  n4["project:p<br/>Linkage"]
  n3 -->|"generated_by"| n4
  n4 -->|"used yearly"| n1
  n4 -->|"used"| n2
  classDef asked stroke-width:2px
  classDef possible stroke-dasharray:5 3
  class n1 possible
  class n2 possible
  class n3 asked
```

| ref | title | depth | precision |
| --- | --- | ---: | --- |
| project:p | Linkage | 1 | exact |
| dataset:claims | Claims of 2025 | 2 | possible |
| dataset:hospital | Hospital stays | 2 | possible |

{}
)",
                                     kState));
}

TEST_F(ReportFormats, WithoutEdgesAPageHasNoPictureAndAGraphItsNodes) {
  EXPECT_FALSE(has(run({"upstream", "output:x", "--no-edges"}, "md").out, "mermaid"));
  EXPECT_FALSE(has(run({"upstream", "output:x", "--no-edges"}, "html").out, "<svg"));
  const Outcome dot = run({"upstream", "output:x", "--no-edges"}, "dot");
  EXPECT_TRUE(has(dot.out, "project:p")) << dot.out;
  EXPECT_FALSE(has(dot.out, "->")) << dot.out;
}

TEST_F(ReportFormats, GraphmlHasAllThatIsKnown) {
  const Outcome outcome = run({"upstream", "output:y"}, "graphml");
  EXPECT_EQ(outcome.code, 0) << outcome.err;
  EXPECT_TRUE(has(outcome.out,
                  "    <node id=\"g1n1\"><data key=\"node-ref\">dataset:claims</data><data "
                  "key=\"node-title\">Claims of 2025</data></node>\n"
                  "    <node id=\"g1n2\"><data key=\"node-ref\">output:y</data><data "
                  "key=\"node-title\">Figure</data><data key=\"node-start\">true</data></node>\n"
                  "    <edge source=\"g1n2\" target=\"g1n1\"><data key=\"edge-kind\">derived_from</data></edge>\n"))
      << outcome.out;
}

TEST_F(ReportFormats, HtmlIsOnePageThatLoadsNothing) {
  const Outcome outcome = run({"upstream", "output:x"}, "html");
  EXPECT_EQ(outcome.code, 0) << outcome.err;
  EXPECT_EQ(outcome.err, "");
  const std::string& page = outcome.out;
  EXPECT_TRUE(has(page, "content=\"default-src 'none'; style-src 'sha256-"));
  EXPECT_TRUE(has(page, fmt::format("<p class=\"state\">{}</p>\n", kState)));
  EXPECT_TRUE(has(page, "<th scope=\"col\" class=\"n\">depth</th>"));
  EXPECT_TRUE(
      has(page, "<tr><th scope=\"row\">project:p</th><td>Linkage</td><td class=\"n\">1</td><td>exact</td></tr>"));
  EXPECT_TRUE(has(
      page, "<title id=\"t1\">Graph</title>\n<desc id=\"d1\">4 nodes and 3 edges; the table below lists them</desc>"));
  EXPECT_TRUE(has(page, "<title>output:x generated_by project:p</title>"));
  EXPECT_TRUE(has(page, ">possible, not proven</text>"));
  for (const char* loads : {"src=", "href=", "@import", "https:", "style=\""})
    EXPECT_EQ(page.substr(0, page.find("<script>")).find(loads), std::string::npos) << loads;
  EXPECT_TRUE(has(run({"upstream", "output:x", "--exact"}, "html").out, "<p class=\"state partial\">partial: "));
}

TEST_F(ReportFormats, EachBlockIsShownOnATerminal) {
  const Outcome outcome = run({"run", "blocks.lua"}, "table");
  EXPECT_EQ(outcome.code, 0) << outcome.err;
  EXPECT_EQ(outcome.out,
            R"(All

Tree
ref           title    through
output:x      Result
└─ project:p  Linkage  generated_by

Graph
from              edge          to                label   note
dataset:claims                                            possible
dataset:hospital                                          possible
output:x                                                  asked about
output:x          generated_by  project:p
project:p         used          dataset:claims    yearly  gap: no approval
project:p         used          dataset:hospital

Times
label  from        to          kind
first  2025-01-01  2025-07-01  open   ██████████████████████████████
hole   2025-07-01  open        gap                                 █>

label  things
a           3  ██████████████████████████████
b         1.5  ███████████████
c

the end

)"
            "partial: 7 rows; 4 nodes and 3 edges; not shown: 2 by exact; known at transaction 4 "
            "(2026-01-04T00:00:00Z), valid at any time\n");
}

TEST_F(ReportFormats, EachBlockIsThereAsJsonAndCsv) {
  const Outcome json = run({"run", "blocks.lua"}, "json");
  EXPECT_TRUE(is_json(json.out)) << json.out;
  for (const char* part :
       {"{\"depth\": 1, \"ref\": \"project:p\", \"title\": \"Linkage\", \"through\": \"generated_by\"}",
        "{\"ref\": \"dataset:claims\", \"title\": \"Claims of 2025\", \"possible\": true}",
        "{\"kind\": \"used\", \"from\": \"project:p\", \"to\": \"dataset:claims\", \"label\": \"yearly\", \"gap\": "
        "\"no approval\"}",
        "{\"label\": \"hole\", \"from\": \"2025-07-01T00:00:00Z\", \"to\": null, \"kind\": \"gap\"}",
        "\"shape\": \"bar\", \"unit\": \"things\", \"chart\": [\n   {\"label\": \"a\", \"value\": 3.0}"})
    EXPECT_TRUE(has(json.out, part)) << part << "\n" << json.out;
  const Outcome lines = run({"run", "blocks.lua"}, "ndjson");
  EXPECT_TRUE(is_ndjson(lines.out));
  EXPECT_TRUE(has(lines.out, "{\"block\": 4, \"point\": {\"label\": \"c\", \"value\": null}}\n")) << lines.out;
  const Outcome csv = run({"run", "blocks.lua"}, "csv");
  EXPECT_TRUE(has(csv.out, "\nlabel,from,to,kind\nfirst,2025-01-01T00:00:00Z,2025-07-01T00:00:00Z,open\n")) << csv.out;
  EXPECT_TRUE(has(csv.out, "\nproject:p,used,dataset:claims,yearly,gap: no approval\n")) << csv.out;
  EXPECT_TRUE(has(csv.err, "left out, for which csv has no place: 1 text; --format html has all\n")) << csv.err;
}

TEST_F(ReportFormats, GapsAreSaidAndNotOnlyColoured) {
  EXPECT_TRUE(has(run({"run", "blocks.lua"}, "html").out, "class=\"edge gap\">gap: no approval</text>"));
  EXPECT_TRUE(has(run({"run", "blocks.lua"}, "mermaid").out, "n4 -->|\"used yearly<br/>gap: no approval\"| n1\n"));
  EXPECT_TRUE(
      has(run({"run", "blocks.lua"}, "dot").out, "[label=\"used yearly\\ngap: no approval\", color=\"#b3001b\""));
}

TEST_F(ReportFormats, WhatAFormatCantShowIsSaid) {
  const Outcome nothing = run({"run", "text.lua"}, "dot");
  EXPECT_EQ(nothing.code, 2);
  EXPECT_EQ(nothing.out, "");
  EXPECT_EQ(nothing.err,
            "amont: there is no graph in this answer, and dot holds graphs only: take --format html, md or table, or "
            "have the script return graph{...}\n");
  EXPECT_TRUE(
      has(run({"run", "blocks.lua"}, "mermaid").err,
          "left out, for which mermaid has no place: 1 text, 1 tree, 1 timeline, 1 chart; --format html has all\n"));
  const Outcome wrong = run({"find", "claims"}, "dot");
  EXPECT_EQ(wrong.code, 2);
  EXPECT_EQ(wrong.err, "amont: this verb answers in table, json, ndjson, csv, md, html, not in \"dot\"\n");
}

TEST_F(ReportFormats, EachQuestionCanBeDrawn) {
  for (const std::vector<std::string>& words :
       std::vector<std::vector<std::string>>{{"upstream", "output:x"},
                                             {"downstream", "dataset:claims"},
                                             {"sources", "output:x"},
                                             {"touches", "dataset:hospital"},
                                             {"path", "output:x", "dataset:claims"},
                                             {"path", "output:x", "dataset:claims", "--count", "2"},
                                             {"get", "project:p"},
                                             {"order", "output:x"},
                                             {"components"},
                                             {"chokepoints", "output:x"}}) {
    for (const char* format : {"md", "html", "dot", "mermaid", "graphml"}) {
      const Outcome outcome = run(words, format);
      EXPECT_EQ(outcome.code, 0) << words[0] << " " << format << outcome.err;
      EXPECT_TRUE(has(outcome.out, "project:p")) << words[0] << " " << format << outcome.out;
    }
  }
  EXPECT_TRUE(has(run({"reaches", "dataset:claims", "output:x"}, "md").out, "\nyes\n"));
  EXPECT_TRUE(has(run({"touches", "dataset:hospital"}, "dot").out, "[label=\"performed_for\"]"));
  EXPECT_TRUE(has(run({"chokepoints", "output:x"}, "mermaid").out, "  class n4 lit\n"));
}

// Sixty runs of two projects on one dataset, each with an output.
TEST(LargeDrawings, AreFoldedAndSaySo) {
  Workplace place;
  std::string records = "{\"node\": \"dataset:d\"}\n{\"node\": \"project:a\"}\n{\"node\": \"project:b\"}\n";
  for (int i = 0; i < 60; ++i) {
    records += fmt::format(
        "{{\"node\": \"run:{0}\"}}\n{{\"node\": \"output:{0}\"}}\n"
        "{{\"edge\": \"used\", \"from\": \"run:{0}\", \"to\": \"dataset:d\"}}\n"
        "{{\"edge\": \"performed_for\", \"from\": \"run:{0}\", \"to\": \"project:{1}\"}}\n"
        "{{\"edge\": \"generated_by\", \"from\": \"output:{0}\", \"to\": \"run:{0}\"}}\n",
        i, i % 2 ? "a" : "b");
  }
  ASSERT_EQ(place.run({"init", "hub"}).code, 0);
  ASSERT_EQ(place.run({"-s", "hub", "import", "-", "--format", "jsonl"}, records).code, 0);
  const Outcome chart = place.run({"-s", "hub", "downstream", "dataset:d", "--format", "mermaid"});
  EXPECT_EQ(chart.code, 0) << chart.err;
  EXPECT_NE(chart.out.find("  n2[[\"project:a<br/>60 nodes\"]]\n  n3[[\"project:b<br/>60 nodes\"]]\n"),
            std::string::npos)
      << chart.out;
  EXPECT_NE(chart.out.find("n2 -->|\"used<br/>30 edges\"| n1\n"), std::string::npos) << chart.out;
  EXPECT_NE(chart.err.find(
                "120 of 121 nodes are drawn as 2 projects and bases that they belong to (--format graphml has all)\n"),
            std::string::npos)
      << chart.err;
  const Outcome page = place.run({"-s", "hub", "downstream", "dataset:d", "--format", "html"});
  EXPECT_NE(page.out.find("120 of 121 nodes are drawn as 2 projects and bases"), std::string::npos);
  EXPECT_NE(page.out.find("<summary>As a table</summary>"), std::string::npos);
  const Outcome whole = place.run({"-s", "hub", "downstream", "dataset:d", "--format", "graphml"});
  EXPECT_NE(whole.out.find("g1n121"), std::string::npos);
}

}  // namespace
}  // namespace amont
