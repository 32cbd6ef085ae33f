// What a hub has that PROV has no place for, or another meaning: it goes out, and comes back as it was.
#include <gtest/gtest.h>

#include "tests/query/lua/prov_desk.h"

namespace amont {
namespace {

const Timestamp kNoon = *Timestamp::parse("2024-01-01T12:00:00Z");

TEST(ProvRoundTrip, LosesNoPropertyWhosePrefixNobodyDeclared) {
  ImportDesk desk;
  desk.hub.node("dataset:x", {{"dct:isReferencedBy", "v"},
                              {"http://e/z", std::int64_t{1}},
                              {"a:b", List{Scalar("2"), Scalar("1")}},
                              {":", "none"},
                              {"urn:a:b", true},
                              {"a b%c", kNoon}});
  desk.hub.node("run:r").edge("used", "run:r", "dataset:x", {{"ex:n", "'ex:name'"}});
  desk.hub.commit();
  EXPECT_EQ(lost_on_the_way(desk), "");
}

TEST(ProvRoundTrip, KeepsPropertiesNamedAsWhatProvItselfSays) {
  ImportDesk desk;
  desk.hub.node("dataset:x", {{"title", "T"},
                              {"prov:label", "L"},
                              {"prov:type", "'amont:dataset'"},
                              {"prov:entity", "e"},
                              {"prov:startTime", "soon"},
                              {"amont:x", "v"},
                              {"amont:edge.kind", "q"},
                              {"edge.kind", "k"},
                              {"valid.from", "f"},
                              {"tags.1", "t"},
                              {"prov:one", List{Scalar("alone")}},
                              {"prov:two", List{Scalar("b"), Scalar("a")}},
                              {"prov:as", "\"1\" %% xsd:int"},
                              {"prov:short", "\"1\" %% xsd:short"}});
  desk.hub.node("dataset:y").node("run:r");
  desk.hub.edge("derived_from", "dataset:x", "dataset:y", {{"how", "revision"}, {"prov:type", "'prov:Quotation'"}});
  desk.hub.edge("derived_from", "dataset:y", "dataset:x",
                {{"prov:id", "me"}, {"bundle", "ex:none"}, {"run", "none"}, {"prov:usage", "nowhere"}}, "told");
  desk.hub.edge("used", "run:r", "dataset:y", {{"role", "one"}, {"prov:role", "\"un\"@fr"}});
  desk.hub.commit();
  EXPECT_EQ(lost_on_the_way(desk), "");
}

TEST(ProvRoundTrip, KeepsMarksThatNoDocumentMade) {
  ImportDesk desk;
  desk.hub.node("dataset:alone", {{"undeclared", true}})
      .node("dataset:named", {{"undeclared", true}, {"n", std::int64_t{1}}})
      .node("run:r", {{"unknown", true}, {"bundle", true}})
      .edge("used", "run:r", "dataset:named");
  desk.hub.commit();
  EXPECT_EQ(lost_on_the_way(desk), "");
}

TEST(ProvRoundTrip, KeepsWhatIsSaidInABundleThatIsTheHubsOwn) {
  ImportDesk desk;
  const auto report = desk.import(
      "formats/prov-n", {{"x.provn",
                          "document\nprefix ex <http://e/>\nbundle amont:dataset/mine\nused(ex:u; ex:r, ex:d, -)\n"
                          "entity(ex:d, [ex:n=1])\nendBundle\nendDocument\n"}});
  ASSERT_TRUE(report.ok()) << report.status().text();
  desk.hub.node("dataset:other").edge("describes", "dataset:other", "dataset:http://e/d", {{"n", std::int64_t{2}}});
  desk.hub.commit();
  EXPECT_EQ(lost_on_the_way(desk), "");
}

TEST(ProvRoundTrip, KeepsPrefixesThatADocumentLeftOutDeclaredFirst) {
  ImportDesk desk;
  const auto report = desk.import("formats/prov-json",
                                  {{"a.json", R"({"prefix": {"ex": "http://e/"}, "entity": {"zz:a": {}}})"},
                                   {"b.json", R"({"prefix": {"ex": "http://e/"}, "entity": {"ex:a": {"ex:n": "v"}}})"}},
                                  true);
  ASSERT_TRUE(report.ok()) << report.status().text();
  EXPECT_EQ(desk.hub.answer("return node('prefixes:prov'):get('ex')"), "http://e/\n");
  EXPECT_EQ(lost_on_the_way(desk), "");
}

TEST(ProvRoundTrip, TellsOfOneIdWithTwoTimesThatItsEndsDifferToo) {
  ImportDesk desk;
  const auto report = desk.import(
      "formats/prov-n", {{"x.provn",
                          "document\nprefix ex <http://e/>\nused(ex:u; ex:r, ex:d, 2024-01-01T00:00:00Z)\n"
                          "used(ex:u; ex:r, ex:other, 2025-01-01T00:00:00Z)\nused(ex:v; ex:r, ex:d, "
                          "2024-01-01T00:00:00Z)\nused(ex:v; ex:r, ex:d, 2025-01-01T00:00:00Z)\nendDocument\n"}});
  ASSERT_TRUE(report.ok()) << report.status().text();
  EXPECT_EQ(desk.said,
            (std::vector<std::string>{"warning x.provn:4: ex:u is told with two times and other ends; both are kept",
                                      "warning x.provn:6: ex:v is told with two times; both are kept"}));
  EXPECT_EQ(lost_on_the_way(desk), "");
}

}  // namespace
}  // namespace amont
