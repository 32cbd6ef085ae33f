// What rules say of a transaction, turned into what stands in its heading, or into a refusal.
#pragma once

#include <span>
#include <string>
#include <vector>

#include "amont/rule.h"
#include "core/record/logged.h"

namespace amont {

// The rules that are in `after` and not, as they are there, in `before`.
RuleList rules_put(const RuleList& before, const RuleList& after);
// kInvalid when a rule that was in force is not, or not as it was, and the transaction does not say who and why.
Status check_rule_changes(const LoggedTransaction& transaction, const RuleList& before, const RuleList& after);
// kInvalid when `names` has one that is neither in force nor "all".
Status check_overrides(std::span<const std::string> names, const RuleList& in_force);

// The verdicts of an engine without a judge.
std::vector<Verdict> nobody_judges(std::size_t rules);

// A finding for each rule that has something to say. kRefused when a rule forbids the transaction and is not overridden.
Result<std::vector<LoggedFinding>> findings_of(const RuleList& rules, std::span<const Verdict> verdicts,
                                               std::span<const std::string> overrides);
// kRefused when one of the rules that the transaction puts does not run on the register as it would be.
Status check_they_run(const RuleList& put, std::span<const Verdict> verdicts);

}  // namespace amont
