// A snapshot as nodes.csv and edges.csv: the raw form, which reads back as it was into a register with the same schema.
// It is not for spreadsheets that take cells for formulas. A first look at all records finds the columns.
#include "amont/exchange.h"

#include <map>
#include <set>
#include <string>

#include <fmt/format.h>

#include "core/exchange/csv_values.h"
#include "core/exchange/export_walk.h"
#include "core/exchange/line_sorter.h"

namespace amont {
namespace {

// The columns after the fixed ones: the interval's if any record has one, and the properties', sorted.
class Columns {
 public:
  Status see(const Interval& valid, const Properties& props, const std::vector<PropertyRow>& rows) {
    has_from_ |= valid.from.has_value();
    has_to_ |= valid.to.has_value();
    for (const Property& property : props) names_.insert(column_of(property, find_row(rows, property.name)));
    if (names_.size() <= kPropertiesMax) return {};
    return limit_exceeded(
        fmt::format("there are more than {} properties, too many for columns; export JSONL", kPropertiesMax));
  }

  std::string header(std::string_view fixed) const {
    std::string out(fixed);
    if (has_from_) out += ",valid_from";
    if (has_to_) out += ",valid_to";
    for (const std::string& name : names_) {
      out.push_back(',');
      append_cell(out, name);
    }
    return out + "\n";
  }

  void append(std::string& out, const Interval& valid, const Properties& props,
              const std::vector<PropertyRow>& rows) const {
    if (has_from_) out += valid.from ? "," + valid.from->text() : ",";
    if (has_to_) out += valid.to ? "," + valid.to->text() : ",";
    std::map<std::string, std::string> cells;
    for (const Property& property : props) {
      const PropertyRow* const row = find_row(rows, property.name);
      cells.emplace(column_of(property, row), cell_of(property, row));
    }
    for (const std::string& name : names_) {
      out.push_back(',');
      if (const auto cell = cells.find(name); cell != cells.end()) append_cell(out, cell->second);
    }
    out.push_back('\n');
  }

 private:
  bool has_from_ = false;
  bool has_to_ = false;
  std::set<std::string> names_;
};

Status finish(SinkBuffer& out, LineSorter& lines, const Snapshot& view) {
  AMONT_TRY(lines.tell([&](std::string_view line) { return out.add(line); }));
  AMONT_TRY(out.flush());
  return whole(view);
}

}  // namespace

Status export_csv_nodes(const Snapshot& view, const ByteSink& sink, const Progress& progress) {
  const Schema& schema = view.schema();
  Columns columns;
  AMONT_TRY(each_node(view, progress, "looking for columns", [&](const Node& node) {
    return columns.see(node.valid, node.props, schema.node(node.kind).props);
  }));
  SinkBuffer out(sink);
  AMONT_TRY(out.add(columns.header("kind,key")));
  LineSorter lines;
  AMONT_TRY(each_node(view, progress, "exporting nodes", [&](const Node& node) {
    std::string line = node.ref.kind + ",";
    append_cell(line, node.ref.key);
    columns.append(line, node.valid, node.props, schema.node(node.kind).props);
    return lines.add(sort_key(node), line);
  }));
  return finish(out, lines, view);
}

Status export_csv_edges(const Snapshot& view, const ByteSink& sink, const Progress& progress) {
  const Schema& schema = view.schema();
  Columns columns;
  AMONT_TRY(each_edge(view, progress, "looking for columns", [&](const Edge& edge, const Ref&, const Ref&) {
    return columns.see(edge.valid, edge.props, schema.edge(edge.kind).props);
  }));
  SinkBuffer out(sink);
  AMONT_TRY(out.add(columns.header("kind,from,to,label")));
  LineSorter lines;
  AMONT_TRY(each_edge(view, progress, "exporting edges", [&](const Edge& edge, const Ref& from, const Ref& to) {
    std::string line = edge.kind_name;
    for (const std::string& cell : {from.text(), to.text(), edge.label}) {
      line.push_back(',');
      append_cell(line, cell);
    }
    columns.append(line, edge.valid, edge.props, schema.edge(edge.kind).props);
    return lines.add(sort_key(edge, from, to), line);
  }));
  return finish(out, lines, view);
}

}  // namespace amont
