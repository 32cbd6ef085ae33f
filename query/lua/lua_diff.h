// diff() in scripts.
#pragma once

#include "query/lua/script_types.h"

namespace amont {

std::span<const TimedFunction> diff_functions();

}  // namespace amont
