#include <gtest/gtest.h>

#include "amont/script.h"

namespace amont {
namespace {

TEST(ScriptHeader, HoldsDescriptionAndParameters) {
  const Result<ScriptHeader> header = read_script_header("sources-of",
                                                         "-- scripts/sources-of.lua\n"
                                                         "--- Which sources fed a result?\n"
                                                         "--- A source is where knowledge ends.\n"
                                                         "--- @param result ref  the published result\n"
                                                         "--- @param exact? boolean  leave out\n"
                                                         "---   what is only possible\n"
                                                         "\n"
                                                         "return nil\n"
                                                         "--- not a part of it\n");
  ASSERT_TRUE(header.ok()) << header.status().text();
  EXPECT_EQ(header->name, "sources-of");
  EXPECT_EQ(header->description, "Which sources fed a result?\nA source is where knowledge ends.");
  ASSERT_EQ(header->parameters.size(), 2u);
  EXPECT_EQ(header->parameters[0].name, "result");
  EXPECT_EQ(header->parameters[0].type, "ref");
  EXPECT_EQ(header->parameters[0].help, "the published result");
  EXPECT_FALSE(header->parameters[0].optional);
  EXPECT_EQ(header->parameters[1].name, "exact");
  EXPECT_EQ(header->parameters[1].help, "leave out what is only possible");
  EXPECT_TRUE(header->parameters[1].optional);
  EXPECT_EQ(header->format, "");
}

TEST(ScriptHeader, OfAnImportScriptNamesFormatAndInput) {
  const Result<ScriptHeader> header =
      read_script_header("formats/x", "--- X files.\r\n--- @format x\r\n--- @input lines\r\n");
  ASSERT_TRUE(header.ok()) << header.status().text();
  EXPECT_EQ(header->description, "X files.");
  EXPECT_EQ(header->format, "x");
  EXPECT_EQ(header->input, "lines");
}

TEST(ScriptHeader, OfAnImportScriptSaysByWhatItsFilesAreKnown) {
  const Result<ScriptHeader> header = read_script_header(
      "formats/x", "--- X.\n--- @format x\n--- @input json items\n--- @sign '\"a\"' \"b c\"\n--- @sign 'd'\n");
  ASSERT_TRUE(header.ok()) << header.status().text();
  EXPECT_EQ(header->input, "json items");
  EXPECT_EQ(header->signs, (std::vector<std::vector<std::string>>{{"\"a\"", "b c"}, {"d"}}));
}

TEST(ScriptHeader, LetsFilesTellTheirFormat) {
  const auto format_of = [](const char* beginning) {
    const ShippedScript* const script = script_that_reads(beginning);
    return script ? script->name : "";
  };
  EXPECT_EQ(format_of(R"({"eventType": "START", "eventTime": "2026-01-01T00:00:00Z", "run": {}, "job": {}})"),
            "formats/openlineage");
  EXPECT_EQ(format_of(R"({"metadata": {"dbt_schema_version": "https://schemas.getdbt.com/dbt/catalog/v1.json"}})"),
            "formats/dbt");
  EXPECT_EQ(format_of("RowID,Organisation Name,Type of Data Provided,NIC Number\n"), "formats/nhs-data-uses");
  EXPECT_EQ(format_of(R"({"fields": [{"name": "A", "nomenclature": "-", "dateCreated": "2006"}]})"),
            "formats/table-schema");
  EXPECT_EQ(format_of(R"({"@context": "https://w3id.org/ro/crate/1.1/context", "@graph": [{"@id": "./"}]})"),
            "formats/ro-crate");
  EXPECT_EQ(format_of(R"({"@context": "http://www.w3.org/ns/csvw", "url": "t.csv"})"), "formats/csvw");
  EXPECT_EQ(format_of("table,var,created,deleted,missings\n"), "formats/snds-csv");
  EXPECT_EQ(format_of("\xef\xbb\xbf"
                      "Current Research Projects\nR-001 A study - QUB\n"),
            "formats/data-uses");
  EXPECT_EQ(format_of(R"({"entity": {}})"), "");
  EXPECT_EQ(format_of("eventTime of a job, in words"), "");
  EXPECT_EQ(format_of(R"("eventTime" "job" "dbt_schema_version" schemas.getdbt.com/dbt/)"), "") << "two say so";
}

std::string refusal(const char* source) {
  const Result<ScriptHeader> header = read_script_header("test", source);
  EXPECT_EQ(header.code(), Code::kScript);
  return header.status().text();
}

TEST(ScriptHeader, WithAMistakeIsRefusedWithItsLine) {
  EXPECT_EQ(refusal("--- Text.\n--- @parm x ref\n"),
            "test:2: there is no --- @parm; use @param, @format, @input, @output, @sign or @uses; did you mean "
            "\"param\"?");
  EXPECT_EQ(refusal("--- @param x reff\n"),
            "test:1: --- @param x needs a type: ref, text, integer, date, kind or boolean; it has \"reff\"; did you "
            "mean \"ref\"?");
  EXPECT_EQ(refusal("--- @param x-y ref\n"), "test:1: \"x-y\" can't name a parameter; use letters, digits and _");
  EXPECT_EQ(refusal("--- @param x ref\n--- @param x text\n"), "test:2: the parameter x is declared twice");
  EXPECT_EQ(refusal("--- @format x\n--- @input xml\n"),
            "test:2: --- @input is json, json items, json items shared, json parts, csv, lines or triples");
  EXPECT_EQ(refusal("--- @sign eventTime\n"),
            "test:1: --- @sign needs texts in quotes, such as 'eventTime' 'producer'");
  EXPECT_EQ(refusal("--- @sign \"open\n"), "test:1: --- @sign needs texts in quotes, such as 'eventTime' 'producer'");
  EXPECT_EQ(refusal("--- @format x\n"),
            "test:1: a script that reads a format needs both, --- @format NAME and --- @input json (or json items, "
            "csv, lines, triples); "
            "one that writes it --- @format NAME and --- @output json (or csv, text, rdf)");
}

}  // namespace
}  // namespace amont
