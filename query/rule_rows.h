// A rule's outcome with the rows that it was read from.
#pragma once

#include <vector>

#include "amont/rules.h"

namespace amont {

struct CheckedRows {
  RuleOutcome outcome;
  std::vector<ReportBlock> blocks;  // whose rows, end to end, are the outcome's violations
};

// As check_rule().
CheckedRows check_rows(const Snapshot& view, Store* store, const Rule& rule, const ScriptArguments& given,
                       Timestamp now, const ScriptRunLimits& limits, const std::atomic<bool>* cancel);

}  // namespace amont
