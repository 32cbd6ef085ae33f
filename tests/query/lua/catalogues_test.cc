// What catalogues write: DataHub, OpenMetadata and Atlas. Of real files what is in the register is what is counted here without the
// scripts.
#include <gtest/gtest.h>

#include <algorithm>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <regex>
#include <set>
#include <sstream>

#include <simdjson.h>

#include "tests/query/lua/import_desk.h"
#include "tests/support/corpus.h"

namespace amont {
namespace {

namespace fs = std::filesystem;
using Json = simdjson::dom::element;
using Edges = std::set<std::string>;

std::string read_file(const fs::path& path) {
  std::ifstream in(path, std::ios::binary);
  return {std::istreambuf_iterator<char>(in), {}};
}

std::string text_in(Json object, const char* name) {
  std::string_view text;
  return object[name].get(text) == simdjson::SUCCESS ? std::string(text) : "";
}

// Avro says of a value that may be of several types which it is: {"array": [...]}.
std::vector<Json> list_in(Json object, const char* name) {
  simdjson::dom::array array;
  if (object[name].get(array) != simdjson::SUCCESS && object[name]["array"].get(array) != simdjson::SUCCESS) return {};
  return {array.begin(), array.end()};
}

// The files of a folder, in order.
std::vector<TextFile> files_of(const fs::path& folder) {
  std::vector<TextFile> files;
  for (const auto& entry : fs::directory_iterator(folder))
    if (entry.path().extension() == ".json")
      files.push_back({entry.path().filename().string(), read_file(entry.path())});
  std::ranges::sort(files, {}, &TextFile::path);
  return files;
}

std::size_t count(ImportDesk& desk, const std::string& expression) {
  return std::stoul(desk.hub.answer("return " + expression));
}

// How many edges of a kind the register has: its lines of JSONL.
std::size_t count_edges(const std::string& exported, const std::string& kind) {
  std::size_t found = 0;
  std::istringstream lines(exported);
  for (std::string line; std::getline(lines, line);) found += line.starts_with("{\"edge\":\"" + kind + "\"");
  return found;
}

void expect_nothing_new(ImportDesk& desk, const std::string& format, std::vector<TextFile> files) {
  const std::string before = desk.exported();
  std::ranges::reverse(files);
  const auto again = desk.import(format, files, true);
  ASSERT_TRUE(again.ok()) << again.status().text();
  EXPECT_EQ(again->nodes + again->edges, 0u);
  ImportDesk other;
  ASSERT_TRUE(other.import(format, files, true).ok());
  EXPECT_EQ(other.exported(), before) << "the order of the files matters";
}

// One real event has a name twice, which is no JSON that all read alike: it is refused.
bool has_a_name_twice(Json value) {
  if (value.is_array()) {
    for (Json item : value.get_array())
      if (has_a_name_twice(item)) return true;
    return false;
  }
  if (!value.is_object()) return false;
  std::set<std::string_view> names;
  for (const auto& [name, inner] : value.get_object())
    if (!names.insert(name).second || has_a_name_twice(inner)) return true;
  return false;
}

// What DataHub's files say, by URN.
struct DataHubCounted {
  std::set<std::string> variables, jobs;
  Edges lineage;

  void add_pairs(const std::string& from, Json aspect, const char* list, const char* field) {
    for (Json one : list_in(aspect, list)) {
      std::string_view urn;
      if (one.get(urn) != simdjson::SUCCESS) urn = one[field].get_string().value();
      lineage.insert(from + " " + std::string(urn));
    }
  }

