// Values in the cells of a CSV file, and the names of columns.
//
// A column named as a property holds what the schema declares: text as it is, integers and reals as in JSON, true and
// false, timestamps in RFC 3339 (or a date, which is 00:00Z), lists as JSON. Undeclared, it holds text. An empty cell
// is absent. Whatever would not come back as it was - an undeclared number, an empty text, a property named as one of
// the fixed columns - is written as JSON in a column of the name with "@json" after it.
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "amont/schema.h"

namespace amont {

inline constexpr std::string_view kJsonColumn = "@json";

// kind, key, from, to, label, valid_from, valid_to: no property has one of these columns.
bool is_fixed_column(std::string_view name);

// `row` is nullptr for what is not declared. kInvalid.
Result<Value> value_of_cell(std::string_view cell, const PropertyRow* row);
// nothing for null, which removes the property
Result<std::optional<Value>> value_of_json_cell(std::string_view cell);
Result<Timestamp> time_of_cell(std::string_view cell);

// The column that a property is written in, and what stands there.
std::string column_of(const Property& property, const PropertyRow* row);
std::string cell_of(const Property& property, const PropertyRow* row);
// With quotes when it needs them.
void append_cell(std::string& out, std::string_view cell);

}  // namespace amont
