#include "tools/format.h"

namespace amont::tool {

std::string_view name_of(Format format) {
  switch (format) {
    case Format::kTable: return "table";
    case Format::kJson: return "json";
    case Format::kNdjson: return "ndjson";
    case Format::kCsv: return "csv";
    case Format::kMarkdown: return "md";
    case Format::kHtml: return "html";
    case Format::kDot: return "dot";
    case Format::kMermaid: return "mermaid";
    case Format::kGraphml: return "graphml";
    case Format::kSvg: return "svg";
  }
  return "";
}

const std::vector<Format>& report_formats() {
  static const std::vector<Format> kThem = {Format::kTable, Format::kJson,     Format::kNdjson,
                                            Format::kCsv,   Format::kMarkdown, Format::kHtml};
  return kThem;
}

const std::vector<Format>& all_formats() {
  static const std::vector<Format> kAll = {Format::kTable,    Format::kJson, Format::kNdjson, Format::kCsv,
                                           Format::kMarkdown, Format::kHtml, Format::kDot,    Format::kMermaid,
                                           Format::kGraphml,  Format::kSvg};
  return kAll;
}

}  // namespace amont::tool
