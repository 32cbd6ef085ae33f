// Values as JSON, for scripts that read or write foreign formats:
//
//   json({ a = { 1, 2 } })         its text, names in order
//   json({ a = empty_list })       a table without anything in it is an object; this is the list that has nothing in it

#include "query/lua/lua_json.h"
#include "query/lua/script_types.h"

namespace amont {
namespace {

struct EmptyList {};

// Nothing that read_value() gives is nested deeper than it was asked to read.
Status append_value(std::string& out, const ScriptValue& value) {
  using What = ScriptValue::What;
  switch (value.what) {
    case What::kText: append_json_string(out, value.text); return {};
    case What::kInteger: append_json(out, Value(static_cast<std::int64_t>(value.integer))); return {};
    case What::kReal: append_json(out, Value(static_cast<double>(value.real))); return {};
    case What::kBoolean: append_json(out, Value(value.boolean)); return {};
    case What::kTable: break;
    default:
      if (slot_in<EmptyList>(value)) {
        out += "[]";
        return {};
      }
      if (value.what == What::kNil || is_null(value)) {
        out += "null";
        return {};
      }
      if (const auto* time = slot_in<Timestamp>(value); time && time->value) {
        append_json_string(out, time->value->text());
        return {};
      }
      return invalid("json: a function, a set or the like can't be JSON");
  }
  if (!value.list.empty() && !value.fields.empty()) return invalid("json: a table is a list or has names, not both");
  const char* separator = "";
  if (!value.list.empty()) {
    out.push_back('[');
    for (const ScriptValue& item : value.list) {
      out += std::exchange(separator, ",");
      AMONT_TRY(append_value(out, item));
    }
    out.push_back(']');
    return {};
  }
  out.push_back('{');
  for (const auto& [name, field] : value.fields) {
    out += std::exchange(separator, ",");
    append_json_string(out, name);
    out.push_back(':');
    AMONT_TRY(append_value(out, field));
  }
  out.push_back('}');
  return {};
}

int json(lua_State* L) {
  HostContext* context = context_of<HostContext>(L);
  luaL_checkany(L, 1);
  lua_settop(L, 1);
  const bool ok = run_work(L, context, [&]() -> Status {
    AMONT_LET(const ScriptValue value, read_value(L, 1, {kJsonDepthMax, 1'000'000, kTextBytesMax}));
    context->text.clear();
    return append_value(context->text, value);
  });
  if (!ok) return raise_status(L, context->status);
  charge(L, context->text.size() / 16);
  push_text(L, context->text);
  return 1;
}

int empty_list_text(lua_State* L) {
  lua_pushliteral(L, "[]");
  return 1;
}

}  // namespace

void install_json(lua_State* L, HostContext* context) {
  static constexpr HostFunction kWords[] = {{"json", json}};
  static constexpr HostFunction kMeta[] = {{"__tostring", empty_list_text}};
  install_null(L);
  define_slot_type<EmptyList>(L, {"empty_list", {}, kMeta});
  push_slot<EmptyList>(L)->value.emplace();
  lua_setglobal(L, "empty_list");
  set_globals(L, kWords, context);
}

}  // namespace amont
