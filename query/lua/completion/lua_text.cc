#include "query/lua/completion/lua_text.h"

#include <algorithm>

#include <fmt/format.h>

#include "core/text/utf8.h"

namespace amont {
namespace {

// Letters of the scripts in which names are often written. None is invisible, combining or bidirectional; all else is spelt out.
bool is_plain_letter(char32_t code) {
  constexpr struct {
    char32_t first, last;
  } kLetters[] = {{0xc0, 0x24f},    {0x386, 0x481},   {0x48a, 0x52f},  {0x3041, 0x3096},
                  {0x30a1, 0x30fa}, {0x4e00, 0x9fff}, {0xac00, 0xd7a3}};
  return std::ranges::any_of(kLetters, [&](const auto& range) { return code >= range.first && code <= range.last; });
}

}  // namespace

std::string as_typed_in_quotes(std::string_view text) {
  std::string out;
  for (std::size_t at = 0; at < text.size();) {
    const CodePoint point = code_point_at(text, at);
    const char c = text[at];
    if (point.size == 0) {
      out += fmt::format("\\x{:02x}", static_cast<unsigned char>(c));
    } else if (c == '"' || c == '\'' || c == '\\') {
      out += {'\\', c};
    } else if ((point.value >= 0x20 && point.value < 0x7f) || is_plain_letter(point.value)) {
      out += text.substr(at, point.size);
    } else {
      out += fmt::format("\\u{{{:x}}}", static_cast<std::uint32_t>(point.value));
    }
    at += std::max<std::size_t>(1, point.size);
  }
  return out;
}

}  // namespace amont
