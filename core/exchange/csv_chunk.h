// Chunks of CSV: pieces of an input, some 256 KiB at a time, cut anywhere, and the rows that end in each. Where a row ends only who read
// all before it can tell; so chunks are read in order, but on another thread (read_ahead.h).
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "amont/exchange.h"
#include "core/check/refs_ahead.h"
#include "core/exchange/csv_rows.h"
#include "core/exchange/csv_types.h"
#include "core/exchange/flat_puts.h"
#include "core/exchange/flat_row.h"
#include "core/text/arena.h"

namespace amont {

struct CsvChunk {
  struct Row {
    static constexpr std::uint32_t kNoPut = ~std::uint32_t{0};
    std::uint32_t begin = 0;
    std::uint32_t size = 0;
    std::uint32_t put = kNoPut;  // its place in `puts` when it is a plain one
    std::uint64_t line = 0;
  };

  std::string text;
  bool is_last = false;
  // Once it is read; then `text` begins with the beginning of a row that the chunk before had:
  std::vector<Row> rows;  // good and bad
  bool is_plain = false;  // nothing but ASCII, the names of columns included
  FlatPuts puts;
  Arena texts;                        // what puts view and `text` does not have as it is
  std::optional<CsvFailure> failure;  // behind its rows, and nothing comes after it

  std::string_view text_of(const Row& row) const { return std::string_view(text).substr(row.begin, row.size); }
};

// Cuts an input into chunks. The last one may be empty.
class CsvChunker {
 public:
  // What was read of `input` before, `bytes_read` in all, begins with `rest`. `at_end`: that is all.
  CsvChunker(const ByteSource& input, std::string rest, std::uint64_t bytes_read, bool at_end)
      : input_(input), rest_(std::move(rest)), bytes_read_(bytes_read), at_end_(at_end) {}

  // Fills text and is_last; false after the last.
  Result<bool> next(CsvChunk& chunk);
  static bool goes_on_at_once(const CsvChunk&) { return true; }
  std::uint64_t bytes_read() const { return bytes_read_; }

 private:
  const ByteSource& input_;
  std::string rest_;
  std::uint64_t bytes_read_;
  bool at_end_;
  bool gave_last_ = false;
};

// Reads chunks in order. What is not a plain put is told by its place alone, and read again where it is taken.
class CsvChunkReader {
 public:
  // The first chunk begins at that line.
  CsvChunkReader(const CsvHeader& header, const Schema& schema, std::uint64_t line, RefsAhead refs)
      : types_(header, schema), flat_(header), rows_(',', line), refs_(std::move(refs)) {}

  void read(CsvChunk& chunk);

 private:
  bool take_rest_before(CsvChunk& chunk);
  void keep_rest_of(CsvChunk& chunk);

  CsvTypes types_;
  FlatRow flat_;
  CsvRows rows_;
  CsvRow row_;
  RefsAhead refs_;
  std::string rest_;              // the beginning of a row
  std::size_t wanted_bytes_ = 0;  // of it and what comes, before it is worth a look
  bool has_failed_ = false;
};

}  // namespace amont
