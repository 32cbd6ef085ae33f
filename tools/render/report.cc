#include "tools/render/report.h"

#include <algorithm>
#include <array>

#include <fmt/format.h>

#include "tools/render/drawn.h"

namespace amont::tool {
namespace {

using What = ReportBlock::What;

bool shows(Format format, What what) {
  if (is_graph(format)) return what == What::kGraph;
  return format != Format::kCsv || what != What::kText;
}

constexpr std::array<std::string_view, 6> kNames = {"text", "table", "tree", "graph", "timeline", "chart"};

}  // namespace

Status check_format(const Report& report, Format format) {
  const bool any = std::ranges::any_of(report.blocks, [&](const ReportBlock& one) { return shows(format, one.what); });
  if (any || !is_graph(format)) return {};
  return invalid(fmt::format(
      "there is no graph in this answer, and {} holds graphs only: take --format html, md or table, or have "
      "the script return graph{{...}}",
      name_of(format)));
}

std::string left_out(const Report& report, Format format) {
  std::array<std::size_t, kNames.size()> counts = {};
  for (const ReportBlock& block : report.blocks)
    if (!shows(format, block.what)) ++counts[static_cast<std::size_t>(block.what)];
  std::string out;
  for (std::size_t i = 0; i < counts.size(); ++i)
    if (counts[i] > 0) out += (out.empty() ? "" : ", ") + counted(counts[i], kNames[i]);
  return out;
}

std::string folding_note(const Report& report) {
  std::string notes;
  for (const ReportBlock& block : report.blocks) {
    if (block.what != What::kGraph) continue;
    const std::string note = drawn(block.graph).note;
    if (!note.empty()) notes += (notes.empty() ? "" : "; ") + note;
  }
  return notes;
}

std::string counts_of(const Report& report) {
  std::uint64_t rows = 0;
  std::uint64_t nodes = 0;
  std::uint64_t edges = 0;
  for (const ReportBlock& block : report.blocks) {
    rows += block.rows.size() + block.tree.size() + block.spans.size() + block.points.size();
    nodes += block.graph.nodes.size();
    edges += block.graph.edges.size();
  }
  const std::string graph = fmt::format("{} and {}", counted(nodes, "node"), counted(edges, "edge"));
  if (nodes == 0) return counted(rows, "row");
  return rows == 0 ? graph : fmt::format("{}; {}", counted(rows, "row"), graph);
}

void write_report(Output& out, Format format, const Shown& shown, const TableLook& look, bool raw) {
  switch (format) {
    case Format::kTable: return write_report_table(out, shown, look);
    case Format::kJson: return write_report_json(out, shown);
    case Format::kNdjson: return write_report_ndjson(out, shown);
    case Format::kCsv: return write_report_csv(out, shown.report, raw);
    case Format::kMarkdown: return write_report_markdown(out, shown);
    case Format::kHtml: return write_report_html(out, shown);
    case Format::kDot: return write_report_dot(out, shown);
    case Format::kMermaid: return write_report_mermaid(out, shown);
    case Format::kGraphml: return write_report_graphml(out, shown);
    case Format::kSvg: return;  // which Graphviz draws: picture_of()
  }
}

}  // namespace amont::tool
