// A script's arguments as they are typed after its name.
#pragma once

#include <string>
#include <vector>

#include "amont/script.h"

namespace amont::tool {

// `name=value`, `--name value`, `--name=value`, `--name` for a boolean, or the value alone for the next parameter in
// order. A hyphen stands for an underscore. kInvalid names what does not fit, and what the script takes.
Result<ScriptArguments> read_script_arguments(const ScriptHeader& header, const std::vector<std::string>& words);

// "RESULT [--exact]"
std::string usage_of(const ScriptHeader& header);

}  // namespace amont::tool
