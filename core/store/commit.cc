// The write walk of Engine, top to bottom: commit, lead, prepare_one, judge (judge.cc), seal, land, apply.
#include <algorithm>
#include <condition_variable>
#include <map>
#include <utility>

#include <fmt/format.h>

#include "core/record/parts.h"
#include "core/store/engine.h"
#include "core/store/foresight.h"

namespace amont {
namespace {

// From so many commits, or bytes of their records, nobody joins any more.
constexpr std::size_t kGroupMax = 128, kGroupBytes = 4 << 20;

}  // namespace

// A call that waits for the writer: a commit, or a batch, which has no transaction. The one in front has the writer. Each waits on
// its own, so that nobody is woken for another.
class Engine::Waiting {
 public:
  enum class Turn { kHasToWait, kToLead, kIsDone };
  explicit Waiting(const Transaction* with) : transaction(with) {}

  Turn wait() {
    std::unique_lock lock(mutex_);
    told_.wait(lock, [&] { return turn_ != Turn::kHasToWait; });
    return turn_;
  }
  void tell(Turn turn) {
    {
      const std::lock_guard lock(mutex_);
      turn_ = turn;
    }
    told_.notify_one();
  }

  const Transaction* const transaction;
  Result<Receipt> result = Status(Code::kClosed, "not committed yet");

 private:
  std::mutex mutex_;
  std::condition_variable told_;
  Turn turn_ = Turn::kHasToWait;
};

Status Engine::may_write() const {
  if (!writable_) return Status(Code::kReadOnly, "the store was opened for reading");
  if (!log_->damage().empty()) return damaged(fmt::format("no writes while the log is damaged: {}", log_->damage()));
  return {};
}

Result<Receipt> Engine::commit(const Transaction& transaction) {
  AMONT_TRY(may_write());
  AMONT_TRY(check_heading(transaction));
  const auto mine = std::make_shared<Waiting>(&transaction);
  queue_up(mine);
  if (mine->wait() == Waiting::Turn::kToLead) {
    Group group;
    lead(group);
    // Told first, so that the next leader finds them waiting again.
    for (const auto& waiting : group) waiting->tell(Waiting::Turn::kIsDone);
    sign_when_due();
    give_writer_back();
  }
  return std::move(mine->result);
}

// First come, first served.
void Engine::queue_up(const std::shared_ptr<Waiting>& mine) {
  const std::lock_guard lock(queue_mutex_);
  queue_.push_back(mine);
  if (!std::exchange(writer_taken_, true)) mine->tell(Waiting::Turn::kToLead);
}

// The commits in front, up to the first batch.
void Engine::take_waiting(Group& group) {
  const std::lock_guard lock(queue_mutex_);
  const auto end = std::ranges::find_if(queue_, [](const auto& waiting) { return !waiting->transaction; });
  group.insert(group.end(), queue_.begin(), end);
  queue_.erase(queue_.begin(), end);
}

void Engine::take_writer() {
  const auto mine = std::make_shared<Waiting>(nullptr);
  queue_up(mine);
  (void)mine->wait();
  const std::lock_guard lock(queue_mutex_);
  queue_.pop_front();
}

void Engine::give_writer_back() {
  const std::lock_guard lock(queue_mutex_);
  writer_taken_ = !queue_.empty();
  if (writer_taken_) queue_.front()->tell(Waiting::Turn::kToLead);
}

Status Engine::ready_to_write() {
  AMONT_TRY(room_again());
  if (batch_open_) AMONT_TRY(void_open_batch());
  if (writers_index()->last_seen() != log_->head().number) AMONT_TRY(recover_index());
  if (index_in_memory_) return_to_disk();
  return {};
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
    const Pending nothing(*index, *view);
    LoggedTransaction transaction;
    transaction.reason = "the batch was not closed";
    AMONT_LET(Sealed sealed, seal(Unsealed(std::move(transaction), TxKind::kBatchVoid, last.batch, nothing), tip));
    AMONT_TRY(land(std::span(&sealed, 1), head, true));
  }
  batch_open_ = false;
  return {};
}

