#include "query/lua/line_reader.h"

#include <fmt/format.h>

#include <cstring>

namespace amont {
namespace {

constexpr std::size_t kChunkBytes = 256 << 10;

// Appends a chunk; the number of bytes, 0 at the end.
Result<std::size_t> append_chunk(const ByteSource& source, std::string& out) {
  const std::size_t before = out.size();
  out.resize(before + kChunkBytes);
  Result<std::size_t> count = source(std::span(out).subspan(before));
  out.resize(before + (count.ok() ? *count : 0));
  return count;
}

}  // namespace

Result<std::optional<std::string_view>> LineReader::next() {
  std::size_t searched = from_;
  while (true) {
    const void* found = std::memchr(buffer_.data() + searched, '\n', buffer_.size() - searched);
    const char* end = found ? static_cast<const char*>(found) : buffer_.data() + buffer_.size();
    if (found || ended_) {
      if (!found && from_ == buffer_.size()) return std::optional<std::string_view>();
      std::string_view line(buffer_.data() + from_, static_cast<std::size_t>(end - buffer_.data()) - from_);
      from_ += line.size() + (found ? 1 : 0);
      if (line.ends_with('\r')) line.remove_suffix(1);
      ++line_;
      return std::optional(line);
    }
    if (buffer_.size() - from_ > kLineBytesMax)
      return limit_exceeded(fmt::format("line {} is longer than {} bytes", line_ + 1, kLineBytesMax));
    buffer_.erase(0, from_);
    from_ = 0;
    searched = buffer_.size();
    AMONT_LET(const std::size_t count, append_chunk(source_, buffer_));
    bytes_ += count;
    ended_ = count == 0;
  }
}

Result<std::string> read_all(const ByteSource& source, std::string_view path, std::size_t bytes_max) {
  std::string all;
  while (true) {
    AMONT_LET(const std::size_t count, append_chunk(source, all));
    if (count == 0) return all;
    if (all.size() > bytes_max) return limit_exceeded(fmt::format("{} is larger than {} bytes", path, bytes_max));
  }
}

}  // namespace amont
