// Which script writes a foreign format.
#pragma once

#include <string>

#include "amont/script.h"
#include "amont/status.h"

namespace amont::tool {

// By the name of its format, or its file when that ends in .lua. kInvalid tells which formats there are; kNotFound.
Result<ShippedScript> find_export_script(const std::string& format);
// Those that ship, one a line, with what each is.
std::string export_formats_listed();

}  // namespace amont::tool
