// The string library: patterns by pattern.h, results of bounded length, and charged for the bytes it goes over.

#include <algorithm>
#include <cstring>

#include "query/lua/guard.h"
#include "query/lua/safe_libraries.h"
#include "query/lua/safe_patterns.h"
#include "query/lua/stock.h"

namespace amont {
namespace {

constexpr std::uint64_t kBytesPerStep = 16;  // looked at or copied one by one

struct StockString {
  StockLibrary library{luaopen_string};
  lua_CFunction byte = library["byte"];
  lua_CFunction format = library["format"];
  lua_CFunction lower = library["lower"];
  lua_CFunction pack = library["pack"];
  lua_CFunction reverse = library["reverse"];
  lua_CFunction unpack = library["unpack"];
  lua_CFunction upper = library["upper"];
};

const StockString& stock_string() {
  static const StockString functions;
  return functions;
}

void charge_for_text(lua_State* L, int index) {
  std::size_t length = 0;
  luaL_checklstring(L, index, &length);
  charge(L, length / kBytesPerStep + 1);
}

int lower(lua_State* L) {
  charge_for_text(L, 1);
  return stock_string().lower(L);
}

int upper(lua_State* L) {
  charge_for_text(L, 1);
  return stock_string().upper(L);
}

int reverse(lua_State* L) {
  charge_for_text(L, 1);
  return stock_string().reverse(L);
}

int byte(lua_State* L) {
  if (lua_gettop(L) > 2) charge_for_text(L, 1);
  return stock_string().byte(L);
}

int pack(lua_State* L) {
  charge_for_text(L, 1);
  const int results = stock_string().pack(L);
  charge(L, lua_rawlen(L, -1) / kBytesPerStep);
  return results;
}

int unpack(lua_State* L) {
  charge_for_text(L, 1);
  return stock_string().unpack(L);
}

int rep(lua_State* L) {
  std::size_t length = 0;
  std::size_t separator_length = 0;
  const char* text = luaL_checklstring(L, 1, &length);
  const lua_Integer times = luaL_checkinteger(L, 2);
  const char* separator = luaL_optlstring(L, 3, "", &separator_length);
  const std::size_t each = length + separator_length;
  if (times <= 0 || each == 0) {
    lua_pushliteral(L, "");
    return 1;
  }
  // The last one has no separator after it.
  if (static_cast<std::uint64_t>(times) > (kScriptTextMax + separator_length) / each)
    return luaL_error(L, "the text would be longer than %d bytes", static_cast<int>(kScriptTextMax));
  const std::size_t total = static_cast<std::size_t>(times) * each - separator_length;
  charge(L, total / 64 + 1);
  luaL_Buffer buffer;
  char* to = luaL_buffinitsize(L, &buffer, total);
  std::memcpy(to, text, length);
  if (total > length) std::memcpy(to + length, separator, separator_length);
  for (std::size_t done = std::min(each, total); done < total;) {
    const std::size_t more = std::min(done, total - done);
    std::memcpy(to + done, to, more);
    done += more;
  }
  luaL_pushresultsize(&buffer, total);
  return 1;
}

constexpr bool ends_conversion(char c) { return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '%'; }

// The letter of the conversion that begins after the '%' at `at`, or '\0'; leaves `at` on it.
char conversion_at(const char* format, std::size_t length, std::size_t* at) {
  while (*at < length && !ends_conversion(format[*at])) ++*at;
  return *at < length ? format[*at] : '\0';
}

// Stock format(), once the values for `%s` are text without addresses and the length of the result is known to be
// bounded.
int format(lua_State* L) {
  std::size_t length = 0;
  const char* format = luaL_checklstring(L, 1, &length);
  std::uint64_t bytes = length;
  int argument = 1;
  for (std::size_t at = 0; at < length; ++at) {
    if (format[at] != '%') continue;
    ++at;
    const char letter = conversion_at(format, length, &at);
    if (letter == '%' || letter == '\0') continue;
    if (letter == 'p') return luaL_error(L, "invalid conversion '%%p' to 'format': scripts see no addresses");
    luaL_checkany(L, ++argument);
    if (letter == 's' && !lua_isstring(L, argument)) {
      push_text_of(L, argument);
      lua_replace(L, argument);
    }
    bytes += (lua_type(L, argument) == LUA_TSTRING ? lua_rawlen(L, argument) * (letter == 'q' ? 4 : 1) : 16) + 8;
    if (bytes > kScriptTextMax)
      return luaL_error(L, "the text would be longer than %d bytes", static_cast<int>(kScriptTextMax));
  }
  charge(L, bytes / kBytesPerStep);
  return stock_string().format(L);
}

void set_text_metatable(lua_State* L) {
  lua_pushliteral(L, "");
  const auto& stock = stock_string().library.text_metamethods();
  lua_createtable(L, 0, static_cast<int>(stock.size()) + 2);
  for (const auto& [event, run] : stock) {
    lua_pushcfunction(L, run);
    lua_setfield(L, -2, event.c_str());
  }
  lua_pushvalue(L, -3);
  lua_setfield(L, -2, "__index");
  lua_pushboolean(L, 0);
  lua_setfield(L, -2, "__metatable");
  lua_setmetatable(L, -2);
  lua_pop(L, 1);
}

}  // namespace

void open_safe_string(lua_State* L) {
  static const auto functions = [] {
    std::vector<HostFunction> list = {{"byte", byte},          {"find", text_find}, {"format", format},
                                      {"gmatch", text_gmatch}, {"gsub", text_gsub}, {"lower", lower},
                                      {"match", text_match},   {"pack", pack},      {"rep", rep},
                                      {"reverse", reverse},    {"unpack", unpack},  {"upper", upper}};
    stock_string().library.give({"char", "len", "packsize", "sub"}, &list);
    return list;
  }();
  if (!stock_string().upper) luaL_error(L, "not enough memory to open the string library");
  lua_createtable(L, 0, static_cast<int>(functions.size()));
  set_plain_functions(L, functions);
  set_text_metatable(L);
  lua_setfield(L, -2, "string");
}

}  // namespace amont
