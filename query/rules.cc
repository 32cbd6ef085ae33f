#include "amont/rules.h"

#include <fmt/format.h>

#include <algorithm>
#include <map>

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

Result<ScriptArguments> arguments_of(const ScriptHeader& header, const ScriptArguments& given) {
  ScriptArguments taken;
  for (const auto& one : given.named)
    if (std::ranges::any_of(header.parameters,
                            [&](const ScriptParameter& parameter) { return parameter.name == one.first; }))
      taken.named.push_back(one);
  return taken;
}

Status check(const ShippedScript& rule, const ScriptArguments& given, const RunScript& run, RuleOutcome& outcome) {
  AMONT_LET(const ScriptHeader header, read_script_header(rule.name, rule.source));
  outcome.question = header.description.substr(0, header.description.find('\n'));
  AMONT_LET(const ScriptArguments arguments, arguments_of(header, given));
  AMONT_LET(Report report, run(rule, arguments));
  outcome.completeness = std::move(report.completeness);
  bool has_rows = false;
  for (const ReportBlock& block : report.blocks) {
    has_rows = has_rows || block.what == ReportBlock::What::kRows;
    for (const std::vector<Cell>& row : block.rows) outcome.violations.push_back(violation_of(block, row));
  }
  if (has_rows) return {};
  return invalid(rule.name +
                 " returned no rows{}, so it is no rule: a rule's rows are what is wrong, none when all is well");
}

}  // namespace

RuleOutcome check_rule(const Snapshot& view, Store* store, const ShippedScript& rule, const ScriptArguments& given,
                       const ScriptRunLimits& limits, const std::atomic<bool>* cancel) {
  return check_rule(rule, given, [&](const ShippedScript& script, const ScriptArguments& arguments) {
    return run_script(view, store, script.name, script.source, arguments, limits, cancel);
  });
}

RuleOutcome check_rule(const ShippedScript& rule, const ScriptArguments& given, const RunScript& run) {
  RuleOutcome outcome;
  outcome.name = rule.name;
  outcome.status = check(rule, given, run, outcome);
  if (!outcome.status.ok()) outcome.violations.clear();
  return outcome;
}

std::vector<Violation> new_violations(const std::vector<Violation>& now, const std::vector<Violation>& before) {
  std::map<std::string_view, std::size_t> known;
  for (const Violation& violation : before) ++known[violation.identity];
  std::vector<Violation> fresh;
  for (const Violation& violation : now) {
    const auto found = known.find(violation.identity);
    if (found == known.end() || found->second == 0)
      fresh.push_back(violation);
    else
      --found->second;
  }
  return fresh;
}

}  // namespace amont
