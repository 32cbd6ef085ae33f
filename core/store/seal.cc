// From a transaction to the record of it: checked, judged, numbered, hashed.
#include <algorithm>
#include <utility>

#include <fmt/format.h>

#include "core/record/parts.h"
#include "core/store/engine.h"
#include "core/store/foresight.h"
#include "core/text/timestamp.h"

namespace amont {

Result<std::optional<Receipt>> Engine::earlier_use(const std::string& key, const Digest& request) const {
  AMONT_LET(const auto use, writers_index()->key_use(key));
  if (!use) return std::optional<Receipt>();
  if (use->request == Digest{})
    return Status(
        Code::kConflict,
        fmt::format("the idempotency key {} was used in transaction {}, of which a text was redacted: whether the "
                    "content is the same can't be told any more; nothing was written",
                    key, use->tx));
  if (use->request == request) return std::optional<Receipt>(Receipt{use->tx, false});
  return Status(Code::kConflict,
                fmt::format("the idempotency key {} was used for other content in transaction {}", key, use->tx));
}

namespace {

// For the parts of a change; for all of them at once.
constexpr std::size_t kRoomOfOne = 96, kRoomAtMost = 1 << 20;

// What the transaction changes: as parts, or in `together` when it may not be taken one by one.
Status take_changes(const Transaction& transaction, FlatChanges& flat, Pending& pending,
                    std::vector<LoggedChange>& together, PartList& parts) {
  if (!flat.one_by_one()) {
    for (const Change& change : transaction.changes) AMONT_TRY(pending.take(change, together).status());
    return {};
  }
  parts.bytes.reserve(std::min(kRoomAtMost, kRoomOfOne * transaction.changes.size()));
  std::vector<LoggedChange> one;
  for (std::size_t i = 0; i < transaction.changes.size(); ++i) {
    if (FlatPut* const put = flat.put(i)) {
      AMONT_LET(const bool taken, pending.take(*put, parts));
      if (taken) continue;
    }
    one.clear();
    AMONT_LET(const bool changes, pending.take(transaction.changes[i], one));
    if (!changes) continue;
    const auto* const node = std::get_if<LoggedNodePut>(&one.back());
    append_change(parts, one.back(), *pending.schema(), node ? pending.kind_of(node->id) : NodeKind());
  }
  return {};
}

}  // namespace

// Nothing when it changes nothing. With a key that was used before for the same, a receipt that says `not written`.
Result<std::optional<Sealed>> Engine::prepare_one(const Transaction& transaction, FlatChanges& flat, Pending& pending,
                                                  LogHead& tip, std::span<const Sealed> before, Foresight& ahead) {
  LoggedTransaction logged;
  if (!transaction.idempotency_key.empty()) {
    logged.request = digest_of(transaction);
    AMONT_LET(const auto earlier, earlier_use(transaction.idempotency_key, logged.request));
    if (earlier) return std::optional<Sealed>(Sealed{{}, {}, *earlier, logged.request});
  }
  const std::shared_ptr<const RuleList> in_force = pending.rules();
  pending.mark();
  pending.allow_redacted(!transaction.again.empty());
  PartList parts;
  if (Status taken = take_changes(transaction, flat, pending, logged.changes, parts); !taken.ok()) {
    pending.take_back();
    return taken;
  }
  if (logged.changes.empty() && parts.empty()) return std::optional<Sealed>();
  logged.author = transaction.author;
  logged.reason = transaction.reason;
  logged.source = transaction.source;
  logged.idempotency_key = transaction.idempotency_key;
  logged.again = transaction.again;
  LogHead moved = tip;
  Unsealed unsealed(std::move(logged), TxKind::kPlain, 0, pending);
  unsealed.changes = std::move(parts);
  if (Status judged = judge(unsealed, *in_force, transaction.override_rules, before, tip, ahead); !judged.ok()) {
    pending.take_back();
    return judged;
  }
  Result<Sealed> sealed = seal(std::move(unsealed), moved);
  if (!sealed) {
    pending.take_back();
    ahead.forget_last();
    return std::move(sealed).status();
  }
  tip = std::move(moved);
  return std::optional<Sealed>(*std::move(sealed));
}

Unsealed::Unsealed(LoggedTransaction&& with, TxKind kind, TxNumber batch, const Pending& pending)
    : transaction(std::move(with)),
      kinds(kinds_of_puts(transaction, [&](NodeId id) { return pending.kind_of(id); })),
      schema(pending.schema()),
      rules(pending.rules()) {
  LoggedHead& head = transaction.head;
  head.kind = kind;
  head.batch = batch;
  head.next_node_id = pending.next_id();
  head.schema_version = schema->version();
}

void Engine::give_number(Unsealed& unsealed, const LogHead& tip) const {
  LoggedHead& head = unsealed.transaction.head;
  head.register_id = register_.id;
  head.number = tip.number + 1;
  head.time = unsealed.time ? *unsealed.time : std::max(now(), tip.time);
  if (head.kind == TxKind::kBatchOpen) head.batch = head.number;
}

Result<Sealed> Engine::seal(Unsealed&& unsealed, LogHead& tip) {
  LoggedTransaction& transaction = unsealed.transaction;
  LoggedHead& head = transaction.head;
  give_number(unsealed, tip);
  AMONT_TRY(check_timestamp(head.time).while_doing("Options::clock, in microseconds"));
  head.previous_root = tip.tree.root();
  Digest seed;
  options_.random_seed(reinterpret_cast<char*>(seed.data()));
  PartList parts = encode_parts(transaction, *unsealed.schema, unsealed.kinds);
  if (parts.empty())
    parts = std::move(unsealed.changes);
  else
    parts.append(unsealed.changes);
  Sealed sealed;
  AMONT_LET(sealed.encoded, encode_record(head, parts, seed));
  tip.number = head.number;
  tip.time = head.time;
  tip.tree.append(sealed.encoded.leaf);
  sealed.receipt = {head.number, true};
  sealed.split = {head, sealed.encoded.leaf, std::move(parts), {}};
  sealed.request = transaction.request;
  return sealed;
}

}  // namespace amont
