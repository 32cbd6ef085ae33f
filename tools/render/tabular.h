// Any block of a report as a table: for formats that draw nothing, and beside a picture for those who can't see it.
#pragma once

#include <string>
#include <vector>

#include "amont/report.h"

namespace amont::tool {

struct Tabular {
  std::vector<std::string> columns;
  std::vector<std::vector<Cell>> rows;
};

// Of all but text and rows. A graph: its nodes that stand alone or are marked, then its edges.
Tabular as_table(const ReportBlock& block);

// Calls `use(columns, rows)` with the table that the block is or can be shown as; not for text.
template <class Use>
void with_table(const ReportBlock& block, Use&& use) {
  if (block.what == ReportBlock::What::kRows) return use(block.columns, block.rows);
  const Tabular table = as_table(block);
  use(table.columns, table.rows);
}

// Yes or no, numbers as they are, times in full.
std::string cell_text(const Cell& cell);
// Has the column numbers, and nothing else?
bool is_number_column(const std::vector<std::vector<Cell>>& rows, std::size_t column);
// "2025-01-31", with the time of day unless it is midnight.
std::string day_text(Timestamp time);

// What is said of a node or an edge besides its name: "gap: no approval; 12 nodes". Not that it is highlighted, which a picture shows
// by thick lines.
std::string marks_of(const Drawing::Node& node);
std::string marks_of(const Drawing::Edge& edge);

}  // namespace amont::tool
