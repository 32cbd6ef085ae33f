// What scripts answer with: text(...) and report{...}, and how what a script returned becomes a report. Each other block has a file
// of its own.

#include <fmt/format.h>

#include <set>

#include "query/lua/report_parts.h"

namespace amont {
namespace {

using What = ScriptValue::What;

constexpr std::size_t kBlocksMax = 10'000;
constexpr std::string_view kTextNames[] = {"title"};
constexpr std::string_view kReportNames[] = {"title", "answer"};

// text("...") or text{"...", title = "..."}
int make_text(lua_State* L) {
  luaL_checkany(L, 1);
  lua_settop(L, 1);
  Slot<Block>* slot = push_slot<Block>(L);
  run_into(slot, [&]() -> Result<Block> {
    AMONT_LET(const ScriptValue value, read_value(L, 1));
    auto block = std::make_shared<ReportBlock>();
    if (value.what == What::kTable) {
      AMONT_TRY(check_names(value, "text{}", kTextNames));
      AMONT_TRY(read_label(value, "title", &block->title));
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

// Of several answers one no makes it no.
void add_answer(std::optional<bool> answer, ReportValue* report) {
  if (answer) report->answer = *answer && report->answer.value_or(true);
}

// Adds what a handle shows; false when it is nothing to show.
Result<bool> add_handle(const ScriptValue& value, Budget& budget, ReportValue* report) {
  if (const auto* block = slot_in<Block>(value); block && block->value) {
    AMONT_TRY(add_block(*block->value, budget, report));
  } else if (const auto* inner = slot_in<ReportValue>(value); inner && inner->value) {
    if (report->title.empty()) report->title = inner->value->title;
    add_answer(inner->value->answer, report);
    for (const Block& one : inner->value->blocks) AMONT_TRY(add_block(one, budget, report));
  } else if (auto* set = slot_in<AnswerSet>(value); set && set->value) {
    AMONT_LET(Block rows, rows_of_set(*set->value, budget));
    AMONT_TRY(add_block(std::move(rows), budget, report));
  } else if (const auto* item = slot_in<NodeItem>(value); item && item->value) {
    AMONT_TRY(item->value->read(budget));
    AMONT_TRY(add_text(item->value->node().ref.text(), budget, report));
  } else if (const auto* time = plain_in<Timestamp>(value)) {
    AMONT_TRY(add_text(time->text(), budget, report));
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
      "a report is made of rows{...}, tree{...}, graph{...}, timeline{...}, chart{...}, text(...), sets and plain "
      "values; to show a "
      "table, put it into rows{...}");
}

// report{title = "...", block, block...}; false is no block, so that one may write: condition and rows{...}
int make_report(lua_State* L) {
  luaL_checktype(L, 1, LUA_TTABLE);
  lua_settop(L, 1);
  Slot<ReportValue>* slot = push_slot<ReportValue>(L);
  run_into(slot, [&]() -> Result<ReportValue> {
    AMONT_LET(const ScriptValue table, read_value(L, 1));
    ReportValue report;
    AMONT_TRY(check_names(table, "report{}", kReportNames));
    AMONT_TRY(read_label(table, "title", &report.title));
    const std::string title = report.title;
    for (const ScriptValue& value : table.list) {
      if (value.what == What::kBoolean && !value.boolean) continue;
      AMONT_TRY(add_value(value, *slot->budget, &report));
    }
    report.title = title;
    if (const ScriptValue* answer = table.field("answer"); answer && answer->what != What::kNil) {
      AMONT_LET(report.answer, read_flag(table, "answer", true));
    }
    return report;
  });
  return slot->value ? 1 : raise_status(L, slot->status);
}

// What a block was counted as.
std::uint64_t rows_in(const ReportBlock& block) {
  return block.rows.size() + block.tree.size() + block.graph.nodes.size() + block.graph.edges.size() +
         block.spans.size() + block.points.size();
}

}  // namespace

Status read_report(lua_State* L, int first, int count, Budget& budget, Report* report) {
  ReportValue all;
  for (int i = first; i < first + count; ++i) {
    AMONT_LET(const ScriptValue value, read_value(L, i));
    AMONT_TRY(add_value(value, budget, &all));
    if (count == 1 && value.what == What::kBoolean) all.answer = value.boolean;
  }
  report->title = std::move(all.title);
  report->answer = all.answer;
  std::set<const ReportBlock*> shown;
  for (const Block& one : all.blocks) {
    // A block was counted when it was made; shown again it counts again.
    const bool again = !shown.insert(one.block.get()).second;
    if (again && !(budget.take_output(one.bytes) && budget.take_rows(rows_in(*one.block)))) return budget.reason();
    report->blocks.push_back(*one.block);
  }
  return {};
}

void install_report(lua_State* L, ScriptContext* context) {
  static constexpr HostFunction kGlobals[] = {
      {"rows", make_rows},   {"text", make_text},         {"tree", make_tree},    {"graph", make_graph},
      {"chart", make_chart}, {"timeline", make_timeline}, {"report", make_report}};
  define_slot_type<RowsBuilder>(L, {"rows", {}, {}}, context);
  define_tree_types(L);
  define_slot_type<Block>(L, {"block", {}, {}}, context);
  define_slot_type<ReportValue>(L, {"report", {}, {}}, context);
  set_globals(L, kGlobals, context);
}

}  // namespace amont
