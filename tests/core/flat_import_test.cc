// The short way of plain lines (core/record/flat_put.h) and the long way of all changes: from the same lines they make the same
// log byte for byte, the same index and the same report, and find the same faults in the same places.
#include <gtest/gtest.h>

#include <algorithm>
#include <initializer_list>
#include <iterator>
#include <string>
#include <string_view>
#include <vector>

#include <fmt/format.h>

#include "amont/exchange.h"
#include "core/exchange/import_work.h"
#include "core/exchange/jsonl_take.h"
#include "core/text/utf8.h"
#include "tests/support/crash_disk.h"
#include "tests/support/exchange_desk.h"
#include "tests/support/import_start.h"
#include "tests/support/repeats.h"
#include "tests/support/seed.h"
#include "tests/support/small_schema.h"

namespace amont {
namespace {

// Declares what was free until then, once plain and once sealed; and kinds.
SchemaGrowth growth_in_the_midst() {
  SchemaGrowth growth;
  growth.source = "-- grown in the midst of an import";
  growth.nodes = {{NodeKind{}, "dataset", Role::kNone, {{"code", ValueType::kText, false, true}}},
                  {NodeKind{}, "late", Role::kNone, {{"at", ValueType::kTimestamp, false, false}}}};
  return growth;
}

SchemaGrowth growth_that_may_be_refused() {
  SchemaGrowth growth;
  growth.source = "-- declares a type that some value may not have";
  growth.nodes = {{NodeKind{}, "dataset", Role::kNone, {{"x", ValueType::kInteger, false, false}}}};
  return growth;
}

class Lines {
 public:
  explicit Lines(std::uint64_t seed) : dice_(seed) {}

  std::string some(int count) {
    std::string out;
    for (; count > 0; --count) out += line() + (one_in(50) ? "\r\n" : "\n");
    return out;
  }
  // One for each value and each name, as a property of a node and of an edge.
  std::string every_value() {
    std::string out;
    for (const std::string_view name : kNames)
      for (const std::string_view value : kValues) {
        out += fmt::format(R"({{"node":"run:v{}","props":{{"{}":{}}}}})", made_, name, value) + "\n";
        out += fmt::format(R"({{"edge":"informed_by","from":"run:v{}","to":"run:v0","props":{{"{}":{}}}}})", made_,
                           name, value) +
               "\n";
        ++made_;
      }
    return out;
  }

 private:
  static constexpr std::string_view kNames[] = {"title",      "n",         "ratio", "flag",       "at",     "tags",
                                                "code",       "x",         "free",  "é",          "a b",    "",
                                                R"(a\u0062)", R"(\u0000)", "\x7f",  R"(d\u200b)", "d\u200b"};
  static constexpr std::string_view kValues[] = {R"("plain")",
                                                 R"("")",
                                                 R"("ünïcode 雪")",
                                                 R"("with \"escapes\" \u00e9\n")",
                                                 R"("ends in a zero\u0000")",
                                                 R"("2026-01-31T13:45:00Z")",
                                                 R"("2026-01-31T13:45:00.123456+01:00")",
                                                 R"("2026-02-31T13:45:00Z")",
                                                 R"("2026-01-31")",
                                                 R"("2026-01-31T13:45:00")",
                                                 R"({"@time":"2026-01-31T13:45:00Z"})",
                                                 R"({"@time":"today"})",
                                                 R"({ "@time" : "1900-01-01T00:00:00.5Z" })",
                                                 R"({"@time":"2026-01-31T13:45:00Z","b":1})",
                                                 "{}",
                                                 "0",
                                                 "-0",
                                                 "7",
                                                 "-9223372036854775808",
                                                 "9223372036854775807",
                                                 "9223372036854775808",
                                                 "01",
                                                 "-",
                                                 "+1",
                                                 "1.",
                                                 ".5",
                                                 "1e",
                                                 "1.5",
                                                 "-0.0",
                                                 "0.0",
                                                 "0e0",
                                                 "1e2",
                                                 "1E+2",
                                                 "1e-2",
                                                 "1e400",
                                                 "1e-400",
                                                 "4503599627370497.5",
                                                 "9007199254740993",
                                                 "true",
                                                 "false",
                                                 "True",
                                                 "truely",
                                                 "null",
                                                 "nullx",
                                                 "NaN",
                                                 "[]",
                                                 R"(["a","b"])",
                                                 "[1,2.5]",
                                                 R"([1,"a"])",
                                                 R"(["a",])",
                                                 "[null]",
                                                 R"("tab	inside")",
                                                 "\"\x7f\"",
                                                 R"("unclosed)",
                                                 ""};

