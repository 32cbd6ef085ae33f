// The uses that a coverage answer tells of, held against what a bundle proves. FORMAT.md, section 13.2.
#pragma once

#include "amont/bundle.h"
#include "core/evidence/canonical_json.h"
#include "core/evidence/proven.h"

namespace amont {

// Fills out.uses and out.unlisted; `out` has the answer's edges by then, `options` are the question's and of the form. kRefused.
Status check_uses(const Json& uses, const Json& options, const Proven& proven, VerifiedBundle& out);

}  // namespace amont
