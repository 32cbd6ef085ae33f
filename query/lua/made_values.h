// Values for scripts that are made natively, to be pushed by push_script_value().
#pragma once

#include <string>
#include <string_view>

#include "query/lua/value_reader.h"

namespace amont {

inline ScriptValue text_value(std::string_view text) {
  ScriptValue value;
  value.what = ScriptValue::What::kText;
  value.text = text;
  return value;
}
inline ScriptValue integer_value(std::int64_t integer) {
  ScriptValue value;
  value.what = ScriptValue::What::kInteger;
  value.integer = integer;
  return value;
}
inline ScriptValue flag_value(bool flag) {
  ScriptValue value;
  value.what = ScriptValue::What::kBoolean;
  value.boolean = flag;
  return value;
}
inline ScriptValue table_value() {
  ScriptValue value;
  value.what = ScriptValue::What::kTable;
  return value;
}

}  // namespace amont
