// string.find, match, gmatch and gsub over pattern.h.
#pragma once

#include <lua.hpp>

namespace amont {

int text_find(lua_State* L);
int text_match(lua_State* L);
int text_gmatch(lua_State* L);
int text_gsub(lua_State* L);

}  // namespace amont
