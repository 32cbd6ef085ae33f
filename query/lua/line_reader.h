// LineReader: the lines of an input, one after the other, in bounded memory.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "amont/exchange.h"

namespace amont {

class LineReader {
 public:
  static constexpr std::size_t kLineBytesMax = 16 << 20;

  explicit LineReader(ByteSource source) : source_(std::move(source)) {}

  // The next line without its end ("\n" or "\r\n"); nothing at the end of the input. Good until the next call. kLimit
  // for a line that is too long.
  Result<std::optional<std::string_view>> next();

  std::uint64_t line() const { return line_; }    // the number of the last line, from 1
  std::uint64_t bytes() const { return bytes_; }  // taken from the input so far
  bool at_end() const { return ended_ && from_ == buffer_.size(); }

 private:
  ByteSource source_;
  std::string buffer_;
  std::size_t from_ = 0;  // where what has not been given yet begins in buffer_
  bool ended_ = false;
  std::uint64_t line_ = 0;
  std::uint64_t bytes_ = 0;
};

// All bytes of an input. kLimit, naming `path`, when there are more than `bytes_max`.
Result<std::string> read_all(const ByteSource& source, std::string_view path, std::size_t bytes_max);

}  // namespace amont
