// The name that was probably meant, for messages about one that is not known.
#pragma once

#include <span>
#include <string>
#include <string_view>

namespace amont {

// Empty when none is near enough to be a slip of the pen. Good as long as `known` is. Safe in functions that may raise.
std::string_view nearest(std::string_view name, std::span<const std::string_view> known) noexcept;

// "; did you mean \"x\"?" or nothing, to end a message with.
std::string did_you_mean(std::string_view name, std::span<const std::string_view> known);

}  // namespace amont
