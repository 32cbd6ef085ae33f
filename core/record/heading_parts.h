// The heading of a transaction in parts: who, why, from which source, under which key, what rules found. parts.h has the layout.
#pragma once

#include <cstdint>
#include <string>

#include "core/record/logged.h"

namespace amont {

class ByteReader;

void append_source(std::string& out, const Source& source);
// Reads the part's body into its place; `kind` is a PartKind from kAuthor on. Misfits are told by reader.ok() == false.
void read_heading(ByteReader& in, std::uint8_t kind, LoggedTransaction& out);

}  // namespace amont
