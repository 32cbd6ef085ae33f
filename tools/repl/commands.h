// What a session understands besides Lua: lines that begin with a colon.
#pragma once

#include <span>
#include <string>
#include <string_view>

namespace amont::tool {

struct ReplCommand {
  std::string_view name;
  std::string_view takes;
  std::string_view help;
};

std::span<const ReplCommand> repl_commands();

// A line for each.
std::string repl_help();

}  // namespace amont::tool
