// What scripts can say, word by word: from these descriptions come the help, the completion, what lint knows, and scripts/REFERENCE.md.
#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace amont {

struct ScriptWord {
  std::string name;  // "upstream"; "only"; "depth"
  std::string
      of;  // what has it: "set", "node", "edge", "time", "questions", "blocks", "import", "export", "formats"; empty: it stands alone
  std::string group;  // "Asking"; groups follow each other
  std::string call;   // how it is written: "set:only(KIND, ...)"
  std::string gives;  // what comes back, in a sentence or two
  std::vector<std::string>
      takes;            // names of options, described under "questions" or "blocks"; of a library of Lua, its functions
  std::string example;  // lines to type in `amont repl` on the example hub; empty: none

  // "set:only"; "upstream". No two are alike.
  std::string title() const;
};

// All of them, group by group. Made once; good as long as the program runs. Safe on many threads.
const std::vector<ScriptWord>& script_words();

// Those that a person means by "only", "set:only" or "node.depth". Empty: none.
std::vector<const ScriptWord*> find_script_words(std::string_view word);

// The word that was probably meant by one that is none; empty when none is near.
std::string nearest_script_word(std::string_view word);

}  // namespace amont
