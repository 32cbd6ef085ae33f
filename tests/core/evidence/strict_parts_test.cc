// What verifiers of bundles refuse in parts that only the holder of the key can make: each line of tests/format/parts.txt, against
// which the verifier in Python is held too.
#include <gtest/gtest.h>

#include <charconv>
#include <fstream>
#include <sstream>
#include <string>

#include "core/evidence/proven.h"
#include "core/record/part_format.h"

namespace amont {
namespace {

unsigned number_in(std::string_view text, int base) {
  unsigned value = 0;
  EXPECT_EQ(std::from_chars(text.data(), text.data() + text.size(), value, base).ec, std::errc());
  return value;
}

// Of a word of the file: digits, and XX*N. for N times a byte.
std::string bytes_of(std::string_view word) {
  std::string out;
  for (std::size_t at = 0; at < word.size();) {
    const auto byte = static_cast<char>(number_in(word.substr(at, 2), 16));
    at += 2;
    std::size_t times = 1;
    if (at < word.size() && word[at] == '*') {
      const std::size_t end = word.find('.', at);
      times = number_in(word.substr(at + 1, end - at - 1), 10);
      at = end + 1;
    }
    out.append(times, byte);
  }
  return out;
}

struct Line {
  bool taken = false;
  std::string what;
  std::vector<std::string> parts;
};

std::vector<Line> lines() {
  std::vector<Line> out;
  std::ifstream file(AMONT_SOURCE_DIR "/tests/format/parts.txt");
  for (std::string text; std::getline(file, text);) {
    if (text.starts_with("#")) continue;
    const std::size_t first = text.find(": "), last = text.rfind(": ");
    Line& line = out.emplace_back();
    line.taken = text.substr(0, first) == "taken";
    line.what = text.substr(first + 2, last - first - 2);
    std::istringstream words(text.substr(last + 2));
    for (std::string word; words >> word;) line.parts.push_back(bytes_of(word));
  }
  return out;
}

// All of one transaction's parts; proofs are not looked at here.
ProvenTransaction transaction_of(const std::vector<std::string>& parts) {
  ProvenTransaction out;
  out.head.number = out.visible = 1;
  for (std::uint32_t i = 0; i < parts.size(); ++i) {
    out.parts.push_back({i, {}, parts[i]});
    out.head.schema_version += parts[i][0] == kSchema;
  }
  return out;
}

TEST(StrictParts, OnlyWhatAWriterGivesIsTaken) {
  const std::vector<Line> all = lines();
  EXPECT_GT(all.size(), 80u);
  for (const Line& line : all) {
    const auto proven = put_together({transaction_of(line.parts)});
    EXPECT_EQ(proven.code(), line.taken ? Code::kOk : Code::kRefused) << line.what << " " << proven.status().text();
  }
}

// Transaction 2, alone; the same bytes as in verify_bundle_test.py.
std::string header_with(std::size_t at, std::string_view digits, char kind = 0) {
  std::string header(160, '\0');
  const auto put = [&](std::size_t place, std::string_view text) {
    header.replace(place, text.size() / 2, bytes_of(text));
  };
  put(0, "01");
  header.replace(8, 16, bytes_of("11*16."));
  put(24, "0000000000000002");
  put(32, "0006475c63f7a000");
  put(56, "00000001");
  put(at, digits);
  if (kind != 0) header[1] = kind;
  return header;
}

TEST(StrictHeaders, OnlyWhatAWriterGivesIsTaken) {
  const std::string plain = "0000000000000000", first = "0000000000000001", second = "0000000000000002";
  EXPECT_TRUE(decode_header(header_with(40, plain)).ok());
  EXPECT_TRUE(decode_header(header_with(40, second, 1)).ok());
  for (const char kind : {2, 3, 4}) EXPECT_TRUE(decode_header(header_with(40, first, kind)).ok());
  const std::pair<std::size_t, const char*> changes[] = {
      {0, "02"},  {1, "05"},  {2, "01"},           {3, "01"}, {60, "01"}, {128, "01"}, {159, "01"},
      {32, "7f"}, {32, "80"}, {40, first.c_str()}, {1, "01"}, {1, "02"},  {1, "03"}};
  for (const auto& [at, digits] : changes)
    EXPECT_FALSE(decode_header(header_with(at, digits)).ok()) << at << " " << digits;
}

}  // namespace
}  // namespace amont
