// The corpus of hostile imports: each file ends as its EXPECT.json says, or, where the file is no JSONL, in a refusal
// with line and column; memory stays bounded, and nothing of a refused file is in the register.
#include <gtest/gtest.h>

#include <sys/resource.h>

#include <filesystem>
#include <fstream>
#include <iterator>
#include <map>
#include <regex>
#include <string>

#include "amont/exchange.h"
#include "tests/support/corpus.h"
#include "tests/support/exchange_desk.h"

namespace amont {
namespace {

std::string contents(const std::filesystem::path& path) {
  std::ifstream in(path, std::ios::binary);
  return {std::istreambuf_iterator<char>(in), {}};
}

std::string records(ExchangeDesk& desk) {
  const std::string all = desk.exported_jsonl();
  return all.substr(all.find('\n') + 1);
}

std::size_t resident_bytes_max() {
  rusage usage{};
  getrusage(RUSAGE_SELF, &usage);
  return static_cast<std::size_t>(usage.ru_maxrss) * 1024;
}

Result<ImportReport> offered(ExchangeDesk& desk, const std::filesystem::path& path, bool keep_going = false) {
  return path.extension() == ".csv" ? desk.csv(contents(path), keep_going) : desk.jsonl(contents(path), keep_going);
}

TEST(HostileImport, FilesOfOurOwnFormatsEndAsExpected) {
  const auto root = corpus("hostile/import");
  if (!root) GTEST_SKIP();
  // What must be said, or what is in the register afterwards.
  const std::map<std::string, std::string> refused = {
      {"csv-unclosed-quote.csv", "in.csv:2:11: a quote opens here and never closes"},
      {"csv-ragged.csv", "in.csv:2:1: the row has 3 cells, and the header 4"},
      {"csv-latin1.csv", "in.csv:2:14: it is not UTF-8 at byte offset 13"},
      {"csv-wide.csv", "in.csv:1:1: 20002 columns are more than the 1004 that there may be"},
      {"csv-mixed-eol.csv",
       "in.csv:3:12: a carriage return (CR) stands alone here; rows end with LF or CRLF, and in a cell it needs quotes "
       "around the cell"},
      {"jsonl-mixed.jsonl",
       "in.jsonl:2:21: a field's name in double quotes is expected here; found }; is there a comma too many?"},
      {"jsonl-array-line.jsonl", "in.jsonl:1:1: an object, { ... }, is expected here; found \"[\""},
  };
  const std::map<std::string, std::string> accepted = {
      {"jsonl-blank-and-crlf.jsonl", "{\"node\":\"dataset:a\"}\n{\"node\":\"dataset:b\"}\n"},
      // EXPECT.json says reject:duplicate-key, but the file's columns differ: kind,key,id,title. csv_test has a header
      // with one twice.
      {"csv-dup-header.csv", "{\"node\":\"dataset:1\",\"props\":{\"id\":\"2\",\"title\":\"x\"}}\n"},
      {"jsonl-dup-id.jsonl", "{\"node\":\"dataset:a\",\"props\":{\"v\":2}}\n"},
  };
  std::size_t seen = 0;
  for (const auto& entry : std::filesystem::directory_iterator(*root)) {
    const std::string name = entry.path().filename();
    if (!(name.starts_with("csv-") || name.starts_with("jsonl-")) || name.find("pii") != std::string::npos) continue;
    ++seen;
    ExchangeDesk desk;
    const auto report = offered(desk, entry.path());
    if (const auto text = refused.find(name); text != refused.end()) {
      ASSERT_FALSE(report.ok()) << name;
      EXPECT_EQ(report.status().text(), text->second) << name;
      EXPECT_EQ(desk.store().info().head, 1u) << name;
    } else {
      ASSERT_TRUE(report.ok()) << name << ": " << report.status().text();
      ASSERT_TRUE(accepted.contains(name)) << name;
      EXPECT_EQ(records(desk), accepted.at(name)) << name;
    }
  }
  EXPECT_EQ(seen, 10u);
}

TEST(HostileImport, ABadLineAmongGoodOnesIsTheOnlyOneLeftOutUnderKeepGoing) {
  const auto root = corpus("hostile/import");
  if (!root) GTEST_SKIP();
  ExchangeDesk desk;
  const auto report = offered(desk, *root / "jsonl-mixed.jsonl", true);
  ASSERT_TRUE(report.ok()) << report.status().text();
  EXPECT_EQ(report->rejected, 1u);
  EXPECT_EQ(desk.rejects.at(0).where.text(), "in.jsonl:2:21");
  EXPECT_EQ(records(desk), "{\"node\":\"dataset:a\"}\n{\"node\":\"dataset:c\"}\n");
}

TEST(HostileImport, OtherJsonOfferedAsJsonlIsRefusedWithLineAndColumn) {
  const auto root = corpus("hostile/import");
  if (!root) GTEST_SKIP();
  const std::regex place("^in\\.jsonl:[0-9]+:[0-9]+: .+");
  std::size_t seen = 0;
  ExchangeDesk desk;
  for (const auto& entry : std::filesystem::directory_iterator(*root)) {
    const std::string name = entry.path().filename();
    if (entry.path().extension() != ".json" || name == "EXPECT.json") continue;
    ++seen;
    const auto report = offered(desk, entry.path());
    ASSERT_FALSE(report.ok()) << name;
    EXPECT_TRUE(report.code() == Code::kInvalid || report.code() == Code::kLimit) << name;
    EXPECT_TRUE(std::regex_search(report.status().text(), place)) << name << ": " << report.status().text();
    EXPECT_LT(report.status().text().size(), 400u) << name;
    EXPECT_EQ(desk.store().info().head, 1u) << name;
  }
  EXPECT_EQ(seen, 30u);
}

// The same hostile pieces inside a line of our own format, where a reader that is not strict would take them.
TEST(HostileImport, HostilePiecesInsideALineAreRefused) {
  const std::size_t resident_before = resident_bytes_max();
  std::string deep_lists = "{\"node\":\"dataset:a\",\"props\":{\"u\":" + std::string(5'000'000, '[');
  std::string deep_objects = "{\"node\":\"dataset:a\",\"props\":{\"u\":";
  for (int i = 0; i < 1'000'000; ++i) deep_objects += "{\"a\":";
  std::string many = "{\"node\":\"dataset:a\",\"props\":{";
  for (int i = 0; i < 1'000'000; ++i) many += "\"p" + std::to_string(i) + "\":1,";
  const std::string long_exponent = "{\"node\":\"dataset:a\",\"props\":{\"u\":1e" + std::string(10'000, '9') + "}}";
  const std::string long_number = "{\"node\":\"dataset:a\",\"props\":{\"u\":" + std::string(1'000'000, '9') + "}}";
  const std::string long_value = "{\"node\":\"dataset:a\",\"props\":{\"u\":\"" + std::string(10 << 20, 'x') + "\"}}";
  const std::string long_key = "{\"node\":\"dataset:" + std::string(10 << 20, 'x') + "\"}";
  const std::string long_name = "{\"node\":\"dataset:a\",\"props\":{\"" + std::string(10 << 20, 'x') + "\":1}}";
  const std::string long_field = "{\"" + std::string(10 << 20, 'x') + "\":1}";
  ExchangeDesk desk;
  for (const std::string* text :
       std::initializer_list<const std::string*>{&deep_lists, &deep_objects, &many, &long_exponent, &long_number,
                                                 &long_value, &long_key, &long_name, &long_field}) {
    const auto report = desk.jsonl(*text);
    ASSERT_FALSE(report.ok()) << text->substr(0, 60);
    EXPECT_TRUE(report.status().text().starts_with("in.jsonl:1:")) << report.status().text().substr(0, 200);
    EXPECT_LT(report.status().text().size(), 400u) << text->substr(0, 60);
  }
  for (int c = 0; c < 0x20; ++c) {
    const std::string text =
        std::string("{\"node\":\"dataset:a\",\"props\":{\"u\":\"x") + static_cast<char>(c) + "\"}}";
    EXPECT_FALSE(desk.jsonl(text).ok()) << c;
  }
  for (const std::string bytes : {"\x80", "\xc0\xaf", "\xe0\x80\xaf", "\xed\xa0\x80", "\xf4\x90\x80\x80",
                                  "\xf8\x88\x80\x80\x80", "\xc3", "\xff"}) {
    EXPECT_FALSE(desk.jsonl("{\"node\":\"dataset:a\",\"props\":{\"u\":\"" + bytes + "\"}}").ok());
    EXPECT_FALSE(desk.jsonl("{\"node\":\"dataset:" + bytes + "\"}").ok());
  }
  EXPECT_EQ(desk.store().info().head, 1u);
  EXPECT_LT(resident_bytes_max() - resident_before, 400u << 20);
}

}  // namespace
}  // namespace amont
