// What expressions end in: literals, patterns and formats; and what goes to extremes.
#include "tests/query/lua/grammar/lua_grammar.h"

#include <fmt/format.h>

namespace amont {
namespace {

std::string repeated(std::string_view text, std::uint64_t times) {
  std::string out;
  out.reserve(text.size() * times);
  for (; times > 0; --times) out += text;
  return out;
}

}  // namespace

std::string LuaGrammar::atom(Is is) {
  switch (is) {
    case Is::kNumber: return number_literal();
    case Is::kText: return text_literal();
    case Is::kTable: return one_of({"{}", "{1, 2, 3}", "{x = 1, 'a'}", "kept", "_G", "string", "arg"});
    case Is::kFunction:
      return one_of({"print", "type", "tostring", "pairs", "upstream", "node", "function() end", "coroutine.yield",
                     "error", "pcall"});
    case Is::kTruth: return one_of({"true", "false", "nil"});
    case Is::kSet: return one_of({"nodes()", "nodes('project')", "set{}", "sources('output:statin-safety/signal')"});
    case Is::kNode: return ref();
    case Is::kTime: return one_of({"time('2024-02-29')", "known_at().time", "time('0001-01-01')"});
    case Is::kAnything: break;
  }
  return one_of({"nil",
                 "true",
                 "0",
                 "''",
                 "{}",
                 "print",
                 "g0",
                 "g1",
                 "g2",
                 "g3",
                 "kept",
                 "_G",
                 "_ENV",
                 "getmetatable('')",
                 "getmetatable(set{})",
                 "io",
                 "os",
                 "debug",
                 "package",
                 "require",
                 "dofile",
                 "collectgarbage",
                 "string.dump",
                 "coroutine.close",
                 "coroutine.running",
                 "rawget(_G, 'io')",
                 "load('return debug')()"});
}

std::string LuaGrammar::number_literal() {
  if (dice_.coin()) return std::to_string(dice_.below(20));
  return one_of({"-1", "0.5", "1e308", "-1e308", "1e-320", "0/0", "1/0", "math.maxinteger", "math.mininteger",
                 "0x7fffffffffffffff", "0xffffffffffffffffff", "0x1p-1074", "0x.8p1", "1e9999", "9223372036854775808",
                 "3.", ".5e+2", "2^53", "1 // 1"});
}

std::string LuaGrammar::text_literal() {
  if (dice_.below(3) == 0) return one_of({"'title'", "'ref'", "'status'", "'kind'", "'n_records'", "'heart'"});
  return one_of({"''", "'abc'", "\"a\\\n b\"", "'\\0\\255\\x7f'", "'\\u{10FFFF}\\u{7FFFFFFF}'", "'\\z   x'", "[[x]]",
                 "[==[\n]]]==]", "'2024-01-31'", "'0x10'", "'1e3'", "'%'", "'é\\u{202e}'", "'=1+1'", "'<script>'",
                 "'\\27[2J'", "('x'):rep(999)"});
}

std::string LuaGrammar::pattern() {
  if (dice_.below(8) == 0)
    return one_of({"'%'", "'['", "'[a'", "'(()'", "')'", "'%1'", "'%b'", "'%f'", "'(a*)*'",
                   "('a?'):rep(30) .. ('a'):rep(30)", "('(a)'):rep(33)", "('.-'):rep(20) .. 'z'", "'%b()'",
                   "'%f[%w]%w+'"});
  std::string text = one_of({"", "^", "("});
  const bool opened = text == "(";
  for (std::uint64_t items = 1 + dice_.below(4); items > 0; --items)
    text += one_of({"a", ".", "%a", "%d", "%S", "[a-z]", "[^%s,]", "[]]", "%%", "()", "\\0", "%x", "\\255"}) +
            one_of({"", "", "*", "+", "-", "?"});
  return "'" + text + (opened ? ")" : "") + one_of({"", "$"}) + "'";
}

std::string LuaGrammar::pack_format() {
  std::string text = one_of({"", "<", ">", "=", "!4", "!"});
  for (std::uint64_t items = 1 + dice_.below(4); items > 0; --items)
    text += one_of({"b", "H", "i3", "I16", "j", "T", "f", "d", "n", "s1", "s", "z", "x", "Xi4", "c5", "c1000000", "i17",
                    "q", " "});
  return "'" + text + "'";
}

std::string LuaGrammar::text_format() {
  std::string text;
  for (std::uint64_t items = 1 + dice_.below(3); items > 0; --items)
    text += one_of({"%d", "%5.2f", "%s", "%q", "%x", "%-10s", "%.3s", "%c", "%i", "%g", "%a", "%99.99f", "%p", "%",
                    "%100d", "%5.5.5s", "x"});
  return "'" + text + "'";
}

// One expression that wants too much of something.
std::string LuaGrammar::extreme() {
  const std::uint64_t many = dice_.below(4) == 0 ? 150 + dice_.below(200) : 10 + dice_.below(150);
  switch (dice_.below(20)) {
    case 0: return repeated("(", many) + "1" + repeated(")", many);
    case 1: return repeated("{", many) + repeated("}", many);
    case 2: return repeated("(function() return ", many) + "1" + repeated(" end)()", many);
    case 3: return repeated("- ", many * 10) + "1";
    case 4: return repeated("'x' .. ", many) + "'x'";
    case 5: return repeated("1 + ", many * 20) + "1";
    case 6: return "'" + repeated("long ", 100 * many) + "'";
    case 7: return "1" + repeated("0", 100 * many) + ".5e-" + std::to_string(many);
    case 8: return "{" + repeated("1, ", 100 * many) + "}";
    case 9: return "(function() local " + repeated("a, ", many) + "b return b end)()";
    case 10: return "(function() local function f(n) return f(n + 1) + 1 end return f(1) end)()";
    case 11: return "(function() local function f() return pcall(f) end return f() end)()";
    case 12: return "(function() local function f() return coroutine.wrap(f)() end return f() end)()";
    case 13: return "(function() local s = 'x' while true do s = s .. s end end)()";
    case 14: return "(function() local t = {} for i = 1, math.huge do t[i] = {t} end end)()";
    case 15:
      return fmt::format("(('a'):rep({0})):find(('a*'):rep({1}) .. 'b')", 20 + dice_.below(5000), 1 + dice_.below(12));
    case 16:
      return "(function() local t = {} setmetatable(t, {__index = function(_, k) return t[k] end}) return t.x end)()";
    case 17:
      return "(function() local t = setmetatable({}, {__lt = function() error(t) end}) table.sort({t, t, t}) end)()";
    case 18: return "load(('local a = 1 '):rep(" + std::to_string(many * 10) + ") .. 'return a')()";
    default: return "(function() while true do pcall(error, {}) end end)()";
  }
}

}  // namespace amont
