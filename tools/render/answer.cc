#include "tools/render/answer.h"

#include <set>

#include <fmt/format.h>

#include "amont/exchange.h"
#include "tools/render/escape.h"

namespace amont::tool {
namespace {

void append_text_member(std::string& out, std::string_view name, std::string_view text) {
  append_member(out, name);
  append_json_string(out, text);
}

void append_interval(std::string& out, const Interval& valid) {
  if (valid.from) append_text_member(out, "valid_from", valid.from->text());
  if (valid.to) append_text_member(out, "valid_to", valid.to->text());
}

// Who took which text, when and why, and what proves that it was there.
void append_redacted(std::string& out, const std::vector<RedactedText>& texts, const ShownAnswer& answer) {
  if (texts.empty()) return;
  append_member(out, "redacted");
  out += "{";
  for (const RedactedText& text : texts) {
    if (out.back() != '{') out += ", ";
    append_json_string(out, text.property);
    out += fmt::format(": {{\"tx\": {}, \"by\": {}", text.tx, text.by);
    if (const auto by = answer.redactions.find(text.by); by != answer.redactions.end()) {
      append_text_member(out, "time", by->second.time.text());
      append_text_member(out, "author", by->second.author);
      append_text_member(out, "reason", by->second.reason);
    }
    append_text_member(out, "commitment", text.commitment);
    out += "}";
  }
  out += "}";
}

std::string node_json(const AnswerNode& one, const ShownAnswer& answer) {
  std::string out = "{";
  append_text_member(out, "ref", one.node.ref.text());
  append_text_member(out, "kind", one.node.ref.kind);
  append_text_member(out, "key", one.node.ref.key);
  if (answer.has_depth) {
    append_member(out, "depth");
    out += one.depth ? std::to_string(*one.depth) : "null";
    append_text_member(out, "precision", name_of(one.precision));
  }
  if (answer.has_direct) {
    append_member(out, "direct");
    out += one.direct ? "true" : "false";
  }
  for (std::size_t i = 0; i < answer.number_names.size(); ++i) {
    append_member(out, answer.number_names[i]);
    out += std::to_string(one.numbers[i]);
  }
  append_interval(out, one.node.valid);
  if (answer.with_props) {
    append_member(out, "props");
    append_properties(out, one.node.props);
    append_redacted(out, one.redacted, answer);
  }
  return out + "}";
}

std::string edge_json(const AnswerEdge& one, const ShownAnswer& answer) {
  std::string out = "{";
  append_text_member(out, "kind", one.edge.kind_name);
  append_text_member(out, "from", one.from);
  append_text_member(out, "to", one.to);
  append_text_member(out, "label", one.edge.label);
  append_member(out, "tx");
  out += std::to_string(one.edge.tx);
  append_interval(out, one.edge.valid);
  if (answer.with_props) {
    append_member(out, "props");
    append_properties(out, one.edge.props);
    append_redacted(out, one.redacted, answer);
  }
  return out + "}";
}

// The paths as lists of refs; beside them where they lead, and the precision of each.
std::string paths_json(const ShownAnswer& answer) {
  std::string paths, precisions;
  for (const AnswerPath& path : answer.paths) {
    paths += paths.empty() ? "[" : ", [";
    for (const std::string& ref : path.refs) {
      if (paths.back() != '[') paths += ", ";
      append_json_string(paths, ref);
    }
    paths += "]";
    precisions += fmt::format("{}\"{}\"", precisions.empty() ? "" : ", ", name_of(path.precision));
  }
  std::string out = fmt::format(",\n \"paths\": [{}]", paths);
  if (answer.paths.empty()) return out;
  append_text_member(out, "direction", answer.direction == Direction::kUpstream ? "up" : "down");
  append_member(out, "precisions");
  return out + fmt::format("[{}]", precisions);
}

// What the heading is followed by in JSON and in the first line of NDJSON.
std::string extras_json(const ShownAnswer& answer) {
  std::string out;
  if (answer.yes) out += fmt::format(",\n \"reaches\": {}", *answer.yes);
  if (answer.has_history) out += fmt::format(",\n \"history\": [{}]", fmt::join(answer.history, ", "));
  if (answer.has_paths) out += paths_json(answer);
  return out;
}

// A value as a CSV cell: numbers stay bare, so that "-5" is a number and "-5 days" no formula.
std::string csv_value(const Value& value, bool raw) {
  if (const auto* text = std::get_if<std::string>(&value)) return csv_cell(*text, raw);
  if (!std::holds_alternative<List>(value)) return value_text(value);
  std::string json;
  append_json(json, value);
  return csv_cell(json, raw);
}

}  // namespace

std::string_view name_of(Precision precision) { return precision == Precision::kExact ? "exact" : "possible"; }

std::string redacted_text(const RedactedText& text, const ShownAnswer& answer) {
  const auto by = answer.redactions.find(text.by);
  if (by == answer.redactions.end()) return fmt::format("(redacted by transaction {})", text.by);
  const TxEntry& entry = by->second;
  return fmt::format("(redacted by {} on {}: {})", entry.author.empty() ? "somebody" : entry.author, entry.time.text(),
                     entry.reason.empty() ? fmt::format("transaction {}", text.by) : entry.reason);
}

void append_properties(std::string& out, const Properties& properties) {
  out += "{";
  for (std::size_t i = 0; i < properties.size(); ++i) {
    if (i) out += ", ";
    append_json_string(out, properties[i].name);
    out += ": ";
    append_json(out, properties[i].value);
  }
  out += "}";
}

void write_json(Output& out, const ShownAnswer& answer) {
  out.add(answer.heading.open_json() + extras_json(answer) + ",\n \"nodes\": [");
  for (std::size_t i = 0; i < answer.nodes.size(); ++i) {
    out.add(i ? ",\n  " : "\n  ");
    out.add(node_json(answer.nodes[i], answer));
  }
  out.add("]");
  if (answer.with_edges) {
    out.add(",\n \"edges\": [");
    for (std::size_t i = 0; i < answer.edges.size(); ++i) {
      out.add(i ? ",\n  " : "\n  ");
      out.add(edge_json(answer.edges[i], answer));
    }
    out.add("]");
  }
  out.add("}\n");
}

void write_ndjson(Output& out, const ShownAnswer& answer) {
  out.add(answer.heading.json_line(extras_json(answer)) + "\n");
  for (const AnswerNode& node : answer.nodes) out.add(node_json(node, answer) + "\n");
  if (!answer.with_edges) return;
  for (const AnswerEdge& edge : answer.edges) out.add(edge_json(edge, answer) + "\n");
}

void write_csv(Output& out, const ShownAnswer& answer, bool raw) {
  std::set<std::string> names;
  if (answer.with_props) {
    for (const AnswerNode& one : answer.nodes)
      for (const Property& property : one.node.props) names.insert(property.name);
  }
  std::string header = "ref,kind,key";
  if (answer.has_depth) header += ",depth,precision";
  if (answer.has_direct) header += ",direct";
  for (const std::string& name : answer.number_names) header += "," + name;
  header += ",valid_from,valid_to";
  for (const std::string& name : names) header += "," + csv_cell(name, raw);
  out.add(header + "\n");
  for (const AnswerNode& one : answer.nodes) {
    const Node& node = one.node;
    std::string row = fmt::format("{},{},{}", csv_cell(node.ref.text(), raw), csv_cell(node.ref.kind, raw),
                                  csv_cell(node.ref.key, raw));
    if (answer.has_depth)
      row += fmt::format(",{},{}", one.depth ? std::to_string(*one.depth) : "", name_of(one.precision));
    if (answer.has_direct) row += one.direct ? ",true" : ",false";
    for (const std::uint64_t number : one.numbers) row += fmt::format(",{}", number);
    row += "," + (node.valid.from ? node.valid.from->text() : "") + "," + (node.valid.to ? node.valid.to->text() : "");
    for (const std::string& name : names) {
      const Value* value = find_property(node.props, name);
      row += "," + (value ? csv_value(*value, raw) : "");
    }
    out.add(row + "\n");
  }
}

void write_node_table(Output& out, const ShownAnswer& answer, const TableLook& look) {
  std::vector<TableColumn> columns = {{"ref"}, {"title", false, true}};
  if (answer.has_depth) {
    columns.push_back({"depth", true});
    columns.push_back({"precision"});
  }
  if (answer.has_direct) columns.push_back({"direct"});
  for (const std::string& name : answer.number_names) columns.push_back({name, true});
  std::vector<std::vector<TableCell>> rows;
  for (const AnswerNode& one : answer.nodes) {
    std::vector<TableCell> row = {one.node.ref.text(), std::string(text_property(one.node.props, "title"))};
    if (answer.has_depth) {
      const bool exact = one.precision == Precision::kExact;
      row.emplace_back(one.depth ? std::to_string(*one.depth) : "");
      row.emplace_back(std::string(name_of(one.precision)), exact ? Style::kPlain : Style::kWarning);
    }
    if (answer.has_direct) row.emplace_back(one.direct ? "yes" : "no");
    for (const std::uint64_t number : one.numbers) row.emplace_back(std::to_string(number));
    rows.push_back(std::move(row));
  }
  write_table(out, columns, rows, look);
  if (!rows.empty()) out.add("\n");
}

void write_closing(Output& out, const Heading& heading, std::string_view what, const TableLook& look) {
  write_line(out, heading.closing_line(what), look, heading.complete() ? Style::kGood : Style::kWarning);
  const std::string unknown = heading.unknown_line();
  if (!unknown.empty()) write_line(out, unknown, look, Style::kFaint);
}

}  // namespace amont::tool
