// The public register as it goes out: no persons, and nothing that a spreadsheet would run.
#include <gtest/gtest.h>
#include <simdjson.h>

#include "tests/query/lua/export_desk.h"

namespace amont {
namespace {

const std::string kOut = "formats/out/public-register";

void fill(HubRegister& hub) {
  const auto day = [](const char* text) { return *Timestamp::parse(text); };
  hub.node("project:a",
           {{"title", Value(std::string("=1+1"))}, {"lay_summary", Value(std::string("A \"study\", of\nhearts"))}})
      .node("agent:x1", {{"title", Value(std::string("Jane Doe"))}, {"display_name", Value(std::string("Jane Doe"))}})
      .node("organisation:u", {{"title", Value(std::string("The University"))}})
      .node("dataset:d", {{"title", Value(std::string("Claims"))}})
      .node("output:t", {{"title", Value(std::string("Table"))}, {"status", Value(std::string("released"))}})
      .node("run:r")
      .node("publication:p", {{"title", Value(std::string("A paper"))}, {"doi", Value(std::string("10.5/x"))}})
      .node("approval:y",
            {{"type", Value(std::string("permit"))},
             {"reference", Value(std::string("P-1"))},
             {"decision", Value(std::string("granted"))},
             {"decided_at", Value(day("2024-01-02T00:00:00Z"))}},
            {day("2024-01-03T00:00:00Z"), day("2025-01-01T00:00:00Z")});
  hub.edge("member_of", "agent:x1", "project:a")
      .edge("granted_to", "approval:y", "agent:x1")
      .edge("performed_by", "run:r", "agent:x1")
      .edge("controls", "organisation:u", "project:a")
      .edge("for_project", "approval:y", "project:a")
      .edge("covers", "approval:y", "dataset:d")
      .edge("performed_for", "run:r", "project:a")
      .edge("generated_by", "output:t", "run:r")
      .edge("reports", "publication:p", "output:t")
      .commit();
}

TEST(PublicRegister, IsCsvThatASpreadsheetOpensAndRunsNothingOf) {
  HubRegister hub;
  fill(hub);
  const Written out = written(hub, kOut);
  ASSERT_TRUE(out.status.ok()) << out.status.text();
  EXPECT_EQ(
      out.text,
      "project,changed,title,lay_summary,public_benefit,applicants,processors,funders,purposes,datasets,approvals,"
      "places,status,start,"
      "end,registered,results,publications,results_published\r\n"
      "project:a,,'=1+1,\"A \"\"study\"\", of\nhearts\",,The University,,,,Claims,"
      "\"permit, reference P-1, decision granted, decided 2024-01-02, from 2024-01-03, until 2024-12-31\",,,,,,Table,"
      "A paper https://doi.org/10.5/x,\r\n");
}

TEST(PublicRegister, IsJsonToo) {
  HubRegister hub;
  fill(hub);
  const Written out = written(hub, kOut, {{"as", "json"}});
  ASSERT_TRUE(out.status.ok()) << out.status.text();
  simdjson::dom::parser parser;
  const simdjson::dom::element entry = parser.parse(out.text).value()["projects"].at(0).value();
  EXPECT_EQ(std::string(entry["title"].get_string().value()), "=1+1");
  EXPECT_EQ(std::string(entry["approvals"].at(0)["until"].get_string().value()), "2024-12-31");
  EXPECT_EQ(entry["funders"].get_array().size(), 0u);
}

TEST(PublicRegister, NamesNoPerson) {
  HubRegister hub;
  fill(hub);
  for (const char* as : {"csv", "json"}) {
    const Written out = written(hub, kOut, {{"as", as}});
    EXPECT_EQ(out.text.find("Jane"), std::string::npos) << out.text;
    EXPECT_EQ(out.text.find("agent:"), std::string::npos) << out.text;
  }
  const Written crate = written(hub, "formats/out/ro-crate", {{"of", "output:t"}});
  ASSERT_TRUE(crate.status.ok()) << crate.status.text();
  EXPECT_EQ(crate.text.find("Jane"), std::string::npos);
  EXPECT_EQ(crate.text.find("agent:"), std::string::npos);
  EXPECT_EQ(
      crate.notes.at(0),
      "a crate has no place for these, and they were left out: nodes: agent 1; edges: member_of 1, performed_by 1; "
      "properties: approval.type 1, approval.valid_from 1, approval.valid_to 1, output.status 1");
}

TEST(PublicRegister, SaysWhatItsFormsAre) {
  HubRegister hub;
  EXPECT_NE(written(hub, kOut, {{"as", "xml"}}).status.text().find("as: \"xml\" is neither csv nor json"),
            std::string::npos);
}

}  // namespace
}  // namespace amont
