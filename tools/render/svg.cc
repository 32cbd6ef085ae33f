#include "tools/render/svg.h"

#include <fmt/format.h>

#include "tools/render/escape.h"

namespace amont::tool::svg {
namespace {

constexpr double kFitsBelow = 1900;  // so wide a picture can still be read when a page shrinks it to its own width

}  // namespace

std::string number(double value) {
  std::string text = fmt::format("{:.1f}", value);
  if (text.ends_with(".0")) text.resize(text.size() - 2);
  return text == "-0" ? "0" : text;
}

std::string open(double width, double height, std::string_view title, std::string_view description,
                 std::size_t number) {
  return fmt::format(
      "<svg xmlns=\"http://www.w3.org/2000/svg\" role=\"img\"{5} aria-labelledby=\"t{2} d{2}\" width=\"{0}\" "
      "height=\"{1}\" viewBox=\"0 0 {0} {1}\">\n<title id=\"t{2}\">{3}</title>\n<desc id=\"d{2}\">{4}</desc>\n",
      svg::number(width), svg::number(height), number, for_html(title), for_html(description),
      width < kFitsBelow ? " class=\"fits\"" : "");
}

std::string text(double x, double y, std::string_view css_class, std::string_view text) {
  return fmt::format("<text x=\"{}\" y=\"{}\" class=\"{}\">{}</text>\n", number(x), number(y), css_class,
                     for_html(text));
}

std::string rect(double x, double y, double width, double height, std::string_view css_class) {
  return fmt::format("<rect x=\"{}\" y=\"{}\" width=\"{}\" height=\"{}\" rx=\"4\" class=\"{}\"/>\n", number(x),
                     number(y), number(width), number(height), css_class);
}

std::string line(double x1, double y1, double x2, double y2, std::string_view css_class) {
  return fmt::format("<line x1=\"{}\" y1=\"{}\" x2=\"{}\" y2=\"{}\" class=\"{}\"/>\n", number(x1), number(y1),
                     number(x2), number(y2), css_class);
}

std::string title(std::string_view text) { return fmt::format("<title>{}</title>", for_html(text)); }

std::string cut(std::string_view text, std::size_t columns) { return cut_to_width(for_terminal(text), columns); }

std::size_t columns(std::string_view text) { return display_width(for_terminal(text)); }

}  // namespace amont::tool::svg
