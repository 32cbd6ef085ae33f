// The real files of PROV: every one is taken, or refused for a reason that is right; what is in the register is what is counted here from
// the files without the script; what goes out comes back the same, and says for Python's package prov what the file said.
#include <gtest/gtest.h>
#include <simdjson.h>
#include <sys/wait.h>

#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <map>
#include <set>

#include "tests/query/lua/prov_desk.h"
#include "tests/support/corpus.h"
#include "tests/support/temp_dir.h"

namespace amont {
namespace {

namespace fs = std::filesystem;
using Json = simdjson::dom::element;

std::string contents(const fs::path& path) {
  std::ifstream in(path, std::ios::binary);
  return {std::istreambuf_iterator<char>(in), {}};
}

std::vector<fs::path> files_in(const fs::path& folder, const char* extension) {
  std::vector<fs::path> files;
  for (const auto& entry : fs::recursive_directory_iterator(folder))
    if (entry.path().extension() == extension) files.push_back(entry.path());
  std::ranges::sort(files);
  return files;
}

// How many there are of each section of PROV-JSON, by its name: elements by id, relations as often as they are told.
using Counts = std::map<std::string, std::size_t>;

void count_container(Json container, Counts& counts, std::map<std::string, std::set<std::string>>& ids) {
  for (const auto& [section, members] : container.get_object()) {
    const std::string name(section);
    if (name == "prefix") continue;
    for (const auto& [id, records] : members.get_object()) {
      if (name == "bundle") {
        count_container(records, counts, ids);
        continue;
      }
      std::size_t told = records.is_array() ? records.get_array().size() : 1;
      simdjson::dom::array of_one;  // a collection and all its members
      if (name == "hadMember" && records["prov:entity"].get(of_one) == simdjson::SUCCESS) told = of_one.size();
      if (name == "entity" || name == "activity" || name == "agent")
        ids[name].insert(std::string(id));
      else
        counts[name] += told;
    }
  }
}

Counts counted_in(const std::string& text) {
  simdjson::dom::parser parser;
  Counts counts;
  std::map<std::string, std::set<std::string>> ids;
  count_container(parser.parse(text).value(), counts, ids);
  for (const auto& [name, members] : ids) counts[name] = members.size();
  return counts;
}

// The same of a register, asked of its nodes and edges.
Counts counted_of(ImportDesk& desk) {
  const std::string told = desk.hub.answer(
      "local counts = {}\n"
      "local function count(name) counts[name] = (counts[name] or 0) + 1 end\n"
      "local classes = { dataset = 'entity', run = 'activity', agent = 'agent', organisation = 'agent' }\n"
      "local names = { generated_by = 'wasGeneratedBy', used = 'used', informed_by = 'wasInformedBy', started_by = "
      "'wasStartedBy',\n"
      "  ended_by = 'wasEndedBy', invalidated_by = 'wasInvalidatedBy', derived_from = 'wasDerivedFrom', attributed_to "
      "= 'wasAttributedTo',\n"
      "  performed_by = 'wasAssociatedWith', acts_for = 'actedOnBehalfOf', influenced_by = 'wasInfluencedBy',\n"
      "  version_of = 'specializationOf', alternate_of = 'alternateOf', part_of = 'hadMember' }\n"
      "for kind, class in pairs(classes) do\n"
      "  for n in nodes(kind) do\n"
      "    local described = #n:edges('down', 'describes') > 0\n"
      "    if described or not (n:get('undeclared') or n:get('unknown')) then count(class) end\n"
      "    for _, e in ipairs(n:edges('up')) do\n"
      "      if e.kind == 'version_of' and e:get('mentioned_in') then count('mentionOf') elseif e.kind ~= 'describes' "
      "then count(names[e.kind]) end\n"
      "    end\n"
      "  end\n"
      "end\n"
      "local lines = {}\n"
      "for name, n in pairs(counts) do lines[#lines + 1] = name .. ' ' .. n end\n"
      "return lines");
  Counts counts;
  std::istringstream lines(told);
  std::string name;
  for (std::size_t count; lines >> name >> count;) counts[name] = count;
  return counts;
}

// Pairs of documents for prov_equal.py.
class Pairs {
 public:
  void add(const fs::path& document, const std::string& prov_json) {
    const fs::path path = dir_ / (std::to_string(++count_) + ".json");
    std::ofstream(path, std::ios::binary) << prov_json;
    std::ofstream(dir_ / "pairs", std::ios::app) << document.string() << '\t' << path.string() << '\n';
  }

