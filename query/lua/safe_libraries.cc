#include "query/lua/safe_libraries.h"

#include <cstring>

namespace amont {
namespace {

// Makes Lua blind to `__mode`. setmetatable() refuses it, but a script could set it later in a metatable already in use; and in a
// table with weak keys whose values are each other's keys, a single collection takes time that grows with the square of its size
// (18 s for 40,000 keys), where nothing can stop it.
//
// Lua finds the field by the identity of one text, which it made when the state was opened. We change the bytes of that text in
// place: what scripts write as "__mode" is then another text, as good as any, and no text that they can make is the one looked for,
// since it stays filed under the hash of its old bytes.
void disable_weak_tables(lua_State* L) {
  constexpr char kMode[] = "__mode";
  lua_pushliteral(L, "__mode");
  auto* bytes = const_cast<char*>(lua_tostring(L, -1));
  for (char other = 1; other < 64; ++other) {
    std::memcpy(bytes, kMode, sizeof(kMode));
    bytes[0] = other;
    const char found[] = {other, '_', 'm', 'o', 'd', 'e'};
    const bool is_reachable = lua_pushlstring(L, found, sizeof(found)) == bytes;
    lua_pop(L, 1);
    if (!is_reachable) break;
  }
  lua_pop(L, 1);
}

}  // namespace

void open_safe_libraries(lua_State* L, std::string* printed) {
  disable_weak_tables(L);
  lua_pushglobaltable(L);
  open_safe_base(L, printed);
  open_safe_pairs(L);
  open_safe_coroutine(L);
  open_safe_string(L);
  open_safe_table(L);
  open_safe_math(L);
  open_safe_utf8(L);
  lua_pop(L, 1);
}

}  // namespace amont
