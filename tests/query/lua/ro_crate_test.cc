// Research object crates in and out.
#include <gtest/gtest.h>
#include <simdjson.h>

#include <algorithm>
#include <filesystem>
#include <map>
#include <set>

#include "tests/query/lua/export_desk.h"
#include "tests/support/corpus.h"

namespace amont {
namespace {

const std::string kIn = "formats/ro-crate";
const std::string kOut = "formats/out/ro-crate";

std::string crate_of(const std::string& entities) {
  return R"({"@context": "https://w3id.org/ro/crate/1.1/context", "@graph": [
    {"@id": "ro-crate-metadata.json", "@type": "CreativeWork", "about": {"@id": "./"},
     "conformsTo": {"@id": "https://w3id.org/ro/crate/1.1"}}, )" +
         entities + "]}";
}

const std::string kSmall = crate_of(R"(
  {"@id": "./", "@type": "Dataset", "name": "A run", "hasPart": [{"@id": "in%20put.csv"}, {"@id": "out.csv"}, {"@id": "tool.py"}],
   "author": {"@id": "https://orcid.org/0000-0001"}, "mentions": {"@id": "#run"}},
  {"@id": "in%20put.csv", "@type": "File", "sha256": "aa", "exampleOfWork": {"@id": "#slot"}, "author": "Jane Doe"},
  {"@id": "out.csv", "@type": ["File", "Table"], "name": "Result", "isBasedOn": {"@id": "in%20put.csv"}},
  {"@id": "tool.py", "@type": ["File", "SoftwareSourceCode"], "name": "Tool", "input": {"@id": "#slot"}},
  {"@id": "#slot", "@type": "FormalParameter", "name": "table"},
  {"@id": "#limit", "@type": "PropertyValue", "name": "limit", "value": 7},
  {"@id": "#run", "@type": "CreateAction", "name": "Run", "instrument": {"@id": "tool.py"}, "endTime": "2024-05-06T07:08:09.123456789",
   "agent": {"@id": "https://orcid.org/0000-0001"},
   "object": [{"@id": "./in%20put.csv"}, {"@id": "#limit"}, {"@id": "lost.csv"}], "result": {"@id": "out.csv"}},
  {"@id": "https://orcid.org/0000-0001", "@type": "Person", "name": "Jane Doe", "affiliation": {"@id": "https://ror.org/027m9bs27"}},
  {"@id": "https://ror.org/027m9bs27", "@type": "Organization", "name": "University"})");

std::set<std::string> ids_in(simdjson::dom::element entity, const char* name) {
  std::set<std::string> ids;
  simdjson::dom::element value;
  if (entity[name].get(value) != simdjson::SUCCESS) return ids;
  const auto add = [&](simdjson::dom::element one) {
    std::string_view id;
    if (one["@id"].get(id) == simdjson::SUCCESS) ids.emplace(id);
  };
  simdjson::dom::array list;
  if (value.get(list) == simdjson::SUCCESS)
    for (simdjson::dom::element one : list) add(one);
  else if (value.is_object())
    add(value);
  return ids;
}

TEST(RoCrate, ActionsAreRunsAndFilesAreData) {
  ImportDesk desk;
  ASSERT_TRUE(desk.import(kIn, {{"study/ro-crate-metadata.json", kSmall}}).ok());
  EXPECT_EQ(desk.hub.answer("return rows { nodes('output', 'dataset', 'job', 'run', 'organisation'), 'ref', 'title' }"),
            "ref | title\n"
            "dataset:crate/study/in put.csv | in put.csv\n"
            "dataset:crate/study/lost.csv | lost.csv\n"
            "dataset:crate/study/out.csv | Result\n"
            "job:crate/study/tool.py | Tool\n"
            "organisation:https://ror.org/027m9bs27 | University\n"
            "output:crate/study | A run\n"
            "run:crate/study#run | Run\n");
  EXPECT_EQ(
      desk.hub.answer(
          "local run = node('run:crate/study#run')\n"
          "return run.ended_at, run.state, run:get('parameters'), run:edges('up', 'used')[1].role,\n"
          "  run:outgoing('used'):refs(), run:outgoing('instance_of'):refs(), run:outgoing('performed_by'):refs(),\n"
          "  node('dataset:crate/study/in put.csv').checksum, sources('output:crate/study'):refs()"),
      "2024-05-06T07:08:09.123456Z\ncomplete\nlimit=7\ntable\ndataset:crate/study/in "
      "put.csv\ndataset:crate/study/lost.csv\n"
      "job:crate/study/tool.py\norganisation:https://ror.org/027m9bs27\nsha256:aa\n"
      "dataset:crate/study/in put.csv\ndataset:crate/study/lost.csv\n");
  EXPECT_EQ(desk.exported().find("Jane"), std::string::npos);
  EXPECT_EQ(desk.exported().find("orcid.org"), std::string::npos);
  EXPECT_EQ(desk.said, (std::vector<std::string>{
                           "warning input: persons are named 4 times, and were left out",
                           "warning input: 1 pieces of data are referred to and not described by their crate"}));
  const auto again = desk.import(kIn, {{"study/ro-crate-metadata.json", kSmall}});
  ASSERT_TRUE(again.ok());
  EXPECT_FALSE(again->receipt.written);
}

TEST(RoCrate, WhatIsNoneIsRefused) {
  const auto why = [](const std::string& text) {
    ImportDesk desk;
    const auto report = desk.import(kIn, {{"x/ro-crate-metadata.json", text}});
    EXPECT_EQ(desk.hub.store().info().visible, 1u);
    return report.ok() ? "taken" : report.status().text();
  };
  EXPECT_EQ(why("[]").substr(0, 62), "x/ro-crate-metadata.json: it is no RO-Crate: it has no @graph,");
  EXPECT_EQ(why(R"({"@graph": [{"@id": "./", "@type": "Dataset"}]})").substr(0, 46),
            "x/ro-crate-metadata.json: it is no RO-Crate: n");
  ImportDesk desk;
  const auto twice = desk.import(kIn, {{"a/x/ro-crate-metadata.json", kSmall}, {"b/x/ro-crate-metadata.json", kSmall}});
  EXPECT_EQ(twice.status().text(),
            "b/x/ro-crate-metadata.json: another crate of this import is called output:crate/x too; give its root an "
            "identifier");
}

// The profile's own examples write "type" in places where JSON-LD has "@type".
TEST(RoCrate, PersonsAreLeftOutWhereTheyAreNoEntities) {
  ImportDesk desk;
  const auto report =
      desk.import("formats/ro-crate",
                  {{"c/ro-crate-metadata.json", R"({"@context": "https://w3id.org/ro/crate/1.1/context", "@graph": [
    {"@id": "ro-crate-metadata.json", "@type": "CreativeWork", "about": {"@id": "./"}},
    {"@id": "./", "@type": "Dataset", "name": "N", "editor": {"@type": "Person", "name": "Jane"}, "hasPart": [{"@id": "f"}]},
    {"@id": "f", "@type": "File", "name": "F", "editor": [{"@type": "Person", "name": "Jane"}], "translator": {"@type": "Person", "name": "Jane"}},
    {"@id": "https://orcid.org/0000-1", "@type": [], "identifier": -0.0}]})"}});
  ASSERT_TRUE(report.ok()) << report.status().text();
  EXPECT_EQ(desk.said, std::vector<std::string>{"warning input: persons are named 4 times, and were left out"});
  EXPECT_EQ(desk.exported().find("Jane"), std::string::npos);
}

TEST(RoCrate, ARegisterWithoutLineageMakesNoCrate) {
  ImportDesk desk;
  EXPECT_NE(written(desk.hub, "formats/out/ro-crate").status.text().find("there is nothing that a crate could tell of"),
            std::string::npos);
}

TEST(RoCrate, SignOffsAndDisclosureChecksOfFiveSafes) {
  ImportDesk desk;
  const auto report = desk.import(kIn, {{"tre/ro-crate-metadata.json", crate_of(R"(
    {"@id": "./", "@type": "Dataset", "name": "Result", "sourceOrganization": {"@id": "#p"}, "hasPart": {"@id": "out/t.csv"},
     "mentions": [{"@id": "#q"}, {"@id": "#s"}, {"@id": "#d"}, {"@id": "#v"}]},
    {"@id": "#p", "@type": "Project", "name": "Project 81", "funder": {"@id": "https://funder.example/"}},
    {"@id": "#q", "@type": "CreateAction", "name": "Query", "actionStatus": {"@id": "http://schema.org/FailedActionStatus"},
     "instrument": {"@id": "https://hub.example/wf/1"}, "result": {"@id": "out/t.csv"}},
    {"@id": "https://hub.example/wf/1", "@type": "Dataset", "name": "Workflow"},
    {"@id": "out/t.csv", "@type": "File"},
    {"@id": "#s", "type": "AssessAction", "additionalType": {"@id": "https://w3id.org/shp#SignOff"}, "name": "Sign-off",
     "endTime": "2023-04-19T17:15:12+01:00", "object": [{"@id": "./"}, {"@id": "#p"}], "agent": {"@id": "#robot"},
     "instrument": {"@id": "https://tre.example/policy/81"}, "actionStatus": "http://schema.org/CompletedActionStatus"},
    {"@id": "#d", "type": "AssessAction", "additionalType": {"@id": "https://w3id.org/shp#DisclosureCheck"}, "name": "Check",
     "endTime": "2023-04-25T16:00:00+01:00", "object": {"@id": "./"}, "actionStatus": "http://schema.org/CompletedActionStatus"},
    {"@id": "#v", "type": "AssessAction", "additionalType": {"@id": "https://w3id.org/shp#ValidationCheck"}, "name": "Valid",
     "object": {"@id": "./"}, "actionStatus": "http://schema.org/PotentialActionStatus"},
    {"@id": "#robot", "@type": "SoftwareApplication", "name": "Robot", "provider": {"@id": "https://tre.example/"}},
    {"@id": "https://tre.example/", "@type": "Organization", "name": "TRE"},
    {"@id": "https://funder.example/", "@type": "Organization", "name": "Funder"})")}});
  ASSERT_TRUE(report.ok()) << report.status().text();
  EXPECT_EQ(
      desk.hub.answer("local s = node('approval:crate/tre#s')\n"
                      "return s.decision, s.decided_at, s.reference, s:outgoing('issued_by'):refs(), "
                      "s:outgoing('for_project'):refs(),\n"
                      "  #s:outgoing('covers'), node('output:crate/tre').checked_at, node('run:crate/tre#q').state,\n"
                      "  node('run:crate/tre#q'):outgoing('performed_for'):refs(), "
                      "node('run:crate/tre#q'):outgoing('instance_of'):refs(),\n"
                      "  nodes('organisation'):outgoing('funds'):refs()"),
      "granted\n2023-04-19T16:15:12Z\nhttps://tre.example/policy/81\norganisation:https://tre.example/\nproject:crate/"
      "tre#p\n0\n"
      "2023-04-25T15:00:00Z\nfail\nproject:crate/tre#p\njob:crate/tre/https://hub.example/wf/1\nproject:crate/tre#p\n");
  EXPECT_EQ(desk.hub.answer("local l = {} for _, e in ipairs(node('output:crate/tre'):edges('up', 'checked_by')) do\n"
                            "  l[#l + 1] = e.to .. ' ' .. node(e.to).type .. ' ' .. e.result end return l"),
            "run:crate/tre#d disclosure_check passed\nrun:crate/tre#v validation_check pending\n");
}

TEST(RoCrate, HostileNamesAreTextOnTheirWayInAndOut) {
  const std::string entities = R"(
    {"@id": "./", "@type": "Dataset", "name": "<script>alert(1)</script>\"'`{{7*7}}</style></title>", "hasPart": [{"@id": "../../../../etc/cron.d/x"},
     {"@id": "C:\\con"}, {"@id": "a/b%2e%2e%2f"}]},
    {"@id": "../../../../etc/cron.d/x", "@type": "File", "name": "ok\u001b[2K\rFAKE VERIFIED\u001b]52;c;ZXZpbA==\u0007\u009b31m"},
    {"@id": "C:\\con", "@type": "File", "description": "\u202etxt.exe"},
    {"@id": "a/b%2e%2e%2f", "@type": "File"})";
  ImportDesk desk;
  const auto report = desk.import(kIn, {{"x/ro-crate-metadata.json", crate_of(entities)}});
  ASSERT_TRUE(report.ok()) << report.status().text();
  EXPECT_EQ(desk.hub.answer("return #nodes('dataset')"), "3\n");
  const Written out = written(desk.hub, kOut, {{"of", "output:crate/x"}});
  ASSERT_TRUE(out.status.ok()) << out.status.text();
  for (const char c : out.text) ASSERT_TRUE(static_cast<unsigned char>(c) >= 0x20 || c == '\n');
  ImportDesk again;
  ASSERT_TRUE(again.import(kIn, {{"x/ro-crate-metadata.json", out.text}}).ok());
  EXPECT_EQ(again.exported(), desk.exported());

  ImportDesk refused;
  const auto control = refused.import(kIn, {{"x/ro-crate-metadata.json", crate_of(R"(
    {"@id": "./", "@type": "Dataset"}, {"@id": "a\u0000b", "@type": "File"})")}});
  EXPECT_EQ(control.status().text().find("x/ro-crate-metadata.json"), 0u) << control.status().text();
  EXPECT_EQ(refused.hub.store().info().visible, 1u);
}

TEST(RoCrate, LineageOfAResultIsACrateWhoseReferencesAllLeadSomewhere) {
  HubRegister hub;
  hub.node("dataset:a b")
      .node("dataset:c")
      .node("output:t", {{"title", Value(std::string("Table"))}})
      .node("run:r")
      .node("project:p");
  hub.edge("used", "run:r", "dataset:a b")
      .edge("generated_by", "output:t", "run:r")
      .edge("performed_for", "run:r", "project:p");
  hub.edge("used", "project:p", "dataset:c").edge("generated_by", "dataset:a b", "project:p").commit();
  const Written out = written(hub, kOut, {{"of", "output:t"}});
  ASSERT_TRUE(out.status.ok()) << out.status.text();
  simdjson::dom::parser parser;
  std::set<std::string> ids, referred;
  for (simdjson::dom::element entity : parser.parse(out.text).value()["@graph"].get_array()) {
    EXPECT_TRUE(ids.emplace(entity["@id"].get_string().value()).second);
    for (const char* field :
         {"about", "hasPart", "mentions", "object", "result", "instrument", "amontProject", "sourceOrganization"})
      referred.merge(ids_in(entity, field));
  }
  for (const std::string& id : referred) EXPECT_TRUE(ids.contains(id)) << id;
  EXPECT_TRUE(ids.contains("#dataset:a%20b"));
  // Read into the register that wrote it, it changes none of what is there; read elsewhere, it brings the same lineage.
  ImportDesk elsewhere;
  ASSERT_TRUE(elsewhere.import(kIn, {{"x/ro-crate-metadata.json", out.text}}).ok());
  EXPECT_EQ(elsewhere.hub.answer("return upstream('output:t'):refs()"),
            hub.answer("return upstream('output:t'):refs()"));
}

// ---- real crates ----------------------------------------------------------------------------------------------------

using Types = std::set<std::string>;

Types types_in(simdjson::dom::element entity) {
  Types types;
  simdjson::dom::array list;
  std::string_view one;
  if (entity["@type"].get(list) == simdjson::SUCCESS)
    for (simdjson::dom::element each : list) types.emplace(each.get_string().value());
  else if (entity["@type"].get(one) == simdjson::SUCCESS)
    types.emplace(one);
  return types;
}

bool any_of(const Types& types, std::initializer_list<const char*> wanted) {
  return std::ranges::any_of(wanted, [&](const char* one) { return types.contains(one); });
}

bool is_action(const Types& types) {
  return std::ranges::any_of(types, [](const std::string& one) { return one.ends_with("Action"); });
}

struct CountedCrate {
  std::size_t runs = 0, data = 0, used = 0, made = 0, inner_runs = 0, persons = 0;
};

CountedCrate count(const std::string& text) {
  simdjson::dom::parser parser;
  const simdjson::dom::element document = parser.parse(text).value();
  std::map<std::string, Types> types;
  std::set<std::string> instruments, passed;
  std::string root;
  for (simdjson::dom::element entity : document["@graph"].get_array()) {
    const std::string id(entity["@id"].get_string().value());
    types[id] = types_in(entity);
    if (id.ends_with("ro-crate-metadata.json")) root = *ids_in(entity, "about").begin();
    if (!is_action(types[id])) continue;
    for (const std::string& one : ids_in(entity, "instrument")) instruments.insert(one);
    for (const char* field : {"object", "result"}) passed.merge(ids_in(entity, field));
  }
  const auto is_data = [&](const std::string& id) {
    const auto found = types.find(id);
    if (found == types.end() || instruments.contains(id) || id == root) return false;
    if (!any_of(found->second, {"Dataset", "File", "Collection", "ImageObject"})) return false;
    return passed.contains(id) ||
           !any_of(found->second, {"SoftwareSourceCode", "ComputationalWorkflow", "SoftwareApplication", "HowTo"});
  };
  CountedCrate counted;
  for (simdjson::dom::element entity : document["@graph"].get_array()) {
    const std::string id(entity["@id"].get_string().value());
    counted.data += is_data(id);
    counted.persons += types[id].contains("Person");
    if (!is_action(types[id])) continue;
    ++counted.runs;
    for (const char* field : {"object", "result"})
      for (const std::string& one : ids_in(entity, field)) {
        if (is_data(one)) ++(field == std::string("object") ? counted.used : counted.made);
        if (types.contains(one) && is_action(types[one])) ++counted.inner_runs;
      }
  }
  return counted;
}

TEST(RoCrate, RealCratesHaveWhatIsCountedInThemAndComeBackAsTheyWere) {
  const auto folder = corpus("data/i-rocrate");
  if (!folder) GTEST_SKIP();
  std::size_t crates = 0, runs = 0;
  for (const auto& entry : std::filesystem::directory_iterator(*folder)) {
    const std::string name = entry.path().filename(), text = text_of_file(entry.path());
    const CountedCrate counted = count(text);
    ImportDesk desk;
    const auto report = desk.import(kIn, {{name, text}});
    ASSERT_TRUE(report.ok()) << name << ": " << report.status().text();
    const auto number = [&](const std::string& lua) { return std::stoul(desk.hub.answer("return " + lua)); };
    EXPECT_EQ(number("#nodes('run')"), counted.runs) << name;
    EXPECT_EQ(number("#nodes('dataset')"), counted.data) << name;
    std::map<std::string, std::uint64_t> edges;
    const Result<StoreStats> stats = desk.hub.store().stats();
    ASSERT_TRUE(stats.ok());
    for (const KindCount& kind : stats->edges) edges[kind.name] = kind.count;
    EXPECT_EQ(edges["used"], counted.used) << name;
    EXPECT_EQ(edges["generated_by"], counted.made) << name;
    EXPECT_EQ(number("#nodes('run'):where(function(run) return #run:outgoing('part_of') > 0 end)"), counted.inner_runs)
        << name;
    EXPECT_EQ(number("#nodes('agent')"), 0u) << name;

    const std::string root = desk.hub.answer("return nodes('output')[1].ref");
    const Written out = written(desk.hub, kOut, {{"of", root.substr(0, root.size() - 1)}});
    ASSERT_TRUE(out.status.ok()) << name << ": " << out.status.text();
    ImportDesk again;
    const auto back = again.import(kIn, {{name, out.text}});
    ASSERT_TRUE(back.ok()) << name << ": " << back.status().text();
    EXPECT_EQ(again.exported(), desk.exported()) << name;
    EXPECT_TRUE(again.said.empty()) << name << ": a person was written";
    ++crates;
    runs += counted.runs;
  }
  EXPECT_EQ(crates, 12u);
  EXPECT_EQ(runs, 28u);
}

}  // namespace
}  // namespace amont
