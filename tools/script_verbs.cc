// Running scripts, and telling which there are.

#include <algorithm>

#include <fmt/format.h>

#include "amont/exchange.h"
#include "amont/script.h"
#include "tools/ask_arguments.h"
#include "tools/exit_code.h"
#include "tools/find_script.h"
#include "tools/render/excerpt.h"
#include "tools/script_arguments.h"
#include "tools/script_limits.h"
#include "tools/show_report.h"
#include "tools/trust.h"
#include "tools/verbs.h"

namespace amont::tool {
namespace {

struct RunArguments {
  AskArguments ask;  // known_at, timeout, strict, raw
  ScriptLimitArguments limits;
  TrustArguments trust;
};

// `"script": "sources-of", "arguments": {"result": "output:x"}`
void add_options(std::string& options, const std::string& name, const ScriptArguments& arguments) {
  append_member(options, "script");
  append_json_string(options, name);
  append_member(options, "arguments");
  options += "{";
  for (const auto& [parameter, value] : arguments.named) {
    append_member(options, parameter);
    append_json_string(options, value);
  }
  options += "}";
}

// What the script says went wrong, the line where, and what may be done.
int tell_failure(const Session& session, const ShippedScript& script, const ScriptRunLimits& limits,
                 const Status& status) {
  const std::string& why = status.text();
  session.error(why);
  const std::string shown = excerpt(script.source, line_in(script.name, why), 0, why);
  for (std::size_t at = 0; at < shown.size();) {
    const std::size_t end = std::min(shown.find('\n', at), shown.size());
    session.note(shown.substr(at, end - at));
    at = end + 1;
  }
  const bool met_a_limit = status.code() == Code::kLimit || status.code() == Code::kTimeout;
  if (met_a_limit && !session.interrupted()) session.note(limits_note(limits));
  return exit_code(status.code());
}

Result<int> run_run(Session& session, const RunArguments& arguments, const std::vector<std::string>& words) {
  AMONT_LET(const Format format, session.format());
  AMONT_LET(const FoundScript script, find_script(words[0]));
  AMONT_LET(const bool trusted, is_trusted(script, arguments.trust));
  AMONT_LET(const ScriptHeader header, read_script_header(script.name, script.source));
  if (!header.format.empty())
    return invalid(fmt::format("{} reads the format {}: use `amont import --format {}`", script.name, header.format,
                               header.format));
  AMONT_LET(const ScriptArguments given, read_script_arguments(header, {words.begin() + 1, words.end()}));
  AMONT_LET(Question question, open_question(session, arguments.ask, "run", {}));
  add_options(question.heading.options, script.name, given);
  AMONT_LET(std::string path, session.store_path());
  const ScriptPlace place = {question.store.get(), std::move(path),
                             limits_of(arguments.limits, arguments.ask.timeout_micros), &session.interrupted()};
  Result<Report> ran = run_where_trusted(script, trusted, question.view, given, place);
  if (!ran.ok()) return tell_failure(session, script, place.limits, ran.status());
  const Report report = *std::move(ran);
  AMONT_TRY(question.heading.take(report.completeness, question.view));
  AMONT_TRY(show_report(session, format, {question.heading, report, counts_of(report)}, arguments.ask.raw));
  const int code = exit_code(session, question, arguments.ask);
  return code == kYes && report.answer == false ? kNo : code;
}

std::string first_line(const std::string& text) { return text.substr(0, text.find('\n')); }

std::string header_json(const ScriptHeader& header) {
  std::string out = "{";
  append_member(out, "name");
  append_json_string(out, header.name);
  append_member(out, "description");
  append_json_string(out, header.description);
  if (!header.format.empty()) {
    append_member(out, "format");
    append_json_string(out, header.format);
    append_member(out, "input");
    append_json_string(out, header.input);
  }
  append_member(out, "parameters");
  out += "[";
  for (const ScriptParameter& one : header.parameters) {
    out += out.back() == '[' ? "{" : ", {";
    append_member(out, "name");
    append_json_string(out, one.name);
    append_member(out, "type");
    append_json_string(out, one.type);
    append_member(out, "optional");
    out += one.optional ? "true" : "false";
    append_member(out, "help");
    append_json_string(out, one.help);
    out += "}";
  }
  return out + "]}";
}

void write_script_help(Output& out, const ScriptHeader& header, const TableLook& look) {
  const bool reads = !header.format.empty();
  const std::string usage = usage_of(header);
  write_line(out,
             reads ? fmt::format("amont import FILE|DIR... --format {}", header.format)
                   : fmt::format("amont run {}{}{}", header.name, usage.empty() ? "" : " ", usage),
             look, Style::kStrong);
  out.add("\n");
  write_lines(out, header.description, look);
  std::vector<std::vector<TableCell>> rows;
  for (const ScriptParameter& one : header.parameters)
    rows.push_back({"  " + one.name, one.type, one.optional ? "optional" : "", one.help});
  if (!rows.empty()) out.add("\n");
  write_table(out, {{""}, {""}, {""}, {""}}, rows, look);
}

// The scripts that `word` means: all of Amont's own, or one.
Result<std::vector<ShippedScript>> scripts_named(const std::vector<std::string>& words) {
  if (words.empty()) return shipped_scripts();
  AMONT_LET(ShippedScript script, find_script(words[0]));
  return std::vector<ShippedScript>{std::move(script)};
}

Result<int> run_scripts(Session& session, bool source, const std::vector<std::string>& words) {
  AMONT_LET(const Format format, session.format());
  if (source && words.empty()) return invalid("--source needs a script's name");
  AMONT_LET(const std::vector<ShippedScript> scripts, scripts_named(words));
  Output& out = session.out();
  if (source) {
    if (session.on_terminal()) write_lines(out, scripts[0].source, {});
    if (!session.on_terminal()) out.add(scripts[0].source);
    AMONT_TRY(out.flush());
    return kYes;
  }
  std::vector<ScriptHeader> headers;
  for (const ShippedScript& script : scripts) {
    AMONT_LET(ScriptHeader header, read_script_header(script.name, script.source));
    headers.push_back(std::move(header));
  }
  const TableLook look = {session.colour(), session.width()};
  if (format == Format::kJson) {
    out.add("{\"amont\": 1, \"scripts\": [");
    for (std::size_t i = 0; i < headers.size(); ++i) out.add((i ? ",\n  " : "\n  ") + header_json(headers[i]));
    out.add("]}\n");
  } else if (!words.empty()) {
    write_script_help(out, headers[0], look);
  } else {
    std::vector<std::vector<TableCell>> rows;
    for (const ScriptHeader& header : headers) {
      const std::string usage = header.format.empty() ? usage_of(header) : "import --format " + header.format;
      rows.push_back({header.name, first_line(header.description), usage});
    }
    write_table(out, {{"script"}, {"what", false, true}, {"arguments"}}, rows, look);
  }
  AMONT_TRY(out.flush());
  return kYes;
}

}  // namespace

std::vector<Verb> script_verbs(Session& session) {
  const auto arguments = std::make_shared<RunArguments>();
  Verb run;
  run.name = "run";
  run.group = "script";
  run.words = "NAME|FILE.lua [ARGUMENT...]";
  run.words_min = 1;
  run.words_max = kAnyNumber;
  run.formats = all_formats();
  run.keeps_unknown_options = true;
  run.summary = "run a script: a question in Lua, contained and read-only";
  run.about =
      "Arguments are written name=value, --name value, or just the value, in the order in which the script declares "
      "them;\n"
      "`amont scripts NAME` tells what they are. Options of the command itself may stand anywhere.\n"
      "A file runs apart, in a process that can read the register and do nothing else, unless it is trusted. Exit code "
      "1\n"
      "when the script says that the answer is no: report{answer = false}.";
  run.examples =
      "amont run sources-of output:x\n"
      "amont run projects-touching dataset=dataset:snds/dcir --exact --json\n"
      "amont run impact-of dataset:snds/dcir --format html > impact.html\n"
      "amont run mine.lua --since 2025-01-01 --timeout 60";
  run.options = {
      {"--raw", "", "CSV for machines: texts that look like formulas stay as they are", into(arguments->ask.raw)},
  };
  add_time_options(run.options, arguments->ask);
  add_limit_options(run.options, arguments->limits, "it");
  add_trust_options(run.options, arguments->trust);
  run.run = [&session, arguments](const std::vector<std::string>& words) {
    return run_run(session, *arguments, words);
  };

  const auto source = std::make_shared<bool>(false);
  Verb scripts;
  scripts.name = "scripts";
  scripts.group = "script";
  scripts.formats = {Format::kTable, Format::kJson};
  scripts.words = "[NAME|FILE.lua]";
  scripts.words_max = 1;
  scripts.summary = "the scripts that ship with Amont, and what one takes";
  scripts.examples =
      "amont scripts\n"
      "amont scripts sources-of\n"
      "amont scripts sources-of --source > mine.lua";
  scripts.options = {{"--source", "", "print the script itself", into(*source)}};
  scripts.run = [&session, source](const std::vector<std::string>& words) {
    return run_scripts(session, *source, words);
  };
  return {run, scripts};
}

}  // namespace amont::tool
