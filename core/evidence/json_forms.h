// What a member of an answer must be (canonical_json.h). An absent one, nullptr, is none of these.
#pragma once

#include <algorithm>
#include <string>

#include "amont/model.h"
#include "core/evidence/canonical_json.h"

namespace amont {

inline bool is_bool(const Json* json) { return json && std::holds_alternative<bool>(json->value); }
inline bool is_count(const Json* json) { return json && json->integer() && *json->integer() >= 0; }
inline bool is_text(const Json* json) { return json && json->text(); }
inline bool is_text_or_null(const Json* json) { return json && (json->text() || json->is_null()); }
inline bool is_texts(const Json* json) {
  return json && json->array() &&
         std::ranges::all_of(*json->array(), [](const Json& one) { return one.text() != nullptr; });
}
// A time as the register writes it; nothing for any other text.
inline std::optional<Timestamp> time_in(const Json* json) {
  if (!is_text(json)) return std::nullopt;
  const Result<Timestamp> time = Timestamp::parse(*json->text());
  return time.ok() && time->text() == *json->text() ? std::optional(*time) : std::nullopt;
}
inline bool is_time_or_null(const Json* json) { return json && (json->is_null() || time_in(json)); }
inline std::string text_or_empty(const Json* json) { return json->text() ? *json->text() : std::string(); }

}  // namespace amont
