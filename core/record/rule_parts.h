// The bytes of rules, and of what they found, in a transaction's parts. parts.h has the layout.
#pragma once

#include <string>
#include <vector>

#include "core/record/logged.h"

namespace amont {

class ByteReader;

void append_rule(std::string& out, const Rule& rule);
// Misfits are told by reader.ok() == false.
Rule read_rule(ByteReader& in);
void append_findings(std::string& out, const std::vector<LoggedFinding>& findings);
std::vector<LoggedFinding> read_findings(ByteReader& in);

}  // namespace amont
