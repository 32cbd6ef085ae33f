#include "core/record/salts.h"

#include <bit>

namespace amont {
namespace {

void descend(const Digest& seed, std::uint8_t levels_left, std::uint64_t first, Salts& out) {
  if (first >= out.salts.size()) return;
  if (levels_left == 0) {
    out.salts[first] = seed;
    out.known[first] = true;
    return;
  }
  descend(sha256(0x02, view_of(seed)), levels_left - 1, first, out);
  const std::uint64_t middle = first + (std::uint64_t{1} << (levels_left - 1));
  if (middle < out.salts.size()) descend(sha256(0x03, view_of(seed)), levels_left - 1, middle, out);
}

}  // namespace

std::uint8_t salt_levels(std::uint32_t count) {
  return count <= 1 ? 0 : static_cast<std::uint8_t>(std::bit_width(count - 1));
}

Salts derive_salts(const std::vector<SaltSeed>& seeds, std::uint32_t count) {
  Salts out{std::vector<Digest>(count), std::vector<bool>(count, false)};
  const std::uint8_t levels = salt_levels(count);
  for (const SaltSeed& seed : seeds) {
    if (seed.level > levels) continue;
    descend(seed.bytes, levels - seed.level, std::uint64_t{seed.index} << (levels - seed.level), out);
  }
  return out;
}

}  // namespace amont
