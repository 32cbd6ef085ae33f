#include "query/lua/json_parts.h"

#include <gtest/gtest.h>

#include "tests/query/lua/import_desk.h"

namespace amont {
namespace {

const std::string kParts = "--- Test.\n--- @format test\n--- @input json parts\n";

// What is at the path, "name:line" of each member; or where and why it can't be told.
std::string members_of(const std::string& text, const std::vector<std::string>& path) {
  JsonParts parts(text);
  const auto spot = parts.find(path);
  const auto failed = [&](const Status& why) { return std::to_string(parts.failed_at()) + " " + why.text(); };
  if (!spot.ok()) return failed(spot.status());
  if (!*spot) return "nothing";
  const auto members = parts.members(**spot, path.empty() ? "" : path.back());
  if (!members.ok()) return failed(members.status());
  std::string told;
  for (const auto& [name, at] : **members) told += name + ":" + std::to_string(at.line) + " ";
  return told;
}

TEST(JsonParts, TellsTheNamesInAnObjectWithTheirLines) {
  const std::string text = "{\"b\": {\"x\": [1, {\"y\": \"}\"}],\n \"z\": null}, \"a\":\n 1.5,\n\"c\\u0041\": {}}";
  EXPECT_EQ(members_of(text, {}), "a:3 b:1 cA:4 ");
  EXPECT_EQ(members_of(text, {"b"}), "x:1 z:2 ");
  EXPECT_EQ(members_of(text, {"cA"}), "");
  EXPECT_EQ(members_of(text, {"d"}), "nothing");
  EXPECT_EQ(members_of(text, {"b", "d"}), "nothing");
}

TEST(JsonParts, SeesWhatIsNoJsonWhereverItIs) {
  EXPECT_EQ(members_of("{\"a\": {\"b\": [1 2]}}", {}), "15 ',' after an item is expected here; found \"2\"");
  EXPECT_EQ(members_of("{\"a\": 1, \"a\": 2}", {}), "9 the field \"a\" is there twice");
  EXPECT_EQ(members_of("{\"a\": 1} {}", {}).substr(0, 2), "9 ");
  EXPECT_EQ(members_of("{\"a\": 01}", {}).substr(0, 2), "6 ");
  EXPECT_EQ(members_of("{\"a\": nul}", {}).substr(0, 2), "6 ") << "what begins as null and is not";
  EXPECT_EQ(members_of("[1]", {}), "0 expected an object");
  EXPECT_EQ(members_of("{\"a\": [1]}", {"a"}), "6 a should be an object");
  EXPECT_EQ(members_of("{\"a\": " + std::string(2000, '[') + "}", {}), "1006 it is nested deeper than 1000 levels");
}

TEST(JsonParts, AreReadByAScriptMemberByMember) {
  ImportDesk desk;
  const std::string source = kParts +
                             "function convert(document)\n"
                             "  for id, value in document.members('nodes') do node('dataset:' .. id, value) end\n"
                             "  for id in document.members('nodes') do warn(id) end\n"
                             "  warn(table.concat(document.names(), ' '), 7)\n"
                             "  for _ in document.members('none', 'at', 'all') do warn('never') end\n"
                             "end\n";
  const Result<ImportReport> report = desk.import(
      "test", source, {{"x.json", "{\"nodes\": {\"a\": {\"title\": \"A\"},\n\"b\": {}}, \"z\": [], \"c\": 1}"}});
  ASSERT_TRUE(report.ok()) << report.status().text();
  EXPECT_EQ(desk.hub.answer("return nodes('dataset'):refs(), node('dataset:a').title"), "dataset:a\ndataset:b\nA\n");
  EXPECT_EQ(desk.said,
            (std::vector<std::string>{"warning x.json:1: a", "warning x.json:2: b", "warning x.json:7: c nodes z"}));
}

TEST(JsonParts, ThatCanNotBeReadAreRefusedWithTheirPlace) {
  const std::string source =
      kParts +
      "function convert(document) for id, value in document.members('nodes') do node('dataset:' .. id) end end\n";
  const auto failure = [&](const std::string& text) {
    ImportDesk desk;
    const Result<ImportReport> report = desk.import("test", source, {{"x.json", text}});
    EXPECT_FALSE(desk.hub.store().info().visible > 1) << text;
    return report.ok() ? "taken" : report.status().text();
  };
  EXPECT_EQ(failure("{\"nodes\":\n {\"a\": {}, \"a\": {}}}"), "x.json:2:12: the field \"a\" is there twice");
  EXPECT_EQ(failure("{\"nodes\":\n {\"a\": {\"b\": 1, \"b\": 2}}}"), "x.json:2:17: the field \"b\" is there twice");
  EXPECT_EQ(failure("{\"nodes\": [1]}"), "x.json:1:11: expected an object");
  EXPECT_EQ(failure("{\"nodes\": {\"a\": " + std::string(100, '[') + std::string(100, ']') + "}}").substr(0, 11),
            "x.json:1:82");
  EXPECT_EQ(failure("{\"nodes\": {\"\xff\": 1}}").substr(0, 12), "x.json:1:13:");
  EXPECT_EQ(failure("").substr(0, 10), "x.json:1:1");

  ImportDesk desk;  // kept going: the rest of the files is taken
  const Result<ImportReport> kept = desk.import(
      "test", source, {{"x.json", "{\"nodes\": {\"a\": 1, \"a\": 2}}"}, {"y.json", "{\"nodes\": {\"b\": {}}}"}}, true);
  ASSERT_TRUE(kept.ok()) << kept.status().text();
  EXPECT_EQ(kept->rejected, 1u);
  EXPECT_EQ(desk.hub.answer("return nodes('dataset'):refs()"), "dataset:a\ndataset:b\n");
}

}  // namespace
}  // namespace amont
