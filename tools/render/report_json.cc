// Reports as JSON and NDJSON: each block with the members that it has.

#include <fmt/format.h>

#include "amont/exchange.h"
#include "tools/render/report.h"
#include "tools/render/tabular.h"

namespace amont::tool {
namespace {

using What = ReportBlock::What;

void append_cell(std::string& out, const Cell& cell) {
  std::visit(
      [&](const auto& value) {
        if constexpr (std::is_same_v<std::decay_t<decltype(value)>, std::monostate>) {
          out += "null";
        } else {
          append_json(out, Value(value));
        }
      },
      cell);
}

void append_text(std::string& out, std::string_view name, std::string_view text) {
  append_member(out, name);
  append_json_string(out, text);
}

void append_number(std::string& out, std::string_view name, std::uint64_t number) {
  append_member(out, name);
  out += std::to_string(number);
}

void append_time(std::string& out, std::string_view name, const std::optional<Timestamp>& time) {
  append_member(out, name);
  if (time)
    append_json_string(out, time->text());
  else
    out += "null";
}

void append_true(std::string& out, std::string_view name, bool yes) {
  if (!yes) return;
  append_member(out, name);
  out += "true";
}

std::string line_json(const TreeLine& line) {
  std::string out = "{";
  append_number(out, "depth", line.depth);
  append_text(out, "ref", line.ref);
  append_text(out, "title", line.title);
  if (!line.through.empty()) append_text(out, "through", line.through);
  if (!line.note.empty()) append_text(out, "note", line.note);
  return out + "}";
}

std::string node_json(const Drawing& graph, const Drawing::Node& node) {
  std::string out = "{";
  append_text(out, "ref", node.ref);
  append_text(out, "title", node.title);
  if (node.group) append_text(out, "group", graph.groups[*node.group].ref);
  append_true(out, "start", node.start);
  append_true(out, "between", !node.listed);
  append_true(out, "possible", node.possible);
  append_true(out, "highlighted", node.highlighted);
  if (!node.gap.empty()) append_text(out, "gap", node.gap);
  return out + "}";
}

std::string edge_json(const Drawing& graph, const Drawing::Edge& edge) {
  std::string out = "{";
  append_text(out, "kind", edge.kind);
  append_text(out, "from", graph.nodes[edge.from].ref);
  append_text(out, "to", graph.nodes[edge.to].ref);
  append_text(out, "label", edge.label);
  if (edge.stands_for > 1) append_number(out, "count", edge.stands_for);
  append_true(out, "aside", edge.aside);
  append_true(out, "highlighted", edge.highlighted);
  if (!edge.gap.empty()) append_text(out, "gap", edge.gap);
  return out + "}";
}

std::string span_json(const TimelineSpan& span) {
  std::string out = "{";
  append_text(out, "label", span.label);
  append_time(out, "from", span.from);
  append_time(out, "to", span.to);
  append_text(out, "kind", span.kind);
  return out + "}";
}

std::string point_json(const ChartPoint& point) {
  std::string out = "{";
  append_text(out, "label", point.label);
  append_member(out, "value");
  if (point.value)
    append_json(out, Value(*point.value));
  else
    out += "null";
  return out + "}";
}

// `"name": [` and each item on a line of its own.
template <class Items, class ToJson>
void append_list(std::string& out, std::string_view name, const Items& items, ToJson to_json) {
  append_member(out, name);
  out += "[";
  bool first = true;
  for (const auto& item : items) {
    out += first ? "\n   " : ",\n   ";
    out += to_json(item);
    first = false;
  }
  out += "]";
}

std::string row_json(const std::vector<Cell>& row) {
  std::string out = "[";
  for (std::size_t i = 0; i < row.size(); ++i) {
    out += i ? ", " : "";
    append_cell(out, row[i]);
  }
  return out + "]";
}

std::string block_json(const ReportBlock& block) {
  std::string out = "{";
  append_text(out, "title", block.title);
  switch (block.what) {
    case What::kText: append_text(out, "text", block.text); break;
    case What::kRows:
      append_member(out, "columns");
      out += "[";
      for (std::size_t i = 0; i < block.columns.size(); ++i) {
        out += i ? ", " : "";
        append_json_string(out, block.columns[i]);
      }
      out += "]";
      append_list(out, "rows", block.rows, row_json);
      break;
    case What::kTree: append_list(out, "tree", block.tree, line_json); break;
    case What::kGraph: {
      append_member(out, "graph");
      out += "{";
      const Drawing& graph = block.graph;
      append_list(out, "nodes", graph.nodes, [&](const Drawing::Node& node) { return node_json(graph, node); });
      append_list(out, "edges", graph.edges, [&](const Drawing::Edge& edge) { return edge_json(graph, edge); });
      out += "}";
      break;
    }
    case What::kTimeline: append_list(out, "timeline", block.spans, span_json); break;
    case What::kChart:
      append_text(out, "shape", block.line ? "line" : "bar");
      append_text(out, "unit", block.unit);
      append_list(out, "chart", block.points, point_json);
      break;
  }
  return out + "}";
}

// What the heading is followed by.
std::string about_json(const Report& report) {
  std::string out = ",\n \"script_sha256\": ";
  append_json_string(out, report.script_sha256);
  out += ",\n \"title\": ";
  append_json_string(out, report.title);
  out += ", \"printed\": ";
  append_json_string(out, report.printed);
  if (report.answer) out += *report.answer ? ", \"answer\": true" : ", \"answer\": false";
  return out;
}

std::string named_row_json(const ReportBlock& block, const std::vector<Cell>& row) {
  std::string out = "{";
  for (std::size_t i = 0; i < block.columns.size() && i < row.size(); ++i) {
    out += i ? ", " : "";
    append_json_string(out, block.columns[i]);
    out += ": ";
    append_cell(out, row[i]);
  }
  return out + "}";
}

}  // namespace

void write_report_json(Output& out, const Shown& shown) {
  const Report& report = shown.report;
  out.add(shown.heading.open_json() + about_json(report) + ",\n \"blocks\": [");
  for (std::size_t i = 0; i < report.blocks.size(); ++i) out.add((i ? ",\n  " : "\n  ") + block_json(report.blocks[i]));
  out.add("]}\n");
}

void write_report_ndjson(Output& out, const Shown& shown) {
  const Report& report = shown.report;
  out.add(shown.heading.json_line(about_json(report)) + "\n");
  for (std::size_t b = 0; b < report.blocks.size(); ++b) {
    const ReportBlock& block = report.blocks[b];
    const auto add = [&](std::string_view name, std::string_view json) {
      out.add(fmt::format("{{\"block\": {}, \"{}\": {}}}\n", b + 1, name, json));
    };
    if (block.what == What::kText) {
      std::string text;
      append_json_string(text, block.text);
      add("text", text);
    }
    for (const std::vector<Cell>& row : block.rows) add("row", named_row_json(block, row));
    for (const TreeLine& line : block.tree) add("line", line_json(line));
    for (const Drawing::Node& node : block.graph.nodes) add("node", node_json(block.graph, node));
    for (const Drawing::Edge& edge : block.graph.edges) add("edge", edge_json(block.graph, edge));
    for (const TimelineSpan& span : block.spans) add("span", span_json(span));
    for (const ChartPoint& point : block.points) add("point", point_json(point));
  }
}

}  // namespace amont::tool
