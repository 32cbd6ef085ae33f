// Reading a schema from its Lua text, in the sandbox.
#pragma once

#include <string_view>

#include "amont/schema.h"

namespace amont {

// What the text declares. kScript with name and line when it fails; kInvalid for a declaration that makes no sense.
Result<SchemaGrowth> read_schema(std::string_view lua, std::string_view name = "schema");

// The schema `hub`, that ships with Amont (scripts/hub.lua).
const SchemaGrowth& hub_schema();

}  // namespace amont
