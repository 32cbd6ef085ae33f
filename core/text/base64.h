// Base 64 as RFC 4648, section 4 has it, padded. Reading is strict: one text for each string of bytes.
#pragma once

#include <optional>
#include <string>
#include <string_view>

namespace amont {

std::string base64(std::string_view bytes);
// Nothing when the text is not what base64() gives for some bytes: no spaces, no missing padding, no bits left over.
std::optional<std::string> from_base64(std::string_view text);

}  // namespace amont
