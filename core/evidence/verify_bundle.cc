#include "core/evidence/verify_bundle.h"

#include <fmt/format.h>

#include "core/evidence/bundle_answer.h"
#include "core/evidence/bundle_file.h"
#include "core/evidence/checkpoint.h"

namespace amont {
namespace {

constexpr std::string_view kOriginBeginning = "amont/";

// Of the register that a checkpoint is of, by its origin.
Result<RegisterId> register_of(const Checkpoint& checkpoint) {
  RegisterId id{};
  const std::string_view digits =
      std::string_view(checkpoint.origin).substr(std::min<std::size_t>(6, checkpoint.origin.size()));
  for (std::size_t i = 0; i < id.size() && digits.size() == 2 * id.size(); ++i) {
    const auto value = [](char c) { return c >= '0' && c <= '9' ? c - '0' : c >= 'a' && c <= 'f' ? c - 'a' + 10 : 0; };
    id[i] = static_cast<std::uint8_t>(value(digits[2 * i]) << 4 | value(digits[2 * i + 1]));
  }
  if (!checkpoint.origin.starts_with(kOriginBeginning) || origin_of(id) != checkpoint.origin)
    return refused("its checkpoint is of no register");
  return id;
}

Result<SignedCheckpoint> read_own_checkpoint(const std::string& note, const VerifierKey* key) {
  Result<SignedCheckpoint> read = parse_signed_checkpoint(note);
  if (!read.ok()) return refused("its checkpoint can't be read: " + read.status().text());
  if (key && !has_good_signature(read->note, *key)) return refused("its checkpoint is not signed by the key");
  return read;
}

// A checkpoint from elsewhere says what the log was at one size. The bundle shows that at its own size, and wherever it has the
// transaction that follows.
Status hold_against(const SignedCheckpoint& other, const VerifierKey* key, const Checkpoint& own,
                    const std::vector<ProvenTransaction>& transactions) {
  if (key && !has_good_signature(other.note, *key)) return refused("the checkpoint given is not signed by the key");
  const auto& [origin, size, root, more] = other.checkpoint;
  if (origin != own.origin) return refused("the checkpoint given is of another register");
  const auto disagree = [&, at = size] {
    return refused(
        fmt::format("the log was another at {} transactions: the checkpoint given and the bundle's disagree", at));
  };
  if (size == own.size) return root == own.root ? Status() : disagree();
  for (const ProvenTransaction& one : transactions)
    if (one.head.number == size + 1) return one.head.previous_root == root ? Status() : disagree();
  return refused(
      fmt::format("the bundle does not show what the log was at the {} transactions of the checkpoint given; ask for "
                  "one made with that "
                  "checkpoint (amont bundle --checkpoint)",
                  size));
}

}  // namespace

Result<CheckedBundle> check_bundle(std::string_view bundle, const BundleTrust& trust) {
  std::optional<VerifierKey> key;
  if (trust.verifier) {
    AMONT_LET(key, parse_verifier_key(*trust.verifier).while_doing("the key"));
    if (key->type != KeyType::kSigns) return invalid("the key is a witness's: give the one of the register");
  }
  const VerifierKey* const with = key ? &*key : nullptr;
  std::optional<SignedCheckpoint> given;
  if (trust.checkpoint) {
    AMONT_LET(given, parse_signed_checkpoint(*trust.checkpoint).while_doing("the checkpoint given"));
  }
  AMONT_LET(const BundleContent content, read_bundle(bundle, with));
  AMONT_LET(const SignedCheckpoint own, read_own_checkpoint(content.checkpoint, with));
  CheckedBundle out;
  AMONT_LET(out.register_id, register_of(own.checkpoint));
  out.root = own.checkpoint.root;
  Result<Excerpt> excerpt = decode_excerpt(content.excerpt);
  if (!excerpt.ok()) return refused(excerpt.status().text());
  AMONT_LET(out.transactions, prove(*std::move(excerpt), out.register_id, own.checkpoint.size, own.checkpoint.root));
  if (given) AMONT_TRY(hold_against(*given, with, own.checkpoint, out.transactions));

  AMONT_LET(Proven proven, put_together(out.transactions));
  VerifiedBundle& told = out.told;
  told.register_id = own.checkpoint.origin.substr(kOriginBeginning.size());
  told.signer = key ? key->name : std::string();
  told.checkpoint = content.checkpoint;
  told.head = own.checkpoint.size;
  told.root = hex(own.checkpoint.root);
  AMONT_TRY(check_answer(content.answer, content.script, proven, told));
  told.schema = std::move(proven.schema);
  told.transactions = std::move(proven.transactions);
  told.nodes = std::move(proven.nodes);
  told.edges = std::move(proven.edges);
  return out;
}

Result<VerifiedBundle> verify_bundle(std::string_view bundle, const BundleTrust& trust) {
  AMONT_LET(CheckedBundle checked, check_bundle(bundle, trust));
  return std::move(checked.told);
}

}  // namespace amont
