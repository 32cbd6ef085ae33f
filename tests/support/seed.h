// The seed of a random test: AMONT_SEED, or 11. It is printed, so that a failure can be repeated.
#pragma once

#include <cinttypes>
#include <cstdint>
#include <cstdio>
#include <cstdlib>

namespace amont {

inline std::uint64_t seed_of_this_run() {
  const char* wanted = std::getenv("AMONT_SEED");
  const std::uint64_t seed = wanted ? std::strtoull(wanted, nullptr, 10) : 11;
  std::printf("AMONT_SEED=%" PRIu64 "\n", seed);
  return seed;
}

}  // namespace amont
