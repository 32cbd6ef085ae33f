// The graphs of a report for programs (NetworkX, Gephi, yEd): whole, never folded.

#include <fmt/format.h>

#include "tools/render/escape.h"
#include "tools/render/report.h"

namespace amont::tool {
namespace {

struct Key {
  const char* name;
  const char* of;  // "node", "edge", "graph"
  const char* type;
};
constexpr Key kKeys[] = {
    {"title", "graph", "string"},   {"completeness", "graph", "string"}, {"ref", "node", "string"},
    {"title", "node", "string"},    {"group", "node", "string"},         {"start", "node", "boolean"},
    {"between", "node", "boolean"}, {"possible", "node", "boolean"},     {"highlighted", "node", "boolean"},
    {"gap", "node", "string"},      {"kind", "edge", "string"},          {"label", "edge", "string"},
    {"count", "edge", "long"},      {"aside", "edge", "boolean"},        {"highlighted", "edge", "boolean"},
    {"gap", "edge", "string"}};

// `<data key="node-title">Claims</data>`; nothing for an empty text.
std::string data(std::string_view of, std::string_view name, std::string_view text) {
  if (text.empty()) return {};
  return fmt::format("<data key=\"{}-{}\">{}</data>", of, name, for_html(text));
}
std::string data(std::string_view of, std::string_view name, bool yes) {
  return yes ? data(of, name, std::string_view("true")) : "";
}

std::string node_line(const Drawing& graph, const Drawing::Node& node, const std::string& id) {
  return fmt::format("    <node id=\"{}\">{}{}{}{}{}{}{}{}</node>\n", id, data("node", "ref", node.ref),
                     data("node", "title", node.title),
                     data("node", "group", node.group ? std::string_view(graph.groups[*node.group].ref) : ""),
                     data("node", "start", node.start), data("node", "between", !node.listed),
                     data("node", "possible", node.possible), data("node", "highlighted", node.highlighted),
                     data("node", "gap", node.gap));
}

}  // namespace

void write_report_graphml(Output& out, const Shown& shown) {
  out.add(
      "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n"
      "<graphml xmlns=\"http://graphml.graphdrawing.org/xmlns\">\n");
  for (const Key& key : kKeys)
    out.add(fmt::format("  <key id=\"{0}-{1}\" for=\"{0}\" attr.name=\"{1}\" attr.type=\"{2}\"/>\n", key.of, key.name,
                        key.type));
  std::size_t number = 0;
  for (const ReportBlock& block : shown.report.blocks) {
    if (block.what != ReportBlock::What::kGraph) continue;
    ++number;
    const auto id = [&](std::size_t place) { return fmt::format("g{}n{}", number, place + 1); };
    out.add(fmt::format("  <graph id=\"g{}\" edgedefault=\"directed\">\n    {}{}\n", number,
                        data("graph", "title", block.title.empty() ? shown.report.title : block.title),
                        data("graph", "completeness", shown.heading.closing_line(shown.counts))));
    for (std::size_t i = 0; i < block.graph.nodes.size(); ++i)
      out.add(node_line(block.graph, block.graph.nodes[i], id(i)));
    for (const Drawing::Edge& edge : block.graph.edges) {
      out.add(fmt::format("    <edge source=\"{}\" target=\"{}\">{}{}{}{}{}{}</edge>\n", id(edge.from), id(edge.to),
                          data("edge", "kind", edge.kind), data("edge", "label", edge.label),
                          edge.stands_for > 1 ? data("edge", "count", std::to_string(edge.stands_for)) : "",
                          data("edge", "aside", edge.aside), data("edge", "highlighted", edge.highlighted),
                          data("edge", "gap", edge.gap)));
    }
    out.add("  </graph>\n");
  }
  out.add("</graphml>\n");
}

}  // namespace amont::tool
