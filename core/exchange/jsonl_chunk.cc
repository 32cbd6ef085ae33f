#include "core/exchange/jsonl_chunk.h"

#include <algorithm>
#include <cstring>
#include <utility>

#include <fmt/format.h>

#include "core/text/utf8.h"

namespace amont {
namespace {

constexpr std::size_t kChunkBytes = 256 << 10;

bool is_blank(std::string_view line) {
  return std::all_of(line.begin(), line.end(), [](char c) { return c == ' ' || c == '\t' || c == '\r'; });
}

std::uint64_t newlines_in(std::string_view text) {
  std::uint64_t count = 0;
  for (std::size_t at = text.find('\n'); at != std::string_view::npos; at = text.find('\n', at + 1)) ++count;
  return count;
}

bool is_text(std::string_view bytes) { return first_misfit(bytes, TextRule::kNoNul) == bytes.size(); }

JsonlLine no_text(std::string_view line) {
  const std::size_t at = first_misfit(line, TextRule::kNoNul);
  return BadLine{invalid(misfit_text(line, at)), at};
}

}  // namespace

void JsonlChunkReader::read(JsonlChunk& chunk) {
  chunk.lines.clear();
  chunk.puts.clear();
  chunk.contents.clear();
  const std::string_view text = chunk.text;
  const bool ascii = is_ascii(text);
  chunk.is_plain = ascii && text.find('\\') == std::string_view::npos;
  if (chunk.is_long_line) {
    Status why = limit_exceeded(fmt::format("the line is longer than {} MiB", kLineBytesMax >> 20));
    chunk.lines.push_back({0, static_cast<std::uint32_t>(text.size()), chunk.first_line, false, 0});
    chunk.contents.push_back(BadLine{std::move(why), 0});
    return;
  }
  // One look at all lines; seldom a look at each.
  const bool all_text = ascii ? text.find('\0') == std::string_view::npos : is_text(text);
  std::uint64_t number = chunk.first_line;
  for (std::size_t begin = 0; begin < text.size(); ++number) {
    const std::size_t end = std::min(text.find('\n', begin), text.size());
    std::string_view line = text.substr(begin, end - begin);
    if (line.ends_with('\r')) line.remove_suffix(1);
    if (!is_blank(line)) {
      const bool readable = all_text || is_text(line);
      const bool is_flat = readable && read_flat_line(line, chunk.puts);
      const std::size_t what = is_flat ? chunk.puts.size() - 1 : chunk.contents.size();
      chunk.lines.push_back({static_cast<std::uint32_t>(begin), static_cast<std::uint32_t>(line.size()), number,
                             is_flat, static_cast<std::uint32_t>(what)});
      if (!is_flat) chunk.contents.push_back(readable ? reader_.read(line) : no_text(line));
    }
    begin = end + 1;
  }
  chunk.puts.settle();
  refs_.look_up(chunk.puts.all());
}

// Reads on until `text` has that many bytes, or the input ends; whether anything came.
Result<bool> JsonlChunker::fill(std::string& text, std::size_t bytes) {
  std::size_t filled = text.size();
  const std::size_t before = filled;
  if (filled >= bytes || at_end_) return false;
  text.resize(bytes);
  while (filled < bytes) {
    AMONT_LET(const std::size_t got, input_(std::span<char>(text).subspan(filled)));
    if (got == 0) {
      at_end_ = true;
      break;
    }
    filled += got;
  }
  text.resize(filled);
  bytes_read_ += filled - before;
  return filled > before;
}

Result<bool> JsonlChunker::next(JsonlChunk& chunk) {
  if (std::exchange(in_long_line_, false)) AMONT_TRY(skip_long_line());
  chunk.text.swap(rest_);
  rest_.clear();
  chunk.first_line = next_line_;
  chunk.is_long_line = false;
  for (std::size_t wanted = kChunkBytes, looked = 0;; wanted = std::min(2 * wanted, kLineBytesMax + 1)) {
    AMONT_TRY(fill(chunk.text, wanted).status());
    if (chunk.text.empty()) return false;
    const std::size_t newline = std::string_view(chunk.text).substr(looked).rfind('\n');
    if (newline != std::string_view::npos) {
      rest_.assign(chunk.text, looked + newline + 1);
      chunk.text.resize(looked + newline + 1);
      break;
    }
    if (chunk.text.size() > kLineBytesMax) {
      chunk.is_long_line = in_long_line_ = true;
      chunk.text.resize(kLongLineBytesKept);
      chunk.text.shrink_to_fit();
      break;
    }
    if (at_end_) break;
    looked = chunk.text.size();
  }
  next_line_ += chunk.is_long_line ? 1 : newlines_in(chunk.text);
  return true;
}

// To what follows its end, in rest_. The line may be without end: so its beginning was given before.
Status JsonlChunker::skip_long_line() {
  while (true) {
    rest_.clear();
    AMONT_LET(const bool more, fill(rest_, kChunkBytes));
    if (!more) return {};
    const std::size_t newline = rest_.find('\n');
    if (newline == std::string::npos) continue;
    rest_.erase(0, newline + 1);
    return {};
  }
}

}  // namespace amont
