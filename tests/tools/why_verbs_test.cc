// why and why-not: tables, JSON, exit codes.
#include <gtest/gtest.h>

#include "tests/tools/command.h"

namespace amont {
namespace {

class WhyVerbs : public testing::Test {
 protected:
  WhyVerbs() {
    place_.write("hub.jsonl", R"({"node": "dataset:a"}
{"node": "output:x"}
{"edge": "derived_from", "from": "output:x", "to": "dataset:a"}
)");
    place_.write("mended.jsonl",
                 R"({"retract": {"edge": "derived_from", "from": "output:x", "to": "dataset:a", "label": ""}}
)");
    EXPECT_EQ(place_.run({"-s", "hub", "init"}).code, 0);
    EXPECT_EQ(place_.run({"-s", "hub", "import", "hub.jsonl", "--author", "curator"}).code, 0);
    EXPECT_EQ(place_.run({"-s", "hub", "import", "mended.jsonl", "--author", "curator", "--reason", "a slip"}).code, 0);
  }
  Workplace place_;
};

TEST_F(WhyVerbs, WhyShowsWhoWroteEachStep) {
  const Outcome table = place_.run({"-s", "hub", "why", "output:x", "dataset:a", "--known-at", "2"});
  EXPECT_EQ(table.code, 0);
  EXPECT_NE(table.out.find("output:x  derived_from  dataset:a   2"), std::string::npos) << table.out;
  EXPECT_NE(table.out.find("curator  hub.jsonl"), std::string::npos) << table.out;
  const Outcome json = place_.run({"-s", "hub", "why", "output:x", "dataset:a", "--known-at", "2", "--json"});
  EXPECT_TRUE(is_json(json.out)) << json.out;
  EXPECT_NE(json.out.find(R"("paths": [["output:x", "dataset:a"]], "direction": "up", "precision": "exact")"),
            std::string::npos)
      << json.out;
  const Outcome none = place_.run({"-s", "hub", "why", "output:x", "dataset:a"});
  EXPECT_EQ(none.code, 1);
  EXPECT_NE(none.out.find("`amont why-not` tells more"), std::string::npos) << none.out;
}

TEST_F(WhyVerbs, WhyNotNamesTheCorrection) {
  const Outcome table = place_.run({"-s", "hub", "why-not", "output:x", "dataset:a"});
  EXPECT_EQ(table.code, 0);
  EXPECT_EQ(table.out.substr(0, table.out.find("\n\n")),
            "it was said so until transaction 3 took it back, by curator: a slip\n   output:x -> dataset:a");
  const Outcome json = place_.run({"-s", "hub", "why-not", "output:x", "dataset:a", "--json"});
  EXPECT_TRUE(is_json(json.out)) << json.out;
  EXPECT_NE(json.out.find(R"({"reason": "earlier", "text": "it was said so until transaction 3)"), std::string::npos)
      << json.out;
  EXPECT_EQ(place_.run({"-s", "hub", "why-not", "output:x", "dataset:a", "--known-at", "2"}).code, 1);
}

}  // namespace
}  // namespace amont
