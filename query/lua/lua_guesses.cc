// A misspelt function is told from a forgotten one: "no upsteam; did you mean upstream?" in place of "a nil value".

#include <fmt/format.h>

#include <algorithm>

#include "query/lua/nearest.h"
#include "query/lua/script_types.h"

namespace amont {
namespace {

// The first upvalue is light userdata: the names, in static storage.
int guess(lua_State* L) {
  const auto* names = static_cast<const std::span<const std::string_view>*>(lua_touserdata(L, lua_upvalueindex(1)));
  if (lua_type(L, 2) == LUA_TSTRING) {
    std::size_t length = 0;
    const char* name = lua_tolstring(L, 2, &length);
    if (std::ranges::count(words_in_lua(), std::string_view(name, length)) != 0) {
      push_word_in_lua(L, {name, length});
      return 1;
    }
    // Two letters are near to too much, and a script may ask whether there is an `io`.
    const std::string_view meant = length < 3 ? std::string_view() : nearest({name, length}, *names);
    if (!meant.empty()) {
      push_text(L, meant);
      return luaL_error(L, "there is no '%s'; did you mean '%s'?", name, lua_tostring(L, -1));
    }
  }
  lua_pushnil(L);
  return 1;
}

}  // namespace

void install_guesses(lua_State* L, const std::span<const std::string_view>& names) {
  lua_pushglobaltable(L);
  if (lua_getmetatable(L, -1)) {
    lua_pop(L, 2);  // the sandbox guards its globals already
    return;
  }
  lua_createtable(L, 0, 2);
  lua_pushlightuserdata(L, const_cast<std::span<const std::string_view>*>(&names));
  lua_pushcclosure(L, guess, 1);
  lua_setfield(L, -2, "__index");
  lua_pushboolean(L, 0);
  lua_setfield(L, -2, "__metatable");
  lua_setmetatable(L, -2);
  lua_pop(L, 1);
}

}  // namespace amont
