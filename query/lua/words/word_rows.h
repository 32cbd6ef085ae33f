// The descriptions of words that are registered in C++, group by group: each file of this folder has the words of one. Those that are
// written in Lua are described where they are, in scripts/words.lua. A test compares all with what a script really finds.
#pragma once

#include <span>

namespace amont {

struct WordRow {
  const char* name;
  const char* of;  // as in ScriptWord
  const char* call;
  const char* gives;
  const char* takes;    // names with a space between two; may be empty
  const char* example;  // may be empty
};

// What every question takes.
#define AMONT_WALK_OPTIONS "depth exact granularity through kind precision limit"

std::span<const WordRow> asking_words();
std::span<const WordRow> way_words();
std::span<const WordRow> option_words();
std::span<const WordRow> register_words();
std::span<const WordRow> set_words();
std::span<const WordRow> node_words();
std::span<const WordRow> edge_words();
std::span<const WordRow> time_words();
std::span<const WordRow> block_words();
std::span<const WordRow> block_option_words();
std::span<const WordRow> import_words_told();
std::span<const WordRow> export_words_told();
std::span<const WordRow> format_words();
std::span<const WordRow> lua_words_itself();

}  // namespace amont
