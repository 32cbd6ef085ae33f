// The register's history: all transactions, those of one node, or one transaction with its changes.

#include <algorithm>

#include <fmt/format.h>

#include "tools/ask_arguments.h"
#include "tools/follow.h"
#include "tools/render/history.h"
#include "tools/render/table_report.h"
#include "tools/show_report.h"
#include "tools/verbs.h"

namespace amont::tool {
namespace {

constexpr std::uint64_t kShownUnlessAsked = 100;

struct LogArguments {
  std::string known_at;
  std::optional<std::uint64_t> limit;
  bool follow = false;
  std::optional<std::uint64_t> from;
};

struct LogLine {
  TxEntry entry;
  std::vector<TxChange> changes;
  bool has_changes = false;
};

bool is_number(std::string_view word) { return word.find_first_not_of("0123456789") == std::string_view::npos; }

bool concerns(const TxChange& change, const Ref& ref) {
  return (change.what < TxChange::What::kGrowSchema || change.what == TxChange::What::kRedact) &&
         (change.node == ref || (!change.edge_kind.empty() && change.to == ref));
}

// The newest first, as below.
Result<std::vector<LogLine>> recent(Question& question, std::uint64_t limit) {
  const TxNumber last = question.view.tx();
  const TxNumber first = last > limit ? last - limit + 1 : 1;
  if (first > 1) question.heading.reasons.push_back({"limit", first - 1, false});
  std::vector<LogLine> lines;
  if (last == 0) return lines;
  AMONT_LET(std::vector<TxEntry> entries, question.store->log(first, last));
  for (auto entry = entries.rbegin(); entry != entries.rend(); ++entry) lines.push_back({std::move(*entry), {}, false});
  return lines;
}

Result<std::vector<LogLine>> history(Question& question, const std::string& word, std::uint64_t limit) {
  AMONT_LET(const Ref ref, Ref::parse(word));
  AMONT_LET(const std::optional<NodeId> id, question.view.find(ref));
  if (!id) return not_found(fmt::format("there never was a {}; `amont find WORDS` searches keys and titles", word));
  AMONT_LET(std::vector<TxNumber> numbers, question.store->history_of(*id));
  std::erase_if(numbers, [&](TxNumber tx) { return tx > question.view.tx(); });
  if (numbers.size() > limit) {
    question.heading.reasons.push_back({"limit", numbers.size() - limit, false});
    numbers.erase(numbers.begin(), numbers.end() - static_cast<std::ptrdiff_t>(limit));
  }
  std::vector<LogLine> lines;
  for (auto number = numbers.rbegin(); number != numbers.rend(); ++number) {
    AMONT_LET(TxDetail detail, question.store->transaction(*number));
    std::erase_if(detail.changes, [&](const TxChange& change) { return !concerns(change, ref); });
    lines.push_back({std::move(detail.entry), std::move(detail.changes), true});
  }
  return lines;
}

Result<std::vector<LogLine>> one_transaction(Question& question, const std::string& word, std::uint64_t limit) {
  AMONT_LET(const TxNumber number, parse_count(word));
  if (number == 0 || number > question.view.tx())
    return not_found(fmt::format("there is no transaction {}; the last is {}", number, question.view.tx()));
  AMONT_LET(TxDetail detail, question.store->transaction(number));
  if (detail.changes.size() > limit) {
    question.heading.reasons.push_back({"limit", detail.changes.size() - limit, false});
    detail.changes.resize(limit);
  }
  return std::vector<LogLine>{{std::move(detail.entry), std::move(detail.changes), true}};
}

std::string line_json(const LogLine& line) {
  std::string out = open_entry_json(line.entry);
  if (line.has_changes) {
    out += ", \"changes\": [";
    for (std::size_t i = 0; i < line.changes.size(); ++i) out += (i ? ", " : "") + change_json(line.changes[i]);
    out += "]";
  }
  return out + "}";
}

void write_log_json(Output& out, const Heading& heading, const std::vector<LogLine>& lines) {
  out.add(heading.open_json() + ",\n \"transactions\": [");
  for (std::size_t i = 0; i < lines.size(); ++i) out.add((i ? ",\n  " : "\n  ") + line_json(lines[i]));
  out.add("]}\n");
}

// A text of the heading, or what became of it.
std::string told(const TxEntry& entry, std::string_view name, const std::string& text) {
  const auto gone = std::ranges::find(entry.redacted, name, &RedactedText::property);
  return gone == entry.redacted.end() ? text : fmt::format("(redacted by transaction {})", gone->by);
}

std::string rules_text(const std::vector<RuleFinding>& findings) {
  std::string text;
  for (const RuleFinding& finding : findings) text += (text.empty() ? "" : "; ") + finding_text(finding);
  return text;
}

std::vector<std::vector<TableCell>> transaction_rows(const std::vector<LogLine>& lines) {
  std::vector<std::vector<TableCell>> rows;
  for (const LogLine& line : lines) {
    const TxEntry& entry = line.entry;
    std::string kind = entry.kind == TxKind::kPlain ? "" : std::string(name_of(entry.kind));
    if (!entry.visible) kind += kind.empty() ? "void" : " (void)";
    rows.push_back({std::to_string(entry.number), entry.time.text(), std::to_string(entry.change_count), kind,
                    told(entry, "author", entry.author), told(entry, "reason", entry.reason),
                    told(entry, "source", source_text(entry.source)), rules_text(entry.findings)});
  }
  return rows;
}
std::vector<TableColumn> transaction_columns() {
  const auto optional = [](std::string title, bool shrinks) {
    return TableColumn{std::move(title), false, shrinks, true};
  };
  return {{"tx", true},
          {"time"},
          {"changes", true},
          optional("kind", false),
          optional("author", false),
          optional("reason", true),
          optional("source", false),
          optional("rules", false)};
}

// What changed, transaction by transaction.
std::vector<std::vector<TableCell>> change_rows(const std::vector<LogLine>& lines) {
  std::vector<std::vector<TableCell>> rows;
  for (const LogLine& line : lines) {
    for (const TxChange& change : line.changes) {
      const ChangeText text = change_text(change);
      rows.push_back({std::to_string(line.entry.number), text.what, text.record, text.detail});
    }
  }
  return rows;
}
std::vector<TableColumn> change_columns() { return {{"tx", true}, {"change"}, {"record"}, {"what", false, true}}; }

void write_rows(Output& out, const std::vector<TableColumn>& columns, const std::vector<std::vector<TableCell>>& rows,
                const TableLook& look) {
  write_table(out, columns, rows, look);
  if (!rows.empty()) out.add("\n");
}

Result<int> run_log(Session& session, const LogArguments& arguments, const std::vector<std::string>& words) {
  if (arguments.from && !arguments.follow) return invalid("--from goes with --follow");
  if (arguments.follow && (!words.empty() || !arguments.known_at.empty()))
    return invalid("--follow tells all transactions as they come; it takes no REF or TX and no --known-at");
  if (arguments.follow) return follow_log(session, arguments.from, arguments.limit.value_or(UINT64_MAX));
  const std::uint64_t limit = arguments.limit.value_or(kShownUnlessAsked);
  AMONT_LET(const Format format, session.format());
  AskArguments ask;
  ask.known_at = arguments.known_at;
  AMONT_LET(Question question, open_question(session, ask, "log", words));
  AMONT_TRY(question.heading.take({}, question.view));
  const auto read = [&]() {
    if (words.empty()) return recent(question, limit);
    return is_number(words[0]) ? one_transaction(question, words[0], limit) : history(question, words[0], limit);
  };
  AMONT_LET(const std::vector<LogLine> lines, read());

  Output& out = session.out();
  const TableLook look = {session.colour(), session.width()};
  if (format == Format::kTable) {
    write_rows(out, transaction_columns(), transaction_rows(lines), look);
    write_rows(out, change_columns(), change_rows(lines), look);
    write_closing(out, question.heading, counted(lines.size(), "transaction"), look);
  } else if (format == Format::kJson) {
    write_log_json(out, question.heading, lines);
  } else if (format != Format::kNdjson) {
    std::vector<ReportBlock> blocks = {block_of("", transaction_columns(), transaction_rows(lines))};
    if (!lines.empty() && lines[0].has_changes)
      blocks.push_back(block_of("Changes", change_columns(), change_rows(lines)));
    AMONT_TRY(show_blocks(session, format, question.heading, std::move(blocks), counted(lines.size(), "transaction")));
  } else {
    out.add(question.heading.json_line() + "\n");
    for (const LogLine& line : lines) out.add(line_json(line) + "\n");
  }
  AMONT_TRY(out.flush());
  return exit_code(session, question, ask);
}

}  // namespace

std::vector<Verb> log_verbs(Session& session) {
  const auto arguments = std::make_shared<LogArguments>();
  Verb log;
  log.name = "log";
  log.group = "ask";
  log.formats = report_formats();
  log.words = "[REF|TX]";
  log.summary = "who changed what, when and why: all transactions, a node's, or one";
  log.about =
      "The newest come first. With REF, the changes to the node and to edges that join it; with a transaction's "
      "number, all\n"
      "that it changed. With --follow, each transaction as it comes, the oldest first, until Ctrl-C: a batch once it\n"
      "has closed, one that was voided never.";
  log.examples =
      "amont log\n"
      "amont log dataset:snds/dcir\n"
      "amont log 12 --json\n"
      "amont log --follow --from 13 --format ndjson";
  log.words_max = 1;
  log.options = {
      {"--known-at", "TX|TIME", "leave out what came later", into(arguments->known_at)},
      {"--limit", "N",
       fmt::format("at most N transactions or changes; {} unless given (--follow: no end), \"all\" for all",
                   kShownUnlessAsked),
       [arguments](const std::string& value) -> Status {
         if (value == "all") {
           arguments->limit = UINT64_MAX;
           return {};
         }
         AMONT_LET(arguments->limit, parse_count(value));
         return *arguments->limit > 0 ? Status() : invalid("0 would list nothing");
       }},
  };
  log.options.push_back({"--follow", "", "go on with what is committed from now on", into(arguments->follow)});
  log.options.push_back({"--from", "TX", "with --follow: begin with this transaction", into(arguments->from)});
  log.run = [&session, arguments](const std::vector<std::string>& words) {
    return run_log(session, *arguments, words);
  };
  return {log};
}

}  // namespace amont::tool
