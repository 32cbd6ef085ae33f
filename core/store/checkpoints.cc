// Checkpoints of an open store: signing what the log is, and never two that disagree.
//
// What is signed is on disk: the log's records first, then the note itself, and only then is it returned. Before that the log is
// held against the last checkpoint kept: its tree at that size must have the root that was signed, and go on from there to the
// head's. The tree at the last checkpoint is saved beside it, so this costs a reading of what came since.
#include <algorithm>

#include <fmt/format.h>

#include "core/merkle/consistency.h"
#include "core/store/engine.h"
#include "core/store/store_rep.h"
#include "core/text/base64.h"

namespace amont {
namespace {

constexpr std::string_view kWhatNow =
    "it was rolled back, restored from an old copy or rewritten. Nothing is signed. Put the newer log back from a "
    "backup; `amont verify` tells more";

// The hashes of transactions begin+1..end, as the log has them.
ReadLeaves leaves_of(const Log& log) {
  return [&log](std::uint64_t begin, std::uint64_t end, const std::function<void(const Digest&)>& visit) -> Status {
    if (begin == end) return {};
    return log.read(begin + 1, end, [&](TxNumber, std::string_view bytes) -> Status {
      AMONT_LET(const RecordHead record, decode_head(bytes));
      visit(record.leaf);
      return {};
    });
  };
}

}  // namespace

KeptCheckpoints Engine::kept_checkpoints() const { return {files_, path_, origin_of(register_.id)}; }

Status Engine::take_signer() {
  if (options_.signer.empty()) return {};
  AMONT_LET(SignerKey key, parse_signer_key(options_.signer));
  if (key.verifier.type != KeyType::kSigns)
    return invalid("Options.signer is a witness's key, which signs no checkpoints");
  AMONT_LET(const auto sizes, kept_checkpoints().sizes());
  signed_to_ = sizes.empty() ? 0 : sizes.back();
  signed_at_ = std::chrono::steady_clock::now();
  signer_ = std::move(key);
  return {};
}

void Engine::sign_when_due() {
  if (!signer_) return;
  const TxNumber head = log_->head().number;
  if (head <= signed_to_) return;
  const auto waited = std::chrono::steady_clock::now() - signed_at_;
  const std::uint64_t count = options_.checkpoint_transactions, micros = options_.checkpoint_micros;
  if ((count != 0 && head - signed_to_ >= count) || (micros != 0 && waited >= std::chrono::microseconds(micros)))
    sign_by_itself();
}

void Engine::sign_by_itself() {
  Result<SignedCheckpoint> done = sign_head(*signer_);
  signed_to_ = log_->head().number;  // what failed is not tried again before it is due again
  signed_at_ = std::chrono::steady_clock::now();
  if (!options_.on_checkpoint) return;
  if (done.ok())
    options_.on_checkpoint(format_note(done->note));
  else
    options_.on_checkpoint(std::move(done).status());
}

Result<SignedCheckpoint> Engine::sign_checkpoint(const SignerKey& key) {
  AMONT_TRY(may_write());
  AMONT_LET(const WithWriter with, take_writer());
  return sign_head(key);
}

// For who has the writer.
Result<SignedCheckpoint> Engine::sign_head(const SignerKey& key) {
  AMONT_TRY(may_write());
  AMONT_TRY(ready_to_write());
  const LogHead head = log_->head();
  AMONT_TRY(log_->append(head.number, {}, head.time, true));  // all of it is on disk
  const KeptCheckpoints kept = kept_checkpoints();
  AMONT_LET(const auto last, kept.last());
  MerkleFrontier tree;
  if (last) AMONT_TRY(check_against_last(*last, head, tree));
  AMONT_LET(tree, tree_after(std::move(tree), head.number));
  if (tree.root() != head.tree.root())
    return damaged("the log's records do not give the root that its head says. Nothing is signed; run `amont verify`");

  Checkpoint checkpoint{origin_of(register_.id), head.number, tree.root(), {}};
  AMONT_LET(Note note, sign_note(format_checkpoint(checkpoint), key));
  SignedCheckpoint out{std::move(note), std::move(checkpoint)};
  if (last && last->checkpoint.size == head.number) {
    Note both = last->note;
    if (both.text != out.note.text)
      return damaged(
          fmt::format("{} has another text than this store writes. Nothing is signed; put the file back from "
                      "a backup or from where checkpoints are anchored",
                      kept.path_of(head.number)));
    if (!has_good_signature(both, key.verifier))
      both.signatures.insert(both.signatures.begin(), out.note.signatures.front());
    out = {std::move(both), last->checkpoint};
  }
  AMONT_TRY(kept.keep(out).while_doing("keeping the checkpoint"));
  kept.save_tree(tree);
  return out;
}

// `tree` is then that of the last checkpoint.
Status Engine::check_against_last(const SignedCheckpoint& last, const LogHead& head, MerkleFrontier& tree) const {
  const Checkpoint& signed_last = last.checkpoint;
  const std::string name = fmt::format("checkpoints/{:020}", signed_last.size);
  if (signed_last.size > head.number)
    return damaged(fmt::format("the log ends at transaction {}, and {} was signed when it had {}: {}", head.number,
                               name, signed_last.size, kWhatNow));
  if (auto saved = kept_checkpoints().tree_at(signed_last)) {
    tree = *std::move(saved);
    return {};
  }
  AMONT_LET(tree, tree_after({}, signed_last.size));
  if (tree.root() == signed_last.root) return {};
  return damaged(fmt::format("the first {} transactions of the log are not those that were signed in {}: {}",
                             signed_last.size, name, kWhatNow));
}

Result<MerkleFrontier> Engine::tree_after(MerkleFrontier tree, TxNumber last) const {
  AMONT_TRY(leaves_of(*log_)(tree.size(), last, [&](const Digest& leaf) { tree.append(leaf); }));
  return tree;
}

Result<bool> Engine::log_begins_with(const Checkpoint& checkpoint) const {
  if (checkpoint.origin != origin_of(register_.id) || checkpoint.size > log_->head().number) return false;
  AMONT_LET(const MerkleFrontier tree, tree_after({}, checkpoint.size));
  return tree.root() == checkpoint.root;
}

// The doors ------------------------------------------------------------------------------------------------------------

Result<std::string> Store::sign_checkpoint(std::string_view signer) {
  AMONT_LET(const SignerKey key, parse_signer_key(signer));
  AMONT_LET(const SignedCheckpoint done, rep_->engine->sign_checkpoint(key));
  return format_note(done.note);
}

Result<std::vector<std::uint64_t>> Store::checkpoints() const { return rep_->engine->kept_checkpoints().sizes(); }

Result<std::string> Store::checkpoint(std::optional<std::uint64_t> size) const {
  const KeptCheckpoints kept = rep_->engine->kept_checkpoints();
  if (!size) {
    AMONT_LET(const auto last, kept.last());
    if (!last) return not_found("no checkpoint was signed yet; make one with: amont checkpoint --sign FILE");
    return format_note(last->note);
  }
  Result<SignedCheckpoint> one = kept.read(*size);
  if (one.code() == Code::kNotFound) return not_found(fmt::format("no checkpoint of size {} is kept", *size));
  AMONT_TRY(one.status());
  return format_note(one->note);
}

Result<std::string> Store::add_cosignatures(std::uint64_t size, std::string_view lines,
                                            const std::vector<std::string>& witness_keys) {
  Engine& engine = *rep_->engine;
  if (!engine.writable()) return Status(Code::kReadOnly, "the store was opened for reading");
  AMONT_LET(const auto offered, parse_signatures(lines));
  std::vector<VerifierKey> keys;
  for (const std::string& line : witness_keys) {
    AMONT_LET(VerifierKey key, parse_verifier_key(line));
    keys.push_back(std::move(key));
  }
  const KeptCheckpoints kept = engine.kept_checkpoints();
  AMONT_LET(const Engine::WithWriter with, engine.take_writer());
  Result<SignedCheckpoint> read = kept.read(size);
  if (read.code() == Code::kNotFound) return not_found(fmt::format("no checkpoint of size {} is kept", size));
  AMONT_LET(SignedCheckpoint one, std::move(read));
  std::size_t good = 0;
  for (const NoteSignature& signature : offered) {
    const bool trusted = std::ranges::any_of(keys, [&](const VerifierKey& key) {
      return key.type == KeyType::kCosigns && has_good_signature({one.note.text, {signature}}, key);
    });
    if (!trusted) continue;
    ++good;
    // The newest of a witness stands for all of its own.
    std::erase_if(one.note.signatures, [&](const NoteSignature& old) {
      return old.name == signature.name && old.key_id == signature.key_id;
    });
    one.note.signatures.push_back(signature);
  }
  if (good == 0)
    return refused(fmt::format(
        "none of the {} is a good cosignature of the checkpoint of size {} by a witness whose key was given",
        offered.size() == 1 ? "signatures" : fmt::format("{} signatures", offered.size()), size));
  AMONT_TRY(kept.keep(one).while_doing("keeping the checkpoint"));
  return format_note(one.note);
}

Result<std::string> Store::witness_request(std::uint64_t old_size, std::uint64_t size) {
  Engine& engine = *rep_->engine;
  AMONT_TRY(engine.current().status());  // a reader follows the log
  AMONT_LET(const std::string note, checkpoint(size));
  if (old_size > size)
    return invalid(fmt::format("the checkpoint is of {} transactions, fewer than {}", size, old_size));
  const LogHead head = engine.log().head();
  if (size > head.number)
    return damaged(
        fmt::format("the log ends at transaction {}, before the checkpoint of {}: {}", head.number, size, kWhatNow));
  AMONT_LET(const auto proof, prove_consistency(old_size, size, leaves_of(engine.log())));
  std::string out = fmt::format("old {}\n", old_size);
  for (const Digest& hash : proof) out += base64(view_of(hash)) + "\n";
  return out + "\n" + note;
}

Result<bool> Store::begins_with(std::string_view note) {
  AMONT_LET(const SignedCheckpoint one, parse_signed_checkpoint(note));
  Engine& engine = *rep_->engine;
  AMONT_TRY(engine.current().status());
  return engine.log_begins_with(one.checkpoint);
}

}  // namespace amont
