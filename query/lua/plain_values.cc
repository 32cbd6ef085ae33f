#include "query/lua/plain_values.h"

#include <algorithm>

#include <fmt/format.h>

#include "query/lua/duration.h"

namespace amont {
namespace {

using What = ScriptValue::What;

constexpr std::size_t kColumnsMax = 40;  // of tables whose fields nobody has chosen
constexpr int kDepthMax = 4;             // of lists in lists

template <class T>
const T* slot_value(const ScriptValue& value) {
  const auto* slot = slot_in<T>(value);
  return slot && slot->value ? &*slot->value : nullptr;
}

bool is_block(const ScriptValue& value) { return slot_value<Block>(value) || slot_value<ReportValue>(value); }

std::string edge_text(const EdgeItem& edge) {
  return fmt::format("{} -{}-> {}", edge.row().from, edge.row().edge.kind_name, edge.row().to);
}

// "{from, to}" or "3 items": what a cell has no room for.
std::string summary(const ScriptValue& table) {
  if (table.fields.empty()) return fmt::format("{} item{}", table.list.size(), table.list.size() == 1 ? "" : "s");
  std::string names;
  for (const auto& [name, value] : table.fields) names += (names.empty() ? "" : ", ") + name;
  return fmt::format("{{{}}}", names.size() > 60 ? names.substr(0, 60) + " ..." : names);
}

Result<Cell> plain_cell(const ScriptValue& value, Budget& budget) {
  if (value.what == What::kFunction) return Cell(std::string("function"));
  if (const auto* edge = slot_value<EdgeItem>(value)) return Cell(edge_text(*edge));
  if (const auto* duration = slot_value<Duration>(value)) return Cell(duration->text());
  if (value.what == What::kHandle && is_block(value)) return Cell(std::string("a block"));
  const auto is_nested = [](const ScriptValue& one) { return one.what == What::kTable; };
  const auto is_edge = [](const ScriptValue& one) { return slot_value<EdgeItem>(one) != nullptr; };
  if (value.what == What::kTable &&
      (!value.fields.empty() || std::ranges::any_of(value.list, is_nested) || std::ranges::any_of(value.list, is_edge)))
    return Cell(summary(value));
  Result<Cell> cell = cell_in(value, budget);
  return cell.code() == Code::kInvalid ? Result<Cell>(Cell(std::string("a value of its own kind"))) : cell;
}

class Shower {
 public:
  Shower(Budget& budget, Report* report) : budget_(budget), report_(report) {}

  // A value that is no block, set or plain value.
  Status show(const ScriptValue& value, int depth) {
    if (value.what != What::kTable) return text(value);
    if (value.list.empty() && value.fields.empty()) return add_text("an empty table");
    const auto is_list = [](const ScriptValue& one) {
      return one.what == What::kTable && !one.list.empty() && depth_of(one) > 0;
    };
    if (!value.list.empty()) {
      if (depth < kDepthMax && std::ranges::any_of(value.list, is_list)) {
        for (const ScriptValue& one : value.list) AMONT_TRY(show(one, depth + 1));
      } else {
        AMONT_TRY(show_list(value.list));
      }
    }
    return value.fields.empty() ? Status() : show_fields(value);
  }

 private:
  // A list of nodes or edges, such as a way, is shown by itself; other small lists are cells.
  static int depth_of(const ScriptValue& list) {
    return std::ranges::all_of(list.list, [](const ScriptValue& one) { return one.what == What::kHandle; }) ? 1 : 0;
  }

  Status text(const ScriptValue& value) {
    AMONT_LET(const Cell cell, plain_cell(value, budget_));
    const auto* known = std::get_if<std::string>(&cell);
    return add_text(known ? *known : value.what == What::kNil ? "nil" : "");
  }
  Status add_text(std::string text) {
    if (!budget_.take_output(text.size())) return budget_.reason();
    report_->blocks.emplace_back().text = std::move(text);
    return {};
  }

  Status show_list(const std::vector<ScriptValue>& list) {
    const auto all = [&](auto is) { return std::ranges::all_of(list, is); };
    if (all([](const ScriptValue& one) { return slot_value<NodeItem>(one) != nullptr; })) return show_nodes(list);
    if (all([](const ScriptValue& one) { return slot_value<EdgeItem>(one) != nullptr; })) return show_edges(list);
    if (all([](const ScriptValue& one) { return slot_value<AnswerSet>(one) != nullptr; })) return show_sets(list);
    if (all([](const ScriptValue& one) { return one.what == What::kTable && !one.fields.empty(); }))
      return show_tables(list);
    begin({"value"});
    for (const ScriptValue& one : list) AMONT_TRY(add_row({&one}));
    return {};
  }

