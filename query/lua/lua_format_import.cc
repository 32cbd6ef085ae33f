// What import scripts call: node, edge, retract and schema. Each becomes a change that the importer takes at once.
//
//   node("dataset:x", { title = "X", old = null }, { valid_from = time("2006-01-01") })
//   edge("part_of", "variable:x/a", "dataset:x", { label = "...", props = { ... }, valid_from = ..., valid_to = ... })
//   retract("dataset:x")     retract("part_of", "variable:x/a", "dataset:x", "label")

#include <fmt/format.h>

#include "amont/schema_script.h"
#include "query/lua/import_context.h"
#include "query/lua/nearest.h"
#include "query/lua/script_types.h"

namespace amont {
namespace {

using What = ScriptValue::What;

constexpr std::uint64_t kStepsPerChange = 200;
constexpr std::size_t kRecordShownMax = 1000;

Result<Scalar> read_scalar(const ScriptValue& value, std::string_view name) {
  switch (value.what) {
    case What::kText: return Scalar(value.text);
    case What::kInteger: return Scalar(static_cast<std::int64_t>(value.integer));
    case What::kReal: return Scalar(static_cast<double>(value.real));
    case What::kBoolean: return Scalar(value.boolean);
    default: break;
  }
  if (const auto* time = slot_in<Timestamp>(value); time && time->value) return Scalar(*time->value);
  return invalid(
      fmt::format("{} can't be a property: it is neither text, number, boolean, time, nor a list of these", name));
}

Result<std::optional<Value>> read_property(const ScriptValue& value, std::string_view name) {
  if (is_null(value)) return std::optional<Value>();
  if (value.what != What::kTable) {
    AMONT_LET(Scalar scalar, read_scalar(value, name));
    return std::optional(std::visit([](auto&& one) { return Value(std::move(one)); }, std::move(scalar)));
  }
  if (!value.fields.empty()) return invalid(fmt::format("{} can't be a property: it is an object", name));
  List list;
  for (const ScriptValue& item : value.list) {
    AMONT_LET(Scalar scalar, read_scalar(item, name));
    list.push_back(std::move(scalar));
  }
  return std::optional<Value>(std::move(list));
}

Status read_props(const ScriptValue& table, std::vector<PropertyChange>* props) {
  if (table.what == What::kNil) return {};
  if (table.what != What::kTable || !table.list.empty()) return invalid("properties are a table: { title = \"...\" }");
  for (const auto& [name, value] : table.fields) {
    AMONT_LET(std::optional<Value> read, read_property(value, name));
    props->push_back({name, std::move(read)});
  }
  return {};
}

Status read_time_change(const ScriptValue& value, std::string_view name, TimeChange* change) {
  if (is_null(value)) {
    *change = std::optional<Timestamp>();
    return {};
  }
  AMONT_LET(const Timestamp time, time_in(value, name));
  *change = std::optional(time);
  return {};
}

// The named details of a node or an edge: valid_from and valid_to, and an edge's label and props.
template <class Put>
Status read_details(const ScriptValue& table, Put* put) {
  constexpr bool kIsEdge = std::is_same_v<Put, PutEdge>;
  if (table.what == What::kNil) return {};
  if (table.what != What::kTable || !table.list.empty())
    return invalid("details are named: { valid_from = ..., valid_to = ... }");
  for (const auto& [name, value] : table.fields) {
    if (name == "valid_from") {
      AMONT_TRY(read_time_change(value, name, &put->valid_from));
    } else if (name == "valid_to") {
      AMONT_TRY(read_time_change(value, name, &put->valid_to));
    } else {
      if constexpr (kIsEdge) {
        if (name == "label" && value.what == What::kText) {
          put->label = value.text;
          continue;
        }
        if (name == "label" && is_null(value)) continue;
        if (name == "props") {
          AMONT_TRY(read_props(value, &put->props));
          continue;
        }
      }
      static constexpr std::string_view kNames[] = {"valid_from", "valid_to", "label", "props"};
      return invalid(
          fmt::format("{} is no detail of {}{}", name, kIsEdge ? "an edge" : "a node", did_you_mean(name, kNames)));
    }
  }
  return {};
}

std::string_view text_argument(lua_State* L, int index) {
  std::string_view text;
  read_text(L, index, &text);
  return text;
}

Result<Change> read_node(lua_State* L) {
  PutNode put;
  AMONT_LET(put.ref, Ref::parse(text_argument(L, 1)));
  AMONT_LET(const ScriptValue props, read_value(L, 2));
  AMONT_LET(const ScriptValue details, read_value(L, 3));
  AMONT_TRY(read_props(props, &put.props));
  AMONT_TRY(read_details(details, &put));
  return Change(std::move(put));
}

Result<Change> read_edge(lua_State* L) {
  PutEdge put;
  put.kind = text_argument(L, 1);
  AMONT_LET(put.from, Ref::parse(text_argument(L, 2)));
  AMONT_LET(put.to, Ref::parse(text_argument(L, 3)));
  AMONT_LET(const ScriptValue details, read_value(L, 4));
  AMONT_TRY(read_details(details, &put));
  return Change(std::move(put));
}

Result<Change> read_retraction(lua_State* L, bool of_edge) {
  if (!of_edge) {
    AMONT_LET(Ref ref, Ref::parse(text_argument(L, 1)));
    return Change(RetractNode{std::move(ref)});
  }
  RetractEdge edge;
  edge.kind = text_argument(L, 1);
  AMONT_LET(edge.from, Ref::parse(text_argument(L, 2)));
  AMONT_LET(edge.to, Ref::parse(text_argument(L, 3)));
  edge.label = text_argument(L, 4);
  return Change(std::move(edge));
}

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
    const std::string record = record_of(L, function, texts);
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
  set_globals(L, kGlobals, context);
  set_globals(L, import_words(), context);
}

}  // namespace amont
