// Parts that scripts of formats share (--- @uses).
#include <gtest/gtest.h>

#include "tests/query/lua/import_desk.h"

namespace amont {
namespace {

std::string head(const std::string& uses) { return "--- Test.\n--- @format test\n--- @input json items\n" + uses; }

TEST(ScriptParts, AreGlobalsOfTheScriptThatUsesThem) {
  ImportDesk desk;
  const auto report = desk.import(
      "test",
      head("--- @uses formats/lib/values\n") + "function convert(item) warn(tostring(values.given(item))) end\n",
      {{"x.json", "[1, null]"}});
  ASSERT_TRUE(report.ok()) << report.status().text();
  EXPECT_EQ(desk.said, (std::vector<std::string>{"warning x.json:1: true", "warning x.json:1: false"}));
}

TEST(ScriptParts, ThatAreNotThereOrHaveATakenNameAreRefused) {
  ImportDesk desk;
  const auto failure = [&](const std::string& uses) {
    return desk.import("test", head(uses) + "function convert() end\n", {{"x.json", "1"}}).status().text();
  };
  EXPECT_EQ(failure("--- @uses formats/lib/valeus\n"),
            "test: --- @uses formats/lib/valeus: Amont ships no such part; did you mean \"formats/lib/values\"?");
  EXPECT_EQ(failure("--- @uses formats/openlineage\n").substr(0, 66),
            "test: --- @uses formats/openlineage: Amont ships no such part");
  EXPECT_EQ(
      failure("--- @uses\n"),
      "test:4: --- @uses needs the path of one part, such as formats/lib/records; each stands on a line of its own");
  EXPECT_EQ(failure("--- @uses formats/lib/values\n--- @uses formats/lib/values\n"),
            "test:5: --- @uses names formats/lib/values twice");
}

TEST(ScriptParts, AreForFormatsAndNotForQuestions) {
  EXPECT_EQ(read_script_header("test", "--- Ask.\n--- @uses formats/lib/values\n").status().text(),
            "test:2: --- @uses is for scripts that read or write a format");
}

TEST(ScriptParts, AreNoScriptsThemselves) {
  EXPECT_EQ(find_shipped_script("formats/lib/values"), nullptr);
  for (const ShippedScript& script : shipped_scripts()) EXPECT_FALSE(script.name.starts_with("formats/lib/"));
}

TEST(ScriptParts, TellTheLineOfTheirOwnErrors) {
  ImportDesk desk;
  const auto report =
      desk.import("test", head("--- @uses formats/lib/values\n") + "function convert() values.is_person(nil) end\n",
                  {{"x.json", "1"}});
  EXPECT_NE(report.status().text().find("formats/lib/values:"), std::string::npos) << report.status().text();
}

}  // namespace
}  // namespace amont
