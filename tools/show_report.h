// Writes a report as it is wanted, and tells on stderr what the format has no place for.
#pragma once

#include "tools/render/report.h"
#include "tools/session.h"

namespace amont::tool {

// kInvalid, with nothing written, when the format can show none of it. `raw` is about CSV.
Status show_report(Session& session, Format format, const Shown& shown, bool raw);

}  // namespace amont::tool
