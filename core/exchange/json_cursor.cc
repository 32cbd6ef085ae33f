#include "core/exchange/json_cursor.h"

#include <charconv>
#include <cmath>
#include <cstdint>
#include <cstring>

#include <fmt/format.h>

#include "core/text/utf8.h"

namespace amont {
namespace {

constexpr bool is_digit(char c) { return c >= '0' && c <= '9'; }
constexpr bool is_space(char c) { return c == ' ' || c == '\t' || c == '\n' || c == '\r'; }
constexpr bool is_letter(char c) { return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z'); }

// Does any of eight bytes end a run of plain string: a quote, a backslash, a control character?
bool has_special(std::uint64_t bytes) {
  constexpr std::uint64_t kOnes = 0x0101'0101'0101'0101, kHighs = 0x8080'8080'8080'8080;
  const auto has_zero = [](std::uint64_t word) { return (word - kOnes) & ~word & kHighs; };
  return has_zero(bytes ^ kOnes * '"') | has_zero(bytes ^ kOnes * '\\') | ((bytes - kOnes * 0x20) & ~bytes & kHighs);
}

// The first quote, backslash or control character at or after `at`.
const char* end_of_plain(const char* at, const char* end) {
  for (std::uint64_t word; end - at >= 8; at += 8) {
    std::memcpy(&word, at, 8);
    if (has_special(word)) break;
  }
  while (at != end && *at != '"' && *at != '\\' && static_cast<unsigned char>(*at) >= 0x20) ++at;
  return at;
}

bool hex4(const char* at, const char* end, char32_t& out) {
  if (end - at < 4) return false;
  unsigned value = 0;
  const auto [stop, error] = std::from_chars(at, at + 4, value, 16);
  out = value;
  return error == std::errc() && stop == at + 4;
}

void append_utf8(std::string& out, char32_t c) {
  if (c < 0x80) {
    out.push_back(static_cast<char>(c));
  } else if (c < 0x800) {
    out.push_back(static_cast<char>(0xc0 | c >> 6));
    out.push_back(static_cast<char>(0x80 | (c & 0x3f)));
  } else if (c < 0x10000) {
    out.push_back(static_cast<char>(0xe0 | c >> 12));
    out.push_back(static_cast<char>(0x80 | (c >> 6 & 0x3f)));
    out.push_back(static_cast<char>(0x80 | (c & 0x3f)));
  } else {
    out.push_back(static_cast<char>(0xf0 | c >> 18));
    out.push_back(static_cast<char>(0x80 | (c >> 12 & 0x3f)));
    out.push_back(static_cast<char>(0x80 | (c >> 6 & 0x3f)));
    out.push_back(static_cast<char>(0x80 | (c & 0x3f)));
  }
}

// What stands at `text`, for a message, with a word on what people write there by habit.
std::string found(std::string_view text) {
  if (text.empty()) return "the text ends";
  const auto begins = [&](std::string_view word) { return text.starts_with(word); };
  if (begins("NaN") || begins("Infinity") || begins("-Infinity") || begins("nan") || begins("inf"))
    return "NaN and Infinity are no JSON numbers";
  if (begins("//") || begins("/*") || begins("#")) return "JSON has no comments";
  if (begins("'")) return "JSON has double quotes only";
  if (begins("+") || begins(".")) return "a JSON number begins with a digit or a minus";
  if (begins("}") || begins("]")) return fmt::format("found {}; is there a comma too many?", text[0]);
  if (begins("\xef\xbb\xbf")) return "found a byte order mark (BOM)";
  std::size_t size = std::max<std::size_t>(code_point_at(text, 0).size, 1);
  while (is_letter(text[0]) && size < text.size() && size < 20 && is_letter(text[size])) ++size;
  return fmt::format("found {}", in_quotes(text.substr(0, size)));
}

}  // namespace

bool JsonCursor::fail(Status why, std::size_t at) {
  if (!ok()) return false;
  status_ = std::move(why);
  failed_at_ = at;
  at_ = end_;
  return false;
}

char JsonCursor::peek() {
  while (at_ != end_ && is_space(*at_)) ++at_;
  return at_ == end_ ? '\0' : *at_;
}

bool JsonCursor::take(char c) {
  if (peek() != c || at_ == end_) return false;
  ++at_;
  return true;
}

bool JsonCursor::expected(std::string_view what) {
  const std::size_t at = offset();
  return fail(invalid(fmt::format("{} is expected here; {}", what, found({at_, static_cast<std::size_t>(end_ - at_)}))),
              at);
}

bool JsonCursor::expect(char c, std::string_view after) {
  if (take(c)) return true;
  if (!ok()) return false;
  return expected(after.empty() ? fmt::format("'{}'", c) : fmt::format("'{}' after {}", c, after));
}

bool JsonCursor::expect_end() {
  if (!ok()) return false;
  return peek() == '\0' && at_ == end_ ? true : expected("nothing more");
}

bool JsonCursor::string(std::string_view& out, std::string& scratch, std::string_view what) {
  if (peek() != '"') return ok() ? expected(what) : false;
  const char* const start = at_ + 1;
  const char* at = end_of_plain(start, end_);
  if (at != end_ && *at == '"') {
    out = {start, static_cast<std::size_t>(at - start)};
    at_ = at + 1;
    return true;
  }
  scratch.assign(start, at);
  while (true) {
    if (at == end_)
      return fail(invalid("a string begins here and has no closing quote"),
                  static_cast<std::size_t>(start - 1 - begin_));
    if (*at == '"') break;
    if (*at != '\\') {
      return fail(
          invalid(fmt::format("a control character (U+{:04X}) in a string must be written as \\u{:04x}", *at, *at)),
          static_cast<std::size_t>(at - begin_));
    }
    if (!escape(at, scratch)) return false;
    const char* const plain = at;
    at = end_of_plain(at, end_);
    scratch.append(plain, at);
  }
  out = scratch;
  at_ = at + 1;
  return true;
}

// At a backslash; moves behind the escape.
bool JsonCursor::escape(const char*& at, std::string& out) {
  const std::size_t where = static_cast<std::size_t>(at - begin_);
  const char kind = at + 1 == end_ ? '\0' : at[1];
  constexpr std::string_view kNames = "\"\\/bfnrt", kValues = "\"\\/\b\f\n\r\t";
  if (const std::size_t i = kNames.find(kind); kind != '\0' && i != std::string_view::npos) {
    out.push_back(kValues[i]);
    at += 2;
    return true;
  }
  if (kind != 'u') return fail(invalid("an unknown escape in a string; write a backslash as \\\\"), where);
  char32_t value = 0;
  if (!hex4(at + 2, end_, value)) return fail(invalid("four hexadecimal digits must follow \\u"), where);
  at += 6;
  if (value >= 0xd800 && value <= 0xdfff) {
    char32_t low = 0;
    const bool paired = value < 0xdc00 && end_ - at >= 6 && at[0] == '\\' && at[1] == 'u' && hex4(at + 2, end_, low) &&
                        low >= 0xdc00 && low <= 0xdfff;
    if (!paired)
      return fail(invalid(fmt::format("\\u{:04x} is half of a surrogate pair without the other half",
                                      static_cast<unsigned>(value))),
                  where);
    value = 0x10000 + ((value - 0xd800) << 10) + (low - 0xdc00);
    at += 6;
  }
  append_utf8(out, value);
  return true;
}

bool JsonCursor::number(Scalar& out) {
  if (!next_is_number()) return ok() ? expected("a number") : false;
  const char* const start = at_;
  const std::size_t where = static_cast<std::size_t>(start - begin_);
  const auto bad = [&](std::string_view why) { return fail(invalid(std::string(why)), where); };
  const auto digits = [&] {
    const char* const first = at_;
    while (at_ != end_ && is_digit(*at_)) ++at_;
    return at_ != first;
  };
  if (*at_ == '-') ++at_;
  if (at_ != end_ && *at_ == 'I') return at_ = start, expected("a number");
  const char* const first_digit = at_;
  if (!digits()) return bad("a digit must follow the minus");
  if (*first_digit == '0' && at_ - first_digit > 1)
    return bad("a number can't begin with a zero that other digits follow");
  bool is_integer = true;
  if (at_ != end_ && *at_ == '.') {
    is_integer = false;
    ++at_;
    if (!digits()) return bad("a digit must follow a number's point");
  }
  if (at_ != end_ && (*at_ == 'e' || *at_ == 'E')) {
    is_integer = false;
    ++at_;
    if (at_ != end_ && (*at_ == '+' || *at_ == '-')) ++at_;
    if (!digits()) return bad("a digit must follow a number's exponent");
  }
  if (is_integer) {
    std::int64_t value = 0;
    if (std::from_chars(start, at_, value).ec != std::errc())
      return bad("an integer must fit 64 bits; write .0 after it to keep it as a real, or quote it to keep it as text");
    out = value;
    return true;
  }
  double value = 0;
  if (std::from_chars(start, at_, value).ec != std::errc() || !std::isfinite(value))
    return bad("a real must fit 64 bits (1e-323 to 1e308); quote it to keep it as text");
  out = value;
  return true;
}

bool JsonCursor::word(std::string_view word) {
  peek();
  if (!std::string_view(at_, static_cast<std::size_t>(end_ - at_)).starts_with(word)) return false;
  const char* const after = at_ + word.size();
  if (after != end_ && (is_letter(*after) || is_digit(*after) || *after == '_')) return false;
  at_ = after;
  return true;
}

bool JsonCursor::boolean(bool& out) {
  if (word("true")) return out = true;
  if (!word("false")) return ok() ? expected("true or false") : false;
  out = false;
  return true;
}

bool JsonCursor::null() { return word("null"); }

}  // namespace amont
