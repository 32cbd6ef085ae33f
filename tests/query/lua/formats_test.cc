#include <gtest/gtest.h>
#include <simdjson.h>

#include <algorithm>
#include <cstdio>
#include <cstring>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <map>
#include <set>
#include <tuple>

#include "tests/query/lua/import_desk.h"
#include "tests/support/corpus.h"

namespace amont {
namespace {

const std::string kJson = "--- Test.\n--- @format test\n--- @input json\n";
const std::string kLines = "--- Test.\n--- @format test\n--- @input lines\n";

TEST(ImportScript, TurnsJsonIntoChanges) {
  ImportDesk desk;
  const std::string source = kJson +
                             "function convert(document, file)\n"
                             "  for _, d in ipairs(document.datasets) do\n"
                             "    node('dataset:' .. d.name, { title = d.title, n_records = d.size, tags = d.tags, "
                             "ratio = d.ratio, flag = d.flag, none = d.none,\n"
                             "      from = file.path }, { valid_from = d.from and time(d.from) or null })\n"
                             "    if d.of ~= null then edge('part_of', 'dataset:' .. d.name, 'dataset:' .. d.of, { "
                             "label = 'x', props = { at = time('2026-01-01') } }) end\n"
                             "  end\n"
                             "end\n";
  const Result<ImportReport> report = desk.import(
      "test", source,
      {{"a.json",
        R"({"datasets": [{"name": "t", "title": "T \u00e9", "size": 12, "tags": ["b", "a"], "ratio": 1.5, "flag": true,
      "none": null, "from": "2006-01-01", "of": "base"}]})"},
       {"b.json", R"({"datasets": [{"name": "base", "of": null}]})"}});
  ASSERT_TRUE(report.ok()) << report.status().text();
  EXPECT_EQ(report->nodes, 2u);
  EXPECT_EQ(report->edges, 1u);
  EXPECT_EQ(desk.hub.answer("local d = node('dataset:t')\n"
                            "return d.title, d.n_records, d:get('tags'), d:get('ratio'), d:get('flag'), "
                            "tostring(d:get('none')), d:get('from'), d.valid_from,\n"
                            "  d:edges('up')[1].label, tostring(d:edges('up')[1]:get('at'))"),
            "T é\n12\nb\na\n1.5\ntrue\nnil\na.json\n2006-01-01T00:00:00Z\nx\n2026-01-01T00:00:00Z\n");
  const Result<std::vector<TxEntry>> log = desk.hub.store().log(2, 10);
  ASSERT_TRUE(log.ok());
  ASSERT_EQ(log->size(), 1u);
  EXPECT_EQ((*log)[0].source.format, "test");
  EXPECT_EQ((*log)[0].source.file, "input");
}

TEST(ImportScript, ReadsLinesAndRetracts) {
  ImportDesk desk;
  desk.hub.node("dataset:old").node("dataset:a").node("dataset:b").edge("part_of", "dataset:a", "dataset:b").commit();
  const std::string source = kLines +
                             "function convert(next_line, file)\n"
                             "  retract('part_of', 'dataset:a', 'dataset:b')\n"
                             "  retract('dataset:old')\n"
                             "  for line in next_line do node('dataset:' .. line, { title = #line .. '' }) end\n"
                             "  warn('no more in ' .. file.path)\n"
                             "end\n";
  const Result<ImportReport> report = desk.import("test", source, {{"x.txt", "one\r\ntwo\nthree"}});
  ASSERT_TRUE(report.ok()) << report.status().text();
  EXPECT_EQ(report->retractions, 2u);
  EXPECT_EQ(desk.hub.answer("return nodes('dataset'):refs(), #node('dataset:a'):edges()"),
            "dataset:a\ndataset:b\ndataset:one\ndataset:three\ndataset:two\n0\n");
  EXPECT_EQ(desk.said, std::vector<std::string>{"warning x.txt:3: no more in x.txt"});
}