  bool one_in(std::uint64_t n) { return dice_.below(n) == 0; }
  template <std::size_t n>
  std::string_view any(const std::string_view (&all)[n]) {
    return all[dice_.below(n)];
  }
  std::string_view space() { return one_in(20) ? (one_in(2) ? " " : "\t ") : ""; }

  std::string line() {
    switch (dice_.below(40)) {
      case 0: return odd();
      case 1: return fmt::format(R"({{"retract":{{"node":"{}"}}}})", ref());
      case 2:
      case 3:
        return fmt::format(R"({{"retract":{{"edge":"{}","from":"{}","to":"{}"{}}}}})", kind(), ref(), ref(), label());
      default: return one_in(2) ? node() : edge();
    }
  }

  std::string odd() {
    static constexpr std::string_view kOdd[] = {"",
                                                "  ",
                                                R"({"comment":"nothing"})",
                                                R"({"schema":"custom"})",
                                                R"({"schema":"-- grown in the midst of an import"})",
                                                R"({"schema":"-- declares a type that some value may not have"})",
                                                R"({"schema":"unknown"})",
                                                "{",
                                                "{}",
                                                "[]",
                                                R"({"node":"dataset:a"} x)",
                                                R"({"node":"dataset:a","node":"dataset:b"})",
                                                R"({"node":"dataset:a","edge":"used"})",
                                                R"({"node":"dataset:a","label":""})",
                                                R"({"edge":"used","from":"run:a"})",
                                                R"({"nod":"dataset:a"})",
                                                R"({"node":"dataset"})",
                                                R"({"node":":a"})",
                                                R"({"node":"dataset:"})",
                                                R"({"node":"Dataset:a"})",
                                                R"({"node":"9a:a"})",
                                                R"({"node":"dataset:a\u0007"})",
                                                "{\"node\":\"dataset:\x7f\"}",
                                                "{\"node\":\"dataset:\xff\"}",
                                                R"({"node":"unknown:a"})",
                                                R"({"edge":"unknown","from":"run:r0","to":"dataset:d0"})",
                                                R"({"node":7})",
                                                R"({"node":"dataset:a","props":[]})",
                                                R"({"node":"dataset:a","props":{"a":1,}})",
                                                R"({"node":"dataset:a","props":{"a":1,"a":2}})",
                                                R"({"node":"dataset:a","valid_from":null})",
                                                R"({"node":"dataset:a","valid_from":"yesterday"})",
                                                R"({"node":"dataset:a",})",
                                                "\xef\xbb\xbf{\"node\":\"dataset:a\"}",
                                                R"({"retract":{"node":"dataset:never"}})",
                                                R"({"edge":"used","from":"run:never","to":"dataset:d0"})",
                                                R"({"edge":"used","from":"run:r0","to":"run:r1"})",
                                                R"({"no\u0064e":"dataset:escaped"})"};
    return std::string(any(kOdd));
  }

