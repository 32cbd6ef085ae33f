// A hash of a text for tables in memory: another one in each process, so that nobody can pick texts that collide.
#pragma once

#include <cstdint>
#include <string_view>

namespace amont {

std::uint64_t hash_of(std::string_view text);

}  // namespace amont
