// Reports on a terminal, or as plain text: trees, timelines and charts drawn with characters, graphs as tables.

#include <algorithm>
#include <cmath>

#include <fmt/format.h>

#include "tools/render/report.h"
#include "tools/render/tabular.h"

namespace amont::tool {
namespace {

using What = ReportBlock::What;

constexpr std::size_t kBarWidth = 30;
constexpr std::size_t kEdgesListed = 40;

std::string repeated(std::string_view what, std::size_t times) {
  std::string out;
  for (std::size_t i = 0; i < times; ++i) out += what;
  return out;
}

void write_cells(Output& out, const std::vector<std::string>& titles, const std::vector<std::vector<Cell>>& cells,
                 const TableLook& look) {
  std::vector<TableColumn> columns;
  for (std::size_t i = 0; i < titles.size(); ++i) {
    const bool number = is_number_column(cells, i);
    const bool is_ref = titles[i] == "ref" || titles[i] == "from" || titles[i] == "to";
    columns.push_back({titles[i], number, !number && !is_ref});
  }
  std::vector<std::vector<TableCell>> rows;
  for (const std::vector<Cell>& row : cells) {
    rows.emplace_back();
    for (std::size_t i = 0; i < columns.size(); ++i) rows.back().emplace_back(i < row.size() ? cell_text(row[i]) : "");
  }
  write_table(out, columns, rows, look);
}

// "│  ├─ " in front of each line of a tree. From the last line to the first, since a line must know whether another of
// its depth follows below the same one.
std::vector<std::string> branches_of(const std::vector<TreeLine>& lines) {
  std::vector<std::string> out(lines.size());
  std::vector<bool> follows;  // at each depth
  for (std::size_t i = lines.size(); i-- > 0;) {
    const std::uint32_t depth = lines[i].depth;
    follows.resize(std::max<std::size_t>(follows.size(), depth + 1));
    for (std::uint32_t d = 1; d < depth; ++d) out[i] += follows[d] ? "│  " : "   ";
    if (depth > 0) out[i] += follows[depth] ? "├─ " : "└─ ";
    follows.resize(depth + 1);
    follows[depth] = true;
  }
  return out;
}

void write_tree(Output& out, const std::vector<TreeLine>& lines, const TableLook& look) {
  const std::vector<std::string> branches = branches_of(lines);
  std::vector<std::vector<TableCell>> rows;
  for (std::size_t i = 0; i < lines.size(); ++i) {
    rows.push_back({branches[i] + lines[i].ref,
                    lines[i].title,
                    {lines[i].through, Style::kFaint},
                    {lines[i].note, Style::kWarning}});
  }
  const std::vector<TableColumn> columns = {
      {"ref"}, {"title", false, true, true}, {"through", false, false, true}, {"note", false, false, true}};
  write_table(out, columns, rows, look);
}

// Where the spans of a timeline begin and end at most, over the width of a bar.
struct Scale {
  double first = 0;
  double last = 0;

