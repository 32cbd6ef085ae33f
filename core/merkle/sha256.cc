#define OPENSSL_SUPPRESS_DEPRECATED
#include "core/merkle/sha256.h"

#include <openssl/sha.h>

#include <cstring>

namespace amont {
namespace {

unsigned char* copy(std::string_view bytes, unsigned char* to) {
  if (!bytes.empty()) std::memcpy(to, bytes.data(), bytes.size());
  return to + bytes.size();
}

void store_u32(std::uint32_t value, std::uint8_t* to) {
  for (int i = 0; i < 4; ++i) to[i] = static_cast<std::uint8_t>(value >> (24 - 8 * i));
}

}  // namespace

Digest sha256(std::string_view bytes) {
  Digest out;
  SHA256(reinterpret_cast<const unsigned char*>(bytes.data()), bytes.size(), out.data());
  return out;
}

Digest sha256(std::uint8_t first, std::string_view a, std::string_view b) {
  // Trees hash short inputs by the million: padded here, they go to the compression function at once.
  constexpr std::size_t kBlock = SHA256_CBLOCK, kPadding = 9, kShort = 4 * kBlock - kPadding;
  SHA256_CTX context;
  SHA256_Init(&context);
  const std::size_t size = 1 + a.size() + b.size();
  if (size > kShort) {
    SHA256_Update(&context, &first, 1);
    SHA256_Update(&context, a.data(), a.size());
    SHA256_Update(&context, b.data(), b.size());
    Digest out;
    SHA256_Final(out.data(), &context);
    return out;
  }
  const std::size_t blocks = (size + kPadding + kBlock - 1) / kBlock, end = blocks * kBlock;
  unsigned char message[kShort + kPadding];
  message[0] = first;
  *copy(b, copy(a, message + 1)) = 0x80;
  std::memset(message + size + 1, 0, end - size - 1);
  const std::size_t bits = size * 8;
  message[end - 2] = static_cast<unsigned char>(bits >> 8);
  message[end - 1] = static_cast<unsigned char>(bits);
  for (std::size_t at = 0; at < end; at += kBlock) SHA256_Transform(&context, message + at);
  Digest out;
  for (std::size_t i = 0; i < 8; ++i) store_u32(context.h[i], out.data() + 4 * i);
  return out;
}

static_assert(sizeof(SHA256_CTX) <= 112);

Sha256::Sha256() { SHA256_Init(reinterpret_cast<SHA256_CTX*>(state_)); }
void Sha256::update(std::string_view bytes) {
  SHA256_Update(reinterpret_cast<SHA256_CTX*>(state_), bytes.data(), bytes.size());
}
Digest Sha256::finish() {
  Digest out;
  SHA256_Final(out.data(), reinterpret_cast<SHA256_CTX*>(state_));
  return out;
}

std::string hex(std::string_view bytes) {
  static constexpr char kDigits[] = "0123456789abcdef";
  std::string out;
  out.reserve(bytes.size() * 2);
  for (const unsigned char byte : bytes) {
    out.push_back(kDigits[byte >> 4]);
    out.push_back(kDigits[byte & 15]);
  }
  return out;
}

}  // namespace amont
