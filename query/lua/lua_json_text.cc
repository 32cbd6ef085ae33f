// Values as JSON, for scripts that read or write foreign formats:
//
//   json({ a = { 1, 2 } })         its text, names in order
//   json({ a = empty_list })       a table without anything in it is an object; this is the list that has nothing in it
//   from_json("[1]")               what a text in JSON says, as documents come; nil and why, when it is none

#include "query/lua/json_writer.h"
#include "query/lua/lua_json.h"
#include "query/lua/script_types.h"

namespace amont {

std::uint64_t bytes_held(const JsonReading& reading) noexcept { return reading.kept.capacity(); }

namespace {

int json(lua_State* L) {
  HostContext* context = context_of<HostContext>(L);
  luaL_checkany(L, 1);
  lua_settop(L, 1);
  const bool ok = run_work(L, context, [&]() -> Status {
    context->text.clear();
    return append_json_of(L, 1, context->text);
  });
  if (!ok) return raise_status(L, context->status);
  push_text(L, context->text);
  return 1;
}

// A text that is read may be long, and what it gives is Lua's: the reading is one of the run's values, and is over when it ends.
int from_json(lua_State* L) {
  HostContext* context = context_of<HostContext>(L);
  luaL_checktype(L, 1, LUA_TSTRING);
  lua_settop(L, 1);
  std::string_view text;
  read_text(L, 1, &text);
  charge(L, text.size() / 16);
  Slot<JsonReading>* slot = push_slot<JsonReading>(L);
  const bool held = run_work(L, context, [&]() -> Status {
    slot->value.emplace(std::string(text));
    account(slot);
    return slot->value ? Status() : slot->status;
  });
  if (!held) return raise_status(L, context->status);
  if (push_json(L, context, &*slot->value)) return 1;
  if (context->status.ok() || budget_of(L).ended()) return raise_status(L, context->status);
  lua_settop(L, 2);
  lua_pushnil(L);
  push_text(L, context->status.text());
  return 2;
}

int empty_list_text(lua_State* L) {
  lua_pushliteral(L, "[]");
  return 1;
}

}  // namespace

void install_json(lua_State* L, HostContext* context) {
  static constexpr HostFunction kWords[] = {{"json", json}, {"from_json", from_json}};
  static constexpr HostFunction kMeta[] = {{"__tostring", empty_list_text}};
  install_null(L);
  install_list_mark(L);
  define_slot_type<JsonReading>(L, {"text being read", {}, {}});
  define_slot_type<EmptyList>(L, {"empty_list", {}, kMeta});
  push_slot<EmptyList>(L)->value.emplace();
  lua_setglobal(L, "empty_list");
  set_globals(L, kWords, context);
}

}  // namespace amont
