#include "tools/render/answer_report.h"

#include <map>

#include <fmt/format.h>
#include <fmt/ranges.h>

namespace amont::tool {
namespace {

using What = ReportBlock::What;

Cell text_cell(std::string_view text) { return text.empty() ? Cell() : Cell(std::string(text)); }

ReportBlock rows_block(std::string title, std::vector<std::string> columns) {
  ReportBlock block;
  block.what = What::kRows;
  block.title = std::move(title);
  block.columns = std::move(columns);
  return block;
}

ReportBlock nodes_block(const ShownAnswer& answer) {
  ReportBlock block = rows_block("", {"ref", "title"});
  if (answer.has_depth) block.columns.insert(block.columns.end(), {"depth", "precision"});
  if (answer.has_direct) block.columns.emplace_back("direct");
  block.columns.insert(block.columns.end(), answer.number_names.begin(), answer.number_names.end());
  for (const AnswerNode& one : answer.nodes) {
    std::vector<Cell>& row = block.rows.emplace_back();
    row.push_back(Cell(one.node.ref.text()));
    row.push_back(text_cell(text_property(one.node.props, "title")));
    if (answer.has_depth) {
      row.push_back(one.depth ? Cell(static_cast<std::int64_t>(*one.depth)) : Cell());
      row.push_back(Cell(std::string(name_of(one.precision))));
    }
    if (answer.has_direct) row.push_back(Cell(one.direct));
    for (const std::uint64_t number : one.numbers) row.push_back(Cell(static_cast<std::int64_t>(number)));
  }
  return block;
}

// One node, as `get` shows it.
void add_record(const ShownAnswer& answer, Report& report) {
  ReportBlock props = rows_block("Properties", {"property", "value"});
  const Node& node = answer.nodes.front().node;
  if (answer.with_props)
    for (const Property& one : node.props) props.rows.push_back({Cell(one.name), Cell(value_text(one.value))});
  if (node.valid.bounded()) props.rows.push_back({Cell(std::string("valid")), Cell(interval_text(node.valid))});
  report.blocks.push_back(std::move(props));
  if (answer.with_edges) {
    ReportBlock edges = rows_block("Edges", {"from", "edge", "to", "label", "properties"});
    for (const AnswerEdge& one : answer.edges) {
      std::string more = answer.with_props ? properties_text(one.edge.props) : "";
      if (one.edge.valid.bounded()) more += (more.empty() ? "valid " : "; valid ") + interval_text(one.edge.valid);
      edges.rows.push_back(
          {Cell(one.from), Cell(one.edge.kind_name), Cell(one.to), text_cell(one.edge.label), text_cell(more)});
    }
    report.blocks.push_back(std::move(edges));
  }
  ReportBlock history;
  history.text = fmt::format("changed by transactions {}", fmt::join(answer.history, ", "));
  report.blocks.push_back(std::move(history));
}

void add_paths(const ShownAnswer& answer, Report& report) {
  std::map<std::string, std::string> titles;
  for (const AnswerNode& one : answer.nodes)
    titles.emplace(one.node.ref.text(), text_property(one.node.props, "title"));
  for (std::size_t i = 0; i < answer.paths.size(); ++i) {
    const AnswerPath& path = answer.paths[i];
    ReportBlock block =
        rows_block(answer.paths.size() > 1 ? fmt::format("Path {}, {}", i + 1, name_of(path.precision)) : "", {"step"});
    if (!path.through.empty()) block.columns.emplace_back("through");
    block.columns.insert(block.columns.end(), {"ref", "title"});
    for (std::size_t step = 0; step < path.refs.size(); ++step) {
      std::vector<Cell>& row = block.rows.emplace_back();
      row.push_back(Cell(static_cast<std::int64_t>(step)));
      if (!path.through.empty()) row.push_back(step == 0 ? Cell() : text_cell(path.through[step - 1]));
      row.push_back(Cell(path.refs[step]));
      row.push_back(text_cell(titles[path.refs[step]]));
    }
    report.blocks.push_back(std::move(block));
  }
}

}  // namespace

Report report_of(const ShownAnswer& answer, bool graph_only) {
  Report report;
  report.title = answer.heading.verb;
  if (!answer.heading.start.empty()) report.title += fmt::format(" {}", fmt::join(answer.heading.start, " "));
  if (answer.drawing) {
    ReportBlock graph;
    graph.what = What::kGraph;
    graph.graph = *answer.drawing;
    report.blocks.push_back(std::move(graph));
  }
  if (answer.yes) {
    ReportBlock said;
    said.text = *answer.yes ? "yes" : "no";
    report.blocks.push_back(std::move(said));
  } else if (answer.has_history) {
    add_record(answer, report);
  } else if (answer.has_paths && !graph_only) {
    add_paths(answer, report);
  } else if (!graph_only) {
    report.blocks.push_back(nodes_block(answer));
  }
  return report;
}

}  // namespace amont::tool
