// What scripts can say, as help for people and as JSON.
#pragma once

#include <string_view>

#include "amont/script_words.h"
#include "tools/output.h"
#include "tools/render/table.h"

namespace amont::tool {

// All words: a table for each group.
void write_words(Output& out, const TableLook& look);
void write_words_json(Output& out, const std::vector<const ScriptWord*>& words);
// All that is known of some.
void write_word_help(Output& out, const std::vector<const ScriptWord*>& words, const TableLook& look);

// kNotFound with what was probably meant.
Result<std::vector<const ScriptWord*>> words_meant(std::string_view word);

}  // namespace amont::tool
