// What import scripts can say and read besides nodes, edges and documents: what stands already, JSON text, refusals, a word at the
// end, items of JSON and rows of CSV.
#include <gtest/gtest.h>

#include "tests/query/lua/import_desk.h"

namespace amont {
namespace {

const std::string kItems = "--- Test.\n--- @format test\n--- @input json items\n";
const std::string kCsv = "--- Test.\n--- @format test\n--- @input csv\n";
using Said = std::vector<std::string>;

TEST(ImportWords, KnownGivesWhatStandsHereAndInTheRegister) {
  ImportDesk desk;
  desk.hub.node("dataset:old", {{"title", Value("Old")}}).commit();
  const std::string source =
      kItems +
      "function convert(item)\n"
      "  if item == 1 then\n"
      "    node('dataset:new', { title = 'New', n = 3 })\n"
      "    edge('derived_from', 'dataset:new', 'dataset:old', { label = 'l', props = { how = 'copy' } })\n"
      "    retract('dataset:gone')\n"
      "    return\n"
      "  end\n"
      "  warn(known('dataset:old').title .. known('dataset:new').title .. known('dataset:new').n)\n"
      "  warn(known('derived_from', 'dataset:new', 'dataset:old', 'l').how)\n"
      "  warn(tostring(known('derived_from', 'dataset:new', 'dataset:old')))\n"
      "  warn(tostring(known('dataset:never')) .. tostring(known('no ref')) .. tostring(known('dataset:gone')))\n"
      "end\n";
  desk.hub.node("dataset:gone").commit();
  const auto report = desk.import("test", source, {{"x.json", "[1, 2]"}});
  ASSERT_TRUE(report.ok()) << report.status().text();
  EXPECT_EQ(desk.said, (Said{"warning x.json:1: OldNew3", "warning x.json:1: copy", "warning x.json:1: nil",
                             "warning x.json:1: nilnilnil"}));
}

TEST(ImportWords, JsonGivesTheTextOfAValue) {
  ImportDesk desk;
  const std::string source =
      kItems + "function convert(item) warn(json(item)) warn(json({ t = time('2026-01-01') })) end\n";
  const auto report = desk.import("test", source, {{"x.json", R"([{"b": [1, 2.5, null, true], "a": {"é": "\n"}}])"}});
  ASSERT_TRUE(report.ok()) << report.status().text();
  EXPECT_EQ(desk.said, (Said{R"(warning x.json:1: {"a":{"é":"\n"},"b":[1,2.5,null,true]})",
                             R"(warning x.json:1: {"t":"2026-01-01T00:00:00Z"})"}));
  const auto refused = desk.import("test", kItems + "function convert() json(warn) end\n", {{"x.json", "1"}});
  EXPECT_EQ(refused.status().text(),
            "x.json:1: the script could not read this: test:4: json: a function, a set or the like can't be JSON");
}

TEST(ImportWords, HasOthersTellsWhetherATableHasFieldsBesides) {
  ImportDesk desk;
  const std::string source =
      kItems +
      "local names = { a = true, b = false, [1] = true }\n"
      "function convert(item)\n"
      "  warn(tostring(has_others(item, names)))\n"
      "  if item.last then warn(select(2, pcall(has_others, 'text', names)):match('table expected')) end\n"
      "end\n";
  const auto report = desk.import(
      "test", source, {{"x.json", R"([{}, {"a": 1}, {"a": 1, "b": null}, {"c": 1, "a": 1}, ["x"], ["x", "y"],
      {"last": true}])"}});
  ASSERT_TRUE(report.ok()) << report.status().text();
  std::string told;
  for (const std::string& line : desk.said) told += line.substr(line.rfind(' ') + 1) + " ";
  EXPECT_EQ(told, "false false false true false true true expected ");
}

TEST(ImportWords, TotimeGivesATimeOrNil) {
  ImportDesk desk;
  EXPECT_EQ(desk.hub.answer("return totime('2026-03-31').precise, totime('2026-03-31T10:30:00.25Z').precise, "
                            "totime('2026-03-31T10:30:00.123456Z').precise, totime(time('2026-03-31')).date, "
                            "tostring(totime('soon')), tostring(totime(12)), tostring(totime(nil))"),
            "2026-03-31T00:00:00.000000Z\n2026-03-31T10:30:00.250000Z\n2026-03-31T10:30:00.123456Z\n2026-03-31\n"
            "nil\nnil\nnil\n");
}

TEST(ImportWords, RejectLeavesOutTheRecordAtHandOrEndsTheImport) {
  ImportDesk desk;
  const std::string source = kItems +
                             "function convert(item)\n"
                             "  if item.bad then return reject('it is bad') end\n"
                             "  node('dataset:' .. item.key)\n"
                             "end\n";
  const std::string text = "{\"key\": \"a\"}\n{\"bad\": 1}\n{\"key\": \"b\"}\n";
  EXPECT_EQ(desk.import("test", source, {{"x.ndjson", text}}).status().text(), "x.ndjson:2: it is bad");
  EXPECT_EQ(desk.hub.answer("return #nodes('dataset')"), "0\n");
  const auto report = desk.import("test", source, {{"x.ndjson", text}}, true);
  ASSERT_TRUE(report.ok()) << report.status().text();
  EXPECT_EQ(desk.said, (Said{"rejected x.ndjson:2: it is bad [{\"bad\": 1}]"}));
  EXPECT_EQ(desk.hub.answer("return nodes('dataset'):refs()"), "dataset:a\ndataset:b\n");
}

TEST(ImportWords, FinishIsCalledWhenAllFilesAreRead) {
  ImportDesk desk;
  const std::string source = kItems +
                             "local keys = {}\n"
                             "function convert(item, file) keys[#keys + 1] = file.path .. item end\n"
                             "function finish() node('dataset:all', { title = table.concat(keys, ' ') }) end\n";
  const auto report = desk.import("test", source, {{"x.json", "[1, 2]"}, {"y.json", "3"}});
  ASSERT_TRUE(report.ok()) << report.status().text();
  EXPECT_EQ(desk.hub.answer("return node('dataset:all').title"), "x.json1 x.json2 y.json3\n");
}

TEST(ImportWords, RowsOfCsvComeByTheNamesOfTheirColumns) {
  ImportDesk desk;
  const std::string source =
      kCsv +
      "function convert(next_row, file)\n"
      "  warn(table.concat(file.columns, '|'))\n"
      "  for row in next_row do node('dataset:' .. row.key, { title = row['a \"title\"'] }) end\n"
      "end\n";
  const std::string text = "key,\"a \"\"title\"\"\"\na,\"one,\ntwo\"\nb,\nc,three,four\nd,five\n";
  const auto refused = desk.import("test", source, {{"x.csv", text}});
  EXPECT_EQ(refused.status().text(), "x.csv:5: the row has 3 cells, and there are 2 columns");
  desk.said.clear();
  const auto report = desk.import("test", source, {{"x.csv", text}}, true);
  ASSERT_TRUE(report.ok()) << report.status().text();
  EXPECT_EQ(desk.said, (Said{"warning x.csv:1: key|a \"title\"",
                             "rejected x.csv:5: the row has 3 cells, and there are 2 columns [c,three,four]"}));
  EXPECT_EQ(
      desk.hub.answer("return nodes('dataset'):refs(), node('dataset:a').title, tostring(node('dataset:b').title)"),
      "dataset:a\ndataset:b\ndataset:d\none,\ntwo\nnil\n");
}

TEST(ImportWords, RowsThatAreNoneAreRefusedWithTheirLine) {
  ImportDesk desk;
  const std::string source = kCsv + "function convert(next_row) for row in next_row do end end\n";
  const auto refused = [&](const std::string& text) {
    const auto report = desk.import("test", source, {{"x.csv", text}});
    EXPECT_FALSE(report.ok()) << text;
    return report.status().text();
  };
  EXPECT_EQ(refused("a,b,a\n1,2,3\n"), "x.csv:1: the column \"a\" is there twice");
  EXPECT_EQ(refused("a,,c\n"), "x.csv:1: column 2 has no name");
  EXPECT_EQ(refused(""), "x.csv: the file is empty; its first row should name the columns");
  EXPECT_EQ(refused("a,b\n1,\"2\n3,4\n"), "x.csv:2: a quote opens here and never closes");
  EXPECT_EQ(refused("a,b\n1,caf\xE9\n").substr(0, 23), "x.csv:2: it is not UTF-");
}

}  // namespace
}  // namespace amont
