// Writes a report as it is wanted, and tells on stderr what the format has no place for.
#pragma once

#include "tools/render/report.h"
#include "tools/session.h"

namespace amont::tool {

// kInvalid, with nothing written, when the format can show none of it. `raw` is about CSV.
Status show_report(Session& session, Format format, const Shown& shown, bool raw);

// The same of what a verb other than `run` answers: blocks under the name of the question. CSV, which has no place for texts, gets none;
// the closing line then says on stderr what they say.
Status show_blocks(Session& session, Format format, const Heading& heading, std::vector<ReportBlock> blocks,
                   std::string_view closing, bool raw = false);

}  // namespace amont::tool
