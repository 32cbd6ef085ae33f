// What dbt writes of a project: what becomes of it, and that it is all there.
#include <gtest/gtest.h>

#include <filesystem>
#include <fstream>
#include <iterator>
#include <map>
#include <set>

#include <simdjson.h>

#include "tests/query/lua/import_desk.h"
#include "tests/support/corpus.h"

namespace amont {
namespace {

namespace fs = std::filesystem;
using Json = simdjson::dom::element;
const std::string kFormat = "formats/dbt";

const std::string kManifest =
    R"({"metadata": {"dbt_schema_version": "https://schemas.getdbt.com/dbt/manifest/v10.json"},
  "nodes": {
    "model.shop.orders": {"name": "orders", "resource_type": "model", "package_name": "shop", "raw_code": "select 1",
      "original_file_path": "models/orders.sql", "relation_name": "db.main.orders", "config": {"materialized": "table"},
      "checksum": {"name": "sha256", "checksum": "abc"}, "description": "All orders",
      "columns": {"Id": {"name": "Id", "data_type": "int", "description": "a number", "meta": {}}},
      "depends_on": {"macros": [], "nodes": ["source.shop.raw.orders", "model.shop.part"]}},
    "model.shop.part": {"name": "part", "resource_type": "model", "package_name": "shop", "raw_sql": "select 2",
      "relation_name": "db.main.part", "config": {"materialized": "ephemeral"}, "columns": {}, "depends_on": {"nodes": []}},
    "seed.shop.raw": {"name": "raw", "resource_type": "seed", "package_name": "shop", "relation_name": "db.raw.orders",
      "config": {"materialized": "seed"}, "columns": {}, "depends_on": {"nodes": []}},
    "test.shop.unique": {"name": "unique", "resource_type": "test", "depends_on": {"nodes": ["model.shop.orders"]}},
    "operation.shop.hook": {"name": "hook", "resource_type": "operation"}},
  "sources": {"source.shop.raw.orders": {"name": "orders", "resource_type": "source", "source_name": "raw",
    "relation_name": "db.raw.orders", "columns": {}}},
  "semantic_models": {"semantic_model.shop.s": {"name": "s", "depends_on": {"nodes": ["model.shop.orders"]}}},
  "metrics": {"metric.shop.sales": {"name": "sales", "label": "Sales", "depends_on": {"nodes": ["semantic_model.shop.s"]}}},
  "exposures": {"exposure.shop.board": {"name": "board", "type": "dashboard", "owner": {"name": "A Person"},
    "depends_on": {"nodes": ["metric.shop.sales", "model.shop.orders"]}}},
  "macros": {"macro.x": {}}})";
const std::string kCatalog = R"({"metadata": {"dbt_schema_version": "https://schemas.getdbt.com/dbt/catalog/v1.json"},
  "nodes": {"model.shop.orders": {"metadata": {"type": "BASE TABLE", "comment": null}, "stats": {"row_count": {"value": 7}},
    "columns": {"ID": {"name": "ID", "type": "INTEGER", "index": 1, "comment": "said there"}}}}, "sources": {}})";

