#include "core/exchange/csv_chunk.h"

#include <span>

#include "core/text/utf8.h"

namespace amont {
namespace {

constexpr std::size_t kChunkBytes = 256 << 10;

}  // namespace

Result<bool> CsvChunker::next(CsvChunk& chunk) {
  if (gave_last_) return false;
  chunk.text.swap(rest_);
  rest_.clear();
  std::size_t filled = chunk.text.size();
  if (!at_end_ && filled < kChunkBytes) {
    chunk.text.resize(kChunkBytes);
    while (filled < kChunkBytes) {
      AMONT_LET(const std::size_t got, input_(std::span<char>(chunk.text).subspan(filled)));
      if (got == 0) {
        at_end_ = true;
        break;
      }
      filled += got;
      bytes_read_ += got;
    }
    chunk.text.resize(filled);
  }
  chunk.is_last = gave_last_ = at_end_;
  return true;
}

void CsvChunkReader::read(CsvChunk& chunk) {
  chunk.rows.clear();
  chunk.puts.clear();
  chunk.texts.clear();
  chunk.failure.reset();
  if (has_failed_ || !take_rest_before(chunk)) return;
  chunk.is_plain = flat_.has_ascii_names() && is_ascii(chunk.text);
  rows_.show(chunk.text, chunk.is_last);
  CsvRows::Next next;
  while ((next = rows_.next(row_)) == CsvRows::Next::kRow) {
    CsvChunk::Row& row = chunk.rows.emplace_back();
    row.begin = static_cast<std::uint32_t>(row_.raw.data() - chunk.text.data());
    row.size = static_cast<std::uint32_t>(row_.raw.size());
    row.line = row_.begin.line;
    if (!row_.bad.ok() || row_.cell_count != flat_.columns()) continue;
    for (const std::size_t cell : row_.unescaped) row_.cells[cell].text = chunk.texts.keep(row_.cells[cell].text);
    if (!flat_.read(row_, types_.of(row_.cells[0].text), chunk.puts, chunk.texts)) continue;
    row.put = static_cast<std::uint32_t>(chunk.puts.size() - 1);
  }
  chunk.puts.settle();
  refs_.look_up(chunk.puts.all());
  if (next == CsvRows::Next::kUnclosed) chunk.failure = rows_.unclosed();
  if (next == CsvRows::Next::kNone) keep_rest_of(chunk);
  has_failed_ = chunk.failure.has_value();
}

// Whether there is enough now to look at.
bool CsvChunkReader::take_rest_before(CsvChunk& chunk) {
  if (rest_.empty()) return true;
  rest_ += chunk.text;
  chunk.text.clear();
  if (!chunk.is_last && rest_.size() < wanted_bytes_) return false;
  chunk.text.swap(rest_);
  rest_.clear();
  return true;
}

// A row that is not whole is read again from its beginning when there is twice as much of it, so that the work stays linear.
void CsvChunkReader::keep_rest_of(CsvChunk& chunk) {
  chunk.failure = rows_.too_large();
  if (chunk.is_last || chunk.failure) return;
  rest_.assign(chunk.text, rows_.done());
  wanted_bytes_ = 2 * rest_.size();
}

}  // namespace amont
