// The doors of evidence.h that need no store.
#include "amont/evidence.h"

#include <fmt/format.h>

#include "core/evidence/checkpoint.h"
#include "core/text/bytes.h"

namespace amont {
namespace {

constexpr std::size_t kCosignatureBytes = 8 + kEd25519SignatureBytes;
constexpr std::uint64_t kSecondsMax = 253'402'300'799;  // the end of the year 9999

std::optional<Timestamp> claimed_time(const NoteSignature& signature) {
  if (signature.bytes.size() != kCosignatureBytes) return std::nullopt;
  const std::uint64_t seconds = load_u64(signature.bytes.data());
  if (seconds > kSecondsMax) return std::nullopt;
  return Timestamp{static_cast<std::int64_t>(seconds) * 1'000'000};
}

}  // namespace

Result<KeyPair> make_key_pair(const std::string& name, KeyType type) {
  AMONT_LET(const SignerKey key, make_signer_key(name, type));
  return KeyPair{format_signer_key(key) + "\n", format_verifier_key(key.verifier) + "\n"};
}

Result<CheckpointSummary> read_checkpoint(std::string_view note) {
  AMONT_LET(const SignedCheckpoint read, parse_signed_checkpoint(note));
  CheckpointSummary out{read.checkpoint.origin, read.checkpoint.size, hex(read.checkpoint.root), {}};
  for (const NoteSignature& one : read.note.signatures)
    out.signatures.push_back({one.name, fmt::format("{:08x}", one.key_id), claimed_time(one)});
  return out;
}

Result<bool> is_signed_by(std::string_view note, std::string_view verifier) {
  AMONT_LET(const VerifierKey key, parse_verifier_key(verifier));
  AMONT_LET(const SignedCheckpoint read, parse_signed_checkpoint(note));
  return has_good_signature(read.note, key);
}

}  // namespace amont
