// The libraries a script has: base, string, table, math, utf8 and coroutine. What this file lists is where they differ
// from stock Lua 5.4; all else is as its manual says. A function that is safe once its arguments have been checked is
// stock Lua's own (stock.h), so that it can't differ by accident.
//
// Not there: os, io, package, debug, require, dofile, loadfile, collectgarbage, warn, string.dump, math.randomseed,
// coroutine.running, coroutine.close.
//
//   pairs, next     go through keys in order: false, true, numbers, text by its bytes. Keys of any other type have no
//   order that
//                   is the same in every run and are refused. What is added during a loop is not seen; what is removed
//                   is skipped.
//   tostring, print show "table" or "function" without an address; `%p` is refused. print writes into the report.
//   pcall, xpcall   don't catch the end of a run, nor a lack of memory. The handler of xpcall runs after the stack has
//   unwound. setmetatable    refuses __gc and __mode; set later, they have no effect. __call must be there by then, and
//   be a function when the
//                   object is called. getmetatable("") is false.
//   load            takes text, at most 1 MiB, never a function or bytecode.
//   coroutine       an error in wrap() does not close the variables of the coroutine.
//   string          patterns are matched by pattern.h; no result is longer than 8 MiB.
//   table           insert, remove, move, concat, sort and unpack work on the raw list, refuse tables with __len or
//   __newindex,
//                   and move at most a million elements at a time. sort is stable and never complains of the order
//                   function.
//   math.random     starts from the same seed in every run.
//   #t              of a list with holes is any border, as in stock Lua, and may differ between runs.
//
// Known limit: one instruction of Lua can't be interrupted, and neither can one function of the host between two
// charges; both are bounded to some 100 ms, by caps here and by Budget::instructions_per_hook and the guard against
// colliding keys in the allocator.
#pragma once

#include <cstddef>
#include <string>

#include <lua.hpp>

namespace amont {

inline constexpr std::size_t kScriptTextMax = 8 << 20;     // bytes of a text that one call of a library function makes
inline constexpr lua_Integer kScriptRangeMax = 1'000'000;  // elements that one call of a table function moves

// Makes the globals of a new state. print() appends to `printed`. Raises.
void open_safe_libraries(lua_State* L, std::string* printed);

// One file each. Called with the table of globals on top of the stack, and leave it there. Raise.
void open_safe_base(lua_State* L, std::string* printed);
void open_safe_pairs(lua_State* L);
void open_safe_coroutine(lua_State* L);
void open_safe_string(lua_State* L);
void open_safe_table(lua_State* L);
void open_safe_math(lua_State* L);
void open_safe_utf8(lua_State* L);

}  // namespace amont
