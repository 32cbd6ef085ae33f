#include "query/lua/json_items.h"

#include <fmt/format.h>

#include <algorithm>

namespace amont {
namespace {

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

// Moves behind the bytes up to `end`, which are appended.
void JsonItems::take_to(std::size_t end, std::string& out) {
  const std::string_view taken = std::string_view(buffer_).substr(at_, end - at_);
  out += taken;
  at_ = end;
  if (const std::size_t last = taken.rfind('\n'); last != std::string_view::npos) {
    line_ += static_cast<std::uint64_t>(std::count(taken.begin(), taken.end(), '\n'));
    column_ = taken.size() - last;
  } else {
    column_ += taken.size();
  }
}

// Up to the bracket that closes it; a value without brackets, up to what can't be inside one.
Status JsonItems::take_value(std::string& out) {
  const std::size_t begin = out.size();
  std::uint64_t depth = 0;
  bool in_text = false, escaped = false;
  while (true) {
    if (at_ == buffer_.size()) {
      AMONT_LET(const bool more, fill());
      if (!more) return {};  // who reads it says what is missing
    }
    const std::size_t end = std::min(buffer_.size(), at_ + kItemBytesMax - (out.size() - begin));
    std::size_t at = at_;
    bool is_whole = false;
    for (; at != end && !is_whole; ++at) {
      const char c = buffer_[at];
      if (in_text) {
        if (escaped) {
          escaped = false;
        } else if (c == '\\') {
          escaped = true;
        } else if (c == '"') {
          in_text = false;
          is_whole = depth == 0;
        }
        continue;
      }
      const bool closes = c == '}' || c == ']';
      if (depth == 0 && (closes || c == ',' || is_space(c)) && (at != at_ || out.size() != begin)) {
        take_to(at, out);
        return {};
      }
      if (c == '"') {
        in_text = true;
      } else if (c == '{' || c == '[') {
        ++depth;
      } else if (closes) {
        is_whole = depth == 0 || --depth == 0;
      }
    }
    take_to(at, out);
    if (is_whole) return {};
    if (out.size() - begin == kItemBytesMax)
      return wrong(fmt::format("a value is longer than {} bytes", kItemBytesMax));
  }
}

Result<bool> JsonItems::next(std::string& out) {
  if (ended_) return false;
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
      return false;
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
    return false;
  }
  item_line_ = line_;
  item_column_ = column_;
  ++items_;
  AMONT_TRY(take_value(out));
  return true;
}

}  // namespace amont
