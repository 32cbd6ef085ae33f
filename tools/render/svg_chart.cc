#include <algorithm>

#include <fmt/format.h>

#include "tools/render/svg.h"
#include "tools/render/table.h"
#include "tools/render/tabular.h"

namespace amont::tool {
namespace {

constexpr double kWidth = 480;   // of the longest bar, or of a line
constexpr double kHeight = 200;  // of a line
constexpr double kRow = 22;
constexpr std::size_t kLabelMax = 36;
constexpr std::size_t kLabelsMax = 10;  // below a line

// The values from `least` to `most`, with 0 between.
struct Range {
  double least = 0;
  double most = 0;

  double share(double value) const { return most > least ? (value - least) / (most - least) : 0; }
};

Range range_of(const std::vector<ChartPoint>& points) {
  Range range;
  for (const ChartPoint& point : points) {
    range.least = std::min(range.least, point.value.value_or(0));
    range.most = std::max(range.most, point.value.value_or(0));
  }
  return range;
}

std::string value_text(const ChartPoint& point) { return point.value ? fmt::format("{}", *point.value) : "no value"; }

std::string description(const ReportBlock& block) {
  return fmt::format("{}{}; the table below lists them", counted(block.points.size(), "value"),
                     block.unit.empty() ? "" : " of " + block.unit);
}

std::string bars_svg(const ReportBlock& block, std::size_t number) {
  std::size_t columns = 0;
  for (const ChartPoint& point : block.points)
    columns = std::max(columns, svg::columns(svg::cut(point.label, kLabelMax)));
  const Range range = range_of(block.points);
  const double left = static_cast<double>(columns) * svg::kLetter + 16;
  const double zero = left + range.share(0) * kWidth;
  std::string out = svg::open(left + kWidth + 110, kRow * static_cast<double>(block.points.size()) + 12,
                              block.title.empty() ? "Chart" : block.title, description(block), number);
  double y = 4;
  for (const ChartPoint& point : block.points) {
    const double end = left + range.share(point.value.value_or(0)) * kWidth;
    out += svg::text(4, y + kRow - 7, "ref", svg::cut(point.label, kLabelMax));
    if (point.value)
      out += svg::rect(std::min(zero, end), y + 4, std::max(end, zero) - std::min(zero, end), kRow - 8, "span k0");
    out += svg::text(std::max(zero, end) + 6, y + kRow - 7, "mark", value_text(point));
    y += kRow;
  }
  return out + svg::line(zero, 2, zero, y + 2, "grid") + "</svg>\n";
}

std::string line_svg(const ReportBlock& block, std::size_t number) {
  const Range range = range_of(block.points);
  const std::string most = fmt::format("{}", range.most);
  const std::string least = fmt::format("{}", range.least);
  const double left = static_cast<double>(std::max(most.size(), least.size())) * svg::kLetter + 20;
  const double top = 12;
  const auto y_of = [&](double value) { return top + (1 - range.share(value)) * kHeight; };
  const std::size_t count = block.points.size();
  const auto x_of = [&](std::size_t i) {
    return left + (count > 1 ? static_cast<double>(i) / static_cast<double>(count - 1) : 0.5) * kWidth;
  };
  std::string out = svg::open(left + kWidth + 60, top + kHeight + 30, block.title.empty() ? "Chart" : block.title,
                              description(block), number);
  std::vector<double> levels = {range.least, range.most};
  if (range.least < 0 && range.most > 0) levels.push_back(0);
  for (const double value : levels) {
    out += svg::line(left, y_of(value), left + kWidth, y_of(value), "grid");
    out += svg::text(4, y_of(value) + 4, "mark", fmt::format("{}", value));
  }
  std::string path;
  bool pen_is_down = false;  // a point without a value breaks the line
  for (std::size_t i = 0; i < count; ++i) {
    const std::optional<double> value = block.points[i].value;
    if (value)
      path += fmt::format("{}{} {} ", pen_is_down ? "L" : "M", svg::number(x_of(i)), svg::number(y_of(*value)));
    pen_is_down = value.has_value();
  }
  out += fmt::format("<path d=\"{}\" class=\"curve\"/>\n", path);
  const std::size_t step = std::max<std::size_t>(1, (count + kLabelsMax - 1) / kLabelsMax);
  for (std::size_t i = 0; i < count; ++i) {
    const ChartPoint& point = block.points[i];
    if (point.value)
      out += fmt::format("<circle cx=\"{}\" cy=\"{}\" r=\"3\" class=\"span k0\">{}</circle>\n", svg::number(x_of(i)),
                         svg::number(y_of(*point.value)), svg::title(point.label + ": " + value_text(point)));
    if (i % step == 0) out += svg::text(x_of(i), top + kHeight + 20, "tick", svg::cut(point.label, 10));
  }
  return out + "</svg>\n";
}

}  // namespace

std::string chart_svg(const ReportBlock& block, std::size_t number) {
  return block.line ? line_svg(block, number) : bars_svg(block, number);
}

}  // namespace amont::tool
