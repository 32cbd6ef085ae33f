#include "tools/render/tabular.h"

#include <fmt/format.h>

#include "tools/render/table.h"

namespace amont::tool {
namespace {

using What = ReportBlock::What;

Cell text_cell(const std::string& text) { return text.empty() ? Cell() : Cell(text); }

Tabular tree_table(const ReportBlock& block) {
  Tabular table{{"depth", "ref", "title", "through", "note"}, {}};
  for (const TreeLine& line : block.tree) {
    table.rows.push_back({Cell(static_cast<std::int64_t>(line.depth)), Cell(line.ref), text_cell(line.title),
                          text_cell(line.through), text_cell(line.note)});
  }
  return table;
}

// In words, all of it.
template <class Marked>
std::string note_of(const Marked& one) {
  std::string note = marks_of(one);
  if (one.highlighted) note += note.empty() ? "highlighted" : "; highlighted";
  return note;
}

Tabular graph_table(const Drawing& graph) {
  Tabular table{{"from", "edge", "to", "label", "note"}, {}};
  std::vector<bool> joined(graph.nodes.size());
  for (const Drawing::Edge& edge : graph.edges) joined[edge.from] = joined[edge.to] = true;
  for (std::size_t i = 0; i < graph.nodes.size(); ++i) {
    const std::string marks = note_of(graph.nodes[i]);
    if (joined[i] && marks.empty()) continue;
    table.rows.push_back({Cell(graph.nodes[i].ref), Cell(), Cell(), Cell(), text_cell(marks)});
  }
  for (const Drawing::Edge& edge : graph.edges) {
    table.rows.push_back({Cell(graph.nodes[edge.from].ref), text_cell(edge.kind), Cell(graph.nodes[edge.to].ref),
                          text_cell(edge.label), text_cell(note_of(edge))});
  }
  return table;
}

Cell time_cell(const std::optional<Timestamp>& time) { return time ? Cell(*time) : Cell(); }

Tabular timeline_table(const ReportBlock& block) {
  Tabular table{{"label", "from", "to", "kind"}, {}};
  for (const TimelineSpan& span : block.spans)
    table.rows.push_back({Cell(span.label), time_cell(span.from), time_cell(span.to), text_cell(span.kind)});
  return table;
}

// A number that is whole is written as one.
Cell number_cell(double value) {
  constexpr double kWholeMax = 9e15;
  const bool whole =
      value > -kWholeMax && value < kWholeMax && value == static_cast<double>(static_cast<std::int64_t>(value));
  return whole ? Cell(static_cast<std::int64_t>(value)) : Cell(value);
}

Tabular chart_table(const ReportBlock& block) {
  Tabular table{{"label", block.unit.empty() ? "value" : block.unit}, {}};
  for (const ChartPoint& point : block.points)
    table.rows.push_back({Cell(point.label), point.value ? number_cell(*point.value) : Cell()});
  return table;
}

void add_mark(std::string& marks, std::string_view mark) {
  if (!marks.empty()) marks += "; ";
  marks += mark;
}

std::string gap_mark(const std::string& gap) { return gap == "gap" ? gap : "gap: " + gap; }

}  // namespace

Tabular as_table(const ReportBlock& block) {
  switch (block.what) {
    case What::kText: break;
    case What::kRows: return {block.columns, block.rows};
    case What::kTree: return tree_table(block);
    case What::kGraph: return graph_table(block.graph);
    case What::kTimeline: return timeline_table(block);
    case What::kChart: return chart_table(block);
  }
  return {};
}

std::string cell_text(const Cell& cell) {
  if (std::holds_alternative<std::monostate>(cell)) return {};
  if (const auto* yes = std::get_if<bool>(&cell)) return *yes ? "yes" : "no";
  return std::visit(
      [](const auto& value) -> std::string {
        if constexpr (std::is_same_v<std::decay_t<decltype(value)>, std::monostate>) {
          return {};
        } else {
          return value_text(Scalar(value));
        }
      },
      cell);
}

bool is_number_column(const std::vector<std::vector<Cell>>& rows, std::size_t column) {
  bool any = false;
  for (const std::vector<Cell>& row : rows) {
    if (column >= row.size() || std::holds_alternative<std::monostate>(row[column])) continue;
    if (!std::holds_alternative<std::int64_t>(row[column]) && !std::holds_alternative<double>(row[column]))
      return false;
    any = true;
  }
  return any;
}

std::string day_text(Timestamp time) {
  std::string text = time.text();
  constexpr std::string_view kMidnight = "T00:00:00Z";
  if (text.ends_with(kMidnight)) text.resize(text.size() - kMidnight.size());
  return text;
}

std::string marks_of(const Drawing::Node& node) {
  std::string marks;
  if (!node.gap.empty()) add_mark(marks, gap_mark(node.gap));
  if (node.stands_for > 1) add_mark(marks, counted(node.stands_for, "node"));
  if (node.possible) add_mark(marks, "possible");
  if (node.start) add_mark(marks, "asked about");
  return marks;
}

std::string marks_of(const Drawing::Edge& edge) {
  std::string marks;
  if (!edge.gap.empty()) add_mark(marks, gap_mark(edge.gap));
  if (edge.stands_for > 1) add_mark(marks, counted(edge.stands_for, "edge"));
  return marks;
}

}  // namespace amont::tool
