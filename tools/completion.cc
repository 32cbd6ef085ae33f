#include "tools/completion.h"

#include <fmt/format.h>

#include "amont/script.h"

namespace amont::tool {
namespace {

std::string long_name(const Option& option) { return option.names.substr(option.names.find("--")); }

std::string short_name(const Option& option) {
  return option.names.starts_with("--") ? std::string() : option.names.substr(0, option.names.find(','));
}

// What a word after the verb may be, where the table of verbs does not tell it: nothing, for a shell's files.
std::vector<std::string> words_of(const Verb& verb) {
  if (verb.name == "completion") return kShells;
  std::vector<std::string> names;
  if (verb.name == "rules") names = {"show", "put", "remove"};
  for (const ShippedScript& script : shipped_scripts()) {
    const bool is_rule = script.name.starts_with("rules/");
    const bool is_question = script.name.find('/') == std::string::npos;
    if (verb.name == "scripts" || (verb.name == "run" && is_question)) names.push_back(script.name);
    if ((verb.name == "check" || verb.name == "rules") && is_rule)
      names.push_back(script.name.substr(script.name.find('/') + 1));
  }
  return names;
}

std::vector<std::string> choices_of(const Option& option) {
  if (long_name(option) != "--format") return option.choices;
  std::vector<std::string> names;
  for (const Format format : all_formats()) names.emplace_back(name_of(format));
  names.emplace_back("jsonl");  // of import and export
  return names;
}

// In single quotes, for all three shells; a quote inside would end them.
std::string quoted(std::string_view text) {
  std::string out = "'";
  for (const char c : text) {
    if (c == '\'') out += "'\\'";
    out += c;
  }
  return out + "'";
}

std::string names_of(const std::vector<Option>& options) {
  std::string names;
  for (const Option& option : options) names += (names.empty() ? "" : " ") + long_name(option);
  return names;
}

std::string bash(const std::vector<Verb>& verbs, const std::vector<Option>& common) {
  std::string all_verbs;
  std::string by_verb;
  std::vector<Option> valued = common;
  for (const Verb& verb : verbs) {
    all_verbs += (all_verbs.empty() ? "" : " ") + verb.name;
    by_verb += fmt::format("    {}) options=\"{}\" words=\"{}\" ;;\n", verb.name, names_of(verb.options),
                           fmt::join(words_of(verb), " "));
    valued.insert(valued.end(), verb.options.begin(), verb.options.end());
  }
  // Options that take a value, each once: the word after one is no verb, and may be one of few.
  std::string takes_value;
  std::string by_choice;
  std::string seen = " ";
  for (const Option& option : valued) {
    if (option.is_flag() || seen.find(" " + long_name(option) + " ") != std::string::npos) continue;
    seen += long_name(option) + " ";
    const std::string both =
        short_name(option).empty() ? long_name(option) : short_name(option) + "|" + long_name(option);
    takes_value += (takes_value.empty() ? "" : "|") + both;
    const std::vector<std::string> choices = choices_of(option);
    if (!choices.empty())
      by_choice += fmt::format("    {}) COMPREPLY=($(compgen -W \"{}\" -- \"$word\")); return ;;\n", both,
                               fmt::join(choices, " "));
  }
  return fmt::format(R"(# Completion of amont for bash: source <(amont completion bash)
_amont() {{
  local word="${{COMP_WORDS[COMP_CWORD]}}" before="${{COMP_WORDS[COMP_CWORD-1]}}" verb="" options="" words="" i
  for ((i = 1; i < COMP_CWORD; i++)); do
    case "${{COMP_WORDS[i]}}" in
      {}) ((i++)) ;;
      -*) ;;
      *) verb="${{COMP_WORDS[i]}}"; break ;;
    esac
  done
  case "$before" in
{}    {}) COMPREPLY=($(compgen -f -- "$word")); return ;;
  esac
  case "$verb" in
    "") words="{}" ;;
{}  esac
  if [[ "$word" == -* ]]; then
    COMPREPLY=($(compgen -W "{} $options" -- "$word"))
  else
    COMPREPLY=($(compgen -W "$words" -- "$word"))
    [[ -n "$verb" ]] && COMPREPLY+=($(compgen -f -- "$word"))
  fi
}}
complete -o filenames -F _amont amont
)",
                     takes_value, by_choice, takes_value, all_verbs, by_verb, names_of(common));
}

