// A bundle that verified: what it proves, what it does not, and the lineage from its proven parts.
#pragma once

#include <string>

#include "amont/bundle.h"
#include "tools/output.h"
#include "tools/render/table.h"

namespace amont::tool {

void write_bundle_table(Output& out, const std::string& path, const VerifiedBundle& told, const TableLook& look);
void write_bundle_json(Output& out, const VerifiedBundle& told);

}  // namespace amont::tool
