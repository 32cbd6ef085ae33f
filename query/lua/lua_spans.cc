// timeline{source, label =, from =, to =, kind =, title =} and chart{source, label =, value =, shape =, unit =, title =}: rows of a few
// columns, read as spans and points.

#include <fmt/format.h>

#include <array>
#include <utility>

#include "query/lua/report_parts.h"

namespace amont {
namespace {

using What = ScriptValue::What;

// A column of such a block: how it is called, and which field it is of a node and of a table unless the script says otherwise.
struct Part {
  const char* name;
  const char* of_node;  // nullptr: none
  const char* of_table;
  bool may_lack;
};
constexpr std::array<Part, 4> kTimelineParts = {{{"label", "ref", "label", false},
                                                 {"from", "valid_from", "from", true},
                                                 {"to", "valid_to", "to", true},
                                                 {"kind", nullptr, "kind", true}}};
constexpr std::array<Part, 2> kChartParts = {{{"label", "ref", "label", false}, {"value", nullptr, "value", false}}};

constexpr std::string_view kTimelineNames[] = {"label", "from", "to", "kind", "title"};
constexpr std::string_view kChartNames[] = {"label", "value", "shape", "unit", "title"};

// Is the source, at `index`, made of tables, or of nothing? Then fields have the names of the parts.
bool holds_tables(lua_State* L, int index) {
  if (!lua_istable(L, index)) return false;
  const int first = lua_rawgeti(L, index, 1);
  const bool yes = first == LUA_TTABLE || first == LUA_TNIL;
  lua_pop(L, 1);
  return yes;
}

Result<RowsBuilder> read_parts(const ScriptValue& named, std::span<const Part> parts, bool of_tables,
                               std::string_view block) {
  RowsBuilder builder;
  AMONT_TRY(read_label(named, "title", &builder.block->title));
  for (const Part& part : parts) {
    Column& column = builder.columns.emplace_back();
    column.header = part.name;
    column.may_lack = part.may_lack;
    const char* unless_told = of_tables ? part.of_table : part.of_node;
    const ScriptValue* told = named.field(part.name);
    if (told && told->what == What::kFunction) {
      builder.calls_script = true;
    } else if (told && told->what == What::kText && !told->text.empty()) {
      column.field = told->text;
      column.may_lack = false;
    } else if (told) {
      return invalid(fmt::format("{} must be the name of a property, or a function", part.name));
    } else if (unless_told) {
      column.field = unless_told;
    } else if (part.may_lack) {
      builder.columns.pop_back();
    } else {
      return invalid(fmt::format("{} needs {} = \"a property\" or a function", block, part.name));
    }
  }
  return builder;
}

// The columns that are functions, from the named fields of the block's table. Raises.
void keep_callbacks(lua_State* L, const RowsBuilder& builder, int table, int callbacks) {
  for (std::size_t c = 0; c < builder.columns.size(); ++c) {
    if (!builder.columns[c].field.empty()) continue;
    push_text(L, builder.columns[c].header);
    lua_rawget(L, table);
    lua_rawseti(L, callbacks, static_cast<lua_Integer>(c + 1));
  }
}

std::string text_of(const Cell& cell) {
  struct Text {
    std::string operator()(std::monostate) const { return {}; }
    std::string operator()(const std::string& text) const { return text; }
    std::string operator()(std::int64_t integer) const { return fmt::format("{}", integer); }
    std::string operator()(double real) const { return fmt::format("{}", real); }
    std::string operator()(bool boolean) const { return boolean ? "yes" : "no"; }
    std::string operator()(Timestamp time) const { return time.text(); }
  };
  return std::visit(Text{}, cell);
}

// The cell of a row under a part's name, or nullptr when the block has no such column.
const Cell* cell_named(const RowsBuilder& builder, std::size_t row, std::string_view name) {
  for (std::size_t c = 0; c < builder.columns.size(); ++c)
    if (builder.columns[c].header == name) return &builder.block->rows[row][c];
  return nullptr;
}

Result<std::optional<Timestamp>> time_of(const Cell* cell, std::size_t row, std::string_view name) {
  std::optional<Timestamp> time;
  if (!cell || std::holds_alternative<std::monostate>(*cell)) return time;
  const std::string where = fmt::format("row {}, {}", row + 1, name);
  if (const auto* given = std::get_if<Timestamp>(cell)) {
    time = *given;
  } else if (const auto* text = std::get_if<std::string>(cell)) {
    AMONT_LET(time, Timestamp::parse_date_or_time(*text).while_doing(where));
  } else {
    return invalid(fmt::format("{} must be a date such as \"2026-01-31\", a time, or nil for an open end", where));
  }
  return time;
}

Status make_spans(RowsBuilder& builder) {
  ReportBlock& block = *builder.block;
  block.what = ReportBlock::What::kTimeline;
  for (std::size_t i = 0; i < block.rows.size(); ++i) {
    TimelineSpan& span = block.spans.emplace_back();
    span.label = text_of(*cell_named(builder, i, "label"));
    AMONT_LET(span.from, time_of(cell_named(builder, i, "from"), i, "from"));
    AMONT_LET(span.to, time_of(cell_named(builder, i, "to"), i, "to"));
    if (span.from && span.to && *span.to < *span.from)
      return invalid(fmt::format("row {}, \"{}\", ends before it begins", i + 1, span.label));
    if (const Cell* kind = cell_named(builder, i, "kind")) span.kind = text_of(*kind);
  }
  return {};
}

Status make_points(RowsBuilder& builder) {
  ReportBlock& block = *builder.block;
  block.what = ReportBlock::What::kChart;
  for (std::size_t i = 0; i < block.rows.size(); ++i) {
    ChartPoint& point = block.points.emplace_back();
    point.label = text_of(*cell_named(builder, i, "label"));
    const Cell& value = *cell_named(builder, i, "value");
    if (const auto* integer = std::get_if<std::int64_t>(&value)) {
      point.value = static_cast<double>(*integer);
    } else if (const auto* real = std::get_if<double>(&value)) {
      point.value = *real;
    } else if (!std::holds_alternative<std::monostate>(value)) {
      return invalid(fmt::format("row {}, value must be a number, or nil for none", i + 1));
    }
  }
  return {};
}

Status read_look(const ScriptValue& named, ReportBlock& block) {
  AMONT_TRY(read_label(named, "unit", &block.unit));
  std::string shape = "bar";
  AMONT_TRY(read_label(named, "shape", &shape));
  if (shape != "bar" && shape != "line") return invalid("shape must be \"bar\" or \"line\"");
  block.line = shape == "line";
  return {};
}

// The rows become what `turn` makes of them.
int push_block(lua_State* L, Slot<RowsBuilder>* builder, Status (*turn)(RowsBuilder&)) {
  Slot<Block>* slot = push_slot<Block>(L);
  run_into(slot, [&]() -> Result<Block> {
    AMONT_TRY(count_bytes(builder, true));
    AMONT_TRY(turn(*builder->value));
    builder->value->block->rows = {};
    builder->value->block->columns = {};
    slot->budget->release(std::exchange(builder->held, 0));
    return make_block(*slot->budget, std::move(builder->value->block), builder->value->bytes);
  });
  return slot->value ? 1 : raise_status(L, slot->status);
}

}  // namespace

int make_timeline(lua_State* L) {
  luaL_checktype(L, 1, LUA_TTABLE);
  lua_settop(L, 1);
  lua_createtable(L, 0, 0);
  lua_rawgeti(L, 1, 1);
  Slot<RowsBuilder>* builder = push_slot<RowsBuilder>(L);
  const bool of_tables = holds_tables(L, 3);
  run_into(builder, [&]() -> Result<RowsBuilder> {
    AMONT_LET(const ScriptValue named, read_named(L, 1, "timeline{}", kTimelineNames));
    return read_parts(named, kTimelineParts, of_tables, "timeline{}");
  });
  if (!builder->value) return raise_status(L, builder->status);
  keep_callbacks(L, *builder->value, 1, 2);
  lua_pushvalue(L, 3);
  add_rows(L, context_of<ScriptContext>(L), builder, lua_gettop(L), 2, "timeline{}");
  return push_block(L, builder, make_spans);
}

int make_chart(lua_State* L) {
  luaL_checktype(L, 1, LUA_TTABLE);
  lua_settop(L, 1);
  lua_createtable(L, 0, 0);
  lua_rawgeti(L, 1, 1);
  Slot<RowsBuilder>* builder = push_slot<RowsBuilder>(L);
  const bool of_tables = holds_tables(L, 3);
  run_into(builder, [&]() -> Result<RowsBuilder> {
    AMONT_LET(const ScriptValue named, read_named(L, 1, "chart{}", kChartNames));
    AMONT_LET(RowsBuilder made, read_parts(named, kChartParts, of_tables, "chart{}"));
    AMONT_TRY(read_look(named, *made.block));
    return made;
  });
  if (!builder->value) return raise_status(L, builder->status);
  keep_callbacks(L, *builder->value, 1, 2);
  lua_pushvalue(L, 3);
  add_rows(L, context_of<ScriptContext>(L), builder, lua_gettop(L), 2, "chart{}");
  return push_block(L, builder, make_points);
}

}  // namespace amont
