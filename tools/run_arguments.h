// What `run` and `repl` have in common: the limits of scripts, and telling their errors.
#pragma once

#include <string_view>

#include "amont/script.h"
#include "tools/ask_arguments.h"
#include "tools/script_limits.h"

namespace amont::tool {

struct RunArguments {
  AskArguments ask;  // known_at, timeout, strict, raw
  ScriptLimitArguments limits;
};

// --raw, --known-at and what goes with it, --steps and the other limits, which fill `arguments`. It must outlive them.
std::vector<Option> run_options(RunArguments& arguments);
ScriptRunLimits limits_of(const RunArguments& arguments);

// The error on stderr, the line of the source that it is about, and the limits when it met one. What the command returns for it.
int tell_script_error(const Session& session, std::string_view name, std::string_view source,
                      const ScriptRunLimits& limits, const Status& why);

}  // namespace amont::tool
