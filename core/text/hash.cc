#include "core/text/hash.h"

#include <xxhash.h>

#include <random>

namespace amont {

std::uint64_t hash_of(std::string_view text) {
  static const std::uint64_t seed = std::uint64_t{std::random_device()()} << 32 | std::random_device()();
  return XXH3_64bits_withSeed(text.data(), text.size(), seed);
}

}  // namespace amont
