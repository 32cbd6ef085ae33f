// The import verb: Amont's own JSONL and CSV, and foreign formats through the scripts that read them.

#include <algorithm>
#include <filesystem>
#include <optional>

#include <fmt/format.h>

#include "amont/exchange.h"
#include "amont/schema_script.h"
#include "amont/script.h"
#include "tools/arguments.h"
#include "tools/exit_code.h"
#include "tools/files.h"
#include "tools/import_format.h"
#include "tools/receipt.h"
#include "tools/rejects.h"
#include "tools/render/heading.h"
#include "tools/render/table.h"
#include "tools/schema_file.h"
#include "tools/verbs.h"

namespace amont::tool {
namespace {

struct ImportArguments {
  bool keep_going = false;
  bool with_rules = false;
  std::string rejects;
  std::uint64_t timeout_micros = 0;
  WriteArguments write;
};

// What the import is told, but for what differs from file to file.
ImportOptions options_for(Session& session, const ImportArguments& arguments, Rejects& rejects) {
  ImportOptions options;
  options.author = arguments.write.author;
  options.reason = arguments.write.reason;
  options.idempotency_key = arguments.write.key;
  options.again = arguments.write.again;
  options.override_rules = arguments.write.override_rules;
  options.take_rules = arguments.with_rules;
  options.keep_going = arguments.keep_going;
  options.reject = [&rejects](const Reject& reject) { return rejects.take(reject); };
  options.warn = [&session](const Position& where, std::string_view text) {
    session.note(fmt::format("warning: {}: {}", where.text(), text));
  };
  options.read_schema = [](std::string_view lua) { return read_schema(lua); };
  return options;
}

struct Imported {
  std::string name;
  ImportReport report;
};

Result<Imported> import_own(Session& session, Store& store, const Reading& reading, const NamedFile& file,
                            ImportOptions options) {
  const Progress progress = session.progress();
  options.file = file.name;
  options.total_bytes = file.bytes;
  options.progress = progress;
  AMONT_LET(options.sha256, fingerprint({file}, session.interrupted(), progress));
  AMONT_LET(const ByteSource bytes, open_bytes(file, session.interrupted()));
  const auto import = reading.by == Reading::By::kJsonl ? import_jsonl : import_csv;
  AMONT_LET(ImportReport report, import(store, bytes, options));
  return Imported{file.name, std::move(report)};
}

// Budgets that stop a script that runs away, and let one through that reads a large file.
ScriptRunLimits limits_for(const ImportArguments& arguments) {
  ScriptRunLimits limits;
  limits.steps_max = UINT64_MAX / 2;
  limits.time_ms =
      arguments.timeout_micros ? std::max<std::uint64_t>(1, arguments.timeout_micros / 1000) : 24ull * 3600 * 1000;
  limits.memory_bytes = 2ull << 30;
  return limits;
}

// What ran dry before it began is more likely a mistake than an empty register.
Result<ByteSource> not_empty(ByteSource bytes, const std::string& name) {
  auto first = std::make_shared<std::string>(64 << 10, '\0');
  AMONT_LET(const std::size_t got, bytes(std::span<char>(*first)));
  if (got == 0) return invalid(name + ": the input is empty");
  first->resize(got);
  return ByteSource(
      [bytes = std::move(bytes), first, at = std::size_t{0}](std::span<char> out) mutable -> Result<std::size_t> {
        if (at == first->size()) return bytes(out);
        const std::size_t some = std::min(out.size(), first->size() - at);
        std::copy_n(first->data() + at, some, out.data());
        at += some;
        return some;
      });
}

Result<Imported> import_foreign(Session& session, Store& store, const Reading& reading,
                                const std::vector<NamedFile>& files, const std::string& name,
                                const ImportArguments& arguments, ImportOptions options) {
  const Progress progress = session.progress();
  options.file = name;
  for (const NamedFile& file : files) options.total_bytes += file.bytes;
  options.progress = progress;
  AMONT_LET(options.sha256, fingerprint(files, session.interrupted(), progress));
  std::size_t next = 0;
  const auto next_file = [&]() -> Result<std::optional<ImportFile>> {
    if (session.interrupted()) return Status(Code::kTimeout, "interrupted");
    if (next == files.size()) return std::optional<ImportFile>();
    const NamedFile& file = files[next++];
    AMONT_LET(ByteSource bytes, open_bytes(file, session.interrupted()));
    if (files.size() == 1) {
      AMONT_LET(bytes, not_empty(std::move(bytes), file.name));
    }
    return std::optional<ImportFile>(ImportFile{file.name, std::move(bytes)});
  };
  AMONT_LET(ImportReport report,
            import_with_script(store, reading.name, reading.source, next_file, options, limits_for(arguments)));
  return Imported{name, std::move(report)};
}

std::string imported_text(const Imported& one) {
  const ImportReport& report = one.report;
  std::string text = fmt::format("{}: {} read; {} of nodes and {} of edges, {}, {} unchanged", one.name,
                                 counted(report.records, "record"), counted(report.nodes, "change"), report.edges,
                                 counted(report.retractions, "retraction"), report.unchanged);
  if (report.rejected) text += fmt::format("; {} left out", report.rejected);
  if (report.warnings) text += fmt::format("; {}", counted(report.warnings, "warning"));
  if (report.receipt.written) return text + fmt::format("; transaction {}", report.receipt.tx);
  return text + fmt::format("; nothing to do since transaction {}", report.receipt.tx);
}

std::string imported_json(const Imported& one) {
  const ImportReport& report = one.report;
  std::string json = "{";
  append_member(json, "file");
  append_json_string(json, one.name);
  return json + fmt::format(
                    ", \"records\": {}, \"nodes\": {}, \"edges\": {}, \"retractions\": {}, \"unchanged\": {}, "
                    "\"rejected\": {}, "
                    "\"warnings\": {}, \"tx\": {}, \"written\": {}}}",
                    report.records, report.nodes, report.edges, report.retractions, report.unchanged, report.rejected,
                    report.warnings, report.receipt.tx, report.receipt.written);
}

Status tell(Session& session, bool as_json, const std::vector<Imported>& imported) {
  Output& out = session.out();
  if (as_json) out.add("{\"amont\": 1, \"imports\": [");
  for (std::size_t i = 0; i < imported.size(); ++i) {
    if (as_json) out.add((i ? ",\n  " : "\n  ") + imported_json(imported[i]));
    if (!as_json) write_line(out, imported_text(imported[i]), {session.colour()});
  }
  if (as_json) out.add("]}\n");
  return out.flush();
}

// Where the kinds of a CSV export are, when a kind is missing: the table says none of them.
std::string schema_hint(const Status& why, const Reading& reading, const std::vector<NamedFile>& files) {
  const auto is_schema = [](const NamedFile& file) { return file.name.ends_with(kSchemaFile); };
  if (reading.by != Reading::By::kCsv || why.text().find("the schema has no ") == std::string::npos ||
      std::ranges::any_of(files, is_schema))
    return {};
  const std::filesystem::path beside = std::filesystem::path(files[0].path).parent_path() / kSchemaFile;
  std::error_code ignored;
  if (files[0].regular && std::filesystem::exists(beside, ignored))
    return fmt::format("{} declares kinds: name it before the tables, or import its folder", beside.string());
  return fmt::format(
      "the tables have no {0} with them, which declares their kinds: an export to CSV writes it, and `amont import "
      "FOLDER` reads it first",
      kSchemaFile);
}

bool is_by_the_input(Code code) {
  return code == Code::kInvalid || code == Code::kNotFound || code == Code::kRefused || code == Code::kLimit ||
         code == Code::kScript || code == Code::kTimeout;
}

// Tells of the files before that are in the register, and says how many they are.
// `wrote`: something is in the register nevertheless, and was told: a schema.lua that came before, or the beginning of a history that a
// rule stopped.
Status failed_after(const Status& why, Session& session, const std::vector<Imported>& imported, bool wrote) {
  if (!imported.empty()) AMONT_TRY(tell(session, session.wants_json(), imported));
  if (imported.empty())
    return is_by_the_input(why.code()) && !wrote ? Status(why.code(), why.text() + "; nothing was imported") : why;
  return {why.code(), fmt::format("{}; the {} before it {} imported", why.text(), counted(imported.size(), "file"),
                                  imported.size() == 1 ? "was" : "were")};
}

Result<int> run_import(Session& session, const ImportArguments& arguments, const std::vector<std::string>& words) {
  if (!arguments.rejects.empty() && !arguments.keep_going)
    return invalid("--rejects needs --keep-going: without it nothing is left out");
  // Here --format says how the input is read; --json is how the answer is written.
  AMONT_LET(const Reading reading, reading_for(session, session.format_word(), words));
  AMONT_LET(const std::vector<NamedFile> files, files_of(words, reading));
  AMONT_LET(const std::unique_ptr<Store> store, session.open_to_write());
  for (const NamedFile& file : files) {
    std::error_code ignored;
    if (!arguments.rejects.empty() && std::filesystem::equivalent(file.path, arguments.rejects, ignored))
      return invalid(fmt::format("--rejects {} is a file to be imported; name another", arguments.rejects));
  }
  Rejects rejects(session);
  AMONT_TRY(rejects.open(arguments.rejects));
  const ImportOptions options = options_for(session, arguments, rejects);
  std::vector<Imported> imported;
  const TxNumber before = store->info().visible;
  const auto failed = [&](const Status& why) -> Result<int> {
    if (!rejects.empty() || !imported.empty())
      AMONT_TRY(rejects.finish());  // what was left out is told of nowhere else
    std::string other = is_by_the_input(why.code()) ? other_format(session, reading, files) : "";
    if (other.empty()) other = schema_hint(why, reading, files);
    return failed_after(other.empty() ? why : Status(why.code(), why.text() + "; " + other), session, imported,
                        store->info().visible != before);
  };
  if (reading.by == Reading::By::kScript) {
    const std::string name = words.size() == 1 ? words[0] == "-" ? files[0].name : words[0]
                                               : fmt::format("{} and {} more", words[0], words.size() - 1);
    Result<Imported> one = import_foreign(session, *store, reading, files, name, arguments, options);
    if (!one.ok()) return failed(one.status());  // a limit may be the script's budget
    imported.push_back(*std::move(one));
  } else {
    for (const NamedFile& file : files) {
      ImportOptions own = options;
      if (files.size() > 1 && !own.idempotency_key.empty()) own.idempotency_key += ":" + file.name;
      if (reading.by == Reading::By::kCsv && file.name.ends_with(kSchemaFile)) {
        if (const Status grown = import_schema_file(session, *store, file, own); !grown.ok())
          return failed(as_bad_input(grown));
        continue;
      }
      Result<Imported> one = import_own(session, *store, reading, file, std::move(own));
      if (!one.ok()) return failed(as_bad_input(one.status()));
      imported.push_back(*std::move(one));
    }
  }
  AMONT_TRY(rejects.finish());
  AMONT_TRY(tell(session, session.wants_json(), imported));
  for (const Imported& one : imported)
    if (one.report.receipt.written) AMONT_TRY(tell_findings(session, *store, one.report.receipt.tx));
  return kYes;
}

}  // namespace

std::vector<Verb> import_verbs(Session& session) {
  const auto arguments = std::make_shared<ImportArguments>();
  Verb verb;
  verb.name = "import";
  verb.group = "write";
  verb.words = "FILE|-|DIR...";
  verb.words_min = 1;
  verb.words_max = kAnyNumber;
  verb.summary = "read JSONL, CSV or a foreign format; all or nothing";
  verb.about = fmt::format(
      "Formats:\n{}or a script FILE.lua that reads another. Without --format, files tell theirs by what they hold, "
      "else by\n"
      "the names *.jsonl, *.ndjson and *.csv; which it was is said. \"-\" is standard input; a folder is searched for "
      "files\n"
      "of the format, in the order of their names. Files of JSONL and CSV are imported one after the other, each as a\n"
      "whole or not at all; those given to a script, all together. The file's SHA-256 is kept with the transaction. A\n"
      "--key given for several files is completed by the name of each.",
      formats_listed());
  verb.examples =
      "amont import hub.jsonl --author me --reason 'first load'\n"
      "amont import nodes.csv edges.csv --keep-going --rejects bad.jsonl\n"
      "amont import target/manifest.json target/catalog.json\n"
      "amont import schemas/ --format table-schema\n"
      "ls -r /var/lib/apt/lists/*_Packages* | xargs /usr/lib/apt/apt-helper cat-file | amont import - --format "
      "debian-packages";
  verb.options = {
      session.own_format_option("how the input is written, where it does not tell itself"),
      {"--keep-going", "", "keep the good records when some are bad", into(arguments->keep_going)},
      {"--rejects", "FILE", "write the bad ones there: JSON lines with place, reason and record",
       into(arguments->rejects)},
      {"--with-rules", "", "lines of the input may put and remove rules of the register; otherwise they are refused",
       into(arguments->with_rules)},
      {"--timeout", "SECONDS", "how long a script may read", into_seconds(arguments->timeout_micros)},
  };
  add_write_options(verb.options, arguments->write);
  verb.run = [&session, arguments](const std::vector<std::string>& words) {
    return run_import(session, *arguments, words);
  };
  return {verb};
}

}  // namespace amont::tool
