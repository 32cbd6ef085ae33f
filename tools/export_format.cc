#include "tools/export_format.h"

#include <filesystem>

#include <fmt/format.h>

#include "tools/arguments.h"
#include "tools/files.h"

namespace amont::tool {
namespace {

constexpr std::size_t kScriptBytesMax = 4 << 20;
constexpr std::string_view kFolder = "formats/out/";

std::vector<std::string> names_of_exports() {
  std::vector<std::string> names = {"jsonl", "csv"};
  for (const ShippedScript& script : shipped_scripts())
    if (script.name.starts_with(kFolder)) names.push_back(script.name.substr(kFolder.size()));
  return names;
}

}  // namespace

Result<ShippedScript> find_export_script(const std::string& format) {
  if (format.ends_with(".lua")) {
    AMONT_LET(std::string source, read_text_file(format, kScriptBytesMax));
    return ShippedScript{std::filesystem::path(format).stem().string(), std::move(source)};
  }
  if (const ShippedScript* script = find_shipped_script(std::string(kFolder) + format)) return *script;
  const std::vector<std::string> names = names_of_exports();
  const std::string near = nearest(format, names);
  return invalid(fmt::format("--format: \"{}\" is none of {}, nor a script FILE.lua{}", format, fmt::join(names, ", "),
                             near.empty() ? "" : "; did you mean " + near + "?"));
}

std::string export_formats_listed() {
  std::string text;
  for (const ShippedScript& script : shipped_scripts()) {
    if (!script.name.starts_with(kFolder)) continue;
    const Result<ScriptHeader> header = read_script_header(script.name, script.source);
    if (header.ok()) text += fmt::format("  {:<18}{}\n", header->format, header->description);
  }
  return text;
}

}  // namespace amont::tool
