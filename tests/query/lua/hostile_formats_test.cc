// The corpus of hostile imports, offered to every format that ships: what is no JSON or no CSV ends in a refusal that says what and
// where, what is but is no such format is refused by the script, and nothing of it is in the register. Memory stays bounded.
#include <gtest/gtest.h>

#include <sys/resource.h>

#include <filesystem>
#include <fstream>
#include <iterator>
#include <map>

#include "tests/query/lua/import_desk.h"
#include "tests/support/corpus.h"

namespace amont {
namespace {

std::string contents(const std::filesystem::path& path) {
  std::ifstream in(path, std::ios::binary);
  return {std::istreambuf_iterator<char>(in), {}};
}

std::size_t resident_bytes_max() {
  rusage usage{};
  getrusage(RUSAGE_SELF, &usage);
  return static_cast<std::size_t>(usage.ru_maxrss) * 1024;
}

// A part of what must be said of each file that EXPECT.json wants refused for what it is as JSON.
const std::map<std::string, std::string> kJsonFaults = {
    {"json-deep-arrays.json", "deep"},
    {"json-deep-objects.json", "deep"},
    {"json-duplicate-keys.json", "twice"},
    {"json-duplicate-escaped-key.json", "twice"},
    {"json-huge-exp.json", "a real must fit 64 bits"},
    {"json-long-exp.json", "a real must fit 64 bits"},
    {"json-nan.json", "expected"},
    {"json-leading-zero.json", ""},
    {"json-overlong-utf8.json", "UTF-8"},
    {"json-cesu-surrogate.json", "UTF-8"},
    {"json-reversed-surrogates.json", "surrogate"},
    {"json-trailing.json", ""},
    {"json-trailing-garbage.json", ""},
    {"json-comment.json", "expected"},
};

TEST(HostileFormats, NoJsonIsTakenForWhatItIsNot) {
  const auto root = corpus("hostile/import");
  if (!root) GTEST_SKIP();
  std::size_t seen = 0;
  for (const char* const format :
       {"formats/openlineage", "formats/dbt", "formats/table-schema", "formats/ro-crate", "formats/csvw"})
    for (const auto& entry : std::filesystem::directory_iterator(*root)) {
      const std::string name = entry.path().filename();
      if (entry.path().extension() != ".json" || name == "EXPECT.json" || name == "json-empty.json") continue;
      ++seen;
      ImportDesk desk;
      const auto report = desk.import(format, {{name, contents(entry.path())}});
      if (report.ok()) {
        // A table schema needs a name to be one; without it nothing is put, and that is said.
        EXPECT_FALSE(report->receipt.written) << format << " " << name;
        EXPECT_FALSE(desk.said.empty()) << format << " " << name;
        EXPECT_FALSE(kJsonFaults.contains(name)) << format << " took " << name;
        continue;
      }
      EXPECT_TRUE(report.code() == Code::kInvalid || report.code() == Code::kLimit || report.code() == Code::kScript)
          << format << " " << name << ": " << report.status().text();
      const std::string said = report.status().text();
      EXPECT_TRUE(said.starts_with(name) || said.starts_with("input: " + name)) << said;  // the second when all is read
      EXPECT_LT(report.status().text().size(), 600u) << name;
      const auto fault = kJsonFaults.find(name);
      const std::string word = fault == kJsonFaults.end() ? "" : fault->second;
      EXPECT_NE(report.status().text().find(word), std::string::npos) << format << ": " << report.status().text();
      EXPECT_EQ(desk.hub.store().info().head, 1u) << name;
    }
  EXPECT_EQ(seen, 5u * 29);
  EXPECT_LT(resident_bytes_max(), std::size_t{1} << 30);
}

TEST(HostileFormats, RowsOfCsvEndAsExpected) {
  const auto root = corpus("hostile/import");
  if (!root) GTEST_SKIP();
  const std::string any =
      "--- Any rows.\n--- @format any\n--- @input csv\n"
      "function convert(next_row) for row in next_row do node(row.kind .. ':' .. row.key) end end\n";
  const std::map<std::string, std::string> refused = {
      {"csv-unclosed-quote.csv", "csv-unclosed-quote.csv:2: a quote opens here and never closes"},
      {"csv-ragged.csv", "csv-ragged.csv:2: the row has 3 cells, and there are 4 columns"},
      {"csv-latin1.csv", "csv-latin1.csv:2: it is not UTF-8 at byte offset 13"},
      {"csv-wide.csv", "csv-wide.csv:1: a row of more than 4096 cells"},
      {"csv-mixed-eol.csv", "csv-mixed-eol.csv:3: a carriage return (CR) stands alone here"},
  };
  for (const auto& [name, why] : refused) {
    ImportDesk desk;
    const auto report = desk.import("any", any, {{name, contents(*root / name)}});
    ASSERT_FALSE(report.ok()) << name;
    EXPECT_EQ(report.status().text().substr(0, why.size()), why);
    EXPECT_EQ(desk.hub.store().info().head, 1u) << name;
    ImportDesk register_desk;
    for (const char* const format : {"formats/nhs-data-uses", "formats/data-uses", "formats/snds-csv"})
      EXPECT_FALSE(register_desk.import(format, {{name, contents(*root / name)}}).ok()) << format << " " << name;
  }
  ImportDesk desk;  // its columns differ: kind, key, id, title
  EXPECT_TRUE(desk.import("any", any, {{"x.csv", contents(*root / "csv-dup-header.csv")}}).ok());
}

}  // namespace
}  // namespace amont
