// Values of a script as JSON text, straight from Lua's tables.
#pragma once

#include <string>

#include <lua.hpp>

#include "amont/status.h"

namespace amont {

// Appends the value at a stack index, with the names of objects in order. kInvalid for what can't be JSON, kScript for tables that
// read_value() refuses, kLimit when it is too large. Never raises.
Status append_json_of(lua_State* L, int index, std::string& out);

// Makes the empty table on top of the stack the list that has nothing in it, so that it is written as it was read. Raises.
void mark_as_list(lua_State* L);
// Once for a state. Raises.
void install_list_mark(lua_State* L);

struct EmptyList {};  // what scripts call empty_list

}  // namespace amont
