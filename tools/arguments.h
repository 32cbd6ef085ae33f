// Reading the command line by the table of verbs.
#pragma once

#include <span>
#include <string>
#include <vector>

#include "tools/verb.h"

namespace amont::tool {

struct CommandLine {
  std::string verb;               // empty: none was given
  std::vector<std::string> rest;  // what follows it
};

// Takes the options in front of the verb. kInvalid for one that is not among `common`.
Result<CommandLine> read_front(const std::vector<Option>& common, std::vector<std::string> arguments);

// Takes the options of `verb` and `common` wherever they stand and returns the words between them, as they were typed.
// After
// "--" everything is a word. kInvalid for an unknown option or a bad value.
Result<std::vector<std::string>> read_verb(const Verb& verb, const std::vector<Option>& common,
                                           std::vector<std::string> arguments);

// The name in `known` that is nearest to a mistyped one; empty when none is near.
std::string nearest(std::string_view typed, std::span<const std::string> known);

}  // namespace amont::tool
