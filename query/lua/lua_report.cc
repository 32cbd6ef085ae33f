// What scripts answer with: rows{...}, text(...), report{...}.

#include <fmt/format.h>

#include <algorithm>
#include <set>

#include "core/text/utf8.h"
#include "query/lua/nearest.h"
#include "query/lua/script_types.h"

namespace amont {
namespace {

using What = ScriptValue::What;

constexpr std::size_t kColumnsMax = 1000;
constexpr std::size_t kBlocksMax = 10'000;
constexpr std::size_t kLabelBytesMax = 4096;  // of a title, or a column's header

struct Column {
  std::string header;
  std::string field;      // empty: a function of the script gives the cell
  bool declared = false;  // some node kind has it, so that it may be absent everywhere
  bool found = false;
};

// A rows block while it is made.
struct RowsBuilder {
  std::vector<Column> columns;
  bool calls_script = false;
  std::shared_ptr<ReportBlock> block = std::make_shared<ReportBlock>();
  std::uint64_t bytes = 0;
  std::uint64_t bytes_counted = 0;
};
std::uint64_t bytes_held(const RowsBuilder& builder) noexcept { return builder.bytes; }

Status check_text(std::string_view text, std::string_view where) {
  const std::size_t misfit = first_misfit(text, TextRule::kNoNul);
  if (misfit == text.size()) return {};
  return invalid(fmt::format("{} is no text: {}", where, misfit_text(text, misfit)));
}

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

// Counts what the rows took since the last time, in steps large enough to be cheap.
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

Status check_label_text(const std::string& text, std::string_view what) {
  if (text.size() > kLabelBytesMax)
    return limit_exceeded(fmt::format("{} has {} bytes, more than {}", what, text.size(), kLabelBytesMax));
  return check_text(text, what);
}

Status check_title(const ScriptValue& table, std::string* title) {
  for (const auto& [name, value] : table.fields) {
    if (name != "title") {
      static constexpr std::string_view kNames[] = {"title"};
      return invalid(fmt::format("only title = ... is named here, and no \"{}\"{}", name, did_you_mean(name, kNames)));
    }
    if (value.what != What::kText) return invalid("title must be text");
    AMONT_TRY(check_label_text(value.text, "title"));
    *title = value.text;
  }
  return {};
}

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
// or a property;
// {"held by", "property"}; {"held by", function}.
Result<RowsBuilder> read_columns(lua_State* L, int table) {
  RowsBuilder builder;
  const lua_Unsigned count = lua_rawlen(L, table);
  if (count > kColumnsMax) return limit_exceeded(fmt::format("more than {} columns", kColumnsMax));
  ScriptValue named;
  for (lua_pushnil(L); lua_next(L, table) != 0; lua_pop(L, 1)) {
    std::string_view name;
    if (lua_isinteger(L, -2)) {
      const lua_Integer place = lua_tointeger(L, -2);
      if (place >= 1 && static_cast<lua_Unsigned>(place) <= count) continue;
    }
    if (!read_text(L, -2, &name)) return invalid("rows{} has a hole: a column, or what comes first, is nil");
    AMONT_LET(ScriptValue value, read_value(L, -1));
    named.fields.emplace_back(name, std::move(value));
  }
  AMONT_TRY(check_title(named, &builder.block->title));
  for (lua_Unsigned i = 2; i <= count; ++i) {
    lua_rawgeti(L, table, static_cast<lua_Integer>(i));
    AMONT_LET(const ScriptValue column, read_value(L, -1, {.depth_max = 3, .values_max = 100}));
    lua_pop(L, 1);
    AMONT_TRY(read_column(column, i - 1, builder));
  }
  return builder;
}

void default_columns(RowsBuilder& builder, const AnswerSet& set) {
  if (!builder.columns.empty()) return;
  for (const char* name : {"ref", "title"}) builder.columns.push_back({name, name});
  if (set.is_answer())
    for (const char* name : {"depth", "precision"}) builder.columns.push_back({name, name});
}

void name_columns(RowsBuilder& builder) {
  builder.block->what = ReportBlock::What::kRows;
  for (const Column& column : builder.columns) builder.block->columns.push_back(column.header);
}

// All rows of a set whose cells need no call into the script.
Status add_set_rows(Slot<RowsBuilder>* slot, AnswerSet& set) {
  RowsBuilder& builder = *slot->value;
  Budget& budget = *slot->budget;
  AMONT_LET(const std::span<const Reached> order, set.in_order(budget));
  for (std::size_t i = 0; i < order.size(); ++i) {
    AMONT_LET(const auto page, set.page_at(budget, i));
    AMONT_TRY(begin_row(builder, budget));
    const Node& node = page->nodes[i % AnswerSet::kPageNodes];
    for (std::size_t c = 0; c < builder.columns.size(); ++c)
      AMONT_TRY(add_cell(builder, c, node_cell(node, set.is_answer(), order[i], builder.columns[c])));
    AMONT_TRY(count_bytes(slot, false));
  }
  return check_columns(builder, set.at().view.schema());
}

// Pushes what a column's function gives for the row on top of the stack. Raises.
void call_column(lua_State* L, std::size_t column, int row) {
  lua_rawgeti(L, 1, static_cast<lua_Integer>(column + 2));
  if (!lua_istable(L, -1)) luaL_error(L, "the columns were changed while rows{} used them");
  lua_rawgeti(L, -1, 2);
  lua_remove(L, -2);
  lua_pushvalue(L, row);
  lua_call(L, 1, 1);
  stop_if_ended(L);
}

// One row whose cells are fields of the value at `row` or come from the script. Raises.
void add_called_row(lua_State* L, HostContext* context, Slot<RowsBuilder>* slot, int row) {
  RowsBuilder& builder = *slot->value;
  if (!run_work(L, context, [&] { return begin_row(builder, *slot->budget); })) raise_status(L, context->status);
  for (std::size_t c = 0; c < builder.columns.size(); ++c) {
    const Slot<NodeItem>* item = to_slot<NodeItem>(L, row);
    Column& column = builder.columns[c];
    if (column.field.empty()) {
      call_column(L, c, row);
    } else if (!item) {
      push_text(L, column.field);
      lua_gettable(L, row);
      column.found = column.found || !lua_isnil(L, -1);
    }
    const bool ok = run_work(L, context, [&]() -> Status {
      if (item && !column.field.empty())
        return add_cell(builder, c,
                        node_cell(item->value->node(), item->value->is_answer, item->value->reached, column));
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

// Adds rows from the set or list on top of the stack. Raises.
void add_rows(lua_State* L, ScriptContext* context, Slot<RowsBuilder>* slot) {
  const int source = lua_gettop(L);
  if (to_slot<AnswerSet>(L, source)) {
    AnswerSet& set = check_slot<AnswerSet>(L, source);
    default_columns(*slot->value, set);
    if (!run_work(L, context, [&]() -> Status {
          name_columns(*slot->value);
          return {};
        }))
      raise_status(L, context->status);
    if (!slot->value->calls_script) {
      if (!run_work(L, context, [&] { return add_set_rows(slot, set); })) raise_status(L, context->status);
      return;
    }
    for (std::size_t i = 1; i <= set.nodes().size(); ++i) {
      lua_geti(L, source, static_cast<lua_Integer>(i));
      add_called_row(L, context, slot, source + 1);
      lua_settop(L, source);
    }
    if (!run_work(L, context, [&] { return check_columns(*slot->value, set.at().view.schema()); }))
      raise_status(L, context->status);
    return;
  }
  if (!lua_istable(L, source))
    luaL_error(L, "rows{} begins with what to show: a set, or a list of nodes, edges or tables");
  if (slot->value->columns.empty())
    luaL_error(L, "rows{} over a list needs its columns: rows{list, \"name\", \"count\"}");
  if (!run_work(L, context, [&]() -> Status {
        name_columns(*slot->value);
        return {};
      }))
    raise_status(L, context->status);
  const lua_Unsigned count = lua_rawlen(L, source);
  for (lua_Unsigned i = 1; i <= count; ++i) {
    lua_rawgeti(L, source, static_cast<lua_Integer>(i));
    if (!lua_istable(L, -1) && !lua_isuserdata(L, -1))
      luaL_error(L, "row %d is neither a node, an edge nor a table", static_cast<int>(i));
    add_called_row(L, context, slot, source + 1);
    lua_settop(L, source);
  }
  const bool ok = run_work(L, context, [&]() -> Status {
    for (const Column& column : slot->value->columns)
      if (count > 0 && !column.found && !column.field.empty())
        return invalid(fmt::format("no row has \"{}\"", column.field));
    return {};
  });
  if (!ok) raise_status(L, context->status);
}

// `bytes` of its content were counted as output already; its title and headers are now.
Result<Block> make_block(Budget& budget, std::shared_ptr<const ReportBlock> block, std::uint64_t bytes) {
  std::uint64_t labels = block->title.size();
  for (const std::string& header : block->columns) labels += header.size() + sizeof header;
  if (!budget.take_output(labels)) return budget.reason();
  bytes += labels;
  auto held = std::make_shared<const Held>(budget, sizeof(ReportBlock) + bytes);
  if (budget.ended()) return budget.reason();
  return Block{std::move(block), std::move(held), bytes};
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

// rows{source, "column", {"header", function}, title = "..."}
int make_rows(lua_State* L) {
  ScriptContext* context = context_of<ScriptContext>(L);
  luaL_checktype(L, 1, LUA_TTABLE);
  lua_settop(L, 1);
  Slot<RowsBuilder>* builder = push_slot<RowsBuilder>(L);
  run_into(builder, [&] { return read_columns(L, 1); });
  if (!builder->value) return raise_status(L, builder->status);
  lua_rawgeti(L, 1, 1);
  add_rows(L, context, builder);
  return push_block(L, builder);
}

// text("...") or text{"...", title = "..."}
int make_text(lua_State* L) {
  luaL_checkany(L, 1);
  lua_settop(L, 1);
  Slot<Block>* slot = push_slot<Block>(L);
  run_into(slot, [&]() -> Result<Block> {
    AMONT_LET(const ScriptValue value, read_value(L, 1));
    auto block = std::make_shared<ReportBlock>();
    if (value.what == What::kTable) {
      AMONT_TRY(check_title(value, &block->title));
      for (const ScriptValue& line : value.list) {
        if (line.what != What::kText) return invalid("text{} takes lines of text");
        if (!block->text.empty()) block->text += '\n';
        block->text += line.text;
      }
    } else if (value.what == What::kText) {
      block->text = value.text;
    } else {
      return invalid("text() takes text");
    }
    AMONT_TRY(check_text(block->text, "text"));
    if (!slot->budget->take_output(block->text.size())) return slot->budget->reason();
    const std::uint64_t bytes = block->text.size();
    return make_block(*slot->budget, std::move(block), bytes);
  });
  return slot->value ? 1 : raise_status(L, slot->status);
}

Status add_block(Block block, Budget& budget, ReportValue* report) {
  if (report->blocks.size() >= kBlocksMax)
    return limit_exceeded(fmt::format("a report has more than {} blocks", kBlocksMax));
  if (!budget.charge(10)) return budget.reason();
  report->blocks.push_back(std::move(block));
  return {};
}

Status add_text(std::string text, Budget& budget, ReportValue* report) {
  AMONT_TRY(check_text(text, "text"));
  const std::uint64_t bytes = text.size();
  if (!budget.take_output(bytes)) return budget.reason();
  auto block = std::make_shared<ReportBlock>();
  block->text = std::move(text);
  AMONT_LET(Block made, make_block(budget, std::move(block), bytes));
  return add_block(std::move(made), budget, report);
}

// Adds what a handle shows; false when it is nothing to show.
Result<bool> add_handle(const ScriptValue& value, Budget& budget, ReportValue* report) {
  if (const auto* block = slot_in<Block>(value); block && block->value) {
    AMONT_TRY(add_block(*block->value, budget, report));
  } else if (const auto* inner = slot_in<ReportValue>(value); inner && inner->value) {
    if (report->title.empty()) report->title = inner->value->title;
    for (const Block& one : inner->value->blocks) AMONT_TRY(add_block(one, budget, report));
  } else if (auto* set = slot_in<AnswerSet>(value); set && set->value) {
    AMONT_LET(Block rows, rows_of_set(*set->value, budget));
    AMONT_TRY(add_block(std::move(rows), budget, report));
  } else if (const auto* item = slot_in<NodeItem>(value); item && item->value) {
    AMONT_TRY(add_text(item->value->node().ref.text(), budget, report));
  } else if (const auto* time = slot_in<Timestamp>(value); time && time->value) {
    AMONT_TRY(add_text(time->value->text(), budget, report));
  } else {
    return false;
  }
  return true;
}

// Adds what a value shows to a report: blocks and reports as they are, sets as rows, plain values as text.
Status add_value(const ScriptValue& value, Budget& budget, ReportValue* report) {
  switch (value.what) {
    case What::kNil: return {};
    case What::kBoolean: return add_text(value.boolean ? "true" : "false", budget, report);
    case What::kInteger: return add_text(fmt::format("{}", value.integer), budget, report);
    case What::kReal: return add_text(fmt::format("{}", value.real), budget, report);
    case What::kText: return add_text(value.text, budget, report);
    case What::kTable: {
      for (const ScriptValue& one : value.list) AMONT_TRY(add_value(one, budget, report));
      if (value.fields.empty()) return {};
      break;
    }
    case What::kHandle: {
      AMONT_LET(const bool shown, add_handle(value, budget, report));
      if (shown) return {};
      break;
    }
    case What::kFunction: break;
  }
  return invalid(
      "a report is made of rows{...}, text(...), sets and plain values; to show a table, put it into rows{...}");
}

// report{title = "...", block, block...}; false is no block, so that one may write: condition and rows{...}
int make_report(lua_State* L) {
  luaL_checktype(L, 1, LUA_TTABLE);
  lua_settop(L, 1);
  Slot<ReportValue>* slot = push_slot<ReportValue>(L);
  run_into(slot, [&]() -> Result<ReportValue> {
    AMONT_LET(const ScriptValue table, read_value(L, 1));
    ReportValue report;
    AMONT_TRY(check_title(table, &report.title));
    const std::string title = report.title;
    for (const ScriptValue& value : table.list) {
      if (value.what == What::kBoolean && !value.boolean) continue;
      AMONT_TRY(add_value(value, *slot->budget, &report));
    }
    report.title = title;
    return report;
  });
  return slot->value ? 1 : raise_status(L, slot->status);
}

}  // namespace

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

Status read_report(lua_State* L, int first, int count, Budget& budget, Report* report) {
  ReportValue all;
  for (int i = first; i < first + count; ++i) {
    AMONT_LET(const ScriptValue value, read_value(L, i));
    AMONT_TRY(add_value(value, budget, &all));
  }
  report->title = std::move(all.title);
  std::set<const ReportBlock*> shown;
  for (const Block& one : all.blocks) {
    // A block was counted when it was made; shown again it counts again.
    const bool again = !shown.insert(one.block.get()).second;
    if (again && !(budget.take_output(one.bytes) && budget.take_rows(one.block->rows.size()))) return budget.reason();
    report->blocks.push_back(*one.block);
  }
  return {};
}

void install_report(lua_State* L, ScriptContext* context) {
  static constexpr HostFunction kGlobals[] = {{"rows", make_rows}, {"text", make_text}, {"report", make_report}};
  define_slot_type<RowsBuilder>(L, {"rows", {}, {}}, context);
  define_slot_type<Block>(L, {"block", {}, {}}, context);
  define_slot_type<ReportValue>(L, {"report", {}, {}}, context);
  set_globals(L, kGlobals, context);
}

}  // namespace amont
