#include "core/text/timestamp.h"

#include <fmt/format.h>

#include <chrono>
#include <utility>

#include "core/text/utf8.h"

namespace amont {
namespace {

constexpr std::int64_t kSecond = 1'000'000;
constexpr std::int64_t kMinute = 60 * kSecond;
constexpr std::int64_t kDay = 24 * 60 * kMinute;
constexpr int kFractionDigitsMax = 6;
constexpr std::string_view kDateOrTime = "date or time";
constexpr std::string_view kDateExample = "as in 2026-01-31 or 2026-01-31T13:45:00Z";
constexpr std::string_view kExample = "as in 2026-01-31T13:45:00Z or 2026-01-31T13:45:00.5+01:00";

// Walks over the text; the first misfit is kept, and everything after it reads as 0.
class Scanner {
 public:
  explicit Scanner(std::string_view text) : text_(text) {}

  bool ok() const { return wrong_.empty(); }
  bool at_end() const { return at_ == text_.size(); }
  bool next_is(std::string_view any_of) const { return !at_end() && any_of.find(text_[at_]) != std::string_view::npos; }
  bool next_is_digit() const { return !at_end() && text_[at_] >= '0' && text_[at_] <= '9'; }

  // Exactly so many digits, between the bounds.
  int number(int digits, int lowest, int highest, std::string_view what) {
    int value = 0;
    const std::size_t begin = at_;
    for (int i = 0; i < digits; ++i) {
      if (!next_is_digit()) return fail(at_, fmt::format("{} needs {} digits", what, digits)), 0;
      value = value * 10 + (text_[at_++] - '0');
    }
    if (value < lowest || value > highest)
      return fail(begin, fmt::format("{} must be {:0{}} to {:0{}}", what, lowest, digits, highest, digits)), 0;
    return value;
  }
  char one_of(std::string_view any_of, std::string_view what) {
    if (!next_is(any_of)) return fail(at_, fmt::format("{} must follow", what)), '\0';
    return text_[at_++];
  }
  void fail(std::size_t offset, std::string wrong) {
    if (!ok()) return;
    wrong_ = std::move(wrong);
    wrong_at_ = offset;
    at_ = text_.size();
  }
  std::size_t offset() const { return at_; }

  Status status(std::string_view what) const {
    if (ok()) return {};
    const std::string_view example = what == kDateOrTime ? kDateExample : kExample;
    return invalid(fmt::format("{} is no {}: {} at byte offset {}; write it {}", in_quotes(text_), what, wrong_,
                               wrong_at_, example));
  }

 private:
  std::string_view text_;
  std::size_t at_ = 0;
  std::string wrong_;
  std::size_t wrong_at_ = 0;
};

// Days since 1970-01-01.
std::int64_t read_date(Scanner& in) {
  const int year = in.number(4, 1, 9999, "the year");
  in.one_of("-", "-");
  const int month = in.number(2, 1, 12, "the month");
  in.one_of("-", "-");
  const std::size_t day_at = in.offset();
  const int day = in.number(2, 1, 31, "the day");
  if (!in.ok()) return 0;
  const std::chrono::year_month_day date{std::chrono::year(year), std::chrono::month(static_cast<unsigned>(month)),
                                         std::chrono::day(static_cast<unsigned>(day))};
  if (!date.ok()) return in.fail(day_at, "the month has no such day"), 0;
  return std::chrono::sys_days(date).time_since_epoch().count();
}

std::int64_t read_fraction(Scanner& in) {
  std::int64_t micros = 0;
  std::int64_t unit = kSecond / 10;
  int digits = 0;
  for (; in.next_is_digit(); ++digits, unit /= 10) {
    if (digits == kFractionDigitsMax) return in.fail(in.offset(), "a second has at most 6 fraction digits"), 0;
    micros += unit * in.number(1, 0, 9, "the fraction");
  }
  if (digits == 0) in.fail(in.offset(), "a digit must follow the point");
  return micros;
}

std::int64_t read_time_of_day(Scanner& in) {
  const int hour = in.number(2, 0, 23, "the hour");
  in.one_of(":", ":");
  const int minute = in.number(2, 0, 59, "the minute");
  in.one_of(":", ":");
  const std::size_t second_at = in.offset();
  const int second = in.number(2, 0, 60, "the second");
  if (second == 60) in.fail(second_at, "leap seconds are refused (write the second after it),");
  std::int64_t micros = (hour * 60 + minute) * kMinute + second * kSecond;
  if (in.next_is(".")) {
    in.one_of(".", ".");
    micros += read_fraction(in);
  }
  return micros;
}

std::int64_t read_zone(Scanner& in) {
  const char sign = in.one_of("Zz+-", "a zone (Z, or an offset such as +01:00)");
  if (sign != '+' && sign != '-') return 0;
  const int hour = in.number(2, 0, 23, "the zone's hour");
  in.one_of(":", ":");
  const int minute = in.number(2, 0, 59, "the zone's minute");
  const std::int64_t offset = (hour * 60 + minute) * kMinute;
  return sign == '+' ? offset : -offset;
}

Result<Timestamp> finish(Scanner& in, std::int64_t micros, std::string_view what) {
  if (!in.at_end()) in.fail(in.offset(), "nothing may follow");
  const Timestamp time{micros};
  if (time < kEarliest || time > kLatest) in.fail(0, "in UTC it must lie in the years 0001 to 9999,");
  AMONT_TRY(in.status(what));
  return time;
}

Result<Timestamp> parse_time(std::string_view text, bool date_will_do) {
  const std::string_view what = date_will_do ? kDateOrTime : "time";
  Scanner in(text);
  const std::int64_t day = read_date(in);
  if (date_will_do && in.ok() && in.at_end()) return finish(in, day * kDay, what);
  in.one_of("Tt", "T and a time");
  const std::int64_t within = read_time_of_day(in);
  const std::int64_t zone = read_zone(in);
  return finish(in, day * kDay + within - zone, what);
}

}  // namespace

Result<Timestamp> Timestamp::parse(std::string_view text) { return parse_time(text, /*date_will_do=*/false); }
Result<Timestamp> Timestamp::parse_date_or_time(std::string_view text) {
  return parse_time(text, /*date_will_do=*/true);
}

Status check_timestamp(Timestamp time) {
  if (time >= kEarliest && time <= kLatest) return {};
  return invalid(fmt::format("a time of {} microseconds since 1970 is outside of the years 0001 to 9999", time.micros));
}

std::string Timestamp::text() const {
  if (*this < kEarliest || *this > kLatest) return fmt::format("({} microseconds since 1970)", micros);
  std::int64_t day = micros / kDay;
  std::int64_t within = micros % kDay;
  if (within < 0) --day, within += kDay;
  const std::chrono::year_month_day date{std::chrono::sys_days(std::chrono::days(day))};
  std::string out = "0000-00-00T00:00:00";
  const auto write = [&out](std::size_t offset, int digits, std::int64_t value) {
    for (; digits > 0; value /= 10)
      out[offset + static_cast<std::size_t>(--digits)] = static_cast<char>('0' + value % 10);
  };
  write(0, 4, int{date.year()});
  write(5, 2, unsigned{date.month()});
  write(8, 2, unsigned{date.day()});
  write(11, 2, within / (60 * kMinute));
  write(14, 2, within / kMinute % 60);
  write(17, 2, within / kSecond % 60);
  if (const std::int64_t fraction = within % kSecond) {
    out += ".000000";
    write(20, kFractionDigitsMax, fraction);
    out.erase(out.find_last_not_of('0') + 1);
  }
  return out += 'Z';
}

}  // namespace amont
