// Rows of cells, natively where a column is a word or a property, by calling the script where it is a function.

#include <fmt/format.h>

#include <algorithm>

#include "query/lua/report_parts.h"

namespace amont {
namespace {

Status add_cell(RowsBuilder& builder, std::size_t column, Cell cell) {
  if (const auto* text = std::get_if<std::string>(&cell)) {
    AMONT_TRY(check_text(
        *text, fmt::format("row {}, column \"{}\"", builder.block->rows.size(), builder.columns[column].header)));
    builder.bytes += text->size();
  }
  builder.block->rows.back().push_back(std::move(cell));
  return {};
}

Status begin_row(RowsBuilder& builder, Budget& budget) {
  if (!budget.take_rows(1) || !budget.charge(10)) return budget.reason();
  builder.block->rows.emplace_back().reserve(builder.columns.size());
  builder.bytes += sizeof(std::vector<Cell>) + builder.columns.size() * sizeof(Cell);
  return {};
}

Cell node_cell(const Node& node, bool is_answer, const Reached& reached, Column& column) {
  Cell cell;
  const bool is_word = field_cell(node, is_answer, reached, column.field, &cell);
  const Value* value = is_word ? nullptr : find_property(node.props, column.field);
  column.found = column.found || is_word || value;
  return value ? cell_of(*value) : cell;
}

// A column that no row has and nobody declared is a slip of the pen.
Status check_columns(const RowsBuilder& builder, const Schema& schema) {
  if (builder.block->rows.empty()) return {};
  for (const Column& column : builder.columns) {
    if (column.found || column.field.empty()) continue;
    std::vector<PropertyRow> declared;
    for (const NodeRow& row : schema.nodes()) declared.insert(declared.end(), row.props.begin(), row.props.end());
    AMONT_TRY(check_field(declared, "node", column.field));
  }
  return {};
}

Status check_listed_columns(const RowsBuilder& builder) {
  for (const Column& column : builder.columns)
    if (!builder.block->rows.empty() && !column.found && !column.may_lack && !column.field.empty())
      return invalid(fmt::format("no row has \"{}\"", column.field));
  return {};
}

// Pushes what a column's function gives for the row on top of the stack. Raises.
void call_column(lua_State* L, std::size_t column, int callbacks, int row) {
  lua_rawgeti(L, callbacks, static_cast<lua_Integer>(column + 1));
  lua_pushvalue(L, row);
  lua_call(L, 1, 1);
  stop_if_ended(L);
}

// One row whose cells are fields of the value at `row` or come from the script. Raises.
void add_called_row(lua_State* L, HostContext* context, Slot<RowsBuilder>* slot, int callbacks, int row) {
  RowsBuilder& builder = *slot->value;
  if (!run_work(L, context, [&] { return begin_row(builder, *slot->budget); })) raise_status(L, context->status);
  for (std::size_t c = 0; c < builder.columns.size(); ++c) {
    const Slot<NodeItem>* item = to_slot<NodeItem>(L, row);
    Column& column = builder.columns[c];
    if (column.field.empty()) {
      call_column(L, c, callbacks, row);
    } else if (!item) {
      push_text(L, column.field);
      lua_gettable(L, row);
      column.found = column.found || !lua_isnil(L, -1);
    }
    const bool ok = run_work(L, context, [&]() -> Status {
      if (item && !column.field.empty()) {
        AMONT_TRY(item->value->read(*slot->budget));
        return add_cell(builder, c,
                        node_cell(item->value->node(), item->value->is_answer, item->value->reached, column));
      }
      Result<Cell> cell = cell_at(L, -1, *slot->budget);
      if (!cell.ok())
        return std::move(cell).status().while_doing(
            fmt::format("row {}, column \"{}\"", builder.block->rows.size(), column.header));
      return add_cell(builder, c, *std::move(cell));
    });
    if (!ok) raise_status(L, context->status);
    lua_settop(L, row);
  }
  if (!run_work(L, context, [&] { return count_bytes(slot, false); })) raise_status(L, context->status);
}

}  // namespace

void name_columns(RowsBuilder& builder) {
  builder.block->what = ReportBlock::What::kRows;
  for (const Column& column : builder.columns) builder.block->columns.push_back(column.header);
}

Status count_bytes(Slot<RowsBuilder>* slot, bool now) {
  RowsBuilder& builder = *slot->value;
  if (!now && builder.bytes - builder.bytes_counted < 64 << 10) return {};
  if (!slot->budget->take_output(builder.bytes - builder.bytes_counted)) return slot->budget->reason();
  builder.bytes_counted = builder.bytes;
  slot->budget->release(std::exchange(slot->held, 0));
  if (!slot->budget->hold(builder.bytes)) return slot->budget->reason();
  slot->held = builder.bytes;
  return {};
}

Status add_set_rows(Slot<RowsBuilder>* slot, AnswerSet& set) {
  RowsBuilder& builder = *slot->value;
  Budget& budget = *slot->budget;
  AMONT_LET(const std::span<const Reached> order, set.in_order(budget));
  for (std::size_t i = 0; i < order.size(); ++i) {
    AMONT_LET(const auto page, set.page_at(budget, i));
    AMONT_TRY(page->read(budget));
    AMONT_TRY(begin_row(builder, budget));
    const Node& node = page->nodes[i % AnswerSet::kPageNodes];
    for (std::size_t c = 0; c < builder.columns.size(); ++c)
      AMONT_TRY(add_cell(builder, c, node_cell(node, set.is_answer(), order[i], builder.columns[c])));
    AMONT_TRY(count_bytes(slot, false));
  }
  return check_columns(builder, set.at().view.schema());
}

void add_rows(lua_State* L, ScriptContext* context, Slot<RowsBuilder>* slot, int source, int callbacks,
              const char* block) {
  const bool ok = run_work(L, context, [&]() -> Status {
    name_columns(*slot->value);
    return {};
  });
  if (!ok) raise_status(L, context->status);
  if (to_slot<AnswerSet>(L, source)) {
    AnswerSet& set = check_slot<AnswerSet>(L, source);
    if (!slot->value->calls_script) {
      if (!run_work(L, context, [&] { return add_set_rows(slot, set); })) raise_status(L, context->status);
      return;
    }
    for (std::size_t i = 1; i <= set.nodes().size(); ++i) {
      lua_geti(L, source, static_cast<lua_Integer>(i));
      add_called_row(L, context, slot, callbacks, source + 1);
      lua_settop(L, source);
    }
    if (!run_work(L, context, [&] { return check_columns(*slot->value, set.at().view.schema()); }))
      raise_status(L, context->status);
    return;
  }
  if (!lua_istable(L, source))
    luaL_error(L, "%s begins with what to show: a set, or a list of nodes, edges or tables", block);
  const lua_Unsigned count = lua_rawlen(L, source);
  for (lua_Unsigned i = 1; i <= count; ++i) {
    lua_rawgeti(L, source, static_cast<lua_Integer>(i));
    if (!lua_istable(L, -1) && !lua_isuserdata(L, -1))
      luaL_error(L, "row %d is neither a node, an edge nor a table", static_cast<int>(i));
    add_called_row(L, context, slot, callbacks, source + 1);
    lua_settop(L, source);
  }
  if (!run_work(L, context, [&] { return check_listed_columns(*slot->value); })) raise_status(L, context->status);
}

}  // namespace amont
