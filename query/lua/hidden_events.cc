#include "query/lua/hidden_events.h"

#include <cstring>

namespace amont {
namespace {

constexpr char kMode[] = "__mode";
constexpr char kCall[] = "__call";
constexpr char kFirstByteMax = 64;  // hidden texts begin with a byte below it, and go on as before

const char kHiddenCall = 0;  // its address is the registry key of the hidden text for __call

// Pushes the text by which Lua finds an event, changed so that no script can make it.
void push_hidden(lua_State* L, const char* event) {
  auto* bytes = const_cast<char*>(lua_pushstring(L, event));
  const std::size_t length = std::strlen(event);
  for (char first = 1; first < kFirstByteMax; ++first) {
    bytes[0] = first;
    char same[16];
    std::memcpy(same, bytes, length);
    // Texts are filed by hash. Should the new bytes belong in the same drawer as the old ones, they would be found
    // there.
    const bool is_reachable = lua_pushlstring(L, same, length) == bytes;
    lua_pop(L, 1);
    if (!is_reachable) return;
  }
  luaL_error(L, "an event of metatables can't be hidden");
}

int finish_call(lua_State* L, int, lua_KContext) { return lua_gettop(L); }

// Called by Lua with the object and the arguments.
int call_object(lua_State* L) {
  if (luaL_getmetafield(L, 1, kCall) != LUA_TFUNCTION)
    return luaL_error(L, "attempt to call a %s value whose __call is not a function", luaL_typename(L, 1));
  lua_insert(L, 1);
  lua_callk(L, lua_gettop(L) - 1, LUA_MULTRET, 0, finish_call);
  return lua_gettop(L);
}

bool has_call(lua_State* L, int index) {
  lua_pushstring(L, kCall);
  return lua_rawget(L, index) != LUA_TNIL;
}

}  // namespace

void hide_events(lua_State* L) {
  push_hidden(L, kMode);
  push_hidden(L, kCall);
  lua_rawsetp(L, LUA_REGISTRYINDEX, &kHiddenCall);
  lua_pop(L, 1);
}

void adopt_host_call(lua_State* L, int index) {
  index = lua_absindex(L, index);
  if (has_call(L, index)) {
    lua_rawgetp(L, LUA_REGISTRYINDEX, &kHiddenCall);
    lua_insert(L, -2);
    lua_rawset(L, index);
  } else {
    lua_pop(L, 1);
  }
}

void adopt_script_call(lua_State* L, int index) {
  index = lua_absindex(L, index);
  if (has_call(L, index)) {
    lua_rawgetp(L, LUA_REGISTRYINDEX, &kHiddenCall);
    lua_pushcfunction(L, call_object);
    lua_rawset(L, index);
  }
  lua_pop(L, 1);
}

bool is_hidden_key(lua_State* L, int index) noexcept {
  if (lua_type(L, index) != LUA_TSTRING || lua_rawlen(L, index) != sizeof(kCall) - 1) return false;
  const char* bytes = lua_tostring(L, index);
  if (bytes[0] >= kFirstByteMax || std::memcmp(bytes + 1, kCall + 1, sizeof(kCall) - 2) != 0) return false;
  lua_rawgetp(L, LUA_REGISTRYINDEX, &kHiddenCall);
  const bool is_hidden = lua_tostring(L, -1) == bytes;
  lua_pop(L, 1);
  return is_hidden;
}

}  // namespace amont
