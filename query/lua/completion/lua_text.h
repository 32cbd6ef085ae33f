// Text as it is typed between the quotes of a text of Lua.
#pragma once

#include <string>
#include <string_view>

namespace amont {

// With \u{..} for what is not plainly visible, so that no name of a register can move a terminal's cursor or hide a letter, and with
// backslashes before what would end the text.
std::string as_typed_in_quotes(std::string_view text);

}  // namespace amont
