#include "core/store/judgement.h"

#include <algorithm>

#include <fmt/format.h>

#include "core/text/suggest.h"
#include "core/text/utf8.h"

namespace amont {
namespace {

constexpr std::string_view kAll = "all";

bool is_overridden(std::span<const std::string> names, std::string_view rule) {
  return std::ranges::any_of(names, [&](const std::string& name) { return name == kAll || name == rule; });
}

std::string refusal(const Rule& rule, const Verdict& verdict) {
  if (!verdict.status.ok())
    return fmt::format("the rule \"{}\" could not be checked, so nothing may be written: {}", rule.name,
                       verdict.status.text());
  return fmt::format("refused by the rule \"{}\": {} violation{} that {} not there before: {}", rule.name,
                     verdict.violations, verdict.violations == 1 ? "" : "s", verdict.violations == 1 ? "was" : "were",
                     verdict.told);
}

}  // namespace

RuleList rules_put(const RuleList& before, const RuleList& after) {
  RuleList put;
  for (const auto& one : after) {
    const StoredRule* const known = find_rule(before, one->rule.name);
    if (!known || known->rule != one->rule) put.push_back(one);
  }
  return put;
}

Status check_rule_changes(const LoggedTransaction& transaction, const RuleList& before, const RuleList& after) {
  if (!transaction.author.empty() && !transaction.reason.empty()) return {};
  for (const auto& one : before) {
    const StoredRule* const now = find_rule(after, one->rule.name);
    if (!now || now->rule != one->rule)
      return invalid(fmt::format("the rule \"{}\" is in force: {} it needs an author and a reason", one->rule.name,
                                 now ? "to replace" : "to remove"));
  }
  return {};
}

Status check_overrides(std::span<const std::string> names, const RuleList& in_force) {
  for (const std::string& name : names) {
    if (name == kAll || find_rule(in_force, name)) continue;
    std::vector<std::string_view> known;
    for (const auto& one : in_force) known.push_back(one->rule.name);
    const std::string_view near = nearest_word(name, known);
    return invalid(fmt::format("there is no rule {} in force that could be overridden{}", in_quotes(name),
                               near.empty() ? "" : fmt::format("; did you mean {}?", in_quotes(near))));
  }
  return {};
}

std::vector<Verdict> nobody_judges(std::size_t rules) {
  Verdict verdict;
  verdict.status = Status(Code::kUnsupported,
                          "rules can't be run by this program: it has to open the store with Options::judge, for which "
                          "amont/rules.h has rule_judge()");
  return std::vector<Verdict>(rules, verdict);
}

Result<std::vector<LoggedFinding>> findings_of(const RuleList& rules, std::span<const Verdict> verdicts,
                                               std::span<const std::string> overrides) {
  std::vector<LoggedFinding> findings;
  std::string first;
  std::vector<std::string> others;
  for (std::size_t i = 0; i < rules.size(); ++i) {
    const Rule& rule = rules[i]->rule;
    const Verdict& verdict = verdicts[i];
    if (verdict.status.ok() && verdict.violations == 0) continue;
    const bool refuses = rule.mode == RuleMode::kRefuse;
    const bool overridden = refuses && is_overridden(overrides, rule.name);
    if (refuses && !overridden) {
      if (first.empty())
        first = refusal(rule, verdict);
      else
        others.push_back(rule.name);
      continue;
    }
    LoggedFinding finding{rule.name, rule.mode, overridden, verdict.status.ok(), 0, {}};
    if (finding.checked) {
      finding.violations = verdict.violations;
      finding.nodes = verdict.nodes;
      finding.nodes.resize(std::min(finding.nodes.size(), kFindingNodesMax));
    }
    findings.push_back(std::move(finding));
  }
  if (first.empty()) return findings;
  if (!others.empty()) first += fmt::format(". Also refused by {}", fmt::join(others, ", "));
  return refused(first +
                 ". The transaction was not written. To write it nevertheless, override the rule by its name, with an "
                 "author and a "
                 "reason; that is recorded");
}

Status check_they_run(const RuleList& put, std::span<const Verdict> verdicts) {
  for (std::size_t i = 0; i < put.size(); ++i)
    if (!verdicts[i].status.ok())
      return refused(fmt::format("the rule \"{}\" does not run on this register, so it was not put: {}",
                                 put[i]->rule.name, verdicts[i].status.text()));
  return {};
}

}  // namespace amont
