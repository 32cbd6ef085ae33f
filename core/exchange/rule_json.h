// Rules, and what they found, as JSON on one line.
#pragma once

#include <string>
#include <vector>

#include "amont/rule.h"

namespace amont {

std::string to_jsonl(const Rule& rule);
// An array. What is as usual (`checked`, nothing overridden, no nodes) is left out.
std::string to_json(const std::vector<RuleFinding>& findings);

}  // namespace amont
