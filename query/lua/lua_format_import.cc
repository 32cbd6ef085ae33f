// What import scripts call: node, edge, retract and schema. Each becomes a change that the importer takes at once.
//
//   node("dataset:x", { title = "X", old = null }, { valid_from = time("2006-01-01") })
//   edge("part_of", "variable:x/a", "dataset:x", { label = "...", props = { ... }, valid_from = ..., valid_to = ... })
//   retract("dataset:x")     retract("part_of", "variable:x/a", "dataset:x", "label")

#include <fmt/format.h>

#include "amont/schema_script.h"
#include "query/lua/change_reader.h"
#include "query/lua/import_context.h"
#include "query/lua/script_types.h"

namespace amont {
namespace {

constexpr std::uint64_t kStepsPerChange = 200;
constexpr std::size_t kRecordShownMax = 1000;

// What a reject shows of a change: the function and its texts.
std::string record_of(lua_State* L, std::string_view function, int texts) {
  std::string record(function);
  for (int i = 1; i <= texts; ++i)
    record += fmt::format("{}{}", i == 1 ? " " : ", ", text_argument(L, i).substr(0, kRecordShownMax));
  return record;
}

// Gives the importer what `read` makes of the arguments. What the importer refuses ends the import, unless it keeps
// going; a script can't overlook it.
template <class Read>
int give(lua_State* L, std::string_view function, int texts, Read read) {
  ImportContext* context = context_of<ImportContext>(L);
  charge(L, kStepsPerChange);
  const bool ok = run_work(L, context, [&]() -> Status {
    Budget& budget = budget_of(L);
    context->allowance.renew_if_due(budget, context->bytes_of_file());
    const std::string record = context->options.keep_going ? record_of(L, function, texts) : std::string();
    Result<Change> change = read(L);
    Status taken = context->give(std::move(change), record);
    if (taken.ok()) return {};
    context->failure = taken;
    budget.end(taken);
    return taken;
  });
  return ok ? 0 : raise_status(L, context->status);
}

int put_node(lua_State* L) {
  luaL_checktype(L, 1, LUA_TSTRING);
  lua_settop(L, 3);
  return give(L, "node", 1, read_node);
}

int put_edge(lua_State* L) {
  for (int i = 1; i <= 3; ++i) luaL_checktype(L, i, LUA_TSTRING);
  lua_settop(L, 4);
  return give(L, "edge", 3, read_edge);
}

int retract(lua_State* L) {
  luaL_checktype(L, 1, LUA_TSTRING);
  const bool of_edge = !lua_isnoneornil(L, 2);
  if (of_edge) {
    for (int i = 2; i <= 3; ++i) luaL_checktype(L, i, LUA_TSTRING);
    luaL_optstring(L, 4, "");
  }
  lua_settop(L, 4);
  return give(L, "retract", of_edge ? 3 : 1, [of_edge](lua_State* state) { return read_retraction(state, of_edge); });
}

// schema [[ node "package" {...} ]]
int grow_schema(lua_State* L) {
  luaL_checktype(L, 1, LUA_TSTRING);
  lua_settop(L, 1);
  return give(L, "schema", 0, [](lua_State* state) -> Result<Change> {
    AMONT_LET(SchemaGrowth growth, read_schema(text_argument(state, 1)));
    return Change(GrowSchema{std::move(growth)});
  });
}

}  // namespace

void install_import(lua_State* L, ImportContext* context) {
  static constexpr HostFunction kGlobals[] = {
      {"node", put_node}, {"edge", put_edge}, {"retract", retract}, {"schema", grow_schema}};
  install_times(L, context);
  install_json(L, context);
  install_fields(L, context);
  set_globals(L, kGlobals, context);
  set_globals(L, import_words(), context);
  lua_pushboolean(L, context->options.keep_going);
  lua_setglobal(L, "keeps_going");
}

}  // namespace amont
