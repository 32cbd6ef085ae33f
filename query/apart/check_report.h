// Whether a report that came as bytes hangs together as one that a script made here does.
#pragma once

#include "amont/report.h"

namespace amont {

// kInvalid says what does not: a row of other cells than there are columns, a tree that skips a depth, an arrow from a box that
// is not there, more rows than allowed. Texts and numbers by themselves are not looked at.
Status check_report(const Report& report, std::uint64_t rows_max);

}  // namespace amont
