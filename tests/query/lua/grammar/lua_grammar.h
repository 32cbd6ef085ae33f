// Programs made from the grammar of Lua 5.4 over the words of scripts, for the example hub: every kind of statement and expression,
// metamethods, coroutines, goto, closures, patterns, deep nesting, huge literals, and every word that is described, with right and
// wrong arguments. Expressions mostly have the type that their place asks for, or a program would fail at its first step.
#pragma once

#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "amont/script_words.h"
#include "tests/support/crash_disk.h"

namespace amont {

class LuaGrammar {
 public:
  // What is drawn comes from `dice`, which outlives this.
  explicit LuaGrammar(Dice& dice);

  std::string program();
  // One that goes on until its budget ends.
  std::string endless_program();

 private:
  enum class Is { kNumber, kText, kTable, kFunction, kTruth, kSet, kNode, kTime, kAnything };
  struct Word {
    const ScriptWord* word;
    std::vector<const ScriptWord*> takes;
  };

  // lua_grammar.cc: statements
  std::string beginning();
  std::string protected_block();
  std::string block(int statements);
  std::string statement();
  std::string plain_statement();
  std::string assignment();
  std::string loop();
  std::string jump();
  std::string definition();
  std::string use_of_coroutine();

  // lua_expressions.cc
  std::string expression(Is is);
  std::string any_expression();
  std::string number();
  std::string text();
  std::string table();
  std::string function();
  std::string truth();
  std::string set();
  std::string node();
  std::string time();
  std::string variable(Is is);
  std::string list_of(Is is, std::uint64_t count_max);
  std::string metatable();
  std::string function_with_body(int parameters);

  // api_calls.cc
  std::string api_call();
  std::string option(const Word& word);
  std::string argument();
  std::string ref();
  std::string kind();
  std::string edge_kind();
  std::string method_call();

  // lua_literals.cc
  std::string atom(Is is);
  std::string number_literal();
  std::string text_literal();
  std::string pattern();
  std::string pack_format();
  std::string text_format();
  std::string extreme();

  template <class T>
  const T& one_of(const std::vector<T>& of) {
    return of[dice_.below(of.size())];
  }
  std::string one_of(std::initializer_list<const char*> of) { return *(of.begin() + dice_.below(of.size())); }
  bool rarely() { return dice_.below(24) == 0; }
  std::string new_name(Is is);

  Dice& dice_;
  std::vector<Word> calls_;                 // words that are called by their name
  std::vector<const ScriptWord*> options_;  // of questions and of blocks
  std::vector<std::string> examples_;       // expressions that are right
  std::vector<std::string> library_;        // "string.rep", "math.max"
  std::vector<std::pair<std::string, Is>> scope_;
  int room_ = 0;           // expressions that this program may still have
  int nesting_ = 0;        // blocks that are open
  int names_ = 0;          // made so far
  bool has_dots_ = false;  // whether `...` may be said here
  int loops_ = 0;          // that `break` may leave, in this function
};

}  // namespace amont
