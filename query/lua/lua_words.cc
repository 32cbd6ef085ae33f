// Words of scripts that are written in Lua themselves: scripts/words.lua.

#include "query/lua/embedded_scripts.h"
#include "query/lua/reading.h"
#include "query/lua/script_types.h"

namespace amont {

std::span<const std::string_view> words_in_lua() {
  static constexpr std::string_view kWords[] = {
      "group",    "sorted",  "map",    "keep",       "join",       "sum",        "average",
      "smallest", "largest", "median", "percentile", "opens_data", "in_force",   "variables_named",
      "to",       "from",    "titles", "whole",      "parts",      "projects_of"};
  return kWords;
}

void install_words_in_lua(lua_State* L) {
  if (const int status = load_text(L, embedded_text("words"), "=words"); status != LUA_OK) {
    pass_on_the_end(L, status);
    lua_error(L);
  }
  lua_call(L, 0, 1);
  lua_pushglobaltable(L);
  for (const std::string_view word : words_in_lua()) {
    push_text(L, word);
    push_text(L, word);
    lua_gettable(L, -4);
    lua_rawset(L, -3);
  }
  lua_pop(L, 2);
}

}  // namespace amont
