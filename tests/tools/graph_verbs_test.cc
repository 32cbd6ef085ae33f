// order, cycles, components, chokepoints, path --count and --reduce: exact tables and JSON.

#include <gtest/gtest.h>

#include "amont/schema_script.h"
#include "tests/tools/command.h"

namespace amont {
namespace {

// raw <- clean <- {left, right} <- output:x, which is made of clean as well; dataset:a and dataset:b are made from each other.
class GraphVerbs : public testing::Test {
 protected:
  GraphVerbs() {
    place_.write("hub.jsonl", R"({"node": "dataset:raw", "props": {"title": "Raw"}}
{"node": "dataset:clean"}
{"node": "dataset:left"}
{"node": "dataset:right"}
{"node": "output:x"}
{"node": "dataset:a"}
{"node": "dataset:b"}
{"edge": "derived_from", "from": "dataset:clean", "to": "dataset:raw"}
{"edge": "derived_from", "from": "dataset:left", "to": "dataset:clean"}
{"edge": "derived_from", "from": "dataset:right", "to": "dataset:clean"}
{"edge": "derived_from", "from": "output:x", "to": "dataset:left"}
{"edge": "derived_from", "from": "output:x", "to": "dataset:right"}
{"edge": "derived_from", "from": "output:x", "to": "dataset:clean"}
{"edge": "derived_from", "from": "dataset:a", "to": "dataset:b"}
{"edge": "derived_from", "from": "dataset:b", "to": "dataset:a"}
)");
    EXPECT_EQ(place_.run({"-s", "hub", "init"}).code, 0);
    const Outcome imported = place_.run({"-s", "hub", "import", "hub.jsonl"});
    EXPECT_EQ(imported.code, 0) << imported.err;
  }

  // The answer without its last line, which tells the time.
  std::string table(std::vector<std::string> words) {
    words.insert(words.begin(), {"-s", "hub"});
    const Outcome outcome = place_.run(words);
    EXPECT_EQ(outcome.err, "");
    EXPECT_EQ(outcome.code, 0);
    const std::size_t known = outcome.out.rfind("; known at");
    return outcome.out.substr(0, known) + "\n";
  }
  std::string refused(std::vector<std::string> words) {
    words.insert(words.begin(), {"-s", "hub"});
    const Outcome outcome = place_.run(words);
    EXPECT_EQ(outcome.out, "");
    EXPECT_EQ(outcome.code, 2);
    return outcome.err;
  }

