#include "core/exchange/csv_values.h"

#include <algorithm>

#include <fmt/format.h>

#include "amont/exchange.h"
#include "core/exchange/json_value.h"
#include "core/text/utf8.h"

namespace amont {
namespace {

constexpr std::string_view kFixed[] = {"kind", "key", "from", "to", "label", "valid_from", "valid_to"};

Status misfit(std::string_view cell, const PropertyRow& row, std::string_view hint) {
  return invalid(
      fmt::format("{} is no {}, as which {} is declared{}", in_quotes(cell), row.type_text(), row.name, hint));
}

bool holds_plainly(const Value& value, const PropertyRow* row) {
  const std::string* const text = std::get_if<std::string>(&value);
  if (text) return !text->empty() && (!row || (row->type == ValueType::kText && !row->is_list));
  return row && check_type(*row, {}, value).ok();
}

bool is_plain_column(const Property& property, const PropertyRow* row) {
  return !is_fixed_column(property.name) && !property.name.ends_with(kJsonColumn) && holds_plainly(property.value, row);
}

}  // namespace

bool is_fixed_column(std::string_view name) {
  return std::find(std::begin(kFixed), std::end(kFixed), name) != std::end(kFixed);
}

Result<std::optional<Value>> value_of_json_cell(std::string_view cell) {
  JsonCursor in(cell);
  std::string scratch;
  std::optional<Value> value;
  if (read_json_value(in, scratch, value) && in.expect_end()) return value;
  return in.status();
}

Result<Timestamp> time_of_cell(std::string_view cell) { return Timestamp::parse_date_or_time(cell); }

Result<Value> value_of_cell(std::string_view cell, const PropertyRow* row) {
  if (!row || (row->type == ValueType::kText && !row->is_list)) return Value(std::string(cell));
  if (row->type == ValueType::kTimestamp && !row->is_list) {
    auto time = time_of_cell(cell);
    if (!time) return std::move(time).status().while_doing(row->name);
    return Value(*time);
  }
  auto value = value_of_json_cell(cell);
  if (row->is_list) {
    if (value && *value && std::holds_alternative<List>(**value)) return **std::move(value);
    return misfit(cell, *row, "; a list is written as JSON, such as [\"a\", \"b\"]");
  }
  if (!value || !*value || !check_type(*row, {}, **value).ok()) return misfit(cell, *row, "");
  return **std::move(value);
}

std::string column_of(const Property& property, const PropertyRow* row) {
  return is_plain_column(property, row) ? property.name : fmt::format("{}{}", property.name, kJsonColumn);
}

std::string cell_of(const Property& property, const PropertyRow* row) {
  std::string out;
  const bool plain = is_plain_column(property, row);
  const std::string* const text = std::get_if<std::string>(&property.value);
  const Timestamp* const time = std::get_if<Timestamp>(&property.value);
  if (plain && text) return *text;
  if (plain && time) return time->text();
  append_json(out, property.value);
  return out;
}

void append_cell(std::string& out, std::string_view cell) {
  if (cell.find_first_of(",\"\r\n") == std::string_view::npos) {
    out += cell;
    return;
  }
  out.push_back('"');
  for (const char c : cell) {
    if (c == '"') out.push_back('"');
    out.push_back(c);
  }
  out.push_back('"');
}

}  // namespace amont
