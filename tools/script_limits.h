// What a script may use up, as options of the verbs that run scripts.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "amont/script.h"
#include "tools/verb.h"

namespace amont::tool {

// Each is 0 unless told: then it is as scripts have it.
struct ScriptLimitArguments {
  std::uint64_t steps = 0;
  std::uint64_t memory_mib = 0;
  std::uint64_t rows = 0;
  std::uint64_t output_mib = 0;
};

// --steps --memory --rows --output; and --timeout, if it is among the options already, is told as scripts take it. `who` is "it" or
// "each rule". `arguments` must outlive the options.
void add_limit_options(std::vector<Option>& options, ScriptLimitArguments& arguments, const std::string& who);

// `timeout_micros` is that of --timeout; 0: not told.
ScriptRunLimits limits_of(const ScriptLimitArguments& arguments, std::uint64_t timeout_micros);

// For a script that met one: "it may use --steps 100000000, ...; give it more of what it lacked".
std::string limits_note(const ScriptRunLimits& limits);

}  // namespace amont::tool
