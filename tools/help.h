// The help, made from the table of verbs.
#pragma once

#include <string>
#include <vector>

#include "tools/verb.h"

namespace amont::tool {

// What `amont --help` prints.
std::string overview(const std::vector<Verb>& verbs, const std::vector<Option>& common);
// What `amont VERB --help` prints.
std::string help_of(const Verb& verb, const std::vector<Option>& common);

}  // namespace amont::tool