TEST(ImportScript, LandsAllOrNothingAndSaysWhere) {
  ImportDesk desk;
  const auto failure = [&](const std::string& source, std::vector<TextFile> files) {
    const Result<ImportReport> report = desk.import("test", source, std::move(files));
    EXPECT_EQ(desk.hub.store().info().visible, 1u);
    return std::string(name_of(report.code())) + ": " + report.status().text();
  };
  const std::string by_line = kLines +
                              "function convert(next_line)\n  for line in next_line do node(line, { n_records = "
                              "tonumber(line) or 1 }) end\nend\n";
  EXPECT_EQ(failure(by_line, {{"x.txt", "dataset:a\ndataset:b\ndatset:c\n"}}).substr(0, 17), "refused: x.txt:3:");
  EXPECT_EQ(failure(by_line, {{"x.txt", "dataset:a\nnonsense\n"}}).substr(0, 17), "invalid: x.txt:2:");
  EXPECT_EQ(failure(kLines + "function convert(next_line)\n  node('dataset:a')\n  local x = nil + 1\nend\n",
                    {{"x.txt", "a\n"}}),
            "script: x.txt: the script could not read this: test:6: attempt to perform arithmetic on a nil value");
  EXPECT_EQ(failure(kLines + "function convert(next_line)\n  pcall(node, 'datset:a')\nend\n", {{"x.txt", "a\n"}})
                .substr(0, 14),
            "refused: x.txt");
  EXPECT_EQ(
      failure(kLines + "function convert(next_line)\n  node('dataset:a', { x = { y = 1 } })\nend\n", {{"x.txt", ""}}),
      "invalid: x.txt: x can't be a property: it is an object");
  EXPECT_EQ(failure(kLines + "function convert(next_line)\n  node('dataset:a', {}, { vaild_from = null })\nend\n",
                    {{"x.txt", ""}}),
            "invalid: x.txt: vaild_from is no detail of a node; did you mean \"valid_from\"?");
  EXPECT_EQ(failure(kLines + "function convert(next_line)\n  edge('part_of', 'dataset:a', 'dataset:nowhere')\nend\n",
                    {{"x.txt", ""}})
                .substr(0, 16),
            "not_found: x.txt");
  EXPECT_EQ(failure(kLines, {{"x.txt", ""}}), "script: test: an import script needs a function convert");
  EXPECT_EQ(failure("return 1", {{"x.txt", ""}}),
            "invalid: test is no import script: its header has no --- @format and --- @input");
  EXPECT_EQ(failure(kLines + "function convert(next_line)\n  while true do end\nend\n", {{"x.txt", ""}}).substr(0, 6),
            "limit:");
}

TEST(ImportScript, RefusesWhatIsNoJsonWithLineAndColumn) {
  ImportDesk desk;
  const auto failure = [&](const std::string& text) {
    const Result<ImportReport> report = desk.import("test", kJson + "function convert() end\n", {{"x.json", text}});
    EXPECT_EQ(report.ok(), false) << text;
    return report.status().text();
  };
  const auto place = [&](const std::string& text) { return failure(text).substr(0, 11); };
  EXPECT_EQ(place("{\"a\": 1,\n \"b\" 2}"), "x.json:2:6:");
  EXPECT_EQ(place("{\"a\": 1,\n \"a\": 2}"), "x.json:2:2:");
  EXPECT_EQ(place(""), "x.json:1:1:");
  EXPECT_EQ(place("[1, 2,]"), "x.json:1:7:");
  EXPECT_EQ(place("[1, 02]"), "x.json:1:5:");
  EXPECT_EQ(place("{} {}"), "x.json:1:4:");
  EXPECT_EQ(place("[\"\xff\"]"), "x.json:1:3:");
  EXPECT_EQ(place("[99999999999999999999]"), "x.json:1:2:");
  EXPECT_EQ(failure("{\"a\": 1, \"a\": 2}"), "x.json:1:10: the field \"a\" is there twice");
  std::string deep(100, '[');
  EXPECT_EQ(place(deep), "x.json:1:66");
}

