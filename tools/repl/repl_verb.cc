// The repl verb: lines of Lua over one state of the register, each answered as it is typed.

#include <algorithm>
#include <chrono>

#include <fmt/format.h>

#include "amont/script_completion.h"
#include "amont/script_session.h"
#include "tools/arguments.h"
#include "tools/exit_code.h"
#include "tools/render/words.h"
#include "tools/repl/commands.h"
#include "tools/repl/line_source.h"
#include "tools/run_arguments.h"
#include "tools/show_report.h"
#include "tools/verbs.h"

namespace amont::tool {
namespace {

using namespace std::chrono_literals;

constexpr auto kCompletionTime = 250ms;
constexpr std::string_view kName = "line";  // what messages of a session begin with

class Repl {
 public:
  Repl(Session& session, const RunArguments& arguments, Question question, Format format)
      : session_(session), arguments_(arguments), question_(std::move(question)), format_(format) {}

  Result<int> run() {
    AMONT_TRY(begin());
    const auto lines = open_lines(session_, [this](std::string_view before) { return complete(before); });
    is_terminal_ = lines->is_terminal();
    if (is_terminal_) session_.note(greeting());
    int code = kYes;  // of the first line that failed
    while (!ended_) {
      if (is_terminal_) session_.listen_again();
      Result<ReadLine> line = lines->next(!chunk_.empty());
      if (!line.ok()) return line.status();
      if (line->what == ReadLine::What::kEnd) break;
      if (line->what == ReadLine::What::kCancelled) {
        chunk_.clear();
        continue;
      }
      const int one = take(line->text);
      AMONT_TRY(session_.out().flush());
      if (code == kYes) code = one;
      if (!is_terminal_ && session_.interrupted().load(std::memory_order_relaxed)) break;
    }
    if (!chunk_.empty() && !ended_) {
      session_.error("the input ends within what it began: " + first_line(chunk_));
      if (code == kYes) code = kBadUse;
    }
    return is_terminal_ ? kYes : code;
  }

 private:
  Status begin() {
    AMONT_LET(scripts_, ScriptSession::open({question_.view, question_.options.valid_at, question_.options.valid_until},
                                            question_.store.get(), limits_of(arguments_), &session_.interrupted()));
    return {};
  }
  std::string greeting() const { return fmt::format("{}. Type Lua, or :help; Ctrl-D ends.", place()); }
  // "the register at transaction 8 (2026-...), valid at any time"
  std::string place() const {
    const SessionView& view = scripts_->view();
    std::string valid = "valid at any time";
    if (view.valid_at) valid = "valid at " + view.valid_at->text();
    if (view.valid_until)
      valid = fmt::format("valid between {} and {}", view.valid_at->text(), view.valid_until->text());
    return fmt::format("the register at transaction {} ({}), {}", view.view.tx(), view.view.time().text(), valid);
  }
  static std::string first_line(const std::string& text) { return text.substr(0, text.find('\n')); }

  // A line; an exit code.
  int take(const std::string& line) {
    ++line_number_;
    if (chunk_.empty() && line.find_first_not_of(" \t") == std::string::npos) return kYes;
    if (chunk_.empty() && line[line.find_first_not_of(" \t")] == ':') return told(command(line));
    if (chunk_.empty()) chunk_line_ = line_number_;
    chunk_ += (chunk_.empty() ? "" : "\n") + line;
    if (scripts_->wants_more(chunk_)) return kYes;
    const std::string text = std::exchange(chunk_, std::string());
    return told(answer(text));
  }
  int told(const Result<int>& done) {
    if (done.ok()) return *done;
    session_.error(done.status().text());
    return exit_code(done.code());
  }