  // New ones and known ones, some before they are put.
  std::string ref() {
    static constexpr std::string_view kKinds[] = {"dataset", "variable", "run", "output", "late", "package"};
    const std::string_view kind = any(kKinds);
    const std::uint64_t number = one_in(3) ? dice_.below(20) : made_ += dice_.below(2);
    if (one_in(40)) return fmt::format("{}:é {}", kind, number);
    if (one_in(60)) return fmt::format(R"({}:\u00e9 {})", kind, number);
    if (one_in(60)) return fmt::format("{}:d\u200b{}", kind, number);
    return fmt::format("{}:{}{}", kind, kind[0], number);
  }
  std::string kind() {
    static constexpr std::string_view kKinds[] = {"used",    "derived_from", "generated_by", "part_of",
                                                  "same_as", "version_of",   "informed_by"};
    return std::string(any(kKinds));
  }
  std::string label() {
    if (!one_in(4)) return "";
    static constexpr std::string_view kLabels[] = {"", "first", "é", R"(\u00e9)", "\u200b", "\x7f"};
    return fmt::format(R"(,"label":"{}")", any(kLabels));
  }
  std::string node() { return fmt::format(R"({{{}"node":{}"{}"{}}})", space(), space(), ref(), rest()); }
  std::string edge() {
    // Mostly such as the schema takes.
    static constexpr std::string_view kEnds[][3] = {{"used", "run", "dataset"},
                                                    {"generated_by", "dataset", "run"},
                                                    {"part_of", "variable", "dataset"},
                                                    {"derived_from", "output", "dataset"},
                                                    {"same_as", "dataset", "dataset"}};
    const auto& ends = kEnds[dice_.below(std::size(kEnds))];
    std::string from = fmt::format("{}:{}{}", ends[1], ends[1][0], dice_.below(20));
    std::string to = fmt::format("{}:{}{}", ends[2], ends[2][0], dice_.below(20));
    if (one_in(4)) from = ref();
    if (one_in(4)) to = ref();
    const std::string named = one_in(8) ? kind() : std::string(ends[0]);
    if (one_in(10))
      return fmt::format(R"({{"to":"{}","edge":"{}"{},"from":"{}"{}}})", to, named, label(), from, rest());
    return fmt::format(R"({{"edge":"{}",{}"from":"{}","to":"{}"{}{}}}{})", named, space(), from, to, label(), rest(),
                       space());
  }
  std::string rest() {
    std::string out;
    if (one_in(8)) out += fmt::format(R"(,"valid_from":"20{:02}-01-01T00:00:00Z")", dice_.below(20));
    if (one_in(2)) out += fmt::format(R"(,{}"props":{{{}}})", space(), props());
    if (one_in(8)) out += fmt::format(R"(,"valid_to":"20{:02}-01-01T00:00:00Z")", 5 + dice_.below(20));
    return out;
  }
  std::string props() {
    std::string out;
    for (std::uint64_t left = dice_.below(5); left > 0; --left) {
      if (!out.empty()) out += ",";
      // Mostly of the declared type.
      static constexpr std::string_view kGood[] = {R"("title":"some title")",
                                                   R"("title":"ein schöner Titel")",
                                                   R"("n":7)",
                                                   R"("ratio":1)",
                                                   R"("ratio":2.5)",
                                                   R"("flag":true)",
                                                   R"("at":"2026-01-31T13:45:00Z")",
                                                   R"("tags":["x","y"])",
                                                   R"("code":"A")",
                                                   R"("x":1)",
                                                   R"("free":"free text")",
                                                   R"("free":{"@time":"2026-01-31T13:45:00Z"})"};
      out += one_in(12) ? fmt::format(R"({}"{}":{}{})", space(), any(kNames), space(), any(kValues))
                        : std::string(any(kGood));
    }
    return out;
  }

  Dice dice_;
  std::uint64_t made_ = 0;
};

Result<ImportReport> the_short_way(Store& store, const std::string& text, const ImportOptions& options) {
  return import_jsonl(store, source_of(text, 1000), options);
}