  // Nothing, with a word, where there is no such package. Debian's python3-prov is for Debian's own Python.
  void expect_equal() const {
    const fs::path script = fs::path(AMONT_SOURCE_DIR) / "tests/query/lua/prov_equal.py";
    const char* const set = std::getenv("AMONT_PYTHON_WITH_PROV");
    const std::string command = std::string(set ? set : "/usr/bin/python3") + " -B '" + script.string() + "' '" +
                                (dir_ / "pairs") + "' > '" + (dir_ / "told") + "' 2>&1";
    const int status = std::system(command.c_str());
    if (WIFEXITED(status) && WEXITSTATUS(status) == 3) GTEST_SKIP() << "python3-prov is not installed";
    EXPECT_EQ(status, 0) << contents(dir_ / "told").substr(0, 5000);
  }

 private:
  TempDir dir_;
  std::size_t count_ = 0;
};

TEST(ProvFiles, OfProvJsonAreTakenAndCountedAndComeBack) {
  const auto folder = corpus("data/c-prov/prov-json");
  if (!folder) GTEST_SKIP();
  Pairs pairs;
  std::size_t open_ends = 0;
  const std::vector<fs::path> files = files_in(*folder, ".json");
  for (const fs::path& file : files) {
    SCOPED_TRACE(file.filename().string());
    const std::string text = contents(file);
    ImportDesk desk;
    const Result<ImportReport> report = desk.import("formats/prov-json", {{file.filename().string(), text}});
    ASSERT_TRUE(report.ok()) << report.status().text();
    EXPECT_EQ(counted_of(desk), counted_in(text));
    EXPECT_EQ(lost_through(desk, "prov-json"), "");
    pairs.add(file, as_prov(desk, "prov-json"));
    // Where PROV-N can't leave an end open, what PROV-JSON leaves open is told to be left out.
    desk.said.clear();
    as_prov(desk, "prov-n");
    open_ends += desk.said.empty() ? 0 : 1;
    EXPECT_EQ(desk.said.empty() ? lost_through(desk, "prov-n") : "", "");
  }
  EXPECT_EQ(files.size(), 253u);
  EXPECT_EQ(open_ends, 9u);
  pairs.expect_equal();
}

TEST(ProvFiles, OfProvNAreTakenOrRefusedForWhatTheyAreAndComeBack) {
  const auto folder = corpus("data/c-prov/prov-n");
  if (!folder) GTEST_SKIP();
  Pairs pairs;
  std::map<std::string, int> refused;  // by reason
  std::string others;
  const std::vector<fs::path> files = files_in(*folder, ".provn");
  const std::vector<std::pair<const char*, const char*>> reasons = {
      {"is told twice, with", "an id with two pairs of ends, or two plans and the like"},
      {"is told as", "an id of two relations"},
      {"(constraint 55)", "an entity that is an activity"},
      {"can't be left open", "an end left open that must not be"},
      {"is told twice, as", "two times of an activity"},
      {"is not declared", "a prefix that is not declared"},
      {"no default namespace", "no default namespace"},
      {"at most", "too many arguments"},
      {"is no attribute", "an end as an attribute"},
      {"expected", "no PROV-N"},
      {"there is no statement", "no PROV-N"},
      {"has no end", "no PROV-N"},
      {"can't read", "no PROV-N"},
      {"is no time", "no time"}};
  for (const fs::path& file : files) {
    SCOPED_TRACE(file.filename().string());
    ImportDesk desk;
    const Result<ImportReport> report = desk.import("formats/prov-n", {{"x.provn", contents(file)}});
    if (!report.ok()) {
      const std::string why = report.status().text();
      EXPECT_TRUE(why.starts_with("x.provn:") && why[8] >= '0' && why[8] <= '9') << why;
      const auto reason =
          std::ranges::find_if(reasons, [&](const auto& one) { return why.find(one.first) != std::string::npos; });
      if (reason == reasons.end())
        others += file.filename().string() + ": " + why + "\n";
      else
        ++refused[reason->second];
      continue;
    }
    EXPECT_EQ(lost_on_the_way(desk), "");
    pairs.add(file, as_prov(desk, "prov-json"));
  }
  EXPECT_EQ(files.size(), 298u);
  EXPECT_EQ(others, "");
  std::string told;
  for (const auto& [reason, count] : refused) told += std::to_string(count) + " " + reason + "\n";
  EXPECT_EQ(told,
            "5 a prefix that is not declared\n1 an end as an attribute\n12 an end left open that must not be\n2 an "
            "entity that is an activity\n"
            "1 an id of two relations\n34 an id with two pairs of ends, or two plans and the like\n1 no PROV-N\n"
            "1 no default namespace\n1 too many arguments\n");
  pairs.expect_equal();
}

TEST(ProvFiles, OfUnificationEndAsTheirNamesSay) {
  const auto folder = corpus("data/c-prov/unification");
  if (!folder) GTEST_SKIP();
  const std::vector<fs::path> files = files_in(*folder, ".json");
  for (const fs::path& file : files) {
    SCOPED_TRACE(file.filename().string());
    ImportDesk desk;
    const Result<ImportReport> report = desk.import("formats/prov-json", {{"x.json", contents(file)}});
    const bool should_pass = file.filename().string().find("PASS") != std::string::npos;
    EXPECT_EQ(report.ok(), should_pass) << report.status().text();
    EXPECT_EQ(report.ok() ? "x.json:" : report.status().text().substr(0, 7), "x.json:");
    EXPECT_EQ(lost_on_the_way(desk), "");
  }
  EXPECT_EQ(files.size(), 8u);
}

TEST(ProvFiles, ThatAreMalformedAreRefusedWithTheirPlace) {
  const auto folder = corpus("data/c-prov/malformed");
  if (!folder) GTEST_SKIP();
  for (const fs::path& file : files_in(*folder, ".json")) {
    ImportDesk desk;
    const Result<ImportReport> report = desk.import("formats/prov-json", {{"x.json", contents(file)}});
    ASSERT_FALSE(report.ok()) << file;
    EXPECT_TRUE(report.status().text().starts_with("x.json:")) << file << report.status().text();
    EXPECT_EQ(desk.hub.store().info().visible, 1u);
  }
}

TEST(ProvFiles, ThatAreHostileEndAsExpected) {
  const auto folder = corpus("hostile/import");
  if (!folder) GTEST_SKIP();
  const std::map<std::string, std::string> expected = {
      {"prov-self-derivation.json", ""},
      {"prov-bundle-cycle.json", "x.json:1: the bundles ex:b1 and ex:b2 describe each other"},
      {"prov-bundle-nested.json", "x.json:1: bundle ex:b: a bundle can't have bundles"},
      {"prov-unknown-prefix.json", "x.json:1: entity zz:a: the prefix of zz:a is not declared"},
      {"prov-prefix-redefine.json", ""},
      {"prov-time.json", "x.json:1: activity ex:a: prov:endTime is no time: +999999999-01-01T00:00:00Z"},
      {"prov-quadratic.json", ""},
      {"prov-chain.json", ""}};
  for (const auto& [name, why] : expected) {
    ImportDesk desk;
    ScriptRunLimits limits;  // as an import has them, but with the memory of a question
    limits.steps_max = UINT64_MAX / 2;
    limits.time_ms = 600'000;
    const ShippedScript* script = find_shipped_script("formats/prov-json");
    const Result<ImportReport> report =
        desk.import("formats/prov-json", script->source, {{"x.json", contents(*folder / name)}}, false, limits);
    EXPECT_EQ(report.ok() ? "" : report.status().text(), why) << name;
    if (name == "prov-chain.json") {
      EXPECT_EQ(report->edges, 100'000u);
    }
  }
}

TEST(ProvFiles, OfTheExampleHubHaveAllOfIt) {
  ImportDesk desk;
  for (const fs::path& chapter : files_in(fs::path(AMONT_SOURCE_DIR) / "examples/hub", ".jsonl")) {
    std::ifstream in(chapter, std::ios::binary);
    const ByteSource bytes = [&in](std::span<char> out) -> Result<std::size_t> {
      in.read(out.data(), static_cast<std::streamsize>(out.size()));
      return static_cast<std::size_t>(in.gcount());
    };
    const Result<ImportReport> report = import_jsonl(desk.hub.store(), bytes, {});
    ASSERT_TRUE(report.ok()) << report.status().text();
  }
  EXPECT_EQ(lost_on_the_way(desk), "");
  Pairs pairs;
  const TempDir dir;
  std::ofstream(dir / "hub.provn", std::ios::binary) << as_prov(desk, "prov-n");
  pairs.add(dir / "hub.provn", as_prov(desk, "prov-json"));
  pairs.expect_equal();
}

// What CWLProv and wf4ever's runs have beside the formats that are read here is RDF, XML and JSON-LD.
TEST(ProvFiles, OfWorkflowRunsAreTaken) {
  const auto folder = corpus("data/c-prov");
  if (!folder) GTEST_SKIP();
  Pairs pairs;
  std::size_t taken = 0;
  for (const char* const group : {"cwlprov", "wf4ever"})
    for (const char* const format : {"json", "provn"})
      for (const fs::path& file : files_in(*folder / group, (std::string(".") + format).c_str())) {
        SCOPED_TRACE(file.string());
        ImportDesk desk;
        const bool is_json = std::string(format) == "json";
        const Result<ImportReport> report =
            desk.import(is_json ? "formats/prov-json" : "formats/prov-n", {{"x", contents(file)}});
        EXPECT_TRUE(report.ok()) << report.status().text();
        if (!report.ok()) continue;
        ++taken;
        EXPECT_EQ(lost_on_the_way(desk), "");
        pairs.add(file, as_prov(desk, "prov-json"));
      }
  EXPECT_EQ(taken, 32u);
  pairs.expect_equal();
}

}  // namespace
}  // namespace amont
