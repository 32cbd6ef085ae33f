// Reads what a script returned, without ever running it: no metamethod is called, and depth, count and bytes are bounded.
//
// Nothing here raises, so it may be used where C++ objects are alive (Sandbox::ReadResults). Tables are read raw: the list part is
// t[1] .. t[n], the rest must have text keys and comes sorted by key, so the same value reads the same every time.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include <lua.hpp>

#include "amont/status.h"

namespace amont {

struct ScriptValue {
  enum class What : std::uint8_t { kNil, kBoolean, kInteger, kReal, kText, kTable, kHandle, kFunction };

  What what = What::kNil;
  bool boolean = false;
  lua_Integer integer = 0;
  lua_Number real = 0;
  std::string text;
  std::vector<ScriptValue> list;                            // kTable: t[1] .. t[n]
  std::vector<std::pair<std::string, ScriptValue>> fields;  // kTable: the rest, sorted by key
  void* handle = nullptr;             // kHandle: a slot of slot.h, good until the sandbox closes; slot_in() casts it
  const void* handle_type = nullptr;  // nullptr for a userdata that is no slot

  // The field of a table, or nullptr.
  const ScriptValue* field(std::string_view name) const;
};

struct ReadLimits {
  int depth_max = 16;
  std::uint64_t values_max = 1'000'000;
  std::uint64_t bytes_max = 16ull << 20;
};

// The value at a stack index. kScript, with the path to what is wrong ("result.rows[3]: ..."), when a table contains itself or is
// nested too deep, or has keys that are neither 1 .. n nor text; kLimit when there are too many values or bytes.
Result<ScriptValue> read_value(lua_State* L, int index, const ReadLimits& limits = {});

// The text at a stack index if it is text (numbers are not converted); good while the value stays on the stack. Never raises.
bool read_text(lua_State* L, int index, std::string_view* text);
// The same; empty when it is no text.
std::string_view text_argument(lua_State* L, int index);

}  // namespace amont
