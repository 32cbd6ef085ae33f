// The bounds of a Timestamp.
#pragma once

#include "amont/model.h"

namespace amont {

// 0001-01-01T00:00:00Z and 9999-12-31T23:59:59.999999Z.
inline constexpr Timestamp kEarliest{-62'135'596'800'000'000};
inline constexpr Timestamp kLatest{253'402'300'799'999'999};

// kInvalid outside of them. A parsed timestamp is always inside.
Status check_timestamp(Timestamp time);

}  // namespace amont
