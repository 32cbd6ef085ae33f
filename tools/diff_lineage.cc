// diff with REFs: where their lineage is not the same.
#include <fmt/format.h>

#include "amont/exchange.h"
#include "tools/diff_shown.h"

namespace amont::tool {
namespace {

std::string reached_text(const std::optional<Reached>& reached) {
  if (!reached) return "";
  return fmt::format("{}, {}", reached->depth.value_or(0),
                     reached->precision == Precision::kExact ? "exact" : "possible");
}

void append_reached(std::string& out, std::string_view name, const std::optional<Reached>& reached) {
  append_member(out, name);
  if (!reached) {
    out += "null";
    return;
  }
  out += fmt::format("{{\"depth\": {}, \"precision\": \"{}\"}}", reached->depth.value_or(0),
                     reached->precision == Precision::kExact ? "exact" : "possible");
}

std::string node_json(const LineageDiff::NodeDiff& node) {
  std::string out = "{";
  append_text(out, "what", name_of(node.what));
  append_text(out, "ref", node.node.text());
  append_reached(out, "before", node.before);
  append_reached(out, "after", node.after);
  return out + "}";
}

std::string edge_json(const LineageDiff::EdgeDiff& edge) {
  std::string out = "{";
  append_text(out, "what", name_of(edge.what));
  append_text(out, "kind", edge.kind);
  append_text(out, "from", edge.from.text());
  append_text(out, "to", edge.to.text());
  append_text(out, "label", edge.label);
  append_tx(out, edge.tx);
  return out + "}";
}

}  // namespace

Result<int> show_lineage_diff(Session& session, Format format, Question& question, const States& states,
                              const AskArguments& ask, std::span<const Ref> of) {
  const Direction direction = ask.downstream ? Direction::kDownstream : Direction::kUpstream;
  AMONT_LET(const LineageDiff diff,
            diff_lineage(*question.store, states.before, states.after, of, direction, question.options));
  AMONT_TRY(question.heading.take(diff.completeness, states.after));
  Differences differences;
  differences.count = diff.nodes.size() + diff.edges.size();
  differences.closing =
      fmt::format("{}, {} differ", counted(diff.nodes.size(), "node"), counted(diff.edges.size(), "edge"));
  if (format == Format::kJson) {
    differences.json =
        member_of_lines("nodes", diff.nodes, node_json) + member_of_lines("edges", diff.edges, edge_json);
    return show_differences(session, format, question, states, ask, differences);
  }
  Differences::Table nodes = {"Nodes", {{"what"}, {"ref"}, {"before"}, {"after"}}, {}};
  for (const LineageDiff::NodeDiff& node : diff.nodes)
    nodes.rows.push_back(
        {std::string(name_of(node.what)), node.node.text(), reached_text(node.before), reached_text(node.after)});
  Differences::Table edges = {"Edges", {{"what"}, {"from"}, {"edge"}, {"to"}, {"tx", true}, {"by", false, true}}, {}};
  Authors authors(*question.store);
  for (const LineageDiff::EdgeDiff& edge : diff.edges) {
    AMONT_LET(const std::string who, authors.of(edge.tx));
    edges.rows.push_back({std::string(name_of(edge.what)), edge.from.text(), edge.kind, edge.to.text(),
                          edge.tx ? std::to_string(edge.tx) : "",
                          edge.tx ? who : "not on the way in one of the states"});
  }
  differences.tables = {std::move(nodes), std::move(edges)};
  return show_differences(session, format, question, states, ask, differences);
}

}  // namespace amont::tool
