// Ed25519 (RFC 8032) through libcrypto: the one file that signs. Any thread may call anything.
#pragma once

#include <array>
#include <cstdint>
#include <string>
#include <string_view>

#include "amont/status.h"

namespace amont {

using Ed25519Seed = std::array<std::uint8_t, 32>;       // the private key; whoever has it can sign
using Ed25519PublicKey = std::array<std::uint8_t, 32>;  // follows from the seed
inline constexpr std::size_t kEd25519SignatureBytes = 64;

// Fresh from libcrypto's generator of random numbers. kIo when that has none.
Result<Ed25519Seed> make_ed25519_seed();
Result<Ed25519PublicKey> ed25519_public_key(const Ed25519Seed& seed);
// 64 bytes, the same each time for the same key and message.
Result<std::string> ed25519_sign(const Ed25519Seed& seed, std::string_view message);
// False for whatever is not this key's signature of this message, keys and signatures of a wrong form included.
bool ed25519_verify(const Ed25519PublicKey& key, std::string_view message, std::string_view signature);

// Overwrites a secret before its memory is given back.
void wipe(Ed25519Seed& seed);

}  // namespace amont
