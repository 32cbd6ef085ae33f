// A transaction that holds one of everything that the log can hold, and the schema it follows: for tests of parts and
// records.
#pragma once

#include "core/record/logged.h"
#include "core/record/parts.h"

namespace amont {

// `small_schema` grown by a kind whose properties are partly plain.
Schema sample_schema();
// Nodes 0 and 2 are datasets, 1 is an output; of a plain-text kind is 3.
NodeKind sample_kind(const Schema& schema, NodeId id);
LoggedTransaction sample_transaction(const Schema& schema);

// Equal in every field, down to each value.
bool same_transaction(const LoggedTransaction& a, const LoggedTransaction& b);

}  // namespace amont
