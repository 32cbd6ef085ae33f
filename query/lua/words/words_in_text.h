// The descriptions that stand above the words in scripts/words.lua.
#pragma once

#include <string_view>
#include <vector>

#include "amont/script_words.h"

namespace amont {

// `--- # GROUP`, then for each word `--- word(x): what it gives`, `--- > an example`, `function words.word(...)`. A word without a
// description has its name and nothing else.
std::vector<ScriptWord> words_in_text(std::string_view text);

}  // namespace amont
