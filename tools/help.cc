#include "tools/help.h"

#include <algorithm>

#include <fmt/format.h>

namespace amont::tool {
namespace {

struct Group {
  std::string_view name;
  std::string_view title;
};
constexpr Group kGroups[] = {{"store", "The store"}, {"write", "Writing"}, {"ask", "Asking"},
                             {"script", "Scripts"},  {"prove", "Proving"}, {"share", "Sharing"}};

constexpr std::string_view kExitCodes =
    "Exit codes\n"
    "  0 yes, or done   1 the answer is no   2 usage, bad input, a script's error   3 not found\n"
    "  4 incomplete under --strict, or out of time or budget   5 locked, read-only or no room   6 damaged\n";

std::string option_line(const Option& option) {
  std::string names = option.names;
  const std::size_t comma = names.find(',');
  if (comma != std::string::npos) names.insert(comma + 1, " ");
  if (comma == std::string::npos) names = "    " + names;
  return option.is_flag() ? names : names + " " + option.value;
}

std::string option_lines(const std::vector<Option>& options) {
  std::size_t width = 0;
  for (const Option& option : options) width = std::max(width, option_line(option).size());
  std::string text;
  for (const Option& option : options) text += fmt::format("  {:<{}}  {}\n", option_line(option), width, option.help);
  return text;
}

// The option --format as this verb takes it.
std::vector<Option> with_formats(std::vector<Option> options, const std::vector<Format>& formats) {
  for (Option& option : options) {
    if (option.names != "--format") continue;
    option.help = "how to write the answer: ";
    for (std::size_t i = 0; i < formats.size(); ++i)
      option.help += fmt::format("{}{}", i == 0 ? "" : i + 1 < formats.size() ? ", " : " or ", name_of(formats[i]));
  }
  return options;
}

}  // namespace

std::string overview(const std::vector<Verb>& verbs, const std::vector<Option>& common) {
  std::string text =
      "amont: the register of a data hub. Which datasets there are, who may use them, who did, and what came of it.\n\n"
      "Usage: amont [-s STORE] VERB ...      amont VERB --help tells more, with examples\n";
  for (const Group& group : kGroups) {
    text += fmt::format("\n{}\n", group.title);
    for (const Verb& verb : verbs)
      if (verb.group == group.name) text += fmt::format("  {:<13} {}\n", verb.name, verb.summary);
  }
  text += "\nOptions of all verbs, before or after the verb\n" + option_lines(common);
  text +=
      "\nA first try\n"
      "  export AMONT_STORE=hub\n"
      "  amont init\n"
      "  amont put dataset:claims title='Claims of 2025'\n"
      "  amont put output:report title='What we found'\n"
      "  amont link derived_from output:report dataset:claims\n"
      "  amont upstream output:report\n\n";
  text += kExitCodes;
  return text;
}

std::string help_of(const Verb& verb, const std::vector<Option>& common) {
  std::string text = fmt::format("amont {}: {}\n\nUsage: amont [-s STORE] {}{}{} [OPTION...]\n", verb.name,
                                 verb.summary, verb.name, verb.words.empty() ? "" : " ", verb.words);
  if (!verb.about.empty()) text += "\n" + verb.about + "\n";
  if (!verb.options.empty()) text += "\nOptions\n" + option_lines(verb.options);
  text += "\nOptions of all verbs\n" + option_lines(with_formats(common, verb.formats));
  text += "\nExamples\n";
  for (std::string_view left = verb.examples; !left.empty();) {
    const std::size_t end = std::min(left.find('\n'), left.size());
    text += fmt::format("  {}\n", left.substr(0, end));
    left.remove_prefix(std::min(end + 1, left.size()));
  }
  return text;
}

}  // namespace amont::tool
