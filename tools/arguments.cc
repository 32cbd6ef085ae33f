#include "tools/arguments.h"

#include <CLI/CLI.hpp>

#include <algorithm>

#include <fmt/format.h>

// The only file with CLI11. It knows options only: words come back from it as "remaining", because as positionals it
// would split those written in brackets, and because a word may be the name of a verb. Each verb is an application of
// its own for the same reason.

namespace amont::tool {
namespace {

bool looks_like_option(std::string_view word) {
  return word.size() > 1 && word[0] == '-' && !(word[1] >= '0' && word[1] <= '9');
}

std::vector<std::string> long_names(const std::vector<const Option*>& options) {
  std::vector<std::string> names;
  for (const Option* option : options) names.push_back(option->names.substr(option->names.find("--")));
  return names;
}

// CLI11 takes the next word for the value of `--name=`; as two words an empty value stays what it is.
void part_empty_values(std::vector<std::string>& arguments) {
  for (std::size_t i = 0; i < arguments.size() && arguments[i] != "--"; ++i) {
    if (!arguments[i].starts_with("--") || !arguments[i].ends_with('=')) continue;
    if (arguments[i].find('=') != arguments[i].size() - 1) continue;
    arguments[i].pop_back();
    arguments.insert(arguments.begin() + static_cast<std::ptrdiff_t>(i) + 1, "");
    ++i;
  }
}

class Reader {
 public:
  explicit Reader(const std::string& name) : app_("", name) { app_.set_help_flag(); }

  void add(const Option& option) {
    options_.push_back(&option);
    CLI::Option* added = nullptr;
    if (option.is_flag()) {
      added = app_.add_flag_function(option.names, [this, &option](std::int64_t) { take(option, ""); });
    } else {
      added = app_.add_option(option.names, [this, &option](const CLI::results_t& values) {
        for (const std::string& value : values) take(option, value);
        return true;
      });
      added->type_name(option.value);
      if (option.repeats) added->multi_option_policy(CLI::MultiOptionPolicy::TakeAll);
    }
    added->allow_extra_args(false);
  }

  CLI::App& app() { return app_; }

  Result<std::vector<std::string>> read(std::vector<std::string> arguments) {
    part_empty_values(arguments);
    std::reverse(arguments.begin(), arguments.end());  // as CLI11 wants them
    try {
      app_.parse(std::move(arguments));
    } catch (const CLI::Error& error) {
      return invalid(error.what());
    }
    AMONT_TRY(std::move(problem_));
    return app_.remaining();
  }

  Status unknown(const std::string& word) const {
    const std::string typed = word.substr(0, word.find('='));
    const std::string near = nearest(typed, long_names(options_));
    return invalid(fmt::format("there is no option {}{}", typed, near.empty() ? "" : "; did you mean " + near + "?"));
  }

 private:
  void take(const Option& option, const std::string& value) {
    if (!problem_.ok()) return;
    const std::string name = option.names.substr(option.names.find("--"));
    if (!option.choices.empty() &&
        std::find(option.choices.begin(), option.choices.end(), value) == option.choices.end()) {
      problem_ = invalid(fmt::format("{} takes one of {}, not \"{}\"", name, fmt::join(option.choices, ", "), value));
      return;
    }
    problem_ = option.set(value).while_doing(name);
  }

  CLI::App app_;
  std::vector<const Option*> options_;
  Status problem_;
};

std::size_t edit_distance(std::string_view a, std::string_view b) {
  std::vector<std::size_t> row(b.size() + 1);
  for (std::size_t j = 0; j <= b.size(); ++j) row[j] = j;
  for (std::size_t i = 1; i <= a.size(); ++i) {
    std::size_t diagonal = row[0];
    row[0] = i;
    for (std::size_t j = 1; j <= b.size(); ++j) {
      const std::size_t changed = diagonal + (a[i - 1] == b[j - 1] ? 0 : 1);
      diagonal = row[j];
      row[j] = std::min({changed, row[j] + 1, row[j - 1] + 1});
    }
  }
  return row[b.size()];
}

}  // namespace

std::string nearest(std::string_view typed, std::span<const std::string> known) {
  std::string best;
  std::size_t best_distance = std::max<std::size_t>(1, typed.size() / 3) + 1;
  for (const std::string& name : known) {
    const std::size_t distance = edit_distance(typed, name);
    if (distance >= best_distance) continue;
    best_distance = distance;
    best = name;
  }
  return best;
}

Result<CommandLine> read_front(const std::vector<Option>& common, std::vector<std::string> arguments) {
  Reader reader("amont");
  for (const Option& option : common) reader.add(option);
  reader.app().prefix_command();  // stops at the verb
  AMONT_LET(std::vector<std::string> rest, reader.read(std::move(arguments)));
  if (rest.empty()) return CommandLine{};
  if (looks_like_option(rest[0])) return reader.unknown(rest[0]);
  CommandLine line;
  line.verb = std::move(rest[0]);
  line.rest.assign(std::make_move_iterator(rest.begin() + 1), std::make_move_iterator(rest.end()));
  return line;
}

Result<std::vector<std::string>> read_verb(const Verb& verb, const std::vector<Option>& common,
                                           std::vector<std::string> arguments) {
  Reader reader(verb.name);
  for (const Option& option : verb.options) reader.add(option);
  for (const Option& option : common) reader.add(option);
  reader.app().allow_extras();
  AMONT_LET(const std::vector<std::string> rest, reader.read(std::move(arguments)));
  std::vector<std::string> words;
  bool only_words = verb.keeps_unknown_options;
  for (const std::string& word : rest) {
    if (!only_words && word == "--") {
      only_words = true;
      continue;
    }
    if (!only_words && looks_like_option(word)) return reader.unknown(word);
    words.push_back(word);
  }
  return words;
}

}  // namespace amont::tool
