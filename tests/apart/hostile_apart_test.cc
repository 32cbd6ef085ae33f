// Every script of the corpus of hostile scripts ends the same way here and apart, as its header expects, and leaves the next one alone.
#include <gtest/gtest.h>

#include <algorithm>
#include <fstream>
#include <iterator>

#include "tests/apart/apart_register.h"
#include "tests/support/corpus.h"

namespace amont {
namespace {

constexpr std::uint64_t kTimeMs = 300;  // for those that may run into their limits

std::vector<std::string> scripts() {
  const auto folder = corpus("hostile/lua");
  std::vector<std::string> names;
  if (!folder) return names;
  for (const auto& entry : std::filesystem::directory_iterator(*folder))
    if (entry.path().extension() == ".lua") names.push_back(entry.path().stem().string());
  std::sort(names.begin(), names.end());
  return names;
}

// "OK:first result", "LIMIT", "ERROR"; "SHAPE" when it came to its end and what it returned can't be shown.
std::string outcome_of(const Result<Report>& report) {
  switch (report.code()) {
    case Code::kOk: {
      const bool has_text = !report->blocks.empty() && report->blocks[0].what == ReportBlock::What::kText;
      return "OK:" + (has_text ? report->blocks[0].text : "");
    }
    case Code::kLimit:
    case Code::kTimeout: return "LIMIT";
    default: return report.status().text().starts_with("result[") ? "SHAPE" : "ERROR";
  }
}

bool is_expected(const std::string& outcome, const std::string& expectation) {
  if (outcome == "SHAPE") return expectation.find("OK") != std::string::npos;
  for (std::size_t at = 0; at <= expectation.size();) {
    const std::size_t end = std::min(expectation.find('|', at), expectation.size());
    const std::string one = expectation.substr(at, end - at);
    if (one == "OK" ? outcome.starts_with("OK:") : outcome == one) return true;
    at = end + 1;
  }
  return false;
}

ApartRegister& hub() {
  static ApartRegister one;
  return one;
}

class HostileApart : public testing::TestWithParam<std::string> {};

TEST_P(HostileApart, EndsAsItDoesHere) {
  std::ifstream file(*corpus("hostile/lua/" + GetParam() + ".lua"));
  const std::string source{std::istreambuf_iterator<char>(file), {}};
  const std::string label = "-- expect: ";
  const std::size_t at = source.find(label);
  ASSERT_NE(at, std::string::npos);
  const std::string expectation = source.substr(at + label.size(), source.find('\n', at) - at - label.size());
  ScriptRunLimits limits;
  if (expectation.find("LIMIT") != std::string::npos) limits.time_ms = kTimeMs;

  const Result<Report> here = hub().here(source, limits);
  const Result<Report> apart = hub().apart(source, limits);
  EXPECT_TRUE(is_expected(outcome_of(here), expectation)) << here.status().text();
  EXPECT_TRUE(is_expected(outcome_of(apart), expectation)) << apart.status().text();
  // Which limit a script meets first depends on the time it is given; how it ends otherwise does not.
  if (outcome_of(here) != "LIMIT" && outcome_of(apart) != "LIMIT") {
    EXPECT_EQ(bytes_of(here), bytes_of(apart));
  }
  for (const std::string killed : {"its process", "was killed"})
    EXPECT_EQ(apart.status().text().find(killed), std::string::npos) << apart.status().text();

  const std::string next = "local t = {} for k in pairs({b = 1, a = 2}) do t[#t + 1] = k end return table.concat(t)";
  EXPECT_EQ(outcome_of(hub().apart(next)), "OK:ab");
}

INSTANTIATE_TEST_SUITE_P(Corpus, HostileApart, testing::ValuesIn(scripts()), [](const auto& script) {
  std::string name = script.param;
  std::replace(name.begin(), name.end(), '-', '_');
  return name;
});
GTEST_ALLOW_UNINSTANTIATED_PARAMETERIZED_TEST(HostileApart);

}  // namespace
}  // namespace amont
