// Facets of OpenLineage: names that could collide, what a mapping does not take, and all of it out again.
#include <gtest/gtest.h>

#include "tests/query/lua/import_desk.h"

namespace amont {
namespace {

std::string event(const std::string& time, const std::string& facets) {
  return R"({"eventType": "START", "producer": "urn:them", "eventTime": ")" + time +
         R"(", "run": {"runId": "r", "facets": )" + facets + R"(}, "job": {"namespace": "n", "name": "j"}})" + "\n";
}

std::string dataset(const std::string& time, const std::string& name, const std::string& facets) {
  return R"({"eventTime": ")" + time + R"(", "dataset": {"namespace": "n", "name": ")" + name + R"(", "facets": )" +
         facets + "}}\n";
}

std::string out(ImportDesk& desk) {
  std::string text;
  const auto sink = [&](std::string_view bytes) {
    text += bytes;
    return Status();
  };
  const Result<Snapshot> view = desk.hub.store().snapshot();
  const auto report = export_with_script(*view, nullptr, "openlineage",
                                         find_shipped_script("formats/out/openlineage")->source, {}, sink);
  EXPECT_TRUE(report.ok()) << report.status().text();
  return text;
}

void expect_the_same_register_again(ImportDesk& desk) {
  ImportDesk other;
  const std::string written = out(desk);
  const auto report = other.import("formats/openlineage", {{"out.ndjson", written}});
  ASSERT_TRUE(report.ok()) << report.status().text() << "\n" << written;
  EXPECT_EQ(other.exported(), desk.exported()) << written;
  EXPECT_EQ(out(other), written);
}

TEST(OpenLineageFacets, NamedAsWhatTheRegisterKeepsAreKeptAndLast) {
  ImportDesk desk;
  const std::string early =
      event("2026-01-01T00:00:00Z", R"({"times": {"a": 1}, "producer": {"b": [1, []]}, "schema": {"c": 1}})");
  const std::string late = event("2026-01-02T00:00:00Z", R"({"times": {"a": 2}})");
  ASSERT_TRUE(desk.import("formats/openlineage", {{"x.ndjson", late + early}}).ok());
  EXPECT_EQ(desk.hub.answer("local r = node('run:n/j/r') return r.openlineage_times, r.openlineage_producer, "
                            "r.producer, r.openlineage_schema"),
            "{\"a\":2}\n{\"b\":[1,[]]}\nurn:them\n{\"c\":1}\n");
  const std::string before = desk.exported();
  ASSERT_TRUE(desk.import("formats/openlineage", {{"x.ndjson", early + late}}).ok());
  EXPECT_EQ(desk.exported(), before);
  expect_the_same_register_again(desk);
}

TEST(OpenLineageFacets, KeepWhatNoPropertyOfTheirsTakes) {
  ImportDesk desk;
  ASSERT_TRUE(
      desk.import(
              "formats/openlineage",
              {{"x.ndjson",
                event("2026-01-01T00:00:00Z",
                      R"({"errorMessage": {"_producer": "p", "message": "no disk", "programmingLanguage": "JAVA"}})")}})
          .ok());
  EXPECT_EQ(desk.hub.answer("local r = node('run:n/j/r') return r.error, r.openlineage_errorMessage"),
            "no disk\n{\"programmingLanguage\":\"JAVA\"}\n");
  expect_the_same_register_again(desk);
}

TEST(OpenLineageFacets, OfTheYearOneHaveNoTime) {
  ImportDesk desk;
  ASSERT_TRUE(desk.import("formats/openlineage", {{"x.ndjson", event("0001-01-01T00:00:00Z", "{}")}}).ok());
  EXPECT_EQ(desk.hub.answer("return tostring(node('run:n/j/r').started_at), node('run:n/j/r').state"),
            "nil\nrunning\n");
  expect_the_same_register_again(desk);
}

TEST(OpenLineageFacets, ThatWereTakenAwayStayAway) {
  ImportDesk desk;
  const std::string one = event("2026-01-01T00:00:00Z",
                                R"({"note": {"a": 1}, "nominalTime": {"nominalStartTime": "2026-01-01T00:00:00Z"}})");
  const std::string two =
      event("2026-01-02T00:00:00Z", R"({"note": {"_deleted": true}, "nominalTime": {"_deleted": true}})");
  ASSERT_TRUE(desk.import("formats/openlineage", {{"x.ndjson", two + one}}).ok());
  EXPECT_EQ(
      desk.hub.answer("local r = node('run:n/j/r') return tostring(r.openlineage_note), tostring(r.nominal_from)"),
      "nil\nnil\n");
  expect_the_same_register_again(desk);
}

TEST(OpenLineageFacets, OfParentsAndOfASiteKeepWhatIsNoEdge) {
  ImportDesk desk;
  const std::string facets =
      R"({"parent": {"run": {"runId": "r0"}, "job": {"namespace": "n", "name": "p"}, "extra": [1]},
          "amont": {"project": "p1", "note": "kept"}})";
  ASSERT_TRUE(desk.import("formats/openlineage",
                          {{"x.ndjson", event("2026-01-01T00:00:00Z", facets) + event("2026-01-02T00:00:00Z", "{}")}})
                  .ok());
  EXPECT_EQ(desk.hub.answer("local r = node('run:n/j/r') return r.openlineage_parent, r.openlineage_amont"),
            "{\"extra\":[1]}\n{\"note\":\"kept\"}\n");
  expect_the_same_register_again(desk);
}

