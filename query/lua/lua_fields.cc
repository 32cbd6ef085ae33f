// has_others(thing, names): whether a table has a field that is not among the names of another, as mostly none has. What the fields are is
// for pairs() to tell.

#include "query/lua/hidden_events.h"
#include "query/lua/lua_json.h"
#include "query/lua/script_types.h"

namespace amont {
namespace {

int has_others(lua_State* L) {
  luaL_checktype(L, 1, LUA_TTABLE);
  luaL_checktype(L, 2, LUA_TTABLE);
  lua_settop(L, 2);
  std::uint64_t seen = 0;
  bool found = false;
  for (lua_pushnil(L); !found && lua_next(L, 1) != 0;) {
    lua_pop(L, 1);
    if (is_hidden_key(L, -1)) continue;
    lua_pushvalue(L, -1);
    found = lua_rawget(L, 2) == LUA_TNIL;
    lua_pop(L, 1);
    if (++seen % 64 == 0) charge(L, 64);
  }
  charge(L, 1 + seen % 64);
  lua_pushboolean(L, found);
  return 1;
}

}  // namespace

void install_fields(lua_State* L, HostContext* context) {
  static constexpr HostFunction kWords[] = {{"has_others", has_others}};
  set_globals(L, kWords, context);
}

}  // namespace amont
