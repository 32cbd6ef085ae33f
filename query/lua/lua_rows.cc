// rows{source, "column", {"header", function}, title = "..."}: a table.

#include <fmt/format.h>

#include <utility>

#include "query/lua/report_parts.h"

namespace amont {
namespace {

using What = ScriptValue::What;

constexpr std::size_t kColumnsMax = 1000;
constexpr std::string_view kNames[] = {"title"};

Status read_column(const ScriptValue& given, std::size_t number, RowsBuilder& builder) {
  Column& column = builder.columns.emplace_back();
  const bool is_pair =
      given.what == What::kTable && given.list.size() == 2 && given.fields.empty() && given.list[0].what == What::kText;
  const ScriptValue& what = is_pair ? given.list[1] : given;
  if (what.what == What::kText && !what.text.empty()) {
    column.field = what.text;
    column.header = is_pair ? given.list[0].text : what.text;
  } else if (is_pair && what.what == What::kFunction) {
    column.header = given.list[0].text;
    builder.calls_script = true;
  } else {
    return invalid(
        fmt::format("column {} must be a name, or {{\"header\", \"name\"}}, or {{\"header\", function}}", number));
  }
  return check_label_text(column.header, "a column's header");
}

// Reads title and columns of a rows table, and leaves the source, its first element, alone. A column is "ref", a word
// or a property; {"held by", "property"}; {"held by", function}.
Result<RowsBuilder> read_columns(lua_State* L, int table) {
  RowsBuilder builder;
  const lua_Unsigned count = lua_rawlen(L, table);
  if (count > kColumnsMax) return limit_exceeded(fmt::format("more than {} columns", kColumnsMax));
  AMONT_LET(const ScriptValue named, read_named(L, table, "rows{}", kNames));
  AMONT_TRY(read_label(named, "title", &builder.block->title));
  for (lua_Unsigned i = 2; i <= count; ++i) {
    lua_rawgeti(L, table, static_cast<lua_Integer>(i));
    AMONT_LET(const ScriptValue column, read_value(L, -1, {.depth_max = 3, .values_max = 100}));
    lua_pop(L, 1);
    AMONT_TRY(read_column(column, i - 1, builder));
  }
  return builder;
}

// Keeps the functions of columns out of the script's reach while they are called. Raises.
void keep_callbacks(lua_State* L, const RowsBuilder& builder, int table, int callbacks) {
  for (std::size_t c = 0; c < builder.columns.size(); ++c) {
    if (!builder.columns[c].field.empty()) continue;
    lua_rawgeti(L, table, static_cast<lua_Integer>(c + 2));
    lua_rawgeti(L, -1, 2);
    lua_rawseti(L, callbacks, static_cast<lua_Integer>(c + 1));
    lua_pop(L, 1);
  }
}

void default_columns(RowsBuilder& builder, const AnswerSet& set) {
  if (!builder.columns.empty()) return;
  for (const char* name : {"ref", "title"}) builder.columns.push_back({name, name});
  if (set.is_answer())
    for (const char* name : {"depth", "precision"}) builder.columns.push_back({name, name});
}

// Pushes the block of a builder that is complete. Raises.
int push_block(lua_State* L, Slot<RowsBuilder>* builder) {
  Slot<Block>* slot = push_slot<Block>(L);
  run_into(slot, [&]() -> Result<Block> {
    AMONT_TRY(count_bytes(builder, true));
    slot->budget->release(std::exchange(builder->held, 0));
    return make_block(*slot->budget, std::move(builder->value->block), builder->value->bytes);
  });
  return slot->value ? 1 : raise_status(L, slot->status);
}

}  // namespace

int make_rows(lua_State* L) {
  ScriptContext* context = context_of<ScriptContext>(L);
  luaL_checktype(L, 1, LUA_TTABLE);
  lua_settop(L, 1);
  lua_createtable(L, 0, 0);
  Slot<RowsBuilder>* builder = push_slot<RowsBuilder>(L);
  run_into(builder, [&] { return read_columns(L, 1); });
  if (!builder->value) return raise_status(L, builder->status);
  keep_callbacks(L, *builder->value, 1, 2);
  lua_rawgeti(L, 1, 1);
  const int source = lua_gettop(L);
  if (to_slot<AnswerSet>(L, source)) {
    const AnswerSet& set = check_slot<AnswerSet>(L, source);
    const bool ok = run_work(L, context, [&]() -> Status {
      default_columns(*builder->value, set);
      return {};
    });
    if (!ok) return raise_status(L, context->status);
  } else if (lua_istable(L, source) && builder->value->columns.empty()) {
    return luaL_error(L, "rows{} over a list needs its columns: rows{list, \"name\", \"count\"}");
  }
  add_rows(L, context, builder, source, 2, "rows{}");
  return push_block(L, builder);
}

Result<Block> rows_of_set(AnswerSet& set, Budget& budget) {
  Slot<RowsBuilder> slot;
  slot.budget = &budget;
  slot.value.emplace();
  default_columns(*slot.value, set);
  name_columns(*slot.value);
  Status added = add_set_rows(&slot, set);
  if (added.ok()) added = count_bytes(&slot, true);
  budget.release(slot.held);
  if (!added.ok()) return added;
  return make_block(budget, std::move(slot.value->block), slot.value->bytes);
}

}  // namespace amont
