// The graphs of a report for Graphviz. Texts stand in quoted strings only: a label in <> would be markup.

#include <fmt/format.h>

#include "tools/render/drawn.h"
#include "tools/render/escape.h"
#include "tools/render/report.h"
#include "tools/render/tabular.h"

namespace amont::tool {
namespace {

std::string node_line(const Drawing::Node& node, std::size_t number) {
  std::string label = for_dot(node.ref);
  if (!node.title.empty()) label += "\\n" + for_dot(node.title);
  const std::string marks = marks_of(node);
  if (!marks.empty()) label += "\\n" + for_dot(marks);
  std::string look;
  if (node.stands_for > 1) look += ", peripheries=2";
  if (node.possible) look += ", style=dashed";
  if (!node.listed) look += ", color=\"#808080\", fontcolor=\"#505050\"";
  if (node.start) look += ", penwidth=2";
  if (node.highlighted || !node.gap.empty()) look += ", penwidth=4";
  if (!node.gap.empty())
    look += ", color=\"#b3001b\", fontcolor=\"#b3001b\"";
  else if (node.highlighted)
    look += ", color=\"#005ea8\"";
  return fmt::format("  n{} [label=\"{}\"{}];\n", number, label, look);
}

std::string edge_line(const Drawing::Edge& edge) {
  std::string label = for_dot(edge.label.empty() ? edge.kind : edge.kind + " " + edge.label);
  const std::string marks = marks_of(edge);
  if (!marks.empty()) label += "\\n" + for_dot(marks);
  std::string look;
  if (edge.aside) look += ", style=dotted";
  if (!edge.gap.empty())
    look += ", color=\"#b3001b\", fontcolor=\"#b3001b\", penwidth=2";
  else if (edge.highlighted)
    look += ", color=\"#005ea8\", penwidth=4";
  return fmt::format("  n{} -> n{} [label=\"{}\"{}];\n", edge.from + 1, edge.to + 1, label, look);
}

}  // namespace

std::vector<std::string> report_as_dot(const Shown& shown) {
  const std::string state = shown.heading.closing_line(shown.counts);
  std::vector<std::string> graphs;
  for (const ReportBlock& block : shown.report.blocks) {
    if (block.what != ReportBlock::What::kGraph) continue;
    const Drawn picture = drawn(block.graph);
    std::string label;
    for (const std::string& text : {shown.report.title, block.title, state, picture.note})
      if (!text.empty()) label += (label.empty() ? "" : "\\n") + for_dot(text);
    std::string& graph = graphs.emplace_back(
        "digraph amont {\n"
        "  rankdir=RL;\n"
        "  node [shape=box, fontname=\"sans-serif\", fontsize=11];\n"
        "  edge [fontname=\"sans-serif\", fontsize=9];\n");
    graph += fmt::format("  label=\"{}\";\n  labelloc=t;\n", label);
    for (std::size_t i = 0; i < picture.drawing.nodes.size(); ++i) graph += node_line(picture.drawing.nodes[i], i + 1);
    for (const Drawing::Edge& edge : picture.drawing.edges) graph += edge_line(edge);
    graph += "}\n";
  }
  return graphs;
}

void write_report_dot(Output& out, const Shown& shown) {
  for (const std::string& graph : report_as_dot(shown)) out.add(graph);
}

}  // namespace amont::tool
