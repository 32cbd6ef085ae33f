// Parts that scripts of formats share: `--- @uses formats/lib/records` in a script's head makes the global `records`.
//
// A part is a chunk of Lua that ships with Amont. It runs in the sandbox of the script that uses it, before it and within its budget, so it
// has the words that the script has; what it returns, a table, is the global that bears its name. Parts come in the order of the
// head, so one may use those before it.
#pragma once

#include "amont/script.h"
#include "query/lua/sandbox.h"

namespace amont {

// Loads what the header uses. Call it when the words of the script are installed and before the script is loaded. kScript for a part that
// does not exist or does not run, and where a word of the script has the part's name.
Status load_parts(Sandbox& sandbox, const ScriptHeader& header);

}  // namespace amont
