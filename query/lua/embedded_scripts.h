// The text of scripts/, made part of the library by embed_scripts.cmake.
#pragma once

#include <cstddef>
#include <string_view>
#include <vector>

#include "amont/status.h"

namespace amont {

struct EmbeddedScript {
  std::string_view name;  // the path below scripts/, without ".lua"
  std::string_view text;
};
extern const EmbeddedScript kEmbeddedScripts[];
extern const std::size_t kEmbeddedScriptCount;

// The text of one of them, which must be there.
std::string_view embedded_text(std::string_view name);
// What stands in scripts/shared/ under that name, or null: no script of its own, but run before those that say `--- @uses NAME`.
const EmbeddedScript* find_shared_text(std::string_view name);
// What the header of a script says that it uses, in that order.
Result<std::vector<const EmbeddedScript*>> shared_texts_of(std::string_view name, std::string_view source);

}  // namespace amont
