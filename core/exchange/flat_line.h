// Lines of JSONL that say the commonest things, a put of a node or of an edge, as views of their text: nothing is
// allocated for them. What a line says otherwise, and what is wrong with it, JsonlLineReader tells.
#pragma once

#include <cstdint>
#include <string_view>

#include "core/exchange/flat_puts.h"

namespace amont {

// Whether the line is such a put; then it is the last of `out`. `line` is UTF-8 without U+0000, and stays where it is.
bool read_flat_line(std::string_view line, FlatPuts& out);

// For other inputs of such puts: false for what is wrong, and for what is said in an uncommon way. `is_ascii` becomes false when
// it is not.
bool read_flat_ref(std::string_view ref, std::uint64_t& hash, bool& is_ascii);  // as Ref::parse says
bool read_flat_label(std::string_view label, bool& is_ascii);
// All but the name.
bool read_flat_value(std::string_view json, FlatProperty& out);

}  // namespace amont
