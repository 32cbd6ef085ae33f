#include "core/exchange/csv_header.h"

#include <algorithm>
#include <set>

#include <fmt/format.h>

#include "core/exchange/csv_values.h"
#include "core/text/utf8.h"

namespace amont {

std::size_t CsvHeader::index_of(std::string_view fixed) const {
  const auto column = std::ranges::find_if(
      columns, [&](const CsvColumn& one) { return one.what == CsvColumn::What::kFixed && one.name == fixed; });
  return static_cast<std::size_t>(column - columns.begin());
}

std::optional<BadHeader> read_header(const CsvRow& row, CsvHeader& out) {
  if (!row.bad.ok()) return BadHeader{row.bad, row.bad_at};
  const auto begins = [&](std::initializer_list<std::string_view> names) {
    std::size_t i = 0;
    for (const std::string_view name : names)
      if (i >= row.cells.size() || row.cells[i++].text != name) return false;
    return true;
  };
  out.is_edges = begins({"kind", "from", "to"});
  if (!out.is_edges && !begins({"kind", "key"})) {
    const bool other_separator =
        row.cell_count == 1 && row.cells[0].text.find_first_of(";\t|") != std::string_view::npos;
    return BadHeader{
        invalid(fmt::format(
            "the header must begin with kind,key for nodes or kind,from,to,label for edges; it begins with {}{}",
            in_quotes(row.cells[0].text), other_separator ? " (cells are separated by commas)" : "")),
        row.begin};
  }
  const std::size_t columns_max = kPropertiesMax + (out.is_edges ? 6 : 4);
  if (row.cell_count > columns_max)
    return BadHeader{
        limit_exceeded(fmt::format("{} columns are more than the {} that there may be", row.cell_count, columns_max)),
        row.begin};
  std::set<std::string_view> seen;
  for (const CsvCell& cell : row.cells) {
    if (!seen.insert(cell.text).second)
      return BadHeader{invalid(fmt::format("the column {} is there twice", in_quotes(cell.text))), cell.place};
    const bool is_for_other =
        out.is_edges ? cell.text == "key" : cell.text == "from" || cell.text == "to" || cell.text == "label";
    CsvColumn column{CsvColumn::What::kProperty, std::string(cell.text)};
    if (is_fixed_column(cell.text) && !is_for_other) {
      column.what = CsvColumn::What::kFixed;
    } else if (cell.text.ends_with(kJsonColumn)) {
      column.what = CsvColumn::What::kJson;
      column.name.resize(cell.text.size() - kJsonColumn.size());
    }
    const bool names_a_property = column.what != CsvColumn::What::kFixed;
    if (Status bad = names_a_property ? check_property_name(column.name) : Status(); !bad.ok())
      return BadHeader{std::move(bad), cell.place};
    out.columns.push_back(std::move(column));
  }
  return {};
}

}  // namespace amont
