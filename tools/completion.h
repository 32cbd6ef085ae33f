// Completions for shells, made from the table of verbs.
#pragma once

#include <string>
#include <vector>

#include "tools/verb.h"

namespace amont::tool {

inline const std::vector<std::string> kShells = {"bash", "zsh", "fish"};

// The text to be sourced by the shell. kInvalid for another shell.
Result<std::string> completion_for(const std::string& shell, const std::vector<Verb>& verbs,
                                   const std::vector<Option>& common);

}  // namespace amont::tool
