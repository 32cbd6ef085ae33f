// UTF-8, strictly (Unicode 15, table 3-7): no overlong forms, no surrogates, nothing above U+10FFFF. Looking at text
// costs no allocation, and eight ASCII bytes at a time. Offsets count bytes from 0.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "amont/status.h"

namespace amont {

struct CodePoint {
  char32_t value = 0;
  std::uint8_t size = 0;  // bytes it takes; 0: no code point begins here
};
// The one that begins at `offset`, which must be less than the text's size.
CodePoint code_point_at(std::string_view text, std::size_t offset);

// What a text may hold, besides being UTF-8.
enum class TextRule : std::uint8_t {
  kNoNul,       // anything but U+0000: values, which renderers escape
  kNoControls,  // no character of category Cc (U+0000-001F, U+007F-009F): refs, labels, names
};
// The offset of the first byte that breaks the rule or is not UTF-8; the text's size when there is none.
std::size_t first_misfit(std::string_view text, TextRule rule);
bool is_ascii(std::string_view text);
// What is wrong at such an offset: "it is not UTF-8 at byte offset 7". `base` is added to the offset printed.
std::string misfit_text(std::string_view text, std::size_t offset, std::size_t base = 0);

// Category Cf: bidirectional controls, zero-width characters, tags.
bool is_format_character(char32_t code_point);

// A text for messages: in quotes, with \x or \u{} for what must not reach a terminal as it is, cut after some 80 bytes.
std::string in_quotes(std::string_view text);

}  // namespace amont
