// assert, error, load, pcall, print, setmetatable ... : the base library, less what reaches out.

#include <cstring>
#include <string_view>

#include "query/lua/guard.h"
#include "query/lua/hidden_events.h"
#include "query/lua/reading.h"
#include "query/lua/safe_libraries.h"
#include "query/lua/stock.h"

namespace amont {
namespace {

constexpr std::size_t kLoadBytesMax = 1 << 20;
constexpr std::uint64_t kStepsPerCall = 10;

const StockLibrary& stock_base() {
  static const StockLibrary library(luaopen_base);
  return library;
}

// Protected calls. The end of a run and a lack of memory go on through them; everything else is given back as values,
// once the stack has unwound.

int after_call(lua_State* L, int status, lua_KContext results_from) {
  if (status == LUA_OK || status == LUA_YIELD) return lua_gettop(L) - static_cast<int>(results_from);
  pass_on_the_end(L, status);
  lua_pushboolean(L, 0);
  lua_insert(L, -2);
  return 2;
}

int protected_call(lua_State* L) {
  luaL_checkany(L, 1);
  charge(L, kStepsPerCall);
  lua_pushboolean(L, 1);
  lua_insert(L, 1);
  return after_call(L, lua_pcallk(L, lua_gettop(L) - 2, LUA_MULTRET, 0, 0, after_call), 0);
}

// false and what the handler made of the error; if the handler fails, its own error.
int after_handler(lua_State* L, int status, lua_KContext) {
  if (status != LUA_OK && status != LUA_YIELD) pass_on_the_end(L, status);
  lua_pushboolean(L, 0);
  lua_insert(L, -2);
  return 2;
}

// The stack is: handler, true, results or error.
int after_handled_call(lua_State* L, int status, lua_KContext) {
  if (status == LUA_OK || status == LUA_YIELD) return lua_gettop(L) - 1;
  pass_on_the_end(L, status);
  lua_pushvalue(L, 1);
  lua_insert(L, -2);
  return after_handler(L, lua_pcallk(L, 1, 1, 0, 0, after_handler), 0);
}

int handled_call(lua_State* L) {
  luaL_checktype(L, 2, LUA_TFUNCTION);
  charge(L, kStepsPerCall);
  lua_pushboolean(L, 1);
  lua_pushvalue(L, 1);  // f handler arguments true f
  lua_rotate(L, 3, 2);  // f handler true f arguments
  lua_remove(L, 1);
  return after_handled_call(L, lua_pcallk(L, lua_gettop(L) - 3, LUA_MULTRET, 0, 0, after_handled_call), 0);
}

int load(lua_State* L) {
  luaL_checktype(L, 1, LUA_TSTRING);
  std::size_t length = 0;
  const char* text = lua_tolstring(L, 1, &length);
  const char* name = luaL_optstring(L, 2, text);
  const char* mode = luaL_optstring(L, 3, "t");
  if (length > kLoadBytesMax)
    return luaL_error(L, "load takes at most %d bytes of text", static_cast<int>(kLoadBytesMax));
  if (!std::strchr(mode, 't')) {
    luaL_pushfail(L);
    lua_pushfstring(L, "attempt to load a text chunk (mode is '%s')", mode);
    return 2;
  }
  const bool has_environment = !lua_isnone(L, 4);
  const int status = load_text(L, {text, length}, name);
  if (status != LUA_OK) {
    pass_on_the_end(L, status);
    luaL_pushfail(L);
    lua_insert(L, -2);
    return 2;
  }
  if (has_environment) {
    lua_pushvalue(L, 4);
    if (!lua_setupvalue(L, -2, 1)) lua_pop(L, 1);
  }
  return 1;
}

bool append(Budget& budget, std::string* printed, std::string_view text) noexcept {
  if (!budget.take_output(text.size()) || !budget.hold(text.size())) return false;
  try {
    printed->append(text);
  } catch (...) {
    budget.end_for_memory();
  }
  return !budget.ended();
}

int print(lua_State* L) {
  auto* printed = context_of<std::string>(L);
  Budget& budget = budget_of(L);
  const int count = lua_gettop(L);
  charge(L, kStepsPerCall);
  for (int i = 1; i <= count; ++i) {
    std::size_t length = 0;
    const char* text = push_text_of(L, i, &length);
    if (i > 1 && !append(budget, printed, "\t")) raise_end(L);
    if (!append(budget, printed, {text, length})) raise_end(L);
    lua_pop(L, 1);
  }
  if (!append(budget, printed, "\n")) raise_end(L);
  return 0;
}

// A finalizer would run where no hook reaches it; hidden_events.h says what is wrong with weak tables.
int set_metatable(lua_State* L) {
  const int type = lua_type(L, 2);
  luaL_checktype(L, 1, LUA_TTABLE);
  luaL_argexpected(L, type == LUA_TNIL || type == LUA_TTABLE, 2, "nil or table");
  if (luaL_getmetafield(L, 1, "__metatable") != LUA_TNIL) return luaL_error(L, "cannot change a protected metatable");
  if (type == LUA_TTABLE) {
    for (const char* refused : {"__gc", "__mode"}) {
      lua_pushstring(L, refused);
      if (lua_rawget(L, 2) != LUA_TNIL) return luaL_error(L, "a script may not set '%s'", refused);
      lua_pop(L, 1);
    }
  }
  lua_settop(L, 2);
  if (type == LUA_TTABLE) adopt_script_call(L, 2);
  lua_setmetatable(L, 1);
  return 1;
}

int to_number(lua_State* L) {
  if (lua_type(L, 1) == LUA_TSTRING) charge(L, lua_rawlen(L, 1) / 8);
  static const lua_CFunction stock = stock_base()["tonumber"];
  return stock(L);
}

int to_string(lua_State* L) {
  luaL_checkany(L, 1);
  push_text_of(L, 1);
  return 1;
}

}  // namespace

void open_safe_base(lua_State* L, std::string* printed) {
  static const auto functions = [] {
    std::vector<HostFunction> list = {
        {"load", load},          {"pcall", protected_call}, {"setmetatable", set_metatable},
        {"tonumber", to_number}, {"tostring", to_string},   {"xpcall", handled_call}};
    stock_base().give(
        {"assert", "error", "getmetatable", "ipairs", "rawequal", "rawget", "rawlen", "rawset", "select", "type"},
        &list);
    return list;
  }();
  if (!stock_base()["tonumber"]) luaL_error(L, "not enough memory to open the base library");
  set_plain_functions(L, functions);
  constexpr HostFunction kPrint[] = {{"print", print}};
  set_functions(L, kPrint, printed);
  lua_pushvalue(L, -1);
  lua_setfield(L, -2, "_G");
  lua_pushliteral(L, "Lua 5.4");
  lua_setfield(L, -2, "_VERSION");
}

}  // namespace amont
