// Pieces of records as JSON, for the writers of this folder.
#pragma once

#include <string>
#include <string_view>

#include "amont/model.h"

namespace amont {

// `before`, and the time in quotes.
void append_json_time(std::string& out, std::string_view before, Timestamp time);
// "edge":...,"from":...,"to":...,"label":...
void append_json_edge(std::string& out, std::string_view kind, const Ref& from, const Ref& to, std::string_view label);

}  // namespace amont
