// Questions about the shape of lineage: order, cycles, components, chokepoints.

#include <fmt/format.h>

#include "amont/graph_questions.h"
#include "tools/collect.h"
#include "tools/exit_code.h"
#include "tools/verbs.h"

namespace amont::tool {
namespace {

Direction direction_of(const AskArguments& ask) {
  return ask.downstream ? Direction::kDownstream : Direction::kUpstream;
}

// The nodes listed, and the lineage between them.
Status draw_between(ShownAnswer& shown, const Question& question, const AskArguments& ask) {
  std::vector<NodeId> ids;
  for (const AnswerNode& one : shown.nodes) ids.push_back(one.node.id);
  AMONT_LET(const std::vector<FollowedEdge> edges, edges_between(question.view, ids, question.options));
  shown.with_edges = !ask.no_edges;
  return collect_drawing(shown, question.view, {}, edges);
}

// All that is reached, with the chokepoints highlighted.
Status draw_chokepoints(ShownAnswer& shown, const Question& question, const AskArguments& ask,
                        std::span<const NodeId> starts, Direction direction) {
  AskOptions options = question.options;
  options.want_edges = true;
  options.kinds.clear();
  options.limit = 0;
  AMONT_LET(const Answer all,
            (direction == Direction::kUpstream ? upstream : downstream)(question.view, starts, options));
  if (all.completeness.out_of_time()) return {Code::kTimeout, "out of time while drawing"};
  shown.with_edges = !ask.no_edges;
  ToDraw what = to_draw(shown, question.view, starts, all.edges);
  for (ToDraw::Node& node : what.nodes) node.highlighted = !node.start;
  for (const Reached& one : all.nodes)
    what.nodes.push_back({one.id, false, true, one.precision == Precision::kPossible, false, {}});
  return collect_drawing(shown, question.view, what);
}

Result<int> run_order(Session& session, const AskArguments& ask, const std::vector<std::string>& words) {
  AMONT_LET(const Format format, session.format());
  AMONT_LET(Question question, open_question(session, ask, "order", words));
  AMONT_LET(const std::vector<NodeId> starts, resolve(question, words));
  AMONT_LET(const Answer answer, order(question.view, starts, direction_of(ask), question.options));
  AMONT_TRY(question.heading.take(answer.completeness, question.view));
  ShownAnswer shown = begin_answer(question, ask);
  shown.with_edges = false;
  AMONT_TRY(collect_nodes(shown, question.view, answer.nodes));
  if (wants_drawing(format, ask)) AMONT_TRY(draw_between(shown, question, ask));
  AMONT_TRY(show(session, format, shown, ask, counted(answer.nodes.size(), "node") + ", causes first"));
  return exit_code(session, question, ask);
}

using AskGroups = Result<Groups> (*)(const Snapshot&, std::span<const NodeId>, Direction, const AskOptions&);

Result<int> run_groups(Session& session, const AskArguments& ask, const std::string& verb, const std::string& group,
                       AskGroups ask_groups, const std::vector<std::string>& words) {
  AMONT_LET(const Format format, session.format());
  AMONT_LET(Question question, open_question(session, ask, verb, words));
  AMONT_LET(const std::vector<NodeId> starts, resolve(question, words));
  AMONT_LET(const Groups answer, ask_groups(question.view, starts, direction_of(ask), question.options));
  AMONT_TRY(question.heading.take(answer.completeness, question.view));
  ShownAnswer shown = begin_answer(question, ask);
  shown.number_names = {group};
  shown.has_depth = false;
  shown.with_edges = false;
  std::vector<Reached> nodes;
  for (const std::vector<NodeId>& members : answer.groups)
    for (const NodeId id : members) nodes.push_back({id, {}});
  AMONT_TRY(collect_nodes(shown, question.view, nodes));
  std::size_t next = 0;
  for (std::size_t number = 1; number <= answer.groups.size(); ++number)
    for (std::size_t i = 0; i < answer.groups[number - 1].size(); ++i) shown.nodes[next++].numbers = {number};
  const std::string what =
      fmt::format("{}, {}", counted(answer.groups.size(), group), counted(shown.nodes.size(), "node"));
  if (wants_drawing(format, ask)) AMONT_TRY(draw_between(shown, question, ask));
  AMONT_TRY(show(session, format, shown, ask, what));
  return exit_code(session, question, ask);
}

Result<int> run_chokepoints(Session& session, const AskArguments& ask, const std::vector<std::string>& words) {
  if (!ask.to.empty() && words.size() != 1) return invalid("--to asks about the ways from one REF to another");
  if (!ask.to.empty() && ask.downstream)
    return invalid("--to finds by itself whether the ways lead upstream or downstream; leave out --downstream");
  AMONT_LET(const Format format, session.format());
  AMONT_LET(Question question, open_question(session, ask, "chokepoints", words));
  AMONT_LET(const std::vector<NodeId> starts, resolve(question, words));
  Chokepoints answer;
  if (ask.to.empty()) {
    AMONT_LET(answer, chokepoints(question.view, starts, direction_of(ask), question.options));
  } else {
    AMONT_LET(const NodeId to, resolve(question, ask.to));
    AMONT_LET(answer, chokepoints_between(question.view, starts.front(), to, question.options));
  }
  AMONT_TRY(question.heading.take(answer.completeness, question.view));
  ShownAnswer shown = begin_answer(question, ask);
  shown.number_names = {"behind"};
  shown.with_edges = false;
  std::vector<Reached> nodes;
  for (const Chokepoint& one : answer.nodes) nodes.push_back(one.node);
  AMONT_TRY(collect_nodes(shown, question.view, nodes));
  for (std::size_t i = 0; i < nodes.size(); ++i) shown.nodes[i].numbers = {answer.nodes[i].behind};
  if (wants_drawing(format, ask)) {
    const Direction direction = ask.to.empty() ? direction_of(ask) : answer.direction;
    AMONT_TRY(draw_chokepoints(shown, question, ask, starts, direction));
  }
  AMONT_TRY(show(session, format, shown, ask, counted(nodes.size(), "chokepoint")));
  return exit_code(session, question, ask);
}

constexpr const char* kMaybeRefs = "[REF...]";  // the whole register without

using Run = std::function<Result<int>(const AskArguments&, const std::vector<std::string>&)>;

// A verb about what REFs reach, which `own_options` may add to.
Verb graph_verb(std::string name, std::string words, Run run, std::string summary, std::string about,
                std::string examples, void (*own_options)(std::vector<Option>&, AskArguments&) = nullptr) {
  const auto ask = std::make_shared<AskArguments>();
  Verb verb;
  verb.name = std::move(name);
  verb.group = "ask";
  verb.words = std::move(words);
  verb.summary = std::move(summary);
  verb.about = std::move(about);
  verb.examples = std::move(examples);
  verb.words_min = verb.words == kMaybeRefs ? 0 : 1;
  verb.words_max = kAnyNumber;
  verb.formats = all_formats();
  verb.options.push_back({"--downstream", "", "what was made from the REFs, instead of what they were made from",
                          tool::into(ask->downstream)});
  if (own_options) own_options(verb.options, *ask);
  add_walk_options(verb.options, *ask);
  add_listing_options(verb.options, *ask);
  add_valid_options(verb.options, *ask);
  add_time_options(verb.options, *ask);
  add_shape_options(verb.options, *ask);
  verb.run = [ask, run = std::move(run)](const std::vector<std::string>& refs) { return run(*ask, refs); };
  return verb;
}

}  // namespace

std::vector<Verb> graph_verbs(Session& session) {
  const auto groups = [&session](const std::string& verb, const std::string& group, AskGroups ask_groups) -> Run {
    return [&session, verb, group, ask_groups](const AskArguments& ask, const std::vector<std::string>& words) {
      return run_groups(session, ask, verb, group, ask_groups, words);
    };
  };
  const auto with_session =
      [&session](Result<int> (*run)(Session&, const AskArguments&, const std::vector<std::string>&)) -> Run {
    return [&session, run](const AskArguments& ask, const std::vector<std::string>& words) {
      return run(session, ask, words);
    };
  };
  return {
      graph_verb(
          "order", kMaybeRefs, with_session(run_order), "causes before effects, for doing things again in order",
          "Of REFs and their upstream, or of the whole register. \"depth\" is the longest way to a node from where\n"
          "lineage begins: nodes of one depth need lower depths only. Nodes of a cycle share one.",
          "amont order output:x\n"
          "amont order dataset:snds/dcir --downstream --kind run"),
      graph_verb("cycles", kMaybeRefs, groups("cycles", "cycle", cycles), "what was made, in a circle, from itself",
                 "Nodes each of which is upstream of the others, in the upstream of REFs or in the whole register.",
                 "amont cycles\n"
                 "amont cycles output:x --exact --json"),
      graph_verb("components", kMaybeRefs, groups("components", "component", components),
                 "what lineage joins, whichever way it leads",
                 "Connected components of the whole register, or of the upstream of REFs, the largest first.",
                 "amont components --limit 5\n"
                 "amont components --kind dataset --format csv"),
      graph_verb(
          "chokepoints", "REF...", with_session(run_chokepoints), "what all ways to something lead through",
          "Nodes without which others would not be upstream of REFs: \"behind\" counts these. What matters most\n"
          "comes first. With --to, what is on every way to that one node, in the order of the way.",
          "amont chokepoints publication:doi/10.1000/1\n"
          "amont chokepoints dataset:snds/dcir --downstream\n"
          "amont chokepoints output:x --to dataset:snds/dcir",
          [](std::vector<Option>& options, AskArguments& ask) {
            options.push_back(
                {"--to", "REF", "what all ways from the one REF to this one lead through", tool::into(ask.to)});
          }),
  };
}

}  // namespace amont::tool
