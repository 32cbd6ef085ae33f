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

std::string refusal(const char* source) {
  const Result<ScriptHeader> header = read_script_header("test", source);
  EXPECT_EQ(header.code(), Code::kScript);
  return header.status().text();
}

TEST(ScriptHeader, WithAMistakeIsRefusedWithItsLine) {
  EXPECT_EQ(refusal("--- Text.\n--- @parm x ref\n"),
            "test:2: there is no --- @parm; use @param, @format or @input; did you mean \"param\"?");
  EXPECT_EQ(refusal("--- @param x reff\n"),
            "test:1: --- @param x needs a type: ref, text, integer, date, kind or boolean; it has \"reff\"; did you "
            "mean \"ref\"?");
  EXPECT_EQ(refusal("--- @param x-y ref\n"), "test:1: \"x-y\" can't name a parameter; use letters, digits and _");
  EXPECT_EQ(refusal("--- @param x ref\n--- @param x text\n"), "test:2: the parameter x is declared twice");
  EXPECT_EQ(refusal("--- @format x\n--- @input xml\n"), "test:2: --- @input is json or lines");
  EXPECT_EQ(refusal("--- @format x\n"),
            "test:1: an import script needs both, --- @format NAME and --- @input json (or lines)");
}

}  // namespace
}  // namespace amont
