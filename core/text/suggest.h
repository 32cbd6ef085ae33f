// "Did you mean": the known word that is nearest to an unknown one.
#pragma once

#include <span>
#include <string_view>

namespace amont {

// Empty when none is near: at most a third of the letters differ, two swapped neighbours counting as one.
std::string_view nearest_word(std::string_view word, std::span<const std::string_view> known);

}  // namespace amont
