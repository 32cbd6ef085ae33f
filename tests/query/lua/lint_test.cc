// lint_script(): what it finds, and that it blames nothing that is right.
#include <gtest/gtest.h>

#include "amont/lint.h"

namespace amont {
namespace {

std::string lint(std::string_view source) {
  const Result<std::vector<LintFinding>> findings = lint_script("test", source);
  if (!findings.ok()) return findings.status().text();
  std::string text;
  for (const LintFinding& finding : *findings)
    text += std::to_string(finding.line) + ":" + std::to_string(finding.column) + " " + finding.text + "\n";
  return text;
}

TEST(Lint, FindsNamesThatNobodyHas) {
  EXPECT_EQ(lint("return upsteam('output:x')"), "1:8 nobody has the name \"upsteam\"; did you mean \"upstream\"?\n");
  EXPECT_EQ(lint("local total = 1\nreturn totl + total"),
            "2:8 nobody has the name \"totl\"; did you mean \"total\"?\n");
}

TEST(Lint, TellsWhatDoesNotCompile) {
  EXPECT_EQ(lint("local x =\n\nreturn 1"), "3:0 unexpected symbol near 'return'\n");
}

TEST(Lint, ComparesArgumentsWithTheHeader) {
  EXPECT_EQ(lint("--- What?\n--- @param result ref  it\n--- @param day date  when\nreturn sources(arg.reslt)"),
            "1:0 the parameter \"result\" is declared and never used\n"
            "1:0 the parameter \"day\" is declared and never used\n"
            "4:20 the header declares no parameter \"reslt\"; did you mean \"result\"?\n");
  EXPECT_EQ(lint("--- What?\n--- @param day nothing  when\nreturn 1").substr(0, 2), "2:");
}

TEST(Lint, FindsAnswersThatAreThrownAway) {
  EXPECT_EQ(lint("local x = node('a:b')\nsources(x)\nreturn x"),
            "2:1 the answer of sources is thrown away; return it, or give it a name\n");
}

TEST(Lint, BlamesNothingThatIsRight) {
  EXPECT_EQ(lint("local function f(a, ...) local b <const> = select('#', ...) return a + b end\n"
                 "function g() return f(1) end\n"
                 "for i, v in ipairs{1, 2} do print(i, v, g()) end\n"
                 "local t = { name = 1, other = 2, [\"x\"] = 3 }\n"
                 "count = t.name + t:get('x')\n"
                 "-- upsteam in a comment, --[[ in a long one ]]\n"
                 "--[==[ upsteam ]==]\n"
                 "local text = [[ upsteam ]] .. \"upsteam \\\" upsteam\" .. 0x1F .. 1e-5\n"
                 "goto done\n"
                 "::done::\n"
                 "return sources('output:x', { depth = 2 }):only('dataset'), count, text, utf8.len(text), median{1}, "
                 "_G ~= nil\n"),
            "");
}

TEST(Lint, HasNothingToSayOfWhatShips) {
  for (const ShippedScript& script : shipped_scripts()) {
    const Result<std::vector<LintFinding>> findings = lint_script(script.name, script.source);
    ASSERT_TRUE(findings.ok());
    for (const LintFinding& finding : *findings)
      ADD_FAILURE() << script.name << ":" << finding.line << " " << finding.text;
  }
}

TEST(Lint, LooksAtAnyBytes) {
  for (const char* source : {"", "\n", "'", "[[", "--[[", "[==", "\"\\", "\xff\xfe", "local", "arg", "arg.", "{", "x("})
    lint(source);
}

}  // namespace
}  // namespace amont
