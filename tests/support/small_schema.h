// A small schema with the kinds that walks know by name or role, and a custom growth of it, for tests that need no
// script.
#pragma once

#include "amont/schema.h"

namespace amont {

// dataset variable project run output publication nomenclature approval, and the lineage, structure and governance
// edges that walks care about, as the hub schema joins them. Every kind has title (text), n (integer), ratio (real),
// flag (boolean), at (timestamp) and tags (list of text).
SchemaGrowth small_schema();

// `package` (no role), `dataset2` (role dataset) and `run2` (role run); `depends` (lineage), `hints` (lineage, weak),
// `cites` (governance). `used` and `part_of` may then join the new kinds too.
SchemaGrowth custom_growth();

}  // namespace amont
