#include "tools/render/escape.h"

#include <algorithm>
#include <iterator>

#include <fmt/format.h>

#include "amont/model.h"

namespace amont::tool {
namespace {

struct Character {
  char32_t code = 0;
  std::size_t bytes = 1;
  bool valid = false;
};

// The character at the front of a text that is not empty. Overlong forms, surrogates and cut sequences are not valid.
Character front(std::string_view text) {
  const auto byte = [&](std::size_t i) { return static_cast<unsigned char>(text[i]); };
  const unsigned char first = byte(0);
  if (first < 0x80) return {first, 1, true};
  const std::size_t bytes = first >= 0xf0 ? 4 : first >= 0xe0 ? 3 : 2;
  if (first < 0xc2 || first > 0xf4 || text.size() < bytes) return {first, 1, false};
  char32_t code = first & (0xff >> (bytes + 1));
  for (std::size_t i = 1; i < bytes; ++i) {
    if ((byte(i) & 0xc0) != 0x80) return {first, 1, false};
    code = code << 6 | (byte(i) & 0x3f);
  }
  constexpr char32_t kSmallest[] = {0, 0, 0x80, 0x800, 0x10000};
  const bool valid = code >= kSmallest[bytes] && code <= 0x10ffff && !(code >= 0xd800 && code <= 0xdfff);
  return valid ? Character{code, bytes, true} : Character{first, 1, false};
}

struct Range {
  char32_t first;
  char32_t last;
};

template <std::size_t kCount>
bool is_among(char32_t code, const Range (&ranges)[kCount]) {
  const auto next = std::upper_bound(std::begin(ranges), std::end(ranges), code,
                                     [](char32_t c, const Range& range) { return c < range.first; });
  return next != std::begin(ranges) && code <= std::prev(next)->last;
}

// Invisible, or breaking lines, beside the control characters (Cc) and the format characters (Cf).
constexpr Range kHidden[] = {{0x034f, 0x034f}, {0x115f, 0x1160}, {0x17b4, 0x17b5}, {0x180b, 0x180f},
                             {0x2028, 0x2029}, {0x2065, 0x2065}, {0x3164, 0x3164}, {0xfe00, 0xfe0f},
                             {0xffa0, 0xffa0}, {0xfff0, 0xfff8}, {0xfffe, 0xffff}, {0xe0000, 0xe0fff}};

// Characters that are drawn over the one before them.
constexpr Range kCombining[] = {
    {0x0300, 0x036f}, {0x0483, 0x0489}, {0x0591, 0x05bd}, {0x05bf, 0x05bf}, {0x05c1, 0x05c2}, {0x05c4, 0x05c5},
    {0x0610, 0x061a}, {0x064b, 0x065f}, {0x0670, 0x0670}, {0x06d6, 0x06dc}, {0x06df, 0x06e4}, {0x06e7, 0x06e8},
    {0x06ea, 0x06ed}, {0x0711, 0x0711}, {0x0730, 0x074a}, {0x0900, 0x0902}, {0x093a, 0x093a}, {0x093c, 0x093c},
    {0x0941, 0x0948}, {0x094d, 0x094d}, {0x0951, 0x0957}, {0x0962, 0x0963}, {0x0981, 0x0981}, {0x09bc, 0x09bc},
    {0x0e31, 0x0e31}, {0x0e34, 0x0e3a}, {0x0e47, 0x0e4e}, {0x0eb1, 0x0eb1}, {0x0eb4, 0x0ebc}, {0x1ab0, 0x1aff},
    {0x1dc0, 0x1dff}, {0x20d0, 0x20ff}, {0x302a, 0x302d}, {0x3099, 0x309a}, {0xfe20, 0xfe2f}};

// Characters of two columns: East Asian Wide and Fullwidth, and what terminals draw as pictures.
constexpr Range kWide[] = {
    {0x1100, 0x115e},   {0x231a, 0x231b},   {0x2329, 0x232a},   {0x23e9, 0x23ec},   {0x23f0, 0x23f0},
    {0x23f3, 0x23f3},   {0x25fd, 0x25fe},   {0x2614, 0x2615},   {0x2648, 0x2653},   {0x267f, 0x267f},
    {0x2693, 0x2693},   {0x26a1, 0x26a1},   {0x26aa, 0x26ab},   {0x26bd, 0x26be},   {0x26c4, 0x26c5},
    {0x26ce, 0x26ce},   {0x26d4, 0x26d4},   {0x26ea, 0x26ea},   {0x26f2, 0x26f3},   {0x26f5, 0x26f5},
    {0x26fa, 0x26fa},   {0x26fd, 0x26fd},   {0x2705, 0x2705},   {0x270a, 0x270b},   {0x2728, 0x2728},
    {0x274c, 0x274c},   {0x274e, 0x274e},   {0x2753, 0x2755},   {0x2757, 0x2757},   {0x2795, 0x2797},
    {0x27b0, 0x27b0},   {0x27bf, 0x27bf},   {0x2b1b, 0x2b1c},   {0x2b50, 0x2b50},   {0x2b55, 0x2b55},
    {0x2e80, 0x303e},   {0x3041, 0xa4cf},   {0xa960, 0xa97c},   {0xac00, 0xd7a3},   {0xf900, 0xfaff},
    {0xfe10, 0xfe19},   {0xfe30, 0xfe6f},   {0xff01, 0xff60},   {0xffe0, 0xffe6},   {0x16fe0, 0x18cff},
    {0x1b000, 0x1b2ff}, {0x1f004, 0x1f004}, {0x1f0cf, 0x1f0cf}, {0x1f18e, 0x1f18e}, {0x1f191, 0x1f19a},
    {0x1f200, 0x1f320}, {0x1f32d, 0x1f335}, {0x1f337, 0x1f37c}, {0x1f37e, 0x1f393}, {0x1f3a0, 0x1f3ca},
    {0x1f3cf, 0x1f3d3}, {0x1f3e0, 0x1f3f0}, {0x1f3f4, 0x1f3f4}, {0x1f3f8, 0x1f43e}, {0x1f440, 0x1f440},
    {0x1f442, 0x1f4fc}, {0x1f4ff, 0x1f53d}, {0x1f54b, 0x1f54e}, {0x1f550, 0x1f567}, {0x1f57a, 0x1f57a},
    {0x1f595, 0x1f596}, {0x1f5a4, 0x1f5a4}, {0x1f5fb, 0x1f64f}, {0x1f680, 0x1f6c5}, {0x1f6cc, 0x1f6cc},
    {0x1f6d0, 0x1f6d2}, {0x1f6d5, 0x1f6d7}, {0x1f6dc, 0x1f6df}, {0x1f6eb, 0x1f6ec}, {0x1f6f4, 0x1f6fc},
    {0x1f7e0, 0x1f7eb}, {0x1f7f0, 0x1f7f0}, {0x1f90c, 0x1f93a}, {0x1f93c, 0x1f945}, {0x1f947, 0x1f9ff},
    {0x1fa70, 0x1faff}, {0x20000, 0x3fffd}};

bool is_hidden(const Character& c, std::string_view bytes) {
  if (c.code < 0x20 || (c.code >= 0x7f && c.code <= 0x9f)) return true;
  if (c.code < 0x80) return false;
  return is_among(c.code, kHidden) || has_invisible_characters(bytes);
}

std::size_t width_of(char32_t code) {
  if (code < 0x300) return 1;
  if (is_among(code, kCombining)) return 0;
  return is_among(code, kWide) ? 2 : 1;
}

}  // namespace

std::string for_terminal(std::string_view text) {
  std::string out;
  out.reserve(text.size());
  for (std::size_t at = 0; at < text.size();) {
    const Character c = front(text.substr(at));
    const std::string_view bytes = text.substr(at, c.bytes);
    if (!c.valid) {
      out += fmt::format("\\x{{{:02x}}}", static_cast<std::uint32_t>(c.code));
    } else if (is_hidden(c, bytes)) {
      out += fmt::format("\\u{{{:x}}}", static_cast<std::uint32_t>(c.code));
    } else {
      out.append(bytes);
    }
    at += c.bytes;
  }
  return out;
}

std::size_t display_width(std::string_view text) {
  std::size_t width = 0;
  for (std::size_t at = 0; at < text.size();) {
    const Character c = front(text.substr(at));
    width += width_of(c.code);
    at += c.bytes;
  }
  return width;
}

std::string cut_to_width(std::string_view text, std::size_t width) {
  if (display_width(text) <= width) return std::string(text);
  std::size_t used = 0;
  std::size_t at = 0;
  while (at < text.size()) {
    const Character c = front(text.substr(at));
    const std::size_t more = width_of(c.code);
    if (used + more + 1 > width) break;
    used += more;
    at += c.bytes;
  }
  return std::string(text.substr(0, at)) + (width > 0 ? "…" : "");
}

std::string csv_cell(std::string_view text, bool raw) {
  // "＝＋－＠" are the full-width forms, which some spreadsheets take for the plain ones.
  constexpr std::string_view kStarts[] = {"=",  "+",  "-",  "@", "\t", "\r", "\n", std::string_view("\0", 1),
                                          "＝", "＋", "－", "＠"};
  std::string cell;
  for (const std::string_view start : kStarts) {
    if (raw || !text.starts_with(start)) continue;
    cell = "'";
    break;
  }
  cell += text;
  if (cell.find_first_of(",\"\r\n") == std::string::npos) return cell;
  std::string quoted = "\"";
  for (const char c : cell) {
    if (c == '"') quoted.push_back('"');
    quoted.push_back(c);
  }
  return quoted + "\"";
}

}  // namespace amont::tool
