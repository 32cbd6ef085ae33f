// The write walk of Engine, top to bottom: commit, lead, prepare_one, seal, land, apply.
#include <algorithm>
#include <map>

#include <fmt/format.h>

#include "core/record/parts.h"
#include "core/store/engine.h"

namespace amont {

struct Engine::Waiting {
  const Transaction& transaction;
  Result<Receipt> result = Status(Code::kClosed, "not committed yet");
  bool done = false;
};

Status Engine::may_write() const {
  if (!writable_) return Status(Code::kReadOnly, "the store was opened for reading");
  if (!log_->damage().empty()) return damaged(fmt::format("no writes while the log is damaged: {}", log_->damage()));
  return {};
}

Result<Receipt> Engine::commit(const Transaction& transaction) {
  AMONT_TRY(may_write());
  AMONT_TRY(check_heading(transaction));
  Waiting mine{transaction};
  std::unique_lock lock(queue_mutex_);
  queue_.push_back(&mine);
  queue_changed_.wait(lock, [&] { return mine.done || !writer_taken_; });
  if (mine.done) return std::move(mine.result);
  // Nobody writes: this one leads all that wait.
  writer_taken_ = true;
  std::deque<Waiting*> group = std::exchange(queue_, {});
  lock.unlock();
  lead(group);
  lock.lock();
  for (Waiting* waiting : group) waiting->done = true;
  writer_taken_ = false;
  lock.unlock();
  queue_changed_.notify_all();
  return std::move(mine.result);
}

void Engine::take_writer() {
  std::unique_lock lock(queue_mutex_);
  queue_changed_.wait(lock, [&] { return !writer_taken_; });
  writer_taken_ = true;
}

void Engine::give_writer_back() {
  {
    const std::lock_guard lock(queue_mutex_);
    writer_taken_ = false;
  }
  queue_changed_.notify_all();
}

Status Engine::ready_to_write() {
  if (batch_open_) AMONT_TRY(void_open_batch());
  return writers_index()->last_seen() == log_->head().number ? Status() : recover_index();
}

// A batch that was not closed is invisible for ever, and the ids that it gave are free again.
Status Engine::void_open_batch() {
  LogHead tip = log_->head();
  const TxNumber head = tip.number;
  LoggedHead last;
  if (head != 0) {
    AMONT_TRY(log_->read(head, head, [&](TxNumber, std::string_view bytes) -> Status {
      AMONT_LET(const RecordHead record, decode_head(bytes));
      last = record.head;
      return {};
    }));
  }
  if (last.kind == TxKind::kBatchOpen || last.kind == TxKind::kBatchPart) {
    const std::shared_ptr<Index> index = writers_index();
    const std::shared_ptr<const IndexView> view = index->newest_view();
    const Pending nothing(*index, view->graph->id_count(), view->schema);
    LoggedTransaction transaction;
    transaction.reason = "the batch was not closed";
    AMONT_LET(Sealed sealed, seal(Unsealed(std::move(transaction), TxKind::kBatchVoid, last.batch, nothing), tip));
    AMONT_TRY(land(std::span(&sealed, 1), head, true));
  }
  batch_open_ = false;
  return {};
}

void Engine::lead(std::deque<Waiting*>& group) {
  if (const Status ready = ready_to_write(); !ready.ok()) {
    for (Waiting* waiting : group) waiting->result = ready;
    return;
  }
  const std::shared_ptr<Index> index = writers_index();
  const std::shared_ptr<const IndexView> view = index->newest_view();
  const TxNumber head = log_->head().number;
  LogHead tip = log_->head();
  Pending pending(*index, view->graph->id_count(), view->schema);
  std::vector<Sealed> sealed;
  std::vector<Waiting*> written;
  std::map<std::string_view, std::pair<Digest, TxNumber>> keys;  // of this group
  for (Waiting* waiting : group) {
    const std::string& key = waiting->transaction.idempotency_key;
    if (const auto used = keys.find(key); !key.empty() && used != keys.end()) {
      if (used->second.first == digest_of(waiting->transaction))
        waiting->result = Receipt{used->second.second, false};
      else
        waiting->result =
            Status(Code::kConflict, fmt::format("the idempotency key {} was used for other content", key));
      // Its answer stands only if the first one's does: it is written again below when that fails.
      written.push_back(waiting);
      continue;
    }
    Result<std::optional<Sealed>> made = prepare_one(waiting->transaction, pending, tip);
    if (!made) {
      waiting->result = std::move(made).status();
    } else if (!*made) {
      waiting->result = Receipt{tip.number, false};
      // What it asks for may be there only because of another in this group.
      if (tip.number != head) written.push_back(waiting);
    } else {
      waiting->result = (*made)->receipt;
      if (!key.empty()) keys.emplace(key, std::pair((*made)->request, (*made)->receipt.tx));
      if ((*made)->receipt.written) {
        written.push_back(waiting);
        sealed.push_back(*std::move(*made));
      }
    }
  }
  if (sealed.empty()) return;
  const Status landed = land(sealed, head, true);
  if (!landed.ok())
    for (Waiting* waiting : written) waiting->result = landed;
}

Result<std::optional<Receipt>> Engine::earlier_use(const std::string& key, const Digest& request) const {
  AMONT_LET(const auto use, writers_index()->key_use(key));
  if (!use) return std::optional<Receipt>();
  if (use->request == request) return std::optional<Receipt>(Receipt{use->tx, false});
  return Status(Code::kConflict,
                fmt::format("the idempotency key {} was used for other content in transaction {}", key, use->tx));
}

// Nothing when it changes nothing. With a key that was used before for the same, a receipt that says `not written`.
Result<std::optional<Sealed>> Engine::prepare_one(const Transaction& transaction, Pending& pending, LogHead& tip) {
  LoggedTransaction logged;
  if (!transaction.idempotency_key.empty()) {
    logged.request = digest_of(transaction);
    AMONT_LET(const auto earlier, earlier_use(transaction.idempotency_key, logged.request));
    if (earlier) return std::optional<Sealed>(Sealed{{}, {}, *earlier, {}});
  }
  pending.mark();
  for (const Change& change : transaction.changes) {
    const Result<bool> taken = pending.take(Change(change), logged.changes);
    if (!taken) {
      pending.take_back();
      return taken.status();
    }
  }
  if (logged.changes.empty()) return std::optional<Sealed>();
  logged.author = transaction.author;
  logged.reason = transaction.reason;
  logged.source = transaction.source;
  logged.idempotency_key = transaction.idempotency_key;
  LogHead moved = tip;
  Result<Sealed> sealed = seal(Unsealed(std::move(logged), TxKind::kPlain, 0, pending), moved);
  if (!sealed) {
    pending.take_back();
    return std::move(sealed).status();
  }
  tip = std::move(moved);
  return std::optional<Sealed>(*std::move(sealed));
}

Unsealed::Unsealed(LoggedTransaction&& with, TxKind kind, TxNumber batch, const Pending& pending)
    : transaction(std::move(with)),
      kinds(kinds_of_puts(transaction, [&](NodeId id) { return pending.kind_of(id); })),
      schema(pending.schema()) {
  LoggedHead& head = transaction.head;
  head.kind = kind;
  head.batch = batch;
  head.next_node_id = pending.next_id();
  head.schema_version = schema->version();
}

Result<Sealed> Engine::seal(Unsealed&& unsealed, LogHead& tip) {
  LoggedTransaction& transaction = unsealed.transaction;
  LoggedHead& head = transaction.head;
  head.register_id = register_.id;
  head.number = tip.number + 1;
  head.time = std::max(now(), tip.time);
  if (head.kind == TxKind::kBatchOpen) head.batch = head.number;
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
  sealed.split = {head, sealed.encoded.leaf, std::move(parts)};
  sealed.request = transaction.request;
  return sealed;
}

Status Engine::land(std::span<Sealed> sealed, TxNumber expected_head, bool sync) {
  std::vector<EncodedRecord> records;
  std::vector<DecodedRecord> decoded;
  records.reserve(sealed.size());
  split.reserve(sealed.size());
  for (Sealed& one : sealed) {
    records.push_back(std::move(one.encoded));
    split.push_back(std::move(one.split));
  }
  AMONT_TRY(log_->append(expected_head, records, split.back().head.time, sync));
  return apply(split);
}

// What is in the log must come into the index, or the writer must stop.
Status Engine::apply(std::span<const SplitRecord> records) {
  const std::shared_ptr<Index> index = writers_index();
  const ReadRecords read = [this](TxNumber from, TxNumber to, const std::function<Status(const SplitRecord&)>& visit) {
    return read_split_records(*log_, from, to, visit);
  };
  if (!index->apply(records, read).ok()) return recover_index();
  flush_when_due();
  return {};
}

void Engine::flush_when_due() {
  if (index_in_memory_ || log_->bytes() - log_bytes_flushed_ < options_.flush_log_bytes) return;
  log_bytes_flushed_ = log_->bytes();
  (void)writers_index()->table().start_flush();  // what fails here, the next write meets
}

// The index's table has stopped taking writes: a full disk, a failed write. The log has everything, so memory takes its place
// upon what can still be read; the next open puts it right.
Status Engine::recover_index() {
  const std::shared_ptr<Index> old = writers_index();
  std::shared_ptr<Table> table(old, &old->table());
  AMONT_LET(auto index, home_->upon(std::move(table)));
  AMONT_TRY(catch_up(*index, *log_, log_->head().number));
  index_in_memory_ = true;
  show(std::move(index));
  return {};
}

}  // namespace amont
