// Metadata of tables on the Web, in and out.
#include <gtest/gtest.h>
#include <simdjson.h>

#include <filesystem>

#include "tests/query/lua/export_desk.h"
#include "tests/support/corpus.h"

namespace amont {
namespace {

const std::string kIn = "formats/csvw";
const std::string kOut = "formats/out/csvw";

const std::string kShop = R"({
  "@context": ["http://www.w3.org/ns/csvw", {"@language": "en"}], "@id": "http://data.example/shop", "dc:title": "Shop",
  "dc:creator": {"schema:name": "Jane Doe"},
  "tables": [
    {"url": "orders.csv", "dc:title": {"fr": "Commandes", "en": "Orders"}, "dc:publisher": {"schema:name": "The Shop"},
     "dcat:keyword": ["sales"],
     "tableSchema": {"primaryKey": "id", "aboutUrl": "#{id}", "columns": [
       {"name": "id", "titles": ["Id", "Number"], "datatype": "integer", "required": true},
       {"name": "person%20no", "titles": "Person", "datatype": {"base": "string", "maxLength": 9}},
       {"titles": {"fr": "Pays", "en": "Country"}}],
      "foreignKeys": [{"columnReference": ["person%20no"], "reference": {"resource": "people.csv", "columnReference": "no"}},
                      {"columnReference": "id", "reference": {"resource": "nowhere.csv", "columnReference": "x"}}]}},
    {"url": "people.csv", "tableSchema": {"columns": [{"name": "no", "datatype": "string"}]}},
    {"url": "http://other.example/t.csv", "tableSchema": "http://other.example/schema.json"}]})";

TEST(Csvw, TablesAreDatasetsAndColumnsVariables) {
  ImportDesk desk;
  const auto report = desk.import(kIn, {{"shop/csv-metadata.json", kShop}});
  ASSERT_TRUE(report.ok()) << report.status().text();
  EXPECT_EQ(desk.hub.answer("return rows { nodes('dataset', 'variable'), 'ref', 'title', 'type', 'csvw_required' }"),
            "ref | title | type | csvw_required\n"
            "dataset:csvw/shop/orders.csv | Orders | table | -\n"
            "dataset:csvw/shop/people.csv | people.csv | table | -\n"
            "dataset:http://data.example/shop | Shop | base | -\n"
            "dataset:http://other.example/t.csv | t.csv | table | -\n"
            "variable:csvw/shop/orders.csv/Country | Country | - | -\n"
            "variable:csvw/shop/orders.csv/id | Id | integer | true\n"
            "variable:csvw/shop/orders.csv/person no | Person | string | -\n"
            "variable:csvw/shop/people.csv/no | no | string | -\n");
  EXPECT_EQ(desk.hub.answer("local o = node('dataset:csvw/shop/orders.csv')\n"
                            "return o:outgoing('part_of'):refs(), o:incoming('holds'):refs(), o:get('primary_key'), "
                            "o:get('csvw_dc:title'),\n"
                            "  o:get('csvw_dcat:keyword'), node('variable:csvw/shop/orders.csv/person "
                            "no'):outgoing('references'):refs()"),
            "dataset:http://data.example/shop\norganisation:The "
            "Shop\nid\n{\"en\":\"Orders\",\"fr\":\"Commandes\"}\n[\"sales\"]\n"
            "variable:csvw/shop/people.csv/no\n");
  EXPECT_EQ(desk.exported().find("Jane"), std::string::npos);
  EXPECT_EQ(desk.said.size(), 3u);
  EXPECT_EQ(desk.said[0],
            "warning shop/csv-metadata.json: dataset:csvw/shop/orders.csv: a foreign key leads to a table that is not "
            "here, or has "
            "columns without a counterpart");
}

