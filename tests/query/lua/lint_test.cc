// lint_script(): what it finds, and that it blames nothing that is right.
#include <gtest/gtest.h>

#include "amont/lint.h"
#include "amont/schema_script.h"

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

std::string lint_beside_hub(std::string_view source) {
  Schema schema;
  EXPECT_TRUE(schema.grow(hub_schema()).ok());
  const auto findings = lint_script("test", source, &schema);
  if (!findings.ok()) return findings.status().text();
  std::string text;
  for (const LintFinding& finding : *findings)
    text += std::to_string(finding.line) + ":" + std::to_string(finding.column) + " " + finding.text + "\n";
  return text;
}

TEST(Lint, FindsKindsThatTheSchemaDoesNotHave) {
  EXPECT_EQ(lint_beside_hub("return nodes('datset', 'run'), nodes 'outputs', find('x y', 'projekt')"),
            "1:14 the schema has no node kind \"datset\"; did you mean \"dataset\"?\n"
            "1:38 the schema has no node kind \"outputs\"; did you mean \"output\"?\n"
            "1:61 the schema has no node kind \"projekt\"; did you mean \"project\"?\n");
  EXPECT_EQ(lint_beside_hub("return nodes('run'):where(lacks 'usd'):outgoing('used', 'genrated_by'):only('x')"),
            "1:33 the schema has no edge kind \"usd\"; did you mean \"used\"?\n"
            "1:57 the schema has no edge kind \"genrated_by\"; did you mean \"generated_by\"?\n"
            "1:77 the schema has no node kind \"x\"\n");
  EXPECT_EQ(lint_beside_hub("return upstream('output:x', { kind = 'datasets', through = { 'used', '+cover' } })"),
            "1:38 the schema has no node kind \"datasets\"; did you mean \"dataset\"?\n"
            "1:70 the schema has no edge kind \"+cover\"; did you mean \"covers\"?\n");
}

TEST(Lint, FindsPropertiesThatAreOneSlipAway) {
  EXPECT_EQ(
      lint_beside_hub("local list = nodes('output'):where(function(one) return one.relesed_at end)\n"
                      "return rows { list:where { statsu = 'released' }, 'ref', { 'day', 'relased_at' }, 'my_own' }"),
      "1:61 no kind of the schema has a property \"relesed_at\"; did you mean \"released_at\"?\n"
      "2:28 no kind of the schema has a property \"statsu\"; did you mean \"status\"?\n"
      "2:67 no kind of the schema has a property \"relased_at\"; did you mean \"released_at\"?\n");
}

TEST(Lint, BlamesNoNamesThatAScriptMakesItself) {
  EXPECT_EQ(lint_beside_hub("local t = { statsu = 1 }\nlocal nodes = function() end\nlocal kind = 'data' .. 'set'\n"
                            "t.tilte = t.statsu .. t.tilte\nnodes('anything')\n"
                            "return find('datset'), sources('x:y'):only(kind), chart { nodes, kind = 'line' }, t"),
            "");
}

TEST(Lint, HasNothingToSayOfWhatShips) {
  Schema hub;
  ASSERT_TRUE(hub.grow(hub_schema()).ok());
  for (const ShippedScript& script : shipped_scripts()) {
    const Result<std::vector<LintFinding>> findings = lint_script(script.name, script.source, &hub);
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
