#include "tools/repl/commands.h"

#include <algorithm>

#include <fmt/format.h>

#include "amont/script_words.h"
#include "tools/format.h"

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

Completion complete_repl_command(std::string_view before) {
  Completion found;
  const std::size_t space = before.find(' ');
  found.begin = space == std::string_view::npos ? 1 : before.find_last_of(' ') + 1;
  const std::string_view typed = before.substr(found.begin), name = before.substr(1, space - 1);
  const auto offer = [&](std::string_view text) {
    if (text.starts_with(typed)) found.texts.emplace_back(text);
  };
  if (space == std::string_view::npos)
    for (const ReplCommand& one : repl_commands()) offer(one.name);
  else if (name == "format")
    for (const Format one : all_formats()) offer(name_of(one));
  else if (name == "help")
    for (const ScriptWord& one : script_words()) offer(one.title());
  std::ranges::sort(found.texts);
  return found;
}

std::string word_replaced(const std::string& text) {
  const std::size_t end = text.find_first_of(" \t="), equals = text.find_first_not_of(" \t", end);
  const bool is_given = equals != std::string::npos && text[equals] == '=' && text[equals + 1] != '=';
  const std::string name = is_given ? text.substr(0, end) : std::string();
  const auto is_it = [&](const ScriptWord& word) { return word.of.empty() && word.name == name; };
  return std::ranges::any_of(script_words(), is_it) ? name : std::string();
}

}  // namespace amont::tool
