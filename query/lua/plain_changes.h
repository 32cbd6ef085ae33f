// The properties and details of a change where they are plain, as they mostly are: names with texts, numbers, booleans, times, null, and short
// lists of these. What is not plain is for change_reader.cc to look at, which knows all that can be wrong.
//
// False: nothing was read. They never raise.
#pragma once

#include <vector>

#include <lua.hpp>

#include "amont/transaction.h"

namespace amont {

// Sorted by name.
bool read_plain_props(lua_State* L, int index, std::vector<PropertyChange>* props);
// Of an edge: a label and properties.
bool read_plain_details(lua_State* L, int index, PutEdge* put);

}  // namespace amont
