#include "tools/value_argument.h"

#include <simdjson.h>

#include <algorithm>
#include <cassert>
#include <charconv>
#include <cmath>

#include <fmt/format.h>

namespace amont::tool {
namespace {

namespace json = simdjson::dom;

// The element as a T, of whose type it is known to be.
template <class T>
T as(const json::element& element) {
  T value{};
  const simdjson::error_code error = element.get(value);
  assert(error == simdjson::SUCCESS);
  static_cast<void>(error);
  return value;
}

Result<Scalar> scalar_of_json(const json::element& element) {
  switch (element.type()) {
    case json::element_type::STRING: return Scalar(std::string(as<std::string_view>(element)));
    case json::element_type::INT64: return Scalar(as<std::int64_t>(element));
    case json::element_type::UINT64: return invalid("the integer does not fit in 64 bits with a sign");
    case json::element_type::DOUBLE: return Scalar(as<double>(element));
    case json::element_type::BOOL: return Scalar(as<bool>(element));
    case json::element_type::OBJECT: {
      const auto object = as<json::object>(element);
      std::string_view time;
      if (object.size() != 1 || object["@time"].get(time) != simdjson::SUCCESS)
        return invalid("the only object a value may be is a timestamp: {\"@time\": \"2026-01-01T00:00:00Z\"}");
      AMONT_LET(const Timestamp timestamp, Timestamp::parse(time));
      return Scalar(timestamp);
    }
    case json::element_type::ARRAY: return invalid("a list can't hold a list");
    case json::element_type::NULL_VALUE: return invalid("a list can't hold null");
  }
  return invalid("no JSON value");
}

// Null gives nothing.
Result<std::optional<Value>> value_of_json(const std::string& text) {
  json::parser parser;
  json::element element;
  const simdjson::error_code error = parser.parse(text).get(element);
  if (error != simdjson::SUCCESS)
    return invalid(fmt::format("`{}` is not JSON: {}; text needs quotes, or `=` in place of `:=`", text,
                               simdjson::error_message(error)));
  if (element.is_null()) return std::optional<Value>();
  if (!element.is_array()) {
    AMONT_LET(Scalar scalar, scalar_of_json(element));
    return std::optional<Value>(std::visit([](auto& value) { return Value(std::move(value)); }, scalar));
  }
  List list;
  for (const json::element item : as<json::array>(element)) {
    AMONT_LET(Scalar scalar, scalar_of_json(item));
    list.push_back(std::move(scalar));
  }
  return std::optional<Value>(std::move(list));
}

template <class Number>
Result<Scalar> number_of_text(const std::string& text, std::string_view what) {
  Number number{};
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
  const bool whole = error == std::errc() && end == text.data() + text.size();
  if constexpr (std::is_floating_point_v<Number>) {
    if (whole && !std::isfinite(number)) return invalid(fmt::format("\"{}\" is not finite", text));
  }
  if (!whole) return invalid(fmt::format("\"{}\" is not {}", text, what));
  return Scalar(number);
}

Result<Scalar> scalar_of_text(const std::string& text, ValueType type) {
  switch (type) {
    case ValueType::kText: return Scalar(text);
    case ValueType::kInteger: return number_of_text<std::int64_t>(text, "an integer of 64 bits");
    case ValueType::kReal: return number_of_text<double>(text, "a real number");
    case ValueType::kBoolean:
      if (text == "true" || text == "false") return Scalar(text == "true");
      return invalid(fmt::format("\"{}\" is neither true nor false", text));
    case ValueType::kTimestamp: {
      AMONT_LET(const Timestamp timestamp, Timestamp::parse_date_or_time(text));
      return Scalar(timestamp);
    }
  }
  return invalid("unknown type");
}

const PropertyRow* row_of(const std::vector<PropertyRow>& declared, std::string_view name) {
  const auto found =
      std::find_if(declared.begin(), declared.end(), [&](const PropertyRow& row) { return row.name == name; });
  return found == declared.end() ? nullptr : &*found;
}

// One more `name=text` of a property that was given before: another item of its list.
Status add_to(PropertyChange& change, const PropertyRow* row, const std::string& text) {
  List* list = change.value ? std::get_if<List>(&*change.value) : nullptr;
  if (!row || !row->is_list || !list) return invalid("given twice");
  AMONT_LET(Scalar item, scalar_of_text(text, row->type));
  list->push_back(std::move(item));
  return {};
}

Result<Value> value_of_text(const PropertyRow* row, const std::string& text) {
  AMONT_LET(Scalar scalar, scalar_of_text(text, row ? row->type : ValueType::kText));
  if (row && row->is_list) return Value(List{std::move(scalar)});
  return std::visit([](auto& value) { return Value(std::move(value)); }, scalar);
}

}  // namespace

Result<std::vector<PropertyChange>> read_properties(const std::vector<std::string>& arguments,
                                                    const std::vector<PropertyRow>& declared) {
  std::vector<PropertyChange> changes;
  for (const std::string& argument : arguments) {
    const std::size_t equals = argument.find('=');
    if (equals == std::string::npos || equals == 0 || argument.starts_with(":="))
      return invalid(
          fmt::format("\"{}\" is no property: write name=text, or name:=JSON for numbers, booleans, timestamps "
                      "and lists",
                      argument));
    const bool is_json = argument[equals - 1] == ':';
    const std::string name = argument.substr(0, is_json ? equals - 1 : equals);
    const std::string text = argument.substr(equals + 1);
    const PropertyRow* row = row_of(declared, name);
    const auto before =
        std::find_if(changes.begin(), changes.end(), [&](const PropertyChange& change) { return change.name == name; });
    if (before != changes.end()) {
      if (is_json) return invalid(fmt::format("{}: given twice", name));
      AMONT_TRY(add_to(*before, row, text).while_doing(name));
    } else if (is_json) {
      AMONT_LET(std::optional<Value> value, value_of_json(text).while_doing(name));
      changes.push_back({name, std::move(value)});
    } else {
      AMONT_LET(Value value, value_of_text(row, text).while_doing(name));
      changes.push_back({name, std::move(value)});
    }
  }
  return changes;
}

Result<TimeChange> read_time_change(std::string_view text) {
  if (text.empty() || text == "none") return TimeChange(std::optional<Timestamp>());
  AMONT_LET(const Timestamp time, Timestamp::parse_date_or_time(text));
  return TimeChange(std::optional<Timestamp>(time));
}

}  // namespace amont::tool