  Status show_nodes(const std::vector<ScriptValue>& list) {
    begin({"ref", "title"});
    for (const ScriptValue& one : list) {
      AMONT_TRY(slot_value<NodeItem>(one)->read(budget_));
      const Node& node = slot_value<NodeItem>(one)->node();
      const std::string title(text_property(node.props, "title"));
      AMONT_TRY(add_cells({Cell(node.ref.text()), title.empty() ? Cell() : Cell(title)}));
    }
    return {};
  }
  Status show_edges(const std::vector<ScriptValue>& list) {
    begin({"from", "kind", "to", "label"});
    for (const ScriptValue& one : list) {
      const EdgeList::Row& row = slot_value<EdgeItem>(one)->row();
      AMONT_TRY(add_cells({Cell(row.from), Cell(row.edge.kind_name), Cell(row.to),
                           row.edge.label.empty() ? Cell() : Cell(row.edge.label)}));
    }
    return {};
  }
  Status show_sets(const std::vector<ScriptValue>& list) {
    begin({"nodes", "refs"});
    for (const ScriptValue& one : list) {
      AMONT_LET(Cell refs, plain_cell(one, budget_));
      const auto size = static_cast<std::int64_t>(slot_value<AnswerSet>(one)->nodes().size());
      AMONT_TRY(add_cells({Cell(size), std::move(refs)}));
    }
    return {};
  }
  // A column for each name that any of them has.
  Status show_tables(const std::vector<ScriptValue>& list) {
    std::vector<std::string> names;
    for (const ScriptValue& one : list)
      for (const auto& [name, value] : one.fields)
        if (std::ranges::find(names, name) == names.end() && names.size() < kColumnsMax) names.push_back(name);
    begin(names);
    for (const ScriptValue& one : list) {
      if (!budget_.charge(names.size() * 5)) return budget_.reason();
      std::vector<const ScriptValue*> row;
      for (const std::string& name : names) row.push_back(one.field(name));
      AMONT_TRY(add_row(row));
    }
    return {};
  }
  Status show_fields(const ScriptValue& table) {
    begin({"name", "value"});
    for (const auto& [name, value] : table.fields) {
      AMONT_LET(Cell cell, plain_cell(value, budget_));
      AMONT_TRY(add_cells({Cell(name), std::move(cell)}));
    }
    return {};
  }

  void begin(std::vector<std::string> columns) {
    ReportBlock& block = report_->blocks.emplace_back();
    block.what = ReportBlock::What::kRows;
    block.columns = std::move(columns);
  }
  Status add_row(const std::vector<const ScriptValue*>& values) {
    std::vector<Cell> cells;
    for (const ScriptValue* value : values) {
      AMONT_LET(Cell cell, value ? plain_cell(*value, budget_) : Result<Cell>(Cell()));
      cells.push_back(std::move(cell));
    }
    return add_cells(std::move(cells));
  }
  Status add_cells(std::vector<Cell> cells) {
    std::uint64_t bytes = 0;
    for (const Cell& cell : cells)
      if (const auto* text = std::get_if<std::string>(&cell)) bytes += text->size();
    if (!budget_.take_rows(1) || !budget_.take_output(bytes + cells.size()) || !budget_.charge(10))
      return budget_.reason();
    report_->blocks.back().rows.push_back(std::move(cells));
    return {};
  }

  Budget& budget_;
  Report* report_;
};

bool a_report_shows(const ScriptValue& value) {
  if (value.what == What::kTable)
    return value.fields.empty() && !value.list.empty() && std::ranges::all_of(value.list, is_block);
  if (value.what != What::kHandle) return value.what != What::kFunction && value.what != What::kNil;
  return !slot_value<EdgeItem>(value) && !slot_value<Duration>(value) && !slot_value<OtherTime>(value);
}

}  // namespace

Status show_values(lua_State* L, int first, int count, Budget& budget, Report* report) {
  for (int i = first; i < first + count; ++i) {
    AMONT_LET(const ScriptValue value, read_value(L, i));
    if (!a_report_shows(value)) {
      AMONT_TRY(Shower(budget, report).show(value, 0));
      continue;
    }
    Report one;
    AMONT_TRY(read_report(L, i, 1, budget, &one));
    if (report->title.empty()) report->title = std::move(one.title);
    for (ReportBlock& block : one.blocks) report->blocks.push_back(std::move(block));
  }
  return {};
}

}  // namespace amont