  std::size_t place(Timestamp time) const {
    if (last <= first) return 0;
    const double share = (static_cast<double>(time.micros) - first) / (last - first);
    return static_cast<std::size_t>(std::lround(share * kBarWidth));
  }
};

Scale scale_of(const std::vector<TimelineSpan>& spans) {
  Scale scale;
  bool any = false;
  for (const TimelineSpan& span : spans) {
    for (const auto& time : {span.from, span.to}) {
      if (!time) continue;
      const auto at = static_cast<double>(time->micros);
      scale.first = any ? std::min(scale.first, at) : at;
      scale.last = any ? std::max(scale.last, at) : at;
      any = true;
    }
  }
  return scale;
}

void write_timeline(Output& out, const std::vector<TimelineSpan>& spans, const TableLook& look) {
  const Scale scale = scale_of(spans);
  std::vector<std::vector<TableCell>> rows;
  for (const TimelineSpan& span : spans) {
    const std::size_t from = span.from ? std::min(scale.place(*span.from), kBarWidth - 1) : 0;
    const std::size_t to = std::max(span.to ? scale.place(*span.to) : kBarWidth, from + 1);
    const std::string bar = (span.from ? " " : "<") + std::string(from, ' ') + repeated("█", to - from) +
                            (span.to ? "" : std::string(kBarWidth - to, ' ') + ">");
    const bool is_gap = span.kind == "gap";
    rows.push_back({span.label,
                    span.from ? day_text(*span.from) : "open",
                    span.to ? day_text(*span.to) : "open",
                    {span.kind, is_gap ? Style::kWarning : Style::kPlain},
                    {bar, is_gap ? Style::kWarning : Style::kPlain}});
  }
  write_table(out, {{"label", false, true}, {"from"}, {"to"}, {"kind", false, false, true}, {""}}, rows, look);
}

void write_chart(Output& out, const ReportBlock& block, const TableLook& look) {
  double most = 0;
  for (const ChartPoint& point : block.points) most = std::max(most, point.value.value_or(0));
  const Tabular table = as_table(block);
  std::vector<std::vector<TableCell>> rows;
  for (std::size_t i = 0; i < block.points.size(); ++i) {
    const double value = std::max(block.points[i].value.value_or(0), 0.0);
    const auto columns = most > 0 ? static_cast<std::size_t>(std::lround(value / most * kBarWidth)) : 0;
    rows.push_back({cell_text(table.rows[i][0]), cell_text(table.rows[i][1]), repeated("█", columns)});
  }
  write_table(out, {{table.columns[0], false, true}, {table.columns[1], true}, {""}}, rows, look);
}

// Nobody reads a long list of edges: then the formats that draw, or list, are named.
void write_graph(Output& out, const ReportBlock& block, const TableLook& look) {
  const Drawing& graph = block.graph;
  if (graph.edges.size() > kEdgesListed || graph.nodes.size() > kEdgesListed) {
    const std::string what = fmt::format("{}, {}: --format html, dot or mermaid draws them, csv lists them",
                                         counted(graph.nodes.size(), "node"), counted(graph.edges.size(), "edge"));
    return write_line(out, what, look, Style::kFaint);
  }
  const Tabular table = as_table(block);
  write_cells(out, table.columns, table.rows, look);
}

bool is_empty(const ReportBlock& block) {
  return block.rows.empty() && block.tree.empty() && block.graph.nodes.empty() && block.spans.empty() &&
         block.points.empty();
}

void write_block(Output& out, const ReportBlock& block, const TableLook& look) {
  if (!block.title.empty()) write_line(out, block.title, look, Style::kStrong);
  if (block.what != What::kText && is_empty(block)) write_line(out, "none", look, Style::kFaint);
  switch (block.what) {
    case What::kText: write_lines(out, block.text, look); break;
    case What::kRows: write_cells(out, block.columns, block.rows, look); break;
    case What::kTree: write_tree(out, block.tree, look); break;
    case What::kTimeline: write_timeline(out, block.spans, look); break;
    case What::kChart: write_chart(out, block, look); break;
    case What::kGraph: write_graph(out, block, look); break;
  }
  out.add("\n");
}

}  // namespace

void write_printed(Output& out, std::string printed, const TableLook& look) {
  std::ranges::replace(printed, '\t', ' ');  // what print() puts between its values; a table has no tab stops
  write_lines(out, printed, look);
}

void write_report_blocks(Output& out, const Report& report, const TableLook& look) {
  if (!report.printed.empty()) {
    write_printed(out, report.printed, look);
    out.add("\n");
  }
  if (!report.title.empty()) {
    write_line(out, report.title, look, Style::kStrong);
    out.add("\n");
  }
  for (const ReportBlock& block : report.blocks) write_block(out, block, look);
}

void write_report_table(Output& out, const Shown& shown, const TableLook& look) {
  write_report_blocks(out, shown.report, look);
  const std::string line = shown.heading.closing_line(shown.counts);
  write_line(out, line, look, shown.heading.complete() ? Style::kGood : Style::kWarning);
  const std::string unknown = shown.heading.unknown_line();
  if (!unknown.empty()) write_line(out, unknown, look, Style::kFaint);
}

}  // namespace amont::tool
