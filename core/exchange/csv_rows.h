// CsvRows: RFC 4180, strictly: the rows of a text that comes in pieces. Rows end with LF or CRLF, one after another as they come; a CR
// alone stands only in quotes. Quotes stand around a whole cell or not at all. Blank lines are skipped. Cells are separated by one character.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "amont/status.h"
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
  std::vector<std::size_t> unescaped;  // the cells that are not in `raw` as they are: they had quotes in quotes
  std::string_view raw;                // as it stood, without its end
  Place begin;
  Status bad;  // what is wrong with it; then cells make no sense
  Place bad_at;

  static constexpr std::size_t kCellsKept = 4096;
};

// After which no row can be told from another.
struct CsvFailure {
  Status why;
  Place at;
};

class CsvRows {
 public:
  enum class Next { kRow, kNone, kUnclosed };

  // `line` is the number of the first.
  explicit CsvRows(char separator = ',', std::uint64_t line = 1) : separator_(separator), row_line_(line) {}

  void set_separator(char separator) { separator_ = separator; }
  // `text` goes on where the one before had no whole row left: at done(). Nothing comes behind it when `ends`.
  void show(std::string_view text, bool ends);
  // The next row; its cells are good until the next call, and while the text is there. kNone: there is no whole one left. kUnclosed: the
  // text ends in quotes.
  Next next(CsvRow& row);
  // Where in the text the next row begins, and the number of its line.
  std::size_t done() const { return done_; }
  std::uint64_t line() const { return row_line_; }

  // After kUnclosed.
  CsvFailure unclosed() const;
  // After kNone: the row that is not whole yet is too large to wait for the rest of it.
  std::optional<CsvFailure> too_large() const;

 private:
  enum class Parse { kRow, kBlank, kNeedsMore, kUnclosed };
  enum class After { kCell, kRow, kNeedsMore, kBad };
  struct Piece {
    std::size_t begin = 0;
    std::size_t size = 0;
  };

  Parse parse(CsvRow& row);
  Parse quoted(CsvRow& row, CsvCell& cell);
  Parse plain(CsvCell& cell);
  After after_cell();
  Parse skip_bad_row(CsvRow& row, Status why);
  void finish_row(CsvRow& row, std::size_t end);
  void look_at_text(CsvRow& row) const;
  bool no_more_comes() const { return at_ == text_.size() && ends_; }
  Place place() const { return {line_, at_ - line_begin_ + 1}; }

  char separator_;
  std::string_view text_;
  bool ends_ = false;
  std::size_t text_until_ = 0;  // there is the first byte that is no text
  std::size_t done_ = 0;
  std::uint64_t row_line_;

  // While a row is read:
  std::size_t at_ = 0;
  std::uint64_t line_ = 1;
  std::size_t line_begin_ = 0;
  std::string unescaped_;
  std::vector<Piece> pieces_;  // of it: those of row.unescaped
  Place open_quote_;           // of the cell that is read; line 0 outside of quotes
  std::string misfit_;         // what is wrong with the row
};

}  // namespace amont
