#include "core/text/utf8.h"

#include <fmt/format.h>

#include <algorithm>
#include <cstring>
#include <iterator>

namespace amont {
namespace {

constexpr std::uint64_t kEach = 0x0101'0101'0101'0101;  // one in every byte
constexpr std::uint64_t kHigh = kEach << 7;
constexpr std::size_t kQuotedBytesMax = 80;

// Not zero when a byte of the word is zero, or below `n` (at most 0x80).
constexpr std::uint64_t any_zero(std::uint64_t word) { return (word - kEach) & ~word & kHigh; }
constexpr std::uint64_t any_below(std::uint64_t word, std::uint8_t n) { return (word - kEach * n) & ~word & kHigh; }

constexpr bool is_control(char32_t c) { return c < 0x20 || (c >= 0x7f && c < 0xa0); }

// The next eight bytes, in any order, and letters in place of those that the text does not have.
std::uint64_t word_at(std::string_view text, std::size_t at) {
  std::uint64_t word = kEach * 'a';
  if (text.size() - at >= 8) {
    std::memcpy(&word, text.data() + at, 8);
  } else {
    for (std::size_t i = at; i < text.size(); ++i) word = word << 8 | static_cast<unsigned char>(text[i]);
  }
  return word;
}

bool is_plain(std::uint64_t word, TextRule rule) {
  if (word & kHigh) return false;
  if (rule == TextRule::kNoNul) return !any_zero(word);
  return !any_below(word, 0x20) && !any_zero(word ^ (kEach * 0x7f));
}

struct Range {
  char32_t first;
  char32_t last;
};
// General category Cf of Unicode 15.0, ascending.
constexpr Range kFormatCharacters[] = {
    {0x00AD, 0x00AD},   {0x0600, 0x0605},   {0x061C, 0x061C},   {0x06DD, 0x06DD},   {0x070F, 0x070F},
    {0x0890, 0x0891},   {0x08E2, 0x08E2},   {0x180E, 0x180E},   {0x200B, 0x200F},   {0x202A, 0x202E},
    {0x2060, 0x2064},   {0x2066, 0x206F},   {0xFEFF, 0xFEFF},   {0xFFF9, 0xFFFB},   {0x110BD, 0x110BD},
    {0x110CD, 0x110CD}, {0x13430, 0x1343F}, {0x1BCA0, 0x1BCA3}, {0x1D173, 0x1D17A}, {0xE0001, 0xE0001},
    {0xE0020, 0xE007F},
};

}  // namespace

CodePoint code_point_at(std::string_view text, std::size_t offset) {
  const auto byte = [&](std::size_t i) { return static_cast<unsigned char>(text[offset + i]); };
  const unsigned char lead = byte(0);
  if (lead < 0x80) return {lead, 1};
  if (lead < 0xc2 || lead > 0xf4) return {};
  const std::uint8_t size = lead < 0xe0 ? 2 : lead < 0xf0 ? 3 : 4;
  if (text.size() - offset < size) return {};
  // The second byte's range is narrower where a wider one would be overlong, a surrogate or too large.
  const unsigned char lowest = lead == 0xe0 ? 0xa0 : lead == 0xf0 ? 0x90 : 0x80;
  const unsigned char highest = lead == 0xed ? 0x9f : lead == 0xf4 ? 0x8f : 0xbf;
  if (byte(1) < lowest || byte(1) > highest) return {};
  char32_t value = lead & (0x7fu >> size);
  for (std::uint8_t i = 1; i < size; ++i) {
    if ((byte(i) & 0xc0) != 0x80) return {};
    value = value << 6 | (byte(i) & 0x3fu);
  }
  return {value, size};
}

std::size_t first_misfit(std::string_view text, TextRule rule) {
  std::size_t at = 0;
  while (at < text.size()) {
    if (is_plain(word_at(text, at), rule)) {
      at += 8;
      continue;
    }
    const CodePoint point = code_point_at(text, at);
    if (point.size == 0) return at;
    if (rule == TextRule::kNoNul ? point.value == 0 : is_control(point.value)) return at;
    at += point.size;
  }
  return text.size();
}

bool is_ascii(std::string_view text) {
  for (std::size_t at = 0; at < text.size(); at += 8)
    if (word_at(text, at) & kHigh) return false;
  return true;
}

std::string misfit_text(std::string_view text, std::size_t offset, std::size_t base) {
  const CodePoint point = code_point_at(text, offset);
  if (point.size == 0) return fmt::format("it is not UTF-8 at byte offset {}", base + offset);
  return fmt::format("it holds the control character U+{:04X} at byte offset {}", std::uint32_t{point.value},
                     base + offset);
}

bool is_format_character(char32_t code_point) {
  const Range* at = std::lower_bound(std::begin(kFormatCharacters), std::end(kFormatCharacters), code_point,
                                     [](const Range& range, char32_t value) { return range.last < value; });
  return at != std::end(kFormatCharacters) && at->first <= code_point;
}

std::string in_quotes(std::string_view text) {
  std::string out = "\"";
  std::size_t at = 0;
  while (at < text.size() && at < kQuotedBytesMax) {
    const CodePoint point = code_point_at(text, at);
    if (point.size == 0) {
      out += fmt::format("\\x{:02x}", static_cast<unsigned char>(text[at]));
    } else if (is_control(point.value) || is_format_character(point.value)) {
      out += fmt::format("\\u{{{:x}}}", std::uint32_t{point.value});
    } else {
      if (point.value == '"' || point.value == '\\') out.push_back('\\');
      out += text.substr(at, point.size);
    }
    at += std::max<std::size_t>(point.size, 1);
  }
  out += at < text.size() ? "...\"" : "\"";
  return out;
}

}  // namespace amont
