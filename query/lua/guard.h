// What every function given to scripts stands on: the budget behind a lua_State, and the ways to raise.
//
// liblua is the C build: raising is a longjmp. Functions marked "raises" must be called only where no C++ object with a destructor
// is alive in the frames that are left (STYLE "check, work, push"; slot.h has the pattern).
#pragma once

#include <cstdint>
#include <span>

#include <lua.hpp>

#include "amont/status.h"
#include "query/lua/budget.h"

namespace amont {

Budget& budget_of(lua_State* L) noexcept;

// Takes steps from the budget; raises the uncatchable end when there are none left.
void charge(lua_State* L, std::uint64_t steps);
// Raises if the budget has ended. For a function that calls back into the script and gets control again.
void stop_if_ended(lua_State* L);
// Raises the end of the run. pcall, xpcall, resume and wrap of scripts raise it again, and so does the next hook.
[[noreturn]] void raise_end(lua_State* L);

// Raises a status that is not kOk, with "name:line: " before its text. What a script can mend (kInvalid, kNotFound, kRefused,
// kConflict, kUnsupported, kScript) is an ordinary error that pcall catches. Any other code ends the run with that code.
// When the budget has ended (a native operator that stopped half-way), raises that end whatever the status says.
// The status may live in a slot: its text is copied to Lua first. Returns int so that `return raise_status(...)` reads well.
int raise_status(lua_State* L, const Status& status);

// A function given to scripts.
struct HostFunction {
  const char* name;
  lua_CFunction run;
};
// Sets each function as a field of the table on top of the stack, with `context` as light userdata in its first upvalue. Raises.
void set_functions(lua_State* L, std::span<const HostFunction> functions, void* context = nullptr);
template <class T>
T* context_of(lua_State* L) {
  return static_cast<T*>(lua_touserdata(L, lua_upvalueindex(1)));
}

// The text of any value, as tostring() gives it: __tostring is honoured, and no address is ever shown. Pushes it. Raises.
const char* push_text_of(lua_State* L, int index, std::size_t* length = nullptr);

// The count hook of every state and coroutine.
void on_count(lua_State* L, lua_Debug* record);

}  // namespace amont
