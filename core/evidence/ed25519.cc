#include "core/evidence/ed25519.h"

#include <openssl/crypto.h>
#include <openssl/evp.h>
#include <openssl/rand.h>

#include <memory>

namespace amont {
namespace {

using Key = std::unique_ptr<EVP_PKEY, decltype(&EVP_PKEY_free)>;
using Context = std::unique_ptr<EVP_MD_CTX, decltype(&EVP_MD_CTX_free)>;

const unsigned char* bytes_of(std::string_view text) { return reinterpret_cast<const unsigned char*>(text.data()); }

Key private_key(const Ed25519Seed& seed) {
  return {EVP_PKEY_new_raw_private_key(EVP_PKEY_ED25519, nullptr, seed.data(), seed.size()), &EVP_PKEY_free};
}

Status failed(std::string_view doing) {
  return io_error("libcrypto could not " + std::string(doing) + " an Ed25519 key; is the system's OpenSSL whole?");
}

}  // namespace

Result<Ed25519Seed> make_ed25519_seed() {
  Ed25519Seed seed;
  if (RAND_priv_bytes(seed.data(), static_cast<int>(seed.size())) != 1) return failed("make");
  return seed;
}

Result<Ed25519PublicKey> ed25519_public_key(const Ed25519Seed& seed) {
  Ed25519PublicKey out;
  std::size_t size = out.size();
  const Key key = private_key(seed);
  if (!key || EVP_PKEY_get_raw_public_key(key.get(), out.data(), &size) != 1 || size != out.size())
    return failed("derive");
  return out;
}

Result<std::string> ed25519_sign(const Ed25519Seed& seed, std::string_view message) {
  const Key key = private_key(seed);
  const Context context(EVP_MD_CTX_new(), &EVP_MD_CTX_free);
  std::string out(kEd25519SignatureBytes, '\0');
  std::size_t size = out.size();
  const bool signed_well = key && context &&
                           EVP_DigestSignInit(context.get(), nullptr, nullptr, nullptr, key.get()) == 1 &&
                           EVP_DigestSign(context.get(), reinterpret_cast<unsigned char*>(out.data()), &size,
                                          bytes_of(message), message.size()) == 1;
  if (!signed_well || size != out.size()) return failed("sign with");
  return out;
}

bool ed25519_verify(const Ed25519PublicKey& public_key, std::string_view message, std::string_view signature) {
  if (signature.size() != kEd25519SignatureBytes) return false;
  const Key key(EVP_PKEY_new_raw_public_key(EVP_PKEY_ED25519, nullptr, public_key.data(), public_key.size()),
                &EVP_PKEY_free);
  const Context context(EVP_MD_CTX_new(), &EVP_MD_CTX_free);
  return key && context && EVP_DigestVerifyInit(context.get(), nullptr, nullptr, nullptr, key.get()) == 1 &&
         EVP_DigestVerify(context.get(), bytes_of(signature), signature.size(), bytes_of(message), message.size()) == 1;
}

void wipe(Ed25519Seed& seed) { OPENSSL_cleanse(seed.data(), seed.size()); }

}  // namespace amont
