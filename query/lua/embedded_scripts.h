// The text of scripts/, made part of the library by embed_scripts.cmake.
#pragma once

#include <cstddef>
#include <string_view>

namespace amont {

struct EmbeddedScript {
  std::string_view name;  // the path below scripts/, without ".lua"
  std::string_view text;
};
extern const EmbeddedScript kEmbeddedScripts[];
extern const std::size_t kEmbeddedScriptCount;

// The text of one of them, which must be there.
std::string_view embedded_text(std::string_view name);

// Those below formats/lib/ are parts of other scripts, and none themselves.
inline constexpr std::string_view kPartsFolder = "formats/lib/";

}  // namespace amont
