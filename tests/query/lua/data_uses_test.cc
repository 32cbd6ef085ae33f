// Registers of data uses by their columns, and the CSV files beside the dictionary of the SNDS.
#include <gtest/gtest.h>

#include <filesystem>
#include <map>
#include <set>

#include "core/exchange/csv_reader.h"
#include "tests/query/lua/export_desk.h"
#include "tests/support/corpus.h"

namespace amont {
namespace {

const std::string kUses = "formats/data-uses";
const std::string kSnds = "formats/snds-csv";

TEST(DataUses, TheStandardOfHdrUkIsProjectsApprovalsAndDeliveries) {
  ImportDesk desk;
  const auto report = desk.import(
      kUses, {{"uses.csv",
               "Project ID,Project title,Lead applicant organisation name,Applicant names,Funders/Sponsors,Lay summary,"
               "Request category type,Latest approval date,Dataset(s) name,National data opt-out "
               "applied?,Release/Access date,Access type\n"
               "P 1,Hearts,The University,Jane Doe,\"Wellcome, MRC\",About hearts,Research,2021-03-04,\"HES, "
               "Deaths\",No,05/06/2021,TRE\n"
               "P 2,Lungs,The University,,,,,soon,HES,,,\n"}});
  ASSERT_TRUE(report.ok()) << report.status().text();
  EXPECT_EQ(
      desk.hub.answer(
          "return rows { nodes('project', 'approval', 'run', 'dataset', 'organisation', 'purpose'), 'ref', 'title' }"),
      "ref | title\n"
      "approval:hdruk/P 1 | Hearts\n"
      "approval:hdruk/P 2 | Lungs\n"
      "dataset:hdruk/deaths | Deaths\n"
      "dataset:hdruk/hes | HES\n"
      "organisation:hdruk/mrc | MRC\n"
      "organisation:hdruk/the-university | The University\n"
      "organisation:hdruk/wellcome | Wellcome\n"
      "project:hdruk/P 1 | Hearts\n"
      "project:hdruk/P 2 | Lungs\n"
      "purpose:hdruk/research | Research\n"
      "run:hdruk/P 1 | Data for Hearts\n");
  EXPECT_EQ(
      desk.hub.answer(
          "local a, r = node('approval:hdruk/P 1'), node('run:hdruk/P 1')\n"
          "return a.valid_from, a:outgoing('covers'):refs(), r.started_at, r.opt_out_applied, "
          "r:outgoing('used'):refs(),\n"
          "  node('project:hdruk/P 1'):get('register_access_type'), node('project:hdruk/P 2'):outgoing('used'):refs()"),
      "2021-03-04T00:00:00Z\ndataset:hdruk/deaths\ndataset:hdruk/hes\n2021-06-05T00:00:00Z\nno\ndataset:hdruk/deaths\n"
      "dataset:hdruk/hes\nTRE\ndataset:hdruk/hes\n");
  EXPECT_EQ(desk.exported().find("Jane"), std::string::npos);
  EXPECT_EQ(desk.said,
            (std::vector<std::string>{"warning uses.csv:3: Latest approval date is no day and was left out: soon",
                                      "warning input: applicants are named in 1 cells, and were left out"}));
}

TEST(DataUses, EarlierVersionsInACatalogueAreKeptAndEmptyWordsCounted) {
  ImportDesk desk;
  const auto report = desk.import("formats/data-uses",
                                  {{"c.csv",
                                    "pid,title,abstract,publisher,datasetStartDate,statisticalPopulation,1.0.0,2.0.0\n"
                                    "p1,T,A,P,N/A,Not Available,id-1,id-2\n"}});
  ASSERT_TRUE(report.ok()) << report.status().text();
  EXPECT_EQ(desk.said, std::vector<std::string>{
                           "warning input: cells that say in words that there is nothing, which were left out: 2"});
  EXPECT_EQ(desk.hub.answer("return join(node('dataset:hdruk/p1'):get('register_versions'), '; ')"),
            "1.0.0 id-1; 2.0.0 id-2\n");
}

TEST(DataUses, OtherColumnsAreRefused) {
  ImportDesk desk;
  const auto report = desk.import(kUses, {{"x.csv", "a,b\n1,2\n"}});
  EXPECT_EQ(report.status().text(),
            "x.csv:1: its columns are of no register that is known here; `registers` in formats/data-uses.lua has "
            "those that are");
}

// The rows of a file, each by column, by a reader that is not the script's.
std::vector<std::map<std::string, std::string>> rows_of(const std::filesystem::path& path, char separator = ',') {
  std::string text = text_of_file(path);
  if (text.starts_with("\xef\xbb\xbf")) text.erase(0, 3);
  std::vector<std::vector<std::string>> rows(1);
  std::string cell;
  bool quoted = false;
  for (std::size_t i = 0; i < text.size(); ++i) {
    const char c = text[i];
    if (c == '"' && quoted && i + 1 < text.size() && text[i + 1] == '"') {
      cell += c;
      ++i;
    } else if (c == '"') {
      quoted = !quoted;
    } else if (!quoted && c == separator) {
      rows.back().push_back(std::exchange(cell, {}));
    } else if (!quoted && c == '\n') {
      rows.back().push_back(std::exchange(cell, {}));
      rows.emplace_back();
    } else if (quoted || c != '\r') {
      cell += c;
    }
  }
  if (!cell.empty() || !rows.back().empty()) rows.back().push_back(cell);
  std::vector<std::map<std::string, std::string>> out;
  for (std::size_t i = 1; i < rows.size(); ++i) {
    if (rows[i].size() < rows[0].size()) continue;
    for (std::size_t c = 0; c < rows[0].size(); ++c) out.resize(i), out[i - 1][rows[0][c]] = rows[i][c];
  }
  return out;
}

TEST(DataUses, RealRegistersHaveWhatTheirFilesHave) {
  const auto folder = corpus("data/b-registers");
  if (!folder) GTEST_SKIP();
  const auto imported = [&](ImportDesk& desk, const char* name) {
    const auto report = desk.import(kUses, {{name, text_of_file(*folder / name)}});
    EXPECT_TRUE(report.ok()) << name << ": " << report.status().text();
  };
  {
    ImportDesk desk;
    imported(desk, "other-uk/cprd_protocols.csv");
    std::set<std::string> titles, linked;
    for (auto& row : rows_of(*folder / "other-uk/cprd_protocols.csv")) {
      titles.insert(row["Title"]);
      std::istringstream names(row["Linkages"]);
      for (std::string name; std::getline(names, name, ';');) linked.insert(name);
    }
    EXPECT_EQ(desk.hub.answer("return #nodes('project'), #nodes('approval')"),
              std::to_string(titles.size()) + "\n" + std::to_string(titles.size()) + "\n");
    EXPECT_LE(std::stoul(desk.hub.answer("return #nodes('dataset')")), linked.size());
    EXPECT_EQ(titles.size(), 898u);
  }
  {
    ImportDesk desk;
    imported(desk, "other-uk/nihr_bioresource_studies.csv");
    std::set<std::string> institutions;
    const auto rows = rows_of(*folder / "other-uk/nihr_bioresource_studies.csv");
    for (auto row : rows) institutions.insert(row["Institution or Company"]);
    EXPECT_EQ(desk.hub.answer("return #nodes('project')"), std::to_string(rows.size()) + "\n");
    EXPECT_LE(std::stoul(desk.hub.answer("return #nodes('organisation')")), institutions.size());
    EXPECT_EQ(desk.hub.answer("return node('project:nihr-bioresource/NBR98'):incoming('controls')[1].title"),
              "Cambridge University Hospital NHS Foundation Trust\n");
  }
  {
    ImportDesk desk;
    imported(desk, "other-uk/hsc_northern_ireland_projects.csv");
    EXPECT_EQ(desk.hub.answer("return #nodes('project'), node('project:hsc-ni/R-050').title, "
                              "node('project:hsc-ni/R-050'):incoming('controls')[1].title"),
              "56\nLinking Psychological Therapies Service outcomes data with hospital admissions and prescriptions "
              "data\nNHSCT\n");
  }
  {
    ImportDesk desk;
    imported(desk, "hdruk-catalogue/hdruk_datasets.csv");
    std::set<std::string> publishers;
    const auto rows = rows_of(*folder / "hdruk-catalogue/hdruk_datasets.csv");
    for (auto row : rows) publishers.insert(row["publisher"]);
    EXPECT_EQ(desk.hub.answer("return #nodes('dataset'), #nodes('organisation')"),
              std::to_string(rows.size()) + "\n" + std::to_string(publishers.size()) + "\n");
  }
  ImportDesk desk;
  EXPECT_FALSE(desk.import(kUses, {{"spec.csv", text_of_file(*folder / "data_use_register_field_spec_v2.csv")}}).ok());
}

// ---- CSV of the SNDS --------------------------------------------------------------------------------------------------

TEST(SndsCsv, CodesNeedTheirSchema) {
  ImportDesk desk;
  const TextFile codes = {"n/IR_X_V.csv", "COD;LIB\n1;\"One; or more\"\n2;Two, too\n"};
  EXPECT_EQ(desk.import(kSnds, {codes}).status().text().substr(0, 90),
            "n/IR_X_V.csv:1: it is neither a history of the SNDS, nor codes of a nomenclature IR_X_V th");
  ASSERT_TRUE(
      desk.import(
              "formats/table-schema",
              {{"IR_X_V.json",
                R"({"name": "IR_X_V", "fields": [{"name": "COD", "role": "code"}, {"name": "LIB", "role": "label"}]})"}})
          .ok());
  ASSERT_TRUE(desk.import(kSnds, {codes}).ok());
  EXPECT_EQ(desk.hub.answer("return node('nomenclature:IR_X_V').n_codes, node('nomenclature:IR_X_V'):get('codes')"),
            "2\n1 One; or more\n2 Two, too\n");
}

TEST(SndsCsv, HistoriesTellTheYearsInWhichSomethingWasSeen) {
  ImportDesk desk;
  ASSERT_TRUE(
      desk.import(
              "formats/table-schema",
              {{"T.json",
                R"({"name": "T_MCOaaB", "produit": "PMSI MCO", "fields": [{"name": "V", "dateDeleted": "2017"}]})"}})
          .ok());
  const auto report = desk.import(
      kSnds, {{"v.csv", "table,var,created,deleted,missings\nT_MCOXXB,V,2006,2016,2012_2013\nT_X,W,20x6,2017,\n"},
              {"t.csv", "var,created,deleted,missings\nT_MCOXXB,2006,2017,\n"}});
  ASSERT_TRUE(report.ok()) << report.status().text();
  EXPECT_EQ(desk.hub.answer(
                "local v = node('variable:snds/T_MCOaaB/V')\n"
                "return v:get('first_year_seen'), v:get('last_year_seen'), v:get('years_not_seen'), v.deleted_year,\n"
                "  node('dataset:snds/T_MCOaaB'):get('last_year_seen'), "
                "node('variable:snds/T_X/W'):outgoing('part_of'):refs()"),
            "2006\n2016\n2012\n2013\n2017\n2017\ndataset:snds/T_X\n");
  EXPECT_EQ(desk.said, std::vector<std::string>{"warning v.csv:3: created is not a year and was left out: 20x6"});
}

TEST(SndsCsv, TheWholeOfItHasWhatIsCountedInTheFiles) {
  const auto folder = corpus("data/a-snds");
  if (!folder) GTEST_SKIP();
  ImportDesk desk;
  std::vector<TextFile> schemas, codes;
  std::map<std::string, std::size_t> counted;
  for (const auto& entry : std::filesystem::directory_iterator(*folder / "nomenclatures")) {
    const bool is_csv = entry.path().extension() == ".csv";
    (is_csv ? codes : schemas).push_back({entry.path().filename(), text_of_file(entry.path())});
    if (is_csv) counted[entry.path().stem()] = rows_of(entry.path(), ';').size();
  }
  ASSERT_TRUE(desk.import("formats/table-schema", schemas).ok());
  const auto report = desk.import(kSnds, codes);
  ASSERT_TRUE(report.ok()) << report.status().text();
  ASSERT_EQ(counted.size(), 144u);
  for (const auto& [code, rows] : counted)
    EXPECT_EQ(desk.hub.answer("return node('nomenclature:" + code + "').n_codes"), std::to_string(rows) + "\n") << code;

  const auto histories =
      desk.import(kSnds, {{"tables_history.csv", text_of_file(*folder / "tables_history.csv")},
                          {"variables_history.csv", text_of_file(*folder / "variables_history.csv")}});
  ASSERT_TRUE(histories.ok()) << histories.status().text();
  std::set<std::string> variables, tables;
  for (auto row : rows_of(*folder / "variables_history.csv")) {
    variables.insert(row["table"] + "/" + row["var"]);
    tables.insert(row["table"]);
  }
  for (auto row : rows_of(*folder / "tables_history.csv")) tables.insert(row["var"]);
  EXPECT_EQ(desk.hub.answer("return #nodes('variable'), #nodes('dataset')"),
            std::to_string(variables.size()) + "\n" + std::to_string(tables.size()) + "\n");
}

TEST(CsvReader, TakesSemicolonsWhereTheFirstLineHasThemAndNoComma) {
  const auto cells = [](std::string text, CsvReader::Separator separator) {
    const ByteSource source = [&text](std::span<char> out) -> Result<std::size_t> {
      const std::size_t count = std::min(out.size(), text.size());
      text.copy(out.data(), count);
      text.erase(0, count);
      return count;
    };
    CsvReader reader(source, separator);
    CsvRow row;
    std::string all;
    while (*reader.next(row)) {
      for (std::size_t i = 0; i < row.cell_count; ++i) all += "[" + std::string(row.cells[i].text) + "]";
      all += "\n";
    }
    return all;
  };
  constexpr auto kLooks = CsvReader::Separator::kAsFirstLine;
  EXPECT_EQ(cells("a;b\n1,5;\"x;y\"\n", kLooks), "[a][b]\n[1,5][x;y]\n");
  EXPECT_EQ(cells("\"a,x\";b\n1;2\n", kLooks), "[a,x][b]\n[1][2]\n");
  EXPECT_EQ(cells("a;b,c\n1;5,2\n", kLooks), "[a;b][c]\n[1;5][2]\n");
  EXPECT_EQ(cells("a;b\n1;2\n", CsvReader::Separator::kComma), "[a;b]\n[1;2]\n");
}

}  // namespace
}  // namespace amont