TEST(Dbt, ModelsSourcesColumnsAndExposuresHaveTheirPlace) {
  ImportDesk desk;
  const auto report = desk.import(kFormat, {{"manifest.json", kManifest}, {"catalog.json", kCatalog}});
  ASSERT_TRUE(report.ok()) << report.status().text();
  EXPECT_EQ(desk.said, (std::vector<std::string>{
                           "warning manifest.json: 1 of macros are no data, and were passed over",
                           "warning manifest.json: 1 of operation are no data, and were passed over",
                           "warning input: fields that have no place here were left out: exposure.owner 1"}));
  EXPECT_EQ(desk.hub.answer("return upstream('output:exposure.shop.board'):refs()"),
            "dataset:model.shop.orders\noutput:metric.shop.sales\ndataset:model.shop.part\ndataset:seed.shop.raw\n"
            "dataset:source.shop.raw.orders\n");
  EXPECT_EQ(
      desk.hub.answer("local o, v = node('dataset:model.shop.orders'), nodes('variable')[1]\n"
                      "return o.title, o.relation, tostring(node('dataset:model.shop.part').relation), o:get('job'), "
                      "node('job:model.shop.orders').sql_hash, node('job:model.shop.part'):get('sql'), "
                      "join(o.tests, ' '), o.n_records, v.ref, v.name, v.type, v.description, v:get('comment')"),
      "orders\ndb.main.orders\nnil\njob:model.shop.orders\nabc\nselect 2\nunique\n7\n"
      "variable:model.shop.orders#id\nID\nINTEGER\na number\nsaid there\n");
  EXPECT_EQ(desk.hub.answer("return node('dataset:seed.shop.raw'):outgoing('same_as'):refs()"),
            "dataset:source.shop.raw.orders\n");
  EXPECT_EQ(desk.hub.answer("return #find('Person')"), "0\n") << "an owner's name went in";

  ImportDesk turned;
  ASSERT_TRUE(turned.import(kFormat, {{"catalog.json", kCatalog}, {"manifest.json", kManifest}}).ok());
  EXPECT_EQ(turned.exported(), desk.exported());
  const auto again = desk.import(kFormat, {{"manifest.json", kManifest}, {"catalog.json", kCatalog}});
  ASSERT_TRUE(again.ok());
  EXPECT_FALSE(again->receipt.written);
}

TEST(Dbt, WhatHasNoPlaceIsCountedByField) {
  ImportDesk desk;
  const auto report = desk.import(
      kFormat,
      {{"manifest.json",
        R"({"metadata": {"dbt_schema_version": "https://schemas.getdbt.com/dbt/manifest/v12.json", "dbt_version": "1.10"},
  "nodes": {"model.shop.a": {"name": "a", "resource_type": "model", "compiled_code": "select 1", "created_at": 1.5,
    "config": {"meta": {"owner": "sales"}, "tags": ["t"], "enabled": true}, "new_field": {"x": 1}, "patch_path": null,
    "columns": {"c": {"name": "c", "granularity": "day", "config": {"tags": ["u"]}}},
    "depends_on": {"macros": ["macro.x"], "nodes": []}}},
  "groups": {"group.shop.g": {"name": "g"}}, "selectors": {"s": {}}, "parent_map": {"model.shop.a": []}})"},
       {"catalog.json", R"({"metadata": {"dbt_schema_version": "https://schemas.getdbt.com/dbt/catalog/v1.json"},
  "nodes": {"model.shop.a": {"metadata": {"type": "T"}, "stats": {"bytes": {"value": 7}}, "columns": {}}}})"}});
  ASSERT_TRUE(report.ok()) << report.status().text();
  EXPECT_EQ(desk.said,
            (std::vector<std::string>{
                "warning manifest.json: 1 of groups are no data, and were passed over",
                "warning manifest.json: 1 of selectors are no data, and were passed over",
                "warning input: fields that have no place here were left out: catalog.stats.bytes 1, "
                "column.granularity 1, manifest.metadata.dbt_version 1, model.compiled_code 1, "
                "model.config.enabled 1, model.created_at 1, model.depends_on.macros 1, model.new_field 1"}));
  EXPECT_EQ(
      desk.hub.answer("local a = node('dataset:model.shop.a')\n"
                      "return join(a:get('tags'), ' '), a:get('meta'), join(nodes('variable')[1]:get('tags'), ' ')"),
      "t\n{\"owner\":\"sales\"}\nu\n");
}

