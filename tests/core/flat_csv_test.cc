// The short way of plain rows of CSV and the long way of all changes: from the same rows they make the same log byte for byte, and
// find the same faults in the same places.
#include <gtest/gtest.h>

#include <string>
#include <string_view>
#include <vector>

#include <fmt/format.h>

#include "core/exchange/import_csv.h"
#include "tests/support/crash_disk.h"
#include "tests/support/import_start.h"
#include "tests/support/repeats.h"
#include "tests/support/seed.h"

namespace amont {
namespace {

Result<ImportReport> the_short_way(Store& store, const std::string& text, const ImportOptions& options) {
  return import_csv(store, source_of(text, 1000), options);
}
Result<ImportReport> the_long_way(Store& store, const std::string& text, const ImportOptions& options) {
  return import_csv(store, source_of(text, 1000), options, CsvWay::kLong);
}

void expect_same(const Start& start, const std::string& text, const ImportOptions& options = {}) {
  const Outcome wanted = start.after(the_long_way, text, options);
  expect_same(start.after(the_short_way, text, options), wanted);
  expect_same(start.after(the_short_way, text, options, kNoMemory), wanted);
}

constexpr std::string_view kValues[] = {"plain",
                                        "",
                                        "\"\"",
                                        "ünïcode 雪",
                                        "\"with \"\"quotes\"\"\"",
                                        "\"two\nlines\"",
                                        "tab\tinside",
                                        "d\u200b",
                                        "\x7f",
                                        "\xff",
                                        "2026-01-31",
                                        "2026-01-31T13:45:00Z",
                                        "2026-02-31",
                                        "2026-01-31T13:45:00",
                                        "0",
                                        "-0",
                                        "7",
                                        "07",
                                        " 7",
                                        "7 ",
                                        "-9223372036854775808",
                                        "9223372036854775808",
                                        "1.",
                                        "1.5",
                                        "-0.0",
                                        "1e2",
                                        "1e400",
                                        "true",
                                        "false",
                                        "True",
                                        "null",
                                        "NaN",
                                        "[]",
                                        "\"[\"\"a\"\",\"\"b\"\"]\"",
                                        "\"{\"\"@time\"\":\"\"2026-01-31T13:45:00Z\"\"}\"",
                                        "\"\"\"json text\"\"\"",
                                        "\"\"\"2026-01-31T13:45:00Z\"\"\"",
                                        "\"\"\"esc\\u0061pe\"\"\"",
                                        "a\"b",
                                        "{}"};

// As properties: declared ones, free ones, JSON, a name that is not ASCII.
constexpr std::string_view kColumns[] = {"title", "n",    "ratio",  "flag",   "at", "tags", "code",
                                         "x",     "free", "y@json", "n@json", "é",  "a b",  "at@json"};

class Rows {
 public:
  explicit Rows(std::uint64_t seed) : dice_(seed) {}

  std::string nodes(int count) {
    const std::string header = columns();
    std::string out = "kind,key,valid_from" + header + ",valid_to\n";
    for (; count > 0; --count)
      out += row(fmt::format("{},{}{}", kind(), one_in(40) ? any(kValues) : "k", dice_.below(300)));
    return out;
  }
  std::string edges(int count) {
    const std::string header = columns();
    const bool labels = !one_in(4);
    std::string out = std::string("kind,from,to") + (labels ? ",label" : ",valid_from") + header + ",valid_to\n";
    static constexpr std::string_view kLabels[] = {"", "first", "é", "\"q,\"", "\x7f", "d\u200b"};
    for (; count > 0; --count) {
      const std::string ends =
          fmt::format("{},{}:k{},{}:k{}", edge_kind(), kind(), dice_.below(300), kind(), dice_.below(300));
      out += labels ? row(ends + "," + std::string(one_in(4) ? any(kLabels) : ""), false) : row(ends);
    }
    return out;
  }

