// A checkpoint as an answer.
#pragma once

#include <string>

#include "tools/output.h"
#include "tools/session.h"

namespace amont::tool {

// The note as it is, or with --json what it says and the note. Lines are made safe for a terminal, and nowhere else.
Status write_note(Session& session, Format format, Output& out, const std::string& note, bool on_terminal);
// The members of a JSON object, without its braces: origin, size, root, signatures, note.
Result<std::string> note_json(const std::string& note);

}  // namespace amont::tool
