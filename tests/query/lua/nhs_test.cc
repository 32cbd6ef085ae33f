// The register of data uses that NHS Digital published in February 2021.
#include <gtest/gtest.h>

#include <filesystem>
#include <fstream>
#include <iterator>
#include <map>
#include <set>

#include "tests/query/lua/import_desk.h"
#include "tests/support/corpus.h"

namespace amont {
namespace {

const std::string kFormat = "formats/nhs-data-uses";
const std::string kReleaseNames =
    "RowID,Organisation Name,Type of Data Provided,\"Data provided to customer:\nIdentifiable\",Frequency,NIC Number,"
    "Patient Opt-Outs applied\n";

TEST(NhsDataUses, AgreementsAreProjectsAndTheirVersionsSupersedeEachOther) {
  const TextFile first = {"r.csv",
                          kReleaseNames +
                              "R1,The Org,HES: Admitted,Identifiable,Ongoing,DARS-NIC-1-A-v0.4,Yes - upheld\n"
                              "R2,THE ORG,HES: Admitted,Anonymised - ICO code compliant,One-Off,DARS-NIC-1-A-v0.4,\n"};
  const TextFile second = {"s.csv",
                           "Reference Number,Organisation,Objective for Processing,Yielded Benefits\n"
                           "DARS-NIC-1-A-v2.0,The Org,\"To know,\nand tell\",\nOLD,Other Org,Something,Much\n"};
  const TextFile third = {"t.csv", kReleaseNames +
                                       "R3,The Org,Deaths,,System Access,DARS-NIC-1-A-v1.10,"
                                       "No - Statutory exemption: this is exempt\n"};
  ImportDesk desk;
  ASSERT_TRUE(desk.import(kFormat, {first, second}).ok());
  EXPECT_EQ(desk.hub.answer("return node('approval:nhs/DARS-NIC-1-A-v2.0'):outgoing('supersedes'):refs()"),
            "approval:nhs/DARS-NIC-1-A-v0.4\n");
  ASSERT_TRUE(desk.import(kFormat, {third}).ok());
  EXPECT_EQ(
      desk.hub.answer(
          "local function before(v) return node('approval:nhs/DARS-NIC-1-A-v' .. v):outgoing('supersedes'):refs() end\n"
          "return before('2.0'), before('1.10'), node('project:nhs/DARS-NIC-1-A'):incoming('for_project'):refs()"),
      "approval:nhs/DARS-NIC-1-A-v1.10\napproval:nhs/DARS-NIC-1-A-v0.4\napproval:nhs/DARS-NIC-1-A-v0.4\n"
      "approval:nhs/DARS-NIC-1-A-v1.10\napproval:nhs/DARS-NIC-1-A-v2.0\n");
  EXPECT_EQ(
      desk.hub.answer("local r, s = node('run:nhs/R1'), node('run:nhs/R3')\n"
                      "return r:outgoing('used'):refs(), r:outgoing('under'):refs(), r.identifiability, r.frequency, "
                      "r:get('opt_out_applied'), s:get('opt_out_applied'), "
                      "node('approval:nhs/DARS-NIC-1-A-v0.4'):edges('up', 'covers')[1]:get('identifiability'), "
                      "node('approval:nhs/DARS-NIC-1-A-v2.0'):get('objective'), node('organisation:nhs/the-org').name"),
      "dataset:nhs/hes-admitted\napproval:nhs/DARS-NIC-1-A-v0.4\nnominative\nongoing\nyes\nexempt\nnominative\n"
      "To know,\nand tell\nThe Org\n");

  ImportDesk turned;
  ASSERT_TRUE(turned.import(kFormat, {third, second}).ok());
  ASSERT_TRUE(turned.import(kFormat, {first}).ok());
  EXPECT_EQ(turned.exported(), desk.exported());
  const auto again = desk.import(kFormat, {third, first, second});
  ASSERT_TRUE(again.ok());
  EXPECT_FALSE(again->receipt.written);
  EXPECT_EQ(desk.import(kFormat, {{"x.csv", "a,b\n1,2\n"}}).status().text(),
            "x.csv:1: it has neither a column RowID nor Reference Number: it is no part of this register");
}

// Rows of a CSV file with quotes, read here without the library's reader.
std::vector<std::vector<std::string>> rows_of(const std::string& text) {
  std::vector<std::vector<std::string>> rows;
  std::vector<std::string> row(1);
  bool quoted = false;
  for (std::size_t i = 0; i < text.size(); ++i) {
    const char c = text[i];
    if (quoted && c == '"' && i + 1 < text.size() && text[i + 1] == '"') {
      row.back().push_back(text[++i]);
    } else if (c == '"') {
      quoted = !quoted;
    } else if (quoted || (c != ',' && c != '\n' && c != '\r')) {
      row.back().push_back(c);
    } else if (c == ',') {
      row.emplace_back();
    } else if (c == '\n') {
      rows.push_back(std::exchange(row, std::vector<std::string>(1)));
    }
  }
  return rows;
}

TEST(NhsDataUses, AColumnThatIsNewIsKeptAndOneRowIdOfTwoReleasesIsRefused) {
  const std::string names = "RowID,Organisation Name,Type of Data Provided,NIC Number,New Column\n";
  ImportDesk desk;
  const auto report = desk.import(
      kFormat, {{"r.csv", names + "R1,Org,Deaths,N-1-v1.0,said\nR1,Org,Deaths,N-1-v1.0,said later\n"},
                {"s.csv", "Reference Number,Organisation,Yielded Benefits,Another\nN-1-v1.0,Org,Much,too\n"}});
  ASSERT_TRUE(report.ok()) << report.status().text();
  EXPECT_EQ(desk.said, std::vector<std::string>{
                           "warning input: rows whose RowID another row had before, of which the later one stands: 1"});
  EXPECT_EQ(desk.hub.answer("return node('run:nhs/R1'):get('register_new_column'), "
                            "node('approval:nhs/N-1-v1.0'):get('register_another')"),
            "said later\ntoo\n");
  EXPECT_EQ(ImportDesk()
                .import(kFormat, {{"r.csv", names + "R1,Org,Deaths,N-1-v1.0,\nR1,Other,Deaths,N-1-v1.0,\n"}})
                .status()
                .text(),
            "r.csv:3: the RowID R1 is that of another release before; each needs a number of its own");
}

TEST(NhsDataUses, TheRealRegisterIsThereWhole) {
  const auto root = corpus("data/b-registers/nhs-digital-2021-02");
  if (!root) GTEST_SKIP();
  std::vector<TextFile> files;
  for (const char* name : {"data_releases.csv", "explanation_of_terms.csv", "purpose_statements.csv"}) {
    std::ifstream in(*root / name, std::ios::binary);
    files.push_back({name, {std::istreambuf_iterator<char>(in), {}}});
  }
  std::set<std::string> agreements, stems, data, exempt;
  std::set<std::pair<std::string, std::string>> covered;
  std::map<std::string, std::set<std::string>> versions;
  const auto meet = [&](const std::string& number) {
    agreements.insert(number);
    const std::size_t v = number.rfind("-v");
    const bool versioned = v != std::string::npos && number.find('.', v) != std::string::npos;
    stems.insert(versioned ? number.substr(0, v) : number);
    if (versioned) versions[number.substr(0, v)].insert(number);
  };
  const auto releases = rows_of(files[0].text), statements = rows_of(files[2].text);
  for (std::size_t i = 1; i < releases.size(); ++i) {
    meet(releases[i][8]);
    data.insert(releases[i][2]);
    covered.emplace(releases[i][8], releases[i][2]);
    if (releases[i][10].find("exempt") != std::string::npos) exempt.insert(releases[i][0]);
  }
  for (std::size_t i = 1; i < statements.size(); ++i) meet(statements[i][0]);
  std::size_t superseded = 0;
  for (const auto& [stem, all] : versions) superseded += all.size() - 1;
  ASSERT_EQ(releases.size(), 3083u);
  ASSERT_EQ(superseded, 3u);

  ImportDesk desk;
  const auto report = desk.import(kFormat, files);
  ASSERT_TRUE(report.ok()) << report.status().text();
  const Result<StoreStats> stats = desk.hub.store().stats();
  ASSERT_TRUE(stats.ok());
  std::map<std::string, std::size_t> has;
  for (const KindCount& kind : stats->nodes) has[kind.name] = kind.count;
  for (const KindCount& kind : stats->edges) has[kind.name] = kind.count;
  EXPECT_EQ(has["run"], releases.size() - 1);
  EXPECT_EQ(has["used"], releases.size() - 1);
  EXPECT_EQ(has["under"], releases.size() - 1);
  EXPECT_EQ(has["approval"], agreements.size());
  EXPECT_EQ(has["project"], stems.size());
  EXPECT_EQ(has["dataset"], data.size());
  EXPECT_EQ(has["covers"], covered.size());
  EXPECT_EQ(has["supersedes"], superseded);
  EXPECT_EQ(desk.hub.answer("return #nodes('run'):where{opt_out_applied = 'exempt'}"),
            std::to_string(exempt.size()) + "\n");
  EXPECT_EQ(desk.hub.answer("return node('approval:nhs/DARS-NIC-392201-S6C3W-v1.3'):outgoing('supersedes'):refs()"),
            "approval:nhs/DARS-NIC-392201-S6C3W-v0.4\n");
  EXPECT_EQ(desk.said.size(), 5u) << "four cells cut by a spreadsheet, and the terms that are explained";
}

}  // namespace
}  // namespace amont
