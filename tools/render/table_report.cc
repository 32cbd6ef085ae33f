#include "tools/render/table_report.h"

#include <algorithm>
#include <charconv>

namespace amont::tool {
namespace {

Cell cell_of(const std::string& text, bool is_number) {
  if (text.empty()) return Cell();
  std::int64_t number = 0;
  const char* const end = text.data() + text.size();
  if (is_number && std::from_chars(text.data(), end, number).ptr == end) return Cell(number);
  return Cell(text);
}

}  // namespace

ReportBlock block_of(std::string title, const std::vector<TableColumn>& columns,
                     const std::vector<std::vector<TableCell>>& rows) {
  ReportBlock block;
  block.what = ReportBlock::What::kRows;
  block.title = std::move(title);
  block.rows.resize(rows.size());
  for (std::size_t column = 0; column < columns.size(); ++column) {
    const auto is_empty = [&](const std::vector<TableCell>& row) { return row[column].text.empty(); };
    if (columns[column].optional && std::ranges::all_of(rows, is_empty)) continue;
    block.columns.push_back(columns[column].title);
    for (std::size_t row = 0; row < rows.size(); ++row)
      block.rows[row].push_back(cell_of(rows[row][column].text, columns[column].right));
  }
  return block;
}

ReportBlock text_block(std::string text) {
  ReportBlock block;
  block.text = std::move(text);
  return block;
}

Report report_named(const Heading& heading, std::vector<ReportBlock> blocks) {
  Report report;
  report.title = heading.verb;
  for (const std::string& word : heading.start) report.title += " " + word;
  report.blocks = std::move(blocks);
  return report;
}

}  // namespace amont::tool