 private:
  bool one_in(std::uint64_t n) { return dice_.below(n) == 0; }
  template <std::size_t n>
  std::string_view any(const std::string_view (&all)[n]) {
    return all[dice_.below(n)];
  }
  std::string_view kind() {
    static constexpr std::string_view kKinds[] = {"dataset", "variable", "run", "output"};
    return one_in(60) ? "unknown" : any(kKinds);
  }
  std::string_view edge_kind() {
    static constexpr std::string_view kKinds[] = {"used", "derived_from", "generated_by", "part_of", "informed_by"};
    return one_in(60) ? "unknown" : any(kKinds);
  }
  std::string columns() {
    chosen_.clear();
    std::string out;
    for (const std::string_view column : kColumns) {
      if (!one_in(3)) continue;
      chosen_.push_back(column);
      out += "," + std::string(column);
    }
    return out;
  }
  // Mostly such as the schema takes.
  std::string_view good(std::string_view column) {
    if (column == "n" || column == "x") return "7";
    if (column == "ratio") return one_in(2) ? "1" : "2.5";
    if (column == "flag") return "true";
    if (column == "at") return one_in(2) ? "2026-01-31" : "2026-01-31T13:45:00.5Z";
    if (column == "tags") return "";
    if (column.ends_with("@json")) return one_in(2) ? "12" : "\"\"\"some\"\"\"";
    return one_in(2) ? "some text" : "\"quoted, it is\"";
  }
  std::string time() { return one_in(5) ? fmt::format("20{:02}-01-01", dice_.below(30)) : one_in(80) ? "soon" : ""; }
  std::string row(std::string out, bool with_from = true) {
    if (with_from) out += "," + time();
    for (const std::string_view column : chosen_)
      if (!one_in(150)) out += "," + std::string(one_in(3) ? "" : one_in(25) ? any(kValues) : good(column));
    return out + "," + time() + (one_in(20) ? "\r\n" : "\n");
  }

  Dice dice_;
  std::vector<std::string_view> chosen_;
};

// Ends for edges.
constexpr int kEnds = 300;
std::string ends() {
  std::string out;
  for (int i = 0; i < kEnds; ++i)
    for (const std::string_view kind : {"dataset", "variable", "run", "output"})
      out += fmt::format("{{\"node\":\"{}:k{}\"}}\n", kind, i);
  return out;
}

TEST(FlatCsv, RowsOfEverySortMakeTheSameLogAsByTheLongWay) {
  const std::uint64_t seed = seed_of_this_run();
  Start with_ends(3000);
  with_ends.import(ends());
  for (std::uint64_t round = 0; round < repeats("AMONT_ROUNDS", 30); ++round) {
    SCOPED_TRACE(round);
    Rows rows(seed + round);
    ImportOptions options;
    options.keep_going = true;
    expect_same(Start(3000), rows.nodes(400), options);
    expect_same(with_ends, rows.edges(400), options);
    expect_same(Start(3000), rows.edges(40), options);  // whose ends never come
    expect_same(with_ends, rows.nodes(20));
    expect_same(with_ends, rows.edges(20));
  }
}

TEST(FlatCsv, EveryValueInEveryColumnIsTakenOrRefusedAsByTheLongWay) {
  Start start(4 << 20);
  start.import(ends());
  for (const std::string_view column : kColumns) {
    SCOPED_TRACE(column);
    ImportOptions options;
    options.keep_going = true;
    std::string nodes = fmt::format("kind,key,{}\n", column), edges = fmt::format("kind,from,to,{}\n", column);
    int number = 0;
    for (const std::string_view value : kValues) {
      nodes += fmt::format("run,v{},{}\n", number, value);
      edges += fmt::format("informed_by,run:k{},run:k0,{}\n", ++number, value);
      const std::string alone = fmt::format("kind,key,{}\nrun,v,{}\n", column, value);
      expect_same(start.after(the_short_way, alone, {}), start.after(the_long_way, alone, {}));
    }
    expect_same(start, nodes, options);
    expect_same(start, edges, options);
  }
}

}  // namespace
}  // namespace amont
