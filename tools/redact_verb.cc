// The redact verb: texts that must be gone, and what tells that they were there.

#include <set>

#include <fmt/format.h>

#include "amont/exchange.h"
#include "tools/exit_code.h"
#include "tools/receipt.h"
#include "tools/render/escape.h"
#include "tools/render/table.h"
#include "tools/verbs.h"

namespace amont::tool {
namespace {

struct RedactArguments {
  std::string label;
  std::uint64_t only = 0;
  std::vector<RedactText> of_transactions;
  bool dry_run = false;
  bool finish = false;
  std::string author;
  std::string reason;
};

Option heading_option(RedactArguments& arguments, std::string name, RedactText::Of of, std::string help) {
  Option option{std::move(name), "TX", std::move(help), [&arguments, of](const std::string& value) -> Status {
                  AMONT_LET(const TxNumber tx, parse_count(value));
                  arguments.of_transactions.push_back(RedactText::of_transaction(of, tx));
                  return {};
                }};
  option.repeats = true;
  return option;
}

Result<std::vector<RedactText>> texts_of(const RedactArguments& arguments, const std::vector<std::string>& words) {
  std::vector<RedactText> texts = arguments.of_transactions;
  if (words.size() == 2) {
    if (!arguments.label.empty()) return invalid("--label belongs to an edge: redact KIND FROM TO PROPERTY --label L");
    AMONT_LET(Ref ref, Ref::parse(words[0]));
    texts.push_back(RedactText::of_node(std::move(ref), words[1], arguments.only));
  } else if (words.size() == 4) {
    AMONT_LET(Ref from, Ref::parse(words[1]).while_doing("FROM"));
    AMONT_LET(Ref to, Ref::parse(words[2]).while_doing("TO"));
    texts.push_back(
        RedactText::of_edge(words[0], std::move(from), std::move(to), arguments.label, words[3], arguments.only));
  } else if (!words.empty() || texts.empty()) {
    return invalid(
        "redact takes a node's REF and a PROPERTY, or an edge's KIND FROM TO and a PROPERTY, or --author-of TX");
  } else if (arguments.only != 0 || !arguments.label.empty()) {
    return invalid("--tx and --label go with a PROPERTY");
  }
  return texts;
}

std::string copy_json(const KnownCopy& copy) {
  std::string out = "{\"kind\": ";
  append_json_string(out, copy.kind);
  out += ", \"path\": ";
  append_json_string(out, copy.path);
  return out + fmt::format(", \"up_to\": {}, \"made\": \"{}\"}}", copy.up_to, copy.made.text());
}

std::string erased_json(const ErasedText& text) {
  std::string out = "{\"what\": ";
  append_json_string(out, text.of.text());
  out += fmt::format(", \"tx\": {}, \"until\": ", text.tx);
  out += text.until == 0 ? "null" : std::to_string(text.until);
  return out + fmt::format(", \"commitment\": \"{}\"}}", text.commitment);
}

// The transactions that brought these texts with a file, and keep its hash: who has the rest of the file can try what the text was.
Result<std::set<TxNumber>> with_file_hash(Store& store, const RedactionReport& report) {
  std::set<TxNumber> looked_at, found;
  for (const ErasedText& text : report.erased) {
    if (!looked_at.insert(text.tx).second) continue;
    AMONT_LET(auto entries, store.log(text.tx, text.tx));
    const TxNumber batch = entries.front().batch;  // its source is told by its first transaction
    if (batch != 0 && batch != text.tx) {
      if (!looked_at.insert(batch).second) continue;
      AMONT_LET(entries, store.log(batch, batch));
    }
    if (!entries.front().source.sha256.empty()) found.insert(entries.front().number);
  }
  return found;
}

void write_json(Output& out, const RedactionReport& report, const std::set<TxNumber>& hashed, bool dry) {
  out.add(fmt::format("{{\"amont\": 1, \"tx\": {}, \"written\": {}, \"dry_run\": {},\n \"erased\": [",
                      report.receipt.tx, report.receipt.written, dry));
  for (std::size_t i = 0; i < report.erased.size(); ++i)
    out.add((i ? ",\n  " : "\n  ") + erased_json(report.erased[i]));
  out.add(fmt::format("],\n \"request_digests\": {}, \"log_records\": {}, \"file_hashes_of\": [{}],\n \"copies\": [",
                      report.request_digests, report.log_records, fmt::join(hashed, ", ")));
  for (std::size_t i = 0; i < report.copies.size(); ++i) out.add((i ? ",\n  " : "\n  ") + copy_json(report.copies[i]));
  out.add("]}\n");
}

std::string shown_from(const ErasedText& text) {
  if (text.until == text.tx) return "was never shown";
  return text.until == 0 ? "until now" : fmt::format("until transaction {}", text.until);
}

void write_report(Output& out, const RedactionReport& report, const std::set<TxNumber>& hashed, bool dry,
                  const TableLook& look) {
  std::vector<std::vector<TableCell>> rows;
  for (const ErasedText& text : report.erased)
    rows.push_back({std::to_string(text.tx), text.of.text(), shown_from(text), text.commitment.substr(0, 16)});
  if (!rows.empty()) {
    write_table(out, {{"tx", true}, {dry ? "would go" : "erased", false, true}, {"stood"}, {"commitment"}}, rows, look);
    out.add("\n");
  }
  if (report.request_digests > 0)
    write_line(out,
               fmt::format("with {} under idempotency keys: what comes again under these is refused",
                           counted(report.request_digests, "digest")),
               look, Style::kPlain);
  if (dry)
    write_line(
        out,
        fmt::format("nothing was changed; {} of the log would be written anew", counted(report.log_records, "record")),
        look, Style::kPlain);
  else if (report.receipt.written)
    write_line(out,
               fmt::format("transaction {}: {} erased from the log and the index", report.receipt.tx,
                           counted(report.erased.size(), "text")),
               look, Style::kGood);
  else
    write_line(out, "nothing to do: it was redacted before", look, Style::kPlain);
  if (!hashed.empty())
    write_line(
        out,
        fmt::format("the hash of the file that it came with stays, and tells a short text to who has the rest of the "
                    "file; to erase it: amont redact --source-of {}",
                    fmt::join(hashed, " --source-of ")),
        look, Style::kWarning);
  if (report.copies.empty()) return;
  out.add("\n");
  write_line(out, "Copies that are known to have been made, and may still hold it:", look, Style::kWarning);
  std::vector<std::vector<TableCell>> copies;
  for (const KnownCopy& copy : report.copies)
    copies.push_back({copy.kind, copy.path, std::to_string(copy.up_to), copy.made.text()});
  write_table(out, {{"copy"}, {"path", false, true}, {"up to tx", true}, {"made"}}, copies, look);
}

Result<int> run_redact(Session& session, const RedactArguments& arguments, const std::vector<std::string>& words) {
  AMONT_LET(const Format format, session.format());
  if (arguments.finish) {
    if (!words.empty() || !arguments.of_transactions.empty()) return invalid("--finish stands alone");
    AMONT_LET(const std::unique_ptr<Store> store, session.open_to_write());
    AMONT_TRY(store->finish_redactions(session.progress()));
    session.out().add(format == Format::kJson ? "{\"amont\": 1, \"finished\": true}\n"
                                              : "all that redactions of the log name is erased\n");
    AMONT_TRY(session.out().flush());
    return kYes;
  }
  Redaction redaction;
  AMONT_LET(redaction.texts, texts_of(arguments, words));
  redaction.author = arguments.author;
  redaction.reason = arguments.reason;
  if (!arguments.dry_run && (redaction.author.empty() || redaction.reason.empty()))
    return invalid("redact needs --author and --reason: they are all that will tell of the text");
  if (arguments.dry_run && redaction.author.empty()) redaction.author = "dry run";
  if (arguments.dry_run && redaction.reason.empty()) redaction.reason = "dry run";
  AMONT_LET(const std::unique_ptr<Store> store, session.open_to_write());
  const Result<RedactionReport> report = store->redact(redaction, arguments.dry_run, session.progress());
  if (!report.ok()) return as_bad_input(report.status());
  AMONT_LET(const std::set<TxNumber> hashed, with_file_hash(*store, *report));
  if (format == Format::kJson)
    write_json(session.out(), *report, hashed, arguments.dry_run);
  else
    write_report(session.out(), *report, hashed, arguments.dry_run, {session.colour(), session.width()});
  AMONT_TRY(session.out().flush());
  return kYes;
}

}  // namespace

std::vector<Verb> redact_verbs(Session& session) {
  const auto arguments = std::make_shared<RedactArguments>();
  Verb redact;
  redact.name = "redact";
  redact.group = "write";
  redact.formats = {Format::kTable, Format::kJson};
  redact.words = "REF PROPERTY | KIND FROM TO PROPERTY";
  redact.words_max = 4;
  redact.summary = "erase a text for good, and keep the proof that it was there";
  redact.about =
      "Erases the property's text from every version of the node or edge, in the log and the index: nobody can read "
      "it\n"
      "again, at whatever time is asked about. A transaction says who erased what and why; a commitment stays, so "
      "that\n"
      "every proof of the rest holds. It can't be undone. Later puts of the property are refused unless they say "
      "--again\n"
      "REASON. Refs, labels, numbers and what the schema marks plain can't be redacted. Copies of the register that "
      "are\n"
      "known are listed: they must be seen to by hand.";
  redact.examples =
      "amont redact dataset:claims contact --author dpo --reason 'request of 3 May' --dry-run\n"
      "amont redact dataset:claims contact --author dpo --reason 'request of 3 May'\n"
      "amont redact used project:p dataset:claims note --label yearly --author dpo --reason 'names a person'\n"
      "amont redact --author-of 12 --author dpo --reason 'left the hub'";
  redact.options = {
      {"--tx", "TX", "only the text that this transaction put", into(arguments->only)},
      {"--label", "TEXT", "the edge's label", into(arguments->label)},
      heading_option(*arguments, "--author-of", RedactText::Of::kAuthor, "the author of this transaction"),
      heading_option(*arguments, "--reason-of", RedactText::Of::kReason, "its reason"),
      heading_option(*arguments, "--source-of", RedactText::Of::kSource, "what it says of its source"),
      heading_option(*arguments, "--again-of", RedactText::Of::kAgain, "why it put redacted texts again"),
      {"--author", "NAME", "who redacts; required", into(arguments->author)},
      {"--reason", "TEXT", "why; required", into(arguments->reason)},
      {"--dry-run", "", "tell what would go, and change nothing", into(arguments->dry_run)},
      {"--finish", "", "erase what redactions of the log name and is still there, as after files were put back",
       into(arguments->finish)},
  };
  redact.run = [&session, arguments](const std::vector<std::string>& words) {
    return run_redact(session, *arguments, words);
  };
  return {redact};
}

}  // namespace amont::tool
