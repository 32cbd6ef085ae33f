// All descriptions of words, in one list.
#include "amont/script_words.h"

#include <algorithm>

#include "query/lua/embedded_scripts.h"
#include "query/lua/nearest.h"
#include "query/lua/words/word_rows.h"
#include "query/lua/words/words_in_text.h"

namespace amont {
namespace {

std::vector<std::string> split(std::string_view names) {
  std::vector<std::string> out;
  while (!names.empty()) {
    const std::size_t end = std::min(names.find(' '), names.size());
    out.emplace_back(names.substr(0, end));
    names.remove_prefix(std::min(end + 1, names.size()));
  }
  return out;
}

std::vector<ScriptWord> read_all() {
  struct Group {
    const char* name;
    std::span<const WordRow> rows;
  };
  const Group kFirst[] = {{"Asking where things came from", asking_words()},
                          {"Asking for ways", way_words()},
                          {"What questions take", option_words()},
                          {"The register, now and then", register_words()},
                          {"Sets", set_words()},
                          {"Nodes", node_words()},
                          {"Edges", edge_words()},
                          {"Time", time_words()},
                          {"The answer and its blocks", block_words()},
                          {"What blocks take", block_option_words()}};
  std::vector<ScriptWord> all;
  const auto add = [&](const Group& group) {
    for (const WordRow& row : group.rows)
      all.push_back({row.name, row.of, group.name, row.call, row.gives, split(row.takes), row.example});
  };
  for (const Group& group : kFirst) add(group);
  std::vector<ScriptWord> in_lua = words_in_text(embedded_text("words"));
  std::vector<std::string> groups;  // in the order in which they are first named
  for (const ScriptWord& word : in_lua)
    if (std::ranges::find(groups, word.group) == groups.end()) groups.push_back(word.group);
  for (const std::string& group : groups)
    for (ScriptWord& word : in_lua)
      if (word.group == group) all.push_back(std::move(word));
  add({"In scripts that read files for an import", import_words_told()});
  add({"In scripts that write an export", export_words_told()});
  add({"In scripts that read or write a format", format_words()});
  add({"Of Lua itself", lua_words_itself()});
  return all;
}

}  // namespace

std::string ScriptWord::title() const {
  if (of.empty()) return name;
  const bool is_method = (of == "set" || of == "node" || of == "edge") && call.find(':') != std::string::npos;
  return of + (is_method ? ":" : ".") + name;
}

const std::vector<ScriptWord>& script_words() {
  static const std::vector<ScriptWord> all = read_all();
  return all;
}

std::vector<const ScriptWord*> find_script_words(std::string_view word) {
  const std::size_t mark = word.find_first_of(":.");
  const std::string_view of = mark == std::string_view::npos ? std::string_view() : word.substr(0, mark);
  const std::string_view name = mark == std::string_view::npos ? word : word.substr(mark + 1);
  std::vector<const ScriptWord*> found;
  for (const ScriptWord& one : script_words()) {
    const bool is_function_of = one.name == of && std::ranges::find(one.takes, name) != one.takes.end();
    if ((one.name == name && (of.empty() || one.of == of)) || (is_function_of && one.of.empty())) found.push_back(&one);
  }
  return found;
}

std::string nearest_script_word(std::string_view word) {
  std::vector<std::string_view> names;
  for (const ScriptWord& one : script_words()) names.push_back(one.name);
  return std::string(nearest(
      word.substr(word.find_first_of(":.") == std::string_view::npos ? 0 : word.find_first_of(":.") + 1), names));
}

}  // namespace amont
