// Facets of OpenLineage: names that could collide, what a mapping does not take, and all of it out again.
#include <gtest/gtest.h>

#include "tests/query/lua/import_desk.h"

namespace amont {
namespace {

std::string event(const std::string& time, const std::string& facets) {
  return R"({"eventType": "START", "producer": "urn:them", "eventTime": ")" + time +
         R"(", "run": {"runId": "r", "facets": )" + facets + R"(}, "job": {"namespace": "n", "name": "j"}})" + "\n";
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

}  // namespace
}  // namespace amont
