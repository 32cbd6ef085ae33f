// schema.lua, which stands beside nodes.csv and edges.csv: tables of rows can't say of what kinds they are.
#pragma once

#include <string_view>

#include "amont/exchange.h"
#include "tools/files.h"
#include "tools/output.h"
#include "tools/session.h"

namespace amont::tool {

inline constexpr std::string_view kSchemaFile = "schema.lua";

// The whole schema, a kind a line, as `amont schema --grow` reads it.
void write_schema_file(const Schema& schema, Output& out);

// Declares what the file says, in a transaction of its own with the author, the reason and the key of `options`, and notes on stderr when
// that was anything new. kScript, kInvalid; kRefused when it contradicts what the register has declared.
Status import_schema_file(Session& session, Store& store, const NamedFile& file, const ImportOptions& options);

}  // namespace amont::tool
