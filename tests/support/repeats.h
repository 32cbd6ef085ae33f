// How often a random test is to be repeated: what the environment variable says, or the number given.
#pragma once

#include <cstdint>
#include <cstdlib>

namespace amont {

inline std::uint64_t repeats(const char* variable, std::uint64_t otherwise) {
  const char* const wanted = std::getenv(variable);
  return wanted ? std::strtoull(wanted, nullptr, 10) : otherwise;
}

}  // namespace amont
