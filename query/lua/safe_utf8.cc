// The utf8 library, charged for the bytes it goes over.

#include <algorithm>

#include "query/lua/guard.h"
#include "query/lua/safe_libraries.h"
#include "query/lua/stock.h"

namespace amont {
namespace {

struct StockUtf8 {
  StockLibrary library{luaopen_utf8};
  lua_CFunction codepoint = library["codepoint"];
  lua_CFunction length = library["len"];
  lua_CFunction offset = library["offset"];
};

const StockUtf8& stock_utf8() {
  static const StockUtf8 functions;
  return functions;
}

void charge_for_text(lua_State* L, int index) {
  std::size_t length = 0;
  luaL_checklstring(L, index, &length);
  charge(L, length / 8 + 1);
}

int length(lua_State* L) {
  charge_for_text(L, 1);
  return stock_utf8().length(L);
}

int codepoint(lua_State* L) {
  if (lua_gettop(L) > 2) charge_for_text(L, 1);
  return stock_utf8().codepoint(L);
}

int offset(lua_State* L) {
  std::size_t bytes = 0;
  luaL_checklstring(L, 1, &bytes);
  const lua_Integer count = luaL_checkinteger(L, 2);
  const auto distance = count < 0 ? -static_cast<std::uint64_t>(count) : static_cast<std::uint64_t>(count);
  charge(L, std::min<std::uint64_t>(distance, bytes) / 4 + 1);
  return stock_utf8().offset(L);
}

}  // namespace

void open_safe_utf8(lua_State* L) {
  static const auto functions = [] {
    std::vector<HostFunction> list = {{"codepoint", codepoint}, {"len", length}, {"offset", offset}};
    stock_utf8().library.give({"char", "codes"}, &list);
    return list;
  }();
  if (!stock_utf8().offset) luaL_error(L, "not enough memory to open the utf8 library");
  lua_createtable(L, 0, static_cast<int>(functions.size()) + 1);
  set_plain_functions(L, functions);
  constexpr char kPattern[] = "[\0-\x7F\xC2-\xFD][\x80-\xBF]*";
  lua_pushlstring(L, kPattern, sizeof(kPattern) - 1);
  lua_setfield(L, -2, "charpattern");
  lua_setfield(L, -2, "utf8");
}

}  // namespace amont
