// Two short inputs hashed side by side. A hash alone spends most of its time waiting for the step before; where the processor has
// instructions for SHA-256, two take little longer than one. Elsewhere they come one after the other, through libcrypto.
#pragma once

#include <array>
#include <cstdint>
#include <string_view>

#include "core/merkle/sha256.h"

namespace amont {

// Stands for `first` ‖ `a` ‖ `b`.
struct HashInput {
  std::uint8_t first = 0;
  std::string_view a;
  std::string_view b = {};
};

// What sha256(first, a, b) says of each.
std::array<Digest, 2> sha256_pair(const HashInput& one, const HashInput& other);

}  // namespace amont
