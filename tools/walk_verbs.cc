// Questions that walk from nodes and list what they reach.

#include <algorithm>

#include "tools/collect.h"
#include "tools/exit_code.h"
#include "tools/verbs.h"

namespace amont::tool {
namespace {

using Walk = Result<Answer> (*)(const Snapshot&, std::span<const NodeId>, const AskOptions&);

// A project that is known by its runs alone is joined to them, to those on the way, so that it does not stand alone.
Status add_runs_of(const Snapshot& view, const Answer& answer, ToDraw& what) {
  const EdgeRow* const done_for = view.schema().edge("performed_for");
  if (!done_for) return {};
  std::vector<NodeId> ends;
  for (const FollowedEdge& edge : answer.edges) ends.insert(ends.end(), {edge.from, edge.to});
  std::ranges::sort(ends);
  const NodeSet on_the_way{std::span<const NodeId>(ends)};
  for (const Reached& project : answer.nodes) {
    AMONT_LET(const std::vector<Edge> edges, view.edges(project.id, Direction::kDownstream));
    for (const Edge& edge : edges)
      if (edge.kind == done_for->kind && on_the_way.contains(edge.from))
        what.edges.push_back({edge.from, edge.to, edge.kind_name, edge.label, false, {}});
  }
  return {};
}

Result<int> run_walk(Session& session, const AskArguments& ask, const std::string& verb, Walk walk,
                     const std::vector<std::string>& words) {
  AMONT_LET(const Format format, session.format());
  AMONT_LET(Question question, open_question(session, ask, verb, words));
  AMONT_LET(const std::vector<NodeId> starts, resolve(question, words));
  const bool shows_edges = !ask.no_edges && (format == Format::kJson || format == Format::kNdjson);
  question.options.want_edges = shows_edges || wants_drawing(format, ask);
  AMONT_LET(const Answer answer, walk(question.view, starts, question.options));
  AMONT_TRY(question.heading.take(answer.completeness, question.view));

  ShownAnswer shown = begin_answer(question, ask);
  shown.has_direct = verb == "touches";
  AMONT_TRY(collect_nodes(shown, question.view, answer.nodes));
  if (shows_edges) AMONT_TRY(collect_edges(shown, question.view, answer.edges));
  AMONT_TRY(collect_redacted(shown, *question.store, question.view).status());
  if (wants_drawing(format, ask)) {
    ToDraw what = to_draw(shown, question.view, starts, answer.edges);
    if (shown.has_direct && shown.with_edges) AMONT_TRY(add_runs_of(question.view, answer, what));
    AMONT_TRY(collect_drawing(shown, question.view, what));
  }
  AMONT_TRY(show(session, format, shown, ask, counted(answer.nodes.size(), verb == "touches" ? "project" : "node")));
  return exit_code(session, question, ask);
}

// How much each REF reaches by itself; most first.
Result<int> run_each(Session& session, const AskArguments& ask, const std::string& verb,
                     const std::vector<std::string>& words) {
  AMONT_LET(const Format format, session.format());
  AMONT_LET(Question question, open_question(session, ask, verb, words));
  AMONT_LET(const std::vector<NodeId> starts, resolve(question, words));
  const Direction direction = verb == "upstream" ? Direction::kUpstream : Direction::kDownstream;
  AMONT_LET(ReachCounts answer, reach_counts(question.view, starts, direction, question.options));
  const std::size_t shown_max = std::min<std::uint64_t>(answer.counts.size(), ask.limit.value_or(~0ull));
  if (shown_max < answer.counts.size())
    answer.completeness.reasons.push_back({"limit", answer.counts.size() - shown_max, false});
  AMONT_TRY(question.heading.take(answer.completeness, question.view));
  ShownAnswer shown = begin_answer(question, ask);
  shown.number_names = {"reached", "exact", "possible"};
  shown.has_depth = false;
  shown.with_edges = false;
  std::vector<Reached> nodes;
  for (std::size_t i = 0; i < answer.counts.size(); ++i) nodes.push_back({starts[i], {}});
  AMONT_TRY(collect_nodes(shown, question.view, nodes));
  AMONT_TRY(collect_redacted(shown, *question.store, question.view).status());
  for (std::size_t i = 0; i < nodes.size(); ++i) {
    const ReachCount& count = answer.counts[i];
    shown.nodes[i].numbers = {count.exact + count.possible, count.exact, count.possible};
  }
  std::ranges::sort(shown.nodes, [](const AnswerNode& a, const AnswerNode& b) {
    return a.numbers[0] != b.numbers[0] ? a.numbers[0] > b.numbers[0] : a.node.ref.text() < b.node.ref.text();
  });
  shown.nodes.resize(shown_max);
  AMONT_TRY(show(session, format, shown, ask, counted(shown.nodes.size(), "node")));
  return exit_code(session, question, ask);
}

Verb walk_verb(Session& session, std::string name, Walk walk, std::string summary, std::string about,
               std::string examples) {
  const auto ask = std::make_shared<AskArguments>();
  Verb verb;
  verb.name = name;
  verb.group = "ask";
  verb.words = "REF...";
  verb.summary = std::move(summary);
  verb.about = std::move(about);
  verb.examples = std::move(examples);
  verb.words_min = 1;
  verb.words_max = kAnyNumber;
  verb.formats = all_formats();
  add_walk_options(verb.options, *ask);
  add_listing_options(verb.options, *ask);
  add_valid_options(verb.options, *ask);
  add_time_options(verb.options, *ask);
  add_shape_options(verb.options, *ask);
  verb.options.push_back(
      {"--reduce", "", "leave out edges between nodes that longer ways join as well", tool::into(ask->reduce)});
  if (name == "upstream" || name == "downstream")
    verb.options.push_back({"--each", "", "how many nodes each REF reaches by itself", tool::into(ask->each)});
  verb.run = [&session, ask, name, walk](const std::vector<std::string>& words) {
    if (ask->each) return run_each(session, *ask, name, words);
    return run_walk(session, *ask, name, walk, words);
  };
  return verb;
}

}  // namespace

std::vector<Verb> walk_verbs(Session& session) {
  return {
      walk_verb(
          session, "upstream", upstream, "where it came from: everything it was made from",
          "Follows lineage from effect to cause, from all REFs together, and lists what is reached, nearest first.\n"
          "\"exact\" is proven by recorded steps; \"possible\" may be so, for example because it leads through a "
          "project\n"
          "that used several datasets and made several results.",
          "amont upstream output:x\n"
          "amont upstream output:x --kind dataset --exact\n"
          "amont upstream output:x --known-at 2026-01-01 --json\n"
          "amont upstream output:x --reduce --format html > lineage.html\n"
          "amont upstream project:p --through +performed_for"),
      walk_verb(
          session, "downstream", downstream, "where it went: everything that was made from it",
          "Follows lineage from cause to effect, from all REFs together, and lists what is reached, nearest first.",
          "amont downstream dataset:snds/dcir\n"
          "amont downstream variable:snds/ER_PRS_F/AGE --granularity variable\n"
          "amont downstream dataset:snds/dcir --kind output,publication --format csv\n"
          "amont downstream dataset:snds/dcir dataset:snds/pmsi --each --kind publication"),
      walk_verb(session, "sources", sources, "where it came from in the end",
                "The nodes of its upstream beyond which the register knows no exact step: raw data, or where recording "
                "stops.",
                "amont sources publication:doi/10.1000/1\n"
                "amont sources output:x --exact --strict"),
      walk_verb(session, "touches", touches, "which projects touched a dataset, or anything made from it",
                "\"direct\" is yes where the project used the dataset itself, or a part or a variable of it. No depth "
                "is shown\n"
                "for a project that is known only because a run was performed for it.",
                "amont touches dataset:snds/dcir\n"
                "amont touches dataset:snds/dcir --known-at 2025-01-01"),
  };
}

}  // namespace amont::tool
