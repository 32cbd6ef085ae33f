// A schema from its Lua text. Two words declare everything (scripts/hub.lua says how):
//
//   node "kind" { property = "type", ... }          a role other than that of its name: node("kind", {...}, { role =
//   "dataset" }) edge "kind" { class = ..., weak = ..., ends = ..., props = ... }
#include "amont/schema_script.h"

#include <fmt/format.h>

#include <algorithm>
#include <map>

#include "query/lua/nearest.h"
#include "query/lua/sandbox.h"
#include "query/lua/script_types.h"

namespace amont {
namespace {

using What = ScriptValue::What;

constexpr ScriptRunLimits kLimits{
    .steps_max = 5'000'000, .time_ms = 5'000, .memory_bytes = 32ull << 20, .rows_max = 0, .output_bytes_max = 0};

struct SchemaContext : HostContext {
  SchemaGrowth growth;
  std::map<std::string, int> begun;  // `node "kind"` and `edge "kind"` whose table has not come yet, and where
};

// The rows of a properties table, sorted by name, since a Lua table keeps no order.
Result<std::vector<PropertyRow>> read_props(const ScriptValue& table) {
  if (table.what != What::kTable || !table.list.empty())
    return invalid("properties are a table: { title = \"text\", ... }");
  std::vector<PropertyRow> rows;
  for (const auto& [name, value] : table.fields) {
    if (value.what != What::kText)
      return invalid(fmt::format("the type of {} must be text, such as \"list of text plain\"", name));
    AMONT_LET(PropertyRow row, parse_property_type(name, value.text));
    rows.push_back(std::move(row));
  }
  return rows;
}

Status read_role(const ScriptValue& options, NodeRow* row) {
  for (const auto& [name, value] : options.fields) {
    if (name != "role" || value.what != What::kText)
      return invalid("only { role = \"...\" } may follow the properties of a kind");
    static constexpr Role kRoles[] = {Role::kDataset, Role::kVariable, Role::kProject,
                                      Role::kRun,     Role::kOutput,   Role::kPublication};
    const auto role =
        std::find_if(std::begin(kRoles), std::end(kRoles), [&](Role one) { return name_of(one) == value.text; });
    if (role == std::end(kRoles))
      return invalid(fmt::format(
          "there is no role \"{}\"; roles are dataset, variable, project, run, output, publication", value.text));
    row->role = *role;
  }
  return {};
}

Result<std::vector<std::string>> read_names(const ScriptValue* value, std::string_view side) {
  std::vector<std::string> names;
  if (value && value->what == What::kText) names.push_back(value->text);
  if (value && value->what == What::kTable && value->fields.empty())
    for (const ScriptValue& one : value->list)
      if (one.what == What::kText) names.push_back(one.text);
  const bool all_text = value && (value->what == What::kText || names.size() == value->list.size());
  if (names.empty() || !all_text) return invalid(fmt::format("ends need {} = {{ \"kind\", ... }}", side));
  return names;
}

Status read_ends(const ScriptValue& value, EdgeRow* row) {
  if (value.what == What::kText && value.text == "same kind") {
    row->same_kind = true;
    return {};
  }
  if (value.what != What::kTable) return invalid("ends = { { from = {...}, to = {...} }, ... }, or \"same kind\"");
  const bool one_pair = value.list.empty();
  for (const ScriptValue& pair : one_pair ? std::span(&value, 1) : std::span(value.list)) {
    if (pair.what != What::kTable || !pair.list.empty()) return invalid("each of ends is { from = {...}, to = {...} }");
    for (const auto& [name, unused] : pair.fields)
      if (name != "from" && name != "to")
        return invalid(fmt::format("each of ends has from and to, and no \"{}\"", name));
    EdgeEnds& ends = row->ends.emplace_back();
    AMONT_LET(ends.from, read_names(pair.field("from"), "from"));
    AMONT_LET(ends.to, read_names(pair.field("to"), "to"));
  }
  return {};
}

Status read_class(const ScriptValue& value, EdgeRow* row) {
  if (value.what == What::kText) {
    for (const EdgeClass one : {EdgeClass::kLineage, EdgeClass::kStructure, EdgeClass::kGovernance}) {
      if (name_of(one) != value.text) continue;
      row->edge_class = one;
      return {};
    }
  }
  return invalid("class must be \"lineage\", \"structure\" or \"governance\"");
}

Result<EdgeRow> read_edge(std::string name, const ScriptValue& table) {
  EdgeRow row;
  row.name = std::move(name);
  if (table.what != What::kTable || !table.list.empty())
    return invalid(fmt::format("edge \"{}\" needs a table: {{ class = ..., ends = ... }}", row.name));
  if (!table.field("class"))
    return invalid(
        fmt::format("edge \"{}\" has no class; it is \"lineage\", \"structure\" or \"governance\"", row.name));
  for (const auto& [field, value] : table.fields) {
    if (field == "class") {
      AMONT_TRY(read_class(value, &row));
    } else if (field == "ends") {
      AMONT_TRY(read_ends(value, &row));
    } else if (field == "props") {
      AMONT_LET(row.props, read_props(value));
    } else if (field == "weak" || field == "same_kind") {
      if (value.what != What::kBoolean) return invalid(fmt::format("{} must be true or false", field));
      (field == "weak" ? row.weak : row.same_kind) = value.boolean;
    } else {
      static constexpr std::string_view kNames[] = {"class", "ends", "props", "weak", "same_kind"};
      return invalid(fmt::format("an edge has class, ends, props, weak and same_kind, and no \"{}\"{}", field,
                                 did_you_mean(field, kNames)));
    }
  }
  if (row.same_kind && !row.ends.empty())
    return invalid(fmt::format("edge \"{}\" joins any two nodes of one kind, so it has no ends", row.name));
  return row;
}

// Names and types are checked here, where the line is known, by declaring the row alone.
Status check_node_row(const NodeRow& row) { return Schema().grow({"", {row}, {}}).status(); }
Status check_edge_row(const EdgeRow& row) {
  SchemaGrowth alone{"", {}, {row}};
  for (const EdgeEnds& pair : row.ends)
    for (const std::vector<std::string>* names : {&pair.from, &pair.to})
      for (const std::string& name : *names) alone.nodes.push_back({NodeKind{}, name, Role::kNone, {}});
  return Schema().grow(alone).status();
}

Status declare(lua_State* L, SchemaContext* context, bool is_node, std::string name, int table, int options) {
  context->begun.erase((is_node ? "node " : "edge ") + name);
  AMONT_LET(const ScriptValue value, read_value(L, table));
  if (!is_node) {
    AMONT_LET(EdgeRow row, read_edge(std::move(name), value));
    AMONT_TRY(check_edge_row(row));
    context->growth.edges.push_back(std::move(row));
    return {};
  }
  NodeRow row;
  row.name = std::move(name);
  AMONT_LET(row.props, read_props(value));
  if (options != 0) {
    AMONT_LET(const ScriptValue more, read_value(L, options));
    AMONT_TRY(read_role(more, &row));
  }
  AMONT_TRY(check_node_row(row));
  context->growth.nodes.push_back(std::move(row));
  return {};
}

// What `node "kind"` gives: takes the table. Upvalues: the context, the name.
template <bool is_node>
int take_table(lua_State* L) {
  SchemaContext* context = context_of<SchemaContext>(L);
  luaL_checktype(L, 1, LUA_TTABLE);
  const int options = lua_istable(L, 2) ? 2 : 0;
  const bool ok = run_work(L, context, [&] {
    std::string_view name;
    read_text(L, lua_upvalueindex(2), &name);
    return declare(L, context, is_node, std::string(name), 1, options);
  });
  return ok ? 0 : raise_status(L, context->status);
}

template <bool is_node>
int begin(lua_State* L) {
  SchemaContext* context = context_of<SchemaContext>(L);
  std::size_t length = 0;
  const char* text = luaL_checklstring(L, 1, &length);
  if (!lua_isnoneornil(L, 2)) {
    luaL_checktype(L, 2, LUA_TTABLE);
    if (!lua_isnoneornil(L, 3)) luaL_checktype(L, 3, LUA_TTABLE);
    const int options = lua_istable(L, 3) ? 3 : 0;
    const bool ok =
        run_work(L, context, [&] { return declare(L, context, is_node, std::string(text, length), 2, options); });
    return ok ? 0 : raise_status(L, context->status);
  }
  lua_Debug where{};
  if (lua_getstack(L, 1, &where)) lua_getinfo(L, "l", &where);
  const bool ok = run_work(L, context, [&]() -> Status {
    context->begun.emplace((is_node ? "node " : "edge ") + std::string(text, length), where.currentline);
    return {};
  });
  if (!ok) return raise_status(L, context->status);
  lua_pushlightuserdata(L, context);
  lua_pushvalue(L, 1);
  lua_pushcclosure(L, take_table<is_node>, 2);
  return 1;
}

constexpr std::string_view kGlobals[] = {"node", "edge"};
constexpr std::span<const std::string_view> kNames(kGlobals);

int install(lua_State* L) {
  void* context = lua_touserdata(L, 1);
  static constexpr HostFunction kFunctions[] = {{"node", begin<true>}, {"edge", begin<false>}};
  set_globals(L, kFunctions, context);
  install_guesses(L, kNames);
  return 0;
}

}  // namespace

Result<SchemaGrowth> read_schema(std::string_view lua, std::string_view name) {
  SchemaContext context;
  context.growth.source = lua;
  AMONT_LET(const std::unique_ptr<Sandbox> sandbox, Sandbox::create(kLimits));
  AMONT_TRY(sandbox->install(install, &context));
  AMONT_TRY(sandbox->load(name, lua));
  AMONT_TRY(sandbox->run());
  for (const auto& [what, line] : context.begun)
    return Status(Code::kScript, fmt::format("{}:{}: {} has no table after it: {} {{ ... }}", name, line, what, what));
  return std::move(context.growth);
}

}  // namespace amont
