// The bytes of a redaction, and of what it erased, in a transaction's parts and in the index. parts.h has the layout.
#pragma once

#include <string>
#include <vector>

#include "core/record/logged.h"

namespace amont {

class ByteReader;

void append_redaction(std::string& out, const LoggedRedaction& redaction);
// Misfits are told by reader.ok() == false.
LoggedRedaction read_redaction(ByteReader& in);
void append_erased(std::string& out, const std::vector<ErasedPart>& erased);
std::vector<ErasedPart> read_erased(ByteReader& in);

}  // namespace amont
