#include "tools/script_arguments.h"

#include <algorithm>

#include <fmt/format.h>

#include "tools/arguments.h"

namespace amont::tool {
namespace {

// Whether `NAME=VALUE` is meant: a ref or a sentence that holds "=" has other letters before it.
bool is_name(std::string_view text) {
  return !text.empty() && std::ranges::all_of(text, [](char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '_' || c == '-';
  });
}

class Reader {
 public:
  explicit Reader(const ScriptHeader& header) : header_(header) {}

  Status read(const std::vector<std::string>& words) {
    bool only_values = false;
    for (std::size_t i = 0; i < words.size(); ++i) {
      const std::string& word = words[i];
      const std::size_t equals = word.find('=');
      if (!only_values && word == "--") {
        only_values = true;
      } else if (!only_values && word.starts_with("--")) {
        AMONT_TRY(option(words, i));
      } else if (equals != std::string::npos && parameter(word.substr(0, equals))) {
        AMONT_TRY(give(*parameter(word.substr(0, equals)), word.substr(equals + 1)));
      } else if (!only_values && equals != std::string::npos && is_name(word.substr(0, equals))) {
        return unknown(word.substr(0, equals), "; after -- a word is a value, whatever it holds");
      } else {
        AMONT_TRY(give_next(word));
      }
    }
    return {};
  }

  ScriptArguments take() { return std::move(arguments_); }

 private:
  const ScriptParameter* parameter(std::string name) const {
    std::replace(name.begin(), name.end(), '-', '_');
    const auto found = std::find_if(header_.parameters.begin(), header_.parameters.end(),
                                    [&](const ScriptParameter& one) { return one.name == name; });
    return found == header_.parameters.end() ? nullptr : &*found;
  }

  bool given(const ScriptParameter& one) const {
    return std::any_of(arguments_.named.begin(), arguments_.named.end(),
                       [&](const auto& named) { return named.first == one.name; });
  }

  Status give(const ScriptParameter& one, std::string value) {
    if (given(one)) return invalid(fmt::format("{} is given twice", one.name));
    arguments_.named.emplace_back(one.name, std::move(value));
    return {};
  }

  // `--name`, with its value in this word or the next.
  Status option(const std::vector<std::string>& words, std::size_t& i) {
    const std::size_t equals = words[i].find('=');
    const std::string name = words[i].substr(2, equals == std::string::npos ? equals : equals - 2);
    const ScriptParameter* one = parameter(name);
    if (!one) return unknown("--" + name);
    if (equals != std::string::npos) return give(*one, words[i].substr(equals + 1));
    const bool more = i + 1 < words.size();
    if (one->type == "boolean" && !(more && (words[i + 1] == "true" || words[i + 1] == "false")))
      return give(*one, "true");
    if (!more) return invalid(fmt::format("--{} needs a value", name));
    return give(*one, words[++i]);
  }

  Status give_next(const std::string& value) {
    for (const ScriptParameter& one : header_.parameters)
      if (!given(one)) return give(one, value);
    return unknown(value);
  }

  Status unknown(const std::string& word, std::string_view hint = {}) const {
    const std::string usage = usage_of(header_);
    std::vector<std::string> names;
    for (const ScriptParameter& one : header_.parameters) names.push_back(one.name);
    const std::string meant = nearest(word.substr(std::min(word.find_first_not_of('-'), word.size())), names);
    return invalid(
        fmt::format("{} does not take {}; it takes {}{}{}", header_.format.empty() ? header_.name : header_.format,
                    word, usage.empty() ? "no arguments" : usage,
                    meant.empty() ? "" : fmt::format("; did you mean {}?", meant), meant.empty() ? hint : ""));
  }

  const ScriptHeader& header_;
  ScriptArguments arguments_;
};

}  // namespace

Result<ScriptArguments> read_script_arguments(const ScriptHeader& header, const std::vector<std::string>& words) {
  Reader reader(header);
  AMONT_TRY(reader.read(words));
  return reader.take();
}

std::string usage_of(const ScriptHeader& header) {
  std::string usage;
  for (const ScriptParameter& one : header.parameters) {
    const std::string text = one.type == "boolean" ? "--" + one.name : fmt::format("{}={}", one.name, one.type);
    usage += fmt::format("{}{}", usage.empty() ? "" : " ", one.optional ? "[" + text + "]" : text);
  }
  return usage;
}

}  // namespace amont::tool
