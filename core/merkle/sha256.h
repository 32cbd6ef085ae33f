// SHA-256 (FIPS 180-4) through libcrypto's low-level calls, which cost a third of EVP's on short inputs.
#pragma once

#include <array>
#include <cstdint>
#include <string>
#include <string_view>

namespace amont {

using Digest = std::array<std::uint8_t, 32>;

Digest sha256(std::string_view bytes);
// Of the concatenation `first` ‖ `a` ‖ `b`, without building it.
Digest sha256(std::uint8_t first, std::string_view a, std::string_view b = {});

// For inputs that come in pieces.
class Sha256 {
 public:
  Sha256();
  void update(std::string_view bytes);
  Digest finish();

 private:
  alignas(8) std::uint8_t state_[112];
};

inline std::string_view view_of(const Digest& digest) {
  return {reinterpret_cast<const char*>(digest.data()), digest.size()};
}
std::string hex(std::string_view bytes);
inline std::string hex(const Digest& digest) { return hex(view_of(digest)); }

}  // namespace amont
