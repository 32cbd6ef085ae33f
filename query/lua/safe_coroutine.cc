// Coroutines whose errors can't hide the end of a run, and whose variables are never closed by force: after an error
// raised by a hook hooks are off in that coroutine, and what then runs in it can't be stopped.

#include "query/lua/guard.h"
#include "query/lua/reading.h"
#include "query/lua/safe_libraries.h"
#include "query/lua/stock.h"

namespace amont {
namespace {

// A coroutine may run less than a hook's count of instructions each time it is resumed, so resuming is charged as if it
// had run this many, and its first hook comes after as many.
constexpr int kSliceSteps = 100;
constexpr std::uint64_t kStepsPerCreate = 100;

const StockLibrary& stock_coroutine() {
  static const StockLibrary library(luaopen_coroutine);
  return library;
}

lua_State* check_coroutine(lua_State* L, int index) {
  lua_State* coroutine = lua_tothread(L, index);
  luaL_argexpected(L, coroutine, index, "coroutine");
  return coroutine;
}

int create(lua_State* L) {
  luaL_checktype(L, 1, LUA_TFUNCTION);
  charge(L, kStepsPerCreate);
  lua_State* coroutine = lua_newthread(L);
  lua_pushvalue(L, 1);
  lua_xmove(L, coroutine, 1);
  return 1;
}

// Moves `arguments` values over and runs the coroutine. The number of results pushed; or -1, with the error pushed.
int run(lua_State* L, lua_State* coroutine, int arguments) {
  charge(L, kSliceSteps);
  if (!lua_checkstack(coroutine, arguments)) {
    lua_pushliteral(L, "too many arguments to resume");
    return -1;
  }
  lua_xmove(L, coroutine, arguments);
  lua_sethook(coroutine, on_count, LUA_MASKCOUNT, kSliceSteps);
  int results = 0;
  const int status = lua_resume(coroutine, L, arguments, &results);
  if (status != LUA_OK && status != LUA_YIELD) {
    pass_on_the_end(L, status);
    lua_xmove(coroutine, L, 1);
    return -1;
  }
  stop_if_ended(L);
  if (!lua_checkstack(L, results + 1)) {
    lua_pop(coroutine, results);
    lua_pushliteral(L, "too many results to resume");
    return -1;
  }
  lua_xmove(coroutine, L, results);
  return results;
}

int resume(lua_State* L) {
  lua_State* coroutine = check_coroutine(L, 1);
  const int results = run(L, coroutine, lua_gettop(L) - 1);
  lua_pushboolean(L, results >= 0);
  const int given = results >= 0 ? results : 1;
  lua_insert(L, -(given + 1));
  return given + 1;
}

int resume_wrapped(lua_State* L) {
  lua_State* coroutine = lua_tothread(L, lua_upvalueindex(1));
  const int results = run(L, coroutine, lua_gettop(L));
  if (results >= 0) return results;
  if (lua_type(L, -1) == LUA_TSTRING) {
    luaL_where(L, 1);
    lua_insert(L, -2);
    lua_concat(L, 2);
  }
  return lua_error(L);
}

int wrap(lua_State* L) {
  create(L);
  lua_pushcclosure(L, resume_wrapped, 1);
  return 1;
}

}  // namespace

void open_safe_coroutine(lua_State* L) {
  static const auto functions = [] {
    std::vector<HostFunction> list = {{"create", create}, {"resume", resume}, {"wrap", wrap}};
    stock_coroutine().give({"isyieldable", "status", "yield"}, &list);
    return list;
  }();
  lua_createtable(L, 0, static_cast<int>(functions.size()));
  set_plain_functions(L, functions);
  lua_setfield(L, -2, "coroutine");
}

}  // namespace amont
