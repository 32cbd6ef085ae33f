// What `run` and `repl` have in common: the limits of scripts, and telling their errors.
#pragma once

#include <string_view>

#include "amont/script.h"
#include "tools/ask_arguments.h"

namespace amont::tool {

struct RunArguments {
  AskArguments ask;         // known_at, timeout, strict, raw
  std::uint64_t steps = 0;  // 0: what scripts have unless told
  std::uint64_t memory_mib = 0;
};

// --steps --memory --raw --known-at --timeout --strict, which fill `arguments`. It must outlive them.
std::vector<Option> run_options(RunArguments& arguments);
ScriptRunLimits limits_of(const RunArguments& arguments);

// The error on stderr, and the line of the source that it is about. What the command returns for it.
int tell_script_error(Session& session, std::string_view name, std::string_view source, const Status& why);

}  // namespace amont::tool
