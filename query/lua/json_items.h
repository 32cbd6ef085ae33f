// JsonItems: the values of a JSON input, one after the other, in memory for one of them: the items of an array, else each value of
// a sequence (NDJSON, or whatever stands between), of which a single document is the shortest.
//
// It finds where values begin and end, no more: what it gives is not known to be JSON until it is read.
#pragma once

#include <cstdint>
#include <string>

#include "amont/exchange.h"

namespace amont {

class JsonItems {
 public:
  static constexpr std::size_t kItemBytesMax = 64 << 20;
  static constexpr std::size_t kChunkBytes = 256 << 10;  // what it asks of its input at once

  explicit JsonItems(ByteSource source) : source_(std::move(source)) {}

  // Appends the next value's text; false at the end. kInvalid where an array is not one or a value is too long; then no more can be
  // read, and what was appended is of no use.
  Result<bool> next(std::string& out);

  std::uint64_t line() const { return item_line_; }      // where the last value began, or reading failed, from 1
  std::uint64_t column() const { return item_column_; }  // in bytes, from 1
  std::uint64_t bytes() const { return bytes_; }         // taken from the input so far

 private:
  // The next byte that is no space, not taken; -1 at the end.
  Result<int> peek();
  Result<bool> fill();
  Status take_value(std::string& out);
  void take_to(std::size_t end, std::string& out);
  Status wrong(std::string_view what);
  void step();

  ByteSource source_;
  std::string buffer_;
  std::size_t at_ = 0;
  bool in_array_ = false;
  bool begun_ = false;
  bool ended_ = false;  // nothing more is given
  std::uint64_t line_ = 1;
  std::uint64_t column_ = 1;
  std::uint64_t item_line_ = 1;
  std::uint64_t item_column_ = 1;
  std::uint64_t items_ = 0;
  std::uint64_t bytes_ = 0;
};

}  // namespace amont
