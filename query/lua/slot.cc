#include "query/lua/slot.h"

#include <cstdlib>

#include "query/lua/hidden_events.h"

namespace amont::slot_detail {
namespace {

const char kType = 0;  // field of a metatable: the identity of its slot type, as light userdata

}  // namespace

void define(lua_State* L, const void* key, const HostType& type, lua_CFunction collect, void* context) {
  luaL_checkstack(L, 6, "defining a type");
  lua_createtable(L, 0, static_cast<int>(type.metamethods.size()) + 5);
  lua_createtable(L, 0, static_cast<int>(type.methods.size()));
  set_functions(L, type.methods, context);
  lua_setfield(L, -2, "__index");
  set_functions(L, type.metamethods, context);  // may replace __index
  adopt_host_call(L, -1);
  if (collect) {
    lua_pushcfunction(L, collect);
    lua_setfield(L, -2, "__gc");
  }
  lua_pushboolean(L, 0);
  lua_setfield(L, -2, "__metatable");
  lua_pushstring(L, type.name);
  lua_setfield(L, -2, "__name");
  lua_pushlightuserdata(L, const_cast<void*>(key));
  lua_rawsetp(L, -2, &kType);
  lua_rawsetp(L, LUA_REGISTRYINDEX, key);
}

void before_new(lua_State* L) {
  Budget& budget = budget_of(L);
  charge(L, 10);
  if (!budget.wants_collection()) return;
  lua_gc(L, LUA_GCCOLLECT);
  budget.collected();
}

void raise_type(lua_State* L, int index, const void* key) {
  const char* name = "value";
  if (lua_rawgetp(L, LUA_REGISTRYINDEX, key) == LUA_TTABLE && lua_getfield(L, -1, "__name") == LUA_TSTRING)
    name = lua_tostring(L, -1);
  luaL_typeerror(L, index, name);
  std::abort();  // luaL_typeerror does not return
}

const void* type_of(lua_State* L, int index) noexcept {
  if (lua_type(L, index) != LUA_TUSERDATA || !lua_getmetatable(L, index)) return nullptr;
  lua_rawgetp(L, -1, &kType);
  const void* type = lua_touserdata(L, -1);
  lua_pop(L, 2);
  return type;
}

}  // namespace amont::slot_detail