  void add_snapshot(Json snapshot) {
    const std::string urn = text_in(snapshot, "urn");
    if (urn.starts_with("urn:li:dataJob:") || urn.starts_with("urn:li:dataFlow:")) jobs.insert(urn);
    if (urn.starts_with("urn:li:mlFeature:") || urn.starts_with("urn:li:mlPrimaryKey:")) variables.insert(urn);
    static const std::regex kTypes("\\[[^\\]]*\\]\\.?");
    for (Json wrapped : list_in(snapshot, "aspects")) {
      for (const auto& [full_class, aspect] : wrapped.get_object()) {
        const std::string name(full_class.substr(full_class.rfind('.') + 1));
        for (const char* list : {"fields", "editableSchemaFieldInfo"})
          for (Json field : list_in(aspect, list))
            variables.insert(urn + "#" + std::regex_replace(text_in(field, "fieldPath"), kTypes, ""));
        if (name == "UpstreamLineage") add_pairs(urn, aspect, "upstreams", "dataset");
        if (name == "ChartInfo") add_pairs(urn, aspect, "inputs", "string");
        if (name == "DashboardInfo") add_pairs(urn, aspect, "charts", "");
        if (name == "MLFeatureProperties" || name == "MLPrimaryKeyProperties") add_pairs(urn, aspect, "sources", "");
        if (name == "TrainingData") add_pairs(urn + " training", aspect, "trainingData", "dataset");
        if (name == "EvaluationData") add_pairs(urn + " evaluation", aspect, "evaluationData", "dataset");
        if (name == "DataJobInputOutput")
          for (Json output : list_in(aspect, "outputDatasets"))
            add_pairs(urn + " " + std::string(output.get_string().value()), aspect, "inputDatasets", "");
      }
    }
  }
};

TEST(DataHub, FilesBecomeDatasetsColumnsJobsAndLineage) {
  const auto folder = corpus("data/g-catalogs/datahub");
  if (!folder) GTEST_SKIP();
  const std::vector<TextFile> files = files_of(*folder);
  DataHubCounted counted;
  std::size_t refused = 0;
  simdjson::dom::parser parser;
  for (const TextFile& file : files) {
    const Json document = parser.parse(file.text).value();
    const auto add = [&](Json item) {
      simdjson::dom::object snapshot;
      if (has_a_name_twice(item)) {
        ++refused;
        return;
      }
      if (item["proposedSnapshot"].get(snapshot) != simdjson::SUCCESS) return;
      for (const auto& [name, inner] : snapshot) counted.add_snapshot(inner);
    };
    if (document.is_array())
      for (Json item : document.get_array()) add(item);
    else
      add(document);
  }
  ImportDesk desk;
  const auto report = desk.import("formats/datahub", files, true);
  ASSERT_TRUE(report.ok()) << report.status().text();
  EXPECT_EQ(report->rejected, refused);
  EXPECT_LE(refused, 1u);
  EXPECT_EQ(count(desk, "#nodes('variable')"), counted.variables.size());
  EXPECT_EQ(count(desk, "#nodes('job')"), counted.jobs.size());
  EXPECT_EQ(count_edges(desk.exported(), "derived_from"), counted.lineage.size());
  EXPECT_GT(counted.lineage.size(), 30u);
  EXPECT_EQ(desk.exported().find("corpuser"), std::string::npos) << "a person is named";
  EXPECT_EQ(desk.exported().find("@linkedin.com"), std::string::npos) << "an address is kept";
  expect_nothing_new(desk, "formats/datahub", files);
}

TEST(DataHub, ProposalsSayOneAspectEach) {
  ImportDesk desk;
  const std::string dataset = "urn:li:dataset:(urn:li:dataPlatform:hive,clean,PROD)";
  const auto proposal = [&](const std::string& aspect, const std::string& value, int seen = 1000) {
    return R"({"entityType": "dataset", "entityUrn": ")" + dataset + R"(", "changeType": "UPSERT", "aspectName": ")" +
           aspect + R"(", "aspect": {"json": )" + value + R"(}, "systemMetadata": {"lastObserved": )" +
           std::to_string(seen) + "}}\n";
  };
  const std::string raw = "urn:li:dataset:(urn:li:dataPlatform:hive,raw,PROD)";
  const auto field = [](const std::string& of, const std::string& name) {
    return "\"urn:li:schemaField:(" + of + "," + name + ")\"";
  };
  const std::string lineage =
      R"({"upstreams": [], "fineGrainedLineages": [{"upstreamType": "FIELD_SET", "upstreams": [)" + field(raw, "id") +
      R"(], "downstreamType": "FIELD", "downstreams": [)" + field(dataset, "key") +
      R"(], "transformOperation": "HASH"}]})";
  const std::string owners =
      R"({"owners": [{"owner": "urn:li:corpGroup:data", "type": "DATAOWNER"}, {"owner": "urn:li:corpuser:jane"}]})";
  const std::string text = proposal("datasetProperties", R"({"name": "Clean", "description": "later"})", 2000) +
                           proposal("datasetProperties", R"({"name": "Clean", "description": "earlier"})", 1000) +
                           proposal("upstreamLineage", lineage) + proposal("ownership", owners);
  const auto report = desk.import("formats/datahub", {{"x.ndjson", text}});
  ASSERT_TRUE(report.ok()) << report.status().text();
  EXPECT_EQ(desk.hub.answer("return node('dataset:" + dataset +
                            "').description, #nodes('variable'), "
                            "node('dataset:" +
                            dataset + "'):incoming('holds')[1].title"),
            "later\n2\ndata\n");
  EXPECT_EQ(desk.hub.answer("local e = node('variable:" + dataset +
                            "#key'):edges('up', 'derived_from')[1] return e.label, e.to"),
            "HASH\nvariable:urn:li:dataset:(urn:li:dataPlatform:hive,raw,PROD)#id\n");
  EXPECT_EQ(desk.said, std::vector<std::string>{"warning input: 1 record an owner that is a person: left out"});
}

TEST(DataHub, WhatIsNoneIsRefusedAndSaysWhy) {
  ImportDesk desk;
  const std::string items = R"x([{"a": 1},
{"proposedSnapshot": {"com.linkedin.X": {"urn": "urn:li:dataset:(urn:li:dataPlatform:a,b,PROD)", "aspects": {"a": 1}}}},
{"entityType": "dataset", "entityUrn": "urn:li:dataset:(urn:li:dataPlatform:a,b,PROD)", "changeType": "PATCH", "aspectName": "x"},
{"entityType": "dataset", "entityUrn": "urn:li:dataset:(urn:li:dataPlatform:a,b,PROD)", "aspectName": "x", "aspect": {"value": "{"}}]
)x";
  const auto report = desk.import("formats/datahub", {{"x.json", items}}, true);
  ASSERT_FALSE(report.ok());
  EXPECT_NE(report.status().text().find("nothing was kept (4 records left out)"), std::string::npos)
      << report.status().text();
  ASSERT_EQ(desk.said.size(), 4u);
  EXPECT_EQ(desk.said[1].substr(0, desk.said[1].find(" [")),
            "rejected x.json:2: the snapshot.aspects should be a list, and is an object");
  EXPECT_NE(desk.said[3].find("aspect.value is no JSON"), std::string::npos) << desk.said[3];
  EXPECT_EQ(desk.hub.answer("return #nodes()"), "0\n");
}

