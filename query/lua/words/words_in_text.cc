#include "query/lua/words/words_in_text.h"

#include <algorithm>

namespace amont {
namespace {

constexpr std::string_view kComment = "---", kGroup = "# ", kExample = "> ", kFunction = "function words.";

void take_comment(std::string_view line, std::string& group, ScriptWord& word) {
  if (line.starts_with(kGroup)) {
    group = line.substr(kGroup.size());
  } else if (line.starts_with(kExample)) {
    if (!word.example.empty()) word.example += '\n';
    word.example += line.substr(kExample.size());
  } else if (const std::size_t end = line.find("): "); word.call.empty() && end != std::string_view::npos) {
    word.call = line.substr(0, end + 1);
    word.gives = line.substr(end + 3);
  } else {
    word.gives += (word.gives.empty() ? "" : " ") + std::string(line);
  }
}

}  // namespace

std::vector<ScriptWord> words_in_text(std::string_view text) {
  std::vector<ScriptWord> words;
  std::string group;
  ScriptWord word;
  while (!text.empty()) {
    const std::size_t end = std::min(text.find('\n'), text.size());
    std::string_view line = text.substr(0, end);
    text.remove_prefix(std::min(end + 1, text.size()));
    if (line.starts_with(kComment) && !line.starts_with("----")) {
      line.remove_prefix(kComment.size());
      line.remove_prefix(std::min(line.find_first_not_of(' '), line.size()));
      take_comment(line, group, word);
      continue;
    }
    if (line.starts_with(kFunction)) {
      line.remove_prefix(kFunction.size());
      word.name = line.substr(0, std::min(line.find('('), line.size()));
      word.group = group;
      words.push_back(std::move(word));
    }
    word = ScriptWord();
  }
  return words;
}

}  // namespace amont
