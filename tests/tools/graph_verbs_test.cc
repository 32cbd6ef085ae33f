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
            "ref,kind,key,reached,exact,possible,valid_from,valid_to\n"
            "output:x,output,x,4,4,0,,\ndataset:left,dataset,left,2,2,0,,\n");
  const auto most =
      place_.run({"-s", "hub", "upstream", "--each", "dataset:left", "output:x", "--limit", "1", "--json"});
  EXPECT_TRUE(is_json(most.out)) << most.out;
  EXPECT_NE(most.out.find("{\"reason\": \"limit\", \"count\": 1}"), std::string::npos) << most.out;
  EXPECT_NE(most.out.find("\"reached\": 4"), std::string::npos) << most.out;
  EXPECT_EQ(most.out.find("dataset:left\", \"kind"), std::string::npos) << most.out;
}

// output:o is of two runs; that one was told of the other makes a possible way more.
class PossiblePaths : public testing::Test {
 protected:
  PossiblePaths() {
    place_.write("hub.jsonl", R"({"node": "dataset:d"}
{"node": "run:r1"}
{"node": "run:r2"}
{"node": "output:o"}
{"edge": "generated_by", "from": "output:o", "to": "run:r1"}
{"edge": "generated_by", "from": "output:o", "to": "run:r2"}
{"edge": "used", "from": "run:r1", "to": "dataset:d"}
{"edge": "used", "from": "run:r2", "to": "dataset:d"}
{"edge": "informed_by", "from": "run:r1", "to": "run:r2"}
)");
    EXPECT_EQ(place_.run({"-s", "hub", "init"}).code, 0);
    const Outcome imported = place_.run({"-s", "hub", "import", "hub.jsonl"});
    EXPECT_EQ(imported.code, 0) << imported.err;
  }
  std::string ask(std::vector<std::string> words) {
    words.insert(words.begin(), {"-s", "hub"});
    return place_.run(words).out;
  }

  Workplace place_;
};

TEST_F(PossiblePaths, AreToldFromExactOnesInEveryFormat) {
  const std::string told =
      R"("paths": [["output:o", "run:r1", "dataset:d"], ["output:o", "run:r2", "dataset:d"], )"
      R"(["output:o", "run:r1", "run:r2", "dataset:d"]], "direction": "up", "precisions": ["exact", "exact", "possible"])";
  for (const char* const format : {"json", "ndjson"}) {
    const std::string answer = ask({"path", "output:o", "dataset:d", "--count", "5", "--format", format});
    EXPECT_NE(answer.find(told), std::string::npos) << answer;
  }
  EXPECT_TRUE(is_json(ask({"path", "output:o", "dataset:d", "--count", "5", "--json"})));
  const std::string markdown = ask({"path", "output:o", "dataset:d", "--count", "5", "--format", "md"});
  EXPECT_NE(markdown.find("## Path 2, exact\n"), std::string::npos) << markdown;
  const std::string last =
      "## Path 3, possible\n"
      "\n"
      "| step | through | ref | title |\n"
      "| ---: | --- | --- | --- |\n"
      "| 0 |  | output:o |  |\n"
      "| 1 | generated_by | run:r1 |  |\n"
      "| 2 | informed_by | run:r2 |  |\n"
      "| 3 | used | dataset:d |  |\n";
  EXPECT_NE(markdown.find(last), std::string::npos) << markdown;
}

TEST_F(PossiblePaths, TellWhereTheOneOfDownstreamLeads) {
  const std::string one = ask({"path", "dataset:d", "output:o", "--json"});
  EXPECT_NE(one.find(R"("direction": "down", "precisions": ["exact"])"), std::string::npos) << one;
  const std::string none = ask({"path", "dataset:d", "dataset:d", "--json"});
  EXPECT_NE(none.find("\"paths\": [],\n \"nodes\""), std::string::npos) << none;
}

