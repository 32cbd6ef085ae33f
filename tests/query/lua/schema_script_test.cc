#include <gtest/gtest.h>

#include "amont/schema_script.h"

namespace amont {
namespace {

std::string ends_text(const EdgeRow& row) {
  if (row.same_kind) return "any -> same kind";
  std::string out;
  const auto list = [](const std::vector<std::string>& names) {
    std::string text;
    for (const std::string& name : names) text += (text.empty() ? "" : ", ") + name;
    return text;
  };
  for (const EdgeEnds& pair : row.ends) out += (out.empty() ? "" : "; ") + list(pair.from) + " -> " + list(pair.to);
  return out;
}

TEST(HubSchema, HasTheEdgesOfTheDomain) {
  std::string edges;
  for (const EdgeRow& row : hub_schema().edges)
    edges += row.name + " | " + ends_text(row) + " | " + std::string(name_of(row.edge_class)) +
             (row.weak ? ", weak" : "") + "\n";
  EXPECT_EQ(edges,
            "derived_from | dataset, variable, output, publication -> dataset, variable, output | lineage\n"
            "used | run, project -> dataset, variable, output, nomenclature | lineage\n"
            "generated_by | dataset, variable, output -> run, project | lineage\n"
            "reports | publication -> output | lineage\n"
            "informed_by | run -> run | lineage, weak\n"
            "part_of | variable -> dataset, output; dataset -> dataset, catalogue; project -> project; run -> run; "
            "purpose -> purpose | structure\n"
            "version_of | dataset -> dataset; output -> output | structure\n"
            "same_as | any -> same kind | structure\n"
            "alternate_of | any -> same kind | structure\n"
            "coded_with | variable -> nomenclature | structure\n"
            "references | variable -> variable | structure\n"
            "instance_of | run -> job | governance\n"
            "performed_for | run -> project | governance\n"
            "under | run -> approval | governance\n"
            "executed_in | run -> environment | governance\n"
            "performed_by | run -> agent, organisation | governance\n"
            "acts_for | agent, organisation -> organisation | governance\n"
            "holds | organisation -> dataset | governance\n"
            "controls | organisation -> project | governance\n"
            "processes_for | organisation -> project | governance\n"
            "funds | organisation -> project | governance\n"
            "member_of | agent -> project | governance\n"
            "covers | approval -> dataset, variable, catalogue | governance\n"
            "for_project | approval, application -> project | governance\n"
            "for_purpose | approval, project, run -> purpose | governance\n"
            "granted_to | approval -> organisation, agent | governance\n"
            "issued_by | approval -> organisation | governance\n"
            "requires | approval -> approval | governance\n"
            "supersedes | approval -> approval; project -> project | governance\n"
            "revokes | approval -> approval | governance\n"
            "suspends | approval -> approval | governance\n"
            "decides | approval -> application | governance\n"
            "subject_to | approval, dataset -> condition | governance\n"
            "permits_in | approval -> environment | governance\n"
            "checked_by | output -> run | governance\n");
}

TEST(HubSchema, HasTheNodesOfTheDomain) {
  std::string kinds;
  for (const NodeRow& row : hub_schema().nodes) kinds += row.name + " ";
  EXPECT_EQ(kinds,
            "dataset variable project approval output run job publication organisation agent application purpose "
            "condition environment "
            "nomenclature catalogue ");
  for (const NodeRow& row : hub_schema().nodes) {
    const PropertyRow* title = find_row(row.props, "title");
    ASSERT_NE(title, nullptr) << row.name;
    EXPECT_EQ(title->type_text(), "text") << row.name;
  }
}

TEST(HubSchema, HasThePropertiesOfTheDomain) {
  const std::pair<const char*, std::vector<const char*>> kExpected[] = {
      {"organisation", {"name", "type", "sector", "country", "siren", "ror", "trusted_data_holder"}},
      {"agent", {"role", "orcid", "habilitated_from", "habilitated_to"}},
      {"catalogue", {"title", "publisher", "homepage"}},
      {"dataset",
       {"title",           "title_fr",     "title_en",      "description",      "acronym",         "type",
        "health_category", "health_theme", "access_rights", "identifiability",  "legal_basis",     "legislation",
        "population",      "n_records",    "n_individuals", "min_age",          "max_age",         "spatial",
        "temporal_from",   "temporal_to",  "frequency",     "retention_from",   "retention_to",    "quality_label",
        "restricted",      "status",       "described_at",  "last_reviewed_at", "conditions",      "label",
        "issued",          "data_from",    "data_to",       "extracted_at",     "opt_out_applied", "opt_out_as_of",
        "checksum",        "location",     "state",         "deleted_at"}},
      {"variable",
       {"name", "label", "type", "unit", "length", "nomenclature", "observation", "identifying", "created_year",
        "deleted_year", "missing_years"}},
      {"nomenclature", {"code", "title", "version", "uri", "n_codes"}},
      {"project",
       {"title", "lay_summary", "public_benefit", "methodology", "type", "start", "end", "processing_completed_at",
        "status", "registered_at", "results_published_at"}},
      {"application", {"reference", "submitted_at", "complete_at", "decided_at", "outcome", "route"}},
      {"approval",
       {"type", "reference", "version", "decision", "decided_at", "published_at", "suspended_from", "suspended_to",
        "revoked_at", "data_from", "data_to", "identifiability_max", "legal_basis"}},
      {"purpose", {"code", "scheme", "label", "prohibited"}},
      {"condition", {"code", "text", "deadline_rule"}},
      {"environment", {"name", "type", "operator", "homologated_from", "homologated_to", "location"}},
      {"job", {"namespace", "name", "type", "code_location", "commit", "sql_hash"}},
      {"run", {"run_id", "type", "started_at", "ended_at", "state", "frequency"}},
      {"output", {"title", "type", "identifiability", "status", "min_cell", "checked_at", "checksum"}},
      {"publication", {"doi", "title", "venue", "published_at", "retracted_at", "open_access"}},
  };
  Schema schema;
  ASSERT_TRUE(schema.grow(hub_schema()).ok());
  EXPECT_EQ(std::size(kExpected), schema.nodes().size());
  for (const auto& [kind, properties] : kExpected) {
    ASSERT_NE(schema.node(kind), nullptr) << kind;
    for (const char* property : properties)
      EXPECT_NE(find_row(schema.node(kind)->props, property), nullptr) << kind << "." << property;
  }
  EXPECT_EQ(find_row(schema.node("dataset")->props, "health_category")->type_text(), "list of text plain");
  EXPECT_EQ(find_row(schema.node("approval")->props, "suspended_from")->type_text(), "list of timestamp");
  EXPECT_EQ(find_row(schema.edge("used")->props, "columns")->type_text(), "list of text plain");
  EXPECT_EQ(schema.node("dataset")->role, Role::kDataset);
  EXPECT_EQ(schema.node("publication")->role, Role::kPublication);
  EXPECT_EQ(schema.node("job")->role, Role::kNone);
  EXPECT_EQ(schema.edge("part_of")->tie(), Tie::kPartOf);
  EXPECT_EQ(schema.edge("alternate_of")->tie(), Tie::kNone);
}

TEST(HubSchema, ReadsTheSameFromTheTextOfItsRows) {
  std::string text;
  Schema schema;
  ASSERT_TRUE(schema.grow(hub_schema()).ok());
  for (const NodeRow& row : schema.nodes()) text += row.text() + "\n";
  for (const EdgeRow& row : schema.edges()) text += row.text() + "\n";
  const Result<SchemaGrowth> again = read_schema(text);
  ASSERT_TRUE(again.ok()) << again.status().text();
  EXPECT_FALSE(*schema.grow(*again));
  Schema anew;
  ASSERT_TRUE(anew.grow(*again).ok());
  EXPECT_EQ(anew.nodes().size(), schema.nodes().size());
  for (const NodeRow& row : schema.nodes()) EXPECT_EQ(anew.node(row.kind).text(), row.text());
  for (const EdgeRow& row : schema.edges()) EXPECT_EQ(anew.edge(row.kind).text(), row.text());
}

TEST(SchemaScript, DeclaresCustomKinds) {
  const Result<SchemaGrowth> growth = read_schema(
      "local text = 'text'\n"
      "node 'package' { title = text, tags = 'list of text plain', size = 'integer' }\n"
      "node('release', { title = text }, { role = 'dataset' })\n"
      "edge 'depends_on' { class = 'lineage', ends = { from = 'package', to = { 'package', 'release' } }, props = { "
      "version = 'text plain' } }\n"
      "edge 'suggests' { class = 'lineage', weak = true, ends = { { from = { 'package' }, to = { 'package' } } } }\n"
      "edge 'twin' { class = 'structure', ends = 'same kind' }\n"
      "edge 'sibling' { class = 'structure', same_kind = true }\n");
  ASSERT_TRUE(growth.ok()) << growth.status().text();
  std::string rows;
  for (const NodeRow& row : growth->nodes) rows += row.text() + "\n";
  for (const EdgeRow& row : growth->edges) rows += row.text() + "\n";
  EXPECT_EQ(
      rows,
      "node \"package\" { size = \"integer\", tags = \"list of text plain\", title = \"text\" }\n"
      "node(\"release\", { title = \"text\" }, {role = \"dataset\"})\n"
      "edge \"depends_on\" { class = \"lineage\", ends = {{from = {\"package\"}, to = {\"package\", \"release\"}}}, "
      "props = { version = \"text plain\" } }\n"
      "edge \"suggests\" { class = \"lineage\", weak = true, ends = {{from = {\"package\"}, to = {\"package\"}}} }\n"
      "edge \"twin\" { class = \"structure\", ends = \"same kind\" }\n"
      "edge \"sibling\" { class = \"structure\", ends = \"same kind\" }\n");
  EXPECT_EQ(growth->source.substr(0, 12), "local text =");
}

std::string refusal(const char* text) {
  const Result<SchemaGrowth> growth = read_schema(text, "custom.lua");
  EXPECT_EQ(growth.code(), Code::kScript) << text;
  return growth.status().text();
}

TEST(SchemaScript, WithAMistakeIsRefusedWithItsLine) {
  EXPECT_EQ(refusal("\nnode 'x' { title = 'txt' }").substr(0, 80),
            "custom.lua:2: title = \"txt\": a type is text, integer, real, boolean or timestamp");
  EXPECT_EQ(refusal("node 'X' {}"),
            "custom.lua:1: \"X\" can't name a kind: use a letter, then letters, digits and _, all lower case");
  EXPECT_EQ(refusal("node 'x' {}\nnode 'y'"), "custom.lua:2: node y has no table after it: node y { ... }");
  EXPECT_EQ(refusal("\n\nedge 'x' { ends = 'same kind' }"),
            "custom.lua:3: edge \"x\" has no class; it is \"lineage\", \"structure\" or \"governance\"");
  EXPECT_EQ(refusal("edge 'x' { class = 'flow', ends = 'same kind' }"),
            "custom.lua:1: class must be \"lineage\", \"structure\" or \"governance\"");
  EXPECT_EQ(refusal("edge 'x' { class = 'lineage', ends = 'any' }"),
            "custom.lua:1: ends = { { from = {...}, to = {...} }, ... }, or \"same kind\"");
  EXPECT_EQ(refusal("edge 'x' { class = 'lineage', ends = { { from = {}, to = { 'y' } } } }"),
            "custom.lua:1: ends need from = { \"kind\", ... }");
  EXPECT_EQ(
      refusal("edge 'x' { class = 'lineage', end_s = 'same kind' }"),
      "custom.lua:1: an edge has class, ends, props, weak and same_kind, and no \"end_s\"; did you mean \"ends\"?");
  EXPECT_EQ(refusal("edge 'x' { class = 'lineage' }").substr(0, 20), "custom.lua:1: edge \"");
  EXPECT_EQ(refusal("edge 'x' { class = 'lineage', weak = 1, ends = 'same kind' }"),
            "custom.lua:1: weak must be true or false");
  EXPECT_EQ(refusal("node('x', {}, { role = 'table' })"),
            "custom.lua:1: there is no role \"table\"; roles are dataset, variable, project, run, output, publication");
  EXPECT_EQ(refusal("nod 'x' {}"), "custom.lua:1: there is no 'nod'; did you mean 'node'?");
  EXPECT_EQ(refusal("node 'x' {").substr(0, 14), "custom.lua:1: ");
}

TEST(SchemaScript, ThatNeverEndsIsStopped) {
  EXPECT_EQ(read_schema("while true do end").code(), Code::kLimit);
  EXPECT_EQ(read_schema("local s = 'x' while true do s = s .. s end").code(), Code::kLimit);
}

}  // namespace
}  // namespace amont
