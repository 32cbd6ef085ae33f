// The tokens of a Lua text, for lint: names, texts, numbers and symbols, with where they stand. Comments are left out.
#pragma once

#include <string_view>
#include <vector>

namespace amont {

struct LuaToken {
  enum class What : unsigned char { kName, kKeyword, kText, kNumber, kSymbol };
  What what = What::kSymbol;
  std::string_view text;  // of the source
  std::size_t line = 1;
  std::size_t column = 1;  // in bytes
};

// Of a text that compiles. Good as long as `source` is.
std::vector<LuaToken> lua_tokens(std::string_view source);

}  // namespace amont