TEST(ImportScript, KeepsTheGoodRecordsWhenToldTo) {
  ImportDesk desk;
  const std::string by_line = kLines + "function convert(next_line)\n  for line in next_line do node(line) end\nend\n";
  const Result<ImportReport> report =
      desk.import("test", by_line, {{"x.txt", "dataset:a\nnonsense\ndatset:c\ndataset:d"}}, true);
  ASSERT_TRUE(report.ok()) << report.status().text();
  EXPECT_EQ(report->nodes, 2u);
  EXPECT_EQ(report->rejected, 2u);
  ASSERT_EQ(desk.said.size(), 2u);
  EXPECT_EQ(desk.said[0].substr(0, 19), "rejected x.txt:2: \"") << desk.said[0];
  EXPECT_EQ(desk.said[0].substr(desk.said[0].size() - 15), "[node nonsense]");
  EXPECT_EQ(desk.said[1].substr(desk.said[1].size() - 15), "[node datset:c]");

  desk.said.clear();
  const std::string json = kJson + "function convert(document) node(document.ref) end\n";
  const Result<ImportReport> files =
      desk.import("test", json, {{"a.json", "{\"ref\": }"}, {"b.json", "{\"ref\": \"dataset:b\"}"}}, true);
  ASSERT_TRUE(files.ok()) << files.status().text();
  EXPECT_EQ(files->nodes, 1u);
  EXPECT_EQ(files->rejected, 1u);
  EXPECT_EQ(desk.said[0].substr(0, 20), "rejected a.json:1:9:") << desk.said[0];
}

TEST(ImportScript, BringsItsOwnKinds) {
  ImportDesk desk;
  const std::string source =
      kLines +
      "schema [[ node 'package' { title = 'text' } ]]\n"
      "function convert(next_line)\n  for line in next_line do node('package:' .. line) end\nend\n";
  ASSERT_TRUE(desk.import("test", source, {{"x.txt", "a\nb\n"}}).ok());
  EXPECT_EQ(desk.hub.answer("return nodes('package'):refs()"), "package:a\npackage:b\n");
  EXPECT_EQ(
      desk.import("test", kLines + "\nschema [[ node 'package' { title = 'integer' } ]]\nfunction convert() end", {})
          .code(),
      Code::kRefused);
  const Result<ImportReport> broken =
      desk.import("test", kLines + "\nschema [[ nod 'x' {} ]]\nfunction convert() end", {});
  EXPECT_EQ(broken.status().text(), "test: schema:1: there is no 'nod'; did you mean 'node'?");
}

