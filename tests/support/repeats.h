// How often a random test is to be repeated: what the environment variable says, or the number given; a quarter of that where
// sanitizers make each time slow, as the same test runs optimised in full.
#pragma once

#include <cstdint>
#include <cstdlib>

namespace amont {

inline std::uint64_t repeats(const char* variable, std::uint64_t otherwise) {
#if defined(__SANITIZE_ADDRESS__) || defined(__SANITIZE_THREAD__)
  otherwise = (otherwise + 3) / 4;
#endif
  const char* const wanted = std::getenv(variable);
  return wanted ? std::strtoull(wanted, nullptr, 10) : otherwise;
}

}  // namespace amont
