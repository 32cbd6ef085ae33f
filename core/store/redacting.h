// The file `redacting` of a store: there may be parts of the log that a redaction names and that are still there. Whoever opens the
// store for writing erases them then.
#pragma once

#include <string>

#include "core/io/files.h"

namespace amont {

// On disk when this returns.
Status mark_redacting(Files& files, const std::string& store);
// The same; no harm when there is no mark.
Status unmark_redacting(Files& files, const std::string& store);
bool is_redacting(Files& files, const std::string& store);

}  // namespace amont
