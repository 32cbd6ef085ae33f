// Rows of CSV in chunks: the same as one by one, wherever the input is cut.
#include <gtest/gtest.h>

#include <string>
#include <string_view>
#include <vector>

#include <fmt/format.h>

#include "core/exchange/csv_chunk.h"
#include "core/exchange/csv_reader.h"
#include "core/exchange/import_csv.h"
#include "core/exchange/read_ahead.h"
#include "tests/support/crash_disk.h"
#include "tests/support/import_start.h"
#include "tests/support/seed.h"
#include "tests/support/small_schema.h"

namespace amont {
namespace {

using Told = std::vector<std::string>;

std::string told(const CsvFailure& failure) {
  return fmt::format("{}:{} {}", failure.at.line, failure.at.column, failure.why.text());
}

struct Read {
  Told rows;
  Told puts;  // as far as they are plain
};

CsvHeader header_of(CsvReader& reader) {
  CsvRow row;
  CsvHeader header;
  EXPECT_TRUE(*reader.next(row));
  EXPECT_FALSE(read_header(row, header));
  return header;
}

// Rows one by one.
Told by_reader(const std::string& text) {
  const ByteSource source = source_of(text);
  CsvReader reader(source);
  header_of(reader);
  CsvRow row;
  Told out;
  while (true) {
    const auto more = reader.next(row);
    if (!more) out.push_back(told({more.status(), reader.failed_at()}));
    if (!more || !*more) return out;
    out.push_back(fmt::format("{} {}", row.begin.line, row.raw));
  }
}

// The same by chunks of which each but the first two ends where `pieces` says; the last has the rest.
Read by_chunks(const std::string& text, const std::vector<std::size_t>& pieces) {
  static const Schema kSchema = [] {
    Schema schema;
    EXPECT_TRUE(schema.grow(small_schema()).ok());
    return schema;
  }();
  const ByteSource source = source_of(text);
  CsvReader reader(source);
  const CsvHeader header = header_of(reader);
  const std::uint64_t line = reader.line();
  std::string rest = reader.take_rest();
  CsvChunkReader chunks(header, kSchema, line, {});
  Read out;
  for (std::size_t i = 0, begin = 0; i <= pieces.size(); ++i) {
    CsvChunk chunk;
    chunk.is_last = i == pieces.size();
    const std::size_t end = chunk.is_last ? rest.size() : std::min(rest.size(), begin + pieces[i]);
    chunk.text = rest.substr(begin, end - begin);
    begin = end;
    chunks.read(chunk);
    for (const CsvChunk::Row& row : chunk.rows) {
      out.rows.push_back(fmt::format("{} {}", row.line, chunk.text_of(row)));
      if (row.put == CsvChunk::Row::kNoPut) continue;
      const FlatPut& put = chunk.puts[row.put];
      std::string said = fmt::format("{} {} {} {}", put.kind, put.ref, put.to, put.label);
      for (const FlatProperty& prop : put.props) said += fmt::format(" {}={}{}", prop.name, prop.text, prop.bits);
      out.puts.push_back(std::move(said));
    }
    if (chunk.failure) out.rows.push_back(told(*chunk.failure));
  }
  return out;
}

const std::string kNodes =
    "kind,key,title,n\r\ndataset,1,\"a\"\"\"\"b\r\n\"\"\r\n\",5\r\n\r\n\ndataset,2,\"\",\ndataset,3,cafe \xc3\xa9,7\n"
    "dataset,4,a\"b,c\n\"dataset\",\"5,\"\"\",\"x\"\ndataset,6,a\rb,\ndataset,7,\"a\"b,\"\ndataset,8,\xff,1\ndataset,9,"
    "t,8";

TEST(CsvChunk, RowsAndPutsAreTheSameWhereverTheInputIsCut) {
  for (const std::string& end :
       std::vector<std::string>{"", "\n", "\r\n", "\r", "\n\n", "\ndataset,a,\"open", "\n\""}) {
    const std::string text = kNodes + end;
    const Read whole = by_chunks(text, {});
    EXPECT_EQ(whole.rows, by_reader(text));
    EXPECT_GE(whole.puts.size(), 3u);
    for (std::size_t first = 0; first <= text.size(); ++first) {
      for (const std::size_t second : {std::size_t{0}, std::size_t{1}, std::size_t{7}}) {
        const Read cut = by_chunks(text, {first, second});
        ASSERT_EQ(cut.rows, whole.rows) << "cut at " << first << " and " << second << " after it";
        ASSERT_EQ(cut.puts, whole.puts) << "cut at " << first << " and " << second << " after it";
      }
    }
    for (const std::size_t size : {1, 2, 3, 5}) {
      const Read cut = by_chunks(text, std::vector<std::size_t>(text.size(), size));
      ASSERT_EQ(cut.rows, whole.rows) << "in pieces of " << size;
      ASSERT_EQ(cut.puts, whole.puts) << "in pieces of " << size;
    }
  }
}

TEST(CsvChunk, RowsOfAnythingAreTheSameAsOneByOne) {
  Dice dice(seed_of_this_run());
  const std::string_view spice = ",,\"\"\n\r\n;a\xff\xc3\xa9";
  for (int round = 0; round < 3000; ++round) {
    std::string text = "kind,key,title\n";
    for (std::uint64_t n = dice.below(60); n > 0; --n) text += spice[dice.below(spice.size())];
    std::vector<std::size_t> pieces;
    for (std::uint64_t n = dice.below(9); n > 0; --n) pieces.push_back(dice.below(12));
    ASSERT_EQ(by_chunks(text, pieces).rows, by_reader(text)) << text;
  }
}

Result<ImportReport> the_short_way(Store& store, const std::string& text, const ImportOptions& options) {
  return import_csv(store, source_of(text), options);
}
Result<ImportReport> the_long_way(Store& store, const std::string& text, const ImportOptions& options) {
  return import_csv(store, source_of(text), options, CsvWay::kLong);
}

// Where the second thread's first chunk ends, or goes on: each byte of some rows.
TEST(CsvChunk, AnImportIsTheSameWhereverAChunkEnds) {
  constexpr std::size_t kChunk = 256 << 10;
  const std::string header = "kind,key,title,n\n";
  const std::string rows =
      "dataset,q,\"a \"\"b\"\"\r\nc\",1\r\nrun,e,,five\r\ndataset,w\r\nrun,r,a\"b,2\nrun,t,\xff,3\nrun,z,last,4\r\n";
  const Start start(1 << 20);
  ImportOptions options;
  options.keep_going = true;
  for (std::size_t before = 0; before <= rows.size(); ++before) {
    std::string text = header;
    for (int i = 0; text.size() + 2100 < header.size() + kChunk - before; ++i)
      text += fmt::format("dataset,k{},{:2000},\n", i, "x") + (i % 7 == 0 ? "\n" : "");
    text += "dataset,fill,";
    text += std::string(header.size() + kChunk - before - text.size() - 2, 'y') + ",\n";
    text += rows;
    for (int i = 0; i < 300; ++i) text += fmt::format("run,m{},{:1500},{}\n", i, "x", i);
    const Outcome wanted = start.after(the_long_way, text, options);
    ASSERT_EQ(wanted.report.rejected, 4u) << before;
    expect_same(start.after(the_short_way, text, options), wanted);
    if (testing::Test::HasFailure()) FAIL() << before;
  }
}

TEST(CsvChunk, ARowMayBeLargerThanManyChunks) {
  const Start start(1 << 20);
  const std::string text = "kind,key,title\ndataset,a,x\ndataset,b,\"" + std::string(900'000, 'x') +
                           "\n\"\"\"\ndataset,c,y\ndataset,d,\"" + std::string(5'000'000, 'x') + "\"\ndataset,e,z\n";
  ImportOptions options;
  options.keep_going = true;
  const Outcome wanted = start.after(the_long_way, text, options);
  EXPECT_EQ(wanted.report.rejected, 1u);  // a text of more than a mebibyte
  expect_same(start.after(the_short_way, text, options), wanted);
}

TEST(CsvChunk, AnOpenQuoteIsToldAfterTheRowsBeforeIt) {
  const Start start(1 << 20);
  std::string text = "kind,key,title\n";
  for (int i = 0; i < 20'000; ++i) text += fmt::format("dataset,k{},a title of some length\n", i);
  text += "dataset,bad,a\"b\ndataset,open,\"never\n" + std::string(600'000, 'x');
  for (const bool keep_going : {false, true}) {
    ImportOptions options;
    options.keep_going = keep_going;
    const Outcome wanted = start.after(the_long_way, text, options);
    const std::string_view said = keep_going ? "in:20003:14: a quote opens here" : "in:20002:14: a quote stands";
    EXPECT_TRUE(wanted.status.text().starts_with(said)) << wanted.status.text();
    expect_same(start.after(the_short_way, text, options), wanted);
  }
}

TEST(CsvChunk, AnInputThatFailsLeavesNothingBehind) {
  const Start start(1 << 20);
  const Start::Way fails = [](Store& store, const std::string&, const ImportOptions& options) {
    int calls = 0;
    const ByteSource source = [&calls](std::span<char> out) -> Result<std::size_t> {
      if (++calls > 6) return Status(Code::kIo, "the line went dead");
      std::string text = calls == 1 ? "kind,key\n" : "";
      while (text.size() + 20 < std::min<std::size_t>(out.size(), 200'000))
        text += fmt::format("dataset,k{}x{}\n", calls, text.size());
      if (text.empty()) text = "\n";
      text.copy(out.data(), text.size());
      return text.size();
    };
    return import_csv(store, source, options);
  };
  const Outcome outcome = start.after(fails, "", {});
  EXPECT_EQ(outcome.status.text(), "the line went dead");
  EXPECT_EQ(outcome.exported.find("\"node\""), std::string::npos);
}

}  // namespace
}  // namespace amont
