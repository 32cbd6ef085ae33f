// What lint finds beside a schema: kinds that it does not have, and properties that are probably meant to be others.
#pragma once

#include <functional>
#include <string>
#include <string_view>
#include <vector>

#include "amont/schema.h"
#include "query/lua/lua_tokens.h"

namespace amont {

// Kinds are looked for where a script names them: nodes("dataset"), :only("dataset"), :outgoing("used"), lacks("used"), through =.
// Properties may be undeclared, so only those are told that are one slip away from a declared one: item.relesed_at,
// :where{stat = 1}, columns of rows. `is_declared`: names that the script gives itself.
using TellFinding = std::function<void(const LuaToken&, std::string)>;
void lint_beside_schema(const std::vector<LuaToken>& tokens, const Schema& schema,
                        const std::function<bool(std::string_view)>& is_declared, const TellFinding& tell);

}  // namespace amont
