// Where records land: in the log, on disk, in the index. And what a writer sees to before its first.
#include <algorithm>
#include <utility>

#include <fmt/format.h>

#include "core/guarded.h"
#include "core/record/parts.h"
#include "core/store/engine.h"

namespace amont {

Status Engine::may_wait() const {
  if (is_forked())
    return Status(
        Code::kClosed,
        "this process was forked from the one that opened the store; open it here too, once it is closed there");
  if (batch_thread_.load() == std::this_thread::get_id())
    return Status(Code::kConflict,
                  "this thread began a batch that is still open, and would wait for it; close or destroy it first");
  return {};
}

Status Engine::may_write() const {
  if (!writable_) return Status(Code::kReadOnly, "the store was opened for reading");
  if (!log_->damage().empty()) return damaged(fmt::format("no writes while the log is damaged: {}", log_->damage()));
  return {};
}

void Engine::keep_refs(std::unique_ptr<KeptRefs> refs) {
  const std::lock_guard lock(kept_mutex_);
  kept_refs_ = std::move(refs);
}

std::unique_ptr<KeptRefs> Engine::take_kept_refs() {
  const std::lock_guard lock(kept_mutex_);
  return std::move(kept_refs_);
}

RefsAhead Engine::refs_ahead() const {
  if (is_forked() || !writable_) return {};
  const std::lock_guard lock(kept_mutex_);
  return {*writers_index(), kept_refs_ ? kept_refs_->marks : nullptr};
}

Status Engine::ready_to_write() {
  (void)take_kept_refs();
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
  if (head != writers_index()->visible()) {  // else it ends in what can be seen
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

Status Engine::land(std::span<Sealed> sealed, TxNumber expected_head, bool sync) {
  std::vector<SplitRecord> split;
  Status appended = to_log(sealed, expected_head, sync, split);
  if (appended.code() == Code::kNoSpace) met_full_disk();
  AMONT_TRY(std::move(appended));
  return to_index(split);
}

Status Engine::to_log(std::span<Sealed> sealed, TxNumber expected_head, bool sync, std::vector<SplitRecord>& split,
                      const Log::Meanwhile& meanwhile) {
  if (is_forked()) return Status(Code::kClosed, "this process was forked from the one that opened the store");
  std::vector<EncodedRecord> records;
  records.reserve(sealed.size());
  split.reserve(sealed.size());
  for (Sealed& one : sealed) {
    records.push_back(std::move(one.encoded));
    split.push_back(std::move(one.split));
  }
  return log_->append(expected_head, records, split.back().head.time, sync, meanwhile);
}

Status Engine::to_index(std::span<const SplitRecord> records, const PreparedIndex& prepared) {
  const Status applied = apply(records, prepared);
  news_->tell();
  return applied;
}

// What is in the log must come into the index, or the writer must stop.
Status Engine::apply(std::span<const SplitRecord> records, const PreparedIndex& prepared) {
  const std::shared_ptr<Index> index = writers_index();
  // An index that was recovered for those before took all that is in the log.
  if (index->last_seen() >= records.back().head.number) return {};
  const ReadRecords read = [this](TxNumber from, TxNumber to, const TakeRecord& visit) {
    return read_split_records(*log_, from, to, visit);
  };
  Index::Prepared* const work = prepared.index == index ? prepared.work.get() : nullptr;
  if (const Status applied = guarded([&] { return index->apply(records, read, work); }); !applied.ok()) {
    if (applied.code() == Code::kNoSpace) {
      met_full_disk();
      room_at_ = {};  // the table may tell of long ago: the next commit looks at once
    }
    return recover_index();
  }
  if (records.back().head.kind == TxKind::kBatchClose) index->table().settle();
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
