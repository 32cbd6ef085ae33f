// Reports as one page of HTML. Each picture has the table of what it shows below it, closed until asked for.

#include <algorithm>

#include <fmt/format.h>

#include "tools/render/drawn.h"
#include "tools/render/escape.h"
#include "tools/render/html_page.h"
#include "tools/render/report.h"
#include "tools/render/svg.h"
#include "tools/render/tabular.h"

namespace amont::tool {
namespace {

using What = ReportBlock::What;

constexpr std::string_view kUntitled = "Answer";

// A time, also one that came as text, is broken between day and hour and nowhere else.
std::string cell_html(const Cell& cell) {
  const std::string text = cell_text(cell);
  constexpr std::size_t kDay = std::string_view("2026-01-31").size();
  const bool is_time = std::holds_alternative<Timestamp>(cell) ||
                       (std::holds_alternative<std::string>(cell) && Timestamp::parse(text).ok());
  if (!is_time || text.size() <= kDay) return for_html(text);
  return fmt::format("<span class=\"t\">{}</span><wbr><span class=\"t\">{}</span>", for_html(text.substr(0, kDay)),
                     for_html(text.substr(kDay)));
}

void write_cells(Output& out, const std::vector<std::string>& columns, const std::vector<std::vector<Cell>>& rows,
                 std::string_view caption) {
  if (rows.empty()) return out.add("<p class=\"note\">none</p>\n");
  std::vector<bool> numbers;
  out.add(fmt::format("<div class=\"wide\">\n<table class=\"sorts\">\n<caption>{}</caption>\n<thead><tr>",
                      for_html(caption)));
  for (std::size_t i = 0; i < columns.size(); ++i) {
    numbers.push_back(is_number_column(rows, i));
    out.add(fmt::format("<th scope=\"col\"{}>{}</th>", numbers[i] ? " class=\"n\"" : "", for_html(columns[i])));
  }
  out.add("</tr></thead>\n<tbody>\n");
  for (const std::vector<Cell>& row : rows) {
    out.add("<tr>");
    for (std::size_t i = 0; i < columns.size(); ++i) {
      const std::string text = i < row.size() ? cell_html(row[i]) : "";
      if (i == 0 && !numbers[i])
        out.add(fmt::format("<th scope=\"row\">{}</th>", text));
      else
        out.add(fmt::format("<td{}>{}</td>", numbers[i] ? " class=\"n\"" : "", text));
    }
    out.add("</tr>\n");
  }
  out.add("</tbody>\n</table>\n</div>\n");
}

void write_table_of(Output& out, const ReportBlock& block) {
  out.add("<details><summary>As a table</summary>\n");
  with_table(block, [&](const auto& columns, const auto& rows) {
    write_cells(out, columns, rows, counted(rows.size(), "row"));
  });
  out.add("</details>\n");
}

void write_text(Output& out, std::string_view text) {
  std::string lines;
  for (std::size_t at = 0; at <= text.size();) {
    const std::size_t end = std::min(text.find('\n', at), text.size());
    lines += for_html(text.substr(at, end - at)) + "\n";
    at = end + 1;
  }
  out.add("<pre>" + lines + "</pre>\n");
}

void write_tree(Output& out, const std::vector<TreeLine>& lines) {
  std::size_t open = 0;  // lists
  for (const TreeLine& line : lines) {
    const std::size_t depth = line.depth + 1;
    while (open > depth) {
      out.add("</li></ul>");
      --open;
    }
    if (open == depth) out.add("</li>\n");
    while (open < depth) {
      out.add(open == 0 ? "<ul class=\"tree\">\n" : "<ul>\n");
      ++open;
    }
    out.add("<li><span class=\"ref\">" + for_html(line.ref) + "</span>");
    if (!line.title.empty()) out.add(" " + for_html(line.title));
    std::string more = line.through;
    if (!line.note.empty()) more += (more.empty() ? "" : "; ") + line.note;
    if (!more.empty()) out.add(" <small>(" + for_html(more) + ")</small>");
  }
  while (open-- > 0) out.add("</li></ul>");
  out.add("\n");
}

void write_picture(Output& out, std::string_view svg) {
  out.add("<div class=\"wide\">\n");
  out.add(svg);
  out.add("</div>\n");
}

void write_graph(Output& out, const ReportBlock& block, std::size_t number) {
  const Drawn picture = drawn(block.graph);
  if (picture.is_too_large()) {
    out.add(
        fmt::format("<p class=\"note\">Not drawn: {} and {} are more than a picture can show. The table has all; so "
                    "has --format graphml.</p>\n",
                    counted(picture.drawing.nodes.size(), "node"), counted(picture.drawing.edges.size(), "edge")));
  } else {
    write_picture(out, graph_svg(picture.drawing, block.title, number));
    if (!picture.note.empty()) out.add("<p class=\"note\">" + for_html(picture.note) + "</p>\n");
  }
  write_table_of(out, block);
}

void write_block(Output& out, const ReportBlock& block, std::size_t number) {
  out.add("<section>\n");
  if (!block.title.empty()) out.add("<h2>" + for_html(block.title) + "</h2>\n");
  switch (block.what) {
    case What::kText: write_text(out, block.text); break;
    case What::kRows: write_cells(out, block.columns, block.rows, counted(block.rows.size(), "row")); break;
    case What::kTree: write_tree(out, block.tree); break;
    case What::kGraph: write_graph(out, block, number); break;
    case What::kTimeline:
      write_picture(out, timeline_svg(block, number));
      write_table_of(out, block);
      break;
    case What::kChart:
      write_picture(out, chart_svg(block, number));
      write_table_of(out, block);
      break;
  }
  out.add("</section>\n");
}

}  // namespace

void write_report_html(Output& out, const Shown& shown) {
  const Report& report = shown.report;
  const std::string_view title = report.title.empty() ? kUntitled : std::string_view(report.title);
  out.add(html_begin(title));
  out.add("<h1>" + for_html(title) + "</h1>\n");
  out.add(fmt::format("<p class=\"state{}\">{}</p>\n", shown.heading.complete() ? "" : " partial",
                      for_html(shown.heading.closing_line(shown.counts))));
  const std::string unknown = shown.heading.unknown_line();
  if (!unknown.empty()) out.add("<p class=\"note\">" + for_html(unknown) + "</p>\n");
  if (!report.printed.empty()) write_text(out, report.printed);
  for (std::size_t i = 0; i < report.blocks.size(); ++i) write_block(out, report.blocks[i], i + 1);
  out.add(html_end());
}

}  // namespace amont::tool
