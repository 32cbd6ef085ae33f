#include "core/exchange/flat_row.h"

#include <algorithm>

#include "core/exchange/csv_values.h"
#include "core/exchange/flat_line.h"
#include "core/text/utf8.h"

namespace amont {
namespace {

using Type = FlatProperty::Type;

bool read_time(std::string_view cell, std::optional<Timestamp>& out) {
  const auto time = time_of_cell(cell);
  if (time) out = *time;
  return time.ok();
}

// As value_of_cell() says.
bool read_value(std::string_view cell, const std::optional<PropertyRow>& type, FlatProperty& out) {
  if (type && type->is_list) return false;
  if (!type || type->type == ValueType::kText) {
    out.type = Type::kText;
    out.text = cell;
    return true;
  }
  if (type->type == ValueType::kTimestamp) {
    std::optional<Timestamp> time;
    if (!read_time(cell, time)) return false;
    out.type = Type::kTime;
    out.bits = static_cast<std::uint64_t>(time->micros);
    return true;
  }
  return read_flat_value(cell, out) && out.type != Type::kText && out.type != Type::kTime;
}

}  // namespace

FlatRow::FlatRow(const CsvHeader& header) : header_(header) {
  for (std::size_t i = header_.is_edges ? 3 : 2; i < header_.columns.size(); ++i) {
    const CsvColumn& column = header_.columns[i];
    if (column.what == CsvColumn::What::kFixed) {
      fixed_.push_back(i);
      continue;
    }
    properties_.push_back(i);
    has_ascii_names_ = has_ascii_names_ && is_ascii(column.name);
  }
  std::ranges::stable_sort(properties_, {},
                           [&](std::size_t i) -> const std::string& { return header_.columns[i].name; });
}

bool FlatRow::read(const CsvRow& row, const CsvTypes::Row& types, FlatPuts& out, Arena& texts) const {
  if (row.raw.size() > kFlatBytesMax) return false;
  FlatPut put;
  put.is_edge = header_.is_edges;
  put.has_ascii_names = has_ascii_names_;
  put.kind = row.cells[0].text;
  if (!read_ends(row, put, texts)) return false;
  for (const std::size_t column : fixed_) {
    const std::string_view cell = row.cells[column].text;
    if (!cell.empty() && !read_fixed(column, cell, put)) return false;
  }
  if (!read_properties(row, types, out)) {
    out.drop_new_properties();
    return false;
  }
  out.add(put);
  return true;
}

bool FlatRow::read_ends(const CsvRow& row, FlatPut& put, Arena& texts) const {
  if (header_.is_edges) {
    put.ref = row.cells[1].text;
    put.to = row.cells[2].text;
    return read_flat_ref(put.ref, put.ref_hash, put.has_ascii_names) &&
           read_flat_ref(put.to, put.to_hash, put.has_ascii_names);
  }
  if (put.kind.find(':') != std::string_view::npos) return false;
  put.ref = texts.keep(put.kind, ":", row.cells[1].text);
  return read_flat_ref(put.ref, put.ref_hash, put.has_ascii_names);
}

bool FlatRow::read_fixed(std::size_t column, std::string_view cell, FlatPut& put) const {
  const std::string& name = header_.columns[column].name;
  if (name == "valid_from") return read_time(cell, put.valid_from);
  if (name == "valid_to") return read_time(cell, put.valid_to);
  put.label = cell;
  return read_flat_label(cell, put.has_ascii_names);
}

bool FlatRow::read_properties(const CsvRow& row, const CsvTypes::Row& types, FlatPuts& out) const {
  std::size_t count = 0;
  const std::string* last = nullptr;
  for (const std::size_t i : properties_) {
    const std::string_view cell = row.cells[i].text;
    if (cell.empty()) continue;
    const CsvColumn& column = header_.columns[i];
    if (count++ >= kFlatPropertiesMax || (last && *last == column.name)) return false;
    last = &column.name;
    FlatProperty& prop = out.add_property();
    const bool is_json = column.what == CsvColumn::What::kJson;
    if (!(is_json ? read_flat_value(cell, prop) : read_value(cell, types[i], prop))) return false;
    prop.name = column.name;
  }
  return true;
}

}  // namespace amont
