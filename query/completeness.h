// How complete an answer is: what the walk left out and why, and where the register itself stops short.
#pragma once

#include "query/walk/walk.h"

namespace amont {

// Adds the reasons why what the last search settled is not all that the register knows.
Status add_reasons(Walk& walk, Completeness& completeness);

// "Outputs and publications without origin, runs without inputs, projects that made something and used nothing." Unsorted.
Status add_unknown(Walk& walk, Completeness& completeness);
Status add_unknown(Walk& walk, std::span<const std::uint32_t> thing, Completeness& completeness);  // of one thing

// Adds to the reason of that name, or begins it.
void add_reason(Completeness& completeness, std::string_view reason, std::uint64_t count, bool at_least);

}  // namespace amont