TEST(Dbt, WhatIsNeitherManifestNorCatalogIsRefused) {
  ImportDesk desk;
  EXPECT_EQ(desk.import(kFormat, {{"x.json", "{\"nodes\": {}}"}}).status().text(),
            "x.json: it is neither a manifest nor a catalog of dbt: metadata.dbt_schema_version does not say so");
  const auto passed = desk.import(
      kFormat, {{"run_results.json",
                 R"({"metadata": {"dbt_schema_version": "https://schemas.getdbt.com/dbt/run-results/v4.json"}})"}});
  ASSERT_TRUE(passed.ok()) << passed.status().text();
  EXPECT_EQ(desk.said,
            std::vector<std::string>{"warning run_results.json: run_results.json is written by dbt but is neither its "
                                     "manifest nor its catalog, and was passed over"});
}

std::string text_in(Json object, const char* name) {
  std::string_view text;
  return object[name].get(text) == simdjson::SUCCESS ? std::string(text) : "";
}

// What a manifest and a catalog should become, counted without the script.
struct Counted {
  std::set<std::string> datasets, jobs, variables;
  std::set<std::pair<std::string, std::string>> lineage;

  static std::string lower(std::string text) {
    for (char& c : text)
      if (c >= 'A' && c <= 'Z') c = static_cast<char>(c + 32);
    return text;
  }
  void add_columns(const std::string& id, Json item) {
    simdjson::dom::object columns;
    if (item["columns"].get(columns) != simdjson::SUCCESS) return;
    for (const auto [key, column] : columns) variables.insert(id + "#" + lower(text_in(column, "name")));
  }
  void add(Json document) {
    const bool manifest =
        text_in(document["metadata"].value(), "dbt_schema_version").find("/manifest/") != std::string::npos;
    for (const char* part : {"nodes", "sources"})
      for (const auto [key, item] : document[part].get_object()) {
        const std::string id(key), type = id.substr(0, id.find('.'));
        if (type != "model" && type != "seed" && type != "snapshot" && type != "source") continue;
        datasets.insert(id);
        add_columns(id, item);
        if (!manifest) continue;
        if (type == "model" || type == "snapshot") jobs.insert(id);
        simdjson::dom::array depends;
        if (item["depends_on"]["nodes"].get(depends) != simdjson::SUCCESS) continue;
        for (const Json on : depends) {
          lineage.emplace(id, on.get_string().value());
          datasets.insert(std::string(on.get_string().value()));
        }
      }
  }
};

TEST(Dbt, RealProjectsAreThereWhole) {
  const auto root = corpus("data");
  if (!root) GTEST_SKIP();
  const auto read = [](const fs::path& path) {
    std::ifstream in(path, std::ios::binary);
    return TextFile{path.filename(), {std::istreambuf_iterator<char>(in), {}}};
  };
  std::vector<std::vector<TextFile>> projects;
  for (const char* name : {"dbt_netsuite", "dbt_zendesk"})
    projects.push_back({read(*root / "f-dbt" / name / "manifest.json"), read(*root / "f-dbt" / name / "catalog.json")});
  for (const char* name : {"build", "fail", "large", "snapshot"})  // versions 2, 3 and 4
    projects.push_back({read(*root / "d-openlineage/dbt-runs" / (std::string(name) + "__target__manifest.json"))});
  simdjson::dom::parser parser;
  for (const std::vector<TextFile>& files : projects) {
    Counted counted;
    for (const TextFile& file : files) counted.add(parser.parse(file.text).value());
    ImportDesk desk;
    const auto report = desk.import(kFormat, files);
    ASSERT_TRUE(report.ok()) << files[0].path << ": " << report.status().text();
    const Result<StoreStats> stats = desk.hub.store().stats();
    ASSERT_TRUE(stats.ok());
    std::map<std::string, std::size_t> has;
    for (const KindCount& kind : stats->nodes) has[kind.name] = kind.count;
    for (const KindCount& kind : stats->edges) has[kind.name] = kind.count;
    EXPECT_EQ(has["dataset"], counted.datasets.size());
    EXPECT_EQ(has["job"], counted.jobs.size());
    EXPECT_EQ(has["variable"], counted.variables.size());
    EXPECT_EQ(has["part_of"], counted.variables.size());
    EXPECT_EQ(has["derived_from"], counted.lineage.size());
  }
  EXPECT_EQ(projects.size(), 6u);
}

}  // namespace
}  // namespace amont
