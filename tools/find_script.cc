#include "tools/find_script.h"

#include <filesystem>

#include <fmt/format.h>

#include "tools/files.h"

namespace amont::tool {
namespace {

constexpr std::size_t kScriptBytesMax = 4 << 20;

}  // namespace

Result<ShippedScript> find_script(const std::string& word) {
  const bool is_file = word.ends_with(".lua") || word.find('/') != std::string::npos;
  if (const ShippedScript* const shipped = find_shipped_script(word)) return *shipped;
  if (!is_file)
    return not_found(
        fmt::format("there is no script \"{}\"; `amont scripts` lists them, and a file's name ends in .lua", word));
  AMONT_LET(std::string source, read_text_file(word, kScriptBytesMax));
  return ShippedScript{std::filesystem::path(word).stem().string(), std::move(source)};
}

}  // namespace amont::tool
