#include "core/text/utf8.h"

#include <gtest/gtest.h>

#include <string>

namespace amont {
namespace {

// The code point's bytes, made another way than the reader takes them apart.
std::string encoded(char32_t c) {
  std::string out;
  if (c < 0x80) {
    out += static_cast<char>(c);
  } else if (c < 0x800) {
    out += static_cast<char>(0xc0 | c >> 6);
    out += static_cast<char>(0x80 | (c & 0x3f));
  } else if (c < 0x10000) {
    out += static_cast<char>(0xe0 | c >> 12);
    out += static_cast<char>(0x80 | (c >> 6 & 0x3f));
    out += static_cast<char>(0x80 | (c & 0x3f));
  } else {
    out += static_cast<char>(0xf0 | c >> 18);
    out += static_cast<char>(0x80 | (c >> 12 & 0x3f));
    out += static_cast<char>(0x80 | (c >> 6 & 0x3f));
    out += static_cast<char>(0x80 | (c & 0x3f));
  }
  return out;
}

std::size_t misfit(std::string_view text) { return first_misfit(text, TextRule::kNoNul); }
std::size_t control(std::string_view text) { return first_misfit(text, TextRule::kNoControls); }

TEST(Utf8, EveryCodePointIsReadBackAndSurrogatesAreNone) {
  for (char32_t c = 0; c <= 0x11ffff; ++c) {
    const std::string bytes = encoded(c);
    const CodePoint point = code_point_at(bytes, 0);
    if ((c >= 0xd800 && c <= 0xdfff) || c > 0x10ffff) {
      ASSERT_EQ(point.size, 0) << "U+" << std::hex << static_cast<std::uint32_t>(c);
    } else {
      ASSERT_EQ(point.size, bytes.size()) << "U+" << std::hex << static_cast<std::uint32_t>(c);
      ASSERT_EQ(point.value, c);
    }
  }
}

TEST(Utf8, NamesTheByteWhereItEnds) {
  struct Case {
    std::string text;
    std::size_t misfit;
  };
  const Case cases[] = {
      {"", 0},
      {"plain", 5},
      {"caf\xc3\xa9", 5},
      {"\xe2\x82\xac\xf0\x9f\x90\x9f", 7},
      {"ab\x80", 2},                // a continuation alone
      {"caf\xe9", 3},               // Latin-1
      {"caf\xe9 au lait", 3},       //
      {"\xc0\xaf", 0},              // overlong, two bytes
      {"\xc1\xbf", 0},              //
      {"x\xe0\x9f\xbf", 1},         // overlong, three bytes
      {"x\xf0\x8f\xbf\xbf", 1},     // overlong, four bytes
      {"\xed\xa0\x80", 0},          // a surrogate
      {"\xed\x9f\xbf", 3},          // the last before them
      {"\xf4\x90\x80\x80", 0},      // U+110000
      {"\xf4\x8f\xbf\xbf", 4},      // U+10FFFF
      {"\xf5\x80\x80\x80", 0},      //
      {"\xff\xfe", 0},              // UTF-16's mark
      {"12345678\xe2\x82", 8},      // cut in the middle
      {"12345678\xe2\x28\xa1", 8},  // the second byte is none
      {"12345678\xe2\x82\x28", 8},  // the third is none
      {"12345678\xf0\x9f\x90", 8},  //
      {"\xc3\xa9\xc3\xa9\xc3\xa9\xc3\xa9\xc3", 8},
  };
  for (const Case& one : cases) EXPECT_EQ(misfit(one.text), one.misfit) << in_quotes(one.text);
}

TEST(Utf8, AMisfitIsFoundAtEveryOffsetAndLength) {
  for (std::size_t length = 1; length < 40; ++length) {
    for (std::size_t at = 0; at < length; ++at) {
      std::string text(length, 'a');
      EXPECT_EQ(misfit(text), length);
      text[at] = '\xff';
      EXPECT_EQ(misfit(text), at);
      text[at] = '\0';
      EXPECT_EQ(misfit(text), at);
      EXPECT_EQ(control(text), at);
      text[at] = '\x7f';
      EXPECT_EQ(misfit(text), length);
      EXPECT_EQ(control(text), at);
      text[at] = '\x1f';
      EXPECT_EQ(misfit(text), length);
      EXPECT_EQ(control(text), at);
    }
  }
}

TEST(Utf8, ControlCharactersAreCategoryCcAndNoOthers) {
  for (char32_t c = 0; c <= 0x10ffff; ++c) {
    if (c >= 0xd800 && c <= 0xdfff) continue;
    const std::string text = "12345678" + encoded(c) + "12345678";
    const bool is_cc = c <= 0x1f || (c >= 0x7f && c <= 0x9f);
    ASSERT_EQ(control(text), is_cc ? 8 : text.size()) << "U+" << std::hex << static_cast<std::uint32_t>(c);
    ASSERT_EQ(misfit(text), c == 0 ? 8 : text.size()) << "U+" << std::hex << static_cast<std::uint32_t>(c);
  }
}

TEST(Utf8, FormatCharactersAreThoseOfUnicode15) {
  for (const char32_t c : {0xADu, 0x600u, 0x605u, 0x61Cu, 0x200Bu, 0x200Du, 0x200Fu, 0x202Au, 0x202Eu, 0x2060u, 0x2064u,
                           0x2066u, 0x2069u, 0xFEFFu, 0x1343Fu, 0xE0001u, 0xE0020u, 0xE007Fu})
    EXPECT_TRUE(is_format_character(c)) << std::hex << static_cast<std::uint32_t>(c);
  for (const char32_t c : {0x0u, 0x20u, 0x41u, 0x7Fu, 0xACu, 0xAEu, 0xE9u, 0x606u, 0x200Au, 0x2010u, 0x2028u, 0x202Fu,
                           0x2065u, 0x2070u, 0xFFFCu, 0x13440u, 0xE0000u, 0xE0080u, 0x10FFFFu})
    EXPECT_FALSE(is_format_character(c)) << std::hex << static_cast<std::uint32_t>(c);
  std::size_t count = 0;
  for (char32_t c = 0; c <= 0x10ffff; ++c) count += is_format_character(c);
  EXPECT_EQ(count, 170u);
}

TEST(Utf8, SaysWhatIsWrongAndWhere) {
  EXPECT_EQ(misfit_text("caf\xe9", 3), "it is not UTF-8 at byte offset 3");
  EXPECT_EQ(misfit_text("a\x1b", 1), "it holds the control character U+001B at byte offset 1");
  EXPECT_EQ(misfit_text("a\xc2\x85", 1, 8), "it holds the control character U+0085 at byte offset 9");
}

TEST(Utf8, QuotedTextIsSafeToPrint) {
  EXPECT_EQ(in_quotes(""), "\"\"");
  EXPECT_EQ(in_quotes("caf\xc3\xa9 \"x\" \\"), "\"caf\xc3\xa9 \\\"x\\\" \\\\\"");
  EXPECT_EQ(in_quotes("a\x1b[31m\nb\xff"), "\"a\\u{1b}[31m\\u{a}b\\xff\"");
  EXPECT_EQ(in_quotes("a\xe2\x80\xae"
                      "b"),
            "\"a\\u{202e}b\"");  // right-to-left override
  EXPECT_EQ(in_quotes(std::string(1000, 'k')), "\"" + std::string(80, 'k') + "...\"");
}

}  // namespace
}  // namespace amont
