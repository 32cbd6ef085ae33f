#include "core/exchange/csv_rows.h"

#include <algorithm>
#include <cstring>
#include <utility>

#include <fmt/format.h>

#include "core/text/utf8.h"

namespace amont {

void CsvRows::show(std::string_view text, bool ends) {
  text_ = text;
  ends_ = ends;
  done_ = 0;
  text_until_ = first_misfit(text, TextRule::kNoNul);
}

CsvRows::Next CsvRows::next(CsvRow& row) {
  while (true) {
    switch (parse(row)) {
      case Parse::kRow: return Next::kRow;
      case Parse::kBlank: continue;
      case Parse::kNeedsMore: return Next::kNone;
      case Parse::kUnclosed: return Next::kUnclosed;
    }
  }
}

CsvFailure CsvRows::unclosed() const { return {invalid("a quote opens here and never closes"), open_quote_}; }

std::optional<CsvFailure> CsvRows::too_large() const {
  if (text_.size() - done_ <= kRowBytesMax) return {};
  const bool is_open = open_quote_.line > 0;
  return CsvFailure{limit_exceeded(fmt::format("a row of more than {} MiB{}", kRowBytesMax >> 20,
                                               is_open ? "; does the quote that opens here close?" : "")),
                    is_open ? open_quote_ : Place{row_line_, 1}};
}

// A row that is not whole is read again from its beginning when more has come.
CsvRows::Parse CsvRows::parse(CsvRow& row) {
  at_ = line_begin_ = done_;
  line_ = row_line_;
  row.cells.clear();
  row.cell_count = 0;
  row.unescaped.clear();
  pieces_.clear();
  unescaped_.clear();
  open_quote_ = {};
  if (at_ == text_.size()) return Parse::kNeedsMore;
  while (true) {
    CsvCell cell;
    cell.place = place();
    const bool is_quoted = at_ < text_.size() && text_[at_] == '"';
    if (const Parse read = is_quoted ? quoted(row, cell) : plain(cell); read != Parse::kRow) return read;
    if (row.cell_count++ < CsvRow::kCellsKept) row.cells.push_back(cell);
    const std::size_t end = at_;
    switch (after_cell()) {
      case After::kCell: continue;
      case After::kNeedsMore: return Parse::kNeedsMore;
      case After::kBad: return skip_bad_row(row, invalid(misfit_));
      case After::kRow: break;
    }
    const bool blank = end == done_;
    if (!blank) finish_row(row, end);
    done_ = at_;
    row_line_ = line_;
    return blank ? Parse::kBlank : Parse::kRow;
  }
}

CsvRows::Parse CsvRows::plain(CsvCell& cell) {
  const std::size_t begin = at_;
  while (at_ < text_.size() && text_[at_] != separator_ && text_[at_] != '\n' && text_[at_] != '\r' &&
         text_[at_] != '"')
    ++at_;
  if (at_ == text_.size() && !ends_) return Parse::kNeedsMore;
  cell.text = text_.substr(begin, at_ - begin);
  return Parse::kRow;
}

// At a quote; moves behind the one that closes it.
CsvRows::Parse CsvRows::quoted(CsvRow& row, CsvCell& cell) {
  open_quote_ = cell.place;
  std::size_t begin = ++at_;
  const std::size_t piece = unescaped_.size();
  bool has_quotes = false;
  while (true) {
    const std::size_t quote = text_.find('"', at_);
    if (quote == std::string_view::npos) return ends_ ? Parse::kUnclosed : Parse::kNeedsMore;
    for (std::size_t i = at_; i < quote; ++i) {
      if (text_[i] != '\n') continue;
      ++line_;
      line_begin_ = i + 1;
    }
    at_ = quote + 1;
    if (at_ == text_.size() && !ends_) return Parse::kNeedsMore;
    const bool doubled = at_ < text_.size() && text_[at_] == '"';
    if (!doubled && !has_quotes) {
      cell.text = text_.substr(begin, quote - begin);
      break;
    }
    has_quotes = true;
    unescaped_.append(text_, begin, quote - begin + (doubled ? 1 : 0));
    if (!doubled) {
      if (row.cell_count < CsvRow::kCellsKept) {
        row.unescaped.push_back(row.cell_count);
        pieces_.push_back({piece, unescaped_.size() - piece});
      }
      break;
    }
    begin = ++at_;
  }
  open_quote_ = {};
  return Parse::kRow;
}

CsvRows::After CsvRows::after_cell() {
  if (no_more_comes()) return After::kRow;
  if (text_[at_] == separator_) {
    ++at_;
    return After::kCell;
  }
  switch (text_[at_]) {
    case '\n':
      ++at_;
      ++line_;
      line_begin_ = at_;
      return After::kRow;
    case '\r':
      if (at_ + 1 == text_.size() && !ends_) return After::kNeedsMore;
      if (at_ + 1 < text_.size() && text_[at_ + 1] == '\n') {
        at_ += 2;
        ++line_;
        line_begin_ = at_;
        return After::kRow;
      }
      misfit_ =
          "a carriage return (CR) stands alone here; rows end with LF or CRLF, and in a cell it needs quotes around "
          "the cell";
      return After::kBad;
    case '"':
      misfit_ = "a quote stands inside a cell; put quotes around the whole cell, and write \"\" for a quote in it";
      return After::kBad;
    default:
      misfit_ =
          fmt::format("a {} or the row's end must follow a closing quote", separator_ == ';' ? "semicolon" : "comma");
      return After::kBad;
  }
}

// The next row begins after the next end of a line.
CsvRows::Parse CsvRows::skip_bad_row(CsvRow& row, Status why) {
  const Place where = place();
  const std::size_t newline = text_.find('\n', at_);
  if (newline == std::string_view::npos && !ends_) return Parse::kNeedsMore;
  const std::size_t end = std::min(newline, text_.size());
  row.cells.clear();
  row.cell_count = 0;
  row.unescaped.clear();
  finish_row(row, end);
  row.bad = std::move(why);
  row.bad_at = where;
  done_ = std::min(end + 1, text_.size());
  row_line_ = line_ + 1;
  return Parse::kRow;
}

void CsvRows::finish_row(CsvRow& row, std::size_t end) {
  row.begin = {row_line_, 1};
  row.raw = text_.substr(done_, end - done_);
  row.bad = {};
  for (std::size_t i = 0; i < row.unescaped.size(); ++i)
    row.cells[row.unescaped[i]].text = std::string_view(unescaped_).substr(pieces_[i].begin, pieces_[i].size);
  if (end > text_until_) look_at_text(row);
}

void CsvRows::look_at_text(CsvRow& row) const {
  const std::size_t misfit = first_misfit(row.raw, TextRule::kNoNul);
  if (misfit == row.raw.size()) return;
  const std::string_view before = row.raw.substr(0, misfit);
  const std::size_t last_newline = before.rfind('\n');
  const std::size_t column = last_newline == std::string_view::npos ? misfit : misfit - last_newline - 1;
  row.bad = invalid(misfit_text(row.raw, misfit));
  row.bad_at = {row_line_ + static_cast<std::uint64_t>(std::count(before.begin(), before.end(), '\n')), column + 1};
}

}  // namespace amont
