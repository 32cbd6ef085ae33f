// Statements and blocks.
#include "tests/query/lua/grammar/lua_grammar.h"

#include <fmt/format.h>

namespace amont {
namespace {

constexpr int kNestingMax = 5;

bool is_expression(std::string_view example) {
  return !example.empty() && example.find('\n') == std::string_view::npos && !example.starts_with("for ");
}

}  // namespace

LuaGrammar::LuaGrammar(Dice& dice) : dice_(dice) {
  for (const ScriptWord& word : script_words()) {
    if (is_expression(word.example)) examples_.push_back(word.example);
    if (word.of == "questions" || word.of == "blocks") options_.push_back(&word);
  }
  for (const ScriptWord& word : script_words()) {
    if (!word.of.empty()) continue;
    if (word.group == "Of Lua itself" && !word.takes.empty()) {
      for (const std::string& function : word.takes) library_.push_back(word.name + "." + function);
      continue;
    }
    Word call{&word, {}};
    for (const std::string& name : word.takes)
      for (const ScriptWord* option : options_)
        if (option->name == name) call.takes.push_back(option);
    calls_.push_back(std::move(call));
  }
}

// Names that all programs have; and what the last one left is forgotten.
std::string LuaGrammar::beginning() {
  room_ = 10 + static_cast<int>(dice_.below(90));
  nesting_ = names_ = loops_ = 0;
  has_dots_ = true;
  scope_.clear();
  return "kept = {}\nlocal function keep(...) kept[#kept % 20 + 1] = (select(select('#', ...), ...)) return ... end\n";
}

std::string LuaGrammar::endless_program() {
  std::string text = beginning() + "while true do\n";
  for (std::uint64_t parts = 1 + dice_.below(3); parts > 0; --parts) text += protected_block();
  return text + "end\n";
}

std::string LuaGrammar::program() {
  std::string text = beginning();
  if (dice_.below(40) == 0) text += "pcall(function() return " + extreme() + " end)\n";
  for (std::uint64_t parts = 1 + dice_.below(5); parts > 0; --parts)
    text += dice_.below(4) == 0 ? statement() : protected_block();
  if (dice_.below(50) == 0)
    text += one_of({"end", "goto nowhere", "local x <const> = 1; x = 2", "break", "return return", "x = = 1", "'", "[[",
                    "local function", "::a:: ::a::", ")"});  // what does not compile
  return text + "return " + list_of(Is::kAnything, 3) + "\n";
}

// What fails in it does not keep the rest of the program from running.
std::string LuaGrammar::protected_block() {
  const bool had_dots = std::exchange(has_dots_, true);
  const int loops = std::exchange(loops_, 0);
  const std::string body = block(1 + static_cast<int>(dice_.below(5)));
  has_dots_ = had_dots;
  loops_ = loops;
  return "pcall(function(...)\n" + body + "end" + (rarely() ? ", " + expression(Is::kAnything) : "") + ")\n";
}

std::string LuaGrammar::block(int statements) {
  ++nesting_;
  const std::size_t known = scope_.size();
  std::string text;
  for (; statements > 0 && room_ > 0; --statements) text += statement();
  if (rarely()) text += "do return " + list_of(Is::kAnything, 2) + " end\n";
  scope_.resize(known);
  --nesting_;
  return text;
}

std::string LuaGrammar::statement() {
  if (nesting_ >= kNestingMax) return plain_statement();
  switch (dice_.below(14)) {
    case 0: return "do\n" + block(2) + "end\n";
    case 1: return "if " + expression(Is::kTruth) + " then\n" + block(2) + "end\n";
    case 2:
      return "if " + expression(Is::kTruth) + " then\n" + block(1) + "elseif " + expression(Is::kAnything) + " then\n" +
             block(1) + "else\n" + block(1) + "end\n";
    case 3:
    case 4: return loop();
    case 5: return jump();
    case 6:
    case 7: return definition();
    case 8: return use_of_coroutine();
    default: return plain_statement();
  }
}

std::string LuaGrammar::plain_statement() {
  switch (dice_.below(12)) {
    case 0: return "print(" + list_of(Is::kAnything, 3) + ")\n";
    case 1: return "keep(" + api_call() + ")\n";
    case 2: return "keep(pcall(" + one_of(calls_).word->name + ", " + list_of(Is::kAnything, 3) + "))\n";
    case 3: return "keep(" + method_call() + ")\n";
    case 4: return loops_ > 0 ? "if " + expression(Is::kTruth) + " then break end\n" : ";\n";
    case 5: return "keep(" + one_of(examples_) + ")\n";
    case 6:
      return rarely() ? "error(" + expression(Is::kAnything) + one_of({"", ", 0", ", 2"}) + ")\n"
                      : "table." + one_of({"insert", "sort", "remove"}) + "(" + table() + ")\n";
    default: return assignment();
  }
}

std::string LuaGrammar::assignment() {
  static const std::vector<Is> kTypes = {Is::kNumber, Is::kText, Is::kTable, Is::kFunction, Is::kTruth,
                                         Is::kSet,    Is::kNode, Is::kTime,  Is::kAnything};
  const Is is = one_of(kTypes);
  switch (dice_.below(8)) {
    case 0: {  // the value is made before the name is known
      const std::string value = expression(is), second = expression(Is::kNumber);
      const std::string name = new_name(is), other = new_name(Is::kNumber);
      return "local " + name + ", " + other + " = " + value + ", " + second + "\n";
    }
    case 1: {
      const std::string value = expression(is);
      return "local " + new_name(is) + " <const> = " + value + "\n";
    }
    case 2:
      return "local closed" + std::to_string(++names_) +
             " <close> = setmetatable({}, {__close = " + function_with_body(2) + "})\n";
    case 3: return "g" + std::to_string(dice_.below(4)) + " = " + expression(is) + "\n";
    case 4: return ";(" + table() + ")[ " + expression(Is::kAnything) + " ] = " + expression(is) + "\n";
    case 5: return "g1, g2, (" + table() + ").x = " + list_of(Is::kAnything, 4) + "\n";
    default: {
      const std::string value = expression(is);
      return "local " + new_name(is) + " = " + value + "\n";
    }
  }
}

std::string LuaGrammar::loop() {
  const std::size_t known = scope_.size();
  std::string text;
  ++loops_;
  switch (dice_.below(7)) {
    case 0:
    case 1: {
      const std::string bounds = rarely() ? list_of(Is::kNumber, 3) : fmt::format("1, {}", dice_.below(12));
      const std::string name = new_name(Is::kNumber);
      text = "for " + name + " = " + bounds + " do\n" + block(2) + "end\n";
      break;
    }
    case 2: {
      const std::string of = one_of({"pairs", "ipairs"}) + "(" + table() + ")";
      const std::string key = new_name(Is::kAnything), value = new_name(Is::kAnything);
      text = "for " + key + ", " + value + " in " + of + " do\n" + block(2) + "end\n";
      break;
    }
    case 3: {
      const std::string of = set();
      const std::string name = new_name(Is::kNode);
      text = "for " + name + " in " + of + " do\n" + block(2) + "if #kept > 15 then break end end\n";
      break;
    }
    case 4: {
      const std::string of =
          dice_.coin() ? "(" + expression(Is::kText) + "):gmatch(" + pattern() + ")" : list_of(Is::kFunction, 4);
      const std::string name = new_name(Is::kAnything);
      text = "for " + name + " in " + of + " do\n" + block(2) + "end\n";
      break;
    }
    case 5: {
      const std::string counter = "w" + std::to_string(++names_);
      text = "local " + counter + " = 0 while " + counter + " < 5 or " + (rarely() ? "true" : "false") + " do " +
             counter + " = " + counter + " + 1\n" + block(2) + "end\n";
      break;
    }
    default: text = "repeat\n" + block(2) + "until " + (rarely() ? expression(Is::kTruth) : "true") + "\n";
  }
  --loops_;
  scope_.resize(known);
  return text;
}

std::string LuaGrammar::jump() {
  const std::string label = "l" + std::to_string(++names_);
  const std::string counter = "j" + std::to_string(++names_);
  switch (dice_.below(3)) {
    case 0: return "do goto " + label + "\n" + "do " + block(1) + "end ::" + label + ":: end\n";
    case 1:  // backwards
      return "do local " + counter + " = 0 ::" + label + ":: " + counter + " = " + counter + " + 1\ndo " + block(2) +
             "end if " + counter + " < 4 then goto " + label + " end end\n";
    default:  // continue, with a closure that keeps what the loop made
      return "for " + counter + " = 1, 4 do local up = " + counter + "\ndo " + block(1) +
             "end if up % 2 == 0 then goto " + label + " end g3 = function() up = up + 1 return up end ::" + label +
             ":: end\n";
  }
}

std::string LuaGrammar::definition() {
  switch (dice_.below(4)) {
    case 0: {
      const std::string name = new_name(Is::kFunction);  // may call itself
      return "local function " + name + function_with_body(2).substr(8) + "\n";
    }
    case 1: return "function f" + std::to_string(dice_.below(3)) + function_with_body(1).substr(8) + "\n";
    case 2: {
      const std::string name = "o" + std::to_string(++names_);
      const bool had_dots = std::exchange(has_dots_, false);
      const std::string result = expression(Is::kAnything);
      has_dots_ = had_dots;
      return "local " + name + " = {x = " + expression(Is::kAnything) + "} function " + name +
             ":method(a) return self.x, a, " + result + " end keep(" + name + ":method(" + expression(Is::kAnything) +
             "))\n";
    }
    default: return "keep((" + function_with_body(2) + ")(" + list_of(Is::kAnything, 3) + "))\n";
  }
}

std::string LuaGrammar::use_of_coroutine() {
  const bool had_dots = std::exchange(has_dots_, true);
  const int loops = std::exchange(loops_, 0);
  const std::string body = "(function(...)\n" + block(1) + "local y = coroutine.yield(" + list_of(Is::kAnything, 2) +
                           ")\n" + block(1) + "return y end)";
  has_dots_ = had_dots;
  loops_ = loops;
  switch (dice_.below(4)) {
    case 0: return "for y in coroutine.wrap" + body + " do keep(y) if #kept > 15 then break end end\n";
    case 1: return "keep(pcall(coroutine.wrap" + body + ", " + list_of(Is::kAnything, 2) + "))\n";
    case 2:
      return "do local co = coroutine.create" + body + " for _ = 1, 3 do keep(coroutine.resume(co, " +
             list_of(Is::kAnything, 2) + ")) end keep(coroutine.status(co)) end\n";
    default: {  // across a protected call and a metamethod
      const bool dots = std::exchange(has_dots_, false);
      const std::string end = text();
      has_dots_ = dots;
      return "keep(coroutine.wrap(function() return pcall(function() local t = setmetatable({}, {__index = "
             "coroutine.yield}) return t.x .. " +
             end + " end) end)())\n";
    }
  }
}

std::string LuaGrammar::new_name(Is is) {
  static constexpr char kLetters[] = "ntafbsoqx";  // one for each of Is, in order
  std::string name = fmt::format("{}{}", kLetters[static_cast<int>(is)], 10 + ++names_);
  scope_.emplace_back(name, is);
  return name;
}

}  // namespace amont
