#include "amont/rule.h"

#include <algorithm>

#include <fmt/format.h>

#include "core/text/utf8.h"

namespace amont {

std::string_view name_of(RuleMode mode) { return mode == RuleMode::kRefuse ? "refuse" : "annotate"; }

Result<RuleMode> parse_rule_mode(std::string_view word) {
  for (const RuleMode mode : {RuleMode::kRefuse, RuleMode::kAnnotate})
    if (name_of(mode) == word) return mode;
  return invalid(fmt::format("a rule's mode is refuse or annotate, not {}", in_quotes(word)));
}

namespace {

bool is_rule_name(std::string_view name) {
  const auto plain = [](char c) { return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9'); };
  const auto inner = [&](char c) { return plain(c) || c == '.' || c == '_' || c == '-' || c == '/'; };
  return !name.empty() && plain(name[0]) && std::ranges::all_of(name, inner) && name != "all";
}

Status check_text(std::string_view what, const std::string& text, std::size_t bytes_max) {
  if (text.size() > bytes_max) return limit_exceeded(fmt::format("{} is longer than {} bytes", what, bytes_max));
  Value value(text);
  return check_value(value).while_doing(what);
}

Status check_arguments(Rule& rule) {
  if (rule.arguments.size() > kRuleArgumentsMax)
    return limit_exceeded(fmt::format("it has more than {} arguments", kRuleArgumentsMax));
  std::ranges::sort(rule.arguments);
  for (std::size_t i = 0; i < rule.arguments.size(); ++i) {
    const auto& [name, value] = rule.arguments[i];
    AMONT_TRY(check_text("an argument's name", name, kNameBytesMax));
    AMONT_TRY(check_text("an argument", value, kTextBytesMax));
    if (i > 0 && rule.arguments[i - 1].first == name)
      return invalid(fmt::format("the argument {} is given twice", in_quotes(name)));
  }
  return {};
}

}  // namespace

Status check_storable(Rule& rule) {
  if (rule.name.size() > kRuleNameBytesMax)
    return limit_exceeded(fmt::format("a rule's name is longer than {} bytes", kRuleNameBytesMax));
  if (!is_rule_name(rule.name))
    return invalid(
        fmt::format("{} can't name a rule: use a-z, 0-9 and . _ - /, a letter or digit first, and not \"all\"",
                    in_quotes(rule.name)));
  const std::string doing = fmt::format("rule {}", rule.name);
  if (rule.mode > RuleMode::kAnnotate) return invalid("a rule of an unknown mode").while_doing(doing);
  if (rule.source.empty()) return invalid("its script is empty").while_doing(doing);
  AMONT_TRY(check_text("its script", rule.source, kTextBytesMax).while_doing(doing));
  return check_arguments(rule).while_doing(doing);
}

const StoredRule* find_rule(const RuleList& rules, std::string_view name) {
  const auto at =
      std::ranges::lower_bound(rules, name, {}, [](const auto& one) -> std::string_view { return one->rule.name; });
  return at != rules.end() && (*at)->rule.name == name ? at->get() : nullptr;
}

}  // namespace amont
