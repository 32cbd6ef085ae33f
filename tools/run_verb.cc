// Running a script, once or again whenever it changes.

#include <algorithm>

#include <fmt/format.h>

#include "amont/exchange.h"
#include "amont/script.h"
#include "tools/exit_code.h"
#include "tools/file_watch.h"
#include "tools/find_script.h"
#include "tools/run_arguments.h"
#include "tools/script_arguments.h"
#include "tools/show_report.h"
#include "tools/trust.h"
#include "tools/verbs.h"

namespace amont::tool {
namespace {

using namespace std::chrono_literals;

constexpr auto kLookEvery = 150ms;

struct Watch {
  bool script = false;
  bool store = false;
};

struct RunVerbArguments : RunArguments {
  TrustArguments trust;
  Watch watch;
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

// `seen` becomes the transaction at which the register was asked.
Result<int> run_once(Session& session, const RunVerbArguments& arguments, const FoundScript& script,
                     const std::vector<std::string>& words, TxNumber* seen) {
  AMONT_LET(const Format format, session.format());
  AMONT_LET(const bool trusted, is_trusted(script, arguments.trust));
  AMONT_LET(const ScriptHeader header, read_script_header(script.name, script.source));
  if (!header.format.empty())
    return invalid(fmt::format("{} {} the format {}: use `amont {} --format {}`", script.name,
                               header.input.empty() ? "writes" : "reads", header.format,
                               header.input.empty() ? "export" : "import", header.format));
  AMONT_LET(const ScriptArguments given, read_script_arguments(header, {words.begin() + 1, words.end()}));
  AMONT_LET(Question question, open_question(session, arguments.ask, "run", {}));
  *seen = question.view.tx();
  add_options(question.heading.options, script.name, given);
  AMONT_LET(std::string path, session.store_path());
  const ScriptPlace place = {question.store.get(), std::move(path), limits_of(arguments), &session.interrupted()};
  Result<Report> ran = run_where_trusted(script, trusted, question.view, given, place);
  if (!ran.ok()) return tell_script_error(session, script.name, script.source, place.limits, ran.status());
  const Report report = *std::move(ran);
  AMONT_TRY(question.heading.take(report.completeness, question.view));
  AMONT_TRY(show_report(session, format, {question.heading, report, counts_of(report)}, arguments.ask.raw));
  const int code = exit_code(session, question, arguments.ask);
  return code == kYes && report.answer == false ? kNo : code;
}

// The last transaction that questions can see; 0 while the register can't be read.
TxNumber head_of(Store& store) {
  const Result<Snapshot> now = store.snapshot();
  return now.ok() ? now->tx() : 0;
}

// Where a run begins, told apart from the answers of machine formats.
Status tell_run(Session& session, Format format, std::string_view path, std::string_view why, bool is_first) {
  const std::string line = fmt::format("--- {}: {} ---", path, why);
  if (format != Format::kTable) {
    session.note(line);
    return {};
  }
  if (!is_first) session.out().add("\n");
  write_line(session.out(), line, {session.colour(), session.width()}, Style::kStrong);
  return session.out().flush();
}

// Runs until Ctrl-C. What goes wrong in a run is told, and the next run may mend it.
Result<int> run_watching(Session& session, const RunVerbArguments& arguments, const std::vector<std::string>& words) {
  const Watch& watch = arguments.watch;
  AMONT_LET(const Format format, session.format());
  std::unique_ptr<Store> store;
  if (watch.store) {
    AMONT_LET(store, session.open_to_read());
  }
  const std::string& path = words[0];
  if (watch.script && find_shipped_script(path))
    return invalid(
        fmt::format("--watch: {} ships with Amont and does not change; `amont scripts {} --source` prints it, to "
                    "make a file of",
                    path, path));
  if (watch.script && look_of_file(path).empty())
    return not_found(fmt::format("--watch: there is no file {}; name the script by its file", path));
  // Times and identity say when to look; what the file holds says whether anything has changed.
  const auto look = [&]() -> std::string {
    const std::string file = watch.script ? look_of_file(path) : "-";
    const TxNumber head = store ? head_of(*store) : 1;
    return file.empty() || head == 0 ? std::string() : fmt::format("{}\n{}", file, head);
  };
  std::string seen = look(), why = "first run";
  TxNumber head = 0;
  for (bool is_first = true;; is_first = false) {
    const Result<FoundScript> script = find_script(path);
    AMONT_TRY(tell_run(session, format, path, why, is_first));
    Result<int> ran = script.ok() ? run_once(session, arguments, *script, words, &head) : Result<int>(script.status());
    if (!ran.ok()) session.error(ran.status().text());
    AMONT_TRY(session.out().flush());
    for (why.clear(); why.empty();) {
      seen = wait_for_change(look, seen, kLookEvery, session.interrupted());
      if (seen.empty()) return kYes;
      const Result<FoundScript> now = find_script(path);
      const TxNumber now_head = store ? head_of(*store) : head;
      if (now.ok() != script.ok() || (now.ok() && now->source != script->source))
        why = "the script has changed";
      else if (now_head != head)
        why = fmt::format("transaction {}", now_head);
    }
  }
}

}  // namespace

std::vector<Verb> run_verbs(Session& session) {
  const auto arguments = std::make_shared<RunVerbArguments>();
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
      "A file runs apart, in a process that can read the register and do nothing else, unless it is trusted. --watch "
      "runs\n"
      "the script whenever its file has changed, until Ctrl-C. Exit code 1 when the script says that the answer is "
      "no:\n"
      "report{answer = false}.";
  run.examples =
      "amont run sources-of output:x\n"
      "amont run projects-touching dataset=dataset:snds/dcir --exact --json\n"
      "amont run impact-of dataset:snds/dcir --format html > impact.html\n"
      "amont run mine.lua --since 2025-01-01 --timeout 60\n"
      "amont run mine.lua output:x --watch";
  run.options = run_options(*arguments);
  add_trust_options(run.options, arguments->trust);
  run.options.push_back({"--watch", "", "run it again whenever its file has changed", into(arguments->watch.script)});
  run.options.push_back(
      {"--watch-store", "", "run it again after each new transaction of the register", into(arguments->watch.store)});
  run.run = [&session, arguments](const std::vector<std::string>& words) -> Result<int> {
    if (arguments->watch.script || arguments->watch.store) return run_watching(session, *arguments, words);
    AMONT_LET(const FoundScript script, find_script(words[0]));
    TxNumber seen = 0;
    return run_once(session, *arguments, script, words, &seen);
  };
  return {run};
}

}  // namespace amont::tool
