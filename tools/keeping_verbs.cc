// Verbs that keep a register safe and small: backup, restore, compact, upgrade. core/store/KEEPING.md tells how to use them.

#include "amont/keeping.h"

#include <fmt/format.h>

#include "amont/exchange.h"
#include "tools/exit_code.h"
#include "tools/render/heading.h"
#include "tools/render/table.h"
#include "tools/verbs.h"

namespace amont::tool {
namespace {

std::string bytes_text(std::uint64_t bytes) {
  constexpr std::string_view kUnits[] = {"bytes", "KiB", "MiB", "GiB", "TiB"};
  double size = static_cast<double>(bytes);
  std::size_t unit = 0;
  for (; size >= 1024 && unit + 1 < std::size(kUnits); ++unit) size /= 1024;
  return unit == 0 ? counted(bytes, "byte") : fmt::format("{:.1f} {}", size, kUnits[unit]);
}

void append_text(std::string& json, std::string_view name, std::string_view text) {
  append_member(json, name);
  append_json_string(json, text);
}
void append_number(std::string& json, std::string_view name, std::uint64_t number) {
  append_member(json, name);
  json += std::to_string(number);
}

// One line for a person, one document for a program.
Result<int> answer(Session& session, const std::string& line, const std::string& json, Style style = Style::kGood,
                   int code = kYes) {
  AMONT_LET(const Format format, session.format());
  if (format == Format::kJson) session.out().add(json + "}\n");
  if (format == Format::kTable) write_line(session.out(), line, {session.colour()}, style);
  AMONT_TRY(session.out().flush());
  return code;
}

Result<int> run_backup(Session& session, const std::string& destination) {
  AMONT_TRY(session.format().status());
  AMONT_LET(const std::string path, session.store_path());
  AMONT_LET(const BackupReport report, Store::backup(path, destination, {}, session.progress()));
  if (!report.noted)
    session.note(
        "warning: the register can't be written to, so it is not noted there where this backup is; redactions won't "
        "tell of it");
  std::string json = "{\"amont\": 1";
  append_text(json, "backup", destination);
  append_text(json, "register_id", report.register_id);
  append_number(json, "head", report.head);
  append_text(json, "root", report.root);
  append_text(json, "taken", report.taken.text());
  append_number(json, "files", report.files);
  append_number(json, "bytes", report.bytes);
  append_number(json, "files_copied", report.files_copied);
  append_number(json, "bytes_copied", report.bytes_copied);
  const std::string line =
      fmt::format("backed up to transaction {} in {}: {} of {} copied, {}; root {}", report.head, destination,
                  report.files_copied, counted(report.files, "file"), bytes_text(report.bytes_copied), report.root);
  return answer(session, line, json);
}

Result<int> run_restore(Session& session, const std::string& backup, bool only_checks) {
  AMONT_TRY(session.format().status());
  std::string path;
  if (!only_checks) {
    AMONT_LET(path, session.store_path());
  }
  AMONT_LET(const Options options, session.store_options());
  AMONT_LET(const RestoreReport report, only_checks ? Store::check_backup(backup, options, session.progress())
                                                    : Store::restore(backup, path, options, session.progress()));
  std::string json = "{\"amont\": 1";
  if (only_checks) append_text(json, "sound", backup);
  if (!only_checks) append_text(json, "restored", path);
  append_text(json, "register_id", report.register_id);
  append_number(json, "head", report.head);
  append_text(json, "root", report.root);
  append_text(json, "taken", report.taken.text());
  append_number(json, "bytes", report.bytes);
  const std::string what =
      only_checks ? fmt::format("{} is sound and holds", backup) : fmt::format("restored in {}", path);
  return answer(session,
                fmt::format("{} the register {} as of {}: its head is transaction {}, its root {}", what,
                            report.register_id, report.taken.text(), report.head, report.root),
                json);
}

Result<int> run_compact(Session& session) {
  AMONT_TRY(session.format().status());
  AMONT_LET(const std::unique_ptr<Store> store, session.open_to_write());
  AMONT_LET(const CompactReport report, store->compact(session.progress()));
  std::string json = "{\"amont\": 1";
  append_number(json, "index_bytes_before", report.index_bytes_before);
  append_number(json, "index_bytes_after", report.index_bytes_after);
  append_number(json, "log_bytes", report.log_bytes);
  return answer(session,
                fmt::format("the index took {} and takes {}; the log, of which nothing is ever given back, {}",
                            bytes_text(report.index_bytes_before), bytes_text(report.index_bytes_after),
                            bytes_text(report.log_bytes)),
                json);
}

Result<int> run_upgrade(Session& session) {
  AMONT_LET(const Format format, session.format());
  AMONT_LET(const std::string path, session.store_path());
  AMONT_LET(const Options options, session.store_options());
  AMONT_LET(const UpgradeReport report, Store::upgrade(path, options, session.progress()));
  const std::vector<std::string>& findings = report.verified.findings;
  std::string json = "{\"amont\": 1";
  append_number(json, "from", report.from);
  append_number(json, "to", report.to);
  append_number(json, "transactions", report.verified.transactions);
  append_text(json, "root", report.verified.root);
  append_member(json, "findings");
  json += "[";
  for (std::size_t i = 0; i < findings.size(); ++i) {
    json += i ? ", " : "";
    append_json_string(json, findings[i]);
  }
  json += "]";
  if (format == Format::kTable)
    for (const std::string& finding : findings) write_line(session.out(), finding, {session.colour()}, Style::kWarning);
  const std::string what =
      report.from == report.to
          ? fmt::format("format {} is the newest there is, and nothing had to be changed", report.to)
          : fmt::format("upgraded from format {} to {}", report.from, report.to);
  if (findings.empty())
    return answer(session,
                  fmt::format("{}; verified: {}, root {}", what, counted(report.verified.transactions, "transaction"),
                              report.verified.root),
                  json);
  return answer(session, fmt::format("{}; not verified: {}", what, counted(findings.size(), "finding")), json,
                Style::kPlain, kNo);
}

Verb keeping_verb(std::string name, std::string summary, std::string about, std::string examples) {
  Verb verb;
  verb.name = std::move(name);
  verb.group = "store";
  verb.formats = {Format::kTable, Format::kJson};
  verb.summary = std::move(summary);
  verb.about = std::move(about);
  verb.examples = std::move(examples);
  return verb;
}

}  // namespace

std::vector<Verb> keeping_verbs(Session& session) {
  Verb backup = keeping_verb(
      "backup", "copy the log to another place, beside whoever writes",
      "DIR is absent, empty, or holds an earlier backup of the register, which is brought up to date: what has not\n"
      "changed is not copied again. The index is not copied; restore makes it. What is copied is read back and\n"
      "checked. A backup that is interrupted leaves the earlier one as it was.",
      "amont -s hub backup /mnt/other-disk/hub\n"
      "amont restore /mnt/other-disk/hub --check");
  backup.words = "DIR";
  backup.words_min = backup.words_max = 1;
  backup.run = [&session](const std::vector<std::string>& words) { return run_backup(session, words[0]); };

  const auto only_checks = std::make_shared<bool>(false);
  Verb restore = keeping_verb(
      "restore", "make the register that a backup holds",
      "In the directory that -s names, which is absent or empty: nothing is overwritten. Every copy is compared with\n"
      "the digest that was taken of it, and the log's root with that of the backup; then the index is made. The\n"
      "register has the same id as the original, and only one of the two may be written from then on.",
      "amont restore /mnt/other-disk/hub -s hub2\n"
      "amont restore /mnt/other-disk/hub --check");
  restore.words = "BACKUP";
  restore.words_min = restore.words_max = 1;
  restore.options = {{"--check", "", "only read the backup and say whether it is sound", into(*only_checks)}};
  restore.run = [&session, only_checks](const std::vector<std::string>& words) {
    return run_restore(session, words[0], *only_checks);
  };

  Verb compact = keeping_verb("compact", "make the index as small as it gets, and quicker to read",
                              "Needs the store for itself, and as much room again as the index takes. Interrupted, it "
                              "loses nothing.\n"
                              "The log is never made smaller: it is the register.",
                              "amont -s hub compact");
  compact.run = [&session](const std::vector<std::string>&) { return run_compact(session); };

  Verb upgrade =
      keeping_verb("upgrade", "bring a register of an earlier format up to this one, and verify it",
                   "There is one format so far, 1. Exit code 1 when something is not as it should be; a register "
                   "of a\n"
                   "later format is refused and left as it is.",
                   "amont -s hub upgrade");
  upgrade.run = [&session](const std::vector<std::string>&) { return run_upgrade(session); };
  return {backup, restore, compact, upgrade};
}

}  // namespace amont::tool