// `'--depth[at most N lineage edges away]:N:'`
std::string zsh_option(const Option& option) {
  std::string help;
  for (const char c : option.help) {
    if (c == '[' || c == ']' || c == ':' || c == '\\') help += '\\';
    help += c;
  }
  std::string rest = "[" + help + "]";
  if (!option.is_flag()) {
    const std::vector<std::string> choices = choices_of(option);
    rest += fmt::format(":value:{}",
                        choices.empty() ? std::string("_files") : fmt::format("({})", fmt::join(choices, " ")));
  }
  std::string line = quoted((option.repeats ? "*" : "") + long_name(option) + rest);
  if (!short_name(option).empty()) line += " " + quoted(short_name(option) + rest);
  return line;
}

std::string zsh_options(const std::vector<Option>& options) {
  std::string lines;
  for (const Option& option : options) lines += " \\\n      " + zsh_option(option);
  return lines;
}

std::string zsh(const std::vector<Verb>& verbs, const std::vector<Option>& common) {
  std::string described;
  std::string by_verb;
  for (const Verb& verb : verbs) {
    described += fmt::format("    {}\n", quoted(verb.name + ":" + verb.summary));
    const std::vector<std::string> words = words_of(verb);
    const std::string word =
        words.empty() ? quoted("*:word:_files") : quoted(fmt::format("*:word:({})", fmt::join(words, " ")));
    by_verb +=
        fmt::format("    {}) _arguments $common{} \\\n      {} ;;\n", verb.name, zsh_options(verb.options), word);
  }
  return fmt::format(R"(#compdef amont
# Completion of amont for zsh: amont completion zsh > a folder of $fpath/_amont
_amont() {{
  local state line
  local -a common verbs
  common=({})
  verbs=(
{}  )
  _arguments -C $common '1:verb:->verb' '*::word:->words'
  case $state in
    verb) _describe verb verbs ;;
    words) case $line[1] in
{}    esac ;;
  esac
}}
compdef _amont amont
)",
                     zsh_options(common), described, by_verb);
}

std::string fish_option(const Option& option, const std::string& condition) {
  std::string line = "complete -c amont" + condition + " -l " + long_name(option).substr(2);
  if (!short_name(option).empty()) line += " -s " + short_name(option).substr(1);
  const std::vector<std::string> choices = choices_of(option);
  if (!option.is_flag()) line += choices.empty() ? " -r" : fmt::format(" -x -a '{}'", fmt::join(choices, " "));
  return line + " -d " + quoted(option.help) + "\n";
}

std::string fish(const std::vector<Verb>& verbs, const std::vector<Option>& common) {
  std::string text = "# Completion of amont for fish: amont completion fish > ~/.config/fish/completions/amont.fish\n";
  for (const Option& option : common) text += fish_option(option, "");
  for (const Verb& verb : verbs) {
    text += fmt::format("complete -c amont -n __fish_use_subcommand -f -a {} -d {}\n", verb.name, quoted(verb.summary));
    const std::string condition = fmt::format(" -n '__fish_seen_subcommand_from {}'", verb.name);
    for (const Option& option : verb.options) text += fish_option(option, condition);
    const std::vector<std::string> words = words_of(verb);
    if (!words.empty()) text += fmt::format("complete -c amont{} -f -a '{}'\n", condition, fmt::join(words, " "));
  }
  return text;
}

}  // namespace

Result<std::string> completion_for(const std::string& shell, const std::vector<Verb>& verbs,
                                   const std::vector<Option>& common) {
  if (shell == "bash") return bash(verbs, common);
  if (shell == "zsh") return zsh(verbs, common);
  if (shell == "fish") return fish(verbs, common);
  return invalid(fmt::format("there are completions for {}, not for \"{}\"", fmt::join(kShells, ", "), shell));
}

}  // namespace amont::tool
