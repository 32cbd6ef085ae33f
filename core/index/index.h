// Index: what the log says, ready to be read. Transactions are applied to it in order, each atomically with the number of the
// last one applied (the watermark); it can always be made anew from the log.
//
// kMeta holds "register" (the register's id), "state" (see index.cc), "schema" ‖ version:u32 -> tx:varint growth, and the rules
// (rule_history.h).
// kLog  tx -> kind:u8 visible:u8 batch:varint time:signed changes:varint leaf:32
// kKeys idempotency key -> tx:varint digest:32
#pragma once

#include <atomic>
#include <functional>
#include <memory>
#include <mutex>
#include <optional>
#include <span>
#include <vector>

#include "amont/snapshot.h"
#include "core/index/apply.h"
#include "core/index/lent_memory.h"
#include "core/index/memory_plan.h"
#include "core/index/reader.h"
#include "core/index/rule_history.h"
#include "core/index/view.h"
#include "core/index/whole_graph.h"
#include "core/record/codec.h"

namespace amont {

// What the index keeps of each transaction.
struct LogEntry {
  TxKind kind{};
  bool visible = false;
  TxNumber batch = 0;
  Timestamp time;
  std::uint64_t changes = 0;
  Digest leaf{};
};

struct KeyUse {
  TxNumber tx = 0;
  Digest request{};
};

// What takes records one by one, and may keep what is in them.
using TakeRecord = std::function<Status(SplitRecord& record)>;
// Reads records first..last from the log, in order.
using ReadRecords = std::function<Status(TxNumber first, TxNumber last, const TakeRecord& visit)>;

class Index {
 public:
  // Opens what `table` holds; an empty table is an empty index. kDamaged when it belongs to another register. Of a closed batch
  // about `bulk_bytes` are gathered before they are written.
  static Result<std::unique_ptr<Index>> open(std::shared_ptr<Table> table, const MemoryPlan& memory,
                                             const RegisterId& register_id, std::uint64_t bulk_bytes = 32ull << 20);

  // An index in memory upon `below`, that begins as it is: what is applied here changes nothing there. Nothing may be applied to
  // `below` while this is read. Warm where `below` is: what was not changed here is in the caches of both.
  static std::unique_ptr<Index> upon(std::shared_ptr<Index> below);

  // Takes the next record of the log. Parts of a batch wait, and are read again through `log` when it closes. One thread at a time.
  Status apply(const SplitRecord& record, const ReadRecords& log);
  // Takes the next records of the log, with one write for as many as do not look at what those before them wrote.
  Status apply(std::span<const SplitRecord> records, const ReadRecords& log);
  // In two steps, so that the larger one may be done while it is not yet known whether the records get to disk: what the next of them
  // will write, as many as go together, none when the first has to go alone. Nothing is written, and nobody sees anything of it.
  class Prepared;
  Result<std::shared_ptr<Prepared>> prepare(std::span<const SplitRecord> records) const;
  // As above, with what was prepared of the first of `records`, since when nothing may have been applied. nullptr is fine.
  Status apply(std::span<const SplitRecord> records, const ReadRecords& log, Prepared* prepared);

  // Takes transactions of which some are not there, and of the others not all parts (a bundle's); what they say must be whole in
  // itself. Each is visible at once; the only view is the one after the last.
  Status apply_excerpt(std::span<const SplitRecord> records);

  TxNumber watermark() const { return state_.watermark; }  // for the writer
  TxNumber visible() const;
  TxNumber last_seen() const { return last_seen_; }  // the last record taken, parts that wait included

  // A view as of `at`, which must be visible or 0.
  Result<std::shared_ptr<const IndexView>> view(TxNumber at) const;
  std::shared_ptr<const IndexView> newest_view() const;
  // The last visible transaction at or before `tx`. `tx` may be any up to the log's head.
  Result<TxNumber> resolve(TxNumber tx) const;
  // The last visible transaction with time <= `time`; 0 when there is none.
  Result<TxNumber> resolve(Timestamp time) const;

