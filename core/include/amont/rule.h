// Rules: scripts that the register keeps, and that look at each transaction before it is written, seeing the register as it would be.
//
// A rule in force judges every transaction after the one that put it, but those that change nothing but rules. It counts only what the transaction brings: what is wrong after
// it and was not before. `refuse`: such a transaction is not written, unless it overrides the rule, and then that stands in it for
// ever. `annotate`: it is written, with what the rule found.
//
// What a rule found is kept as a name, a number and nodes. Never as text: that may be what somebody has to be able to redact.
#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "amont/model.h"

namespace amont {

class Snapshot;

enum class RuleMode : std::uint8_t { kRefuse = 0, kAnnotate = 1 };
std::string_view name_of(RuleMode mode);  // "refuse", "annotate"
// kInvalid for another word.
Result<RuleMode> parse_rule_mode(std::string_view word);

// Bounds. More is kLimit.
inline constexpr std::size_t kRulesMax = 100;  // in force at a time
inline constexpr std::size_t kRuleNameBytesMax = 100;
inline constexpr std::size_t kRuleArgumentsMax = 100;  // of a rule
inline constexpr std::size_t kFindingNodesMax = 10;    // kept of what a rule found

struct Rule {
  std::string name;  // a-z, 0-9 and . _ - / after the first; not "all"
  RuleMode mode = RuleMode::kRefuse;
  std::string source;  // Lua, up to kTextBytesMax
  // For what the script's header declares, by name. "now" for a date is the time of the transaction that is judged.
  std::vector<std::pair<std::string, std::string>> arguments;

  bool operator==(const Rule&) const = default;
};
// kInvalid or kLimit when `rule` can't be kept. Sorts its arguments. Whether its script runs is not looked at.
Status check_storable(Rule& rule);

// A rule as the register has it.
struct StoredRule {
  Rule rule;
  TxNumber tx = 0;  // the transaction that put it so
};
// Sorted by name.
using RuleList = std::vector<std::shared_ptr<const StoredRule>>;
// nullptr when there is none of the name.
const StoredRule* find_rule(const RuleList& rules, std::string_view name);

// What a rule says of one transaction.
struct Verdict {
  Status status;                 // why it could not be checked; then nothing below counts
  std::uint64_t violations = 0;  // that the transaction brings
  std::vector<NodeId> nodes;     // that the first ones name, at most kFindingNodesMax
  std::string told;              // the first ones, in a text that may be shown to whoever commits
};

// Looks at a transaction that is about to be written: a verdict for each rule, in order. `after` is the register as it would be; both
// snapshots, and what was got from them, are good until the call returns. Called by the one writer while all others wait: it must
// come to an end, must not throw, and must not write to the store.
using Judge = std::function<std::vector<Verdict>(const Snapshot& before, const Snapshot& after,
                                                 std::span<const std::shared_ptr<const StoredRule>> rules)>;

// What stands in a transaction of what a rule said of it.
struct RuleFinding {
  std::string rule;
  RuleMode mode = RuleMode::kRefuse;
  bool overridden = false;  // a refusal that the transaction's author overrode, for the transaction's reason
  bool checked = true;      // false: the rule broke, or ran out of its budget
  std::uint64_t violations = 0;
  std::vector<Ref> nodes;  // the first that it named
};

}  // namespace amont
