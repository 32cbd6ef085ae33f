// Folding: what the deltas of a key make of its value, for each space that has merges. Tables call it; nothing else does.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "core/index/table.h"

namespace amont {

// False when any of the bytes misfit. `value` is empty when there is none.
bool fold(Space space, std::string_view value, const std::vector<std::string_view>& deltas, std::string& out);

// Makes one delta of two that follow each other, in place.
void join_deltas(Space space, std::string& first, std::string_view second);

}  // namespace amont
