// What a session understands besides Lua: lines that begin with a colon.
#pragma once

#include <span>
#include <string>
#include <string_view>

#include "amont/script_completion.h"

namespace amont::tool {

struct ReplCommand {
  std::string_view name;
  std::string_view takes;
  std::string_view help;
};

std::span<const ReplCommand> repl_commands();

// A line for each.
std::string repl_help();

// How a command that is typed may go on: its name, a format, a word to be told about.
Completion complete_repl_command(std::string_view before);

// "nodes" of "nodes = 3", a word of scripts that the line replaces; empty when it begins otherwise.
std::string word_replaced(const std::string& text);

}  // namespace amont::tool
