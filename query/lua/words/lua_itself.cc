// What there is of Lua 5.4. query/lua/safe_libraries.h has every difference from it.
#include "query/lua/words/word_rows.h"

namespace amont {

std::span<const WordRow> lua_words_itself() {
  static constexpr WordRow kRows[] = {
      {"pairs", "", "for name, value in pairs(t) do", "Goes through a table, in the order of its keys.", "",
       "for name, value in pairs({b = 2, a = 1}) do print(name, value) end"},
      {"ipairs", "", "for i, value in ipairs(list) do", "Goes through a list.", "",
       "for i, value in ipairs({\"x\", \"y\"}) do print(i, value) end"},
      {"next", "", "next(t, key)", "The key after this one, and its value.", "", "next({10})"},
      {"tostring", "", "tostring(x)", "x as text.", "", "tostring(12) .. \"!\""},
      {"tonumber", "", "tonumber(text)", "The number that a text tells; nil when it tells none.", "",
       "tonumber(\"12\")"},
      {"type", "", "type(x)",
       "\"nil\", \"boolean\", \"number\", \"string\", \"table\", \"function\"; \"userdata\" for a set, a node, an edge "
       "or a time.",
       "", "type(nodes(\"job\"))"},
      {"select", "", "select(n, ...)", "The arguments from the n-th on; select(\"#\", ...) how many there are.", "",
       "select(2, \"a\", \"b\")"},
      {"error", "", "error(\"why\")", "Ends the script with a message.", "", ""},
      {"assert", "", "assert(x, \"why\")", "x; ends the script with a message when it is nil or false.", "",
       "assert(1 < 2)"},
      {"pcall", "", "pcall(function, ...)", "true and what the function returns; or false and what it failed with.", "",
       "pcall(node, \"dataset:not-there\")"},
      {"xpcall", "", "xpcall(function, handler, ...)", "The same; the handler is called with the error.", "", ""},
      {"load", "", "load(text)", "A function made of a text in Lua; nil and why when it does not compile.", "",
       "load(\"return 1 + 1\")()"},
      {"setmetatable", "", "setmetatable(t, meta)", "t, with another way to behave.", "", ""},
      {"getmetatable", "", "getmetatable(x)", "The metatable of x, if it may be seen.", "", ""},
      {"rawget", "", "rawget(t, key)", "A field without asking the metatable.", "", ""},
      {"rawset", "", "rawset(t, key, value)", "Sets a field without asking the metatable.", "", ""},
      {"rawequal", "", "rawequal(a, b)", "Whether both are the same value.", "", ""},
      {"rawlen", "", "rawlen(x)", "The length of a table or a text.", "", ""},
      {"_G", "", "_G", "All names that stand alone, as a table.", "", ""},
      {"_VERSION", "", "_VERSION", "\"Lua 5.4\".", "", "_VERSION"},
      {"string", "", "string.format(...)", "Working with texts; text:upper() says string.upper(text).",
       "byte char find format gmatch gsub len lower match pack packsize rep reverse sub unpack upper",
       "(\"a,b\"):gsub(\",\", \";\")"},
      {"table", "", "table.insert(list, x)", "Working with lists.", "concat insert move pack remove sort unpack",
       "table.concat({\"a\", \"b\"}, \"-\")"},
      {"math", "", "math.floor(x)", "Numbers. math.random() gives the same in every run.",
       "abs acos asin atan ceil cos deg exp floor fmod huge log max maxinteger min mininteger modf pi rad random sin "
       "sqrt tan "
       "tointeger type ult",
       "math.max(3, 7)"},
      {"utf8", "", "utf8.len(text)", "Texts as characters.", "char charpattern codepoint codes len offset",
       "utf8.len(\"caf\\u{e9}\")"},
      {"coroutine", "", "coroutine.wrap(function)", "Functions that pause.",
       "create isyieldable resume status wrap yield", ""},
  };
  return kRows;
}

}  // namespace amont
