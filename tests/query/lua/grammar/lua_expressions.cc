// Expressions, by the type that their place asks for.
#include <utility>

#include <fmt/format.h>

#include "tests/query/lua/grammar/lua_grammar.h"

namespace amont {

std::string LuaGrammar::expression(Is is) {
  if (--room_ <= 0) return atom(is);
  if (rarely()) return any_expression();  // of the wrong type
  switch (dice_.below(9)) {
    case 0:
    case 1: return variable(is);
    case 2: return atom(is);
    case 3: return "(" + expression(Is::kTruth) + " and " + expression(is) + " or " + expression(is) + ")";
    default: break;
  }
  switch (is) {
    case Is::kNumber: return number();
    case Is::kText: return text();
    case Is::kTable: return table();
    case Is::kFunction: return function();
    case Is::kTruth: return truth();
    case Is::kSet: return set();
    case Is::kNode: return node();
    case Is::kTime: return time();
    case Is::kAnything: break;
  }
  return any_expression();
}

std::string LuaGrammar::any_expression() {
  switch (dice_.below(12)) {
    case 0: return number();
    case 1: return text();
    case 2: return table();
    case 3: return function();
    case 4: return truth();
    case 5: return set();
    case 6: return node();
    case 7: return time();
    case 8: return method_call();
    case 9: return one_of(library_) + "(" + list_of(Is::kAnything, 4) + ")";
    case 10: return "(" + table() + ")[ " + expression(Is::kAnything) + " ]";
    default: return api_call();
  }
}

std::string LuaGrammar::list_of(Is is, std::uint64_t count_max) {
  std::string list;
  for (std::uint64_t count = 1 + dice_.below(count_max); count > 0; --count)
    list += expression(is) + (count > 1 ? ", " : "");
  return list;
}

std::string LuaGrammar::variable(Is is) {
  std::vector<const std::string*> fit;
  for (const auto& [name, type] : scope_)
    if (type == is || is == Is::kAnything) fit.push_back(&name);
  if (!fit.empty()) return *one_of(fit);
  return is == Is::kAnything ? (has_dots_ && dice_.coin() ? "..." : fmt::format("g{}", dice_.below(4))) : atom(is);
}

std::string LuaGrammar::number() {
  switch (dice_.below(9)) {
    case 0:
    case 1:
      return "(" + expression(Is::kNumber) + one_of({" + ", " - ", " * ", " / ", " // ", " % ", " ^ "}) +
             expression(Is::kNumber) + ")";
    case 2:
      return "(" + expression(Is::kNumber) + one_of({" & ", " | ", " ~ ", " << ", " >> "}) + expression(Is::kNumber) +
             ")";
    case 3: return one_of({"- ", "~", "- - "}) + expression(Is::kNumber);
    case 4: return "#" + expression(one_of(std::vector<Is>{Is::kText, Is::kTable, Is::kSet}));
    case 5:
      return "math." +
             one_of({"abs", "ceil", "exp", "floor", "fmod", "log", "max", "min", "modf", "random", "sin", "sqrt",
                     "tointeger", "ult"}) +
             "(" + list_of(Is::kNumber, 3) + ")";
    case 6: return one_of({"utf8.len", "string.len", "string.byte", "tonumber", "utf8.codepoint"}) + "(" + text() + ")";
    case 7: return "select(" + one_of({"'#'", "1", "-1", "2"}) + ", " + list_of(Is::kNumber, 3) + ")";
    default: return one_of({"sum", "average", "median", "smallest", "largest"}) + "{" + list_of(Is::kNumber, 4) + "}";
  }
}

std::string LuaGrammar::text() {
  switch (dice_.below(12)) {
    case 0: return "(" + expression(Is::kText) + " .. " + expression(dice_.coin() ? Is::kText : Is::kNumber) + ")";
    case 1: return "(" + expression(Is::kText) + "):" + one_of({"upper", "lower", "reverse"}) + "()";
    case 2: return "(" + expression(Is::kText) + "):sub(" + list_of(Is::kNumber, 2) + ")";
    case 3: return fmt::format("({}):rep({}{})", expression(Is::kText), rarely() ? "1e6 * " : "", dice_.below(30));
    case 4:
      return "(" + expression(Is::kText) + "):" + one_of({"gsub", "match", "find"}) + "(" + pattern() + ", " +
             expression(one_of(std::vector<Is>{Is::kText, Is::kTable, Is::kFunction, Is::kNumber})) + ")";
    case 5: return "string.format(" + text_format() + ", " + list_of(Is::kAnything, 3) + ")";
    case 6: return "table.concat(" + expression(Is::kTable) + ", " + expression(Is::kText) + ")";
    case 7: return one_of({"tostring", "type"}) + "(" + expression(Is::kAnything) + ")";
    case 8: return one_of({"utf8.char", "string.char"}) + "(" + list_of(Is::kNumber, 3) + ")";
    case 9:
      return "string." + one_of({"pack", "unpack"}) + "(" + pack_format() + ", " + list_of(Is::kAnything, 3) + ")";
    case 10: return "join(" + expression(dice_.coin() ? Is::kSet : Is::kTable) + ")";
    default: return "(" + expression(Is::kNode) + ")." + one_of({"ref", "kind", "title", "key"});
  }
}

std::string LuaGrammar::table() {
  switch (dice_.below(9)) {
    case 0: return "{" + list_of(Is::kAnything, 4) + "}";
    case 1:
      return "{x = " + expression(Is::kAnything) + ", [ " + expression(Is::kText) +
             " ] = " + expression(Is::kAnything) + "; " + (has_dots_ ? "..." : "nil") + "}";
    case 2: return "setmetatable({" + expression(Is::kAnything) + "}, " + metatable() + ")";
    case 3: return "table.pack(" + list_of(Is::kAnything, 4) + ")";
    case 4:
      return one_of({"map", "keep", "sorted", "group"}) + "(" + expression(dice_.coin() ? Is::kSet : Is::kTable) +
             ", " + (dice_.coin() ? expression(Is::kFunction) : text_literal()) + ")";
    case 5: return "(" + expression(Is::kSet) + "):refs()";
    case 6: return "(" + expression(Is::kNode) + "):edges(" + one_of({"", "'up'", "'down'", "'up', 'used'"}) + ")";
    case 7: return "(" + expression(Is::kNode) + "):properties()";
    default:
      return "{" + one_of({"{n = 1}, {n = 2}", "3, 1, 2", "'b', 'a'", "1, nil, 3", "n = 1", "{}", "{{{}}}"}) + "}";
  }
}

std::string LuaGrammar::metatable() {
  std::string events;
  for (std::uint64_t count = 1 + dice_.below(4); count > 0; --count) {
    const std::string event =
        one_of({"index", "newindex", "call", "len",      "eq",   "lt",    "le",        "concat", "unm", "add", "band",
                "shl",   "idiv",     "bnot", "tostring", "name", "pairs", "metatable", "close",  "gc",  "mode"});
    events += "__" + event + " = " +
              (rarely()                           ? expression(Is::kAnything)
               : event == "index" && dice_.coin() ? table()
                                                  : function_with_body(2)) +
              ", ";
  }
  return "{" + events + "}";
}

// "function(a, b) ... end"
std::string LuaGrammar::function_with_body(int parameters) {
  const std::size_t known = scope_.size();
  const bool dots = dice_.below(3) == 0;
  const bool had_dots = std::exchange(has_dots_, dots);
  const int loops = std::exchange(loops_, 0);
  std::string names;
  for (; parameters > 0; --parameters) names += (names.empty() ? "" : ", ") + new_name(Is::kAnything);
  if (dots) names += names.empty() ? "..." : ", ...";
  std::string body;
  if (nesting_ < 4 && dice_.below(3) == 0) body = "\n" + block(2);
  const std::string text = "function(" + names + ") " + body + "return " + list_of(Is::kAnything, 2) + " end";
  has_dots_ = had_dots;
  loops_ = loops;
  scope_.resize(known);
  return text;
}

std::string LuaGrammar::function() {
  switch (dice_.below(7)) {
    case 0:
    case 1: return function_with_body(1);
    case 2: return one_of(library_);
    case 3: return one_of(calls_).word->name;
    case 4: return "coroutine.wrap(" + expression(Is::kFunction) + ")";
    case 5: return "load(" + one_of({"'return 1'", "'return ...'", "'x = '", "('return {'):rep(90)"}) + ")";
    default: return one_of({"to", "from", "lacks"}) + "(" + edge_kind() + ")";
  }
}

std::string LuaGrammar::truth() {
  switch (dice_.below(6)) {
    case 0: {
      const Is is = one_of(std::vector<Is>{Is::kNumber, Is::kText, Is::kTime});
      return "(" + expression(is) + one_of({" < ", " <= ", " > ", " >= "}) + expression(is) + ")";
    }
    case 1: return "(" + expression(Is::kAnything) + one_of({" == ", " ~= "}) + expression(Is::kAnything) + ")";
    case 2: return "not " + expression(Is::kAnything);
    case 3: return "pcall(" + expression(Is::kFunction) + ", " + list_of(Is::kAnything, 2) + ")";
    case 4: return "exists(" + ref() + ")";
    default: return "(" + expression(Is::kSet) + "):has(" + expression(Is::kNode) + ")";
  }
}

std::string LuaGrammar::set() {
  switch (dice_.below(9)) {
    case 0: return "nodes(" + kind() + ")";
    case 1: return "(" + expression(Is::kSet) + one_of({" & ", " | ", " - "}) + expression(Is::kSet) + ")";
    case 2: return "(" + expression(Is::kSet) + "):only(" + kind() + ")";
    case 3:
      return "(" + expression(Is::kSet) + "):where" +
             (dice_.coin() ? "(" + expression(Is::kFunction) + ")"
                           : one_of({"{status = 'open'}", "{title = 'x'}", "{kind = 'run'}", "{nonsense = 1}", "{}"}));
    case 4: return "(" + expression(Is::kSet) + "):" + one_of({"incoming", "outgoing"}) + "(" + edge_kind() + ")";
    case 5: return "set{" + list_of(Is::kNode, 3) + "}";
    case 6: return one_of({"whole", "parts", "projects_of"}) + "(" + expression(Is::kNode) + ")";
    case 7: return "find(" + text_literal() + ")";
    default:
      return one_of({"upstream", "downstream", "sources", "touches"}) + "(" +
             expression(dice_.coin() ? Is::kNode : Is::kSet) + ", {depth = " + std::to_string(dice_.below(4)) + "})";
  }
}

std::string LuaGrammar::node() {
  switch (dice_.below(3)) {
    case 0: return "node(" + ref() + ")";
    case 1: return "(" + expression(Is::kSet) + ")[" + std::to_string(dice_.below(4)) + "]";
    default: return ref();
  }
}

std::string LuaGrammar::time() {
  switch (dice_.below(4)) {
    case 0: return "time(" + one_of({"'2024-02-29'", "'2020-01-31T12:00:00Z'", "'yesterday'", "'9999-12-31'"}) + ")";
    case 1:
      return "(" + expression(Is::kTime) + one_of({" + ", " - "}) +
             one_of({"hours", "days", "weeks", "months", "years"}) + "(" + expression(Is::kNumber) + "))";
    case 2: return "(" + expression(Is::kNode) + ")." + one_of({"valid_from", "valid_to", "started_at"});
    default: return "(" + expression(Is::kTime) + ")." + one_of({"year", "month", "day", "date"});
  }
}

}  // namespace amont
