#include "core/store/verify_evidence.h"

#include <algorithm>

#include <fmt/format.h>

#include "core/text/utf8.h"

namespace amont {
namespace {

Result<std::vector<VerifierKey>> read_keys(const std::vector<std::string>& lines, KeyType type) {
  std::vector<VerifierKey> keys;
  for (const std::string& line : lines) {
    AMONT_LET(VerifierKey key, parse_verifier_key(line));
    if (key.type != type)
      return invalid(fmt::format("the key {} is {}", in_quotes(key.name),
                                 type == KeyType::kSigns ? "a witness's, and not a register's; give it as a witness key"
                                                         : "a register's, and not a witness's; give it as a key"));
    keys.push_back(std::move(key));
  }
  return keys;
}

}  // namespace

Result<EvidenceCheck> EvidenceCheck::begin(Files& files, const std::string& store, const RegisterId& register_id,
                                           const VerifyAgainst& against, const std::function<void(std::string)>& find) {
  EvidenceCheck check;
  check.origin_ = origin_of(register_id);
  check.find_ = find;
  AMONT_LET(check.keys_, read_keys(against.keys, KeyType::kSigns));
  AMONT_LET(check.witness_keys_, read_keys(against.witness_keys, KeyType::kCosigns));
  check.witnessed_.resize(check.witness_keys_.size());
  const KeptCheckpoints kept(files, store, check.origin_);
  const auto sizes = kept.sizes();
  if (!sizes.ok()) find(sizes.status().text());
  for (const std::uint64_t size : sizes.ok() ? *sizes : std::vector<std::uint64_t>()) {
    const Result<SignedCheckpoint> one = kept.read(size);
    if (one.ok())
      check.take(fmt::format("checkpoints/{:020}", size), *one);
    else
      find(one.status().text());
  }
  for (const NamedText& given : against.checkpoints) {
    const Result<SignedCheckpoint> one = parse_signed_checkpoint(given.text);
    if (!one)
      find(fmt::format("{} is no checkpoint ({}); get it again from where it was kept", given.name,
                       one.status().text()));
    else if (one->checkpoint.origin != check.origin_)
      find(fmt::format("{} is a checkpoint of another log, {}; this one is {}", given.name,
                       in_quotes(one->checkpoint.origin), check.origin_));
    else
      check.take(given.name, *one);
  }
  check.find_unsigned();
  std::ranges::stable_sort(check.checkpoints_, {}, [](const Held& one) { return one.checkpoint.size; });
  return check;
}

void EvidenceCheck::take(const std::string& name, const SignedCheckpoint& one) {
  const auto signed_by = [&](const VerifierKey& key) { return has_good_signature(one.note, key); };
  const auto good = std::ranges::count_if(keys_, signed_by);
  signatures_ += static_cast<std::uint64_t>(good);
  if (good == 0 && !keys_.empty()) {
    find_(fmt::format("{} bears no good signature of {}", name,
                      keys_.size() == 1 ? in_quotes(keys_[0].name) : "any key that was given"));
    return;  // it says nothing of the log
  }
  Held held{name, one.checkpoint, {}};
  for (std::size_t i = 0; i < witness_keys_.size(); ++i) {
    if (!signed_by(witness_keys_[i])) continue;
    ++signatures_;
    std::int64_t latest = 0;
    for (const NoteSignature& signature : one.note.signatures)
      if (const auto seconds = cosigned_at(signature, witness_keys_[i])) latest = std::max(latest, *seconds);
    held.cosigned.emplace_back(i, Timestamp{std::min<std::int64_t>(latest, INT64_MAX / 1'000'000) * 1'000'000});
  }
  checkpoints_.push_back(std::move(held));
}

void EvidenceCheck::find_unsigned() {
  if (checkpoints_.empty() && !keys_.empty())
    find_(
        fmt::format("no checkpoint, kept or given, is signed by {}: nothing shows that the log is what was signed. If "
                    "none was signed yet: amont checkpoint --sign FILE; else they were removed, and one that is kept "
                    "elsewhere is needed",
                    keys_.size() == 1 ? in_quotes(keys_[0].name) : "any key that was given"));
  for (std::size_t i = 0; i < witness_keys_.size(); ++i) {
    const auto is_cosigned = [i](const Held& held) {
      return std::ranges::any_of(held.cosigned, [i](const auto& one) { return one.first == i; });
    };
    if (std::ranges::none_of(checkpoints_, is_cosigned))
      find_(
          fmt::format("no checkpoint bears a good cosignature of the witness {}; ask it, and add what it answers with: "
                      "amont checkpoint --cosignature FILE",
                      in_quotes(witness_keys_[i].name)));
  }
}

void EvidenceCheck::compare(const MerkleFrontier& tree) {
  const Held& held = checkpoints_[next_++];
  if (tree.root() == held.checkpoint.root) {
    for (const auto& [witness, time] : held.cosigned) {  // sizes ascend
      VerifyReport::Witnessed& best = witnessed_[witness];
      const bool same = !best.name.empty() && best.size == held.checkpoint.size;
      best = {witness_keys_[witness].name, held.checkpoint.size, same ? std::max(best.time, time) : time};
    }
    return;
  }
  find_(fmt::format(
      "{} says that the first {} transactions have the root {}, and the log gives {}: the log was rewritten "
      "or forked since; compare it with a backup",
      held.name, held.checkpoint.size, hex(held.checkpoint.root), hex(tree.root())));
}

void EvidenceCheck::finish(std::uint64_t size, VerifyReport& report) {
  report.checkpoints = checkpoints_.size();
  report.signatures = signatures_;
  for (const VerifyReport::Witnessed& one : witnessed_)
    if (!one.name.empty()) report.witnessed.push_back(one);
  for (; next_ < checkpoints_.size(); ++next_)
    find_(
        fmt::format("{} says that there were {} transactions, and the log ends at {}: it was rolled back, or is an old "
                    "copy; put the newer one back from a backup",
                    checkpoints_[next_].name, checkpoints_[next_].checkpoint.size, size));
}

}  // namespace amont
