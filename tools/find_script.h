// The script that a word on the command line means.
#pragma once

#include <string>

#include "amont/script.h"

namespace amont::tool {

struct FoundScript : ShippedScript {
  bool ships = false;  // with Amont
  std::string file;    // else where it was read: an absolute path without links, empty when there is none, as of a pipe
};

// A file when the word looks like one (it ends in .lua, or has a slash and no script of that name ships with Amont); else one that ships.
// kNotFound, and what reading the file says.
Result<FoundScript> find_script(const std::string& word);

}  // namespace amont::tool