TEST_F(PossiblePaths, OfANodeToItselfAreNotDeniedButNotToBeAsked) {
  for (const std::vector<std::string>& words : {std::vector<std::string>{"path", "run:r1", "run:r1"},
                                                {"path", "run:r1", "run:r1", "--count", "2"},
                                                {"why", "run:r1", "run:r1"}}) {
    const std::string told = ask(words);
    EXPECT_NE(
        told.find(
            "A and B are one node, and a path joins two; `amont cycles run:r1` tells whether it came from itself;"),
        std::string::npos)
        << told;
  }
}

TEST_F(PossiblePaths, AreCountedApartFromExactOnes) {
  const std::string csv = ask({"upstream", "--each", "run:r1", "output:o", "--format", "csv"});
  EXPECT_EQ(csv,
            "ref,kind,key,reached,exact,possible,valid_from,valid_to\n"
            "output:o,output,o,3,3,0,,\n"
            "run:r1,run,r1,2,1,1,,\n");
  const std::string json = ask({"upstream", "--each", "run:r1", "--json"});
  EXPECT_NE(json.find(R"("reached": 2, "exact": 1, "possible": 1)"), std::string::npos) << json;
}

TEST_F(GraphVerbs, AskWithAsMuchMemoryAsTheyAreGiven) {
  std::string rows;
  for (int n = 0; n < 20'000; ++n) {
    rows += "{\"node\": \"dataset:" + std::to_string(n) + "\"}\n";
    if (n > 0)
      rows += "{\"edge\": \"derived_from\", \"from\": \"dataset:" + std::to_string(n) +
              "\", \"to\": \"dataset:" + std::to_string(n - 1) + "\"}\n";
  }
  place_.write("many.jsonl", rows);
  ASSERT_EQ(place_.run({"-s", "hub", "import", "many.jsonl"}).code, 0);
  const Outcome little = place_.run({"-s", "hub", "cycles", "--store-memory", "1"});
  EXPECT_EQ(little.code, 4);
  EXPECT_EQ(
      little.err,
      "amont: the graph that is asked about takes more than 192 KiB, 3/16 of the memory that the register was opened "
      "with; ask from fewer nodes, or give it more: Options::memory_bytes, of the command --store-memory\n");
  EXPECT_EQ(place_.run({"-s", "hub", "cycles", "--store-memory", "16"}).code, 0);
  EXPECT_EQ(place_.run({"-s", "hub", "cycles"}, {}, {"AMONT_STORE_MEMORY=1"}).code, 4);
  EXPECT_EQ(place_.run({"-s", "hub", "cycles", "--store-memory", "16"}, {}, {"AMONT_STORE_MEMORY=1"}).code, 0);
  // A script's own process has what the command has.
  place_.write("circles.lua", "print(#cycles())\n");
  EXPECT_EQ(place_.run({"-s", "hub", "run", "circles.lua", "--store-memory", "1"}).code, 4);
  const Outcome ran = place_.run({"-s", "hub", "run", "circles.lua", "--store-memory", "16"});
  EXPECT_EQ(ran.code, 0) << ran.err;
}

TEST_F(GraphVerbs, RefuseAMemoryThatIsNone) {
  const std::string whose = "amont: --store-memory or AMONT_STORE_MEMORY: ";
  EXPECT_EQ(refused({"cycles", "--store-memory", "0"}), whose + "from 1 to 1048576 MiB, not 0\n");
  EXPECT_EQ(refused({"cycles", "--store-memory", "2000000"}), whose + "from 1 to 1048576 MiB, not 2000000\n");
  EXPECT_EQ(refused({"cycles", "--store-memory", "1G"}), whose + "\"1G\" is not a whole number from 0\n");
}

TEST_F(GraphVerbs, SayWhatCanNotBeAsked) {
  EXPECT_EQ(refused({"cycles", "--depth", "2"}), "amont: depth counts from a start, and none was given\n");
  EXPECT_EQ(refused({"chokepoints", "output:x", "dataset:a", "--to", "dataset:raw"}),
            "amont: --to asks about the ways from one REF to another\n");
  EXPECT_EQ(refused({"path", "output:x", "dataset:a", "--count", "0"}), "amont: count must be from 1 to 1000\n");
}

}  // namespace
}  // namespace amont
