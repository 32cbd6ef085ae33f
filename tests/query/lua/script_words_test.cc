// Descriptions of words and what a script finds are the same words.
#include "amont/script_words.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <set>

#include "amont/lint.h"
#include "tests/query/lua/import_desk.h"

namespace amont {
namespace {

using Names = std::set<std::string>;

Names split(const std::string& text) {
  Names names;
  for (std::size_t at = 0; at < text.size();) {
    const std::size_t end = std::min(text.find_first_of(" \n", at), text.size());
    if (end > at) names.insert(text.substr(at, end - at));
    at = end + 1;
  }
  return names;
}

Names described(std::string_view of) {
  Names names;
  for (const ScriptWord& word : script_words())
    if (word.of == of) names.insert(word.name);
  return names;
}

class WordsDescribed : public testing::Test {
 protected:
  WordsDescribed() {
    hub.node("dataset:a", {{"title", "A"}}).node("run:r").node("output:o");
    hub.edge("used", "run:r", "dataset:a").edge("generated_by", "output:o", "run:r");
    hub.commit();
  }
  HubRegister hub;
};

TEST_F(WordsDescribed, AreThoseThatStandAlone) {
  Names found =
      split(hub.answer("local n = {} for name in pairs(_G) do n[#n + 1] = name end return table.concat(n, ' ')"));
  for (const std::string& name : described(""))
    if (hub.answer("return type(" + name + ")") != "nil\n")
      found.insert(name);  // those in Lua are made when they are named
  EXPECT_EQ(found, described(""));
}

TEST_F(WordsDescribed, AreTheFunctionsOfLuasLibraries) {
  for (const char* library : {"string", "table", "math", "utf8", "coroutine"}) {
    const std::string ask =
        "local n = {} for name in pairs(" + std::string(library) + ") do n[#n + 1] = name end return join(n, ' ')";
    const ScriptWord& word = *find_script_words(library).front();
    EXPECT_EQ(split(hub.answer(ask)), Names(word.takes.begin(), word.takes.end())) << library;
  }
}

TEST_F(WordsDescribed, CanBeAskedOfSetsNodesEdgesAndTimes) {
  const std::pair<const char*, const char*> kOwners[] = {{"set", "nodes()"},
                                                         {"node", "touches('dataset:a')[1] or upstream('output:o')[1]"},
                                                         {"edge", "edges('output:o')[1]"},
                                                         {"time", "time('2026-01-01')"}};
  for (const auto& [of, value] : kOwners)
    for (const std::string& name : described(of)) {
      const std::string answer = hub.answer("local x = " + std::string(value) + " return type(x." + name + ")");
      EXPECT_TRUE(answer.find("script:") == std::string::npos) << of << "." << name << ": " << answer;
    }
  // Whatever a misspelt name of a set is compared with is described.
  for (const char* name : {"only", "where", "has", "refs", "incoming", "outgoing"})
    EXPECT_TRUE(described("set").contains(name)) << name;
}

// Each option of a question is taken by the functions that say so, and by no other.
TEST_F(WordsDescribed, AreTheOptionsThatEachQuestionTakes) {
  const Names options = described("questions");
  for (const ScriptWord& word : script_words()) {
    const Names takes(word.takes.begin(), word.takes.end());
    if (!word.of.empty() || !takes.contains("depth") || word.group == "The answer and its blocks") continue;
    const bool of_two = word.call.find("(a, b") != std::string::npos && word.name != "chokepoints";
    for (const std::string& option : options) {
      const std::string since = word.name == "diff" ? "0, " : "";
      const std::string answer = hub.answer("return " + word.name + "(" + since + "'output:o', " +
                                            (of_two ? "'dataset:a', " : "") + "{" + option + " = {}})");
      const bool refused = answer.find("there is no option") != std::string::npos;
      EXPECT_EQ(refused, !takes.contains(option)) << word.name << " " << option << ": " << answer;
    }
  }
}

TEST_F(WordsDescribed, AreWhatEachBlockTakes) {
  Names options = described("blocks");
  options.merge(described("questions"));
  for (const ScriptWord& word : script_words()) {
    if (!word.of.empty() || word.group != "The answer and its blocks" || word.name == "print") continue;
    const Names takes(word.takes.begin(), word.takes.end());
    for (const std::string& option : options) {
      const std::string content = word.name == "text" || word.name == "report" ? "'x'"
                                  : word.name == "chart"                       ? "nodes(), value = 'tx'"
                                                                               : "nodes()";
      if (word.name == "chart" && option == "value") continue;
      const std::string answer = hub.answer("return " + word.name + "{" + content + ", " + option + " = {}}");
      const bool refused =
          answer.find("there is no option") != std::string::npos || answer.find(", and no \"") != std::string::npos;
      EXPECT_EQ(refused, !takes.contains(option)) << word.name << " " << option << ": " << answer;
    }
  }
}

TEST_F(WordsDescribed, AreThoseOfScriptsThatReadFiles) {
  ImportDesk desk;
  const std::string script =
      "--- Names.\n--- @format names\n--- @input lines\n"
      "function convert() for name in pairs(_G) do warn(name) end end\nfunction finish() end\n";
  ASSERT_TRUE(desk.import("names", script, {{"a", ""}}).ok());
  Names found;
  for (const std::string& said : desk.said) {
    const std::string name = said.substr(said.rfind(' ') + 1);
    if (find_script_words(name).empty() || find_script_words(name)[0]->group != "Of Lua itself") found.insert(name);
  }
  for (const ScriptWord& word : script_words())
    if (word.group == "Time" || word.name == "print") found.erase(word.name);  // as in other scripts
  Names all = described("import");
  all.merge(described("formats"));
  EXPECT_EQ(found, all);
}

TEST_F(WordsDescribed, AreThoseOfScriptsThatWrite) {
  const auto names_in = [&](const std::string& header, const std::string& body) {
    std::string written;
    const auto sink = [&](std::string_view bytes) { return written += bytes, Status(); };
    const auto done = export_with_script(*hub.store().snapshot(), nullptr, "names", header + body, {}, sink);
    EXPECT_TRUE(done.ok()) << done.status().text();
    Names names;
    for (std::size_t at = 0, end; (end = written.find('\n', at)) != std::string::npos; at = end + 1)
      names.insert(written.substr(at, end - at));
    return names;
  };
  Names found = names_in("--- @format names\n--- @output text\n",
                         "function export() for name in pairs(_G) do write(name, '\\n') end end\n");
  Names all = described("export");
  all.merge(described("formats"));
  for (const std::string& name : all) EXPECT_EQ(found.erase(name), 1u) << name;
  for (const ScriptWord& word : script_words())
    if (word.of.empty()) found.erase(word.name);
  EXPECT_EQ(found, Names());
}

TEST_F(WordsDescribed, AreWhatAtTakes) { EXPECT_EQ(described("at"), (Names{"known_at", "valid_at"})); }

TEST_F(WordsDescribed, AreWhole) {
  Names titles;
  for (const ScriptWord& word : script_words()) {
    EXPECT_TRUE(titles.insert(word.title()).second) << word.title() << " is described twice";
    EXPECT_FALSE(word.group.empty() || word.call.empty() || word.gives.empty()) << word.title();
    EXPECT_NE(word.call.find(word.name), std::string::npos) << word.title();
    EXPECT_TRUE(word.gives.ends_with('.') || word.gives.ends_with('`')) << word.title();
    const bool is_library = word.group == "Of Lua itself";
    for (const std::string& option : word.takes)
      EXPECT_TRUE(is_library || described("questions").contains(option) || described("blocks").contains(option) ||
                  described("at").contains(option))
          << word.title() << " takes " << option;
    if (word.group == "Of Lua itself" || word.of == "import" || word.of == "export" || word.of == "formats" ||
        word.name == "arg")
      continue;
    EXPECT_FALSE(word.example.empty()) << word.title();
    const auto findings = lint_script("example", word.example);
    const bool compiles = findings.ok() && std::ranges::none_of(*findings, [](const LintFinding& one) {
                            return one.text.find("nobody has the name") != std::string::npos;
                          });
    EXPECT_TRUE(compiles) << word.title();
  }
}

TEST_F(WordsDescribed, AreFoundByNameAndByOwner) {
  EXPECT_EQ(find_script_words("upstream").size(), 1u);
  EXPECT_EQ(find_script_words("incoming").size(), 2u);
  EXPECT_EQ(find_script_words("set:only").at(0)->title(), "set:only");
  EXPECT_EQ(find_script_words("string.format").at(0)->title(), "string");
  EXPECT_TRUE(find_script_words("upsteam").empty());
  EXPECT_EQ(nearest_script_word("upsteam"), "upstream");
}

}  // namespace
}  // namespace amont
