#include "tools/render/words.h"

#include <algorithm>

#include <fmt/format.h>
#include <fmt/ranges.h>

#include "amont/exchange.h"
#include "tools/render/heading.h"

namespace amont::tool {
namespace {

constexpr std::size_t kTextWidth = 100;

// In lines of at most `width` bytes, broken between words.
std::string wrapped(std::string_view text, std::string_view indent) {
  std::string out(indent);
  std::size_t column = indent.size();
  while (!text.empty()) {
    const std::size_t end = std::min(text.find(' '), text.size());
    if (column + end > kTextWidth && column > indent.size()) {
      out += fmt::format("\n{}", indent);
      column = indent.size();
    } else if (column > indent.size()) {
      out += ' ';
      ++column;
    }
    out += text.substr(0, end);
    column += end;
    text.remove_prefix(std::min(end + 1, text.size()));
  }
  return out;
}

void write_one(Output& out, const ScriptWord& word, const TableLook& look) {
  write_line(out, word.call.empty() ? word.title() : word.call, look, Style::kStrong);
  write_lines(out, wrapped(word.gives, "  "), look);
  const bool is_library = word.group == "Of Lua itself";
  if (!word.takes.empty())
    write_lines(out,
                wrapped(fmt::format("{}: {}", is_library ? "functions" : "takes", fmt::join(word.takes, " ")), "  "),
                look);
  if (word.example.empty()) return;
  std::string_view left = word.example;
  while (!left.empty()) {
    const std::size_t end = std::min(left.find('\n'), left.size());
    write_line(out, fmt::format("  > {}", left.substr(0, end)), look, Style::kFaint);
    left.remove_prefix(std::min(end + 1, left.size()));
  }
}

}  // namespace

void write_words(Output& out, const TableLook& look) {
  std::vector<std::vector<TableCell>> rows;
  const std::vector<ScriptWord>& words = script_words();
  for (std::size_t i = 0; i < words.size(); ++i) {
    static constexpr std::string_view kWithoutOwner[] = {"questions", "blocks", "at", "import", "export", "formats"};
    const bool is_option = std::ranges::find(kWithoutOwner, words[i].of) != std::end(kWithoutOwner);
    rows.push_back({"  " + (is_option ? words[i].name : words[i].title()), words[i].gives});
    if (i + 1 < words.size() && words[i + 1].group == words[i].group) continue;
    write_line(out, words[i].group, look, Style::kStrong);
    write_table(out, {{""}, {"", false, true}}, rows, look);
    if (i + 1 < words.size()) out.add("\n");
    rows.clear();
  }
}

void write_words_json(Output& out, const std::vector<const ScriptWord*>& words) {
  std::string text = "{\"amont\": 1, \"words\": [";
  for (const ScriptWord* word : words) {
    text += text.back() == '[' ? "\n  {" : ",\n  {";
    const auto member = [&](std::string_view name, std::string_view value) {
      append_member(text, name);
      append_json_string(text, value);
    };
    member("word", word->title());
    member("name", word->name);
    member("of", word->of);
    member("group", word->group);
    member("call", word->call);
    member("gives", word->gives);
    append_member(text, "takes");
    text += "[";
    for (const std::string& one : word->takes) {
      if (text.back() != '[') text += ", ";
      append_json_string(text, one);
    }
    text += "]";
    member("example", word->example);
    text += "}";
  }
  out.add(text + "]}\n");
}

void write_word_help(Output& out, const std::vector<const ScriptWord*>& words, const TableLook& look) {
  for (std::size_t i = 0; i < words.size(); ++i) {
    if (i > 0) out.add("\n");
    write_one(out, *words[i], look);
  }
}

Result<std::vector<const ScriptWord*>> words_meant(std::string_view word) {
  std::vector<const ScriptWord*> found = find_script_words(word);
  if (!found.empty()) return found;
  const std::string near = nearest_script_word(word);
  return not_found(fmt::format("scripts have no word \"{}\"{}", word,
                               near.empty() ? "; `amont scripts --words` lists them" : "; did you mean " + near + "?"));
}

}  // namespace amont::tool
