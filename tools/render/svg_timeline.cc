#include <algorithm>
#include <chrono>
#include <string_view>
#include <unordered_map>

#include <fmt/format.h>

#include "tools/render/svg.h"
#include "tools/render/table.h"
#include "tools/render/tabular.h"

namespace amont::tool {
namespace {

using Days = std::chrono::sys_days;

constexpr double kWidth = 640;  // of the calendar
constexpr double kRow = 24;
constexpr double kTop = 28;
constexpr double kArrow = 8;  // of an open end
constexpr std::size_t kLabelMax = 36;
constexpr std::size_t kTicksMax = 12;
constexpr std::size_t kColours = 6;

Days day_of(Timestamp time) {
  return std::chrono::floor<std::chrono::days>(
      std::chrono::sys_time<std::chrono::microseconds>(std::chrono::microseconds(time.micros)));
}

// From the first to the last date that is named, and a day at least; with room at the sides for what is open there.
struct Calendar {
  Timestamp first;
  Timestamp last;
  double left = 0;
  double before = 0;  // the first date, in parts of the width
  double after = 0;   // the last

  double x(Timestamp time) const {
    const double share =
        static_cast<double>(time.micros - first.micros) / static_cast<double>(last.micros - first.micros);
    return left + (before + share * (1 - before - after)) * kWidth;
  }
};

Calendar calendar_of(const std::vector<TimelineSpan>& spans, double left) {
  constexpr std::int64_t kDay = 86'400'000'000;
  constexpr double kOpenSide = 0.05;
  Calendar out{{}, {}, left};
  bool any = false;
  for (const TimelineSpan& span : spans) {
    for (const auto& time : {span.from, span.to}) {
      if (!time) continue;
      out.first = any ? std::min(out.first, *time) : *time;
      out.last = any ? std::max(out.last, *time) : *time;
      any = true;
    }
  }
  if (out.last.micros - out.first.micros < kDay) out.last.micros = out.first.micros + kDay;
  if (std::ranges::any_of(spans, [](const TimelineSpan& span) { return !span.from; })) out.before = kOpenSide;
  if (std::ranges::any_of(spans, [](const TimelineSpan& span) { return !span.to; })) out.after = kOpenSide;
  return out;
}

struct Tick {
  Timestamp at;
  std::string label;
};

Timestamp time_of(std::chrono::year_month_day date) {
  return {std::chrono::duration_cast<std::chrono::microseconds>(Days(date).time_since_epoch()).count()};
}

// Firsts of years or months, as many as can be read; of no such, the two ends.
std::vector<Tick> ticks_of(const Calendar& calendar) {
  const std::chrono::year_month_day first(day_of(calendar.first));
  const std::chrono::year_month_day last(day_of(calendar.last));
  const int months = (static_cast<int>(last.year()) - static_cast<int>(first.year())) * 12 +
                     static_cast<int>(static_cast<unsigned>(last.month())) -
                     static_cast<int>(static_cast<unsigned>(first.month()));
  int step = 0;
  for (const int candidate : {1, 3, 6, 12, 24, 60, 120, 240, 600, 1200, 12000}) {
    step = candidate;
    if (months / candidate < static_cast<int>(kTicksMax)) break;
  }
  std::vector<Tick> ticks;
  const int first_month =
      static_cast<int>(first.year()) * 12 + static_cast<int>(static_cast<unsigned>(first.month())) - 1;
  for (int month = first_month - first_month % step; month <= first_month + months; month += step) {
    const std::chrono::year_month_day date(
        std::chrono::year(month / 12), std::chrono::month(static_cast<unsigned>(month % 12 + 1)), std::chrono::day(1));
    const Timestamp at = time_of(date);
    if (at < calendar.first || calendar.last < at) continue;
    ticks.push_back({at, step % 12 == 0 ? fmt::format("{:04}", month / 12)
                                        : fmt::format("{:04}-{:02}", month / 12, month % 12 + 1)});
  }
  if (ticks.size() < 2) ticks = {{calendar.first, day_text(calendar.first)}, {calendar.last, day_text(calendar.last)}};
  return ticks;
}

// Kinds by their first use, so that each has one colour.
// The number of each kind, in the order in which they come.
std::unordered_map<std::string_view, std::size_t> kinds_of(const std::vector<TimelineSpan>& spans) {
  std::unordered_map<std::string_view, std::size_t> kinds;
  for (const TimelineSpan& span : spans)
    if (span.kind != "gap") kinds.try_emplace(span.kind, kinds.size());
  return kinds;
}

std::string told(const TimelineSpan& span) {
  return fmt::format("{}: {} to {}{}", span.label, span.from ? day_text(*span.from) : "open",
                     span.to ? day_text(*span.to) : "open", span.kind.empty() ? "" : ", " + span.kind);
}

std::string span_svg(const TimelineSpan& span, const Calendar& calendar, double y, const std::string& css_class) {
  const double right = calendar.left + kWidth;
  const double from = span.from ? calendar.x(*span.from) : calendar.left;
  const double to = std::max(span.to ? calendar.x(*span.to) : right, from + 2);
  std::string out = fmt::format("<g>{}\n", svg::title(told(span)));
  out += svg::rect(from, y + 4, to - from, kRow - 8, css_class);
  const auto arrow = [&](double x, double tip) {
    const double middle = y + kRow / 2;
    out += fmt::format("<path d=\"M{0} {1} L{2} {3} L{0} {4} z\" class=\"{5}\"/>\n", svg::number(x), svg::number(y + 4),
                       svg::number(tip), svg::number(middle), svg::number(y + kRow - 4), css_class);
  };
  if (!span.from) arrow(from, from - kArrow);
  if (!span.to) arrow(to, to + kArrow);
  if (!span.kind.empty())
    out += svg::text(right + 14, y + kRow - 8, span.kind == "gap" ? "mark gap" : "mark", svg::cut(span.kind, 16));
  return out + "</g>\n";
}

}  // namespace

std::string timeline_svg(const ReportBlock& block, std::size_t number) {
  std::size_t columns = 0;
  for (const TimelineSpan& span : block.spans)
    columns = std::max(columns, svg::columns(svg::cut(span.label, kLabelMax)));
  const Calendar calendar = calendar_of(block.spans, static_cast<double>(columns) * svg::kLetter + 24);
  const double bottom = kTop + kRow * static_cast<double>(block.spans.size());
  std::string out =
      svg::open(calendar.left + kWidth + 150, bottom + 8, block.title.empty() ? "Timeline" : block.title,
                fmt::format("{} between {} and {}; the table below lists them", counted(block.spans.size(), "span"),
                            day_text(calendar.first), day_text(calendar.last)),
                number);
  for (const Tick& tick : ticks_of(calendar)) {
    out += svg::line(calendar.x(tick.at), kTop - 6, calendar.x(tick.at), bottom, "grid");
    out += svg::text(calendar.x(tick.at), kTop - 10, "tick", tick.label);
  }
  const auto kinds = kinds_of(block.spans);
  double y = kTop;
  for (const TimelineSpan& span : block.spans) {
    const auto known = kinds.find(span.kind);
    const std::size_t kind = known == kinds.end() ? 0 : known->second;
    out += svg::text(4, y + kRow - 8, "ref", svg::cut(span.label, kLabelMax));
    out += span_svg(span, calendar, y, span.kind == "gap" ? "span gap" : fmt::format("span k{}", kind % kColours));
    y += kRow;
  }
  return out + "</svg>\n";
}

}  // namespace amont::tool
