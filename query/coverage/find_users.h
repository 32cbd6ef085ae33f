// Whose uses a question about coverage is about.
#pragma once

#include <vector>

#include "amont/coverage.h"
#include "query/coverage/fact_reader.h"

namespace amont::approvals {

// The runs and projects, ascending; `completeness` is that of the walk there, if there was one. kInvalid, kNotFound.
Result<std::vector<NodeId>> find_users(const Snapshot& view, FactReader& reader, std::span<const NodeId> of,
                                       const CoverageOptions& options, Completeness& completeness);

}  // namespace amont::approvals
