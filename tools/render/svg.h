// Pictures for a page of HTML. They are dressed by the page's style sheet (html_page.h), are read aloud by title and description, and
// say in words whatever they say by colour. `number` tells the pictures of a page apart.
#pragma once

#include <string>
#include <string_view>

#include "amont/report.h"

namespace amont::tool {

// Boxes and arrows; causes stand to the left.
std::string graph_svg(const Drawing& graph, std::string_view title, std::size_t number);
// Bars over a calendar; an open end has an arrow.
std::string timeline_svg(const ReportBlock& block, std::size_t number);
// Bars, or points that are joined.
std::string chart_svg(const ReportBlock& block, std::size_t number);

// What the pictures are made of. Texts are escaped here, and cut where that is said.
namespace svg {

// Of a letter of the pictures' fixed-width font, and between two lines.
inline constexpr double kLetter = 7.3;
inline constexpr double kLine = 16;

std::string number(double value);  // "12.5"
std::string open(double width, double height, std::string_view title, std::string_view description, std::size_t number);
std::string text(double x, double y, std::string_view css_class, std::string_view text);
std::string rect(double x, double y, double width, double height, std::string_view css_class);
std::string line(double x1, double y1, double x2, double y2, std::string_view css_class);
std::string title(std::string_view text);

// At most so many columns of a text as it will be shown.
std::string cut(std::string_view text, std::size_t columns);
std::size_t columns(std::string_view text);

}  // namespace svg
}  // namespace amont::tool
