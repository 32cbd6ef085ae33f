// Pending: rules that are put and removed.
#include <algorithm>

#include <fmt/format.h>

#include "core/check/pending.h"
#include "core/text/suggest.h"
#include "core/text/utf8.h"

namespace amont {

void Pending::set_rules(RuleList rules) {
  if (marked_) undo_.emplace_back([this, old = rules_] { rules_ = old; });
  rules_ = std::make_shared<RuleList>(std::move(rules));
}

Result<bool> Pending::put(PutRule& change, std::vector<LoggedChange>& out) {
  AMONT_TRY(check_storable(change.rule));
  const StoredRule* const known = find_rule(*rules_, change.rule.name);
  if (known && known->rule == change.rule) return false;
  if (!known && rules_->size() >= kRulesMax)
    return limit_exceeded(fmt::format("the register has {} rules already; remove one first", kRulesMax));
  RuleList rules = *rules_;
  std::erase_if(rules, [&](const auto& one) { return one->rule.name == change.rule.name; });
  const auto place = std::ranges::find_if(rules, [&](const auto& one) { return one->rule.name > change.rule.name; });
  rules.insert(place, std::make_shared<StoredRule>(StoredRule{change.rule, 0}));
  set_rules(std::move(rules));
  out.emplace_back(LoggedRule{std::move(change.rule)});
  return true;
}

Result<bool> Pending::remove(const RemoveRule& change, std::vector<LoggedChange>& out) {
  if (!find_rule(*rules_, change.name)) {
    std::vector<std::string_view> names;
    for (const auto& one : *rules_) names.push_back(one->rule.name);
    const std::string_view near = nearest_word(change.name, names);
    const std::string hint = near.empty() ? "" : fmt::format("; did you mean {}?", in_quotes(near));
    return not_found(fmt::format("the register has no rule {}{}", in_quotes(change.name), hint));
  }
  RuleList rules = *rules_;
  std::erase_if(rules, [&](const auto& one) { return one->rule.name == change.name; });
  set_rules(std::move(rules));
  out.emplace_back(LoggedRuleRemoval{change.name});
  return true;
}

}  // namespace amont