  Result<int> answer(const std::string& text) {
    // Messages tell the line of the input.
    const std::string placed = (is_terminal_ ? std::string() : std::string(chunk_line_ - 1, '\n')) + text;
    const Result<Report> ran = scripts_->run(kName, placed);
    const bool was_stopped = session_.interrupted().load(std::memory_order_relaxed);
    if (is_terminal_) session_.listen_again();
    if (!ran.ok()) return failed(placed, ran.status(), was_stopped);
    if (is_terminal_ && text.starts_with("local "))
      session_.note("a local name ends with its line; without `local` it stays");
    if (const std::string name = word_replaced(text); is_terminal_ && !name.empty())
      session_.note(fmt::format("{} was a word of scripts; :reset brings it back", name));
    return show(*ran);
  }
  // What it said before, and why it ended.
  Result<int> failed(const std::string& placed, const Status& why, bool was_stopped) {
    write_printed(session_.out(), scripts_->printed(), {session_.colour(), session_.width()});
    AMONT_TRY(session_.out().flush());
    if (was_stopped) {
      if (is_terminal_) session_.note("");  // the terminal shows ^C
      session_.note("stopped");
      return kIncomplete;
    }
    const int code = tell_script_error(session_, kName, placed, limits_of(arguments_), why);
    if (why.text().find("bytes of memory") != std::string::npos)
      session_.note("names keep what they were given: `name = nil` or :reset makes room");
    return code;
  }

  Result<int> show(const Report& report) {
    Heading heading = question_.heading;
    heading.describe(scripts_->view().view);
    AMONT_TRY(heading.take(report.completeness, scripts_->view().view));
    const std::string counts = counts_of(report);
    const Shown shown = {heading, report, counts};
    if (format_ != Format::kTable) {
      AMONT_TRY(show_report(session_, format_, shown, arguments_.ask.raw));
    } else {
      show_plainly(shown);
    }
    question_.heading.reasons = heading.reasons;
    const int code = exit_code(session_, question_, arguments_.ask);
    question_.heading.reasons.clear();
    return code;
  }
  // Values by themselves, and below what is more than that how complete it is.
  void show_plainly(const Shown& shown) {
    const TableLook look = {session_.colour(), session_.width()};
    bool is_plain = shown.report.title.empty();
    for (const ReportBlock& block : shown.report.blocks)
      is_plain = is_plain && block.what == ReportBlock::What::kText && block.title.empty();
    Output& out = session_.out();
    if (is_plain) {
      write_printed(out, shown.report.printed, look);
      for (const ReportBlock& block : shown.report.blocks) write_lines(out, block.text, look);
      if (shown.heading.complete() && shown.heading.unknown.empty()) return;
    } else {
      write_report_blocks(out, shown.report, look);
    }
    write_closing(out, shown.heading, shown.counts, look);
  }

  Result<int> command(const std::string& line) {
    const std::size_t begin = line.find(':') + 1;
    const std::size_t end = std::min(line.find_first_of(" \t", begin), line.size());
    const std::string name = line.substr(begin, end - begin);
    std::string word = line.substr(std::min(line.find_first_not_of(" \t", end), line.size()));
    while (word.ends_with(' ') || word.ends_with('\t')) word.pop_back();
    const TableLook look = {session_.colour(), session_.width()};
    if (name == "help" && word.empty()) {
      write_lines(session_.out(), repl_help(), look);
      return kYes;
    }
    if (name == "help") {
      AMONT_LET(const std::vector<const ScriptWord*> words, words_meant(word));
      write_word_help(session_.out(), words, look);
      return kYes;
    }
    if (name == "known_at" || name == "valid_at") return move(name, word);
    if (name == "format") return set_format(word);
    if (name != "refresh" && name != "reset" && name != "quit") {
      std::vector<std::string> names;
      for (const ReplCommand& one : repl_commands()) names.emplace_back(one.name);
      const std::string near = nearest(name, names);
      return invalid(fmt::format("there is no command :{}{}", name,
                                 near.empty() ? "; :help lists them" : fmt::format("; did you mean :{}?", near)));
    }
    if (!word.empty()) return invalid(fmt::format(":{} takes nothing, and not {}", name, word));
    if (name == "refresh") return refresh();
    if (name == "quit") ended_ = true;
    if (name == "reset") AMONT_TRY(reset());
    return kYes;
  }
  Status reset() {
    const SessionView view = scripts_->view();
    AMONT_TRY(begin());
    return scripts_->look_at(view);
  }
  Result<int> refresh() {
    if (!known_at_.empty())
      return invalid(
          fmt::format("the session asks the register as known at {}; :known_at alone comes back to now", known_at_));
    return move("known_at", "");
  }
  Result<int> move(const std::string& name, const std::string& word) {
    AskArguments asked = arguments_.ask;
    asked.known_at = name == "known_at" ? word : known_at_;
    asked.valid_at = name == "valid_at" ? word : valid_at_;
    AMONT_LET(const ValidAt valid, parse_valid_at(asked.valid_at));
    AMONT_LET(Snapshot view, view_known_at(*question_.store, asked.known_at));
    question_.heading.valid_at = valid.at;
    question_.heading.valid_until = valid.until;
    question_.view = view;
    AMONT_TRY(scripts_->look_at({std::move(view), valid.at, valid.until}));
    known_at_ = asked.known_at;
    valid_at_ = asked.valid_at;
    session_.note(place());
    return kYes;
  }
  Result<int> set_format(const std::string& word) {
    std::string names;
    for (const Format one : all_formats()) {
      if (name_of(one) == word) {
        format_ = one;
        return kYes;
      }
      names += fmt::format("{}{}", names.empty() ? "" : ", ", name_of(one));
    }
    return invalid(fmt::format("formats are {}, and not \"{}\"", names, word));
  }

