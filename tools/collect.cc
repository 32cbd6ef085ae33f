#include "tools/collect.h"

#include <algorithm>
#include <optional>
#include <tuple>

#include <fmt/format.h>

#include "tools/render/answer_report.h"
#include "tools/show_report.h"

namespace amont::tool {
namespace {

constexpr std::size_t kNodesAtOnce = 4096;

// The edges that leave a node, kept for the next one that is asked for: followed edges come sorted by kind and `from`.
class EdgeReader {
 public:
  explicit EdgeReader(const Snapshot& view) : view_(view) {}

  // The edge; nullptr when the view has none such, which only damage explains.
  Result<const Edge*> find(const FollowedEdge& wanted) {
    if (!from_ || *from_ != wanted.from) {
      AMONT_LET(edges_, view_.edges(wanted.from, Direction::kUpstream));
      from_ = wanted.from;
    }
    const auto key = [](const auto& edge) { return std::tie(edge.kind, edge.to, edge.label); };
    const auto at = std::lower_bound(edges_.begin(), edges_.end(), wanted,
                                     [&](const Edge& edge, const FollowedEdge& want) { return key(edge) < key(want); });
    return at != edges_.end() && key(*at) == key(wanted) ? &*at : nullptr;
  }

 private:
  const Snapshot& view_;
  std::optional<NodeId> from_;
  std::vector<Edge> edges_;
};

}  // namespace

ShownAnswer begin_answer(const Question& question, const AskArguments& ask) {
  ShownAnswer shown;
  shown.heading = question.heading;
  shown.with_props = !ask.no_props;
  shown.with_edges = !ask.no_edges;
  return shown;
}

Status collect_nodes(ShownAnswer& shown, const Snapshot& view, std::span<const Reached> reached) {
  shown.nodes.reserve(shown.nodes.size() + reached.size());
  std::vector<NodeId> ids;
  for (std::size_t first = 0; first < reached.size(); first += kNodesAtOnce) {
    const auto part = reached.subspan(first, std::min(kNodesAtOnce, reached.size() - first));
    ids.clear();
    for (const Reached& one : part) ids.push_back(one.id);
    AMONT_LET(std::vector<std::optional<Node>> nodes, view.nodes(ids));
    for (std::size_t i = 0; i < part.size(); ++i) {
      if (!nodes[i])
        return damaged(fmt::format("node {} was reached and is not there; run `amont verify`", number_of(part[i].id)));
      shown.nodes.push_back({*std::move(nodes[i]), part[i].depth, part[i].precision, part[i].direct});
    }
  }
  return {};
}

Result<std::uint64_t> collect_redacted(ShownAnswer& shown, Store& store, const Snapshot& view) {
  AMONT_LET(const bool any, view.has_redacted());
  std::uint64_t lacking = 0;
  if (!any || !shown.with_props) return lacking;
  for (AnswerNode& one : shown.nodes) {
    AMONT_LET(one.redacted, view.redacted(one.node.id));
  }
  for (AnswerEdge& one : shown.edges) {
    AMONT_LET(one.redacted, view.redacted(one.edge));
  }
  const auto note = [&](const std::vector<RedactedText>& texts) -> Status {
    lacking += !texts.empty();
    for (const RedactedText& text : texts) {
      if (shown.redactions.contains(text.by)) continue;
      AMONT_LET(const auto entries, store.log(text.by, text.by));
      for (const TxEntry& entry : entries) shown.redactions.emplace(text.by, entry);
    }
    return {};
  };
  for (const AnswerNode& one : shown.nodes) AMONT_TRY(note(one.redacted));
  for (const AnswerEdge& one : shown.edges) AMONT_TRY(note(one.redacted));
  return lacking;
}

Status collect_edges(ShownAnswer& shown, const Snapshot& view, std::span<const FollowedEdge> followed) {
  std::vector<NodeId> ids;
  for (const FollowedEdge& edge : followed) ids.insert(ids.end(), {edge.from, edge.to});
  std::sort(ids.begin(), ids.end());
  ids.erase(std::unique(ids.begin(), ids.end()), ids.end());
  AMONT_LET(const std::vector<Ref> refs, view.refs(ids));
  const auto ref_of = [&](NodeId id) {
    return refs[static_cast<std::size_t>(std::lower_bound(ids.begin(), ids.end(), id) - ids.begin())].text();
  };
  EdgeReader reader(view);
  for (const FollowedEdge& one : followed) {
    AMONT_LET(const Edge* edge, reader.find(one));
    if (!edge)
      return damaged(fmt::format("an edge of {} was followed and is not there; run `amont verify`", ref_of(one.from)));
    shown.edges.push_back({*edge, ref_of(one.from), ref_of(one.to)});
  }
  return {};
}

bool wants_drawing(Format format, const AskArguments& ask) {
  return is_graph(format) || (is_drawn(format) && !ask.no_edges);
}

ToDraw to_draw(const ShownAnswer& shown, const Snapshot& view, std::span<const NodeId> starts,
               std::span<const FollowedEdge> edges) {
  ToDraw what;
  for (const NodeId id : starts) what.nodes.push_back({id, true, true, false, false, {}});
  for (const AnswerNode& one : shown.nodes)
    what.nodes.push_back({one.node.id, false, true, one.precision == Precision::kPossible, false, {}});
  if (!shown.with_edges) return what;
  for (const FollowedEdge& edge : edges)
    what.edges.push_back({edge.from, edge.to, view.schema().edge(edge.kind).name, edge.label, false, {}});
  return what;
}

Status collect_drawing(ShownAnswer& shown, const Snapshot& view, const ToDraw& what) {
  AMONT_LET(shown.drawing, draw(view, what));
  return {};
}

Status collect_drawing(ShownAnswer& shown, const Snapshot& view, std::span<const NodeId> starts,
                       std::span<const FollowedEdge> edges) {
  return collect_drawing(shown, view, to_draw(shown, view, starts, edges));
}

Status show(Session& session, Format format, const ShownAnswer& shown, const AskArguments& ask, std::string_view what) {
  Output& out = session.out();
  const TableLook look = {session.colour(), session.width()};
  switch (format) {
    case Format::kTable:
      write_node_table(out, shown, look);
      write_closing(out, shown.heading, what, look);
      break;
    case Format::kJson: write_json(out, shown); break;
    case Format::kNdjson: write_ndjson(out, shown); break;
    case Format::kCsv:
      write_csv(out, shown, ask.raw);
      session.note(shown.heading.closing_line(what));
      if (!shown.heading.unknown.empty()) session.note(shown.heading.unknown_line());
      break;
    default: return show_report(session, format, {shown.heading, report_of(shown, is_graph(format)), what}, ask.raw);
  }
  return out.flush();
}

}  // namespace amont::tool
