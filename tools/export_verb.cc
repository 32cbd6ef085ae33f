// The export verb: the register as JSONL or CSV, now, then, or with all its history.

#include <filesystem>

#include <fmt/format.h>

#include "amont/bundle.h"
#include "amont/exchange.h"
#include "tools/ask_arguments.h"
#include "tools/exit_code.h"
#include "tools/output.h"
#include "tools/verbs.h"

namespace amont::tool {
namespace {

struct ExportArguments {
  bool history = false;
  std::string target;
  std::string known_at;
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

Status export_to_file(Session& session, Store& store, const Snapshot& view, const ExportArguments& arguments) {
  FileOutput file(arguments.target);
  AMONT_TRY(file.open());
  AMONT_TRY(export_text(session, store, view, arguments, file.out()));
  return file.finish();
}

// nodes.csv and edges.csv, both or none.
Status export_to_folder(Session& session, const Snapshot& view, const std::string& folder) {
  std::error_code failed;
  std::filesystem::create_directories(folder, failed);
  if (failed) return invalid(fmt::format("can't make the folder {}: {}", folder, failed.message()));
  FileOutput nodes(folder + "/nodes.csv");
  FileOutput edges(folder + "/edges.csv");
  AMONT_TRY(nodes.open());
  AMONT_TRY(edges.open());
  AMONT_TRY(export_csv_nodes(view, sink_of(nodes.out()), session.progress()));
  AMONT_TRY(export_csv_edges(view, sink_of(edges.out()), session.progress()));
  AMONT_TRY(nodes.finish());
  return edges.finish();
}

Result<int> run_export(Session& session, const ExportArguments& arguments) {
  const std::string& format = session.format_word();
  if (session.wants_json()) return invalid("an export is JSONL or CSV; --json is for answers");
  const bool csv = format == "csv";
  if (!csv && !format.empty() && format != "jsonl")
    return invalid(fmt::format("--format: \"{}\" is neither jsonl nor csv", format));
  if (csv && arguments.history) return invalid("CSV has no place for history; export it as jsonl");
  const bool to_stdout = arguments.target.empty() || arguments.target == "-";
  if (csv && to_stdout) return invalid("CSV is two files, nodes.csv and edges.csv: say -o DIR");

  AMONT_LET(const std::unique_ptr<Store> store, session.open_to_read());
  AMONT_LET(const Snapshot view, view_known_at(*store, arguments.known_at));
  if (csv) {
    AMONT_TRY(export_to_folder(session, view, arguments.target));
  } else if (to_stdout) {
    AMONT_TRY(export_text(session, *store, view, arguments, session.out()));
    AMONT_TRY(session.out().flush());
  } else {
    AMONT_TRY(export_to_file(session, *store, view, arguments));
  }
  if (!to_stdout) session.note(fmt::format("exported to {}, as known at transaction {}", arguments.target, view.tx()));
  if (view.damage().empty()) return kYes;
  if (is_of_bundle(view.damage())) {
    session.note(view.damage());
    return kYes;
  }
  session.error("the store is damaged, and this export holds its good part only: " + view.damage());
  return kBroken;
}

}  // namespace

std::vector<Verb> export_verbs(Session& session) {
  const auto arguments = std::make_shared<ExportArguments>();
  Verb verb;
  verb.name = "export";
  verb.group = "share";
  verb.summary = "write the register as JSONL (loses nothing) or CSV";
  verb.about =
      "JSONL holds the schema, then all nodes and edges, sorted: equal registers give equal bytes. With --history it "
      "holds\n"
      "every transaction, and importing it makes one for each. CSV is two files, nodes.csv and edges.csv, in the "
      "folder -o.";
  verb.examples =
      "amont export > hub.jsonl\n"
      "amont export --known-at 2026-01-01 -o then.jsonl\n"
      "amont export --history -o all.jsonl\n"
      "amont export --format csv -o tables/";
  verb.options = {
      session.own_format_option("jsonl (unless given) or csv"),
      {"--history", "", "every transaction as it was, not only what stands", into(arguments->history)},
      {"-o,--output", "FILE|DIR", "where to; standard output unless given", into(arguments->target)},
      {"--known-at", "TX|TIME", "the register as it was known then", into(arguments->known_at)},
  };
  verb.run = [&session, arguments](const std::vector<std::string>&) { return run_export(session, *arguments); };
  return {verb};
}

}  // namespace amont::tool
