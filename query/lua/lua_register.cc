// Look-ups in scripts: node("dataset:x"), nodes("approval"), schema(), known_at(), and the register at another time:
// at{...}.

#include <fmt/format.h>

#include <algorithm>
#include <charconv>

#include "query/lua/known_at.h"
#include "query/lua/lua_diff.h"
#include "query/lua/made_values.h"
#include "query/lua/nearest.h"
#include "query/lua/script_types.h"

namespace amont {
namespace {

using What = ScriptValue::What;

ScriptValue names_value(const std::vector<std::string>& names) {
  ScriptValue value = table_value();
  for (const std::string& name : names) value.list.push_back(text_value(name));
  return value;
}
ScriptValue props_value(const std::vector<PropertyRow>& props) {
  ScriptValue value = table_value();
  for (const PropertyRow& row : props) {
    ScriptValue& property = value.list.emplace_back(table_value());
    property.fields = {{"name", text_value(row.name)}, {"type", text_value(row.type_text())}};
  }
  return value;
}

ScriptValue schema_value(const Schema& schema) {
  ScriptValue nodes = table_value();
  for (const NodeRow& row : schema.nodes())
    nodes.list.emplace_back(table_value()).fields = {
        {"name", text_value(row.name)}, {"role", text_value(name_of(row.role))}, {"props", props_value(row.props)}};
  ScriptValue edges = table_value();
  for (const EdgeRow& row : schema.edges()) {
    ScriptValue ends = table_value();
    for (const EdgeEnds& pair : row.ends)
      ends.list.emplace_back(table_value()).fields = {{"from", names_value(pair.from)}, {"to", names_value(pair.to)}};
    edges.list.emplace_back(table_value()).fields = {
        {"name", text_value(row.name)}, {"class", text_value(name_of(row.edge_class))},
        {"weak", flag_value(row.weak)}, {"same_kind", flag_value(row.same_kind)},
        {"ends", std::move(ends)},      {"props", props_value(row.props)}};
  }
  ScriptValue value = table_value();
  value.fields = {{"nodes", std::move(nodes)}, {"edges", std::move(edges)}};
  return value;
}

int get_node(lua_State* L, ScriptContext* context, const AtView& at, int first) {
  std::size_t length = 0;
  const char* text = luaL_checklstring(L, first, &length);
  NodeItem* item = push_item(L);
  const bool ok = run_work(L, context, [&]() -> Status {
    AMONT_LET(const NodeId id, find_id(at, {text, length}));
    AMONT_LET(item->page, read_page(at, budget_of(L), std::span(&id, 1)));
    item->at = &at;
    if (!item->alive())
      return not_found(fmt::format("{} is not in the register at transaction {}: it was retracted, or not yet put",
                                   std::string_view(text, length), at.view.tx()));
    return {};
  });
  return ok ? 1 : raise_status(L, context->status);
}

int get_exists(lua_State* L, ScriptContext* context, const AtView& at, int first) {
  std::size_t length = 0;
  const char* text = luaL_checklstring(L, first, &length);
  bool exists = false;
  const bool ok = run_work(L, context, [&]() -> Status {
    const Result<NodeId> id = find_id(at, {text, length});
    if (id.code() == Code::kNotFound) return {};
    if (!id.ok()) return id.status();
    AMONT_LET(const std::optional<Node> node, at.view.node(*id));
    exists = node.has_value();
    return {};
  });
  if (!ok) return raise_status(L, context->status);
  lua_pushboolean(L, exists);
  return 1;
}

// nodes("approval"), nodes("run", "project"); without a kind all.
int get_nodes(lua_State* L, ScriptContext*, const AtView& at, int first) {
  const int last = lua_gettop(L);
  Slot<AnswerSet>* slot = push_slot<AnswerSet>(L);
  run_into(slot, [&]() -> Result<AnswerSet> {
    AMONT_LET(std::vector<std::string> kinds, names_given(L, first, last));
    if (kinds.empty()) kinds.emplace_back();
    NodeSet all;
    for (const std::string& kind : kinds) {
      AMONT_LET(const NodeSet some, all_of_kind(at, *slot->budget, kind));
      all = all | some;
    }
    return AnswerSet(&at, std::move(all));
  });
  return slot->value ? 1 : raise_status(L, slot->status);
}

// find("pmsi"), find("pmsi mco", "dataset"): what has these words in its title or key.
int get_found(lua_State* L, ScriptContext*, const AtView& at, int first) {
  std::size_t length = 0;
  const char* text = luaL_checklstring(L, first, &length);
  const int last = lua_gettop(L);
  Slot<AnswerSet>* slot = push_slot<AnswerSet>(L);
  run_into(slot, [&]() -> Result<AnswerSet> {
    Budget& budget = *slot->budget;
    AMONT_LET(const std::vector<std::string> kinds, names_given(L, first + 1, last));
    for (const std::string& kind : kinds) AMONT_TRY(check_node_kind(at.view.schema(), kind));
    AskOptions options;
    options.valid_at = at.valid_at;
    options.valid_until = at.valid_until;
    options.keep_going = [&budget] { return budget.charge_and_look(4096); };
    AMONT_LET(std::vector<NodeId> ids, find(at.view, {text, length}, kinds, 0, options));
    if (budget.ended()) return budget.reason();
    std::sort(ids.begin(), ids.end());
    return AnswerSet(&at, NodeSet(ids));
  });
  return slot->value ? 1 : raise_status(L, slot->status);
}

int get_schema(lua_State* L, ScriptContext*, const AtView& at, int) {
  Slot<ScriptValue>* slot = push_slot<ScriptValue>(L);
  run_into(slot, [&]() -> Result<ScriptValue> { return schema_value(at.view.schema()); });
  if (!slot->value) return raise_status(L, slot->status);
  push_script_value(L, *slot->value);
  slot->value.reset();
  return 1;
}

int get_known_at(lua_State* L, ScriptContext*, const AtView& at, int) {
  lua_createtable(L, 0, 2);
  lua_pushinteger(L, static_cast<lua_Integer>(at.view.tx()));
  lua_setfield(L, -2, "tx");
  push_time(L, at.view.time());
  lua_setfield(L, -2, "time");
  return 1;
}

// transaction(item.tx): who wrote it, when, why, and from which file.
int get_transaction(lua_State* L, ScriptContext* context, const AtView&, int first) {
  const lua_Integer number = luaL_checkinteger(L, first);
  Slot<TxEntry>* slot = push_slot<TxEntry>(L);
  run_into(slot, [&]() -> Result<TxEntry> {
    if (!slot->budget->charge(1000)) return slot->budget->reason();  // it is read from the log
    AMONT_LET(TxEntry entry, context->transaction(number < 0 ? 0 : static_cast<TxNumber>(number)));
    if (!slot->budget->charge(entry.change_count)) return slot->budget->reason();
    return entry;
  });
  if (!slot->value) return raise_status(L, slot->status);
  const TxEntry& entry = *slot->value;
  lua_createtable(L, 0, 8);
  const auto set_text = [L](const char* name, const std::string& text) {
    if (text.empty()) return;
    push_text(L, text);
    lua_setfield(L, -2, name);
  };
  lua_pushinteger(L, static_cast<lua_Integer>(entry.number));
  lua_setfield(L, -2, "tx");
  push_time(L, entry.time);
  lua_setfield(L, -2, "time");
  set_text("author", entry.author);
  set_text("reason", entry.reason);
  set_text("format", entry.source.format);
  set_text("file", entry.source.file);
  set_text("sha256", entry.source.sha256);
  return 1;
}

}  // namespace

Result<Snapshot> read_known_at(const ScriptContext& context, const ScriptValue& value) {
  if (value.what == What::kInteger) {
    if (value.integer < 0) return invalid("known_at must be a transaction's number, from 0, or a time");
    return context.known_at(static_cast<TxNumber>(value.integer));
  }
  if (value.what == What::kText && !value.text.empty() &&
      value.text.find_first_not_of("0123456789") == std::string::npos) {
    TxNumber number = 0;
    const auto [end, error] = std::from_chars(value.text.data(), value.text.data() + value.text.size(), number);
    if (error != std::errc()) return invalid(fmt::format("known_at = {} is no transaction's number", value.text));
    return context.known_at(number);
  }
  AMONT_LET(const Timestamp time, time_in(value, "known_at"));
  return context.known_at(time);
}

namespace {

// A time, or "FROM/TO".
Status read_valid_at(const ScriptValue& value, AtView* at) {
  const std::size_t slash = value.what == What::kText ? value.text.find('/') : std::string::npos;
  if (slash == std::string::npos) {
    AMONT_LET(at->valid_at, time_in(value, "valid_at"));
    return {};
  }
  AMONT_LET(at->valid_at, time_in(text_value(value.text.substr(0, slash)), "valid_at, from"));
  AMONT_LET(at->valid_until, time_in(text_value(value.text.substr(slash + 1)), "valid_at, to"));
  if (*at->valid_until <= *at->valid_at)
    return invalid(fmt::format("valid_at = \"{}\" ends before it begins", value.text));
  return {};
}

// at{known_at = "2026-03-03", valid_at = "2025-12-31"}
int other_time(lua_State* L) {
  ScriptContext* context = context_of<ScriptContext>(L);
  luaL_checktype(L, 1, LUA_TTABLE);
  lua_settop(L, 1);
  Slot<OtherTime>* slot = push_slot<OtherTime>(L);
  run_into(slot, [&]() -> Result<OtherTime> {
    AMONT_LET(const ScriptValue table, read_value(L, 1));
    AtView at{context->now().view, {}, {}};
    if (!table.list.empty() || table.fields.empty()) return invalid("at{} needs known_at, or valid_at, or both");
    for (const auto& [name, value] : table.fields) {
      if (name == "known_at") {
        AMONT_LET(at.view, read_known_at(*context, value));
      } else if (name == "valid_at") {
        AMONT_TRY(read_valid_at(value, &at));
      } else {
        static constexpr std::string_view kNames[] = {"known_at", "valid_at"};
        return invalid(
            fmt::format("at{{}} takes known_at and valid_at, and no \"{}\"{}", name, did_you_mean(name, kNames)));
      }
    }
    AMONT_LET(const AtView* kept, context->keep(std::move(at)));
    return OtherTime{kept};
  });
  return slot->value ? 1 : raise_status(L, slot->status);
}

void set_timed(lua_State* L, std::span<const TimedFunction> functions, lua_CFunction TimedFunction::*which,
               void* context) {
  for (const TimedFunction& function : functions) {
    const HostFunction one[] = {{function.name, function.*which}};
    set_functions(L, one, context);
  }
}

}  // namespace

std::span<const TimedFunction> register_functions() {
  static constexpr TimedFunction kFunctions[] = {timed<get_node>("node"),
                                                 timed<get_nodes>("nodes"),
                                                 timed<get_exists>("exists"),
                                                 timed<get_found>("find"),
                                                 timed<get_schema>("schema"),
                                                 timed<get_known_at>("known_at"),
                                                 timed<get_transaction>("transaction")};
  return kFunctions;
}

void install_questions(lua_State* L, ScriptContext* context) {
  define_slot_type<ScriptValue>(L, {"table", {}, {}});
  define_path_types(L);
  define_graph_types(L);
  define_slot_type<TxEntry>(L, {"transaction", {}, {}});
  define_coverage_types(L);
  const std::span<const TimedFunction> groups[] = {question_functions(), path_functions(),     graph_functions(),
                                                   why_functions(),      coverage_functions(), diff_functions(),
                                                   register_functions()};
  define_slot_type<OtherTime>(L, {"register at another time", {}, {}});
  lua_rawgetp(L, LUA_REGISTRYINDEX, &slot_detail::key<OtherTime>);
  lua_getfield(L, -1, "__index");
  for (const auto functions : groups) set_timed(L, functions, &TimedFunction::then, context);
  lua_pop(L, 2);
  lua_pushglobaltable(L);
  for (const auto functions : groups) set_timed(L, functions, &TimedFunction::now, context);
  static constexpr HostFunction kAt[] = {{"at", other_time}};
  set_functions(L, kAt, context);
  lua_pop(L, 1);
}

}  // namespace amont
