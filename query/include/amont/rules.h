// Rules: scripts whose rows are what is wrong. A rule that returns no row holds. amont/rule.h has those that a register keeps.
#pragma once

#include <functional>
#include <string>
#include <vector>

#include "amont/rule.h"
#include "amont/script.h"

namespace amont {

// A row of a rule's answer.
struct Violation {
  std::string text;  // "dataset:x, days: 12, state: available": the first cell, then the others with their columns
  std::string
      identity;  // the row without numbers and times, which change from day to day; what a baseline knows it by; all of it when there is no text
};

struct RuleOutcome {
  std::string name;
  std::string question;  // the first line of its header
  Status status;         // why it could not be checked; then there are no violations
  std::vector<Violation> violations;
  Completeness completeness;  // of all questions it asked
};

// Runs a rule, as run_script() runs a script. Of `given` it gets what its header declares.
RuleOutcome check_rule(const Snapshot& view, Store* store, const ShippedScript& rule, const ScriptArguments& given,
                       const ScriptRunLimits& limits = {}, const std::atomic<bool>* cancel = nullptr);

// The same of a rule that a register keeps, with its own arguments, but for those `given`; a date that is "now" is `now`.
RuleOutcome check_rule(const Snapshot& view, Store* store, const Rule& rule, const ScriptArguments& given,
                       Timestamp now, const ScriptRunLimits& limits = {}, const std::atomic<bool>* cancel = nullptr);

// Both, where somebody else runs the script: run_script_apart(), say, with what it needs.
using RunScript = std::function<Result<Report>(const ShippedScript& script, const ScriptArguments& arguments)>;
RuleOutcome check_rule(const ShippedScript& rule, const ScriptArguments& given, const RunScript& run);
RuleOutcome check_rule(const Rule& rule, const ScriptArguments& given, Timestamp now, const RunScript& run);

// For Options::judge: runs each rule on the register as it would be, and, when something is wrong there, on the register as it is.
// `limits` are of each run; "now" is the transaction's time. Questions at other times (at{known_at = ...}, transaction()) can't be
// asked. What it tells of violations names nodes of the register, numbers, times and what the rule itself says: other texts are left
// out, and so are messages of rules that break, since both may hold what must not leave the register.
Judge rule_judge(const ScriptRunLimits& limits = {}, const std::atomic<bool>* cancel = nullptr);

// Takes out what was there before as well: a violation for each one known.
std::vector<Violation> new_violations(const std::vector<Violation>& now, const std::vector<Violation>& before);

}  // namespace amont
