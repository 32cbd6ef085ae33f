// run and scripts.

#include <gtest/gtest.h>

#include <filesystem>

#include "tests/tools/command.h"

namespace amont {
namespace {

class ScriptVerbs : public testing::Test {
 protected:
  static void SetUpTestSuite() {
    place_ = new Workplace;
    make_hub(*place_);
  }
  static void TearDownTestSuite() {
    delete place_;
    place_ = nullptr;
  }
  static Outcome run(std::vector<std::string> words) {
    words.insert(words.begin(), {"-s", "hub"});
    return place_->run(words);
  }
  static inline Workplace* place_ = nullptr;
};

constexpr std::string_view kReport =
    "complete: 2 rows; known at transaction 4 (2026-01-04T00:00:00Z), valid at any time\n";

// A script of rows, text and print, with each type of parameter that the command treats by itself.
constexpr std::string_view kMine =
    "--- Shows what it was given.\n"
    "--- @param word text  a word\n"
    "--- @param loud? boolean  in capitals\n"
    "print(\"printed\")\n"
    "return report {\n"
    "  title = \"Given\",\n"
    "  text(arg.loud and arg.word:upper() or arg.word),\n"
    "  rows { { { name = \"=1+1\", n = 2 }, { name = \"b\", n = -3 } }, \"name\", \"n\", title = \"Rows\" },\n"
    "}\n";

TEST_F(ScriptVerbs, ArgumentsMayBeWrittenInEachWay) {
  place_->write("mine.lua", kMine);
  const std::string expected =
      "printed\n\nGiven\n\nhello\n\nRows\nname   n\n=1+1   2\nb     -3\n\n" + std::string(kReport);
  for (const std::vector<std::string>& words :
       std::vector<std::vector<std::string>>{{"run", "mine.lua", "hello"},
                                             {"run", "mine.lua", "word=hello"},
                                             {"run", "mine.lua", "--word", "hello"},
                                             {"run", "mine.lua", "--word=hello"},
                                             {"run", "--timeout", "30", "mine.lua", "--loud", "false", "hello"}}) {
    const Outcome outcome = run(words);
    EXPECT_EQ(outcome.out, expected) << testing::PrintToString(words) << outcome.err;
    EXPECT_EQ(outcome.code, 0);
  }
  EXPECT_NE(run({"run", "mine.lua", "--loud", "hello"}).out.find("\nHELLO\n"), std::string::npos);
  EXPECT_NE(run({"run", "mine.lua", "--", "--hello"}).out.find("\n--hello\n"), std::string::npos);
}

TEST_F(ScriptVerbs, WrongArgumentsAreBadUse) {
  place_->write("mine.lua", kMine);
  const Outcome unknown = run({"run", "mine.lua", "hello", "--lowd"});
  EXPECT_EQ(unknown.code, 2);
  EXPECT_EQ(unknown.err, "amont: mine does not take --lowd; it takes word=text [--loud]; did you mean loud?\n");
  const Outcome slip = run({"run", "mine.lua", "wordd=hello"});
  EXPECT_EQ(slip.err, "amont: mine does not take wordd; it takes word=text [--loud]; did you mean word?\n");
  EXPECT_EQ(run({"run", "mine.lua", "--", "wordd=hello"}).code, 0);
  EXPECT_EQ(run({"run", "mine.lua", "hello", "word=twice"}).code, 2);
  EXPECT_EQ(run({"run", "mine.lua", "--word"}).code, 2);
  EXPECT_EQ(run({"run", "mine.lua"}).code, 2);
  EXPECT_EQ(run({"run", "sources-of", "output:none"}).code, 3);
}

TEST_F(ScriptVerbs, AReportIsRenderedInEachFormat) {
  place_->write("mine.lua", kMine);
  const Outcome json = run({"run", "mine.lua", "hello", "--json"});
  EXPECT_TRUE(is_json(json.out)) << json.out;
  EXPECT_NE(json.out.find("\"options\": {\"script\": \"mine\", \"arguments\": {\"word\": \"hello\"}}"),
            std::string::npos)
      << json.out;
  EXPECT_NE(json.out.find(" \"title\": \"Given\", \"printed\": \"printed\\n\",\n"), std::string::npos) << json.out;
  EXPECT_NE(
      json.out.find(
          "{\"title\": \"Rows\", \"columns\": [\"name\", \"n\"], \"rows\": [\n   [\"=1+1\", 2],\n   [\"b\", -3]]}"),
      std::string::npos)
      << json.out;
  const Outcome ndjson = run({"run", "mine.lua", "hello", "--format", "ndjson"});
  EXPECT_TRUE(is_ndjson(ndjson.out));
  EXPECT_TRUE(
      ndjson.out.ends_with("{\"block\": 1, \"text\": \"hello\"}\n"
                           "{\"block\": 2, \"row\": {\"name\": \"=1+1\", \"n\": 2}}\n"
                           "{\"block\": 2, \"row\": {\"name\": \"b\", \"n\": -3}}\n"))
      << ndjson.out;
  EXPECT_EQ(run({"run", "mine.lua", "hello", "--format", "csv"}).out, "name,n\n'=1+1,2\nb,-3\n");
  EXPECT_EQ(run({"run", "mine.lua", "hello", "--format", "csv", "--raw"}).out, "name,n\n=1+1,2\nb,-3\n");
}

TEST_F(ScriptVerbs, ShippedScriptsAnswer) {
  const Outcome outcome = run({"run", "sources-of", "output:y"});
  EXPECT_EQ(outcome.code, 0) << outcome.err;
  EXPECT_NE(outcome.out.find("dataset:claims  Claims of 2025      1  exact"), std::string::npos) << outcome.out;
  EXPECT_EQ(run({"run", "sources-of", "output:x", "--exact", "--strict"}).code, 4);
  const Outcome then = run({"run", "register-summary", "--known-at", "2"});
  EXPECT_NE(then.out.find("The register at transaction 2\n"), std::string::npos) << then.out << then.err;
}

TEST_F(ScriptVerbs, ErrorsAndBudgetsHaveTheirExitCodes) {
  place_->write("fails.lua", "--- Fails.\nerror(\"no\\27[2J\")\n");
  const Outcome fails = run({"run", "fails.lua"});
  EXPECT_EQ(fails.code, 2);
  EXPECT_NE(fails.err.find("fails:2:"), std::string::npos) << fails.err;
  EXPECT_NE(fails.err.find("no\\u{1b}[2J"), std::string::npos) << fails.err;
  place_->write("loops.lua", "--- Loops.\nwhile true do end\n");
  EXPECT_EQ(run({"run", "loops.lua", "--timeout", "0.2"}).code, 4);
  EXPECT_EQ(run({"--quiet", "run", "loops.lua", "--steps", "10000"}).code, 4);
  EXPECT_EQ(run({"run", "absent.lua"}).code, 3);
  EXPECT_EQ(run({"run", "absent"}).code, 3);
  EXPECT_EQ(run({"run", "formats/table-schema"}).code, 2);
}

TEST_F(ScriptVerbs, ScriptsTellsWhatThereIsAndWhatOneTakes) {
  const Outcome list = place_->run({"scripts"});
  EXPECT_EQ(list.code, 0);
  EXPECT_NE(list.out.find("sources-of "), std::string::npos) << list.out;
  EXPECT_NE(list.out.find("import --format table-schema\n"), std::string::npos) << list.out;
  EXPECT_TRUE(is_json(place_->run({"scripts", "--json"}).out));
  const Outcome one = place_->run({"scripts", "sources-of"});
  EXPECT_TRUE(one.out.starts_with("amont run sources-of result=ref [--exact]\n\nWhich sources fed a result?\n"))
      << one.out;
  EXPECT_TRUE(place_->run({"scripts", "sources-of", "--source"}).out.starts_with("--- Which sources fed a result?\n"));
  EXPECT_EQ(place_->run({"scripts", "absent"}).code, 3);
}

TEST_F(ScriptVerbs, TheAnswerNoEndsWithOne) {
  place_->write("no.lua", "return report { answer = false, text \"No.\" }\n");
  place_->write("yes.lua", "return report { answer = true, text \"Yes.\" }\n");
  place_->write("both.lua", "return report { answer = true }, report { answer = false }\n");
  place_->write("bare.lua", "return reaches(\"output:x\", \"dataset:claims\")\n");
  place_->write("neither.lua", "return report { answer = \"no\" }\n");
  const Outcome no = run({"run", "no.lua", "--json"});
  EXPECT_EQ(no.code, 1);
  EXPECT_NE(no.out.find("\"printed\": \"\", \"answer\": false,"), std::string::npos) << no.out;
  EXPECT_EQ(run({"run", "no.lua", "--trusted"}).code, 1);
  EXPECT_EQ(run({"run", "yes.lua"}).code, 0);
  EXPECT_EQ(run({"run", "both.lua"}).code, 1);
  EXPECT_EQ(run({"run", "bare.lua"}).code, 1);
  const Outcome neither = run({"run", "neither.lua"});
  EXPECT_EQ(neither.code, 2);
  EXPECT_NE(neither.err.find("answer must be true or false"), std::string::npos) << neither.err;
}

TEST_F(ScriptVerbs, LimitsAreToldWithTheirOptions) {
  place_->write("loops.lua", "while true do end\n");
  place_->write("rows.lua", "return rows{{{a = 1}, {a = 2}}, \"a\"}\n");
  place_->write("output.lua", "print((\"x\"):rep(2000000)) return 1\n");
  const Outcome steps = run({"run", "loops.lua", "--steps", "20000"});
  EXPECT_EQ(steps.code, 4);
  EXPECT_NE(steps.err.find("used up its 20000 steps"), std::string::npos) << steps.err;
  EXPECT_NE(steps.err.find("it had --timeout 10 (seconds), --steps 20000, --memory 64 and --output 16 (MiB), --rows "),
            std::string::npos)
      << steps.err;
  EXPECT_EQ(run({"run", "rows.lua", "--rows", "2"}).code, 0);
  const Outcome rows = run({"run", "rows.lua", "--rows", "1"});
  EXPECT_EQ(rows.code, 4);
  EXPECT_EQ(rows.out, "");
  EXPECT_NE(rows.err.find("more than 1 rows"), std::string::npos) << rows.err;
  EXPECT_EQ(run({"run", "output.lua"}).code, 0);
  EXPECT_EQ(run({"run", "output.lua", "--output", "1"}).code, 4);
  EXPECT_EQ(run({"run", "output.lua", "--output", "0"}).code, 2);
  // What can't be checked in time is not wrong use.
  EXPECT_EQ(run({"check", "loops.lua", "--steps", "20000"}).code, 4);
  EXPECT_EQ(run({"check", "rows.lua", "--rows", "1"}).code, 4);
  EXPECT_EQ(run({"check", "rows.lua"}).code, 1);
}

// Where a script ran is seen on a system that can't confine a process: there, what would run apart is refused.
class TrustLevels : public ScriptVerbs {
 protected:
  static void SetUpTestSuite() {
    ScriptVerbs::SetUpTestSuite();
    for (const char* const folder : {"mine", "mine/deep", "open", "others"})
      std::filesystem::create_directory(place_->path(folder));
    for (const char* const file : {"a.lua", "mine/a.lua", "mine/deep/a.lua", "open/a.lua", "others/a.lua"})
      place_->write(file, "return 1\n");
    std::filesystem::permissions(place_->path("open"), std::filesystem::perms::all);
    std::filesystem::create_symlink("../others/a.lua", place_->path("mine/leads-out.lua"));
    std::filesystem::create_symlink("mine", place_->path("same"));
  }
  static bool runs_here(std::vector<std::string> words, const std::vector<std::string>& environment = {}) {
    words.insert(words.begin(), {"-s", "hub", "run"});
    const Outcome outcome = place_->run_without_seccomp(words, environment);
    EXPECT_TRUE(outcome.code == 0 || outcome.err.find("--trusted runs it in this process") != std::string::npos)
        << outcome.code << outcome.err;
    return outcome.code == 0;
  }
};

TEST_F(TrustLevels, WhatShipsAndWhatIsTrustedRunsHere) {
  EXPECT_TRUE(runs_here({"register-summary"}));
  EXPECT_FALSE(runs_here({"register-summary", "--untrusted"}));
  EXPECT_FALSE(runs_here({"a.lua"}));
  EXPECT_TRUE(runs_here({"a.lua", "--trusted"}));
  EXPECT_TRUE(runs_here({"mine/a.lua", "--trusted-folder", "mine"}));
  EXPECT_TRUE(runs_here({"mine/deep/a.lua", "--trusted-folder", "./mine/"}));
  EXPECT_TRUE(runs_here({"same/a.lua", "--trusted-folder", "mine"}));
  EXPECT_TRUE(runs_here({"mine/a.lua"}, {"AMONT_TRUSTED=/nowhere:mine"}));
  EXPECT_TRUE(runs_here({"mine/a.lua"}, {"AMONT_TRUSTED=open:mine"})) << "what can't be trusted stops what lies in it";
  EXPECT_FALSE(runs_here({"a.lua"}, {"AMONT_TRUSTED=open"}));
}

TEST_F(TrustLevels, WhatLiesElsewhereRunsApart) {
  EXPECT_FALSE(runs_here({"others/a.lua", "--trusted-folder", "mine"}));
  EXPECT_FALSE(runs_here({"mine/leads-out.lua", "--trusted-folder", "mine"}));
  EXPECT_FALSE(runs_here({"mine/../others/a.lua", "--trusted-folder", "mine"}));
  EXPECT_FALSE(runs_here({"mine/a.lua", "--untrusted", "--trusted-folder", "mine"}));
  EXPECT_FALSE(runs_here({"mine/a.lua"}, {"AMONT_TRUSTED="}));
  // A file that anyone may write to, in a folder that is trusted.
  place_->write("mine/loose.lua", "return 1\n");
  std::filesystem::permissions(place_->path("mine/loose.lua"), std::filesystem::perms::all);
  EXPECT_FALSE(runs_here({"mine/loose.lua", "--trusted-folder", "mine"}));
}

TEST_F(TrustLevels, FoldersThatCannotBeTrustedAreRefused) {
  const Outcome open = run({"run", "open/a.lua", "--trusted-folder", "open"});
  EXPECT_EQ(open.code, 2);
  EXPECT_NE(open.err.find("may write in open or above it"), std::string::npos) << open.err;
  EXPECT_EQ(run({"run", "a.lua", "--trusted-folder", "absent"}).code, 3);
  EXPECT_EQ(run({"run", "a.lua", "--trusted", "--untrusted"}).code, 2);
}

TEST_F(TrustLevels, RulesFollowTheSame) {
  place_->write("mine/rule.lua", "return rows{nodes(\"project\"), \"ref\"}\n");
  const Outcome apart = run({"check", "mine/rule.lua", "--json"});
  const Outcome here = run({"check", "mine/rule.lua", "--json", "--trusted"});
  EXPECT_EQ(apart.code, 1) << apart.err;
  EXPECT_EQ(apart.out, here.out);
  EXPECT_EQ(place_->run_without_seccomp({"-s", "hub", "check", "mine/rule.lua"}).code, 2);
  EXPECT_EQ(place_->run_without_seccomp({"-s", "hub", "check", "mine/rule.lua", "--trusted"}).code, 1);
}

TEST(ScriptsAtTheKeyboard, ErrorsShowTheLineWithAMarkUnderWhatTheyName) {
  Workplace place;
  ASSERT_EQ(place.run({"-s", "hub", "init"}).code, 0);
  place.write("slip.lua", "local x = set {}\nreturn upsteam(x)\n");
  const Outcome outcome = place.run({"-s", "hub", "run", "slip.lua"});
  EXPECT_EQ(outcome.code, 2);
  EXPECT_EQ(outcome.err,
            "amont: slip:2: there is no 'upsteam'; did you mean 'upstream'?\n"
            "    2 | return upsteam(x)\n"
            "      |        ^^^^^^^\n");
}

TEST(ScriptsAtTheKeyboard, LintLooksWithoutRunning) {
  Workplace place;
  place.write("slip.lua", "return upsteam(1)\n");
  place.write("fine.lua", "return 1\n");
  const Outcome outcome = place.run({"lint", "slip.lua", "fine.lua"});
  EXPECT_EQ(outcome.code, 1);
  EXPECT_EQ(outcome.out,
            "slip.lua:1:8: nobody has the name \"upsteam\"; did you mean \"upstream\"?\n"
            "    1 | return upsteam(1)\n"
            "      |        ^^^^^^^\n");
  EXPECT_EQ(place.run({"lint", "fine.lua"}).code, 0);
  EXPECT_TRUE(is_json(place.run({"lint", "slip.lua", "--json"}).out));
}

}  // namespace
}  // namespace amont
