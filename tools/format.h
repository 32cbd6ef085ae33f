// How answers are written.
#pragma once

#include <string_view>
#include <vector>

namespace amont::tool {

enum class Format { kTable, kJson, kNdjson, kCsv, kMarkdown, kHtml, kDot, kMermaid, kGraphml, kSvg };

std::string_view name_of(Format format);  // "md"
const std::vector<Format>& all_formats();
const std::vector<Format>& report_formats();  // those that hold more than a graph

// Those that hold a graph and nothing else.
inline bool is_graph(Format format) {
  return format == Format::kDot || format == Format::kMermaid || format == Format::kGraphml || format == Format::kSvg;
}
// Those in which a graph is drawn.
inline bool is_drawn(Format format) {
  return is_graph(format) || format == Format::kMarkdown || format == Format::kHtml;
}

}  // namespace amont::tool
