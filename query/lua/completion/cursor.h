// Where in a text of Lua the cursor stands, as far as completion cares. The text need not compile: it is being typed.
#pragma once

#include <string>
#include <string_view>

namespace amont {

struct Cursor {
  enum class At {
    kName,     // a word that stands alone: upstr|
    kField,    // behind a dot: node.tit|
    kMethod,   // behind a colon: set:on|
    kText,     // in a text in quotes: "dataset:snds/|
    kNothing,  // a comment, a text in long brackets
  };
  At at = At::kName;
  std::size_t begin = 0;   // of what is being typed
  std::string typed;       // that, with escapes of a text undone
  std::string owner;       // kField: the name before the dot
  std::string caller;      // the word before the innermost open bracket, or before a text: only("|  to "|
  std::string option;      // name = "|  and name = {"|
  bool in_braces = false;  // the innermost open bracket is { of a call: upstream(x, {dep|  rows{x, tit|
};

Cursor cursor_at_end(std::string_view text);

}  // namespace amont
