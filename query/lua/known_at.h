// The register at another time, as scripts name it.
#pragma once

#include "query/lua/script_context.h"
#include "query/lua/value_reader.h"

namespace amont {

// A number, or text that is all digits, is a transaction; other text and times are times. kInvalid for anything else.
Result<Snapshot> read_known_at(const ScriptContext& context, const ScriptValue& value);

}  // namespace amont
