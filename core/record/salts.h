// Salts of a transaction's parts, all from one seed: a binary tree of hashes (Goldreich, Goldwasser and Micali, "How to
// construct random functions", 1986). left = SHA-256(0x02 ‖ seed), right = SHA-256(0x03 ‖ seed). For n parts the tree has
// ceil(log2 n) levels, and part i's salt is the leaf reached by the bits of i, highest first. Redacting part i replaces the seed
// by the siblings along its path: every other salt can still be derived, that one never again.
#pragma once

#include <cstdint>
#include <vector>

#include "core/merkle/sha256.h"

namespace amont {

// A node of the tree whose descendants are known: `level` edges below the root, `index` from the left.
struct SaltSeed {
  std::uint8_t level = 0;
  std::uint32_t index = 0;
  Digest bytes{};
};

// The number of levels for `count` parts.
std::uint8_t salt_levels(std::uint32_t count);

// The salts of `count` parts; a part that no seed covers has been redacted and gets none (`known` is false for it).
struct Salts {
  std::vector<Digest> salts;
  std::vector<bool> known;
};
Salts derive_salts(const std::vector<SaltSeed>& seeds, std::uint32_t count);

// The seeds that are left of these when part `part` of `count` must lose its salt; from left to right, if these are.
std::vector<SaltSeed> puncture(const std::vector<SaltSeed>& seeds, std::uint32_t part, std::uint32_t count);

}  // namespace amont
