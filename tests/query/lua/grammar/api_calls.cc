// Words of scripts with the options they take, or others.
#include "tests/query/lua/grammar/lua_grammar.h"

#include <fmt/format.h>

namespace amont {

std::string LuaGrammar::ref() {
  if (rarely()) return one_of({"'nothing:at-all'", "'dataset'", "''", "':'", "'dataset:\\0'", "('dataset:'):rep(500)"});
  return one_of({"'output:heart-failure/table-1'", "'output:statin-safety/signal'", "'dataset:snds/dcir'",
                 "'dataset:snds/ER_PHA_F'", "'dataset:linked/heart-failure-clean'", "'run:heart-failure/description'",
                 "'run:vaccine-uptake/poster'", "'project:heart-failure'", "'project:old-cohort'",
                 "'approval:cnil-2020-014'", "'variable:snds/IR_IMB_R/IMB_ALD_NUM'", "'catalogue:hub'",
                 "'job:hub/index-update'", "'output:emergency-flow/figure-3'"});
}

std::string LuaGrammar::kind() {
  return one_of({"'dataset'", "'run'", "'output'", "'project'", "'approval'", "'job'", "'publication'", "'purpose'",
                 "'variable'", "'dataset', 'run'", "'datset'", "1", ""});
}

std::string LuaGrammar::edge_kind() {
  return one_of({"'used'", "'generated_by'", "'part_of'", "'performed_for'", "'covers'", "'for_purpose'",
                 "'derived_from'", "'used', 'covers'", "'usd'", "false", ""});
}

std::string LuaGrammar::argument() {
  switch (dice_.below(8)) {
    case 0: return expression(Is::kSet);
    case 1: return expression(Is::kAnything);
    case 2: return "{" + ref() + ", " + ref() + "}";
    case 3: return kind().empty() ? "nil" : expression(Is::kNode);
    default: return ref();
  }
}

// `depth = 3`, as it is described, or with a value of its own.
std::string LuaGrammar::option(const Word& word) {
  const bool fits = !word.takes.empty() && dice_.below(8) != 0;
  const ScriptWord& option = fits ? *one_of(word.takes) : *one_of(options_);
  switch (dice_.below(6)) {
    case 0: return option.name + " = " + expression(Is::kAnything);
    case 1:
      return option.name + " = " +
             one_of({"0", "1", "-1", "2^53", "'down'", "'up'", "true", "{}", "'variable'", "'+covers'"});
    case 2: return rarely() ? "nonsense = 1" : option.call;
    default: return option.call;
  }
}

std::string LuaGrammar::api_call() {
  const Word& word = one_of(calls_);
  const std::string& name = word.word->name;
  std::string options;
  for (std::uint64_t count = dice_.below(3); count > 0; --count)
    options += (options.empty() ? "" : ", ") + option(word);
  if (word.word->call.find('{') < word.word->call.find('(')) {  // rows{x, ...}: all in one table
    const std::string columns =
        one_of({"", ", 'ref'", ", 'ref', {'header', 'title'}", ", {'f', function(x) return x end}", ", 7"});
    return name + "{" + argument() + columns + (options.empty() ? "" : ", " + options) + "}";
  }
  std::string arguments;
  for (std::uint64_t count = dice_.below(4); count > 0; --count)
    arguments += (arguments.empty() ? "" : ", ") + argument();
  if (!options.empty()) arguments += (arguments.empty() ? "{" : ", {") + options + "}";
  switch (dice_.below(10)) {
    case 0: return fmt::format("at{{known_at = {}}}:{}({})", dice_.below(10), name, arguments);
    case 1: return fmt::format("at{{valid_at = '20{}-01-01'}}:{}({})", 10 + dice_.below(20), name, arguments);
    default: return name + "(" + arguments + ")";
  }
}

std::string LuaGrammar::method_call() {
  switch (dice_.below(4)) {
    case 0:
      return "(" + set() + "):" + one_of({"only", "where", "has", "refs", "incoming", "outgoing", "nonsense"}) + "(" +
             list_of(Is::kAnything, 2) + ")";
    case 1:
      return "(" + node() + "):" + one_of({"get", "properties", "incoming", "outgoing", "edges", "nonsense"}) + "(" +
             list_of(Is::kAnything, 2) + ")";
    case 2:
      return "(" + text() +
             "):" + one_of({"byte", "find", "format", "gmatch", "gsub", "len", "match", "rep", "sub", "unpack"}) + "(" +
             list_of(Is::kAnything, 3) + ")";
    default:
      return "(" + expression(Is::kAnything) + ")." +
             one_of({"ref", "title", "depth", "tx", "year", "x", "items", "from", "gaps"});
  }
}

}  // namespace amont
