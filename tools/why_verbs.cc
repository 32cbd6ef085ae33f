// why and why-not: on what it rests that A comes from B; what keeps it from being so.

#include <fmt/format.h>
#include <fmt/ranges.h>

#include "amont/exchange.h"
#include "amont/explain.h"
#include "tools/collect.h"
#include "tools/exit_code.h"
#include "tools/render/table_report.h"
#include "tools/show_report.h"
#include "tools/verbs.h"

namespace amont::tool {
namespace {

Result<std::vector<std::string>> refs_of(const Snapshot& view, std::span<const NodeId> ids) {
  AMONT_LET(const std::vector<Ref> refs, view.refs(ids));
  std::vector<std::string> texts;
  for (const Ref& ref : refs) texts.push_back(ref.text());
  return texts;
}

void append_texts(std::string& out, const std::vector<std::string>& texts) {
  out += "[";
  for (std::size_t i = 0; i < texts.size(); ++i) {
    out += i ? ", " : "";
    append_json_string(out, texts[i]);
  }
  out += "]";
}

void append_text(std::string& out, std::string_view name, std::string_view text) {
  append_member(out, name);
  append_json_string(out, text);
}

// A step, and who wrote it down.
struct ToldStep {
  std::string kind, from, to, label, because;
  TxEntry written;
};

Result<std::vector<ToldStep>> tell_steps(const Question& question, const Why& answer) {
  std::vector<ToldStep> told;
  for (const WhyStep& step : answer.steps) {
    const NodeId ends[] = {step.edge.from, step.edge.to};
    AMONT_LET(const std::vector<std::string> refs, refs_of(question.view, ends));
    AMONT_LET(std::vector<TxEntry> written, question.store->log(step.tx, step.tx));
    if (written.empty()) return damaged("a transaction of the path is not in the log; run `amont verify`");
    told.push_back({question.view.schema().edge(step.edge.kind).name, refs[0], refs[1], step.edge.label, step.because,
                    std::move(written.front())});
  }
  return told;
}

std::vector<TableColumn> step_columns() {
  return {{"from"}, {"through"}, {"to"}, {"tx", true}, {"recorded"}, {"by"}, {"file"}, {"precision", false, true}};
}

std::vector<std::vector<TableCell>> step_rows(const std::vector<ToldStep>& steps) {
  std::vector<std::vector<TableCell>> rows;
  for (const ToldStep& step : steps)
    rows.push_back({step.from, step.label.empty() ? step.kind : step.kind + " " + step.label, step.to,
                    std::to_string(step.written.number), step.written.time.text(), step.written.author,
                    step.written.source.file, step.because.empty() ? "" : "possible: " + step.because});
  return rows;
}

std::string why_json(const std::vector<std::string>& refs, const std::vector<ToldStep>& steps, const Why& answer) {
  std::string out = ",\n \"paths\": [";
  if (!refs.empty()) append_texts(out, refs);
  out += "]";
  if (!refs.empty()) {
    append_text(out, "direction", answer.path.direction == Direction::kUpstream ? "up" : "down");
    append_text(out, "precision", answer.path.precision == Precision::kExact ? "exact" : "possible");
  }
  out += ",\n \"steps\": [";
  for (std::size_t i = 0; i < steps.size(); ++i) {
    const ToldStep& step = steps[i];
    out += i ? ",\n  {" : "\n  {";
    append_text(out, "kind", step.kind);
    append_text(out, "from", step.from);
    append_text(out, "to", step.to);
    append_text(out, "label", step.label);
    append_member(out, "tx");
    out += std::to_string(step.written.number);
    append_text(out, "time", step.written.time.text());
    append_text(out, "author", step.written.author);
    append_text(out, "reason", step.written.reason);
    append_text(out, "file", step.written.source.file);
    append_text(out, "sha256", step.written.source.sha256);
    append_text(out, "because", step.because);
    out += "}";
  }
  return out + "]}\n";
}

Result<int> run_why(Session& session, const AskArguments& ask, const std::vector<std::string>& words) {
  AMONT_LET(const Format format, session.format());
  AMONT_LET(Question question, open_question(session, ask, "why", words));
  AMONT_LET(const std::vector<NodeId> ends, resolve(question, words));
  AMONT_LET(const Why answer, why(question.view, ends[0], ends[1], question.options));
  AMONT_TRY(question.heading.take(answer.path.completeness, question.view));
  AMONT_LET(const std::vector<ToldStep> steps, tell_steps(question, answer));
  Output& out = session.out();
  const std::string what =
      steps.empty()
          ? no_path(words, ends) + (ends[0] == ends[1] ? "" : "; `amont why-not` tells more")
          : fmt::format("{} comes from {}, {}", answer.path.direction == Direction::kUpstream ? words[0] : words[1],
                        answer.path.direction == Direction::kUpstream ? words[1] : words[0],
                        answer.path.precision == Precision::kExact ? "exact" : "possible");
  if (format == Format::kTable) {
    const TableLook look = {session.colour(), session.width()};
    write_table(out, step_columns(), step_rows(steps), look);
    if (!steps.empty()) out.add("\n");
    write_closing(out, question.heading, what, look);
  } else if (format != Format::kJson) {
    AMONT_TRY(show_blocks(session, format, question.heading,
                          {text_block(what), block_of("Steps", step_columns(), step_rows(steps))}, what));
  } else {
    AMONT_LET(const std::vector<std::string> refs, refs_of(question.view, answer.path.nodes));
    out.add(question.heading.open_json() + why_json(refs, steps, answer));
  }
  AMONT_TRY(out.flush());
  const int code = exit_code(session, question, ask);
  return code == kYes && steps.empty() ? kNo : code;
}

std::string sentence(const WhyNotFinding& finding) {
  if (finding.reason == "reached") return "it does";
  if (finding.reason == "exact") return "it may: only --exact leaves it out";
  if (finding.reason == "depth") return fmt::format("it is {} steps away", finding.path.nodes.size() - 1);
  if (finding.reason == "valid_at") return "it does, but not all of that was true at the time asked";
  if (finding.reason == "granularity")
    return "it does at the other granularity: one of dataset and variable is not known to";
  if (finding.reason == "through") return "it does by lineage";
  if (finding.reason == "direction") return "it is the other way round";
  if (finding.reason == "structure") return "they are joined by part, version or name, and not by lineage";
  if (finding.reason == "options")
    return "it does when nothing is asked but lineage: several of the options keep it out";
  if (finding.reason == "later") return fmt::format("it was recorded later, in transaction {}", finding.tx);
  return fmt::format("it was said so until transaction {} took it back", finding.tx);
}

// ", by curator: a correction"
Result<std::string> who_wrote(Store& store, TxNumber tx) {
  if (tx == 0) return std::string();
  AMONT_LET(const std::vector<TxEntry> entries, store.log(tx, tx));
  if (entries.empty()) return std::string();
  std::string text;
  if (!entries[0].author.empty()) text += ", by " + entries[0].author;
  if (!entries[0].reason.empty()) text += ": " + entries[0].reason;
  return text;
}

struct ToldFinding {
  std::string reason, text;
  TxNumber tx = 0;
  std::vector<std::string> refs;
};

// Findings with their ways, and what both have in common.
std::vector<ReportBlock> why_not_blocks(const std::string& what, const std::vector<ToldFinding>& findings,
                                        const std::vector<std::string>& common) {
  std::vector<std::vector<TableCell>> rows;
  for (const ToldFinding& finding : findings)
    rows.push_back({finding.text, fmt::format("{}", fmt::join(finding.refs, " -> ")),
                    finding.tx ? std::to_string(finding.tx) : ""});
  std::vector<ReportBlock> blocks = {text_block(what),
                                     block_of("Findings", {{"finding"}, {"way"}, {"tx", true}}, rows)};
  if (!common.empty()) blocks.push_back(text_block(fmt::format("both come from {}", fmt::join(common, ", "))));
  return blocks;
}

Result<int> run_why_not(Session& session, const AskArguments& ask, const std::vector<std::string>& words) {
  AMONT_LET(const Format format, session.format());
  AMONT_LET(Question question, open_question(session, ask, "why-not", words));
  AMONT_LET(const std::vector<NodeId> ends, resolve(question, words));
  if (ends[0] == ends[1]) return invalid("why-not asks about two nodes, and both words name the same");
  AMONT_LET(const WhyNot answer, why_not(question.store.get(), question.view, ends[0], ends[1], question.options));
  AMONT_TRY(question.heading.take({answer.completeness.reasons, answer.unknown}, question.view));
  std::vector<ToldFinding> findings;
  for (const WhyNotFinding& finding : answer.findings) {
    // A later view knows the refs of all.
    AMONT_LET(const Snapshot newest, question.store->snapshot());
    AMONT_LET(std::vector<std::string> refs, refs_of(newest, finding.path.nodes));
    AMONT_LET(const std::string who, who_wrote(*question.store, finding.tx));
    findings.push_back({finding.reason, sentence(finding) + who, finding.tx, std::move(refs)});
  }
  AMONT_LET(const std::vector<std::string> common, refs_of(question.view, answer.common));

  Output& out = session.out();
  const std::string what = answer.upstream ? fmt::format("{} does come from {}", words[0], words[1])
                           : findings.empty()
                               ? fmt::format("nothing was found that joins {} to {}", words[0], words[1])
                               : fmt::format("{} does not come from {}{}", words[0], words[1],
                                             question.heading.options.empty() ? "" : ", as it was asked");
  if (format == Format::kTable) {
    const TableLook look = {session.colour(), session.width()};
    for (const ToldFinding& finding : findings) {
      write_line(out, finding.text, look, Style::kStrong);
      std::string way;
      for (const std::string& ref : finding.refs) way += (way.empty() ? "   " : " -> ") + ref;
      write_line(out, way, look);
    }
    if (!common.empty()) write_line(out, fmt::format("both come from {}", fmt::join(common, ", ")), look);
    out.add("\n");
    write_closing(out, question.heading, what, look);
  } else if (format != Format::kJson) {
    AMONT_TRY(show_blocks(session, format, question.heading, why_not_blocks(what, findings, common), what));
  } else {
    std::string text = question.heading.open_json();
    append_member(text, "upstream");
    text += answer.upstream ? "true" : "false";
    text += ",\n \"findings\": [";
    for (std::size_t i = 0; i < findings.size(); ++i) {
      text += i ? ",\n  {" : "\n  {";
      append_text(text, "reason", findings[i].reason);
      append_text(text, "text", findings[i].text);
      append_member(text, "tx");
      text += findings[i].tx ? std::to_string(findings[i].tx) : "null";
      append_member(text, "path");
      append_texts(text, findings[i].refs);
      text += "}";
    }
    text += "]";
    append_member(text, "common");
    append_texts(text, common);
    out.add(text + "}\n");
  }
  AMONT_TRY(out.flush());
  const int code = exit_code(session, question, ask);
  return code == kYes && answer.upstream ? kNo : code;
}

using Run = Result<int> (*)(Session&, const AskArguments&, const std::vector<std::string>&);

Verb why_verb(Session& session, std::string name, Run run, std::string summary, std::string about,
              std::string examples) {
  const auto ask = std::make_shared<AskArguments>();
  Verb verb;
  verb.name = std::move(name);
  verb.group = "ask";
  verb.words = "A B";
  verb.summary = std::move(summary);
  verb.about = std::move(about);
  verb.examples = std::move(examples);
  verb.words_min = verb.words_max = 2;
  verb.formats = report_formats();
  add_walk_options(verb.options, *ask);
  add_valid_options(verb.options, *ask);
  add_time_options(verb.options, *ask);
  verb.run = [&session, ask, run](const std::vector<std::string>& words) { return run(session, *ask, words); };
  return verb;
}

}  // namespace

std::vector<Verb> why_verbs(Session& session) {
  return {
      why_verb(session, "why", run_why, "on what it rests that A comes from B",
               "A shortest path, exact if there is one, with the transaction that wrote each step, who, when and from\n"
               "which file; and why a step is no more than possible. Exit code 1 when neither comes from the other.",
               "amont why output:x dataset:snds/dcir\n"
               "amont why output:x dataset:snds/dcir --json"),
      why_verb(session, "why-not", run_why_not, "why A does not come from B",
               "Asks again with one thing otherwise each time: the options given, the direction, structure instead of "
               "lineage,\n"
               "later and earlier transactions; and tells what would have made it a yes, and where the lineage of A "
               "stops short.\n"
               "Exit code 1 when A does come from B.",
               "amont why-not output:x dataset:snds/dcir\n"
               "amont why-not output:x dataset:snds/dcir --exact --known-at 12"),
  };
}

}  // namespace amont::tool