TEST(Csvw, WhatIsNoneIsRefused) {
  const auto why = [](const std::string& text) {
    ImportDesk desk;
    const auto report = desk.import(kIn, {{"m.json", text}});
    return report.ok() ? "taken" : report.status().text();
  };
  EXPECT_EQ(why("{}"), "m.json: it is no CSVW metadata: its @context is not http://www.w3.org/ns/csvw");
  EXPECT_EQ(why(R"({"@context": "http://www.w3.org/ns/csvw"})"),
            "m.json: it is no CSVW metadata: it has neither tables nor the url of one");
  EXPECT_EQ(why(R"({"@context": "http://www.w3.org/ns/csvw", "tables": [{}]})"), "m.json: a table has no url");
}

TEST(Csvw, WhatIsOfAnotherTypeThanCsvwHasIsRefusedInWords) {
  const auto import = [](const std::string& fields) {
    ImportDesk desk;
    return desk
        .import("formats/csvw",
                {{"t.json", R"({"@context": "http://www.w3.org/ns/csvw", "url": "t.csv", )" + fields + "}"}})
        .status()
        .text();
  };
  EXPECT_EQ(import(R"("name": 1.5)"), Status().text());
  EXPECT_EQ(import(R"("tableSchema": true)"),
            "t.json: dataset:csvw/t.csv: tableSchema should be an object or an address, and is true or false");
  EXPECT_EQ(import(R"("tableSchema": {"foreignKeys": [-0.0]})"),
            "t.json: dataset:csvw/t.csv: a foreign key should be an object, and is a number");
  EXPECT_EQ(import(R"("tableSchema": {"foreignKeys": true})"),
            "t.json: dataset:csvw/t.csv: a foreign key should be an object, and is true or false");
  EXPECT_EQ(
      import(R"("tableSchema": {"primaryKey": [1]})"),
      "t.json: dataset:csvw/t.csv: primaryKey should be the name of a column, or a list of them, and is a number");
}

TEST(Csvw, WhatIsWrittenComesBackAsItWas) {
  ImportDesk desk;
  ASSERT_TRUE(desk.import(kIn, {{"shop/csv-metadata.json", kShop}}).ok());
  const Written out = written(desk.hub, kOut);
  ASSERT_TRUE(out.status.ok()) << out.status.text();
  ImportDesk again;
  ASSERT_TRUE(again.import(kIn, {{"m.json", out.text}}).ok());
  EXPECT_EQ(written(again.hub, kOut).text, out.text);
  for (const char* kept :
       {"\"maxLength\":9", "\"required\":true", "\"aboutUrl\":\"#{id}\"", "\"name\":\"person%20no\"", "sales"})
    EXPECT_NE(out.text.find(kept), std::string::npos) << kept << " in " << out.text;
}

TEST(Csvw, TheDictionaryOfTheSndsIsWrittenWhole) {
  const auto folder = corpus("data/a-snds/schemas");
  if (!folder) GTEST_SKIP();
  std::vector<TextFile> files;
  for (const auto& entry : std::filesystem::recursive_directory_iterator(*folder))
    if (entry.path().extension() == ".json") files.push_back({entry.path().filename(), text_of_file(entry.path())});
  ImportDesk desk;
  ASSERT_TRUE(desk.import("formats/table-schema", files).ok());
  const Written out = written(desk.hub, kOut);
  ASSERT_TRUE(out.status.ok()) << out.status.text();
  simdjson::dom::parser parser;
  std::size_t tables = 0, columns = 0, key_columns = 0;
  for (simdjson::dom::element table : parser.parse(out.text).value()["tables"].get_array()) {
    ++tables;
    columns += table["tableSchema"]["columns"].get_array().size();
    simdjson::dom::array keys;
    if (table["tableSchema"]["foreignKeys"].get(keys) != simdjson::SUCCESS) continue;
    for (simdjson::dom::element key : keys) key_columns += key["columnReference"].get_array().size();
  }
  EXPECT_EQ(tables, 125u);
  EXPECT_EQ(columns, 3268u);
  EXPECT_EQ(key_columns, 333u);
  ImportDesk again;
  ASSERT_TRUE(again.import(kIn, {{"m.json", out.text}}).ok());
  EXPECT_EQ(written(again.hub, kOut).text, out.text);
}

}  // namespace
}  // namespace amont
