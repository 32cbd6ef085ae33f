// The script that a word on the command line means.
#pragma once

#include <string>

#include "amont/script.h"

namespace amont::tool {

// A file when the word looks like one (it ends in .lua, or has a slash and no script of that name ships with Amont); else one that ships.
// kNotFound, and what reading the file says.
Result<ShippedScript> find_script(const std::string& word);

}  // namespace amont::tool
