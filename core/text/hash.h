// A hash of a text for tables in memory: never on disk, and no defence against whoever picks the texts.
#pragma once

#include <cstdint>
#include <string_view>

namespace amont {

std::uint64_t hash_of(std::string_view text);

}  // namespace amont
