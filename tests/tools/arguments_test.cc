// The command line itself: options anywhere, mistakes told, help and completions for every verb.

#include <cstdlib>

#include <gtest/gtest.h>

#include "tests/tools/command.h"

namespace amont {
namespace {

const std::vector<std::string> kVerbs = {
    "init",       "info",   "stats",      "verify",      "rebuild",    "schema",  "put",     "link",    "retract",
    "import",     "get",    "find",       "upstream",    "downstream", "sources", "touches", "reaches", "path",
    "order",      "cycles", "components", "chokepoints", "coverage",   "log",     "run",     "scripts", "export",
    "completion", "keygen", "checkpoint", "anchor",      "witness",    "backup",  "restore", "compact", "upgrade"};

TEST(Arguments, OptionsOfAllVerbsStandBeforeOrAfterTheVerb) {
  const Workplace place;
  make_hub(place);
  const Outcome before = place.run({"-s", "hub", "--json", "get", "run:r"});
  const Outcome after = place.run({"get", "run:r", "--format=json", "--store", "hub"});
  EXPECT_EQ(before.code, 0);
  EXPECT_EQ(before.out, after.out);
}

TEST(Arguments, AWordMayBeTheNameOfAVerb) {
  const Workplace place;
  make_hub(place);
  EXPECT_EQ(place.run({"-s", "hub", "find", "get"}).code, 0);
  EXPECT_EQ(place.run({"-s", "hub", "find", "++"}).code, 0);
  EXPECT_EQ(place.run({"-s", "hub", "find", "--", "--depth"}).code, 0);
  EXPECT_EQ(place.run({"-s", "hub", "find", "[claims,x]"}).code, 0);
}

TEST(Arguments, MistakesAreToldWithWhatIsNear) {
  const Workplace place;
  const auto expect_error = [&](const std::vector<std::string>& words, std::string_view error) {
    const Outcome outcome = place.run(words);
    EXPECT_EQ(outcome.err, error);
    EXPECT_EQ(outcome.out, "");
    EXPECT_EQ(outcome.code, 2);
  };
  expect_error({}, "amont: no verb; `amont --help` lists them\n");
  expect_error({"upsteam", "x"}, "amont: there is no verb \"upsteam\"; did you mean upstream?\n");
  expect_error({"frobnicate"}, "amont: there is no verb \"frobnicate\"; `amont --help` lists them\n");
  expect_error({"--jsn", "info"}, "amont: there is no option --jsn; did you mean --json?\n");
  expect_error({"upstream", "output:x", "--dept", "3"}, "amont: there is no option --dept; did you mean --depth?\n");
  expect_error({"upstream"}, "amont: upstream takes REF...; `amont upstream --help` tells more\n");
  expect_error({"info", "extra"}, "amont: info takes no words; `amont info --help` tells more\n");
  expect_error({"upstream", "output:x", "--depth", "-1"}, "amont: --depth: \"-1\" is not a whole number from 0\n");
  expect_error({"upstream", "output:x", "--granularity", "column"},
               "amont: --granularity takes one of dataset, variable, not \"column\"\n");
  expect_error({"upstream", "output:x", "--timeout", "0"},
               "amont: --timeout: \"0\" is not a number of seconds above 0\n");
  expect_error(
      {"upstream", "output:x", "--format", "yaml"},
      "amont: this verb answers in table, json, ndjson, csv, md, html, dot, mermaid, graphml, svg, not in \"yaml\"\n");
  expect_error({"info", "--json", "--format", "csv"}, "amont: --json and --format csv contradict each other\n");
  expect_error({"completion", "tcsh"}, "amont: there are completions for bash, zsh, fish, not for \"tcsh\"\n");
  EXPECT_EQ(place.run({"upstream", "output:x", "--depth"}).code, 2);
  EXPECT_EQ(place.run({"upstream", "output:x", "--depth", "1", "--depth", "2"}).code, 2);
}

TEST(Arguments, EveryVerbHasHelpWithExamples) {
  const Workplace place;
  const Outcome overview = place.run({"--help"});
  EXPECT_EQ(overview.code, 0);
  for (const std::string& verb : kVerbs) {
    EXPECT_NE(overview.out.find("\n  " + verb + " "), std::string::npos) << verb;
    const Outcome help = place.run({verb, "--help"});
    EXPECT_EQ(help.code, 0);
    EXPECT_TRUE(help.out.starts_with("amont " + verb + ": ")) << help.out;
    const std::size_t examples = help.out.find("\nExamples\n");
    ASSERT_NE(examples, std::string::npos) << verb;
    EXPECT_NE(help.out.find("amont", examples), std::string::npos) << verb;
    EXPECT_EQ(place.run({"help", verb}).out, help.out);
  }
  EXPECT_EQ(place.run({"help"}).out, overview.out);
  EXPECT_TRUE(place.run({"--version"}).out.starts_with("amont "));
}

TEST(Arguments, CompletionsNameEveryVerb) {
  const Workplace place;
  for (const std::string shell : {"bash", "zsh", "fish"}) {
    const Outcome outcome = place.run({"completion", shell});
    EXPECT_EQ(outcome.code, 0);
    for (const std::string& verb : kVerbs) EXPECT_NE(outcome.out.find(verb), std::string::npos) << shell << " " << verb;
    EXPECT_NE(outcome.out.find("granularity"), std::string::npos) << shell;
    EXPECT_NE(outcome.out.find("sources-of"), std::string::npos) << shell;
  }
}

TEST(Arguments, BashCompletesVerbsOptionsAndChoices) {
  if (std::system("bash --version > /dev/null 2>&1") != 0) GTEST_SKIP() << "there is no bash on this machine";
  const Workplace place;
  place.write("amont.bash", place.run({"completion", "bash"}).out);
  place.write("try.sh",
              ". ./amont.bash\n"
              "while read -ra COMP_WORDS; do\n"
              "  COMP_CWORD=$((${#COMP_WORDS[@]} - 1)); COMPREPLY=(); _amont\n"
              "  echo \"${COMPREPLY[*]}\"\n"
              "done > answers <<'END'\n"
              "amont upst\n"
              "amont -s hub touch\n"
              "amont upstream output:x --gran\n"
              "amont upstream --granularity v\n"
              "amont run sources\n"
              "amont completion z\n"
              "amont --json --col\n"
              "END\n");
  ASSERT_EQ(std::system(("cd '" + place.path("") + "' && bash try.sh").c_str()), 0);
  EXPECT_EQ(place.read("answers"), "upstream\ntouches\n--granularity\nvariable\nsources-of\nzsh\n--color\n");
}

}  // namespace
}  // namespace amont
