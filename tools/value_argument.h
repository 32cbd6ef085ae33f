// Properties as they are typed: `name=text` or `name:=JSON`.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "amont/schema.h"
#include "amont/transaction.h"

namespace amont::tool {

// `name=text` gives what the schema declares for the name (a list when it declares one, and the name may then be
// repeated), text where it declares nothing. `name:=JSON` gives what the JSON says: text, integer, real, boolean,
// {"@time": "..."} or a list of these; null removes the property. kInvalid for what is neither, or a name given twice.
Result<std::vector<PropertyChange>> read_properties(const std::vector<std::string>& arguments,
                                                    const std::vector<PropertyRow>& declared);

// "none" clears it; otherwise a date or a time. kInvalid.
Result<TimeChange> read_time_change(std::string_view text);

}  // namespace amont::tool
