// Canonical JSON: one text for each value, so that signatures and verifiers can compare bytes. RFC 8785 without its numbers:
// UTF-8, no spaces, an object's names ascending as bytes and each once, strings escaped only where they must be (\b \t \n \f \r \" \\,
// and \u00 with two lower-case digits for other controls), integers between -(2^53 - 1) and 2^53 - 1. Python's json.dumps with
// sort_keys, no spaces and ensure_ascii=False writes the same.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <utility>
#include <variant>
#include <vector>

#include "amont/status.h"

namespace amont {

inline constexpr std::int64_t kJsonIntegerMax = (std::int64_t{1} << 53) - 1;
inline constexpr int kJsonDepthMax = 32;

struct Json {
  using Array = std::vector<Json>;
  using Object = std::vector<std::pair<std::string, Json>>;  // ascending by name

  std::variant<std::nullptr_t, bool, std::int64_t, std::string, Array, Object> value = nullptr;

  Json() = default;
  Json(std::nullptr_t) {}
  Json(bool truth) : value(truth) {}
  Json(std::int64_t number) : value(number) {}
  Json(std::uint64_t number) : value(static_cast<std::int64_t>(number)) {}
  Json(std::string text) : value(std::move(text)) {}
  Json(std::string_view text) : value(std::string(text)) {}
  Json(const char* text) : value(std::string(text)) {}
  Json(Array items) : value(std::move(items)) {}
  Json(Object members);  // sorts them

  // nullptr when it is of another type.
  const std::string* text() const { return std::get_if<std::string>(&value); }
  const std::int64_t* integer() const { return std::get_if<std::int64_t>(&value); }
  const Array* array() const { return std::get_if<Array>(&value); }
  const Object* object() const { return std::get_if<Object>(&value); }
  bool is_null() const { return std::holds_alternative<std::nullptr_t>(value); }
  // A member; nullptr when there is none, or this is no object.
  const Json* member(std::string_view name) const;
  // Whether this is an object with exactly these members, which must be ascending.
  bool has_exactly(std::initializer_list<std::string_view> names) const;

  bool operator==(const Json&) const = default;
};

std::string write_json(const Json& json);
// kInvalid, with the offset, for anything that write_json() does not give.
Result<Json> read_canonical_json(std::string_view text);

}  // namespace amont