  Completion complete(std::string_view before) {
    const auto deadline = std::chrono::steady_clock::now() + kCompletionTime;
    if (chunk_.empty() && before.starts_with(':')) return complete_repl_command(before);
    const std::string text = chunk_.empty() ? std::string() : chunk_ + "\n";
    const Result<std::vector<std::string>> own = scripts_->own_names();
    const std::vector<std::string> names = own.ok() ? *own : std::vector<std::string>();
    Completion found = complete_script(scripts_->view().view, text + std::string(before), names, deadline, &search_);
    found.begin -= std::min(found.begin, text.size());
    return found;
  }
  Session& session_;
  const RunArguments& arguments_;
  Question question_;
  Format format_;
  std::string known_at_ = arguments_.ask.known_at, valid_at_ = arguments_.ask.valid_at;
  std::unique_ptr<ScriptSession> scripts_;
  RefSearch search_;
  std::string chunk_;  // lines that only begin something
  std::size_t line_number_ = 0, chunk_line_ = 1;
  bool is_terminal_ = false, ended_ = false;
};

Result<int> run_repl(Session& session, const RunArguments& arguments) {
  AMONT_LET(const Format format, session.format());
  AMONT_LET(Question question, open_question(session, arguments.ask, "repl", {}));
  return Repl(session, arguments, std::move(question), format).run();
}

}  // namespace

std::vector<Verb> repl_verbs(Session& session) {
  const auto arguments = std::make_shared<RunArguments>();
  Verb verb;
  verb.name = "repl";
  verb.group = "script";
  verb.formats = all_formats();
  verb.summary = "ask in Lua, line by line, over one state of the register";
  verb.about =
      "Each line is run as a script is, with the same words and limits: an expression shows its value, and a name that "
      "is\n"
      "given stays for the lines that follow. Tab completes, :help tells more. A line that fails or runs out does not "
      "end\n"
      "the session. Without a terminal it reads the standard input to its end, and the exit code is that of the first "
      "line\n"
      "that failed. On a terminal the lines are kept in $AMONT_HISTORY, else in amont/history of $XDG_STATE_HOME or\n"
      "~/.local/state; AMONT_HISTORY= keeps none.";
  verb.examples =
      "amont repl\n"
      "amont repl --known-at 2026-01-01\n"
      "echo '#nodes(\"run\")' | amont repl";
  verb.options = run_options(*arguments);
  add_valid_options(verb.options, arguments->ask);
  verb.run = [&session, arguments](const std::vector<std::string>&) { return run_repl(session, *arguments); };
  return {verb};
}

}  // namespace amont::tool
