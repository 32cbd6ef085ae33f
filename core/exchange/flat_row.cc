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

void FlatRow::begin() {
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

bool FlatRow::read(const CsvRow& row, const CsvTypes& types) {
  if (row.raw.size() > kFlatBytesMax) return false;
  put_ = {};
  put_.is_edge = header_.is_edges;
  put_.has_ascii_names = has_ascii_names_;
  put_.kind = row.cells[0].text;
  if (!read_ends(row)) return false;
  for (const std::size_t column : fixed_)
    if (const std::string_view cell = row.cells[column].text; !cell.empty() && !read_fixed(column, cell)) return false;
  return read_properties(row, types);
}

bool FlatRow::read_ends(const CsvRow& row) {
  if (header_.is_edges) {
    put_.ref = row.cells[1].text;
    put_.to = row.cells[2].text;
    return read_flat_ref(put_.ref, put_.ref_hash, put_.has_ascii_names) &&
           read_flat_ref(put_.to, put_.to_hash, put_.has_ascii_names);
  }
  if (put_.kind.find(':') != std::string_view::npos) return false;
  ref_.assign(put_.kind).append(1, ':').append(row.cells[1].text);
  put_.ref = ref_;
  return read_flat_ref(put_.ref, put_.ref_hash, put_.has_ascii_names);
}

bool FlatRow::read_fixed(std::size_t column, std::string_view cell) {
  const std::string& name = header_.columns[column].name;
  if (name == "valid_from") return read_time(cell, put_.valid_from);
  if (name == "valid_to") return read_time(cell, put_.valid_to);
  put_.label = cell;
  return read_flat_label(cell, put_.has_ascii_names);
}

bool FlatRow::read_properties(const CsvRow& row, const CsvTypes& types) {
  props_.clear();
  for (const std::size_t i : properties_) {
    const std::string_view cell = row.cells[i].text;
    if (cell.empty()) continue;
    const CsvColumn& column = header_.columns[i];
    if (props_.size() >= kFlatPropertiesMax || (!props_.empty() && props_.back().name == column.name)) return false;
    FlatProperty& prop = props_.emplace_back();
    const bool is_json = column.what == CsvColumn::What::kJson;
    if (!(is_json ? read_flat_value(cell, prop) : read_value(cell, types[i], prop))) return false;
    prop.name = column.name;
  }
  put_.props = props_;
  return true;
}

}  // namespace amont
