// Questions about two nodes: is one in the other's past, and how.

#include <algorithm>
#include <set>
#include <tuple>

#include <fmt/format.h>

#include "amont/graph_questions.h"
#include "tools/collect.h"
#include "tools/exit_code.h"
#include "tools/verbs.h"

namespace amont::tool {
namespace {

// The edge of each step; none when a step is not of one edge.
std::vector<std::string> edges_taken(const ShownAnswer& shown) {
  std::vector<std::string> taken;
  if (shown.edges.size() + 1 != shown.nodes.size()) return taken;
  for (const AnswerEdge& one : shown.edges)
    taken.push_back(one.edge.label.empty() ? one.edge.kind_name : one.edge.kind_name + " " + one.edge.label);
  return taken;
}

AnswerPath path_shown(const ShownAnswer& shown, Precision precision) {
  AnswerPath path{{}, edges_taken(shown), precision};
  for (const AnswerNode& one : shown.nodes) path.refs.push_back(one.node.ref.text());
  return path;
}

// One row a node, each with the edge that leads to it.
void write_path_table(Output& out, const ShownAnswer& shown, const TableLook& look) {
  std::vector<std::vector<TableCell>> rows;
  const std::vector<std::string> taken = edges_taken(shown);
  for (std::size_t i = 0; i < shown.nodes.size(); ++i) {
    const Node& node = shown.nodes[i].node;
    rows.push_back({std::to_string(i), i > 0 && !taken.empty() ? taken[i - 1] : "", node.ref.text(),
                    std::string(text_property(node.props, "title"))});
  }
  write_table(out, {{"step", true}, {"through"}, {"ref"}, {"title", false, true}}, rows, look);
  if (taken.empty()) {
    rows.clear();
    for (const AnswerEdge& edge : shown.edges)
      rows.push_back({edge.edge.kind_name, edge.from, edge.to, edge.edge.label});
    if (!rows.empty()) out.add("\n");
    write_table(out, {{"edge"}, {"from"}, {"to"}, {"label"}}, rows, look);
  }
  if (!shown.nodes.empty()) out.add("\n");
}

std::string path_words(const PathAnswer& answer, const std::vector<std::string>& words, std::span<const NodeId> ends) {
  if (answer.nodes.empty()) return no_path(words, ends);
  return fmt::format("{} {} from {} to {}, {}", counted(answer.nodes.size() - 1, "step"),
                     answer.direction == Direction::kUpstream ? "upstream" : "downstream", words[0], words[1],
                     name_of(answer.precision));
}

Status draw_paths(ShownAnswer& all, const Question& question, std::span<const Paths::Path> paths) {
  std::vector<NodeId> ends;
  std::vector<FollowedEdge> edges;
  for (const Paths::Path& path : paths) {
    ends = {path.nodes.front(), path.nodes.back()};
    edges.insert(edges.end(), path.edges.begin(), path.edges.end());
  }
  const auto key = [](const FollowedEdge& edge) { return std::tie(edge.kind, edge.from, edge.to, edge.label); };
  std::ranges::sort(edges, [&](const auto& a, const auto& b) { return key(a) < key(b); });
  const auto same = std::ranges::unique(edges, [&](const auto& a, const auto& b) { return key(a) == key(b); });
  edges.erase(same.begin(), same.end());
  return collect_drawing(all, question.view, ends, edges);
}

// Several paths: a table for each; in JSON the nodes and edges of all, each once.
Result<int> show_paths(Session& session, const Question& question, const AskArguments& ask, const Paths& answer,
                       const std::vector<std::string>& words, std::span<const NodeId> ends) {
  AMONT_LET(const Format format, session.format());
  const TableLook look = {session.colour(), session.width()};
  ShownAnswer all = begin_answer(question, ask);
  all.has_paths = true;
  all.direction = answer.direction;
  std::set<NodeId> seen_nodes;
  std::set<std::tuple<EdgeKind, NodeId, NodeId, std::string>> seen_edges;
  for (std::size_t number = 0; number < answer.paths.size(); ++number) {
    const Paths::Path& path = answer.paths[number];
    ShownAnswer one = begin_answer(question, ask);
    std::vector<Reached> reached;
    for (const NodeId id : path.nodes)
      reached.push_back({id, static_cast<std::uint32_t>(reached.size()), path.precision});
    AMONT_TRY(collect_nodes(one, question.view, reached));
    AMONT_TRY(collect_edges(one, question.view, path.edges));
    if (format == Format::kTable) {
      write_line(session.out(), fmt::format("path {}, {}", number + 1, name_of(path.precision)), look, Style::kPlain);
      write_path_table(session.out(), one, look);
      continue;
    }
    all.paths.push_back(path_shown(one, path.precision));
    for (std::size_t i = 0; i < one.nodes.size(); ++i) {
      if (seen_nodes.insert(path.nodes[i]).second) all.nodes.push_back(std::move(one.nodes[i]));
    }
    for (std::size_t i = 0; i < one.edges.size(); ++i) {
      const FollowedEdge& edge = path.edges[i];
      if (seen_edges.emplace(edge.kind, edge.from, edge.to, edge.label).second)
        all.edges.push_back(std::move(one.edges[i]));
    }
  }
  const std::string told =
      answer.paths.empty()
          ? no_path(words, ends)
          : fmt::format("{} {} from {} to {}", counted(answer.paths.size(), "path"),
                        answer.direction == Direction::kUpstream ? "upstream" : "downstream", words[0], words[1]);
  if (format == Format::kTable) {
    write_closing(session.out(), question.heading, told, look);
    AMONT_TRY(session.out().flush());
  } else {
    if (wants_drawing(format, ask)) AMONT_TRY(draw_paths(all, question, answer.paths));
    AMONT_TRY(show(session, format, all, ask, told));
  }
  const int code = exit_code(session, question, ask);
  return code == kYes && answer.paths.empty() ? kNo : code;
}

Result<int> run_path(Session& session, const AskArguments& ask, const std::vector<std::string>& words) {
  AMONT_LET(const Format format, session.format());
  AMONT_LET(Question question, open_question(session, ask, "path", words));
  AMONT_LET(const std::vector<NodeId> ends, resolve(question, words));
  if (ask.count) {
    AMONT_LET(const Paths answer, paths(question.view, ends[0], ends[1], *ask.count, question.options));
    AMONT_TRY(question.heading.take(answer.completeness, question.view));
    return show_paths(session, question, ask, answer, words, ends);
  }
  AMONT_LET(const PathAnswer answer, path(question.view, ends[0], ends[1], question.options));
  AMONT_TRY(question.heading.take(answer.completeness, question.view));

  ShownAnswer shown = begin_answer(question, ask);
  shown.has_paths = true;
  shown.direction = answer.direction;
  std::vector<Reached> reached;
  for (const NodeId id : answer.nodes)
    reached.push_back({id, static_cast<std::uint32_t>(reached.size()), answer.precision});
  AMONT_TRY(collect_nodes(shown, question.view, reached));
  AMONT_TRY(collect_edges(shown, question.view, answer.edges));
  if (!shown.nodes.empty()) shown.paths.push_back(path_shown(shown, answer.precision));
  if (format == Format::kTable) {
    const TableLook look = {session.colour(), session.width()};
    write_path_table(session.out(), shown, look);
    write_closing(session.out(), shown.heading, path_words(answer, words, ends), look);
    AMONT_TRY(session.out().flush());
  } else {
    if (wants_drawing(format, ask)) AMONT_TRY(collect_drawing(shown, question.view, ends, answer.edges));
    AMONT_TRY(show(session, format, shown, ask, path_words(answer, words, ends)));
  }
  const int code = exit_code(session, question, ask);
  return code == kYes && answer.nodes.empty() ? kNo : code;
}

Result<int> run_reaches(Session& session, const AskArguments& ask, const std::vector<std::string>& words) {
  AMONT_LET(const Format format, session.format());
  AMONT_LET(Question question, open_question(session, ask, "reaches", words));
  AMONT_LET(const std::vector<NodeId> ends, resolve(question, words));
  AMONT_LET(const Reaches answer, reaches(question.view, ends[0], ends[1], question.options));
  AMONT_TRY(question.heading.take(answer.completeness, question.view));

  const std::string what = fmt::format("{}, {} is{} upstream of {}", answer.yes ? "yes" : "no", words[0],
                                       answer.yes ? "" : " not", words[1]);
  if (format == Format::kTable) {
    const TableLook look = {session.colour(), session.width()};
    session.out().add(answer.yes ? "yes\n\n" : "no\n\n");
    write_closing(session.out(), question.heading, what, look);
    AMONT_TRY(session.out().flush());
  } else {
    ShownAnswer shown = begin_answer(question, ask);
    shown.yes = answer.yes;
    AMONT_TRY(show(session, format, shown, ask, what));
  }
  const int code = exit_code(session, question, ask);
  return code == kYes && !answer.yes ? kNo : code;
}

using Run = Result<int> (*)(Session&, const AskArguments&, const std::vector<std::string>&);

Verb pair_verb(Session& session, std::string name, Run run, std::string summary, std::string about,
               std::string examples, void (*own_options)(std::vector<Option>&, AskArguments&) = nullptr) {
  const auto ask = std::make_shared<AskArguments>();
  Verb verb;
  verb.name = std::move(name);
  verb.group = "ask";
  verb.words = "A B";
  verb.summary = std::move(summary);
  verb.about = std::move(about);
  verb.examples = std::move(examples);
  verb.words_min = 2;
  verb.words_max = 2;
  verb.formats = {Format::kTable, Format::kJson, Format::kNdjson, Format::kMarkdown, Format::kHtml};
  if (own_options) own_options(verb.options, *ask);
  add_walk_options(verb.options, *ask);
  add_valid_options(verb.options, *ask);
  add_time_options(verb.options, *ask);
  verb.run = [&session, ask, run](const std::vector<std::string>& words) { return run(session, *ask, words); };
  return verb;
}

}  // namespace

std::vector<Verb> path_verbs(Session& session) {
  std::vector<Verb> verbs = {
      pair_verb(session, "reaches", run_reaches, "is A in the past of B?",
                "Prints yes or no: A is in the upstream of B. Exit code 0 for yes, 1 for no.",
                "amont reaches dataset:snds/dcir output:x\n"
                "amont reaches dataset:snds/dcir output:x --exact && echo proven"),
      pair_verb(session, "path", run_path, "how A and B are joined by lineage",
                "One shortest path, exact if there is one: upstream from A when B is a cause of A, else downstream.\n"
                "Exit code 1 when there is none. What is met only as a whole or part of something is not listed, so "
                "that from B to A there\n"
                "may be one where from A to B there is none (query/WALKS.md, rule 6).",
                "amont path output:x dataset:snds/dcir\n"
                "amont path output:x dataset:snds/dcir --json\n"
                "amont path output:x dataset:snds/dcir --count 3",
                [](std::vector<Option>& options, AskArguments& ask) {
                  options.push_back({"--count", "N",
                                     "up to N different paths, the shortest first, exact ones before possible ones",
                                     tool::into(ask.count)});
                }),
  };
  Verb& path = verbs.back();
  path.formats.insert(path.formats.end(), {Format::kDot, Format::kMermaid, Format::kGraphml, Format::kSvg});
  return verbs;
}

}  // namespace amont::tool
