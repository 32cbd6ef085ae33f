// JSON as Lua values: an object is a table with its names as keys, an array a list, null the one value `null`.
#pragma once

#include <cstddef>
#include <string>

#include <lua.hpp>

#include "core/exchange/json_cursor.h"
#include "core/text/utf8.h"
#include "query/lua/script_context.h"
#include "query/lua/shared_json.h"
#include "query/lua/value_reader.h"

namespace amont {

inline constexpr int kJsonDepthMax = 64;

// A text on its way into Lua. It must outlive push_json, so it lives in a context.
struct JsonReading {
  explicit JsonReading(std::string bytes)
      : kept(std::move(bytes)), text(kept), misfit(first_misfit(text, TextRule::kNoNul)), cursor(text) {}
  // Of a text that stays where it is, and is known to be UTF-8 without U+0000 up to `misfit`.
  JsonReading(std::string_view bytes, std::size_t known_misfit) : text(bytes), misfit(known_misfit), cursor(text) {}
  JsonReading(const JsonReading&) = delete;
  JsonReading& operator=(const JsonReading&) = delete;

  const std::string kept;
  const std::string_view text;
  const std::size_t misfit;  // of the first byte that no JSON has; its size when there is none
  JsonCursor cursor;
  std::string scratch;
  std::size_t failed_at = 0;  // an offset, when it could not be read
  bool failed = false;
};

// Pushes the whole text as one value. False, and nothing in particular pushed, when it is no JSON as RFC 8259 has it,
// or names a field twice, or is nested too deep: then the context's status says why, without position. Raises only as
// pushing values does.
bool push_json(lua_State* L, HostContext* context, JsonReading* reading);
// The same, where equal objects of several texts may be one table; `shared` belongs to this state alone, and has begun this text.
bool push_shared_json(lua_State* L, HostContext* context, JsonReading* reading, SharedJson* shared);
// The same for the value at the cursor, after which others may follow; the text is UTF-8 without U+0000.
bool push_json_value(lua_State* L, HostContext* context, JsonReading* reading);

// Makes the global `null`. Raises.
void install_null(lua_State* L);
// Makes it, `empty_list` and `json`. Raises.
void install_json(lua_State* L, HostContext* context);
// Makes `has_others`. Raises.
void install_fields(lua_State* L, HostContext* context);
// Never raises.
bool is_null(const ScriptValue& value) noexcept;
bool is_null(lua_State* L, int index) noexcept;

}  // namespace amont
