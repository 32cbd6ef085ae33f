// A sandbox in which all words of scripts are known.
#pragma once

#include <memory>

#include "query/lua/sandbox.h"
#include "query/lua/script_arguments.h"
#include "query/lua/script_context.h"

namespace amont {

// `context` and `arguments` must outlive the sandbox and stay where they are.
Result<std::unique_ptr<Sandbox>> open_script_sandbox(ScriptContext& context, const CheckedArguments& arguments,
                                                     const ScriptRunLimits& limits, const std::atomic<bool>* cancel);

}  // namespace amont
