#include "core/exchange/csv_reader.h"

#include <algorithm>
#include <cstring>

#include <fmt/format.h>

#include "core/text/utf8.h"

namespace amont {
namespace {

constexpr std::size_t kFirstFill = 256 << 10;
constexpr std::string_view kByteOrderMark = "\xef\xbb\xbf";

}  // namespace

// A row that does not lie in the buffer whole is read again from its beginning when more has come; the buffer doubles
// each time, so that the work stays linear.
Result<bool> CsvReader::next(CsvRow& row) {
  while (true) {
    switch (parse(row)) {
      case Parse::kRow: return true;
      case Parse::kBlank: continue;
      case Parse::kUnclosed: failed_at_ = open_quote_; return invalid("a quote opens here and never closes");
      case Parse::kNeedsMore: break;
    }
    if (at_end_) return false;
    if (buffer_.size() - row_begin_ > kRowBytesMax) {
      failed_at_ = open_quote_.line > 0 ? open_quote_ : Place{row_line_, 1};
      return limit_exceeded(fmt::format("a row of more than {} MiB{}", kRowBytesMax >> 20,
                                        open_quote_.line > 0 ? "; does the quote that opens here close?" : ""));
    }
    AMONT_TRY(fill());
  }
}

Status CsvReader::fill() {
  const bool at_start = bytes_read_ == 0;
  buffer_.erase(0, row_begin_);
  row_begin_ = 0;
  std::size_t filled = buffer_.size();
  const std::size_t wanted = std::max(kFirstFill, 2 * filled);
  buffer_.resize(wanted);
  while (filled < wanted) {
    AMONT_LET(const std::size_t got, input_(std::span<char>(buffer_).subspan(filled)));
    if (got == 0) {
      at_end_ = true;
      break;
    }
    filled += got;
    bytes_read_ += got;
  }
  buffer_.resize(filled);
  if (at_start && buffer_.starts_with(kByteOrderMark)) buffer_.erase(0, kByteOrderMark.size());
  if (at_start && looks_at_first_line_) look_at_first_line();
  return {};
}

void CsvReader::look_at_first_line() {
  bool quoted = false, semicolon = false;
  for (const char c : buffer_) {
    if (c == '"') quoted = !quoted;
    if (quoted) continue;
    if (c == ',') return;
    if (c == '\n') break;
    semicolon = semicolon || c == ';';
  }
  if (semicolon) separator_ = ';';
}

CsvReader::Parse CsvReader::parse(CsvRow& row) {
  at_ = line_begin_ = row_begin_;
  line_ = row_line_;
  spans_.clear();
  span_count_ = 0;
  unescaped_.clear();
  open_quote_ = {};
  if (at_ == buffer_.size()) return Parse::kNeedsMore;
  while (true) {
    Span cell;
    cell.place = place();
    const bool is_quoted = at_ < buffer_.size() && buffer_[at_] == '"';
    if (const Parse read = is_quoted ? quoted(cell) : plain(cell); read != Parse::kRow) return read;
    if (span_count_++ < CsvRow::kCellsKept) spans_.push_back(cell);
    const std::size_t end = at_;
    switch (after_cell()) {
      case After::kCell: continue;
      case After::kNeedsMore: return Parse::kNeedsMore;
      case After::kBad: return skip_bad_row(row, invalid(misfit_));
      case After::kRow: break;
    }
    const bool blank = end == row_begin_;
    if (!blank) finish_row(row, end);
    row_begin_ = at_;
    row_line_ = line_;
    return blank ? Parse::kBlank : Parse::kRow;
  }
}

CsvReader::Parse CsvReader::plain(Span& cell) {
  cell.begin = at_;
  while (at_ < buffer_.size() && buffer_[at_] != separator_ && buffer_[at_] != '\n' && buffer_[at_] != '\r' &&
         buffer_[at_] != '"')
    ++at_;
  if (at_ == buffer_.size() && !at_end_) return Parse::kNeedsMore;
  cell.size = at_ - cell.begin;
  return Parse::kRow;
}

// At a quote; moves behind the one that closes it.
CsvReader::Parse CsvReader::quoted(Span& cell) {
  open_quote_ = cell.place;
  std::size_t begin = ++at_;
  cell.begin = begin;
  while (true) {
    const char* const from = buffer_.data() + at_;
    const void* const found = std::memchr(from, '"', buffer_.size() - at_);
    if (!found) return at_end_ ? Parse::kUnclosed : Parse::kNeedsMore;
    const std::size_t quote = static_cast<std::size_t>(static_cast<const char*>(found) - buffer_.data());
    for (std::size_t i = at_; i < quote; ++i) {
      if (buffer_[i] != '\n') continue;
      ++line_;
      line_begin_ = i + 1;
    }
    at_ = quote + 1;
    if (at_ == buffer_.size() && !at_end_) return Parse::kNeedsMore;
    const bool doubled = at_ < buffer_.size() && buffer_[at_] == '"';
    if (!doubled && !cell.unescaped) {
      cell.size = quote - begin;
      break;
    }
    if (!cell.unescaped) {
      cell.unescaped = true;
      cell.begin = unescaped_.size();
    }
    unescaped_.append(buffer_, begin, quote - begin + (doubled ? 1 : 0));
    if (!doubled) {
      cell.size = unescaped_.size() - cell.begin;
      break;
    }
    begin = ++at_;
  }
  open_quote_ = {};
  return Parse::kRow;
}

CsvReader::After CsvReader::after_cell() {
  if (no_more_comes()) return After::kRow;
  if (buffer_[at_] == separator_) {
    ++at_;
    return After::kCell;
  }
  switch (buffer_[at_]) {
    case '\n':
      ++at_;
      ++line_;
      line_begin_ = at_;
      return After::kRow;
    case '\r':
      if (at_ + 1 == buffer_.size() && !at_end_) return After::kNeedsMore;
      if (at_ + 1 < buffer_.size() && buffer_[at_ + 1] == '\n') {
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
CsvReader::Parse CsvReader::skip_bad_row(CsvRow& row, Status why) {
  const Place where = place();
  const std::size_t newline = buffer_.find('\n', at_);
  if (newline == std::string::npos && !at_end_) return Parse::kNeedsMore;
  const std::size_t end = std::min(newline, buffer_.size());
  spans_.clear();
  span_count_ = 0;
  finish_row(row, end);
  row.bad = std::move(why);
  row.bad_at = where;
  row_begin_ = std::min(end + 1, buffer_.size());
  row_line_ = line_ + 1;
  return Parse::kRow;
}

void CsvReader::finish_row(CsvRow& row, std::size_t end) {
  row.begin = {row_line_, 1};
  row.raw = std::string_view(buffer_).substr(row_begin_, end - row_begin_);
  row.bad = {};
  row.cell_count = span_count_;
  row.cells.clear();
  for (const Span& cell : spans_)
    row.cells.push_back(
        {std::string_view(cell.unescaped ? unescaped_ : buffer_).substr(cell.begin, cell.size), cell.place});
  const std::size_t misfit = first_misfit(row.raw, TextRule::kNoNul);
  if (misfit == row.raw.size()) return;
  const std::string_view before = row.raw.substr(0, misfit);
  const std::size_t last_newline = before.rfind('\n');
  const std::size_t column = last_newline == std::string_view::npos ? misfit : misfit - last_newline - 1;
  row.bad = invalid(misfit_text(row.raw, misfit));
  row.bad_at = {row_line_ + static_cast<std::uint64_t>(std::count(before.begin(), before.end(), '\n')), column + 1};
}

}  // namespace amont
