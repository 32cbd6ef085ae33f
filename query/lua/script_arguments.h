// Arguments of a script, checked by type before it runs.
#pragma once

#include <cstdint>
#include <string>
#include <variant>
#include <vector>

#include <lua.hpp>

#include "amont/script.h"
#include "query/lua/script_context.h"

namespace amont {

struct CheckedArgument {
  std::string name;
  std::variant<std::string, std::int64_t, bool, Timestamp> value;
};
struct CheckedArguments {
  std::vector<CheckedArgument> given;
  std::vector<std::string> names;  // of all parameters, given or not
};

// kInvalid, saying which argument and what it should be; kNotFound for the ref of a node that the register never knew.
Result<CheckedArguments> check_arguments(const ScriptHeader& header, const ScriptArguments& arguments,
                                         const AtView& at);

// Makes the global table `arg`; asking it for what is no parameter is an error. `arguments` must outlive the state.
// Raises.
void install_arguments(lua_State* L, const CheckedArguments* arguments);

}  // namespace amont
