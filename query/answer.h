// The last stretch of a question: from nodes by number to the answer, sorted by ref, with the edges and how complete it is.
#pragma once

#include "query/completeness.h"

namespace amont {

// All listed nodes of the walk, unsorted: the exact with the depth of the exact search, then the possible.
Status list_reached(Walk& walk, std::vector<Reached>& out);
// The same for one search's things: `take` says which.
using TakeThing = FunctionRef<Result<bool>(std::span<const std::uint32_t> thing)>;
Status list_reached(Walk& walk, const TakeThing& take, std::vector<Reached>& out);

// Sorts and cuts `nodes`, collects edges, reasons and unknown origins.
Result<Answer> finish(const Snapshot& view, Walk& walk, const AskOptions& options, std::vector<Reached> nodes);
// The same for an answer that has its edges and how complete it is, not yet sorted.
Result<Answer> finish(const Snapshot& view, Clock& clock, const AskOptions& options, std::vector<Reached> nodes,
                      Answer answer);

}  // namespace amont
