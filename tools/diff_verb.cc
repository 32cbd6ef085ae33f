// The diff verb: what differs between two states of the register, as records in the lineage of nodes, or in what approvals cover.

#include <fmt/format.h>

#include "amont/exchange.h"
#include "tools/diff_shown.h"
#include "tools/exit_code.h"
#include "tools/render/table_report.h"
#include "tools/show_report.h"
#include "tools/verbs.h"

namespace amont::tool {
namespace {

std::string shown(const std::optional<Value>& value) { return value ? value_text(*value) : "nothing"; }

void append_value(std::string& out, std::string_view name, const std::optional<Value>& value) {
  append_member(out, name);
  if (value)
    append_json(out, *value);
  else
    out += "null";
}

std::string changes_text(const RecordDiff& diff) {
  std::string text;
  if (diff.what != DiffKind::kChanged) return text;
  for (const RecordDiff::Property& property : diff.props)
    text += fmt::format("{}{}: {} -> {}", text.empty() ? "" : "; ", property.name, shown(property.before),
                        shown(property.after));
  return text;
}

std::string record_text(const RecordDiff& diff) {
  if (diff.edge_kind.empty()) return diff.node.text();
  return fmt::format("{} {} {}{}{}", diff.node.text(), diff.edge_kind, diff.to.text(), diff.label.empty() ? "" : " ",
                     diff.label);
}

std::string record_json(const RecordDiff& diff) {
  std::string out = "{";
  append_text(out, "what", name_of(diff.what));
  if (diff.edge_kind.empty()) {
    append_text(out, "node", diff.node.text());
  } else {
    append_text(out, "edge", diff.edge_kind);
    append_text(out, "from", diff.node.text());
    append_text(out, "to", diff.to.text());
    append_text(out, "label", diff.label);
  }
  append_tx(out, diff.tx);
  append_member(out, "props");
  out += "[";
  for (const RecordDiff::Property& property : diff.props) {
    out += out.back() == '[' ? "{" : ", {";
    append_text(out, "name", property.name);
    append_value(out, "before", property.before);
    append_value(out, "after", property.after);
    out += "}";
  }
  return out + "]}";
}

Result<int> show_records(Session& session, Format format, Question& question, const States& states,
                         const AskArguments& ask) {
  AMONT_LET(std::vector<RecordDiff> diffs,
            diff_records(*question.store, states.before, states.after, question.options));
  const bool differs = !diffs.empty();
  const std::size_t count = diffs.size();
  if (ask.limit && diffs.size() > *ask.limit) {
    diffs.resize(*ask.limit);
    question.heading.reasons.push_back({"limit", count - diffs.size(), false});
  }
  Output& out = session.out();
  const std::string closing = counted(count, "difference");
  std::vector<std::vector<TableCell>> rows;
  const std::vector<TableColumn> columns = {{"what"}, {"record"}, {"tx", true}, {"by"}, {"change", false, true}};
  if (format != Format::kJson) {
    Authors authors(*question.store);
    for (const RecordDiff& diff : diffs) {
      AMONT_LET(const std::string who, authors.of(diff.tx));
      rows.push_back(
          {std::string(name_of(diff.what)), record_text(diff), std::to_string(diff.tx), who, changes_text(diff)});
    }
  }
  if (format == Format::kTable) {
    const TableLook look = {session.colour(), session.width()};
    if (!rows.empty()) write_table(out, columns, rows, look);
    if (!rows.empty()) out.add("\n");
    write_line(out, question.heading.closing_line(closing), look,
               question.heading.complete() ? Style::kGood : Style::kWarning);
  } else if (format != Format::kJson) {
    AMONT_TRY(show_blocks(session, format, question.heading, {states.told(), block_of("", columns, rows)}, closing));
  } else {
    out.add(question.heading.open_json() + ",\n \"records\": [");
    for (std::size_t i = 0; i < diffs.size(); ++i) out.add((i ? ",\n  " : "\n  ") + record_json(diffs[i]));
    out.add("]}\n");
  }
  AMONT_TRY(out.flush());
  const int code = exit_code(session, question, ask);
  return code == kYes && differs ? kNo : code;
}

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

Result<int> show_lineage(Session& session, Format format, Question& question, const States& states,
                         const AskArguments& ask, const std::vector<std::string>& words) {
  AMONT_LET(const std::vector<Ref> starts, refs_of(words));
  const Direction direction = ask.downstream ? Direction::kDownstream : Direction::kUpstream;
  AMONT_LET(const LineageDiff diff,
            diff_lineage(*question.store, states.before, states.after, starts, direction, question.options));
  AMONT_TRY(question.heading.take(diff.completeness, states.after));
  Output& out = session.out();
  const std::string closing =
      fmt::format("{}, {} differ", counted(diff.nodes.size(), "node"), counted(diff.edges.size(), "edge"));
  const std::vector<TableColumn> node_columns = {{"what"}, {"ref"}, {"before"}, {"after"}};
  const std::vector<TableColumn> edge_columns = {{"what"}, {"from"},     {"edge"},
                                                 {"to"},   {"tx", true}, {"by", false, true}};
  std::vector<std::vector<TableCell>> nodes, edges;
  if (format != Format::kJson) {
    Authors authors(*question.store);
    for (const LineageDiff::NodeDiff& node : diff.nodes)
      nodes.push_back(
          {std::string(name_of(node.what)), node.node.text(), reached_text(node.before), reached_text(node.after)});
    for (const LineageDiff::EdgeDiff& edge : diff.edges) {
      AMONT_LET(const std::string who, authors.of(edge.tx));
      edges.push_back({std::string(name_of(edge.what)), edge.from.text(), edge.kind, edge.to.text(),
                       edge.tx ? std::to_string(edge.tx) : "", edge.tx ? who : "not on the way in one of the states"});
    }
  }
  if (format == Format::kTable) {
    const TableLook look = {session.colour(), session.width()};
    if (!nodes.empty()) write_table(out, node_columns, nodes, look);
    if (!nodes.empty() && !edges.empty()) out.add("\n");
    if (!edges.empty()) write_table(out, edge_columns, edges, look);
    if (!nodes.empty() || !edges.empty()) out.add("\n");
    write_line(out, question.heading.closing_line(closing), look,
               question.heading.complete() ? Style::kGood : Style::kWarning);
  } else if (format != Format::kJson) {
    AMONT_TRY(show_blocks(
        session, format, question.heading,
        {states.told(), block_of("Nodes", node_columns, nodes), block_of("Edges", edge_columns, edges)}, closing));
  } else {
    std::string text = question.heading.open_json() + ",\n \"nodes\": [";
    for (std::size_t i = 0; i < diff.nodes.size(); ++i) {
      text += i ? ",\n  {" : "\n  {";
      append_text(text, "what", name_of(diff.nodes[i].what));
      append_text(text, "ref", diff.nodes[i].node.text());
      append_reached(text, "before", diff.nodes[i].before);
      append_reached(text, "after", diff.nodes[i].after);
      text += "}";
    }
    text += "],\n \"edges\": [";
    for (std::size_t i = 0; i < diff.edges.size(); ++i) {
      const LineageDiff::EdgeDiff& edge = diff.edges[i];
      text += i ? ",\n  {" : "\n  {";
      append_text(text, "what", name_of(edge.what));
      append_text(text, "kind", edge.kind);
      append_text(text, "from", edge.from.text());
      append_text(text, "to", edge.to.text());
      append_text(text, "label", edge.label);
      append_tx(text, edge.tx);
      text += "}";
    }
    out.add(text + "]}\n");
  }
  AMONT_TRY(out.flush());
  const int code = exit_code(session, question, ask);
  return code == kYes && !(diff.nodes.empty() && diff.edges.empty()) ? kNo : code;
}

struct DiffArguments {
  AskArguments ask;
  bool coverage = false;
  std::string as_of;
};

Result<int> run_diff(Session& session, const DiffArguments& arguments, const std::vector<std::string>& words) {
  const AskArguments& ask = arguments.ask;
  AMONT_LET(const Format format, session.format());
  const std::vector<std::string> refs(words.begin() + 2, words.end());
  AskArguments asked = ask;
  asked.known_at = words[1];
  AMONT_LET(Question question, open_question(session, asked, "diff", refs));
  append_text(question.heading.options, "from", words[0]);
  AMONT_LET(Snapshot before, view_known_at(*question.store, words[0]));
  const States states{std::move(before), question.view};
  if (arguments.coverage) {
    if (ask.limit || ask.downstream)
      return invalid("--coverage takes neither --limit nor --downstream; leave them out");
    AMONT_LET(const std::vector<Ref> of, refs_of(refs));
    return show_coverage_diff(session, format, question, states, ask, of, arguments.as_of);
  }
  if (!arguments.as_of.empty()) return invalid("--as-of is about coverage; add --coverage");
  if (!refs.empty() && ask.limit)
    return invalid("--limit is about records, and the lineage of REFs is told whole; leave it out");
  if (refs.empty() && ask.downstream) return invalid("--downstream is about the lineage of REFs, and none was given");
  return refs.empty() ? show_records(session, format, question, states, ask)
                      : show_lineage(session, format, question, states, ask, refs);
}

}  // namespace

std::vector<Verb> diff_verbs(Session& session) {
  const auto arguments = std::make_shared<DiffArguments>();
  AskArguments* const ask = &arguments->ask;
  Verb verb;
  verb.name = "diff";
  verb.group = "ask";
  verb.words = "TX|TIME TX|TIME [REF...]";
  verb.words_min = 2;
  verb.words_max = kAnyNumber;
  verb.formats = report_formats();
  verb.summary = "what differs between two states of the register";
  verb.about =
      "The records that were added, removed or changed between two transactions or times, each with the last "
      "transaction\n"
      "that changed it; with REFs, where their upstream is not the same. With --coverage, which uses of restricted "
      "data\n"
      "(behind the REFs, or all) became covered by approvals or stopped being so, and the transaction that made it "
      "so.\n"
      "Exit code 1 when something differs.";
  verb.examples =
      "amont diff 12 15\n"
      "amont diff 2026-01-01 2026-03-01 output:x\n"
      "amont diff 12 15 dataset:y --downstream --json\n"
      "amont diff 2026-01-01 2026-03-01 project:p --coverage --as-of 2026-03-01";
  verb.options = {{"--downstream", "", "what was made from the REFs, instead of what they were made from",
                   tool::into(ask->downstream)},
                  {"--limit", "N", "at most N records", tool::into(ask->limit)},
                  {"--coverage", "", "compare what approvals cover", tool::into(arguments->coverage)},
                  {"--as-of", "TIME", "with --coverage: how far to look at runs that have not ended",
                   tool::into(arguments->as_of)}};
  add_walk_options(verb.options, *ask);
  add_valid_options(verb.options, *ask);
  std::vector<Option> time;
  add_time_options(time, *ask);
  for (Option& option : time)
    if (option.names != "--known-at") verb.options.push_back(std::move(option));
  verb.run = [&session, arguments](const std::vector<std::string>& words) {
    return run_diff(session, *arguments, words);
  };
  return {verb};
}

}  // namespace amont::tool