TEST(ImportScript, MayUseItsBudgetAnewAsItReadsOn) {
  ImportDesk desk;
  std::string text;
  for (int i = 0; i < 100'000; ++i) text += "a line of some thirty characters\n";
  const std::string source = kLines +
                             "function convert(next_line)\n"
                             "  local n = 0\n"
                             "  for line in next_line do for i = 1, 10 do n = n + 1 end end\n"
                             "  node('dataset:a', { n_records = n })\n"
                             "end\n";
  // Some 50 steps a line: five millions in all, of which half a million are allowed at a time.
  const Result<ImportReport> report = desk.import("test", source, {{"x.txt", text}}, false, {.steps_max = 500'000});
  ASSERT_TRUE(report.ok()) << report.status().text();
  EXPECT_EQ(desk.hub.answer("return node('dataset:a').n_records"), "1000000\n");
  const std::string circle =
      kLines +
      "function convert(next_line)\n  for line in next_line do end\n  while true do node('dataset:a') end\nend\n";
  EXPECT_EQ(desk.import("test", circle, {{"x.txt", text}}, false, {.steps_max = 500'000}).code(), Code::kLimit);
}

// ---- table-schema ---------------------------------------------------------------------------------------------------

std::vector<TextFile> files_below(const std::filesystem::path& folder, const char* extension) {
  std::vector<TextFile> files;
  for (const auto& entry : std::filesystem::recursive_directory_iterator(folder)) {
    if (entry.path().extension() != extension) continue;
    std::ifstream in(entry.path(), std::ios::binary);
    files.push_back(
        {std::filesystem::relative(entry.path(), folder).string(), {std::istreambuf_iterator<char>(in), {}}});
  }
  std::sort(files.begin(), files.end(), [](const TextFile& a, const TextFile& b) { return a.path < b.path; });
  return files;
}

// What the files say, counted without Amont.
struct Counted {
  std::set<std::string> bases;
  std::set<std::string> tables;
  std::set<std::string> variables;  // table/field
  std::set<std::string> nomenclatures;
  std::set<std::tuple<std::string, std::string, std::string>> keys;  // from, to, label
  std::set<std::pair<std::string, std::string>> codings;
  std::map<std::string, int> in_2020;  // variables by base
  int fields = 0;
};

std::vector<std::string> names_in(simdjson::dom::element value) {
  std::vector<std::string> names;
  if (value.is_string()) {
    std::string text(value.get_string().value());
    std::replace(text.begin(), text.end(), ',', ' ');
    std::istringstream words(text);
    for (std::string word; words >> word;) names.push_back(word);
  } else if (value.is_array()) {
    for (simdjson::dom::element name : value.get_array()) names.emplace_back(name.get_string().value());
  }
  return names;
}

std::string text_in(simdjson::dom::element object, const char* name) {
  std::string_view text;
  return object[name].get(text) == simdjson::SUCCESS ? std::string(text) : "";
}

Counted count(const std::vector<TextFile>& files) {
  Counted counted;
  simdjson::dom::parser parser;
  for (const TextFile& file : files) {
    const simdjson::dom::element document = parser.parse(file.text).value();
    const std::string table = text_in(document, "name");
    const std::string base = text_in(document, "produit");
    counted.bases.insert(base);
    counted.tables.insert(table);
    for (simdjson::dom::element field : document["fields"].get_array()) {
      const std::string variable = table + "/" + text_in(field, "name");
      ++counted.fields;
      counted.variables.insert(variable);
      const std::string code = text_in(field, "nomenclature");
      if (!code.empty() && code != "-") {
        counted.nomenclatures.insert(code.substr(0, code.find(':')));
        counted.codings.emplace(variable, code.substr(0, code.find(':')));
      }
      const std::string created = text_in(field, "dateCreated"), deleted = text_in(field, "dateDeleted");
      if ((created.empty() || created <= "2020") && (deleted.empty() || deleted > "2020")) ++counted.in_2020[base];
    }
    simdjson::dom::array keys;
    if (document["foreignKeys"].get(keys) != simdjson::SUCCESS) continue;
    for (simdjson::dom::element key : keys) {
      const std::vector<std::string> from = names_in(key["fields"]), to = names_in(key["reference"]["fields"]);
      std::string target = text_in(key["reference"], "resource"), label;
      if (target.empty()) target = table;
      for (const std::string& column : from) label += (label.empty() ? "" : "+") + column;
      for (std::size_t i = 0; i < from.size() && from.size() == to.size(); ++i) {
        counted.keys.emplace(table + "/" + from[i], target + "/" + to[i], from.size() > 1 ? label : "");
        counted.tables.insert(target);
        counted.variables.insert(target + "/" + to[i]);
      }
    }
  }
  return counted;
}

TEST(TableSchema, ImportsTheWholeDictionaryOfTheSnds) {
  const auto folder = corpus("data/a-snds/schemas");
  if (!folder) GTEST_SKIP();
  const std::vector<TextFile> files = files_below(*folder, ".json");
  const Counted counted = count(files);
  ASSERT_EQ(files.size(), 125u);
  ASSERT_EQ(counted.bases.size(), 9u);
  ASSERT_EQ(counted.fields, 3268);

  ImportDesk desk;
  const Result<ImportReport> report = desk.import("formats/table-schema", files);
  ASSERT_TRUE(report.ok()) << report.status().text();
  const auto number = [&](const char* lua) { return std::stoi(desk.hub.answer(std::string("return ") + lua)); };
  EXPECT_EQ(number("#nodes('dataset'):where{type = 'base'}"), 9);
  EXPECT_EQ(number("#nodes('dataset'):where{type = 'table'}"), 125);
  EXPECT_EQ(number("#nodes('dataset')"), static_cast<int>(counted.bases.size() + counted.tables.size()));
  EXPECT_EQ(number("#nodes('variable')"), static_cast<int>(counted.variables.size()));
  EXPECT_EQ(number("#nodes('nomenclature')"), static_cast<int>(counted.nomenclatures.size()));

  const Result<StoreStats> stats = desk.hub.store().stats();
  ASSERT_TRUE(stats.ok());
  std::map<std::string, std::uint64_t> edges;
  for (const KindCount& kind : stats->edges) edges[kind.name] = kind.count;
  EXPECT_EQ(edges["references"], counted.keys.size());
  EXPECT_EQ(edges["coded_with"], counted.codings.size());
  EXPECT_EQ(edges["part_of"], counted.variables.size() + 125);

  EXPECT_EQ(desk.hub.answer("return node('dataset:snds/causes-de-deces').title, node('dataset:snds/pmsi-mco').title,\n"
                            "  node('variable:snds/NS_TRS_F/EXE_SOI_DTD'):outgoing('coded_with'):refs(), "
                            "node('dataset:snds/NS_TRS_F'):outgoing('part_of'):refs()"),
            "Causes de décès\nPMSI MCO\nnomenclature:IR_DTE_V\ndataset:snds/dcirs\n");

  // The same again changes nothing.
  const Result<ImportReport> again = desk.import("formats/table-schema", files);
  ASSERT_TRUE(again.ok()) << again.status().text();
  EXPECT_FALSE(again->receipt.written);
}

TEST(TableSchema, LetsAScriptListTheVariablesThatStillExistInAYear) {
  const auto folder = corpus("data/a-snds/schemas");
  if (!folder) GTEST_SKIP();
  const std::vector<TextFile> files = files_below(*folder, ".json");
  ImportDesk desk;
  ASSERT_TRUE(desk.import("formats/table-schema", files).ok());
  const Result<Report> report = desk.hub.run(
      "--- @param year integer\n"
      "local function still_there(variable)\n"
      "  return (variable.created_year or 0) <= arg.year and (variable.deleted_year or 9999) > arg.year\n"
      "end\n"
      "local function variables(base) return #base:incoming('part_of'):incoming('part_of'):where(still_there) end\n"
      "return rows { nodes('dataset'):where{type = 'base'}, 'title', {'variables', variables} }",
      {{"year", "2020"}});
  ASSERT_TRUE(report.ok()) << report.status().text();
  std::map<std::string, int> answered;
  for (const auto& row : report->blocks[0].rows)
    answered[std::get<std::string>(row[0])] = static_cast<int>(std::get<std::int64_t>(row[1]));
  EXPECT_EQ(answered, count(files).in_2020);
  EXPECT_EQ(answered.size(), 9u);

  // And by the records' intervals: what is true on a day of that year.
  const Result<Report> on_day = desk.hub.run(
      "local then_ = at{valid_at = '2020-07-01'}\n"
      "return rows { then_:nodes('dataset'):where{type = 'base'}, 'title', {'variables', function(base) return "
      "#base:incoming('part_of'):incoming('part_of') end} }");
  ASSERT_TRUE(on_day.ok()) << on_day.status().text();
  std::map<std::string, int> by_interval;
  for (const auto& row : on_day->blocks[0].rows)
    by_interval[std::get<std::string>(row[0])] = static_cast<int>(std::get<std::int64_t>(row[1]));
  EXPECT_EQ(by_interval.size(), 9u);
}

TEST(TableSchema, SaysWhatItLeavesOut) {
  ImportDesk desk;
  const Result<ImportReport> report = desk.import(
      "formats/table-schema",
      {{"T.json", R"({"name": "T", "title": "Table", "produit": "Base É", "primaryKey": "A, B", "fields": [
          {"name": "A", "type": "string", "nomenclature": "N_V:COL", "dateCreated": "2010", "dateDeleted": "2015", "dateMissing": ["2012"]},
          {"name": "B", "type": "string", "nomenclature": "-", "dateCreated": "20x0", "length": "8", "other": {"x": 1}},
          {"type": "string"}],
        "foreignKeys": [{"fields": ["A", "B"], "reference": {"resource": "U", "fields": ["C", "D"]}}, {"fields": ["A", "B"], "reference": {"resource": "U", "fields": "C"}}]})"},
       {"N_V.json",
        R"({"name": "N_V", "title": "Codes", "fields": [{"name": "COL", "role": "code"}, {"name": "LIB", "role": "label"}]})"},
       {"x.json", "[]"}});
  ASSERT_TRUE(report.ok()) << report.status().text();
  EXPECT_EQ(desk.said,
            (std::vector<std::string>{
                "warning T.json: snds/T/B: dateCreated is not a year and was left out: 20x0",
                "warning T.json: snds/T/B: other is an object or a mixed list, and was left out",
                "warning T.json: snds/T: field 3 has no name, and was left out",
                "warning T.json: snds/T: a foreign key to snds/U has columns without a counterpart, and was left out",
                "warning x.json: x.json is not a Table Schema with a name and fields, and was passed over"}));
  EXPECT_EQ(desk.hub.answer("local a = node('variable:snds/T/A')\n"
                            "return a.valid_from, a.valid_to, a.missing_years, "
                            "node('dataset:snds/T'):get('primary_key'), a:edges('up', 'coded_with')[1].column,\n"
                            "  node('nomenclature:N_V').title, a:edges('up', 'references')[1].to, a:edges('up', "
                            "'references')[1].label, node('variable:snds/T/B'):get('length'),\n"
                            "  nodes('dataset'):refs()"),
            "2010-01-01T00:00:00Z\n2015-01-01T00:00:00Z\n2012\nA\nB\nCOL\nCodes\nvariable:snds/U/"
            "C\nA+B\n8\ndataset:snds/T\ndataset:snds/U\ndataset:snds/base-e\n");
}

// ---- debian-packages ------------------------------------------------------------------------------------------------

TEST(TableSchema, AForeignKeyOfAColumnThatTheTableLacksIsBadInput) {
  ImportDesk desk;
  const Status refused = desk.import("formats/table-schema", {{"T.json", R"({"name": "T", "fields": [{"name": "A"}],
      "foreignKeys": [{"fields": "B", "reference": {"resource": "U", "fields": "C"}}]})"}})
                             .status();
  EXPECT_EQ(refused.code(), Code::kInvalid);
  EXPECT_EQ(refused.text(), "T.json: T: a foreign key to U is of the column B, which the table does not have");
}

TEST(Duo, ItsOwnObsoleteTermsAreToldApartFromOtherOntologies) {
  ImportDesk desk;
  const auto report = desk.import("formats/duo", {{"duo.ttl", R"(@prefix o: <http://purl.obolibrary.org/obo/> .
@prefix r: <http://www.w3.org/2000/01/rdf-schema#> . @prefix w: <http://www.w3.org/2002/07/owl#> .
o:DUO_0000001 r:label "permission" . o:DUO_0000006 r:subClassOf o:DUO_0000001 ; r:label "health" .
o:DUO_0000002 w:deprecated true ; r:label "obsolete" . o:BFO_1 r:subClassOf o:BFO_2 .)"}});
  ASSERT_TRUE(report.ok()) << report.status().text();
  EXPECT_EQ(desk.said,
            (std::vector<std::string>{
                "warning duo.ttl:4: 1 terms of DUO are neither permissions nor modifiers, most of them obsolete, and "
                "were passed over",
                "warning duo.ttl:4: 1 classes of other ontologies have no place here, and were passed over"}));
}

TEST(DebianPackages, BecomeAGraph) {
  ImportDesk desk;
  const std::string text =
      "Package: app\nVersion: 1.0\nSection: net\nInstalled-Size: 120\nDescription: an application\n with a long text\n"
      "Depends: libc6 (>= 2.36), libc6 (<< 3), mail-agent, db | other-db\nRecommends: docs\nSuggests: nothing\n\n"
      "Package: libc6\nVersion: 2.36\nEssential: yes\nMulti-Arch: same\nPre-Depends: base:any\n\n"
      "\n"
      "Package: postfix\nProvides: mail-agent (= 3)\n\n"
      "Package: exim\nProvides: mail-agent,\n smtp\n\n"
      "Package: db\nDepends: libc6\n";
  const Result<ImportReport> report = desk.import("formats/debian-packages", {{"Packages", text}});
  ASSERT_TRUE(report.ok()) << report.status().text();
  EXPECT_TRUE(desk.said.empty());
  EXPECT_EQ(desk.hub.answer("return rows { nodes('package'), 'key', 'title', 'version', 'installed_size', 'essential', "
                            "'virtual', 'missing', 'provides' }"),
            "key | title | version | installed_size | essential | virtual | missing | provides\n"
            "app | an application | 1.0 | 120 | - | - | - | -\n"
            "base | - | - | - | - | - | yes | -\n"
            "db | - | - | - | - | - | - | -\n"
            "docs | - | - | - | - | - | yes | -\n"
            "exim | - | - | - | - | - | - | mail-agent, smtp\n"
            "libc6 | - | 2.36 | - | yes | - | - | -\n"
            "mail-agent | - | - | - | - | yes | - | -\n"
            "other-db | - | - | - | - | - | yes | -\n"
            "postfix | - | - | - | - | - | - | mail-agent\n");
  EXPECT_EQ(desk.hub.answer("local lines = {}\n"
                            "for p in nodes('package') do for _, e in ipairs(p:edges('up')) do\n"
                            "  lines[#lines + 1] = e .. ' ' .. (e.version or '-') .. ' ' .. (e:get('alternatives') or "
                            "'-') .. ' ' .. tostring(e:get('pre'))\n"
                            "end end\nreturn lines"),
            "package:app -depends_on-> package:libc6 >= 2.36, << 3 - nil\n"
            "package:app -depends_on-> package:mail-agent - - nil\n"
            "package:app -may_depend_on-> package:db - db | other-db nil\n"
            "package:app -may_depend_on-> package:other-db - db | other-db nil\n"
            "package:app -recommends-> package:docs - - nil\n"
            "package:db -depends_on-> package:libc6 - - nil\n"
            "package:libc6 -depends_on-> package:base - - true\n"
            "package:mail-agent -provided_by-> package:exim - - nil\n"
            "package:mail-agent -provided_by-> package:postfix = 3 - nil\n");
  EXPECT_EQ(desk.hub.answer("return upstream('package:app', {exact = true}):refs()"),
            "package:libc6\npackage:mail-agent\npackage:base\n");
}

// Through apt's own helper, which unpacks the list. Its output comes as it is read.
ByteSource unpacked(const std::string& path, std::shared_ptr<FILE> pipe) {
  return [path, pipe](std::span<char> out) -> Result<std::size_t> {
    const std::size_t count = std::fread(out.data(), 1, out.size(), pipe.get());
    if (count == 0 && std::ferror(pipe.get())) return io_error("can't read " + path);
    return count;
  };
}

// The smallest of apt's lists here that is worth reading; with AMONT_SLOW_TESTS the largest, of some 64,000 packages.
std::filesystem::path apt_list() {
  constexpr std::uintmax_t kWorthReading = 200'000;
  const bool want_largest = std::getenv("AMONT_SLOW_TESTS") != nullptr;
  std::filesystem::path chosen;
  std::uintmax_t size = 0;
  std::error_code error;
  for (const auto& entry : std::filesystem::directory_iterator("/var/lib/apt/lists", error)) {
    if (entry.path().string().find("_Packages") == std::string::npos || entry.file_size() < kWorthReading) continue;
    if (!chosen.empty() && (entry.file_size() > size) != want_largest) continue;
    size = entry.file_size();
    chosen = entry.path();
  }
  return chosen;
}

TEST(DebianPackages, OfThisMachineAreImportedWhole) {
  const std::filesystem::path list = apt_list();
  if (list.empty() || !std::filesystem::exists("/usr/lib/apt/apt-helper")) GTEST_SKIP() << "no lists of apt here";
  const std::string command = "/usr/lib/apt/apt-helper cat-file '" + list.string() + "'";
  // How many packages and names of packages there are, counted by a plain loop.
  std::set<std::string> packages;
  {
    const std::shared_ptr<FILE> pipe(::popen(command.c_str(), "r"), ::pclose);
    char* line = nullptr;
    std::size_t room = 0;
    while (::getline(&line, &room, pipe.get()) > 0)
      if (std::strncmp(line, "Package: ", 9) == 0) packages.insert(std::string(line + 9, std::strcspn(line + 9, "\n")));
    std::free(line);
  }
  ASSERT_FALSE(packages.empty());
  ImportDesk desk;
  bool given = false;
  const auto next = [&]() -> Result<std::optional<ImportFile>> {
    if (std::exchange(given, true)) return std::optional<ImportFile>();
    return std::optional(ImportFile{"Packages", unpacked(command, {::popen(command.c_str(), "r"), ::pclose})});
  };
  const Result<ImportReport> report = import_with_script(
      desk.hub.store(), "formats/debian-packages", find_shipped_script("formats/debian-packages")->source, next, {});
  ASSERT_TRUE(report.ok()) << report.status().text();
  EXPECT_EQ(desk.hub.answer("local n = 0 for p in nodes('package') do if not p.virtual and not p.missing then n = n + "
                            "1 end end return n"),
            std::to_string(packages.size()) + "\n");
}

}  // namespace
}  // namespace amont
