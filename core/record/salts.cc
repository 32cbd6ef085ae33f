#include "core/record/salts.h"

#include <bit>

#include "core/merkle/sha256_pair.h"

namespace amont {
namespace {

void descend(const Digest& seed, std::uint8_t levels_left, std::uint64_t first, Salts& out) {
  if (first >= out.salts.size()) return;
  if (levels_left == 0) {
    out.salts[first] = seed;
    out.known[first] = true;
    return;
  }
  const std::uint64_t middle = first + (std::uint64_t{1} << (levels_left - 1));
  if (middle >= out.salts.size()) return descend(sha256(0x02, view_of(seed)), levels_left - 1, first, out);
  const auto [left, right] = sha256_pair({0x02, view_of(seed)}, {0x03, view_of(seed)});
  descend(left, levels_left - 1, first, out);
  descend(right, levels_left - 1, middle, out);
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

std::vector<SaltSeed> puncture(const std::vector<SaltSeed>& seeds, std::uint32_t part, std::uint32_t count) {
  const std::uint8_t levels = salt_levels(count);
  std::vector<SaltSeed> out;
  for (const SaltSeed& seed : seeds) {
    if (seed.level > levels || part >> (levels - seed.level) != seed.index) {
      out.push_back(seed);
      continue;
    }
    // Down to the part: what lies to the left of the way comes before what lies to the right of it, which is met first.
    std::vector<SaltSeed> right;
    SaltSeed at = seed;
    while (at.level < levels) {
      ++at.level;
      at.index *= 2;
      const SaltSeed siblings[] = {{at.level, at.index, sha256(0x02, view_of(at.bytes))},
                                   {at.level, at.index + 1, sha256(0x03, view_of(at.bytes))}};
      const bool goes_right = part >> (levels - at.level) & 1;
      const SaltSeed& kept = siblings[!goes_right];
      const bool gives_any = std::uint64_t{kept.index} << (levels - at.level) < count;
      if (gives_any) (goes_right ? out : right).push_back(kept);
      at = siblings[goes_right];
    }
    out.insert(out.end(), right.rbegin(), right.rend());
  }
  return out;
}

}  // namespace amont
