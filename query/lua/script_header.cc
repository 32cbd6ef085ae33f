// The header comment of a script: what it is for, what it needs to know.

#include <fmt/format.h>

#include <algorithm>

#include "amont/script.h"
#include "query/lua/nearest.h"

namespace amont {
namespace {

constexpr std::string_view kTypes[] = {"ref", "text", "integer", "date", "kind", "boolean"};

std::string_view trimmed(std::string_view text) {
  const std::size_t first = text.find_first_not_of(" \t\r");
  if (first == std::string_view::npos) return {};
  return text.substr(first, text.find_last_not_of(" \t\r") - first + 1);
}

// Takes the first word off `text`.
std::string_view take_word(std::string_view& text) {
  text = trimmed(text);
  const std::size_t end = std::min(text.find_first_of(" \t"), text.size());
  const std::string_view word = text.substr(0, end);
  text = trimmed(text.substr(end));
  return word;
}

bool is_name(std::string_view text) {
  const auto letter = [](char c) { return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '_'; };
  return !text.empty() && letter(text[0]) &&
         std::all_of(text.begin(), text.end(), [&](char c) { return letter(c) || (c >= '0' && c <= '9'); });
}

class HeaderReader {
 public:
  explicit HeaderReader(std::string_view name) { header_.name = name; }

  // One line of the header, without its "---".
  Status read(std::string_view line, std::size_t number) {
    line_ = number;
    const std::string_view text = trimmed(line);
    if (text.starts_with('@')) return read_tag(text.substr(1));
    std::string& told = header_.parameters.empty() ? header_.description : header_.parameters.back().help;
    if (!told.empty() && !text.empty()) told += header_.parameters.empty() ? '\n' : ' ';
    told += text;
    return {};
  }

  Result<ScriptHeader> finish() {
    if (header_.format.empty() != (header_.input.empty() && header_.output.empty()))
      return fail(
          "a script that reads a format needs both, --- @format NAME and --- @input json (or json items, csv, lines, "
          "triples); "
          "one that writes it --- @format NAME and --- @output json (or csv, text, rdf)");
    if (!header_.input.empty() && !header_.output.empty())
      return fail("a script reads a format or writes it: --- @input and --- @output belong in two scripts");
    if (header_.format.empty() && !header_.uses.empty())
      return fail("--- @uses is for scripts that read or write a format");
    return std::move(header_);
  }

 private:
  Status read_tag(std::string_view rest) {
    const std::string_view tag = take_word(rest);
    if (tag == "param") return read_parameter(rest);
    if (tag == "format") {
      header_.format = take_word(rest);
      return header_.format.empty() ? fail("--- @format needs a name") : Status();
    }
    if (tag == "input") {
      header_.input = trimmed(rest);
      static constexpr std::string_view kInputs[] = {"json",  "json items", "json items shared", "json parts", "csv",
                                                     "lines", "triples"};
      if (std::find(std::begin(kInputs), std::end(kInputs), header_.input) != std::end(kInputs)) return {};
      return fail("--- @input is json, json items, json items shared, json parts, csv, lines or triples");
    }
    if (tag == "output") {
      header_.output = trimmed(rest);
      static constexpr std::string_view kOutputs[] = {"json", "csv", "text", "rdf"};
      if (std::find(std::begin(kOutputs), std::end(kOutputs), header_.output) != std::end(kOutputs)) return {};
      return fail("--- @output is json, csv, text or rdf");
    }
    if (tag == "sign") return read_sign(rest);
    if (tag == "uses") return read_part(rest);
    static constexpr std::string_view kTags[] = {"param", "format", "input", "output", "sign", "uses"};
    return fail(fmt::format("there is no --- @{}; use @param, @format, @input, @output, @sign or @uses{}", tag,
                            did_you_mean(tag, kTags)));
  }

  Status read_parameter(std::string_view rest) {
    ScriptParameter parameter;
    std::string_view name = take_word(rest);
    if (name.ends_with('?')) {
      parameter.optional = true;
      name.remove_suffix(1);
    }
    parameter.name = name;
    parameter.type = take_word(rest);
    parameter.help = rest;
    if (!is_name(name)) return fail(fmt::format("\"{}\" can't name a parameter; use letters, digits and _", name));
    if (std::find(std::begin(kTypes), std::end(kTypes), parameter.type) == std::end(kTypes))
      return fail(fmt::format("--- @param {} needs a type: ref, text, integer, date, kind or boolean; it has \"{}\"{}",
                              name, parameter.type, did_you_mean(parameter.type, kTypes)));
    for (const ScriptParameter& other : header_.parameters)
      if (other.name == parameter.name) return fail(fmt::format("the parameter {} is declared twice", name));
    header_.parameters.push_back(std::move(parameter));
    return {};
  }

  // Texts in double quotes; one with a double quote inside stands in single quotes.
  Status read_sign(std::string_view rest) {
    std::vector<std::string> texts;
    for (rest = trimmed(rest); !rest.empty(); rest = trimmed(rest)) {
      const std::size_t end = rest[0] == '"' || rest[0] == '\'' ? rest.find(rest[0], 1) : std::string_view::npos;
      if (end == std::string_view::npos || end == 1) break;
      texts.emplace_back(rest.substr(1, end - 1));
      rest.remove_prefix(end + 1);
    }
    if (texts.empty() || !rest.empty()) return fail("--- @sign needs texts in quotes, such as 'eventTime' 'producer'");
    header_.signs.push_back(std::move(texts));
    return {};
  }

  Status read_part(std::string_view rest) {
    const std::string part(take_word(rest));
    if (part.empty() || !rest.empty())
      return fail(
          "--- @uses needs the path of one part, such as formats/lib/records; each stands on a line of its own");
    if (std::ranges::find(header_.uses, part) != header_.uses.end())
      return fail(fmt::format("--- @uses names {} twice", part));
    header_.uses.push_back(part);
    return {};
  }

  Status fail(std::string_view what) const {
    return {Code::kScript, fmt::format("{}:{}: {}", header_.name, line_, what)};
  }

  ScriptHeader header_;
  std::size_t line_ = 0;
};

}  // namespace

Result<ScriptHeader> read_script_header(std::string_view name, std::string_view source) {
  HeaderReader reader(name);
  for (std::size_t number = 1; !source.empty(); ++number) {
    const std::size_t end = source.find('\n');
    std::string_view line = trimmed(source.substr(0, end));
    source.remove_prefix(end == std::string_view::npos ? source.size() : end + 1);
    if (!line.empty() && !line.starts_with("--")) break;
    if (line.starts_with("---") && !line.starts_with("----")) AMONT_TRY(reader.read(line.substr(3), number));
  }
  return reader.finish();
}

}  // namespace amont
