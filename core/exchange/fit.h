// Text in the form that the schema declares: "the declared type decides".
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "amont/schema.h"
#include "amont/transaction.h"

namespace amont {

// A text where a timestamp is declared (or a list of them) becomes one. kInvalid, naming the property, when it is none.
Status fit_text(PropertyChange& change, const PropertyRow& row);

// The properties that the schema declares for what a change puts; nullptr when there are none.
const std::vector<PropertyRow>* declared_for(const Change& change, const Schema& schema);

}  // namespace amont
