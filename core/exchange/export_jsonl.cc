// A snapshot as JSONL: its schema, its rules, its nodes, its edges, each sorted.
#include "amont/exchange.h"

#include "core/exchange/export_walk.h"
#include "core/exchange/line_sorter.h"
#include "core/exchange/record_json.h"
#include "core/exchange/rule_json.h"
#include "core/exchange/schema_text.h"

namespace amont {

Status export_jsonl(const Snapshot& view, const ByteSink& sink, const Progress& progress) {
  SinkBuffer out(sink);
  const auto tell = [&](std::string_view line) -> Status {
    AMONT_TRY(out.add(line));
    return out.add("\n");
  };

  if (const std::string lua = schema_text(view.schema()); !lua.empty()) {
    std::string line = "{\"schema\":";
    append_json_string(line, lua);
    AMONT_TRY(tell(line + "}"));
  }

  for (const auto& one : view.rules()) AMONT_TRY(tell(to_jsonl(one->rule)));

  AMONT_LET(const bool any_redacted, view.has_redacted());
  LineSorter nodes;
  AMONT_TRY(each_node(view, progress, "exporting nodes", [&](const Node& node) -> Status {
    if (!any_redacted) return nodes.add(sort_key(node), to_jsonl(node));
    AMONT_LET(const auto redacted, view.redacted(node.id));
    return nodes.add(sort_key(node), to_jsonl(node, redacted));
  }));
  AMONT_TRY(nodes.tell(tell));

  LineSorter edges;
  AMONT_TRY(
      each_edge(view, progress, "exporting edges", [&](const Edge& edge, const Ref& from, const Ref& to) -> Status {
        if (!any_redacted) return edges.add(sort_key(edge, from, to), to_jsonl(edge, from, to));
        AMONT_LET(const auto redacted, view.redacted(edge));
        return edges.add(sort_key(edge, from, to), to_jsonl(edge, from, to, redacted));
      }));
  AMONT_TRY(edges.tell(tell));
  AMONT_TRY(out.flush());
  return whole(view);
}

}  // namespace amont
