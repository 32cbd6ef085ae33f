// What the values of a session's line look like, as blocks: whatever a report can show, as it shows it; else a table as a table.
#pragma once

#include "query/lua/script_types.h"

namespace amont {

// Appends the blocks of `count` values from index `first` on. Never raises. kScript for values that contain themselves, kLimit.
Status show_values(lua_State* L, int first, int count, Budget& budget, Report* report);

}  // namespace amont
