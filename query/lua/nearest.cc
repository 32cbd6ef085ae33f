#include "query/lua/nearest.h"

#include <fmt/format.h>

#include "core/text/suggest.h"

namespace amont {

std::string_view nearest(std::string_view name, std::span<const std::string_view> known) noexcept {
  try {
    const std::string_view found = name.size() < 2 ? std::string_view() : nearest_word(name, known);
    return found == name ? std::string_view() : found;
  } catch (...) {
    return {};  // no memory to guess with
  }
}

std::string did_you_mean(std::string_view name, std::span<const std::string_view> known) {
  const std::string_view meant = nearest(name, known);
  return meant.empty() ? std::string() : fmt::format("; did you mean \"{}\"?", meant);
}

}  // namespace amont
