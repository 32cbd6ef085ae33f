// Durations of scripts: months(18), days(90). Months and years follow the calendar.
#pragma once

#include <string>

#include "amont/model.h"
#include "amont/status.h"

namespace amont {

struct Duration {
  std::int64_t months = 0;
  std::int64_t micros = 0;

  std::string text() const;  // "18 months", "2 years", "90 days", "12 hours"
};

// The time so much later, or earlier with `sign` -1. A month after the 31st of January is the last day of February: a day that a month
// does not have is its last. kInvalid outside of the years 0001 to 9999.
Result<Timestamp> moved(Timestamp time, const Duration& by, int sign);

}  // namespace amont
