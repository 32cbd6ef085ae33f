// What a look at a script finds, without running it.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "amont/schema.h"
#include "amont/script.h"

namespace amont {

struct LintFinding {
  std::size_t line = 0;    // from 1
  std::size_t column = 0;  // from 1, in bytes; 0: the line as a whole
  std::string text;
};

// By line: what does not compile, a header that can't be read, names that nobody has (with what may have been meant), arguments that are
// used and not declared or declared and not used, and results that a question would throw away. With a schema also kinds that it does not have, where a script names
// them in quotes, and properties that are one slip away from a declared one. Empty: nothing to say. kLimit for a text of more than 4 MiB.
Result<std::vector<LintFinding>> lint_script(std::string_view name, std::string_view source,
                                             const Schema* schema = nullptr);

}  // namespace amont
