#include "query/lua/guard.h"

#include <cstdlib>

namespace amont {
namespace {

char end_mark = 0;  // its address is the error value of a run that has ended; no script gets to see it

bool script_may_mend(Code code) {
  switch (code) {
    case Code::kInvalid:
    case Code::kNotFound:
    case Code::kRefused:
    case Code::kConflict:
    case Code::kScript:
    case Code::kUnsupported: return true;
    default: return false;
  }
}

void arm(lua_State* L, int instructions) {
  if (lua_gethookcount(L) != instructions) lua_sethook(L, on_count, LUA_MASKCOUNT, instructions);
}

}  // namespace

Budget& budget_of(lua_State* L) noexcept { return **static_cast<Budget**>(lua_getextraspace(L)); }

void charge(lua_State* L, std::uint64_t steps) {
  Budget& budget = budget_of(L);
  if (!budget.charge(steps)) raise_end(L);
  arm(L, budget.instructions_per_hook());
}

void stop_if_ended(lua_State* L) {
  if (budget_of(L).ended()) raise_end(L);
}

void raise_end(lua_State* L) {
  arm(L, 1);  // whatever still runs while the stack unwinds is stopped at its first instruction
  lua_pushlightuserdata(L, &end_mark);
  lua_error(L);
  std::abort();  // lua_error does not return
}

int raise_status(lua_State* L, const Status& status) {
  Budget& budget = budget_of(L);
  if (!status.ok() && !script_may_mend(status.code())) budget.end(status);
  if (budget.ended()) raise_end(L);
  luaL_where(L, 1);
  lua_pushlstring(L, status.text().data(), status.text().size());
  lua_concat(L, 2);
  return lua_error(L);
}

void on_count(lua_State* L, lua_Debug*) {
  Budget& budget = budget_of(L);
  if (!budget.charge_and_look(static_cast<std::uint64_t>(lua_gethookcount(L)))) raise_end(L);
  arm(L, budget.instructions_per_hook());
}

void set_functions(lua_State* L, std::span<const HostFunction> functions, void* context) {
  for (const HostFunction& function : functions) {
    lua_pushlightuserdata(L, context);
    lua_pushcclosure(L, function.run, 1);
    lua_setfield(L, -2, function.name);
  }
}

const char* push_text_of(lua_State* L, int index, std::size_t* length) {
  index = lua_absindex(L, index);
  if (luaL_callmeta(L, index, "__tostring")) {
    if (lua_type(L, -1) != LUA_TSTRING) luaL_error(L, "'__tostring' must return a string");
    return lua_tolstring(L, -1, length);
  }
  switch (lua_type(L, index)) {
    case LUA_TNUMBER:
    case LUA_TSTRING: lua_pushvalue(L, index); break;
    case LUA_TBOOLEAN: lua_pushstring(L, lua_toboolean(L, index) ? "true" : "false"); break;
    default: {
      const int name = luaL_getmetafield(L, index, "__name");
      if (name == LUA_TSTRING) break;
      if (name != LUA_TNIL) lua_pop(L, 1);
      lua_pushstring(L, luaL_typename(L, index));
    }
  }
  return lua_tolstring(L, -1, length);  // a copy of a number becomes text here, its original stays a number
}

}  // namespace amont
