// A record that is refused leaves nothing behind: neither in the register nor in what the script remembers.
#include <gtest/gtest.h>

#include "tests/query/lua/import_desk.h"

namespace amont {
namespace {

const std::string kItems = "--- Test.\n--- @format test\n--- @input json items\n";
const std::string kCsv = "--- Test.\n--- @format test\n--- @input csv\n";
using Said = std::vector<std::string>;

const std::string kPutsThenStumbles = kItems +
                                      "function convert(item)\n"
                                      "  node('dataset:' .. item.key, { title = 'T' })\n"
                                      "  edge('derived_from', 'dataset:' .. item.key, 'dataset:base')\n"
                                      "  if item.key == 'b' then local x = item.of.what end\n"
                                      "  if item.key == 'c' then reject('c is not wanted') node('dataset:after') end\n"
                                      "end\n";
const std::string kFour = "{\"key\": \"a\"}\n{\"key\": \"b\"}\n\n{\"key\": \"c\"}\n{\"key\": \"d\"}\n";

TEST(ImportRejects, TakeBackAllThatWasPutForTheRecord) {
  ImportDesk desk;
  desk.hub.node("dataset:base").commit();
  const auto report = desk.import("test", kPutsThenStumbles, {{"x.ndjson", kFour}}, true);
  ASSERT_TRUE(report.ok()) << report.status().text();
  EXPECT_EQ(report->rejected, 2u);
  ASSERT_EQ(desk.said.size(), 2u);
  EXPECT_EQ(desk.said[0],
            "rejected x.ndjson:2: the script could not read this: test:7: attempt to index a nil value (field 'of') "
            "[{\"key\": \"b\"}]");
  EXPECT_EQ(desk.said[1], "rejected x.ndjson:4: c is not wanted [{\"key\": \"c\"}]");
  EXPECT_EQ(desk.hub.answer("return nodes('dataset'):refs()"), "dataset:a\ndataset:base\ndataset:d\n");
}

TEST(ImportRejects, EndAnImportThatDoesNotKeepGoingAndSayWhere) {
  ImportDesk desk;
  const auto report = desk.import("test", kPutsThenStumbles, {{"x.ndjson", kFour}});
  EXPECT_EQ(report.status().text(),
            "x.ndjson:2: the script could not read this: test:7: attempt to index a nil value (field 'of')");
  EXPECT_EQ(desk.hub.answer("return #nodes('dataset')"), "0\n");
}

TEST(ImportRejects, LetTheScriptForgetWhatItRemembersOfTheRecord) {
  const std::string source =
      kItems +
      "local named = {}\n"
      "local last\n"
      "function convert(item)\n"
      "  last = nil\n"
      "  if not named[item.of] then named[item.of] = true last = item.of node('dataset:' .. item.of) end\n"
      "  node('dataset:' .. item.key)\n"
      "  edge('part_of', 'dataset:' .. item.key, 'dataset:' .. item.of)\n"
      "  if item.bad then error('it is bad', 0) end\n"
      "end\n"
      "function undo() if last then named[last] = nil end end\n";
  ImportDesk desk;
  const std::string text = R"([{"key": "a", "of": "base", "bad": true}, {"key": "b", "of": "base"}])";
  const auto report = desk.import("test", source, {{"x.json", text}}, true);
  ASSERT_TRUE(report.ok()) << report.status().text();
  EXPECT_EQ(report->rejected, 1u) << desk.said.back();
  EXPECT_EQ(desk.hub.answer("return nodes('dataset'):refs()"), "dataset:b\ndataset:base\n");
}

TEST(ImportRejects, AreUnseenByTheRecordsBehindThem) {
  const std::string source =
      kItems +
      "function convert(item)\n"
      "  local has = known('dataset:x')\n"
      "  warn(tostring(has and has.n))\n"
      "  node('dataset:x', { n = item })\n"
      "  node('dataset:x', { more = true })\n"
      "  warn(tostring(known('dataset:x').n) .. tostring(known('dataset:x').more))\n"
      "  edge('derived_from', 'dataset:x', 'dataset:y', { label = 'l', props = { how = 'copy' } })\n"
      "  warn(known('derived_from', 'dataset:x', 'dataset:y', 'l').how)\n"
      "  if item == 1 then reject('not this') end\n"
      "end\n";
  ImportDesk desk;
  desk.hub.node("dataset:y").commit();
  const auto report = desk.import("test", source, {{"x.json", "[1, 2]"}}, true);
  ASSERT_TRUE(report.ok()) << report.status().text();
  EXPECT_EQ(desk.said, (Said{"warning x.json:1: nil", "warning x.json:1: 1true", "warning x.json:1: copy",
                             "rejected x.json:1: not this [1]", "warning x.json:1: nil", "warning x.json:1: 2true",
                             "warning x.json:1: copy"}));
}

TEST(ImportRejects, OfRowsGoOnWithTheNextRow) {
  const std::string source = kCsv +
                             "function convert(next_row)\n"
                             "  for row in next_row do\n"
                             "    node('dataset:' .. row.key)\n"
                             "    if row.n == 'x' then local y = row.n + 1 end\n"
                             "  end\n"
                             "end\n";
  ImportDesk desk;
  const auto report = desk.import("test", source, {{"x.csv", "key,n\na,1\nb,x\nc,2\n"}}, true);
  ASSERT_TRUE(report.ok()) << report.status().text();
  EXPECT_EQ(report->rejected, 1u);
  ASSERT_EQ(desk.said.size(), 1u);
  EXPECT_EQ(desk.said[0].substr(0, 55), "rejected x.csv:3: the script could not read this: test:") << desk.said[0];
  EXPECT_EQ(desk.hub.answer("return nodes('dataset'):refs()"), "dataset:a\ndataset:c\n");
}

TEST(ImportRejects, OfOneChangeLeaveTheRestOfItsRecord) {
  ImportDesk desk;
  const std::string source = kItems +
                             "function convert(item)\n  node('datset:a')\n  node('dataset:b', { x = { y = 1 } })\n"
                             "  node('dataset:c')\nend\n";
  const auto report = desk.import("test", source, {{"x.json", "1"}}, true);
  ASSERT_TRUE(report.ok()) << report.status().text();
  EXPECT_EQ(report->rejected, 2u);
  EXPECT_EQ(desk.hub.answer("return nodes('dataset'):refs()"), "dataset:c\n");
}

TEST(ImportRejects, OfShippedFormatsSayWhatWasExpected) {
  const auto rejected = [](const std::string& format, const std::string& text) {
    ImportDesk desk;
    const auto report = desk.import("formats/" + format, {{"x.json", text}}, true);
    EXPECT_EQ(report.code(), Code::kInvalid) << text;
    EXPECT_NE(report.status().text().find("nothing was kept (1 record left out)"), std::string::npos) << text;
    return desk.said.empty() ? "" : desk.said[0].substr(0, desk.said[0].find(" ["));
  };
  const std::string run =
      R"("eventTime": "2026-01-01T00:00:00Z", "run": {"runId": "r"}, "job": {"namespace": "n", "name": "j"})";
  EXPECT_EQ(rejected("openlineage", "{" + run + R"(, "inputs": {"namespace": "n", "name": "d"}})"),
            "rejected x.json:1: event.inputs should be a list, and is an object");
  EXPECT_EQ(rejected("openlineage", R"({"eventTime": "2026-01-01T00:00:00Z", "run": [1], "job": {}})"),
            "rejected x.json:1: event.run should be an object, and is a list");
  EXPECT_EQ(
      rejected(
          "openlineage",
          "{" + run + R"(, "outputs": [{"namespace": "n", "name": "d", "facets": {"schema": {"fields": {"a": 1}}}}]})"),
      "rejected x.json:1: the facet schema.fields should be a list, and is an object");
  EXPECT_EQ(rejected("openlineage", "{" + run + R"(, "outputs": [{"namespace": "n", "name": "d", "facets": ["x"]}]})"),
            "rejected x.json:1: dataset.facets should be an object, and is a list");
  const std::string manifest =
      R"({"metadata": {"dbt_schema_version": "https://schemas.getdbt.com/dbt/manifest/v12.json"}, "nodes": )";
  EXPECT_EQ(rejected("dbt", manifest + "[1]}"),
            "rejected x.json: the document.nodes should be an object, and is a list");
  EXPECT_EQ(rejected("dbt", manifest + R"({"model.a": {"name": "a", "resource_type": "model", "columns": [1]}}})"),
            "rejected x.json: model.a.columns should be an object, and is a list");
  EXPECT_EQ(rejected("table-schema", R"({"name": "T", "fields": [5]})"),
            "rejected x.json: T.fields[1] should be an object, and is a number");
  EXPECT_EQ(rejected("table-schema", R"({"name": "T", "fields": [{"name": "A"}], "foreignKeys": {"a": 1}})"),
            "rejected x.json: T.foreignKeys should be a list, and is an object");
}

}  // namespace
}  // namespace amont
