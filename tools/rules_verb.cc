// The rules verb: the rules that a register keeps, which judge what is written.

#include <algorithm>
#include <optional>

#include <fmt/format.h>

#include "amont/exchange.h"
#include "amont/rules.h"
#include "tools/ask_arguments.h"
#include "tools/exit_code.h"
#include "tools/find_script.h"
#include "tools/receipt.h"
#include "tools/render/heading.h"
#include "tools/render/history.h"
#include "tools/render/table.h"
#include "tools/verbs.h"

namespace amont::tool {
namespace {

struct RulesArguments {
  std::string known_at;
  std::string mode;
  WriteArguments write;
};

std::string first_line(const std::string& text) { return text.substr(0, text.find('\n')); }

// What a rule asks: the first line of its header.
std::string question_of(const Rule& rule) {
  const Result<ScriptHeader> header = read_script_header(rule.name, rule.source);
  return header.ok() ? first_line(header->description) : std::string();
}

std::string arguments_text(const Rule& rule) {
  std::string text;
  for (const auto& [name, value] : rule.arguments) text += fmt::format("{}{}={}", text.empty() ? "" : " ", name, value);
  return text;
}

Status no_such_rule(const std::string& name) {
  return not_found(fmt::format("the register has no rule \"{}\"; `amont rules` lists those it has", name));
}

Result<int> list_rules(Session& session, const RulesArguments& arguments) {
  AMONT_LET(const Format format, session.format());
  AMONT_LET(const std::unique_ptr<Store> store, session.open_to_read());
  AMONT_LET(const Snapshot view, view_known_at(*store, arguments.known_at));
  Output& out = session.out();
  if (format == Format::kJson) {
    std::string json = "{\"amont\": 1, \"rules\": [";
    for (const auto& one : view.rules()) {
      std::string line = "{";
      append_rule(line, one->rule);
      append_member(line, "question");
      append_json_string(line, question_of(one->rule));
      append_member(line, "tx");
      json += (json.back() == '[' ? "\n  " : ",\n  ") + line + std::to_string(one->tx) + "}";
    }
    out.add(json + "]}\n");
  } else if (view.rules().empty()) {
    session.note("the register has no rules; `amont rules put NAME FILE.lua --mode refuse` puts one");
  } else {
    std::vector<std::vector<TableCell>> rows;
    for (const auto& one : view.rules())
      rows.push_back({one->rule.name, std::string(name_of(one->rule.mode)), std::to_string(one->tx),
                      question_of(one->rule), arguments_text(one->rule)});
    write_table(out, {{"rule"}, {"mode"}, {"tx", true}, {"what", false, true}, {"arguments", false, true, true}}, rows,
                {session.colour(), session.width()});
  }
  AMONT_TRY(out.flush());
  return kYes;
}

Result<int> show_rule(Session& session, const RulesArguments& arguments, const std::string& name) {
  AMONT_LET(const Format format, session.format());
  AMONT_LET(const std::unique_ptr<Store> store, session.open_to_read());
  AMONT_LET(const Snapshot view, view_known_at(*store, arguments.known_at));
  const StoredRule* const found = find_rule(view.rules(), name);
  if (!found) return no_such_rule(name);
  Output& out = session.out();
  if (format == Format::kJson) {
    std::string json = "{\"amont\": 1";
    append_rule(json, found->rule);
    out.add(json + fmt::format(", \"tx\": {}}}\n", found->tx));
  } else if (session.on_terminal()) {
    write_lines(out, found->rule.source, {});
  } else {
    out.add(found->rule.source);
  }
  AMONT_TRY(out.flush());
  return kYes;
}

// NAME [FILE.lua|RULE] [NAME=VALUE...]: what is not said stays as `before` has it.
Result<Rule> read_rule(const std::vector<std::string>& words, const std::string& mode, const StoredRule* before) {
  Rule rule = before ? before->rule : Rule();
  rule.name = words[0];
  bool has_source = before != nullptr, has_arguments = false;
  for (std::size_t i = 1; i < words.size(); ++i) {
    const std::size_t equals = words[i].find('=');
    if (equals != std::string::npos && words[i].find('/') > equals) {
      if (!std::exchange(has_arguments, true)) rule.arguments.clear();
      rule.arguments.emplace_back(words[i].substr(0, equals), words[i].substr(equals + 1));
      continue;
    }
    if (i > 1) return invalid(fmt::format("\"{}\": a rule has one script, and its arguments are NAME=VALUE", words[i]));
    if (const ShippedScript* const shipped = find_shipped_script("rules/" + words[i])) {
      rule.source = shipped->source;
    } else {
      AMONT_LET(FoundScript script, find_script(words[i]));
      rule.source = std::move(script.source);
    }
    has_source = true;
  }
  if (!has_source) {
    const ShippedScript* const shipped = find_shipped_script("rules/" + rule.name);
    if (!shipped)
      return not_found(
          fmt::format("no script: no rule \"{}\" ships with Amont; say FILE.lua after the name", rule.name));
    rule.source = shipped->source;
  }
  if (mode.empty() && !before) return invalid("say --mode refuse, or --mode annotate");
  if (!mode.empty()) {
    AMONT_LET(rule.mode, parse_rule_mode(mode).while_doing("--mode"));
  }
  AMONT_TRY(check_storable(rule));
  return rule;
}

Result<int> put_rule(Session& session, const RulesArguments& arguments, const std::vector<std::string>& words) {
  if (words.empty()) return invalid("rules put takes NAME [FILE.lua|RULE] [NAME=VALUE...]");
  AMONT_LET(const std::unique_ptr<Store> store, session.open_to_write());
  AMONT_LET(const Snapshot now, store->snapshot());
  AMONT_LET(Rule rule, read_rule(words, arguments.mode, find_rule(now.rules(), words[0])));
  // Here all may be told that a refusal would not say.
  const RuleOutcome outcome = check_rule(now, nullptr, rule, {}, now.time(), {}, &session.interrupted());
  AMONT_TRY(Status(outcome.status).while_doing("the rule does not run on this register"));
  const std::string name = rule.name;
  Transaction transaction;
  transaction.changes.push_back(PutRule{std::move(rule)});
  AMONT_LET(const int code, commit_and_tell(session, *store, std::move(transaction), arguments.write));
  if (!outcome.violations.empty())
    session.note(fmt::format("{} there already and will not be held against anybody; `amont check {}` lists them",
                             outcome.violations.size() == 1
                                 ? std::string("1 violation is")
                                 : fmt::format("{} violations are", outcome.violations.size()),
                             name));
  return code;
}

Result<int> remove_rule(Session& session, const RulesArguments& arguments, const std::vector<std::string>& words) {
  if (words.size() != 1) return invalid("rules remove takes the NAME of a rule");
  AMONT_LET(const std::unique_ptr<Store> store, session.open_to_write());
  Transaction transaction;
  transaction.changes.push_back(RemoveRule{words[0]});
  return commit_and_tell(session, *store, std::move(transaction), arguments.write);
}

Result<int> run_rules(Session& session, const RulesArguments& arguments, const std::vector<std::string>& words) {
  const std::string what = words.empty() ? "list" : words[0];
  const std::vector<std::string> rest(words.begin() + (words.empty() ? 0 : 1), words.end());
  if (!arguments.known_at.empty() && (what == "put" || what == "remove"))
    return invalid("--known-at is for looking; a rule is put and removed now");
  if (what == "list" && rest.empty()) return list_rules(session, arguments);
  if (what == "show" && rest.size() == 1) return show_rule(session, arguments, rest[0]);
  if (what == "put") return put_rule(session, arguments, rest);
  if (what == "remove") return remove_rule(session, arguments, rest);
  return invalid("rules takes nothing, show NAME, put NAME [FILE.lua|RULE] [NAME=VALUE...] or remove NAME");
}

}  // namespace

std::vector<Verb> rules_verbs(Session& session) {
  const auto arguments = std::make_shared<RulesArguments>();
  Verb rules;
  rules.name = "rules";
  rules.group = "script";
  rules.words = "[show NAME | put NAME [FILE.lua|RULE] [NAME=VALUE...] | remove NAME]";
  rules.words_max = kAnyNumber;
  rules.formats = {Format::kTable, Format::kJson};
  rules.summary = "the rules that the register keeps, which judge what is written";
  rules.about =
      "A rule is a script whose rows are what is wrong. Kept in the register it looks at each transaction before it "
      "is\n"
      "written, and counts what that would bring: with --mode refuse such a transaction is not written, unless it is\n"
      "given with --override RULE, an author and a reason; with --mode annotate it is, and `amont log` tells what the\n"
      "rule found. RULE is one that ships with Amont. An argument \"now\" is, for a date, the time of the "
      "transaction.\n"
      "To replace or remove a rule takes --author and --reason. `amont check` runs all rules of the register.";
  rules.examples =
      "amont rules\n"
      "amont rules put no-prohibited-purpose --mode refuse --author me --reason 'EHDS, article 54'\n"
      "amont rules put late results-published today=now --mode annotate\n"
      "amont rules show late\n"
      "amont rules remove late --author me --reason 'asked elsewhere'";
  rules.options = {
      {"--mode",
       "MODE",
       "what the rule does: refuse or annotate",
       into(arguments->mode),
       false,
       {"refuse", "annotate"}},
      {"--known-at", "TX|TIME", "the rules as they were then", into(arguments->known_at)},
  };
  add_write_options(rules.options, arguments->write);
  rules.run = [&session, arguments](const std::vector<std::string>& words) {
    return run_rules(session, *arguments, words);
  };
  return {rules};
}

}  // namespace amont::tool
