// What rules found: as a table, JSON, TAP (version 14) and JUnit's XML.
#pragma once

#include <string>
#include <vector>

#include "amont/report.h"
#include "amont/rules.h"
#include "tools/output.h"
#include "tools/render/heading.h"
#include "tools/render/table.h"

namespace amont::tool {

struct CheckedRule {
  RuleOutcome outcome;    // with the violations that count
  std::size_t known = 0;  // left out: in the baseline, or there before
};

// "11 rules, 1 not ok"
std::string check_counts(const std::vector<CheckedRule>& rules);
// The verdicts, and the violations, for the formats of reports.
std::vector<ReportBlock> check_blocks(const std::vector<CheckedRule>& rules);

void write_check_table(Output& out, const Heading& heading, const std::vector<CheckedRule>& rules,
                       const TableLook& look);
void write_check_json(Output& out, const Heading& heading, const std::vector<CheckedRule>& rules);
void write_check_tap(Output& out, const Heading& heading, const std::vector<CheckedRule>& rules);
void write_check_junit(Output& out, const Heading& heading, const std::vector<CheckedRule>& rules);

}  // namespace amont::tool
