#include "query/lua/json_items.h"

#include <fmt/format.h>

namespace amont {
namespace {

constexpr std::size_t kChunkBytes = 256 << 10;

bool is_space(char c) { return c == ' ' || c == '\t' || c == '\n' || c == '\r'; }

}  // namespace

Result<bool> JsonItems::fill() {
  buffer_.resize(kChunkBytes);
  at_ = 0;
  Result<std::size_t> got = source_(std::span<char>(buffer_));
  buffer_.resize(got.ok() ? *got : 0);
  if (!got.ok()) return std::move(got).status();
  bytes_ += *got;
  return *got > 0;
}

void JsonItems::step() {
  if (buffer_[at_++] == '\n') {
    ++line_;
    column_ = 1;
  } else {
    ++column_;
  }
}

Result<int> JsonItems::peek() {
  while (true) {
    while (at_ < buffer_.size() && is_space(buffer_[at_])) step();
    if (at_ < buffer_.size()) return static_cast<unsigned char>(buffer_[at_]);
    AMONT_LET(const bool more, fill());
    if (!more) return -1;
  }
}

Status JsonItems::wrong(std::string_view what) {
  ended_ = true;
  item_line_ = line_;
  item_column_ = column_;
  return invalid(fmt::format("{} at column {}", what, column_));
}

// Up to the bracket that closes it; a value without brackets, up to what can't be inside one.
Status JsonItems::take_value(std::string& out) {
  std::uint64_t depth = 0;
  bool in_text = false, escaped = false;
  while (true) {
    if (at_ == buffer_.size()) {
      AMONT_LET(const bool more, fill());
      if (!more) return {};  // who reads it says what is missing
    }
    const char c = buffer_[at_];
    if (depth == 0 && !in_text && !out.empty() && (is_space(c) || c == ',' || c == ']' || c == '}')) return {};
    if (out.size() == kItemBytesMax) return wrong(fmt::format("a value is longer than {} bytes", kItemBytesMax));
    out.push_back(c);
    step();
    if (in_text) {
      if (escaped)
        escaped = false;
      else if (c == '\\')
        escaped = true;
      else if (c == '"')
        in_text = false;
      if (!in_text && depth == 0) return {};
    } else if (c == '"') {
      in_text = true;
    } else if (c == '{' || c == '[') {
      ++depth;
    } else if ((c == '}' || c == ']') && (depth == 0 || --depth == 0)) {
      return {};
    }
  }
}

Result<std::optional<std::string>> JsonItems::next() {
  if (ended_) return std::optional<std::string>();
  AMONT_LET(int first, peek());
  if (!std::exchange(begun_, true) && first == '[') {
    in_array_ = true;
    step();
    AMONT_LET(first, peek());
  }
  if (in_array_) {
    if (first < 0) return wrong("the array that the input begins with has no end");
    if (first == ']') {
      step();
      AMONT_LET(const int behind, peek());
      if (behind >= 0) return wrong("something follows the array that the input begins with,");
      ended_ = true;
      return std::optional<std::string>();
    }
    if (items_ > 0) {
      if (first != ',') return wrong("expected a comma or ] after an item of the array");
      step();
      AMONT_LET(first, peek());
      if (first < 0) return wrong("the array that the input begins with has no end");
      if (first == ']') return wrong("an item is missing after the comma,");
    }
  }
  if (first < 0) {
    ended_ = true;
    return std::optional<std::string>();
  }
  item_line_ = line_;
  item_column_ = column_;
  ++items_;
  std::string value;
  AMONT_TRY(take_value(value));
  return std::optional(std::move(value));
}

}  // namespace amont
