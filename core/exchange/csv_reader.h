// CsvReader: RFC 4180, strictly, a row at a time. Rows end with LF or CRLF, one after another as they come; a CR alone
// stands only in quotes. Quotes stand around a whole cell or not at all. Blank lines are skipped, and so is a byte
// order mark, which some spreadsheets write. Memory is bounded by kRowBytesMax.
// Cells are separated by commas. A reader that is told so looks at the first line, and takes semicolons, as spreadsheets
// write where the comma is a decimal mark, when that line has some and no comma.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "amont/exchange.h"
#include "core/exchange/import_work.h"

namespace amont {

inline constexpr std::size_t kRowBytesMax = 32 << 20;

struct CsvCell {
  std::string_view text;
  Place place;
};

struct CsvRow {
  std::vector<CsvCell> cells;  // the first kCellsKept
  std::size_t cell_count = 0;
  std::string_view raw;  // as it stood, without its end
  Place begin;
  Status bad;  // what is wrong with it; then cells make no sense
  Place bad_at;

  static constexpr std::size_t kCellsKept = 4096;
};

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

 private:
  enum class Parse { kRow, kBlank, kNeedsMore, kUnclosed };
  enum class After { kCell, kRow, kNeedsMore, kBad };
  struct Span {
    std::size_t begin = 0;
    std::size_t size = 0;
    bool unescaped = false;  // in unescaped_, not in buffer_
    Place place;
  };

  Parse parse(CsvRow& row);
  Parse quoted(Span& cell);
  Parse plain(Span& cell);
  After after_cell();
  Parse skip_bad_row(CsvRow& row, Status why);
  void finish_row(CsvRow& row, std::size_t end);
  Status fill();
  void look_at_first_line();
  bool no_more_comes() const { return at_ == buffer_.size() && at_end_; }
  Place place() const { return {line_, at_ - line_begin_ + 1}; }

  const ByteSource& input_;
  bool looks_at_first_line_;
  char separator_ = ',';
  std::string buffer_;
  std::size_t row_begin_ = 0;  // in buffer_: where the next row begins
  std::uint64_t row_line_ = 1;
  bool at_end_ = false;
  std::uint64_t bytes_read_ = 0;

  // While a row is read:
  std::size_t at_ = 0;
  std::uint64_t line_ = 1;
  std::size_t line_begin_ = 0;
  std::vector<Span> spans_;
  std::size_t span_count_ = 0;
  std::string unescaped_;
  Place open_quote_;    // of the cell that is read; line 0 outside of quotes
  std::string misfit_;  // what is wrong with the row
  Place failed_at_;
};

}  // namespace amont