// Who comes while others are checked joins them.
void Engine::lead(Group& group) {
  take_waiting(group);
  if (const Status ready = ready_to_write(); !ready.ok()) {
    for (const auto& waiting : group) waiting->result = ready;
    return;
  }
  const std::shared_ptr<Index> index = writers_index();
  const std::shared_ptr<const IndexView> view = index->newest_view();
  const TxNumber head = log_->head().number;
  LogHead tip = log_->head();
  Pending pending(*index, *view);
  Foresight ahead(index, *log_);
  std::vector<Sealed> sealed;
  std::vector<Waiting*> written;
  std::size_t bytes = 0;
  std::map<std::string_view, std::pair<Digest, TxNumber>> keys;  // of this group
  for (std::size_t at = 0; at < group.size(); ++at) {
    if (at + 1 == group.size() && at < kGroupMax && bytes < kGroupBytes) take_waiting(group);
    const std::shared_ptr<Waiting> waiting = group[at];
    const Transaction& transaction = *waiting->transaction;
    const std::string& key = transaction.idempotency_key;
    if (const auto used = keys.find(key); !key.empty() && used != keys.end()) {
      if (used->second.first == digest_of(transaction))
        waiting->result = Receipt{used->second.second, false};
      else
        waiting->result =
            Status(Code::kConflict, fmt::format("the idempotency key {} was used for other content", key));
      // Its answer stands only if the first one's does: it is written again below when that fails.
      written.push_back(waiting.get());
      continue;
    }
    Result<std::optional<Sealed>> made = prepare_one(transaction, pending, tip, sealed, ahead);
    if (!made) {
      waiting->result = std::move(made).status();
    } else if (!*made) {
      waiting->result = Receipt{tip.number, false};
      // What it asks for may be there only because of another in this group.
      if (tip.number != head) written.push_back(waiting.get());
    } else {
      waiting->result = (*made)->receipt;
      if (!key.empty()) keys.emplace(key, std::pair((*made)->request, (*made)->receipt.tx));
      if ((*made)->receipt.written) {
        written.push_back(waiting.get());
        bytes += (*made)->encoded.bytes.size();
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

// Nothing when it changes nothing. With a key that was used before for the same, a receipt that says `not written`.
Result<std::optional<Sealed>> Engine::prepare_one(const Transaction& transaction, Pending& pending, LogHead& tip,
                                                  std::span<const Sealed> before, Foresight& ahead) {
  LoggedTransaction logged;
  if (!transaction.idempotency_key.empty()) {
    logged.request = digest_of(transaction);
    AMONT_LET(const auto earlier, earlier_use(transaction.idempotency_key, logged.request));
    if (earlier) return std::optional<Sealed>(Sealed{{}, {}, *earlier, {}});
  }
  const std::shared_ptr<const RuleList> in_force = pending.rules();
  pending.mark();
  pending.allow_redacted(!transaction.again.empty());
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
  logged.again = transaction.again;
  LogHead moved = tip;
  Unsealed unsealed(std::move(logged), TxKind::kPlain, 0, pending);
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

Status Engine::land(std::span<Sealed> sealed, TxNumber expected_head, bool sync) {
  std::vector<EncodedRecord> records;
  std::vector<SplitRecord> split;
  records.reserve(sealed.size());
  split.reserve(sealed.size());
  for (Sealed& one : sealed) {
    records.push_back(std::move(one.encoded));
    split.push_back(std::move(one.split));
  }
  Status appended = log_->append(expected_head, records, split.back().head.time, sync);
  if (appended.code() == Code::kNoSpace) met_full_disk();
  AMONT_TRY(std::move(appended));
  const Status applied = apply(split);
  news_->tell();
  return applied;
}

// What is in the log must come into the index, or the writer must stop.
Status Engine::apply(std::span<const SplitRecord> records) {
  const std::shared_ptr<Index> index = writers_index();
  const ReadRecords read = [this](TxNumber from, TxNumber to, const std::function<Status(const SplitRecord&)>& visit) {
    return read_split_records(*log_, from, to, visit);
  };
  if (const Status applied = index->apply(records, read); !applied.ok()) {
    if (applied.code() == Code::kNoSpace) met_full_disk();
    return recover_index();
  }
  flush_when_due();
  return {};
}

void Engine::flush_when_due() {
  if (index_in_memory_ || log_->bytes() - log_bytes_flushed_ < options_.flush_log_bytes) return;
  log_bytes_flushed_ = log_->bytes();
  (void)writers_index()->table().start_flush();  // what fails here, the next write meets
  make_ballast();
}

}  // namespace amont
