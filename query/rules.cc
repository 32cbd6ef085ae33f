#include "amont/rules.h"

#include <fmt/format.h>

#include <algorithm>
#include <functional>
#include <map>

#include "query/rule_rows.h"

namespace amont {
namespace {

struct TextOf {
  std::string operator()(std::monostate) const { return {}; }
  std::string operator()(const std::string& text) const { return text; }
  std::string operator()(std::int64_t integer) const { return std::to_string(integer); }
  std::string operator()(double real) const { return fmt::format("{}", real); }
  std::string operator()(bool yes) const { return yes ? "yes" : "no"; }
  std::string operator()(Timestamp time) const { return time.text(); }
};
std::string text_of(const Cell& cell) { return std::visit(TextOf{}, cell); }

Violation violation_of(const ReportBlock& block, const std::vector<Cell>& row) {
  Violation violation;
  for (std::size_t i = 0; i < row.size(); ++i) {
    const std::string text = text_of(row[i]);
    if (!text.empty() && i > 0) violation.text += ", " + block.columns[i] + ": ";
    violation.text += text;
    if (std::holds_alternative<std::string>(row[i])) violation.identity += (i > 0 ? "\t" : "") + text;
  }
  if (violation.identity.find_first_not_of('\t') == std::string::npos) violation.identity = violation.text;
  return violation;
}

bool is_declared(const ScriptHeader& header, std::string_view name) {
  return std::ranges::any_of(header.parameters, [&](const ScriptParameter& one) { return one.name == name; });
}

// Those that the header declares.
ScriptArguments arguments_of(const ScriptHeader& header, const ScriptArguments& given) {
  ScriptArguments taken;
  for (const auto& one : given.named)
    if (is_declared(header, one.first)) taken.named.push_back(one);
  return taken;
}

// A stored rule's own, of which one that is not declared is wrong, but for those given.
ScriptArguments arguments_of(const ScriptHeader& header, const Rule& rule, const ScriptArguments& given,
                             Timestamp now) {
  ScriptArguments all = arguments_of(header, given);
  for (const auto& [name, value] : rule.arguments) {
    if (std::ranges::any_of(all.named, [&](const auto& one) { return one.first == name; })) continue;
    const bool is_now = value == "now" && std::ranges::any_of(header.parameters, [&](const ScriptParameter& one) {
                          return one.name == name && one.type == "date";
                        });
    all.named.emplace_back(name, is_now ? now.text() : value);
  }
  return all;
}

using ArgumentsOf = std::function<ScriptArguments(const ScriptHeader&)>;

Status check(const ShippedScript& rule, const ArgumentsOf& arguments, const RunScript& run, CheckedRows& checked) {
  RuleOutcome& outcome = checked.outcome;
  AMONT_LET(const ScriptHeader header, read_script_header(rule.name, rule.source));
  outcome.question = header.description.substr(0, header.description.find('\n'));
  AMONT_LET(Report report, run(rule, arguments(header)));
  outcome.completeness = std::move(report.completeness);
  bool has_rows = false;
  for (const ReportBlock& block : report.blocks) {
    has_rows = has_rows || block.what == ReportBlock::What::kRows;
    for (const std::vector<Cell>& row : block.rows) outcome.violations.push_back(violation_of(block, row));
  }
  checked.blocks = std::move(report.blocks);
  if (has_rows) return {};
  return invalid(rule.name +
                 " returned no rows{}, so it is no rule: a rule's rows are what is wrong, none when all is well");
}

CheckedRows checked_rows(const ShippedScript& rule, const ArgumentsOf& arguments, const RunScript& run) {
  CheckedRows checked;
  checked.outcome.name = rule.name;
  checked.outcome.status = check(rule, arguments, run, checked);
  if (!checked.outcome.status.ok()) checked.outcome.violations.clear();
  return checked;
}

CheckedRows checked_rows(const Rule& rule, const ScriptArguments& given, Timestamp now, const RunScript& run) {
  return checked_rows(
      {rule.name, rule.source}, [&](const ScriptHeader& header) { return arguments_of(header, rule, given, now); },
      run);
}

RunScript run_here(const Snapshot& view, Store* store, const ScriptRunLimits& limits, const std::atomic<bool>* cancel) {
  return [&view, store, limits, cancel](const ShippedScript& script, const ScriptArguments& arguments) {
    return run_script(view, store, script.name, script.source, arguments, limits, cancel);
  };
}

}  // namespace

CheckedRows check_rows(const Snapshot& view, Store* store, const Rule& rule, const ScriptArguments& given,
                       Timestamp now, const ScriptRunLimits& limits, const std::atomic<bool>* cancel) {
  return checked_rows(rule, given, now, run_here(view, store, limits, cancel));
}

RuleOutcome check_rule(const Rule& rule, const ScriptArguments& given, Timestamp now, const RunScript& run) {
  return checked_rows(rule, given, now, run).outcome;
}

RuleOutcome check_rule(const Snapshot& view, Store* store, const Rule& rule, const ScriptArguments& given,
                       Timestamp now, const ScriptRunLimits& limits, const std::atomic<bool>* cancel) {
  return check_rule(rule, given, now, run_here(view, store, limits, cancel));
}

RuleOutcome check_rule(const ShippedScript& rule, const ScriptArguments& given, const RunScript& run) {
  return checked_rows(
             rule, [&](const ScriptHeader& header) { return arguments_of(header, given); }, run)
      .outcome;
}

RuleOutcome check_rule(const Snapshot& view, Store* store, const ShippedScript& rule, const ScriptArguments& given,
                       const ScriptRunLimits& limits, const std::atomic<bool>* cancel) {
  return check_rule(rule, given, run_here(view, store, limits, cancel));
}

std::vector<Violation> new_violations(const std::vector<Violation>& now, const std::vector<Violation>& before) {
  std::map<std::string_view, std::size_t> known;
  for (const Violation& violation : before) ++known[violation.identity];
  std::vector<Violation> fresh;
  for (const Violation& violation : now) {
    const auto found = known.find(violation.identity);
    if (found != known.end() && found->second > 0)
      --found->second;
    else
      fresh.push_back(violation);
  }
  return fresh;
}

}  // namespace amont
