// Words of scripts that are written in Lua themselves: scripts/words.lua.

#include "query/lua/embedded_scripts.h"
#include "query/lua/reading.h"
#include "query/lua/script_types.h"
#include "query/lua/words/words_in_text.h"

namespace amont {
namespace {

// Their addresses: where the registry keeps the words, and the globals as they were before the script ran.
const char kWordsTable = 0, kGlobalsBefore = 0;

}  // namespace

std::span<const std::string_view> words_in_lua() {
  static const std::vector<ScriptWord> kDescribed = words_in_text(embedded_text("words"));
  static const std::vector<std::string_view> kNames = [] {
    std::vector<std::string_view> names;
    for (const ScriptWord& word : kDescribed) names.push_back(word.name);
    return names;
  }();
  return kNames;
}

void keep_globals_for_words(lua_State* L) {
  lua_createtable(L, 0, 128);
  lua_pushglobaltable(L);
  for (lua_pushnil(L); lua_next(L, -2) != 0;) {
    lua_pushvalue(L, -2);
    lua_insert(L, -2);
    lua_rawset(L, -5);
  }
  lua_pop(L, 1);
  lua_rawsetp(L, LUA_REGISTRYINDEX, &kGlobalsBefore);
}

void push_word_in_lua(lua_State* L, std::string_view word) {
  if (lua_rawgetp(L, LUA_REGISTRYINDEX, &kWordsTable) != LUA_TTABLE) {
    lua_pop(L, 1);
    if (const int status = load_text(L, embedded_text("words"), "=words"); status != LUA_OK) {
      pass_on_the_end(L, status);
      lua_error(L);
    }
    lua_rawgetp(L, LUA_REGISTRYINDEX, &kGlobalsBefore);
    lua_setupvalue(L, -2, 1);  // what the script made of names is its own affair
    lua_call(L, 0, 1);
    lua_pushvalue(L, -1);
    lua_rawsetp(L, LUA_REGISTRYINDEX, &kWordsTable);
  }
  push_text(L, word);
  lua_rawget(L, -2);
  lua_remove(L, -2);
}

}  // namespace amont
