// Telling which scripts there are, and what scripts can say.

#include <algorithm>

#include <fmt/format.h>

#include "amont/exchange.h"
#include "amont/script.h"
#include "amont/script_words.h"
#include "tools/exit_code.h"
#include "tools/find_script.h"
#include "tools/render/heading.h"
#include "tools/render/words.h"
#include "tools/script_arguments.h"
#include "tools/verbs.h"

namespace amont::tool {
namespace {

std::string first_line(const std::string& text) { return text.substr(0, text.find('\n')); }

std::string header_json(const ScriptHeader& header) {
  std::string out = "{";
  append_member(out, "name");
  append_json_string(out, header.name);
  append_member(out, "description");
  append_json_string(out, header.description);
  if (!header.format.empty()) {
    append_member(out, "format");
    append_json_string(out, header.format);
    append_member(out, header.input.empty() ? "output" : "input");
    append_json_string(out, header.input.empty() ? header.output : header.input);
  }
  append_member(out, "parameters");
  out += "[";
  for (const ScriptParameter& one : header.parameters) {
    out += out.back() == '[' ? "{" : ", {";
    append_member(out, "name");
    append_json_string(out, one.name);
    append_member(out, "type");
    append_json_string(out, one.type);
    append_member(out, "optional");
    out += one.optional ? "true" : "false";
    append_member(out, "help");
    append_json_string(out, one.help);
    out += "}";
  }
  return out + "]}";
}

void write_script_help(Output& out, const ScriptHeader& header, const TableLook& look) {
  const std::string command = !header.input.empty()    ? "import FILE|DIR... --format " + header.format
                              : !header.output.empty() ? "export --format " + header.format
                                                       : "run " + header.name;
  const std::string usage = usage_of(header);
  write_line(out, fmt::format("amont {}{}{}", command, usage.empty() ? "" : " ", usage), look, Style::kStrong);
  out.add("\n");
  write_lines(out, header.description, look);
  std::vector<std::vector<TableCell>> rows;
  for (const ScriptParameter& one : header.parameters)
    rows.push_back({"  " + one.name, one.type, one.optional ? "optional" : "", one.help});
  if (!rows.empty()) out.add("\n");
  write_table(out, {{""}, {""}, {""}, {""}}, rows, look);
  out.add("\n");
  if (header.name.starts_with("rules/")) {
    const std::string rule = header.name.substr(header.name.find('/') + 1);
    write_line(out,
               fmt::format("A rule: `amont check {}` tells what breaks it, `amont check` what breaks any rule.", rule),
               look, Style::kFaint);
  }
  write_line(out, fmt::format("`amont scripts {} --source` prints the script.", header.name), look, Style::kFaint);
}

// The scripts that `word` means: all of Amont's own, or one.
Result<std::vector<ShippedScript>> scripts_named(const std::vector<std::string>& words) {
  if (words.empty()) return shipped_scripts();
  AMONT_LET(ShippedScript script, find_script(words[0]));
  return std::vector<ShippedScript>{std::move(script)};
}

// What scripts can say: all of it, or one word.
Result<int> run_words(Session& session, const std::vector<std::string>& words) {
  AMONT_LET(const Format format, session.format());
  const TableLook look = {session.colour(), session.width()};
  std::vector<const ScriptWord*> meant;
  if (!words.empty()) {
    AMONT_LET(meant, words_meant(words[0]));
  } else {
    for (const ScriptWord& word : script_words()) meant.push_back(&word);
  }
  if (format == Format::kJson)
    write_words_json(session.out(), meant);
  else if (words.empty())
    write_words(session.out(), look);
  else
    write_word_help(session.out(), meant, look);
  AMONT_TRY(session.out().flush());
  return kYes;
}

Result<int> run_scripts(Session& session, bool source, const std::vector<std::string>& words) {
  AMONT_LET(const Format format, session.format());
  if (source && words.empty()) return invalid("--source needs a script's name");
  AMONT_LET(const std::vector<ShippedScript> scripts, scripts_named(words));
  Output& out = session.out();
  if (source) {
    if (session.on_terminal()) write_lines(out, scripts[0].source, {});
    if (!session.on_terminal()) out.add(scripts[0].source);
    AMONT_TRY(out.flush());
    return kYes;
  }
  std::vector<ScriptHeader> headers;
  for (const ShippedScript& script : scripts) {
    AMONT_LET(ScriptHeader header, read_script_header(script.name, script.source));
    headers.push_back(std::move(header));
  }
  const TableLook look = {session.colour(), session.width()};
  if (format == Format::kJson) {
    out.add("{\"amont\": 1, \"scripts\": [");
    for (std::size_t i = 0; i < headers.size(); ++i) out.add((i ? ",\n  " : "\n  ") + header_json(headers[i]));
    out.add("]}\n");
  } else if (!words.empty()) {
    write_script_help(out, headers[0], look);
  } else {
    std::vector<std::vector<TableCell>> rows;
    for (const ScriptHeader& header : headers) {
      const std::string usage = header.format.empty()  ? usage_of(header)
                                : header.input.empty() ? "export --format " + header.format
                                                       : "import --format " + header.format;
      rows.push_back({header.name, first_line(header.description), usage});
    }
    write_table(out, {{"script"}, {"what", false, true}, {"arguments"}}, rows, look);
  }
  AMONT_TRY(out.flush());
  return kYes;
}

}  // namespace

std::vector<Verb> script_verbs(Session& session) {
  const auto source = std::make_shared<bool>(false), all_words = std::make_shared<bool>(false);
  Verb scripts;
  scripts.name = "scripts";
  scripts.group = "script";
  scripts.formats = {Format::kTable, Format::kJson};
  scripts.words = "[NAME|FILE.lua|WORD]";
  scripts.words_max = 1;
  scripts.summary = "the scripts that ship with Amont, and what one takes";
  scripts.examples =
      "amont scripts\n"
      "amont scripts sources-of\n"
      "amont scripts sources-of --source > mine.lua\n"
      "amont scripts --words coverage";
  scripts.options = {{"--source", "", "print the script itself", into(*source)},
                     {"--words", "", "what scripts can say: all words, or what is to know of WORD", into(*all_words)}};
  scripts.run = [&session, source, all_words](const std::vector<std::string>& words) -> Result<int> {
    if (*all_words && *source) return invalid("--words and --source contradict each other");
    if (*all_words) return run_words(session, words);
    return run_scripts(session, *source, words);
  };
  return {scripts};
}

}  // namespace amont::tool