// Every line as a Change.
Result<ImportReport> the_long_way(Store& store, const std::string& text, const ImportOptions& options) {
  ImportWork work(store, options);
  work.set_source({"jsonl", options.file, options.sha256, {}, {}});
  work.set_locate(locate_in_jsonl());
  JsonlChunk chunk;
  chunk.text = text;
  JsonlLineReader reader;
  std::uint64_t number = 1;
  for (std::size_t begin = 0; begin < text.size(); ++number) {
    const std::size_t end = std::min(text.find('\n', begin), text.size());
    std::string_view line = std::string_view(text).substr(begin, end - begin);
    if (line.ends_with('\r')) line.remove_suffix(1);
    if (line.find_first_not_of(" \t") != std::string_view::npos) {
      const std::size_t wrong = first_misfit(line, TextRule::kNoNul);
      chunk.contents.assign(
          1, wrong == line.size() ? reader.read(line) : BadLine{invalid(misfit_text(line, wrong)), wrong});
      chunk.lines.assign(
          1, {static_cast<std::uint32_t>(begin), static_cast<std::uint32_t>(line.size()), number, false, 0});
      AMONT_TRY(take_jsonl(work, chunk, chunk.lines[0], options.read_schema));
    }
    begin = end + 1;
  }
  return work.finish();
}

Start start_of(std::uint64_t part_bytes) {
  Start start(part_bytes);
  start.schemas().add("custom", custom_growth());
  start.schemas().add(growth_in_the_midst().source, growth_in_the_midst());
  start.schemas().add(growth_that_may_be_refused().source, growth_that_may_be_refused());
  return start;
}

void expect_same(const Start& start, const std::string& text, const ImportOptions& options = {}) {
  expect_same(start.after(the_short_way, text, options), start.after(the_long_way, text, options));
}

void expect_same_in_little_memory(const Start& start, const std::string& text, const ImportOptions& options = {}) {
  const Outcome wanted = start.after(the_short_way, text, options);
  for (const std::uint64_t memory_bytes : {kNoMemory, kLittleMemory}) {
    SCOPED_TRACE(memory_bytes);
    expect_same(start.after(the_short_way, text, options, memory_bytes), wanted);
    expect_same(start.after(the_long_way, text, options, memory_bytes), wanted);
  }
}

constexpr std::uint64_t kOnePart = 4 << 20, kManyParts = 3000;

TEST(FlatImport, LinesOfEverySortMakeTheSameLogAsByTheLongWay) {
  const std::uint64_t seed = seed_of_this_run();
  for (const std::uint64_t part_bytes : {kManyParts, kOnePart}) {
    for (std::uint64_t round = 0; round < repeats("AMONT_ROUNDS", 10); ++round) {
      SCOPED_TRACE(fmt::format("round {} in parts of {}", round, part_bytes));
      Lines lines(seed + round);
      Start start = start_of(part_bytes);
      ImportOptions options;
      options.keep_going = true;
      expect_same(start, lines.some(2000), options);
      // Upon what is in the index, with lives that ended.
      start.import(lines.some(1000));
      expect_same(start, lines.some(1000), options);
    }
  }
}

TEST(FlatImport, EveryValueUnderEveryNameIsTakenOrRefusedAsByTheLongWay) {
  Lines lines(1);
  ImportOptions options;
  options.keep_going = true;
  const std::string text = "{\"node\":\"run:v0\"}\n" + lines.every_value();
  expect_same(start_of(kManyParts), text, options);
  // Each alone: most stop the import.
  const Start start = start_of(kOnePart);
  for (std::size_t begin = 0; begin < text.size();) {
    const std::size_t end = text.find('\n', begin) + 1;
    expect_same(start, text.substr(begin, end - begin));
    begin = end;
  }
}

TEST(FlatImport, AFirstErrorEndsTheImportWhereTheLongWayEnds) {
  const std::uint64_t seed = seed_of_this_run();
  const Start start = start_of(kManyParts);
  for (std::uint64_t round = 0; round < repeats("AMONT_ROUNDS", 60); ++round) {
    SCOPED_TRACE(round);
    expect_same(start, Lines(seed + 1000 + round).some(60));
  }
}

