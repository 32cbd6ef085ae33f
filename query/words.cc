#include "query/words.h"

#include <algorithm>
#include <array>

#include "core/text/utf8.h"

namespace amont {
namespace {

constexpr char32_t lower(char32_t c) {
  const auto in = [c](char32_t first, char32_t last) { return first <= c && c <= last; };
  if (in('A', 'Z') || (in(0xc0, 0xde) && c != 0xd7)) return c + 0x20;
  const bool pairs_even =
      in(0x100, 0x137) || in(0x14a, 0x177) || in(0x460, 0x481) || in(0x48a, 0x4bf) || in(0x4d0, 0x52f);
  const bool pairs_odd = in(0x139, 0x148) || in(0x179, 0x17e) || in(0x4c1, 0x4ce);
  if (c == 0x130) return 'i';
  if (c == 0x178) return 0xff;
  if (pairs_even) return c | 1;
  if (pairs_odd) return c + (c & 1);
  if (in(0x391, 0x3a9)) return c + 0x20;
  if (in(0x410, 0x42f)) return c + 0x20;
  if (in(0x400, 0x40f)) return c + 0x50;
  return c;
}

constexpr bool is_word_character(char32_t c) {
  if (c < 0x80) return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'z');
  if (c < 0xc0) return c == 0xaa || c == 0xb5 || c == 0xba;
  if (c >= 0x2000 && c <= 0x206f) return false;  // punctuation
  return c != 0xd7 && c != 0xf7 && c != 0x3000 && !(c >= 0x3001 && c <= 0x3003);
}

constexpr std::array<char, 128> kFoldedAscii = [] {
  std::array<char, 128> table{};
  for (char32_t c = 0; c < 128; ++c) table[c] = is_word_character(lower(c)) ? static_cast<char>(lower(c)) : ' ';
  return table;
}();

void append_utf8(std::string& out, char32_t c) {
  const auto byte = [&](char32_t bits) { out.push_back(static_cast<char>(bits)); };
  if (c < 0x80) return byte(c);
  if (c < 0x800) {
    byte(0xc0 | c >> 6);
  } else if (c < 0x10000) {
    byte(0xe0 | c >> 12);
    byte(0x80 | (c >> 6 & 0x3f));
  } else {
    byte(0xf0 | c >> 18);
    byte(0x80 | (c >> 12 & 0x3f));
    byte(0x80 | (c >> 6 & 0x3f));
  }
  byte(0x80 | (c & 0x3f));
}

}  // namespace

std::string fold_words(std::string_view text) {
  std::string out;
  fold_words(text, out);
  return out;
}

void fold_words(std::string_view text, std::string& out) {
  out.clear();
  for (std::size_t at = 0; at < text.size();) {
    const auto byte = static_cast<unsigned char>(text[at]);
    if (byte < 0x80) {
      out.push_back(kFoldedAscii[byte]);
      ++at;
      continue;
    }
    const CodePoint point = code_point_at(text, at);
    if (point.size == 0) {
      out.push_back(text[at++]);  // no UTF-8: compared as it is
      continue;
    }
    const char32_t c = lower(point.value);
    if (is_word_character(c))
      append_utf8(out, c);
    else
      out.push_back(' ');
    at += point.size;
  }
}

std::vector<std::string_view> split_words(std::string_view folded) {
  std::vector<std::string_view> words;
  for (std::size_t at = 0; at < folded.size();) {
    const std::size_t begin = folded.find_first_not_of(' ', at);
    if (begin == std::string_view::npos) break;
    const std::size_t end = std::min(folded.find(' ', begin), folded.size());
    words.push_back(folded.substr(begin, end - begin));
    at = end;
  }
  return words;
}

bool has_word(std::string_view folded, std::string_view word) {
  for (std::size_t at = folded.find(word); at != std::string_view::npos; at = folded.find(word, at + 1))
    if (at == 0 || folded[at - 1] == ' ') return true;
  return false;
}

}  // namespace amont