std::size_t columns_in(Json holder, const char* name) {
  std::size_t found = 0;
  for (Json column : list_in(holder, name)) found += 1 + columns_in(column, "children");
  return found;
}

TEST(OpenMetadata, FilesBecomeTablesColumnsPipelinesRunsAndLineage) {
  const auto folder = corpus("data/g-catalogs/openmetadata");
  if (!folder) GTEST_SKIP();
  const std::vector<TextFile> files = files_of(*folder);
  std::size_t tables = 0, columns = 0, charts = 0, lineage = 0, statuses = 0;
  simdjson::dom::parser parser;
  for (const TextFile& file : files) {
    const Json document = parser.parse(file.text).value();
    if (document.is_array()) {
      for (Json item : document.get_array()) {
        lineage += item["from"].error() == simdjson::SUCCESS;
        statuses += list_in(item, "pipelineStatus").size();
      }
      continue;
    }
    for (Json table : list_in(document, "tables")) {
      ++tables;
      columns += columns_in(table, "columns");
    }
    charts += list_in(document, "charts").size();
    for (Json dashboard : list_in(document, "dashboards")) lineage += list_in(dashboard, "charts").size();
  }
  ImportDesk desk;
  const auto report = desk.import("formats/openmetadata", files);
  ASSERT_TRUE(report.ok()) << report.status().text();
  EXPECT_EQ(count(desk, "#nodes('dataset'):where{entity = 'table'}"), tables);
  EXPECT_EQ(count(desk, "#nodes('variable')"), columns);
  EXPECT_GE(count(desk, "#nodes('output'):where{entity = 'chart'}"), charts);
  EXPECT_EQ(count_edges(desk.exported(), "derived_from"), lineage);
  EXPECT_EQ(count(desk, "#nodes('run')"), statuses);
  EXPECT_EQ(desk.exported().find("privateKey"), std::string::npos) << "a secret is kept";
  expect_nothing_new(desk, "formats/openmetadata", files);
}

TEST(OpenMetadata, ProfilesOfColumnsAreCountedAndIdsAndVersionsKept) {
  ImportDesk desk;
  const auto report = desk.import(
      "formats/openmetadata",
      {{"x.json", R"({"name": "t", "fullyQualifiedName": "s.d.c.t", "id": "i-1", "version": 0.2, "href": "http://h/i-1",
        "columns": [], "tableProfile": {"rowCount": 3, "columnCount": 2, "columnProfile": [{"name": "a"}, {"name": "b"}]}})"}});
  ASSERT_TRUE(report.ok()) << report.status().text();
  EXPECT_EQ(desk.said,
            (std::vector<std::string>{"warning input: 2 times a profile of a column: left out",
                                      "warning input: 1 time the address of an entity in the API: left out"}));
  EXPECT_EQ(desk.hub.answer("local t = node('dataset:s.d.c.t')\n"
                            "return t:get('n_records'), t:get('openmetadata_tableProfile'), t:get('openmetadata_id'), "
                            "t:get('openmetadata_version')"),
            "3\n{\"columnCount\":2}\ni-1\n0.2\n");
}

TEST(OpenMetadata, ATaskThatIsNoObjectIsRefused) {
  ImportDesk desk;
  const auto refused =
      desk.import("formats/openmetadata", {{"x.json", R"({"pipeline": "s.p", "pipelineStatus": [{"timestamp":
      1700000000000, "taskStatus": [7]}]})"}});
  EXPECT_EQ(refused.status().text(), "x.json:1: an item of taskStatus should be an object, and is a number");
}

