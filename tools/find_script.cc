#include "tools/find_script.h"

#include <filesystem>

#include <fmt/format.h>

#include "tools/arguments.h"
#include "tools/files.h"

namespace amont::tool {
namespace {

constexpr std::size_t kScriptBytesMax = 4 << 20;
constexpr std::string_view kFolders[] = {"", "rules/", "formats/"};  // in which a script is named without its folder

std::string what_was_meant(const std::string& word) {
  std::vector<std::string> names;
  for (const ShippedScript& script : shipped_scripts()) names.push_back(script.name.substr(script.name.find('/') + 1));
  const std::string near = nearest(word, names);
  return near.empty() ? "; `amont scripts` lists them, and a file's name ends in .lua"
                      : fmt::format("; did you mean {}? `amont scripts` lists them", near);
}

}  // namespace

Result<FoundScript> find_script(const std::string& word) {
  const bool is_file = word.ends_with(".lua") || word.find('/') != std::string::npos;
  for (const std::string_view folder : kFolders)
    if (const ShippedScript* const shipped = find_shipped_script(std::string(folder) + word))
      return FoundScript{*shipped, true, {}};
  if (!is_file) return not_found(fmt::format("there is no script \"{}\"{}", word, what_was_meant(word)));
  // Read where the links led to, so that they can't lead elsewhere between the look at the place and the reading.
  std::error_code error;
  const std::filesystem::path file = std::filesystem::canonical(word, error);
  AMONT_LET(std::string source, read_text_file(error ? word : file.string(), kScriptBytesMax));
  return FoundScript{
      {std::filesystem::path(word).stem().string(), std::move(source)}, false, error ? "" : file.string()};
}

}  // namespace amont::tool
