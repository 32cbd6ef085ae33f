// CsvReader: the rows of an input (csv_rows.h), one at a time. A byte order mark, which some spreadsheets write, is skipped. Memory is
// bounded by kRowBytesMax.
// Cells are separated by commas. A reader that is told so looks at the first line, and takes semicolons, as spreadsheets
// write where the comma is a decimal mark, when that line has some and no comma.
#pragma once

#include <cstdint>
#include <string>

#include "amont/exchange.h"
#include "core/exchange/csv_rows.h"

namespace amont {

class CsvReader {
 public:
  enum class Separator { kComma, kAsFirstLine };

  explicit CsvReader(const ByteSource& input, Separator separator = Separator::kComma)
      : input_(input), looks_at_first_line_(separator == Separator::kAsFirstLine) {}

  // false at the end. What `row` views is good until the next call. A failure is one of the input, or a quote that
  // never closes, after which no row can be told from another: then failed_at() is where.
  Result<bool> next(CsvRow& row);
  Place failed_at() const { return failed_at_; }
  std::uint64_t bytes_read() const { return bytes_read_; }

  // For who goes on by himself: what was read of the input and is in no row yet, the line it begins in, and whether that is all.
  std::string take_rest();
  std::uint64_t line() const { return rows_.line(); }
  bool at_end() const { return at_end_; }

 private:
  Status fill();
  Status fail(CsvFailure failure);
  void look_at_first_line();

  const ByteSource& input_;
  bool looks_at_first_line_;
  CsvRows rows_;
  std::string buffer_;
  bool at_end_ = false;
  std::uint64_t bytes_read_ = 0;
  Place failed_at_;
};

}  // namespace amont