  Workplace place_;
};

TEST_F(GraphVerbs, OrderListsCausesFirst) {
  EXPECT_EQ(table({"order", "output:x"}),
            "ref            title  depth  precision\n"
            "dataset:raw    Raw        0  exact\n"
            "dataset:clean             1  exact\n"
            "dataset:left              2  exact\n"
            "dataset:right             2  exact\n"
            "output:x                  3  exact\n"
            "\n"
            "complete: 5 nodes, causes first\n");
  EXPECT_EQ(table({"order", "dataset:left", "--downstream"}),
            "ref           title  depth  precision\n"
            "dataset:left             0  exact\n"
            "output:x                 1  exact\n"
            "\n"
            "complete: 2 nodes, causes first\n");
}

TEST_F(GraphVerbs, CyclesListsWhatCameFromItself) {
  EXPECT_EQ(table({"cycles"}),
            "ref        title  cycle\n"
            "dataset:a             1\n"
            "dataset:b             1\n"
            "\n"
            "complete: 1 cycle, 2 nodes\n");
  EXPECT_EQ(table({"cycles", "output:x"}), "complete: 0 cycles, 0 nodes\n");
}

TEST_F(GraphVerbs, ComponentsAreNumberedByTheirSize) {
  const Outcome csv = place_.run({"-s", "hub", "components", "--format", "csv", "--no-props"});
  EXPECT_EQ(csv.out,
            "ref,kind,key,component,valid_from,valid_to\n"
            "dataset:clean,dataset,clean,1,,\n"
            "dataset:left,dataset,left,1,,\n"
            "dataset:raw,dataset,raw,1,,\n"
            "dataset:right,dataset,right,1,,\n"
            "output:x,output,x,1,,\n"
            "dataset:a,dataset,a,2,,\n"
            "dataset:b,dataset,b,2,,\n");
  EXPECT_EQ(table({"components", "--limit", "1", "--kind", "output"}),
            "ref       title  component\n"
            "output:x                 1\n"
            "\n"
            "complete: 1 component, 1 node\n");
}

TEST_F(GraphVerbs, ChokepointsSayHowMuchIsBehindThem) {
  EXPECT_EQ(table({"chokepoints", "output:x"}),
            "ref            title  depth  precision  behind\n"
            "dataset:clean             1  exact           1\n"
            "\n"
            "complete: 1 chokepoint\n");
  EXPECT_EQ(table({"chokepoints", "dataset:raw", "--to", "output:x"}),
            "ref            title  depth  precision  behind\n"
            "dataset:clean             1  exact           3\n"
            "\n"
            "complete: 1 chokepoint\n");
  const Outcome json = place_.run({"-s", "hub", "chokepoints", "output:x", "--json", "--no-props"});
  EXPECT_TRUE(is_json(json.out)) << json.out;
  EXPECT_NE(json.out.find(R"({"ref": "dataset:clean", "kind": "dataset", "key": "clean", "depth": 1, )"
                          R"("precision": "exact", "behind": 1})"),
            std::string::npos)
      << json.out;
}

TEST_F(GraphVerbs, PathsAreListedTheShortestFirst) {
  EXPECT_EQ(table({"path", "output:x", "dataset:clean", "--count", "2"}),
            "path 1, exact\n"
            "step  through       ref            title\n"
            "   0                output:x\n"
            "   1  derived_from  dataset:clean\n"
            "\n"
            "path 2, exact\n"
            "step  through       ref            title\n"
            "   0                output:x\n"
            "   1  derived_from  dataset:left\n"
            "   2  derived_from  dataset:clean\n"
            "\n"
            "partial: 2 paths upstream from output:x to dataset:clean; not shown: at least 1 by limit\n");
  const Outcome json = place_.run({"-s", "hub", "path", "output:x", "dataset:clean", "--count", "5", "--json"});
  EXPECT_TRUE(is_json(json.out)) << json.out;
  EXPECT_NE(json.out.find(R"("paths": [["output:x", "dataset:clean"], ["output:x", "dataset:left", "dataset:clean"], )"
                          R"(["output:x", "dataset:right", "dataset:clean"]])"),
            std::string::npos)
      << json.out;
  EXPECT_EQ(place_.run({"-s", "hub", "path", "output:x", "dataset:a", "--count", "5"}).code, 1);
}

TEST_F(GraphVerbs, ReduceLeavesOutEdgesThatALongerWayImplies) {
  const auto edges = [&](std::vector<std::string> words) {
    words.insert(words.begin(), {"-s", "hub", "upstream", "output:x", "--format", "ndjson", "--no-props"});
    const std::string out = place_.run(words).out;
    std::size_t count = 0;
    for (std::size_t at = out.find("\"from\""); at != std::string::npos; at = out.find("\"from\"", at + 1)) ++count;
    return count;
  };
  EXPECT_EQ(edges({}), 6u);
  EXPECT_EQ(edges({"--reduce"}), 5u);
}

TEST_F(GraphVerbs, CountWhatEachRefReaches) {
  const auto all = place_.run({"-s", "hub", "upstream", "--each", "dataset:left", "output:x", "--format", "csv"});
  EXPECT_EQ(all.out,
            "ref,kind,key,reached,valid_from,valid_to\noutput:x,output,x,4,,\ndataset:left,dataset,left,2,,\n");
  const auto most =
      place_.run({"-s", "hub", "upstream", "--each", "dataset:left", "output:x", "--limit", "1", "--json"});
  EXPECT_TRUE(is_json(most.out)) << most.out;
  EXPECT_NE(most.out.find("{\"reason\": \"limit\", \"count\": 1}"), std::string::npos) << most.out;
  EXPECT_NE(most.out.find("\"reached\": 4"), std::string::npos) << most.out;
  EXPECT_EQ(most.out.find("dataset:left\", \"kind"), std::string::npos) << most.out;
}

TEST_F(GraphVerbs, SayWhatCanNotBeAsked) {
  EXPECT_EQ(refused({"cycles", "--depth", "2"}), "amont: depth counts from a start, and none was given\n");
  EXPECT_EQ(refused({"chokepoints", "output:x", "dataset:a", "--to", "dataset:raw"}),
            "amont: --to asks about the ways from one REF to another\n");
  EXPECT_EQ(refused({"path", "output:x", "dataset:a", "--count", "0"}), "amont: count must be from 1 to 1000\n");
}

}  // namespace
}  // namespace amont
