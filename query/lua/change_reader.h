// What an import script puts, read from the arguments of its words into a change. Refs and texts were checked to be texts. They never raise; what
// is wrong is kInvalid, or what read_value() says.
#pragma once

#include <lua.hpp>

#include "amont/status.h"
#include "amont/transaction.h"

namespace amont {

// node(ref, properties, details)
Result<Change> read_node(lua_State* L);
// edge(kind, from, to, details)
Result<Change> read_edge(lua_State* L);
// retract(ref), or retract(kind, from, to, label)
Result<Change> read_retraction(lua_State* L, bool of_edge);

}  // namespace amont
