// Properties and intervals of a put: are they allowed, and what of them changes anything?
#pragma once

#include <functional>
#include <string>
#include <vector>

#include "amont/schema.h"
#include "amont/transaction.h"

namespace amont {

// Leaves them sorted by name, values normalised as the schema's rows say (an integer where a real is declared becomes one).
// kInvalid for a name given twice and for bad values, kRefused for a type that is not the declared one; `whose` names the
// row then: node "dataset".
Status check_properties(std::vector<PropertyChange>& props, const std::vector<PropertyRow>& rows,
                        const std::function<std::string()>& whose);

// Applies the changes and keeps in them only those that changed something.
void merge_and_trim(Properties& props, std::vector<PropertyChange>& changes);
void merge_and_trim(Interval& valid, TimeChange& from, TimeChange& to);
// The same where nothing was before.
void trim(std::vector<PropertyChange>& changes);

Status check_interval(const Interval& valid);

}  // namespace amont
