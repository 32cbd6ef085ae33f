// The check verb: rules, and what they find that is wrong.

#include <algorithm>
#include <map>
#include <set>

#include <fmt/format.h>

#include "tools/ask_arguments.h"
#include "tools/exit_code.h"
#include "tools/files.h"
#include "tools/find_script.h"
#include "tools/render/check.h"
#include "tools/render/escape.h"
#include "tools/script_limits.h"
#include "tools/show_report.h"
#include "tools/trust.h"
#include "tools/verbs.h"

namespace amont::tool {
namespace {

constexpr std::size_t kBaselineBytesMax = 64 << 20;
constexpr std::string_view kRulesFolder = "rules/";

struct CheckArguments {
  AskArguments ask;  // known_at, timeout, strict
  std::string baseline;
  std::string write_baseline;
  std::string since;            // a transaction or a time
  ScriptLimitArguments limits;  // of each rule
  TrustArguments trust;
};

struct AskedRule {
  FoundScript script;
  const Rule* stored = nullptr;  // when it is one of the register's
};
struct Asked {
  std::vector<AskedRule> rules;
  ScriptArguments given;

  void add(FoundScript script) { rules.push_back({std::move(script)}); }
  void add(const Rule& rule) { rules.push_back({{{rule.name, rule.source}, false, {}}, &rule}); }
};

// Rules by name, file or folder, and what they need to know: today=2026-01-01. Of one name the register's comes before the one that
// ships with Amont.
Result<Asked> read_words(const std::vector<std::string>& words, const RuleList& stored) {
  Asked asked;
  for (const std::string& word : words) {
    const std::size_t equals = word.find('=');
    if (equals != std::string::npos && word.find('/') > equals) {
      asked.given.named.emplace_back(word.substr(0, equals), word.substr(equals + 1));
    } else if (is_directory(word)) {
      AMONT_LET(const std::vector<NamedFile> files, files_under(word, {".lua"}));
      for (const NamedFile& file : files) {
        AMONT_LET(FoundScript rule, find_script(file.path));
        rule.name = file.name.substr(0, file.name.size() - 4);  // below the folder, without ".lua"
        asked.add(std::move(rule));
      }
    } else if (const StoredRule* const kept = find_rule(stored, word)) {
      asked.add(kept->rule);
    } else if (const ShippedScript* const shipped = find_shipped_script(std::string(kRulesFolder) + word)) {
      asked.add({*shipped, true, {}});
    } else {
      AMONT_LET(FoundScript rule, find_script(word));
      asked.add(std::move(rule));
    }
  }
  if (asked.rules.empty())
    for (const auto& one : stored) asked.add(one->rule);
  if (asked.rules.empty())
    for (const ShippedScript& script : shipped_scripts())
      if (script.name.starts_with(kRulesFolder)) asked.add({script, true, {}});
  std::set<std::string> names;
  for (AskedRule& one : asked.rules) {
    FoundScript& rule = one.script;
    if (!one.stored && rule.name.starts_with(kRulesFolder)) rule.name.erase(0, kRulesFolder.size());
    if (!names.insert(rule.name).second)
      return invalid(
          fmt::format("two rules have the name \"{}\", and a baseline could not tell them apart", rule.name));
  }
  return asked;
}

// Who types `todai=` means a parameter that some rule has.
Status check_parameters(const Asked& asked) {
  for (const auto& [name, value] : asked.given.named) {
    bool known = false;
    for (const AskedRule& rule : asked.rules) {
      AMONT_LET(const ScriptHeader header, read_script_header(rule.script.name, rule.script.source));
      known =
          known || std::ranges::any_of(header.parameters, [&](const ScriptParameter& one) { return one.name == name; });
    }
    if (!known) return invalid(fmt::format("none of the rules takes \"{}\"", name));
  }
  return {};
}

// On one line, so that texts with line ends can't pretend to be others; and with control and invisible characters spelt out.
std::string one_line(std::string text) {
  std::ranges::replace(text, '\n', ' ');
  std::ranges::replace(text, '\r', ' ');
  return for_terminal(text);
}

// What is known already: for each rule a line "rule<TAB>identity" for each violation.
using Baseline = std::map<std::string, std::vector<Violation>, std::less<>>;
Result<Baseline> read_baseline(const std::string& path) {
  Baseline baseline;
  if (path.empty()) return baseline;
  AMONT_LET(const std::string text, read_text_file(path, kBaselineBytesMax));
  std::size_t number = 0;
  for (std::size_t at = 0; at < text.size();) {
    const std::size_t end = std::min(text.find('\n', at), text.size());
    const std::string line = text.substr(at, end - at);
    at = end + 1;
    ++number;
    if (line.empty() || line[0] == '#') continue;
    const std::size_t tab = line.find('\t');
    if (tab == std::string::npos)
      return invalid(fmt::format("{}:{}: a line of a baseline is a rule, a tab and what is known", path, number));
    baseline[line.substr(0, tab)].push_back({"", one_line(line.substr(tab + 1))});
  }
  return baseline;
}

Status write_baseline(const std::string& path, const std::vector<CheckedRule>& rules) {
  FileOutput file(path);
  AMONT_TRY(file.open());
  file.out().add(
      "# What `amont check --baseline` passes over: a rule, a tab, a violation without its numbers and times.\n");
  for (const CheckedRule& rule : rules)
    for (const Violation& violation : rule.outcome.violations)
      file.out().add(one_line(rule.outcome.name) + "\t" + one_line(violation.identity) + "\n");
  return file.finish();
}

// In the formats of reports: a row for each rule, and one for each violation.
Status write_as_report(Session& session, const Heading& heading, const std::vector<CheckedRule>& rules) {
  for (const Format format : report_formats()) {
    if (name_of(format) != session.format_word()) continue;
    return show_blocks(session, format, heading, check_blocks(rules), check_counts(rules));
  }
  return invalid(fmt::format("--format: \"{}\" is none of table, json, ndjson, csv, md, html, tap and junit",
                             session.format_word()));
}

Status write(Session& session, const Heading& heading, const std::vector<CheckedRule>& rules) {
  Output& out = session.out();
  const std::string& format = session.format_word();
  if (session.wants_json() || format == "json")
    write_check_json(out, heading, rules);
  else if (format == "tap")
    write_check_tap(out, heading, rules);
  else if (format == "junit")
    write_check_junit(out, heading, rules);
  else if (format.empty() || format == "table")
    write_check_table(out, heading, rules, {session.colour(), session.width()});
  else
    return write_as_report(session, heading, rules);
  return out.flush();
}

Result<int> run_check(Session& session, const CheckArguments& arguments, const std::vector<std::string>& words) {
  if (!arguments.write_baseline.empty() && (!arguments.baseline.empty() || !arguments.since.empty()))
    return invalid("--write-baseline takes all that is wrong now: leave out --baseline and --since");
  AMONT_LET(const Baseline baseline, read_baseline(arguments.baseline));
  AMONT_LET(Question question, open_question(session, arguments.ask, "check", {}));
  AMONT_LET(const Asked asked, read_words(words, question.view.rules()));
  AMONT_TRY(check_parameters(asked));
  std::optional<Snapshot> before;
  if (!arguments.since.empty()) {
    AMONT_LET(before, view_known_at(*question.store, arguments.since).while_doing("--since"));
  }
  AMONT_LET(std::string path, session.store_path());
  const ScriptPlace place = {question.store.get(), std::move(path),
                             limits_of(arguments.limits, arguments.ask.timeout_micros), &session.interrupted()};

  std::vector<CheckedRule> rules;
  bool any_error = false, any_limit = false, any_violation = false;
  for (const AskedRule& one : asked.rules) {
    const FoundScript& rule = one.script;
    AMONT_LET(const bool trusted, is_trusted(rule, arguments.trust));
    const auto check = [&](const Snapshot& view) {
      const RunScript run = [&](const ShippedScript&, const ScriptArguments& given) {
        return run_where_trusted(rule, trusted, view, given, place);
      };
      return one.stored ? check_rule(*one.stored, asked.given, question.view.time(), run)
                        : check_rule(rule, asked.given, run);
    };
    CheckedRule checked{check(question.view)};
    RuleOutcome& outcome = checked.outcome;
    const std::size_t found = outcome.violations.size();
    for (Violation& violation : outcome.violations) violation.identity = one_line(violation.identity);
    if (const auto known = baseline.find(one_line(rule.name)); known != baseline.end())
      outcome.violations = new_violations(outcome.violations, known->second);
    if (before && outcome.status.ok()) {
      RuleOutcome then = check(*before);
      for (Violation& violation : then.violations) violation.identity = one_line(violation.identity);
      outcome.violations =
          then.status.ok() ? new_violations(outcome.violations, then.violations) : std::vector<Violation>();
      if (!then.status.ok()) outcome.status = std::move(then.status).while_doing("at --since");
    }
    checked.known = outcome.status.ok() ? found - outcome.violations.size() : 0;
    const Code code = outcome.status.code();
    const bool met_a_limit = code == Code::kLimit || code == Code::kTimeout;
    any_limit = any_limit || met_a_limit;
    any_error = any_error || (code != Code::kOk && !met_a_limit);
    any_violation = any_violation || !outcome.violations.empty();
    AMONT_TRY(question.heading.take(outcome.completeness, question.view));
    rules.push_back(std::move(checked));
  }
  const bool all_checked = !any_error && !any_limit;
  if (!arguments.write_baseline.empty() && all_checked) AMONT_TRY(write_baseline(arguments.write_baseline, rules));
  AMONT_TRY(write(session, question.heading, rules));
  if (!all_checked) session.note("what could not be checked is not known to hold");
  if (any_limit && !session.interrupted()) session.note(limits_note(place.limits));
  if (!all_checked) return any_error ? kBadUse : kIncomplete;
  if (!arguments.write_baseline.empty()) return kYes;
  if (any_violation) return kNo;
  return exit_code(session, question, arguments.ask);
}

}  // namespace

std::vector<Verb> check_verbs(Session& session) {
  const auto arguments = std::make_shared<CheckArguments>();
  Verb verb;
  verb.name = "check";
  verb.group = "script";
  verb.words = "[RULE|FILE.lua|DIR...] [NAME=VALUE...]";
  verb.words_max = kAnyNumber;
  verb.summary = "rules: scripts whose rows are what is wrong";
  verb.about =
      "Checks the rules named; without names those that the register keeps (`amont rules` lists them) or, when it has\n"
      "none, all that ship with Amont (`amont scripts` lists them as rules/...). What they need to know is told as\n"
      "NAME=VALUE. Files and rules of the register run apart, as with `amont run`, unless they are trusted. Exit code "
      "1\n"
      "when there is a violation, 2 when a rule could not be checked, 4 when that was for want of time or another "
      "limit\n"
      "alone.";
  verb.examples =
      "amont check today=2026-01-01\n"
      "amont check no-prohibited-purpose my-rules/ --format junit > report.xml\n"
      "amont check today=2026-01-01 --write-baseline known.txt\n"
      "amont check today=2026-01-01 --baseline known.txt --format tap";
  verb.options = {
      session.own_format_option("table (unless given), json, ndjson, csv, md, html, tap or junit"),
      {"--baseline", "FILE", "pass over the violations that this file knows", into(arguments->baseline)},
      {"--write-baseline", "FILE", "write all that is wrong now to such a file", into(arguments->write_baseline)},
      {"--since", "TX|TIME", "only what was not wrong then", into(arguments->since)},
  };
  add_time_options(verb.options, arguments->ask);
  add_limit_options(verb.options, arguments->limits, "each rule");
  add_trust_options(verb.options, arguments->trust);
  verb.run = [&session, arguments](const std::vector<std::string>& words) {
    return run_check(session, *arguments, words);
  };
  return {verb};
}

}  // namespace amont::tool
