// Every script of the corpus of hostile scripts ends as its header expects, in time, and leaves the next script alone.
#include <fmt/format.h>
#include <gtest/gtest.h>
#include <time.h>

#include <algorithm>
#include <chrono>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <string>
#include <vector>

#include "query/lua/sandbox.h"
#include "query/lua/value_reader.h"
#include "tests/support/corpus.h"

namespace amont {
namespace {

constexpr std::uint64_t kTimeMs = 300;         // for scripts that may run into their limits
constexpr std::uint64_t kCalmTimeMs = 10'000;  // for scripts that must come to their end
constexpr std::uint64_t kOverMs = 250;
constexpr std::uint64_t kMemoryBytes = 64ull << 20;

std::vector<std::string> scripts() {
  const auto folder = corpus("hostile/lua");
  std::vector<std::string> names;
  if (!folder) return names;
  for (const auto& entry : std::filesystem::directory_iterator(*folder)) {
    if (entry.path().extension() == ".lua") names.push_back(entry.path().stem().string());
  }
  std::sort(names.begin(), names.end());
  return names;
}

std::string source_of(const std::string& name) {
  const auto path = corpus("hostile/lua/" + name + ".lua");
  if (!path) return {};
  std::ifstream file(*path);
  return {std::istreambuf_iterator<char>(file), {}};
}

// What follows "-- expect: " in the header.
std::string expectation_in(const std::string& source) {
  const std::string label = "-- expect: ";
  const std::size_t at = source.find(label);
  if (at == std::string::npos) return {};
  return source.substr(at + label.size(), source.find('\n', at) - at - label.size());
}

struct Ending {
  std::string outcome;             // "OK:first result", "ERROR" or "LIMIT"
  std::vector<Status> unreadable;  // why results could not be read
  std::string text;                // of the status
  std::uint64_t cpu_ms = 0;
  std::uint64_t bytes_peak = 0;
};

std::uint64_t thread_ms() {
  timespec now{};
  clock_gettime(CLOCK_THREAD_CPUTIME_ID, &now);
  return static_cast<std::uint64_t>(now.tv_sec) * 1000 + static_cast<std::uint64_t>(now.tv_nsec) / 1'000'000;
}

Ending run(const std::string& name, const std::string& source, std::uint64_t time_ms = kCalmTimeMs) {
  Ending ending;
  const std::uint64_t before = thread_ms();
  {
    auto made = Sandbox::create({.time_ms = time_ms, .memory_bytes = kMemoryBytes});
    if (!made.ok()) return {"no sandbox", {}, made.status().text()};
    Sandbox& sandbox = **made;
    Status status = sandbox.load(name, source);
    std::string first_text;
    if (status.ok()) {
      status = sandbox.run([&](lua_State* L, int first, int count) {
        std::string_view text;
        if (count > 0 && read_text(L, first, &text)) first_text = text.substr(0, 1000);
        for (int i = first; i < first + count; ++i) {
          if (Status read = read_value(L, i).status(); !read.ok()) ending.unreadable.push_back(std::move(read));
        }
        return Status();
      });
    }
    const bool is_limit = status.code() == Code::kLimit || status.code() == Code::kTimeout;
    ending.outcome = status.ok()                      ? "OK:" + first_text
                     : is_limit                       ? "LIMIT"
                     : status.code() == Code::kScript ? "ERROR"
                                                      : "other";
    ending.text = status.text();
    ending.bytes_peak = sandbox.budget().bytes_peak();
  }
  ending.cpu_ms = thread_ms() - before;
  return ending;
}

// Whether an outcome is one of "LIMIT|ERROR|OK:contained", where "OK" stands for any result.
bool is_expected(const std::string& outcome, const std::string& expectation) {
  for (std::size_t at = 0; at <= expectation.size();) {
    const std::size_t end = std::min(expectation.find('|', at), expectation.size());
    const std::string one = expectation.substr(at, end - at);
    if (one == "OK" ? outcome.starts_with("OK:") : outcome == one) return true;
    at = end + 1;
  }
  return false;
}

class HostileLua : public testing::TestWithParam<std::string> {};

TEST_P(HostileLua, IsContained) {
  const std::string source = source_of(GetParam());
  const std::string expectation = expectation_in(source);
  ASSERT_FALSE(expectation.empty()) << "no '-- expect:' in the header";
  const std::uint64_t time_ms = expectation.find("LIMIT") == std::string::npos ? kCalmTimeMs : kTimeMs;
  const Ending ending = run(GetParam(), source, time_ms);
  EXPECT_TRUE(is_expected(ending.outcome, expectation)) << ending.outcome << " instead of " << expectation << "\n"
                                                        << ending.text;
  EXPECT_LE(ending.cpu_ms, time_ms + kOverMs) << "it ran on after its deadline";
  EXPECT_LE(ending.bytes_peak, kMemoryBytes + kMemoryBytes / 10);

  const Ending next =
      run("next",
          "local t = {} for k in pairs({b = 1, a = 2}) do t[#t + 1] = k end "
          "return ('x'):rep(2):upper() .. table.concat(t) .. tostring(pcall(function() return 'a' + 'b' end))");
  EXPECT_EQ(next.outcome, "OK:XXabfalse") << "the next script is affected: " << next.text;
}

INSTANTIATE_TEST_SUITE_P(Corpus, HostileLua, testing::ValuesIn(scripts()), [](const auto& script) {
  std::string name = script.param;
  std::replace(name.begin(), name.end(), '-', '_');
  return name;
});
GTEST_ALLOW_UNINSTANTIATED_PARAMETERIZED_TEST(HostileLua);

TEST(HostileLuaCorpus, IsThere) {
  if (!corpus("hostile/lua")) GTEST_SKIP();
  EXPECT_GE(scripts().size(), 62u);
}

TEST(HostileLuaCorpus, GivesTheSameAnswerTwice) {
  for (const char* name : {"det-pairs-order", "det-clock-random"}) {
    const std::string source = source_of(name);
    if (source.empty()) GTEST_SKIP();
    EXPECT_EQ(run(name, source).outcome, run(name, source).outcome);
  }
}

TEST(HostileLuaCorpus, HasResultsThatAreRefusedByTheirShape) {
  for (const auto& [name, what] : std::vector<std::pair<std::string, std::string>>{
           {"esc-return-cyclic", "a table contains itself"}, {"esc-return-deep", "nested more than 16 deep"}}) {
    const std::string source = source_of(name);
    if (source.empty()) GTEST_SKIP();
    const Ending ending = run(name, source);
    ASSERT_EQ(ending.unreadable.size(), 1u) << name;
    EXPECT_NE(ending.unreadable[0].text().find(what), std::string::npos) << ending.unreadable[0].text();
  }
}

}  // namespace
}  // namespace amont