TEST(OpenMetadata, LineageOfItsApiNamesColumnsAndPipelines) {
  ImportDesk desk;
  const std::string text = R"({"entity": {"id": "1", "type": "table", "fullyQualifiedName": "s.d.c.clean"},
    "nodes": [{"id": "2", "type": "table", "fullyQualifiedName": "s.d.c.\"raw.x\""}],
    "upstreamEdges": [{"fromEntity": "2", "toEntity": "1", "lineageDetails": {"sqlQuery": "select 1",
      "pipeline": {"id": "3", "type": "pipeline", "fullyQualifiedName": "air.flow"},
      "columnsLineage": [{"fromColumns": ["s.d.c.\"raw.x\".id"], "toColumn": "s.d.c.clean.key", "function": "hash"}]}}],
    "downstreamEdges": []})";
  const auto report = desk.import("formats/openmetadata", {{"x.json", text}});
  ASSERT_TRUE(report.ok()) << report.status().text();
  EXPECT_EQ(desk.hub.answer("local e = node('variable:s.d.c.clean#key'):edges('up', 'derived_from')[1] return e.label, "
                            "e.to, e.description"),
            "job air.flow\nvariable:s.d.c.\"raw.x\"#id\nhash\n");
  EXPECT_EQ(desk.hub.answer("return node('dataset:s.d.c.clean'):edges('up', 'derived_from')[1].job"), "job:air.flow\n");
  const auto refused = desk.import("formats/openmetadata",
                                   {{"y.json", R"({"edge": {"fromEntity": {"id": "7"}, "toEntity": {"id": "8"}}})"}});
  EXPECT_EQ(refused.status().text(),
            "y.json:1: an edge names its end by the id 7 alone, which nothing before it explains");
}

TEST(Atlas, MessagesOfAHookBecomeTablesColumnsProcessesAndRuns) {
  const fs::path messages = fs::path(AMONT_SOURCE_DIR) / "tests/formats/atlas/hive.ndjson";
  ImportDesk desk;
  const std::string text = read_file(messages);
  const auto report = desk.import("formats/atlas", {{"hive.ndjson", text}});
  ASSERT_TRUE(report.ok()) << report.status().text();
  EXPECT_EQ(desk.hub.answer("return nodes('dataset', 'job', 'run', 'variable'):refs()"),
            "dataset:hive_db/claims@hub\ndataset:hive_db/study@hub\ndataset:hive_table/claims.deliveries@hub\n"
            "dataset:hive_table/study.cohort@hub\njob:hive_process/study.cohort@hub:1700000000\n"
            "run:hive_process_execution/study.cohort@hub:1700000000:1700000050000:1700000060000\n"
            "variable:hive_column/claims.deliveries.patient@hub\nvariable:hive_column/study.cohort.patient@hub\n");
  EXPECT_EQ(
      desk.hub.answer(
          "local a, b = node('dataset:hive_table/claims.deliveries@hub'), node('dataset:hive_table/study.cohort@hub') "
          "return a.state, a.classifications[1], b.description, b:outgoing('derived_from')[1].key"),
      "deleted\nPSEUDONYMISED {\"key\":\"FOIN\"}\nEverybody who was dispensed a "
      "medicine\nhive_table/claims.deliveries@hub\n");
  EXPECT_EQ(desk.exported().find("jane"), std::string::npos) << "a user is named";

  std::vector<std::string> lines;
  std::istringstream in(text);
  for (std::string line; std::getline(in, line);) lines.push_back(line + "\n");
  std::string backwards;
  for (auto line = lines.rbegin(); line != lines.rend(); ++line) backwards += *line;
  ImportDesk other;
  ASSERT_TRUE(other.import("formats/atlas", {{"hive.ndjson", backwards}}).ok());
  EXPECT_EQ(other.exported(), desk.exported());
}

TEST(Atlas, DefinitionsOfTypesAreRefused) {
  const auto folder = corpus("data/g-catalogs/atlas-typedefs");
  if (!folder) GTEST_SKIP();
  const std::vector<TextFile> files = files_of(*folder);
  ImportDesk desk;
  const auto report = desk.import("formats/atlas", files, true);
  ASSERT_FALSE(report.ok());
  EXPECT_NE(report.status().text().find("nothing was kept"), std::string::npos) << report.status().text();
  EXPECT_EQ(desk.said.size(), files.size());
  EXPECT_GT(files.size(), 20u);
  for (const std::string& said : desk.said)
    EXPECT_NE(said.find("it defines types of Atlas"), std::string::npos) << said;
}

}  // namespace
}  // namespace amont
