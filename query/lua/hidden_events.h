// Events of metatables that Lua must not look up by what a script writes, since what it then does can't be interrupted:
//
//   __mode   In a table with weak keys whose values are each other's keys, one collection takes time that grows with
//   the square of
//            its size: 18 s for 40,000 keys. setmetatable() refuses it, but a script could set it later.
//   __call   When the value is not a function but an object with a __call of its own, Lua goes on from one to the next,
//   moving all
//            arguments up each time, until the stack is full: minutes, for a table that is its own __call.
//
// Lua finds the field of an event by the identity of one text, which it made when the state was opened. We change the
// bytes of that text in place. What scripts write as "__mode" is then another text, as good as any; and they can't make
// the one that is looked for, which stays filed under the hash of its old bytes. The one for __call is given to
// metatables by us.
#pragma once

#include <lua.hpp>

namespace amont {

// Once for a new state, before it runs anything. Raises.
void hide_events(lua_State* L);

// Makes Lua call what the metatable at `index` has as __call: itself if it is a function of the host that stays there;
// else, for metatables of scripts, whatever function is there at the time of the call. Nothing when it has none.
// Raises.
void adopt_host_call(lua_State* L, int index);
void adopt_script_call(lua_State* L, int index);

// Whether the value at `index` is the hidden key of a metatable; scripts don't get to see it. Never raises; needs a
// free stack place.
bool is_hidden_key(lua_State* L, int index) noexcept;

}  // namespace amont
