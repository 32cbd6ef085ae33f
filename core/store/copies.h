// The register of known copies: the file `copies` of a store, which tells who redacts where what was erased may still be. Nothing
// depends on it: what can't be read of it is passed over, and said to be.
//
//   copies := (kind TAB tx TAB made TAB path LF)*        `made` is RFC 3339; in kind and path, \ TAB LF are \\ \t \n
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "amont/redaction.h"
#include "core/io/files.h"

namespace amont {

inline constexpr std::string_view kCopiesFile = "copies";

// Adds a line, on disk when this returns; a copy of the same kind at the same path takes the place of the one before. Processes that
// come at once wait for each other. kInvalid without a kind or a path.
Status note_copy(Files& files, const std::string& store, const KnownCopy& copy);
// In the order in which they were noted. A line that can't be read comes as a copy of the kind kUnreadableLine, at a path that is
// the line.
Result<std::vector<KnownCopy>> known_copies(Files& files, const std::string& store);
inline constexpr std::string_view kUnreadableLine = "unreadable line";

}  // namespace amont
