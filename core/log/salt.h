// The salt of a segment.
#pragma once

#include <cstdint>

#include "amont/status.h"

namespace amont {

// From the system's random numbers.
Result<std::uint64_t> random_salt();

}  // namespace amont
