#include "tools/render/escape.h"
#include "tools/render/report.h"
#include "tools/render/tabular.h"

namespace amont::tool {
namespace {

void write_cells(Output& out, const std::vector<std::string>& columns, const std::vector<std::vector<Cell>>& rows,
                 bool raw) {
  std::string line;
  for (std::size_t i = 0; i < columns.size(); ++i) line += (i ? "," : "") + csv_cell(columns[i], raw);
  out.add(line + "\n");
  for (const std::vector<Cell>& row : rows) {
    line.clear();
    for (std::size_t i = 0; i < row.size(); ++i) {
      const bool is_text = std::holds_alternative<std::string>(row[i]);
      line += (i ? "," : "") + (is_text ? csv_cell(cell_text(row[i]), raw) : cell_text(row[i]));
    }
    out.add(line + "\n");
  }
}

}  // namespace

void write_report_csv(Output& out, const Report& report, bool raw) {
  bool first = true;
  for (const ReportBlock& block : report.blocks) {
    if (block.what == ReportBlock::What::kText) continue;
    if (!first) out.add("\n");
    first = false;
    with_table(block, [&](const auto& columns, const auto& rows) { write_cells(out, columns, rows, raw); });
  }
}

}  // namespace amont::tool
