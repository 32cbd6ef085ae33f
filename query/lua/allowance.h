// A run's budget anew for every so many bytes that it takes in or gives out: so a large file is no reason to stop, and a script that
// runs in circles still is.
#pragma once

#include <cstdint>

#include "query/lua/budget.h"

namespace amont {

class Allowance {
 public:
  explicit Allowance(const ScriptRunLimits& limits) : limits_(limits) {}

  // For the next file, of which no byte has been taken.
  void begin() { bytes_credited_ = 0; }
  // `bytes` is how many there were so far. Called where a script takes input, or gives something.
  void renew_if_due(Budget& budget, std::uint64_t bytes);

 private:
  const ScriptRunLimits limits_;
  std::uint64_t credits_ = 0;
  std::uint64_t bytes_credited_ = 0;
};

}  // namespace amont
