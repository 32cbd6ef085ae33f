#include "tools/render/mermaid.h"

#include <fmt/format.h>

#include "tools/render/drawn.h"
#include "tools/render/escape.h"
#include "tools/render/report.h"
#include "tools/render/tabular.h"

namespace amont::tool {
namespace {

constexpr std::pair<std::string_view, std::string_view> kClasses[] = {{"asked", "stroke-width:2px"},
                                                                      {"possible", "stroke-dasharray:5 3"},
                                                                      {"lit", "stroke:#005ea8,stroke-width:4px"},
                                                                      {"gap", "stroke:#b3001b,stroke-width:4px"}};

// Refs never become ids: Mermaid has words of its own, such as "end".
void write_nodes(Output& out, const Drawing& drawing, std::string_view prefix) {
  for (std::size_t i = 0; i < drawing.nodes.size(); ++i) {
    const Drawing::Node& node = drawing.nodes[i];
    std::string label = for_mermaid(node.ref);
    if (!node.title.empty()) label += "<br/>" + for_mermaid(node.title);
    const std::string marks = marks_of(node);
    if (!marks.empty()) label += "<br/>" + for_mermaid(marks);
    const bool is_whole = node.stands_for > 1;
    out.add(fmt::format("  {}{}{}\"{}\"{}\n", prefix, i + 1, is_whole ? "[[" : "[", label, is_whole ? "]]" : "]"));
  }
}

void write_edges(Output& out, const Drawing& drawing, std::string_view prefix, std::size_t& number,
                 std::string& styles) {
  for (const Drawing::Edge& edge : drawing.edges) {
    std::string label = for_mermaid(edge.label.empty() ? edge.kind : edge.kind + " " + edge.label);
    const std::string marks = marks_of(edge);
    if (!marks.empty()) label += "<br/>" + for_mermaid(marks);
    out.add(fmt::format("  {}{} {}{} {}{}\n", prefix, edge.from + 1,
                        edge.aside         ? "-.->"
                        : edge.highlighted ? "==>"
                                           : "-->",
                        label.empty() ? "" : "|\"" + label + "\"|", prefix, edge.to + 1));
    if (!edge.gap.empty()) styles += fmt::format("  linkStyle {} stroke:#b3001b,stroke-width:3px\n", number);
    ++number;
  }
}

void append_classes(std::string& styles, const Drawing& drawing, std::string_view prefix) {
  for (std::size_t i = 0; i < drawing.nodes.size(); ++i) {
    const Drawing::Node& node = drawing.nodes[i];
    const auto add = [&](std::string_view name) { styles += fmt::format("  class {}{} {}\n", prefix, i + 1, name); };
    if (node.start) add("asked");
    if (node.possible) add("possible");
    if (node.highlighted) add("lit");
    if (!node.gap.empty()) add("gap");
  }
}

}  // namespace

void write_mermaid(Output& out, const std::vector<NamedDrawing>& drawings, std::string_view about) {
  out.add("flowchart RL\n");
  if (!about.empty()) out.add("  accDescr: " + for_mermaid(about) + "\n");
  std::string styles;
  std::size_t edges = 0;
  for (std::size_t i = 0; i < drawings.size(); ++i) {
    const std::string prefix = drawings.size() == 1 ? "n" : fmt::format("g{}n", i + 1);
    const Drawing& drawing = *drawings[i].drawing;
    if (drawings.size() > 1)
      out.add(fmt::format("  subgraph g{}[\"{}\"]\n", i + 1,
                          for_mermaid(drawings[i].title.empty() ? "-" : drawings[i].title)));
    write_nodes(out, drawing, prefix);
    write_edges(out, drawing, prefix, edges, styles);
    if (drawings.size() > 1) out.add("  end\n");
    append_classes(styles, drawing, prefix);
  }
  for (const auto& [name, look] : kClasses)
    if (styles.find(fmt::format(" {}\n", name)) != std::string::npos)
      out.add(fmt::format("  classDef {} {}\n", name, look));
  out.add(styles);
}

void write_report_mermaid(Output& out, const Shown& shown) {
  std::vector<Drawn> pictures;
  for (const ReportBlock& block : shown.report.blocks)
    if (block.what == ReportBlock::What::kGraph) pictures.push_back(drawn(block.graph));
  std::vector<NamedDrawing> drawings;
  for (const ReportBlock& block : shown.report.blocks)
    if (block.what == ReportBlock::What::kGraph) drawings.push_back({block.title, &pictures[drawings.size()].drawing});
  const std::string title = shown.report.title.empty() ? "" : shown.report.title + ". ";
  write_mermaid(out, drawings, title + shown.heading.closing_line(shown.counts));
}

}  // namespace amont::tool
