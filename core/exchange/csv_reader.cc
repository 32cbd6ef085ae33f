#include "core/exchange/csv_reader.h"

#include <algorithm>
#include <utility>

namespace amont {
namespace {

constexpr std::size_t kFirstFill = 256 << 10;
constexpr std::string_view kByteOrderMark = "\xef\xbb\xbf";

}  // namespace

// When a row does not lie in the buffer whole, the buffer doubles, so that the work stays linear.
Result<bool> CsvReader::next(CsvRow& row) {
  while (true) {
    switch (rows_.next(row)) {
      case CsvRows::Next::kRow: return true;
      case CsvRows::Next::kUnclosed: return fail(rows_.unclosed());
      case CsvRows::Next::kNone: break;
    }
    if (at_end_) return false;
    if (auto failure = rows_.too_large()) return fail(*std::move(failure));
    AMONT_TRY(fill());
  }
}

Status CsvReader::fail(CsvFailure failure) {
  failed_at_ = failure.at;
  return std::move(failure.why);
}

Status CsvReader::fill() {
  const bool at_start = bytes_read_ == 0;
  buffer_.erase(0, rows_.done());
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
  rows_.show(buffer_, at_end_);
  return {};
}

std::string CsvReader::take_rest() {
  buffer_.erase(0, rows_.done());
  rows_.show({}, true);
  return std::exchange(buffer_, {});
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
  if (semicolon) rows_.set_separator(';');
}

}  // namespace amont
