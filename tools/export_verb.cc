// The export verb: the register as JSONL or CSV, now, then, or with all its history; or in a foreign format, by a script.

#include <filesystem>

#include <fmt/format.h>

#include "amont/bundle.h"
#include "amont/exchange.h"
#include "tools/ask_arguments.h"
#include "tools/exit_code.h"
#include "tools/export_format.h"
#include "tools/output.h"
#include "tools/run_arguments.h"
#include "tools/schema_file.h"
#include "tools/script_arguments.h"
#include "tools/verbs.h"

namespace amont::tool {
namespace {

struct ExportArguments {
  bool history = false;
  std::string target;
  std::string known_at;
  ScriptLimitArguments limits;
  std::uint64_t timeout_micros = 0;
};

ByteSink sink_of(Output& out) {
  return [&out](std::string_view bytes) {
    out.add(bytes);
    return out.status();
  };
}

Status export_text(Session& session, Store& store, const Snapshot& view, const ExportArguments& arguments,
                   Output& out) {
  if (arguments.history) return export_jsonl_history(store, view, sink_of(out), session.progress());
  return export_jsonl(view, sink_of(out), session.progress());
}

// schema.lua, nodes.csv and edges.csv, all or none. As elsewhere, the folder above must be there.
Status export_to_folder(Session& session, const Snapshot& view, const std::string& folder) {
  std::error_code failed;
  std::filesystem::create_directory(folder, failed);
  if (failed) return invalid(fmt::format("can't make the folder {}: {}", folder, failed.message()));
  FileOutput schema(folder + "/" + std::string(kSchemaFile));
  FileOutput nodes(folder + "/nodes.csv");
  FileOutput edges(folder + "/edges.csv");
  AMONT_TRY(schema.open());
  write_schema_file(view.schema(), schema.out());
  AMONT_TRY(nodes.open());
  AMONT_TRY(edges.open());
  AMONT_TRY(export_csv_nodes(view, sink_of(nodes.out()), session.progress()));
  AMONT_TRY(export_csv_edges(view, sink_of(edges.out()), session.progress()));
  AMONT_TRY(schema.finish());
  AMONT_TRY(nodes.finish());
  return edges.finish();
}

// What is exported, to what was asked for: a file, or standard output.
Status give(Session& session, const std::string& target, const std::function<Status(Output&)>& write) {
  if (target.empty() || target == "-") {
    AMONT_TRY(write(session.out()));
    return session.out().flush();
  }
  FileOutput file(target);
  AMONT_TRY(file.open());
  AMONT_TRY(write(file.out()));
  return file.finish();
}

int tell_export(Session& session, const Snapshot& view, const std::string& target) {
  if (!target.empty() && target != "-")
    session.note(fmt::format("exported to {}, as known at transaction {}", target, view.tx()));
  if (view.damage().empty()) return kYes;
  if (is_of_bundle(view.damage())) {
    session.note(view.damage());
    return kYes;
  }
  session.error("the store is damaged, and this export holds its good part only: " + view.damage());
  return kBroken;
}

Result<int> run_script_export(Session& session, const ExportArguments& arguments,
                              const std::vector<std::string>& words) {
  if (arguments.history) return invalid("only jsonl has a place for history");
  AMONT_LET(const ShippedScript script, find_export_script(session.format_word()));
  AMONT_LET(const ScriptHeader header, read_script_header(script.name, script.source));
  AMONT_LET(const ScriptArguments given, read_script_arguments(header, words));
  AMONT_LET(const std::unique_ptr<Store> store, session.open_to_read());
  AMONT_LET(const Snapshot view, view_known_at(*store, arguments.known_at));
  const ScriptRunLimits limits = limits_of(arguments.limits, arguments.timeout_micros);
  Result<ExportReport> report = ExportReport();
  const Status done = give(session, arguments.target, [&](Output& out) {
    report = export_with_script(view, store.get(), script.name, script.source, given, sink_of(out), limits,
                                &session.interrupted());
    return report.status();
  });
  if (!report.ok()) return tell_script_error(session, script.name, script.source, limits, report.status());
  AMONT_TRY(done);
  for (const std::string& note : report->notes) session.note(note);
  for (const PartialReason& reason : report->completeness.reasons)
    session.error(fmt::format("this export lacks what its questions lacked: {}", reason.reason));
  const int code = tell_export(session, view, arguments.target);
  return code == kYes && !report->completeness.reasons.empty() ? static_cast<int>(kIncomplete) : code;
}

Result<int> run_export(Session& session, const ExportArguments& arguments, const std::vector<std::string>& words) {
  const std::string& format = session.format_word();
  if (session.wants_json()) return invalid("an export has a format of its own; --json is for answers");
  const bool csv = format == "csv";
  if (!csv && !format.empty() && format != "jsonl") return run_script_export(session, arguments, words);
  if (!words.empty()) return invalid(fmt::format("{} is no argument of this format, which takes none", words[0]));
  if (csv && arguments.history) return invalid("CSV has no place for history; export it as jsonl");
  const bool to_stdout = arguments.target.empty() || arguments.target == "-";
  if (csv && to_stdout) return invalid("CSV is a folder of files, nodes.csv, edges.csv and schema.lua: say -o DIR");

  AMONT_LET(const std::unique_ptr<Store> store, session.open_to_read());
  AMONT_LET(const Snapshot view, view_known_at(*store, arguments.known_at));
  AMONT_TRY(csv ? export_to_folder(session, view, arguments.target) : give(session, arguments.target, [&](Output& out) {
    return export_text(session, *store, view, arguments, out);
  }));
  return tell_export(session, view, arguments.target);
}

}  // namespace

std::vector<Verb> export_verbs(Session& session) {
  const auto arguments = std::make_shared<ExportArguments>();
  Verb verb;
  verb.name = "export";
  verb.group = "share";
  verb.words = "[NAME=VALUE...]";
  verb.words_max = kAnyNumber;
  verb.keeps_unknown_options = true;
  verb.summary = "write the register as JSONL (loses nothing), CSV, or in a foreign format";
  verb.about =
      "JSONL holds the schema, then all nodes and edges, sorted: equal registers give equal bytes. With --history it "
      "holds\n"
      "every transaction, and importing it makes one for each. CSV is two tables, nodes.csv and edges.csv, and "
      "schema.lua,\nin the folder -o, which is read back as one.\n"
      "Foreign formats are written by scripts, which may take arguments (`amont scripts NAME` tells which):\n" +
      export_formats_listed();
  verb.examples =
      "amont export > hub.jsonl\n"
      "amont export --known-at 2026-01-01 -o then.jsonl\n"
      "amont export --history -o all.jsonl\n"
      "amont export --format csv -o tables/";
  verb.options = {
      session.own_format_option("jsonl (unless given), csv, one of those above, or a script FILE.lua"),
      {"--history", "", "every transaction as it was, not only what stands", into(arguments->history)},
      {"-o,--output", "FILE|DIR", "where to; standard output unless given", into(arguments->target)},
      {"--known-at", "TX|TIME", "the register as it was known then", into(arguments->known_at)},
      {"--timeout", "S", "", into_seconds(arguments->timeout_micros)},
  };
  add_limit_options(verb.options, arguments->limits, "a script, for every 256 KiB that it writes,");
  std::erase_if(verb.options, [](const Option& one) { return one.names == "--output"; });  // here it says where to
  verb.run = [&session, arguments](const std::vector<std::string>& words) {
    return run_export(session, *arguments, words);
  };
  return {verb};
}

}  // namespace amont::tool