TEST(FlatImport, LittleMemoryMakesTheSameLogAsMuch) {
  const std::uint64_t seed = seed_of_this_run();
  for (const std::uint64_t part_bytes : {kManyParts, kOnePart}) {
    for (std::uint64_t round = 0; round < repeats("AMONT_ROUNDS", 3); ++round) {
      SCOPED_TRACE(fmt::format("round {} in parts of {}", round, part_bytes));
      Lines lines(seed + 5000 + round);
      Start start = start_of(part_bytes);
      ImportOptions options;
      options.keep_going = true;
      expect_same_in_little_memory(start, lines.some(3000), options);
      start.import(lines.some(1000));
      expect_same_in_little_memory(start, lines.some(1000), options);
      expect_same_in_little_memory(start, lines.some(60));
    }
  }
}

// Each line needs something of long ago: a node, an edge, what a property was.
TEST(FlatImport, WhatWasPutAsideIsKnownWhenItIsNeeded) {
  std::string text;
  const auto node = [&](int i, int n) {
    text += fmt::format(R"({{"node":"run:r{}","props":{{"n":{}}}}})", i, n) + "\n";
  };
  const auto edge = [&](int i, std::string_view rest) {
    text +=
        fmt::format(R"({{"edge":"informed_by","from":"run:r{}","to":"run:r{}"{}}})", i, (i * 7 + 1) % 400, rest) + "\n";
  };
  for (int i = 0; i < 400; ++i) node(i, i);
  for (int i = 0; i < 400; ++i) edge(i, i % 3 == 0 ? R"(,"props":{"n":1})" : "");
  for (int i = 0; i < 400; ++i) node(i, i % 2 == 0 ? i : -i);                      // half of them say nothing new
  for (int i = 0; i < 400; ++i) edge(i, i % 2 == 0 ? R"(,"props":{"n":1})" : "");  // some of them
  for (int i = 0; i < 400; i += 10) text += fmt::format(R"({{"retract":{{"node":"run:r{}"}}}})", i) + "\n";
  for (int i = 0; i < 400; i += 10) node(i, i);
  for (int i = 0; i < 400; ++i) edge(i, R"(,"label":"again","props":{"n":2})");
  for (int i = 0; i < 400; ++i) edge(i, i % 2 == 0 ? R"(,"props":{"n":1})" : "");
  const Start start = start_of(kManyParts);
  const Outcome wanted = start.after(the_short_way, text, {});
  ASSERT_TRUE(wanted.status.ok()) << wanted.status.text();
  EXPECT_GT(wanted.report.unchanged, 500u);
  expect_same_in_little_memory(start, text);
}

TEST(FlatImport, AnEdgeDoesNotOvertakeOneThatWaitsForItsEnds) {
  for (const std::string label : {"", R"(,"label":"first")"}) {
    const auto edge = [&](int n) {
      return fmt::format(R"({{"edge":"derived_from","from":"output:x","to":"dataset:a"{},"props":{{"n":{}}}}})", label,
                         n) +
             "\n";
    };
    const std::string text = edge(1) + "{\"node\":\"output:x\"}\n{\"node\":\"dataset:a\"}\n" + edge(2);
    expect_same(start_of(kOnePart), text);
    const Outcome outcome = start_of(kOnePart).after(the_short_way, text, {});
    EXPECT_NE(outcome.exported.find("{\"n\":2}"), std::string::npos) << outcome.exported;
  }
}

// A test of the tests: most lines do take the short way, and most of them are good.
TEST(FlatImport, MostLinesAreTakenTheShortWay) {
  JsonlChunk chunk;
  chunk.text = Lines(7).some(2000);
  JsonlChunkReader().read(chunk);
  EXPECT_GT(chunk.puts.size(), 1200u);
  EXPECT_GT(chunk.contents.size(), 200u);
  ImportOptions options;
  options.keep_going = true;
  const Outcome outcome = start_of(kManyParts).after(the_short_way, Lines(7).some(2000), options);
  ASSERT_TRUE(outcome.status.ok()) << outcome.status.text();
  EXPECT_GT(outcome.report.nodes, 300u);
  EXPECT_GT(outcome.report.edges, 100u);
  EXPECT_GT(outcome.report.receipt.tx, 10u) << "there must be several parts";
}

}  // namespace
}  // namespace amont
