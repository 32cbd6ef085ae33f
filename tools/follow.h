// `amont log --follow`: transactions as they come.
#pragma once

#include <cstdint>
#include <optional>

#include "tools/session.h"

namespace amont::tool {

// Writes every visible transaction from `from` on (unless given: those to come), each at once, as a line of JSON or of text. Ends
// after `limit` of them, when the user interrupts, or when nobody reads any more.
Result<int> follow_log(Session& session, std::optional<std::uint64_t> from, std::uint64_t limit);

}  // namespace amont::tool
