// Compiling text, with the budget looked at on the way, and what every protected call does with an error.
#pragma once

#include <string_view>

#include <lua.hpp>

namespace amont {

// Pushes the compiled chunk, or the error message: a status of Lua, LUA_OK among them. Text only, whatever it begins
// with. Never raises. When the budget ends on the way, the text is cut off there: it is an error, though not of syntax, so ask the
// budget first.
int load_text(lua_State* L, std::string_view text, const char* chunk_name) noexcept;

// After a protected call has failed: raises the end of the run if that was why, or if Lua had no memory, which ends the
// run.
void pass_on_the_end(lua_State* L, int status);

}  // namespace amont
