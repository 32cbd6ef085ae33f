#include "query/lua/duration.h"

#include <fmt/format.h>

#include <chrono>
#include <cstdlib>

#include "core/text/timestamp.h"

namespace amont {
namespace {

constexpr std::int64_t kMicrosPerHour = 3'600'000'000, kMicrosPerDay = 24 * kMicrosPerHour;

std::string counted(std::int64_t count, const char* unit) {
  return fmt::format("{} {}{}", count, unit, std::abs(count) == 1 ? "" : "s");
}

Status out_of_range() { return invalid("a time must be within the years 0001 to 9999"); }

}  // namespace

std::string Duration::text() const {
  if (months != 0) return months % 12 == 0 ? counted(months / 12, "year") : counted(months, "month");
  return micros % kMicrosPerDay == 0 ? counted(micros / kMicrosPerDay, "day")
                                     : counted(micros / kMicrosPerHour, "hour");
}

Result<Timestamp> moved(Timestamp time, const Duration& by, int sign) {
  using namespace std::chrono;
  constexpr std::int64_t kMonthsMax = 12 * 10'000, kMicrosMax = kMicrosPerDay * 366 * 10'000;
  if (std::abs(by.months) > kMonthsMax || std::abs(by.micros) > kMicrosMax) return out_of_range();
  std::int64_t micros = time.micros;
  if (by.months != 0) {
    const sys_time<microseconds> at{microseconds(micros)};
    const sys_days day = floor<days>(at);
    const year_month_day date(day);
    const year_month month = date.year() / date.month() + std::chrono::months(sign * by.months);
    if (!month.ok() || month.year() < year(1) || month.year() > year(9999)) return out_of_range();
    const auto last = (month / std::chrono::last).day();
    const sys_days landed = month / std::min(date.day(), last);
    micros = (sys_time<microseconds>(landed) + (at - sys_time<microseconds>(day))).time_since_epoch().count();
  }
  micros += sign * by.micros;
  if (micros < kEarliest.micros || micros > kLatest.micros) return out_of_range();
  return Timestamp{micros};
}

}  // namespace amont