  Result<std::optional<LogEntry>> log_entry(TxNumber tx) const;
  Result<std::optional<KeyUse>> key_use(std::string_view key) const;
  Counts counts() const;
  // Whether a transaction that was taken in redacted anything.
  bool has_redactions() const { return has_redactions_; }
  const std::shared_ptr<const IndexReader>& reader() const { return reader_; }
  // Memory for a batch.
  std::unique_ptr<LentMemory> lend() const { return std::make_unique<LentMemory>(cache_, shelves_); }
  std::shared_ptr<const Schema> schema_at(TxNumber tx) const;
  std::shared_ptr<const RuleList> rules_at(TxNumber tx) const;
  Table& table() { return *table_; }
  const Table& table() const { return *table_; }

  ~Index() { whole_->stop(); }
  Index(const Index&) = delete;
  Index& operator=(const Index&) = delete;

 private:
  struct State {
    TxNumber watermark = 0;
    TxNumber visible = 0;
    TxNumber batch_close = 0;  // of the batch whose parts are being applied, else 0
    std::uint64_t id_count = 0;
    Timestamp visible_time;
    Counts counts;
  };
  Index(std::shared_ptr<Table> table, std::shared_ptr<PageCache> cache, std::shared_ptr<ShelfRoom> shelves,
        std::shared_ptr<RecordCache> records, std::uint64_t whole_graph_bytes);
  Status load(const RegisterId& register_id);
  std::shared_ptr<const Schema> schema_at_locked(TxNumber tx) const;
  // One transaction worked out: what it writes, and what holds when that is written.
  struct Step {
    TableBatch batch;
    State next;
    std::shared_ptr<const Schema> schema;
    RuleHistory::Version rules;
    std::vector<PageCache::Key> touched;
    std::vector<NodeId> records;  // as in Worked
    WholeGraph::Growth growth;
    bool visible = false;
    bool redacts = false;
  };
  Result<std::shared_ptr<const Schema>> grow(const LoggedTransaction& transaction, TableBatch& batch) const;
  // `adds`: it is one that only_adds().
  Result<Step> work_out(const SplitRecord& record, bool adds, const State& before) const;
  void take(Step&& step);
  std::shared_ptr<PageShelf> note_changes(const Step& step);
  Status write(Prepared& prepared);
  Status apply_one(const SplitRecord& record, bool adds);
  Status apply_batch(TxNumber close, const ReadRecords& log);
  Status apply_void(const SplitRecord& record, const ReadRecords& log);
  Status before_excerpt() const;
  static std::string encode_state(const State& state);
  static bool decode_state(std::string_view bytes, State& state);

  std::shared_ptr<Table> table_;
  std::shared_ptr<PageCache> cache_;
  std::shared_ptr<ShelfRoom> shelves_;
  std::shared_ptr<RecordCache> records_;
  std::shared_ptr<const IndexReader> reader_;
  std::shared_ptr<WholeGraph> whole_;
  std::uint64_t bulk_bytes_ = 0;
  TxNumber last_seen_ = 0;
  bool excerpt_ = false;
  State state_;  // the writer's
  std::atomic<bool> has_redactions_ = false;

  mutable std::mutex mutex_;  // guards what follows: what readers are shown
  State shown_;
  mutable std::shared_ptr<const IndexView> newest_;  // once somebody asked for it
  // What the next newest view's shelf begins with: the last one's, and what changed since; nothing after a batch.
  mutable std::shared_ptr<PageShelf> shelf_;
  mutable std::vector<PageCache::Key> changed_;
  bool in_batch_ = false;  // parts of one were taken, and are not shown yet
  std::vector<std::pair<TxNumber, std::shared_ptr<const Schema>>>
      schemas_;  // with the transaction that grew it; ascending
  RuleHistory rules_;
};

}  // namespace amont
