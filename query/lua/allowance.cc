#include "query/lua/allowance.h"

namespace amont {
namespace {

constexpr std::uint64_t kBytesPerCredit = 256 << 10;

}  // namespace

void Allowance::renew_if_due(Budget& budget, std::uint64_t bytes) {
  const std::uint64_t due = (bytes + kBytesPerCredit - 1) / kBytesPerCredit;
  if (due > bytes_credited_) {
    credits_ += due - bytes_credited_;
    bytes_credited_ = due;
  }
  if (credits_ == 0) return;
  const auto time_left = budget.deadline() - Budget::Clock::now();
  const bool early =
      budget.steps_used() < limits_.steps_max / 4 && time_left > std::chrono::milliseconds(limits_.time_ms) * 3 / 4;
  if (early) return;
  --credits_;
  budget.renew();
}

}  // namespace amont
