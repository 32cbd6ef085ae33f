// Holds an answer against proven records: every node and edge in it must be one of them, and where the question can be asked again of
// them alone, the answer must be the same.
#pragma once

#include "amont/bundle.h"
#include "core/evidence/canonical_json.h"
#include "core/evidence/proven.h"

namespace amont {

// Fills in `out` what the answer and the script say.
// kRefused says what does not hold.
Status check_answer(const Json& answer, const Json& script, const Proven& proven, VerifiedBundle& out);

}  // namespace amont
