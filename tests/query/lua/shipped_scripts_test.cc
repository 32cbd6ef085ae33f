#include <gtest/gtest.h>

#include "tests/query/lua/hub_register.h"

namespace amont {
namespace {

// A base with a table of two variables, an extract of it that a run of p1 made a figure from, and a model that p2 made
// from the figure's data without saying how.
class ShippedScripts : public testing::Test {
 protected:
  ShippedScripts() {
    hub.node("organisation:cnam", {{"title", "CNAM"}}).node("organisation:chu", {{"title", "CHU"}});
    hub.node("dataset:base", {{"title", "Base"}}).node("dataset:base/t", {{"title", "Table T"}});
    hub.node("variable:base/t/age", {{"title", "Age"}}).node("variable:base/t/sex", {{"title", "Sex"}});
    hub.node("dataset:extract", {{"title", "Extract"}}).node("variable:extract/age", {{"title", "Age"}});
    hub.node("run:r1", {{"title", "Run 1"}, {"state", "complete"}})
        .node("run:r2", {{"title", "Run 2"}, {"state", "fail"}});
    hub.node("project:p1", {{"title", "Project 1"}, {"status", "open"}}).node("project:p2", {{"title", "Project 2"}});
    hub.node("output:figure", {{"title", "Figure"}, {"status", "released"}}).node("output:model", {{"title", "Model"}});
    hub.node("output:orphan", {{"title", "Orphan"}}).node("publication:paper", {{"title", "Paper"}});
    hub.node("approval:a1", {{"title", "Approval 1"}}, {day("2024-01-01"), day("2025-01-01")});
    hub.node("approval:a2", {{"title", "Approval 2"}}, {day("2025-01-01"), {}});
    hub.edge("holds", "organisation:cnam", "dataset:base").edge("controls", "organisation:chu", "project:p1");
    hub.edge("part_of", "dataset:base/t", "dataset:base");
    hub.edge("part_of", "variable:base/t/age", "dataset:base/t")
        .edge("part_of", "variable:base/t/sex", "dataset:base/t");
    hub.edge("part_of", "variable:extract/age", "dataset:extract")
        .edge("derived_from", "variable:extract/age", "variable:base/t/age");
    hub.edge("used", "run:r1", "dataset:extract")
        .edge("performed_for", "run:r1", "project:p1")
        .edge("generated_by", "output:figure", "run:r1");
    hub.edge("performed_for", "run:r2", "project:p1");
    hub.edge("reports", "publication:paper", "output:figure");
    hub.edge("used", "project:p2", "output:figure").edge("generated_by", "output:model", "project:p2");
    hub.edge("for_project", "approval:a1", "project:p1").edge("for_project", "approval:a2", "project:p1");
    hub.commit();
  }

  std::string run(const char* name, std::vector<std::pair<std::string, std::string>> arguments) {
    const ShippedScript* script = find_shipped_script(name);
    if (!script) return "no such script";
    const Result<Report> report =
        run_script(hub.snapshot(), &hub.store(), name, script->source, {std::move(arguments)});
    return report.ok() ? text_of(*report) : report.status().text();
  }

