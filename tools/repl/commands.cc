#include "tools/repl/commands.h"

#include <fmt/format.h>

namespace amont::tool {

std::span<const ReplCommand> repl_commands() {
  static constexpr ReplCommand kCommands[] = {
      {"help", "[WORD]", "what can be typed; what is to know of a word"},
      {"known_at", "[TX|TIME]", "ask the register as it was known then; as it is now when nothing is named"},
      {"valid_at", "[TIME|FROM/TO]", "only what was true then; at any time when nothing is named"},
      {"refresh", "", "take in what was written since the session began"},
      {"format", "FORMAT", "how answers are written: table, json, ndjson, csv, md, html, dot, mermaid, graphml"},
      {"reset", "", "forget all names of one's own"},
      {"quit", "", "end the session, as Ctrl-D does"},
  };
  return kCommands;
}

std::string repl_help() {
  std::string text =
      "Type Lua: an expression shows its value, `name = ...` (without local) keeps one for the lines that follow.\n"
      "Tab completes words, kinds, properties and refs; Ctrl-C stops a line; `amont scripts --words` lists all "
      "words.\n\n";
  for (const ReplCommand& one : repl_commands())
    text += fmt::format("  {:<26} {}\n", fmt::format(":{}{}{}", one.name, one.takes.empty() ? "" : " ", one.takes),
                        one.help);
  return text;
}

}  // namespace amont::tool