TEST(OpenLineageFacets, ThatSayMoreThanBecomesSomethingAreCounted) {
  ImportDesk desk;
  ASSERT_TRUE(desk.import("formats/openlineage", {{"x.ndjson", dataset("2026-01-01T00:00:00Z", "d",
                                                                       R"({"schema": {"fields": [], "order": 1},
                                                    "symlinks": {"identifiers": [], "x": 1}})")}})
                  .ok());
  EXPECT_EQ(desk.said,
            (std::vector<std::string>{
                "warning input: 1 event whose facet schema says more than OpenLineage has it say: that was left out",
                "warning input: 1 event whose facet symlinks says more than OpenLineage has it say: that was left "
                "out"}));
}

TEST(OpenLineageFacets, ThatSayTwoThingsAtOneMomentAreCounted) {
  ImportDesk desk;
  const std::string text =
      R"({"eventTime": "2026-01-01T00:00:00Z", "job": {"namespace": "n", "name": "j"}, "run": {"runId": "r"},
          "inputs": [{"namespace": "n", "name": "d", "facets": {"documentation": {"description": "one"}}}],
          "outputs": [{"namespace": "n", "name": "d", "facets": {"documentation": {"description": "two"}}}]})";
  ASSERT_TRUE(desk.import("formats/openlineage", {{"x.json", text}}).ok());
  EXPECT_EQ(desk.hub.answer("return node('dataset:n/d').description"), "two\n");
  EXPECT_EQ(desk.said,
            std::vector<std::string>{"warning input: 1 event in which a facet says otherwise than another of "
                                     "the same moment: the greater text stands"});
}

TEST(OpenLineageFacets, OfEarlierNamesAllGoOutAgain) {
  ImportDesk desk;
  const auto renamed = [](const std::string& time, const std::string& before) {
    return dataset(time, "d",
                   R"({"lifecycleStateChange": {"lifecycleStateChange": "RENAME",
      "previousIdentifier": {"namespace": "n", "name": ")" +
                       before + R"("}}})");
  };
  ASSERT_TRUE(desk.import("formats/openlineage", {{"x.ndjson", renamed("2026-01-01T00:00:00Z", "old") +
                                                                   renamed("2026-01-02T00:00:00Z", "older")}})
                  .ok());
  EXPECT_EQ(desk.hub.answer("return node('dataset:n/d'):outgoing('derived_from'):refs()"),
            "dataset:n/old\ndataset:n/older\n");
  expect_the_same_register_again(desk);
}

TEST(OpenLineageFacets, OfVersionsThatAJobReadsAndMakesWithoutARunGoOutAgain) {
  ImportDesk desk;
  const std::string text = R"({"eventTime": "2026-01-01T00:00:00Z", "job": {"namespace": "n", "name": "j"},
    "inputs": [{"namespace": "n", "name": "a", "facets": {"version": {"datasetVersion": "2"}}}],
    "outputs": [{"namespace": "n", "name": "b", "facets": {"version": {"datasetVersion": "7"}}}]})";
  ASSERT_TRUE(desk.import("formats/openlineage", {{"x.json", text}}).ok());
  EXPECT_EQ(desk.hub.answer("return node('dataset:n/b@7'):outgoing('derived_from'):refs()"),
            "dataset:n/a\ndataset:n/a@2\n");
  expect_the_same_register_again(desk);
}

TEST(OpenLineageFacets, SayNoLineageOfAColumnThatOnlyAnOlderSchemaHad) {
  ImportDesk desk;
  ASSERT_TRUE(desk.import("formats/openlineage",
                          {{"x.ndjson", dataset("2026-01-01T00:00:00Z", "d", R"({"schema": {"fields": [
                              {"name": "a", "type": "int"}, {"name": "b"}]}})") +
                                            dataset("2026-01-02T00:00:00Z", "d", R"({"schema": {"fields": [
                              {"name": "b"}]}})")}})
                  .ok());
  EXPECT_EQ(out(desk).find("columnLineage"), std::string::npos) << out(desk);
  expect_the_same_register_again(desk);
}

TEST(OpenLineageFacets, OfMoreThanAPropertyMayHaveAreLeftOutAloneAndCounted) {
  ImportDesk desk;
  const std::string large(1'100'000, 'x');
  ASSERT_TRUE(desk.import("formats/openlineage",
                          {{"x.json", event("2026-01-01T00:00:00Z", R"({"plan": {"text": ")" + large +
                                                                        R"("}, "errorMessage": {"message": ")" + large +
                                                                        R"("}, "note": {"a": 1}})")}})
                  .ok());
  EXPECT_EQ(desk.hub.answer("local r = node('run:n/j/r') return r.openlineage_note, tostring(r.openlineage_plan), "
                            "tostring(r.error)"),
            "{\"a\":1}\nnil\nnil\n");
  ASSERT_EQ(desk.said.size(), 1u);
  EXPECT_EQ(desk.said[0].substr(0, 54), "warning input: 2 events with a facet of more than 1 Mi");
  expect_the_same_register_again(desk);
}

TEST(OpenLineageFacets, AndEventsOfATypeThatNoEventHasAreCounted) {
  ImportDesk desk;
  ASSERT_TRUE(
      desk.import("formats/openlineage", {{"x.json", R"({"eventTime": "2026-01-01T00:00:00Z", "eventType": "DONE",
    "run": {"runId": "r"}, "job": {"namespace": "n", "name": "j"}})"}})
          .ok());
  EXPECT_EQ(desk.said, std::vector<std::string>{"warning input: 1 event whose eventType OpenLineage does not have, "
                                                "such as \"DONE\": taken as OTHER"});
}

}  // namespace
}  // namespace amont
