// A property's value as JSON: what Amont's own formats write and read.
//
//   text "..." | integer 5 | real 5.0, 5e0 | true, false | timestamp {"@time": "2026-01-01T00:00:00Z"} | list [ ... ]
#pragma once

#include <optional>
#include <string>

#include "amont/model.h"
#include "core/exchange/json_cursor.h"

namespace amont {

// null gives nothing. Within the model's bounds (kTextBytesMax, kListItemsMax).
bool read_json_value(JsonCursor& in, std::string& scratch, std::optional<Value>& out);

// RFC 3339 with a zone, in a string.
bool read_json_time(JsonCursor& in, std::string& scratch, Timestamp& out);

}  // namespace amont
