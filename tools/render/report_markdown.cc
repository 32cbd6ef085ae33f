// Reports as Markdown: tables of the kind that GitHub and GitLab know, graphs as Mermaid, which they draw.

#include <algorithm>

#include <fmt/format.h>

#include "tools/render/drawn.h"
#include "tools/render/escape.h"
#include "tools/render/mermaid.h"
#include "tools/render/report.h"
#include "tools/render/tabular.h"

namespace amont::tool {
namespace {

using What = ReportBlock::What;

void write_cells(Output& out, const std::vector<std::string>& columns, const std::vector<std::vector<Cell>>& rows) {
  if (rows.empty()) return out.add("none\n");
  std::string line = "|";
  std::string rule = "|";
  for (std::size_t i = 0; i < columns.size(); ++i) {
    line += " " + for_markdown(columns[i]) + " |";
    rule += is_number_column(rows, i) ? " ---: |" : " --- |";
  }
  out.add(line + "\n" + rule + "\n");
  for (const std::vector<Cell>& row : rows) {
    line = "|";
    for (std::size_t i = 0; i < columns.size(); ++i)
      line += " " + (i < row.size() ? for_markdown(cell_text(row[i])) : "") + " |";
    out.add(line + "\n");
  }
}

// Each line on a line of its own, which a backslash at its end says.
void write_text(Output& out, std::string_view text) {
  while (text.ends_with('\n')) text.remove_suffix(1);
  for (std::size_t at = 0; at <= text.size();) {
    const std::size_t end = std::min(text.find('\n', at), text.size());
    const std::string line = for_markdown_line(text.substr(at, end - at));
    const bool goes_on = !line.empty() && end < text.size() && text[end + 1] != '\n';
    out.add(line + (goes_on ? "\\\n" : "\n"));
    at = end + 1;
  }
}

void write_tree(Output& out, const std::vector<TreeLine>& lines) {
  if (lines.empty()) out.add("none\n");
  for (const TreeLine& line : lines) {
    std::string text(2 * static_cast<std::size_t>(line.depth), ' ');
    text += "- " + for_markdown(line.ref);
    if (!line.title.empty()) text += " – " + for_markdown(line.title);
    std::string more = line.through;
    if (!line.note.empty()) more += (more.empty() ? "" : "; ") + line.note;
    if (!more.empty()) text += " (" + for_markdown(more) + ")";
    out.add(text + "\n");
  }
}

void write_graph(Output& out, const ReportBlock& block) {
  const Drawn picture = drawn(block.graph);
  if (picture.is_too_large()) {
    out.add(fmt::format("Not drawn: {} and {} are more than a picture can show; --format graphml has all.\n",
                        counted(picture.drawing.nodes.size(), "node"), counted(picture.drawing.edges.size(), "edge")));
    return;
  }
  out.add("```mermaid\n");
  write_mermaid(out, {{block.title, &picture.drawing}}, {});
  out.add("```\n");
  if (!picture.note.empty()) out.add("\n" + for_markdown_line(picture.note) + "\n");
}

void write_block(Output& out, const ReportBlock& block) {
  if (!block.title.empty()) out.add("## " + for_markdown(block.title) + "\n\n");
  switch (block.what) {
    case What::kText: write_text(out, block.text); break;
    case What::kTree: write_tree(out, block.tree); break;
    case What::kGraph: write_graph(out, block); break;
    default: with_table(block, [&](const auto& columns, const auto& rows) { write_cells(out, columns, rows); });
  }
  out.add("\n");
}

}  // namespace

void write_report_markdown(Output& out, const Shown& shown) {
  const Report& report = shown.report;
  if (!report.title.empty()) out.add("# " + for_markdown(report.title) + "\n\n");
  if (!report.printed.empty()) {
    write_text(out, report.printed);
    out.add("\n");
  }
  for (const ReportBlock& block : report.blocks) write_block(out, block);
  write_text(out, shown.heading.closing_line(shown.counts));
  const std::string unknown = shown.heading.unknown_line();
  if (unknown.empty()) return;
  out.add("\n");
  write_text(out, unknown);
}

}  // namespace amont::tool
