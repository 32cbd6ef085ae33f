// A text as JSON has it.
#pragma once

#include <fmt/format.h>

#include <string>
#include <string_view>

namespace amont {

// In quotes; of a UTF-8 text.
inline std::string json_text(std::string_view text) {
  std::string out = "\"";
  for (const char c : text) {
    if (c == '"' || c == '\\')
      out += {'\\', c};
    else if (static_cast<unsigned char>(c) < 0x20)
      out += fmt::format("\\u{:04x}", static_cast<unsigned>(c));
    else
      out += c;
  }
  return out + '"';
}

}  // namespace amont
