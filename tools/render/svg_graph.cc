#include <algorithm>
#include <map>

#include <fmt/format.h>

#include "tools/render/layout.h"
#include "tools/render/svg.h"
#include "tools/render/table.h"
#include "tools/render/tabular.h"

namespace amont::tool {
namespace {

constexpr std::size_t kTextMax = 38;     // columns in a box
constexpr std::size_t kNamedEdges = 40;  // up to so many arrows have their names written beside them
constexpr double kInner = 9;             // from the frame of a box to its text
constexpr double kMargin = 14;
constexpr double kLegendWidth = 700;  // at least
constexpr double kBehind = 4;         // by how much the second frame of a folded box looks out

struct NodeText {
  std::string css_class;
  std::vector<std::pair<std::string, std::string>> lines;  // class, text
};

NodeText text_of(const Drawing::Node& node) {
  NodeText out{"box", {{"ref", svg::cut(node.ref, kTextMax)}}};
  if (!node.title.empty()) out.lines.emplace_back("name", svg::cut(node.title, kTextMax));
  const std::string marks = marks_of(node);
  if (!marks.empty()) out.lines.emplace_back(node.gap.empty() ? "mark" : "mark gap", svg::cut(marks, kTextMax));
  if (node.start) out.css_class += " start";
  if (!node.listed) out.css_class += " between";
  if (node.possible) out.css_class += " possible";
  if (node.highlighted) out.css_class += " lit";
  if (!node.gap.empty()) out.css_class += " gap";
  return out;
}

Box box_of(const NodeText& text) {
  std::size_t columns = 0;
  for (const auto& [css_class, line] : text.lines) columns = std::max(columns, svg::columns(line));
  return {static_cast<double>(columns) * svg::kLetter + 2 * kInner,
          static_cast<double>(text.lines.size()) * svg::kLine + kInner};
}

// The edges between two nodes, as one line.
struct Joined {
  std::size_t from = 0;
  std::size_t to = 0;
  std::string names;
  std::string shown;  // beside it; empty: nothing
  std::string told;   // in full
  std::string gap;
  bool lit = false;
  bool aside = true;
};

std::vector<Joined> join(const Drawing& graph) {
  std::map<std::pair<std::size_t, std::size_t>, Joined> all;
  for (const Drawing::Edge& edge : graph.edges) {
    Joined& one = all[{edge.from, edge.to}];
    one.from = edge.from;
    one.to = edge.to;
    one.lit |= edge.highlighted;
    one.aside &= edge.aside;
    if (one.gap.empty()) one.gap = edge.gap;
    const std::string name = edge.label.empty() ? edge.kind : edge.kind + " " + edge.label;
    const std::string marks = marks_of(edge);
    one.names += (one.names.empty() ? "" : ", ") + edge.kind;
    one.told += fmt::format("{}{} {} {}{}", one.told.empty() ? "" : "; ", graph.nodes[edge.from].ref, name,
                            graph.nodes[edge.to].ref, marks.empty() ? "" : " (" + marks + ")");
  }
  std::vector<Joined> out;
  for (auto& [ends, one] : all) {
    if (!one.gap.empty())
      one.shown = svg::cut(one.gap == "gap" ? one.gap : "gap: " + one.gap, kTextMax);
    else if (all.size() <= kNamedEdges)
      one.shown = svg::cut(one.names, kTextMax);
    out.push_back(std::move(one));
  }
  return out;
}

// Between two layers.
double room_for_names(const std::vector<Joined>& joined) {
  constexpr double kLeast = 60;
  constexpr double kMost = 220;
  double room = kLeast;
  for (const Joined& one : joined)
    room = std::max(room, static_cast<double>(svg::columns(one.shown)) * svg::kLetter + 20);
  return std::min(room, kMost);
}

// Along the points, leaving and arriving level.
std::string path_of(const std::vector<Point>& points) {
  std::string path;
  for (std::size_t i = 0; i < points.size(); ++i) {
    const double x = points[i].x + kMargin;
    const double y = points[i].y + kMargin;
    if (i == 0) {
      path += fmt::format("M{} {}", svg::number(x), svg::number(y));
      continue;
    }
    const double before_x = points[i - 1].x + kMargin;
    const double before_y = points[i - 1].y + kMargin;
    const double middle = (before_x + x) / 2;
    path += fmt::format(" C{0} {1} {0} {2} {3} {2}", svg::number(middle), svg::number(before_y), svg::number(y),
                        svg::number(x));
  }
  return path;
}

// A place on the curve between two points, nearer to the first: the names of two that lead to and fro must not meet.
Point near_begin(Point from, Point to) {
  constexpr double kShare = 0.35;
  const double rest = 1 - kShare;
  const double begins = rest * rest * (rest + 3 * kShare);  // how much the first half of the curve's four points weighs
  const double middle = 3 * rest * kShare;
  return {rest * rest * rest * from.x + middle * (from.x + to.x) / 2 + kShare * kShare * kShare * to.x,
          begins * from.y + (1 - begins) * to.y};
}

std::string arrow_svg(const Joined& edge, const std::vector<Point>& points, std::size_t number) {
  std::string css_class = "arrow";
  if (edge.aside) css_class += " aside";
  if (edge.lit) css_class += " lit";
  if (!edge.gap.empty()) css_class += " gap";
  return fmt::format("<g>{}<path d=\"{}\" class=\"{}\" marker-end=\"url(#{}{})\"/></g>\n", svg::title(edge.told),
                     path_of(points), css_class, edge.gap.empty() ? "arrow" : "gap", number);
}

std::string name_svg(const Joined& edge, const std::vector<Point>& points) {
  const Point at = near_begin(points[0], points[1]);
  return svg::text(at.x + kMargin, at.y + kMargin - 3, edge.gap.empty() ? "edge" : "edge gap", edge.shown);
}

std::string box_svg(const Drawing::Node& node, const NodeText& text, Box box, Point at) {
  std::string out = fmt::format("<g>{}\n", svg::title(node.title.empty() ? node.ref : node.ref + ": " + node.title));
  const double x = at.x + kMargin;
  const double y = at.y + kMargin;
  if (node.stands_for > 1) out += svg::rect(x + kBehind, y + kBehind, box.width, box.height, text.css_class);
  out += svg::rect(x, y, box.width, box.height, text.css_class);
  double line = y + svg::kLine;
  for (const auto& [css_class, words] : text.lines) {
    out += svg::text(x + kInner, line, css_class, words);
    line += svg::kLine;
  }
  return out + "</g>\n";
}

// What is met in this drawing, and how it looks.
std::vector<std::pair<std::string, std::string>> legend_of(const Drawing& graph) {
  const auto any_node = [&](auto is) { return std::ranges::any_of(graph.nodes, is); };
  const auto any_edge = [&](auto is) { return std::ranges::any_of(graph.edges, is); };
  std::vector<std::pair<std::string, std::string>> out;
  if (any_node([](const Drawing::Node& one) { return one.start; }))
    out.emplace_back("box start", "what was asked about");
  if (any_node([](const Drawing::Node& one) { return !one.listed; }))
    out.emplace_back("box between", "on the way, not asked for");
  if (any_node([](const Drawing::Node& one) { return one.possible; }))
    out.emplace_back("box possible", "possible, not proven");
  const bool lit = any_node([](const Drawing::Node& one) { return one.highlighted; }) ||
                   any_edge([](const Drawing::Edge& one) { return one.highlighted; });
  if (lit) out.emplace_back("box lit", "highlighted");
  const bool gap = any_node([](const Drawing::Node& one) { return !one.gap.empty(); }) ||
                   any_edge([](const Drawing::Edge& one) { return !one.gap.empty(); });
  if (gap) out.emplace_back("box gap", "gap");
  if (any_edge([](const Drawing::Edge& one) { return one.aside; }))
    out.emplace_back("arrow aside", "a part, a version or another name: no step");
  return out;
}

std::string legend_svg(const std::vector<std::pair<std::string, std::string>>& entries, double y) {
  std::string out = svg::text(
      kMargin, y, "mark", "An arrow is an edge as recorded: in lineage, from what was made to what it was made from.");
  for (const auto& [css_class, words] : entries) {
    y += svg::kLine + 3;
    if (css_class.starts_with("arrow"))
      out += svg::line(kMargin, y - 4, kMargin + 24, y - 4, css_class);
    else
      out += svg::rect(kMargin, y - 10, 24, 12, css_class);
    out += svg::text(kMargin + 34, y, "mark", words);
  }
  return out;
}

}  // namespace

std::string graph_svg(const Drawing& graph, std::string_view title, std::size_t number) {
  std::vector<NodeText> texts;
  std::vector<Box> boxes;
  for (const Drawing::Node& node : graph.nodes) {
    texts.push_back(text_of(node));
    boxes.push_back(box_of(texts.back()));
  }
  const std::vector<Joined> joined = join(graph);
  std::vector<Arrow> arrows;
  for (const Joined& one : joined) arrows.push_back({one.from, one.to});
  const Layout layout = lay_out(boxes, arrows, room_for_names(joined));

  const auto legend = legend_of(graph);
  const double below = layout.height + 2 * kMargin + kBehind;
  const double legend_height = graph.legend ? (static_cast<double>(legend.size()) + 1) * (svg::kLine + 3) : 0;
  const double width = std::max(layout.width + 2 * kMargin + kBehind, graph.legend ? kLegendWidth : 0.0);
  std::string out = svg::open(width, below + legend_height, title.empty() ? "Graph" : title,
                              fmt::format("{} and {}; the table below lists them", counted(graph.nodes.size(), "node"),
                                          counted(graph.edges.size(), "edge")),
                              number);
  out += "<defs>";
  for (const std::string_view name : {"arrow", "gap"})
    out += fmt::format(
        "<marker id=\"{0}{1}\" class=\"head {0}\" viewBox=\"0 0 8 8\" refX=\"7\" refY=\"4\" markerWidth=\"9\" "
        "markerHeight=\"9\" markerUnits=\"userSpaceOnUse\" orient=\"auto\"><path d=\"M0 0 L8 4 L0 8 z\"/></marker>",
        name, number);
  out += "</defs>\n";
  for (std::size_t i = 0; i < joined.size(); ++i)
    if (!layout.arrows[i].empty()) out += arrow_svg(joined[i], layout.arrows[i], number);
  for (std::size_t i = 0; i < graph.nodes.size(); ++i)
    out += box_svg(graph.nodes[i], texts[i], boxes[i], layout.boxes[i]);
  for (std::size_t i = 0; i < joined.size(); ++i)
    if (!layout.arrows[i].empty() && !joined[i].shown.empty()) out += name_svg(joined[i], layout.arrows[i]);
  if (graph.legend) out += legend_svg(legend, below + svg::kLine / 2);
  return out + "</svg>\n";
}

}  // namespace amont::tool