  HubRegister hub;
};

TEST_F(ShippedScripts, AreListedWithTheirHeaders) {
  std::string names;
  for (const ShippedScript& script : shipped_scripts()) {
    names += script.name + " ";
    const Result<ScriptHeader> header = read_script_header(script.name, script.source);
    ASSERT_TRUE(header.ok()) << header.status().text();
    EXPECT_NE(header->description, "") << script.name;
    EXPECT_EQ(header->format, script.name.starts_with("formats/") ? script.name.substr(script.name.rfind('/') + 1) : "")
        << script.name;
  }
  EXPECT_EQ(
      names,
      "approvals-ending catalogue-gaps compare-runs copies-after-expiry data-like-mine delays evidence-of "
      "formats/atlas formats/csvw formats/data-uses formats/datahub formats/dbt formats/dcat formats/debian-packages "
      "formats/dpv formats/duo formats/nhs-data-uses formats/openlineage formats/openmetadata formats/out/csvw "
      "formats/out/dcat-ap formats/out/healthdcat-ap formats/out/openlineage formats/out/prov-json formats/out/prov-n "
      "formats/out/public-register "
      "formats/out/ro-crate formats/prov-json formats/prov-n formats/ro-crate formats/snds-csv formats/table-schema "
      "gaps "
      "impact-of known-then lineage-gaps may-use "
      "missing-prerequisites "
      "opt-out-check projects-touching public-register purpose-drift redo-after-error register-summary "
      "results-overdue rights-of-project risky-linkages rules/checked-before-release rules/copies-deleted "
      "rules/no-personal-identifiers rules/no-prohibited-purpose rules/opt-out-stated rules/origins-recorded "
      "rules/registered-before-start rules/results-published rules/small-counts rules/uses-approved "
      "rules/years-of-variables sources-of use-of-base uses-of-result variable-dropped variables-used ");
  EXPECT_EQ(find_shipped_script("hub"), nullptr);
  EXPECT_EQ(find_shipped_script("words"), nullptr);
  EXPECT_EQ(find_shipped_script("../secrets"), nullptr);
}

TEST_F(ShippedScripts, TellTheSourcesOfAResult) {
  EXPECT_EQ(run("sources-of", {{"result", "publication:paper"}}),
            "# Sources of publication:paper\n"
            "## Sources\n"
            "ref | title | depth | precision | held by\n"
            "dataset:base/t | Table T | 4 | exact | organisation:cnam\n"
            "## The work in between\n"
            "ref | title | depth | precision\n"
            "run:r1 | Run 1 | 2 | exact\n");
  EXPECT_EQ(run("sources-of", {{"result", "output:model"}, {"exact", "true"}}),
            "# Sources of output:model\n"
            "## Sources\n"
            "ref | title | depth | precision | held by\n"
            "## The work in between\n"
            "ref | title | depth | precision\n"
            "project:p2 | Project 2 | 1 | exact\n");
}

TEST_F(ShippedScripts, TellTheImpactOfAnError) {
  EXPECT_EQ(run("impact-of", {{"item", "dataset:base/t"}}),
            "# Impact of an error in dataset:base/t\n"
            "## Data to rebuild\n"
            "ref | title | depth | precision\n"
            "dataset:extract | Extract | 1 | exact\n"
            "## Results to compute again\n"
            "ref | title | status | depth | precision\n"
            "output:figure | Figure | released | 3 | exact\n"
            "output:model | Model | - | 5 | possible\n"
            "## Publications to review\n"
            "ref | title | depth | precision\n"
            "publication:paper | Paper | 4 | exact\n"
            "## Projects to tell\n"
            "ref | title | precision | controller\n"
            "project:p2 | Project 2 | exact | \n"
            "project:p1 | Project 1 | exact | organisation:chu\n"
            "## How it spread\n"
            "dataset:base/t start\n"
            "dataset:extract\n"
            "output:figure\n"
            "output:model possible\n"
            "project:p2\n"
            "publication:paper\n"
            "run:r1\n"
            "dataset:extract -derived_from-> dataset:base/t\n"
            "output:figure -generated_by-> run:r1\n"
            "output:model -generated_by-> project:p2\n"
            "project:p2 -used-> output:figure\n"
            "publication:paper -reports-> output:figure\n"
            "run:r1 -used-> dataset:extract\n");
}

TEST_F(ShippedScripts, FollowAVariableByItself) {
  const std::string sex = run("impact-of", {{"item", "variable:base/t/sex"}});
  EXPECT_EQ(sex.find("dataset:extract"), std::string::npos) << sex;
  const std::string age = run("impact-of", {{"item", "variable:base/t/age"}});
  EXPECT_NE(age.find("publication:paper | Paper | 4 | possible"), std::string::npos) << age;
}

TEST_F(ShippedScripts, TellWhichProjectsTouchedADataset) {
  EXPECT_EQ(run("projects-touching", {{"dataset", "dataset:extract"}}),
            "# Projects touching dataset:extract\n"
            "ref | title | direct | depth | precision | runs | approvals\n"
            "project:p2 | Project 2 | no | 3 | exact | 0 | \n"
            "project:p1 | Project 1 | yes | - | exact | 1 | approval:a1, approval:a2\n");
}

TEST_F(ShippedScripts, SumUpTheRegister) {
  EXPECT_EQ(
      run("register-summary", {{"on", "2025-06-30"}}),
      "# The register at transaction 2\n"
      "## What it holds\n"
      "kind | count\n"
      "dataset | 3\nvariable | 3\nproject | 2\napproval | 2\noutput | 3\nrun | 2\npublication | 1\norganisation | 2\n"
      "## Projects without any approval\n"
      "ref | title | status\n"
      "project:p2 | Project 2 | -\n"
      "## Results without an origin\n"
      "ref | title | status\n"
      "output:orphan | Orphan | -\n"
      "## Runs without inputs\n"
      "ref | title | state\n"
      "run:r2 | Run 2 | fail\n"
      "## Approvals that no longer hold on 2025-06-30\n"
      "ref | title | valid_to\n"
      "approval:a1 | Approval 1 | 2025-01-01T00:00:00Z\n");
}

TEST_F(ShippedScripts, RunOnARegisterWithoutTheHubsKinds) {
  TempDir dir;
  Options options;
  options.index_in_memory = true;
  const Result<SchemaGrowth> schema = read_schema("node 'package' { title = 'text' }");
  ASSERT_TRUE(schema.ok());
  Result<std::unique_ptr<Store>> store = Store::create(dir / "store", *schema, options);
  ASSERT_TRUE(store.ok()) << store.status().text();
  const Result<Report> report = run_script(*(*store)->snapshot(), store->get(), "register-summary",
                                           find_shipped_script("register-summary")->source, {});
  ASSERT_TRUE(report.ok()) << report.status().text();
  EXPECT_EQ(report->blocks.size(), 4u);
}

}  // namespace
}  // namespace amont
