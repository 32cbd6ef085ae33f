// Looking at what is recorded: one node with all around it, and searching.

#include <algorithm>
#include <tuple>

#include <fmt/format.h>

#include "tools/collect.h"
#include "tools/verbs.h"

namespace amont::tool {
namespace {

struct Neighbour {
  AnswerEdge edge;
  Direction direction{};
  Node far;
};

bool counts(const Interval& valid, const AskOptions& options) {
  if (!options.valid_at) return true;
  return options.valid_until ? valid.overlaps(*options.valid_at, *options.valid_until)
                             : valid.contains(*options.valid_at);
}

// All edges of the node whose far ends are there; those that --valid-at leaves out are counted in the heading.
Result<std::vector<Neighbour>> neighbours(Question& question, const Node& node) {
  std::vector<Neighbour> found;
  std::uint64_t left_out = 0;
  for (const Direction direction : {Direction::kUpstream, Direction::kDownstream}) {
    AMONT_LET(const std::vector<Edge> edges, question.view.edges(node.id, direction));
    std::vector<NodeId> ids;
    for (const Edge& edge : edges) ids.push_back(direction == Direction::kUpstream ? edge.to : edge.from);
    AMONT_LET(std::vector<std::optional<Node>> far, question.view.nodes(ids));
    for (std::size_t i = 0; i < edges.size(); ++i) {
      if (!far[i])
        return damaged(
            fmt::format("an edge of {} leads to a node that is not there; run `amont verify`", node.ref.text()));
      if (!counts(edges[i].valid, question.options) || !counts(far[i]->valid, question.options)) {
        ++left_out;
        continue;
      }
      const bool up = direction == Direction::kUpstream;
      const std::string here = node.ref.text();
      const std::string there = far[i]->ref.text();
      found.push_back({{edges[i], up ? here : there, up ? there : here}, direction, *std::move(far[i])});
    }
  }
  if (left_out > 0) question.heading.reasons.push_back({"valid_at", left_out, false});
  return found;
}

void write_node(Output& out, const ShownAnswer& shown, const TableLook& look) {
  const Node& node = shown.nodes[0].node;
  write_line(out, node.ref.text(), look, Style::kStrong);
  std::vector<std::vector<TableCell>> rows;
  for (const Property& one : node.props) rows.push_back({"  " + one.name, value_text(one.value)});
  for (const RedactedText& one : shown.nodes[0].redacted)
    rows.push_back({"  " + one.property, TableCell(redacted_text(one, shown), Style::kFaint)});
  if (node.valid.bounded()) rows.push_back({"  valid", interval_text(node.valid)});
  write_table(out, {{""}, {"", false, true}}, rows, look);
  out.add("\n");
}

void write_neighbours(Output& out, const std::vector<Neighbour>& found, const TableLook& look) {
  std::vector<std::vector<TableCell>> rows;
  for (const Neighbour& one : found) {
    const Edge& edge = one.edge.edge;
    std::string more = properties_text(edge.props);
    if (edge.valid.bounded()) more += (more.empty() ? "valid " : "; valid ") + interval_text(edge.valid);
    rows.push_back({one.direction == Direction::kUpstream ? "to" : "from", edge.kind_name, one.far.ref.text(),
                    edge.label, std::string(text_property(one.far.props, "title")), more});
  }
  const std::vector<TableColumn> columns = {{"edge"},
                                            {"kind"},
                                            {"ref"},
                                            {"label", false, false, true},
                                            {"title", false, true},
                                            {"properties", false, true, true}};
  write_table(out, columns, rows, look);
  if (!rows.empty()) out.add("\n");
}

std::vector<AnswerEdge> sorted_edges(const std::vector<Neighbour>& found) {
  std::vector<AnswerEdge> edges;
  for (const Neighbour& one : found) edges.push_back(one.edge);
  const auto key = [](const AnswerEdge& one) { return std::tie(one.edge.kind_name, one.from, one.to, one.edge.label); };
  const auto same = [&](const AnswerEdge& a, const AnswerEdge& b) { return key(a) == key(b); };
  std::sort(edges.begin(), edges.end(), [&](const AnswerEdge& a, const AnswerEdge& b) { return key(a) < key(b); });
  edges.erase(std::unique(edges.begin(), edges.end(), same), edges.end());  // an edge to itself comes from both sides
  return edges;
}

// The node, and all that an edge of any class joins to it, as recorded.
Status draw_neighbours(ShownAnswer& shown, const Snapshot& view, NodeId id, const std::vector<Neighbour>& found) {
  std::vector<FollowedEdge> edges;
  for (const AnswerEdge& one : shown.edges)
    edges.push_back({one.edge.kind, one.edge.from, one.edge.to, one.edge.label});
  ToDraw what = to_draw(shown, view, std::span(&id, 1), edges);
  if (shown.with_edges)
    for (const Neighbour& one : found) what.nodes.push_back({one.far.id, false, true, false, false, {}});
  return collect_drawing(shown, view, what);
}

Result<int> run_get(Session& session, const AskArguments& ask, const std::vector<std::string>& words) {
  AMONT_LET(const Format format, session.format());
  AMONT_LET(Question question, open_question(session, ask, "get", words));
  AMONT_LET(const NodeId id, resolve(question, words[0]));
  AMONT_LET(std::optional<Node> node, question.view.node(id));
  if (!node) return not_found("there is no " + words[0]);
  AMONT_TRY(question.heading.take({}, question.view));
  AMONT_LET(const std::vector<Neighbour> found, neighbours(question, *node));
  AMONT_LET(const std::vector<TxNumber> history, question.store->history_of(id));

  ShownAnswer shown = begin_answer(question, ask);
  shown.has_history = true;
  std::copy_if(history.begin(), history.end(), std::back_inserter(shown.history),
               [&](TxNumber tx) { return tx <= question.view.tx(); });
  shown.nodes.push_back({*node, 0, Precision::kExact, false});
  shown.edges = sorted_edges(found);
  AMONT_LET(const std::uint64_t lacking, collect_redacted(shown, *question.store, question.view));
  if (lacking > 0) {
    question.heading.reasons.push_back({"redacted", lacking, false});
    shown.heading = question.heading;
  }
  const std::string what = counted(shown.edges.size(), "edge");
  if (format == Format::kTable) {
    const TableLook look = {session.colour(), session.width()};
    write_node(session.out(), shown, look);
    write_neighbours(session.out(), found, look);
    write_line(session.out(), fmt::format("changed by transactions {}", fmt::join(shown.history, ", ")), look,
               Style::kFaint);
    write_closing(session.out(), shown.heading, what, look);
    AMONT_TRY(session.out().flush());
  } else {
    if (wants_drawing(format, ask)) AMONT_TRY(draw_neighbours(shown, question.view, id, found));
    AMONT_TRY(show(session, format, shown, ask, what));
  }
  return exit_code(session, question, ask);
}

Result<int> run_find(Session& session, const AskArguments& ask, const std::vector<std::string>& words) {
  AMONT_LET(const Format format, session.format());
  const std::string text = fmt::format("{}", fmt::join(words, " "));
  if (text.find_first_not_of(" \t\n") == std::string::npos) return invalid("find: there is no word to look for");
  AMONT_LET(Question question, open_question(session, ask, "find", {text}));
  // One more than asked for tells whether there are more.
  const std::uint64_t limit = question.options.limit;
  AMONT_LET(std::vector<NodeId> ids, find(question.view, text, ask.kinds, limit ? limit + 1 : 0, question.options));
  AMONT_TRY(question.heading.take({}, question.view));
  if (limit && ids.size() > limit) {
    ids.resize(limit);
    question.heading.reasons.push_back({"limit", 1, true});
  }
  ShownAnswer shown = begin_answer(question, ask);
  shown.has_depth = false;
  std::vector<Reached> reached;
  for (const NodeId id : ids) reached.push_back({id, {}, Precision::kExact});
  AMONT_TRY(collect_nodes(shown, question.view, reached));
  AMONT_TRY(collect_redacted(shown, *question.store, question.view).status());
  AMONT_TRY(show(session, format, shown, ask, counted(ids.size(), "node")));
  return exit_code(session, question, ask);
}

}  // namespace

std::vector<Verb> look_verbs(Session& session) {
  const auto get_ask = std::make_shared<AskArguments>();
  Verb get;
  get.name = "get";
  get.group = "ask";
  get.words = "REF";
  get.summary = "one node: its properties, its edges of every class, its history";
  get.about = "\"to\" is an edge towards a cause (upstream), \"from\" one that comes from an effect.";
  get.examples =
      "amont get dataset:snds/dcir\n"
      "amont get dataset:snds/dcir --known-at 12\n"
      "amont get dataset:snds/dcir --json --no-edges";
  get.words_min = get.words_max = 1;
  get.formats = all_formats();
  add_valid_options(get.options, *get_ask);
  add_time_options(get.options, *get_ask);
  add_shape_options(get.options, *get_ask);
  get.run = [&session, get_ask](const std::vector<std::string>& words) { return run_get(session, *get_ask, words); };

  const auto find_ask = std::make_shared<AskArguments>();
  Verb find;
  find.name = "find";
  find.group = "ask";
  find.words = "WORD...";
  find.summary = "nodes whose key or title has all these words, or whose ref begins with them";
  find.about = "Words match by their beginning and in either case. Refs that begin with what was typed come first.";
  find.examples =
      "amont find pmsi\n"
      "amont find hospital stays --kind dataset\n"
      "amont find dataset:snds/ --limit 20";
  find.words_min = 1;
  find.formats.insert(find.formats.end(), {Format::kMarkdown, Format::kHtml});
  find.words_max = kAnyNumber;
  add_listing_options(find.options, *find_ask);
  add_valid_options(find.options, *find_ask);
  add_time_options(find.options, *find_ask);
  add_shape_options(find.options, *find_ask);
  find.run = [&session, find_ask](const std::vector<std::string>& words) {
    return run_find(session, *find_ask, words);
  };
  return {get, find};
}

}  // namespace amont::tool
