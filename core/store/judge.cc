// Engine: what the register's rules say of a transaction, between its check and its sealing.
#include <algorithm>

#include "core/guarded.h"
#include "core/record/part_format.h"
#include "core/record/parts.h"
#include "core/store/engine.h"
#include "core/store/foresight.h"
#include "core/store/judgement.h"

namespace amont {
namespace {

// Changes of rules change nothing that rules look at. They are not judged, or one that can't run any more could not be taken out.
bool changes_only_rules(const SplitRecord& record) {
  if (record.head.kind != TxKind::kPlain) return false;
  for (std::size_t i = 0; i < record.parts.size(); ++i) {
    const auto kind = static_cast<std::uint8_t>(record.parts[i][0]);
    if (kind < kAuthor && kind != kRulePut && kind != kRuleRemoval) return false;
  }
  return true;
}

}  // namespace

std::vector<Verdict> Engine::verdicts(const Snapshot& before, const Snapshot& after, const RuleList& rules) const {
  if (!options_.judge || rules.empty()) return nobody_judges(rules.size());
  Verdict missing;
  missing.status = Status(Code::kScript, "Options::judge gave another number of verdicts than there are rules");
  try {
    std::vector<Verdict> said = options_.judge(before, after, rules);
    if (said.size() == rules.size()) return said;
  } catch (...) {
    missing.status = Status(Code::kScript, "Options::judge threw " + status_of_exception().text());
  }
  return std::vector<Verdict>(rules.size(), missing);
}

Status Engine::judge(Unsealed& unsealed, const RuleList& in_force, std::span<const std::string> overrides,
                     std::span<const Sealed> accepted, const LogHead& tip, Foresight& ahead) const {
  const RuleList put = rules_put(in_force, *unsealed.rules);
  if (in_force.empty() && put.empty() && overrides.empty()) return {};
  AMONT_TRY(check_overrides(overrides, in_force));
  AMONT_TRY(check_rule_changes(unsealed.transaction, in_force, *unsealed.rules));
  if (in_force.empty() && put.empty()) return {};

  unsealed.time = std::max(now(), tip.time);
  give_number(unsealed, tip);
  SplitRecord next{
      unsealed.transaction.head, {}, encode_parts(unsealed.transaction, *unsealed.schema, unsealed.kinds), {}};
  next.parts.append(unsealed.changes);
  const RuleList judging = changes_only_rules(next) ? RuleList() : in_force;
  if (judging.empty() && put.empty()) return {};
  Result<Foresight::Views> views = ahead.look(accepted, next);
  Status status = views.status();
  if (status.ok()) {
    Result<std::vector<LoggedFinding>> findings =
        findings_of(judging, verdicts(views->before, views->after, judging), overrides);
    status = findings.status();
    if (status.ok()) status = check_they_run(put, verdicts(views->after, views->after, put));
    if (status.ok()) unsealed.transaction.findings = *std::move(findings);
  }
  if (!status.ok()) ahead.forget_last();
  return status;
}

}  // namespace amont
