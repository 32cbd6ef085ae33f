#include "core/index/index.h"

#include <algorithm>
#include <future>
#include <utility>

#include <fmt/format.h>

#include "core/aside.h"
#include "core/index/keys.h"
#include "core/index/memory_table.h"
#include "core/index/redactions.h"
#include "core/record/parts.h"
#include "core/record/schema_parts.h"

namespace amont {
namespace {

constexpr std::size_t kTogetherBytes = 4 << 20;  // of transactions that are written at once
constexpr std::size_t kChangedMax = 4096;        // pages; with more a shelf begins empty

std::string schema_key(std::uint32_t version) {
  std::string key = "schema";
  append_u32(key, version);
  return key;
}

void append_counts(std::string& out, const std::vector<std::uint64_t>& counts) {
  append_varint(out, counts.size());
  for (const std::uint64_t count : counts) append_varint(out, count);
}
std::vector<std::uint64_t> read_counts(ByteReader& in) {
  std::vector<std::uint64_t> counts;
  for (std::uint64_t n = in.varint(); n > 0 && in.ok(); --n) counts.push_back(in.varint());
  return counts;
}

std::string encode_entry(const LogEntry& entry) {
  std::string out;
  out.push_back(static_cast<char>(entry.kind));
  out.push_back(entry.visible ? 1 : 0);
  append_varint(out, entry.batch);
  append_signed(out, entry.time.micros);
  append_varint(out, entry.changes);
  return out.append(view_of(entry.leaf));
}

Digest read_digest(ByteReader& in) {
  Digest digest{};
  const std::string_view bytes = in.bytes(digest.size());
  if (in.ok()) std::copy(bytes.begin(), bytes.end(), reinterpret_cast<char*>(digest.data()));
  return digest;
}

LogEntry entry_of(const SplitRecord& record, bool visible) {
  const LoggedHead& head = record.head;
  return {head.kind, visible, head.batch, head.time, count_changes(record.parts), record.leaf};
}

}  // namespace

// state := watermark:varint visible:varint batch_close:varint id_count:varint visible_time:signed
//          count:varint alive_nodes:varint* count:varint alive_edges:varint* retracted_nodes:varint      by kind
std::string Index::encode_state(const State& state) {
  std::string out;
  append_varint(out, state.watermark);
  append_varint(out, state.visible);
  append_varint(out, state.batch_close);
  append_varint(out, state.id_count);
  append_signed(out, state.visible_time.micros);
  append_counts(out, state.counts.nodes);
  append_counts(out, state.counts.edges);
  append_varint(out, state.counts.retracted_nodes);
  return out;
}

bool Index::decode_state(std::string_view bytes, State& state) {
  ByteReader in(bytes);
  state.watermark = in.varint();
  state.visible = in.varint();
  state.batch_close = in.varint();
  state.id_count = in.varint();
  state.visible_time.micros = in.signed_varint();
  state.counts.nodes = read_counts(in);
  state.counts.edges = read_counts(in);
  state.counts.retracted_nodes = in.varint();
  return in.finished();
}

Index::Index(std::shared_ptr<Table> table, std::shared_ptr<PageCache> cache, std::shared_ptr<ShelfRoom> shelves,
             std::shared_ptr<RecordCache> records, std::uint64_t whole_graph_bytes)
    : table_(std::move(table)),
      cache_(std::move(cache)),
      shelves_(std::move(shelves)),
      records_(std::move(records)),
      reader_(std::make_shared<IndexReader>(table_, cache_, records_)),
      whole_(std::make_shared<WholeGraph>(whole_graph_bytes)) {
  schemas_.emplace_back(0, std::make_shared<Schema>());
}

Result<std::unique_ptr<Index>> Index::open(std::shared_ptr<Table> table, const MemoryPlan& memory,
                                           const RegisterId& register_id, std::uint64_t bulk_bytes) {
  const auto cache = std::make_shared<PageCache>(memory.pages);
  std::unique_ptr<Index> index(new Index(std::move(table), cache, std::make_shared<ShelfRoom>(memory.shelves, cache),
                                         std::make_shared<RecordCache>(memory.records), memory.whole_graph));
  index->bulk_bytes_ = bulk_bytes;
  AMONT_TRY(index->load(register_id));
  return index;
}

std::unique_ptr<Index> Index::upon(std::shared_ptr<Index> below) {
  struct Both {
    explicit Both(std::shared_ptr<Index> index) : below(std::move(index)), memory(&below->table()) {}
    std::shared_ptr<Index> below;
    MemoryTable memory;
  };
  const auto both = std::make_shared<Both>(below);
  std::unique_ptr<Index> index(new Index({both, &both->memory}, std::make_shared<PageCache>(below->cache_),
                                         below->shelves_, std::make_shared<RecordCache>(below->records_),
                                         below->whole_->bytes_max()));
  index->bulk_bytes_ = below->bulk_bytes_;
  index->last_seen_ = below->last_seen_;
  index->state_ = below->state_;
  const std::lock_guard lock(below->mutex_);
  index->shown_ = below->shown_;
  index->schemas_ = below->schemas_;
  index->rules_ = below->rules_;
  index->whole_->begin(index->shown_.visible);
  return index;
}

Status Index::load(const RegisterId& register_id) {
  const std::string_view id(reinterpret_cast<const char*>(register_id.data()), register_id.size());
  AMONT_LET(const auto owner, table_->get(Space::kMeta, "register"));
  AMONT_LET(const auto state, table_->get(Space::kMeta, "state"));
  if (!owner && !state) {
    TableBatch batch;
    batch.put(Space::kMeta, "register", std::string(id));
    batch.put(Space::kMeta, "state", encode_state(state_));
    return table_->write(batch);
  }
  if (!owner || *owner != id) return damaged("the index belongs to another register; run `amont rebuild`");
  if (!state || !decode_state(*state, state_))
    return damaged("the index does not say how far it goes; run `amont rebuild`");
  in_batch_ = state_.batch_close != 0;
  Schema schema;
  for (std::uint32_t version = 1;; ++version) {
    AMONT_LET(const auto bytes, table_->get(Space::kMeta, schema_key(version)));
    if (!bytes) break;
    ByteReader in(*bytes);
    const TxNumber tx = in.varint();
    const SchemaGrowth growth = read_growth(in);
    if (!in.finished() || !schema.grow(growth))
      return damaged("a schema in the index can't be read; run `amont rebuild`");
    schemas_.emplace_back(tx, std::make_shared<Schema>(schema));
  }
  AMONT_LET(has_redactions_, any_redactions(*table_));
  AMONT_TRY(rules_.load(*table_));
  last_seen_ = state_.watermark;
  shown_ = state_;
  whole_->begin(state_.visible);
  return {};
}

Status Index::apply(const SplitRecord& record, const ReadRecords& log) {
  const LoggedHead& head = record.head;
  if (head.number != last_seen_ + 1)
    return damaged(
        fmt::format("the index was given transaction {} after {}; run `amont rebuild`", head.number, last_seen_));
  const auto done = [&] {
    last_seen_ = head.number;
    return Status();
  };
  if (state_.batch_close != 0 && head.number == state_.watermark + 1) {  // stopped in the middle of a batch
    AMONT_TRY(apply_one(record, only_adds(record.parts)));
    return done();
  }
  switch (head.kind) {
    case TxKind::kPlain: AMONT_TRY(apply_one(record, only_adds(record.parts))); break;
    case TxKind::kBatchOpen:
    case TxKind::kBatchPart: break;
    case TxKind::kBatchClose: AMONT_TRY(apply_batch(head.number, log)); break;
    case TxKind::kBatchVoid: AMONT_TRY(apply_void(record, log)); break;
  }
  return done();
}

class Index::Prepared {
 public:
  std::vector<Step> steps;  // without their batches, which are in `write`
  Table::Write write;
};

Status Index::apply(std::span<const SplitRecord> records, const ReadRecords& log) {
  return apply(records, log, nullptr);
}

Status Index::apply(std::span<const SplitRecord> records, const ReadRecords& log, Prepared* prepared) {
  std::shared_ptr<Prepared> next;
  while (!records.empty()) {
    if (!prepared) {
      AMONT_LET(next, prepare(records));
      prepared = next.get();
    }
    const std::size_t taken = std::max<std::size_t>(prepared->steps.size(), 1);
    AMONT_TRY(prepared->steps.empty() ? apply(records.front(), log) : write(*prepared));
    prepared = nullptr;
    records = records.subspan(taken);
  }
  return {};
}

// One that does not only add looks at what was there before it, and the next one after a growth at that.
Result<std::shared_ptr<Index::Prepared>> Index::prepare(std::span<const SplitRecord> records) const {
  auto out = std::make_shared<Prepared>();
  std::vector<TableBatch> batches;
  std::size_t bytes = 0;
  for (const SplitRecord& record : records) {
    if (state_.batch_close != 0 || record.head.kind != TxKind::kPlain) break;
    const bool adds = only_adds(record.parts);
    if (!adds && !batches.empty()) break;
    AMONT_LET(Step step, work_out(record, adds, batches.empty() ? state_ : out->steps.back().next));
    bytes += step.batch.bytes();
    batches.push_back(std::move(step.batch));
    out->steps.push_back(std::move(step));
    const Step& last = out->steps.back();
    const bool grew = last.schema != schemas_.back().second || last.rules.rules != rules_.newest().rules;
    if (grew || bytes >= kTogetherBytes) break;
  }
  if (!batches.empty()) {
    AMONT_LET(out->write, table_->prepare(std::move(batches)));
  }
  return out;
}

Status Index::apply_excerpt(std::span<const SplitRecord> records) {
  excerpt_ = true;
  for (const SplitRecord& record : records) {
    State before = state_;
    before.watermark = record.head.number - 1;
    AMONT_LET(Step step, work_out(record, false, before));
    AMONT_TRY(table_->write(step.batch));
    take(std::move(step));
  }
  last_seen_ = state_.watermark;
  return {};
}

// All of them or none.
Status Index::write(Prepared& prepared) {
  if (prepared.steps.front().next.watermark != state_.watermark + 1)
    return damaged("what was prepared for the index is not what comes next");
  AMONT_TRY(prepared.write());
  for (Step& step : prepared.steps) take(std::move(step));
  last_seen_ = state_.watermark;
  return {};
}

Status Index::apply_one(const SplitRecord& record, bool adds) {
  AMONT_LET(Step step, work_out(record, adds, state_));
  AMONT_TRY(table_->write(step.batch));
  take(std::move(step));
  return {};
}

// The parts of a batch, now that it is closed, each worked out aside while the next is read. Those that only add, as an import's
// mostly do, look at nothing that was there before: they are gathered and written in bulk, on a thread of its own.
Status Index::apply_batch(TxNumber close, const ReadRecords& log) {
  std::vector<Step> gathered, written;
  std::uint64_t bytes = 0;
  std::future<Status> writing;
  Status failed;  // after which nothing more is written or taken
  const auto settle = [&]() -> Status {
    if (writing.valid()) failed = writing.get();
    if (!failed.ok()) return failed;
    for (Step& step : written) take(std::move(step));
    written.clear();
    return {};
  };
  const auto write = [&]() -> Status {
    AMONT_TRY(settle());
    if (gathered.empty()) return {};
    written = std::exchange(gathered, {});
    bytes = 0;
    auto batches = std::make_shared<std::vector<TableBatch>>();
    for (Step& step : written) batches->push_back(std::move(step.batch));
    writing = aside([table = table_, batches] { return table->write_bulk(*batches); });
    return {};
  };
  const auto take_part = [&](const SplitRecord& part) -> Status {
    if (!only_adds(part.parts)) {
      AMONT_TRY(write());
      AMONT_TRY(settle());
      return apply_one(part, false);
    }
    const State& before = !gathered.empty() ? gathered.back().next : !written.empty() ? written.back().next : state_;
    AMONT_LET(Step step, work_out(part, true, before));
    bytes += step.batch.bytes();
    gathered.push_back(std::move(step));
    return bytes < bulk_bytes_ ? Status() : write();
  };
  state_.batch_close = close;
  std::future<Status> taking;
  const auto join = [&] { return taking.valid() ? taking.get() : Status(); };
  Status status = log(state_.watermark + 1, close, [&](SplitRecord& part) -> Status {
    AMONT_TRY(join());
    taking = aside([&take_part, one = std::make_shared<SplitRecord>(std::move(part))] { return take_part(*one); });
    return {};
  });
  Status taken = join();
  if (status.ok()) status = std::move(taken);
  if (status.ok()) status = write();
  Status settled = settle();
  return status.ok() ? settled : status;
}

// The schema as of after the transaction; what it adds goes into `batch`.
Result<std::shared_ptr<const Schema>> Index::grow(const LoggedTransaction& transaction, TableBatch& batch) const {
  std::shared_ptr<const Schema> schema = schemas_.back().second;
  for (const LoggedChange& change : transaction.changes) {
    const auto* grows = std::get_if<LoggedSchema>(&change);
    if (!grows) continue;
    Schema grown = *schema;
    AMONT_TRY(grown.grow(grows->growth).status());
    std::string value;
    append_varint(value, transaction.head.number);
    append_growth(value, grows->growth);
    batch.put(Space::kMeta, schema_key(grown.version()), value);
    schema = std::make_shared<Schema>(std::move(grown));
  }
  return schema;
}

Result<Index::Step> Index::work_out(const SplitRecord& record, bool adds, const State& before) const {
  const LoggedHead& head = record.head;
  const bool in_batch = before.batch_close != 0;
  if (head.number != before.watermark + 1)
    return damaged(fmt::format("the index was to take transaction {} after {}; run `amont rebuild`", head.number,
                               before.watermark));

  Step step;
  step.visible = !in_batch || head.number == before.batch_close;
  step.next = before;
  step.schema = schemas_.back().second;
  step.rules = rules_.newest();
  Worked worked;
  worked.counts = before.counts;
  LoggedTransaction transaction;
  transaction.head = head;
  if (adds) {
    AMONT_LET(const std::size_t first, decode_heading(record.parts, transaction));
    AMONT_TRY(apply_added(head.number, record.parts, first, *step.schema, worked));
  } else {
    AMONT_TRY(decode_parts(record.parts, transaction));
    AMONT_LET(step.schema, grow(transaction, worked.batch));
    step.rules = rules_.after(transaction, worked.batch);
    AMONT_TRY(apply_changes(transaction, *step.schema, *reader_, worked));
    step.redacts = std::ranges::any_of(transaction.changes, [](const LoggedChange& change) {
      return std::holds_alternative<LoggedRedaction>(change);
    });
  }
  step.batch = std::move(worked.batch);
  step.next.counts = std::move(worked.counts);
  step.touched = std::move(worked.touched);
  step.records = std::move(worked.records);
  step.growth = std::move(worked.growth);

  step.batch.put(Space::kLog, number_key(head.number), encode_entry(entry_of(record, step.visible || in_batch)));
  if (!transaction.idempotency_key.empty()) {
    std::string use;
    append_varint(use, in_batch ? before.batch_close : head.number);
    step.batch.put(Space::kKeys, transaction.idempotency_key, use.append(view_of(transaction.request)));
  }
  step.next.watermark = head.number;
  step.next.id_count = head.next_node_id;
  if (step.visible) {
    step.next.visible = head.number;
    step.next.visible_time = head.time;
    step.next.batch_close = 0;
  }
  step.batch.put(Space::kMeta, "state", encode_state(step.next));
  return step;
}

// Now that the table has it. Readers are shown the new state only after no cache can give them an older page.
void Index::take(Step&& step) {
  for (const PageCache::Key& key : step.touched) cache_->invalidate(key);
  for (const NodeId node : step.records) records_->forget(node);
  state_ = std::move(step.next);
  whole_->take(state_.watermark, step.growth);
  if (step.redacts) has_redactions_ = true;
  std::shared_ptr<const IndexView> old;  // goes after the lock
  std::shared_ptr<PageShelf> shelf;      // as well
  const std::lock_guard lock(mutex_);
  if (step.schema != schemas_.back().second) schemas_.emplace_back(state_.watermark, std::move(step.schema));
  if (step.rules.rules != rules_.newest().rules) rules_.take(std::move(step.rules));
  shelf = note_changes(step);
  if (!step.visible) return;
  shown_ = state_;
  old = std::move(newest_);
}

// The shelf that is of no use any more, for whoever holds the lock to let go of later.
std::shared_ptr<PageShelf> Index::note_changes(const Step& step) {
  const bool one_of_many = std::exchange(in_batch_, !step.visible) || !step.visible;
  if (shelf_ && !one_of_many && changed_.size() + step.touched.size() <= kChangedMax) {
    changed_.insert(changed_.end(), step.touched.begin(), step.touched.end());
    return nullptr;
  }
  changed_.clear();
  return std::move(shelf_);
}

Status Index::apply_void(const SplitRecord& record, const ReadRecords& log) {
  TableBatch batch;
  const LoggedHead& head = record.head;
  AMONT_TRY(log(state_.watermark + 1, head.number, [&](const SplitRecord& part) {
    batch.put(Space::kLog, number_key(part.head.number), encode_entry(entry_of(part, false)));
    return Status();
  }));
  State next = state_;
  next.watermark = head.number;
  batch.put(Space::kMeta, "state", encode_state(next));
  AMONT_TRY(table_->write(batch));
  state_ = std::move(next);
  return {};
}

TxNumber Index::visible() const {
  const std::lock_guard lock(mutex_);
  return shown_.visible;
}

Counts Index::counts() const {
  const std::lock_guard lock(mutex_);
  Counts counts = shown_.counts;
  counts.nodes.resize(schemas_.back().second->nodes().size());
  counts.edges.resize(schemas_.back().second->edges().size());
  return counts;
}

std::shared_ptr<const Schema> Index::schema_at(TxNumber tx) const {
  const std::lock_guard lock(mutex_);
  return schema_at_locked(tx);
}

std::shared_ptr<const Schema> Index::schema_at_locked(TxNumber tx) const {
  const auto at = std::upper_bound(schemas_.begin(), schemas_.end(), tx,
                                   [](TxNumber wanted, const auto& one) { return wanted < one.first; });
  return std::prev(at)->second;
}

std::shared_ptr<const RuleList> Index::rules_at(TxNumber tx) const {
  const std::lock_guard lock(mutex_);
  return rules_.at(tx);
}

Result<std::shared_ptr<const IndexView>> Index::view(TxNumber at) const {
  auto view = std::make_shared<IndexView>();
  std::uint64_t id_count = 0;
  {
    const std::lock_guard lock(mutex_);
    id_count = shown_.id_count;
    view->time = shown_.visible_time;
    if (at > shown_.visible)
      return invalid(fmt::format("transaction {} is beyond the register's last, {}", at, shown_.visible));
    if (at != shown_.visible) view->time = {};
  }
  if (at != 0 && at != visible()) {
    AMONT_LET(const auto entry, log_entry(at));
    if (!entry) return damaged(fmt::format("transaction {} is not in the index; run `amont rebuild`", at));
    view->time = entry->time;
  }
  view->tx = at;
  view->schema = schema_at(at);
  view->newest_schema = schema_at(kNewest);
  view->rules = rules_at(at);
  view->reader = reader_;
  view->graph = graph_at(reader_, at, id_count, view->schema);
  view->whole = whole_;
  view->shelf = std::make_shared<PageShelf>(id_count, shelves_);
  return std::shared_ptr<const IndexView>(std::move(view));
}

std::shared_ptr<const IndexView> Index::newest_view() const {
  const std::lock_guard lock(mutex_);
  if (newest_ && newest_->tx == shown_.visible) return newest_;  // with the pages on its shelf
  auto view = std::make_shared<IndexView>();
  view->tx = shown_.visible;
  view->time = shown_.visible_time;
  view->schema = schema_at_locked(view->tx);
  view->newest_schema = view->schema;
  view->rules = rules_.at(view->tx);
  view->reader = reader_;
  view->graph = graph_at(reader_, view->tx, shown_.id_count, view->schema);
  view->whole = whole_;
  view->shelf = shelf_ ? std::make_shared<PageShelf>(*shelf_, changed_, shown_.id_count)
                       : std::make_shared<PageShelf>(shown_.id_count, shelves_);
  shelf_ = in_batch_ ? nullptr : view->shelf;
  changed_.clear();
  newest_ = std::move(view);
  return newest_;
}

Status Index::before_excerpt() const {
  return invalid(
      fmt::format("a bundle shows the register as it was known at transaction {}, and not before", visible()));
}

Result<TxNumber> Index::resolve(TxNumber tx) const {
  if (excerpt_ && tx < visible()) return before_excerpt();
  tx = std::min(tx, visible());
  while (tx != 0) {
    AMONT_LET(const auto entry, log_entry(tx));
    if (!entry) return damaged(fmt::format("transaction {} is not in the index; run `amont rebuild`", tx));
    if (entry->kind == TxKind::kPlain || entry->kind == TxKind::kBatchClose) return tx;
    tx = entry->batch - 1;  // inside a batch means before it
  }
  return tx;
}

Result<TxNumber> Index::resolve(Timestamp time) const {
  // The last transaction with time <= `time`, by halving: times never go back.
  TxNumber low = 0, high = visible();
  if (excerpt_) return time < newest_view()->time ? Result<TxNumber>(before_excerpt()) : high;
  while (low < high) {
    const TxNumber middle = low + (high - low + 1) / 2;
    AMONT_LET(const auto entry, log_entry(middle));
    if (!entry) return damaged(fmt::format("transaction {} is not in the index; run `amont rebuild`", middle));
    if (entry->time <= time)
      low = middle;
    else
      high = middle - 1;
  }
  return resolve(low);
}

Result<std::optional<LogEntry>> Index::log_entry(TxNumber tx) const {
  AMONT_LET(const auto bytes, table_->get(Space::kLog, number_key(tx)));
  if (!bytes) return std::optional<LogEntry>();
  ByteReader in(*bytes);
  LogEntry entry;
  entry.kind = static_cast<TxKind>(in.u8());
  entry.visible = in.u8() != 0;
  entry.batch = in.varint();
  entry.time.micros = in.signed_varint();
  entry.changes = in.varint();
  entry.leaf = read_digest(in);
  if (!in.finished())
    return damaged(fmt::format("what the index says of transaction {} can't be read; run `amont rebuild`", tx));
  return std::optional<LogEntry>(entry);
}

Result<std::optional<KeyUse>> Index::key_use(std::string_view key) const {
  AMONT_LET(const auto bytes, table_->get(Space::kKeys, key));
  if (!bytes) return std::optional<KeyUse>();
  ByteReader in(*bytes);
  KeyUse use;
  use.tx = in.varint();
  use.request = read_digest(in);
  if (!in.finished()) return damaged("an idempotency key in the index can't be read; run `amont rebuild`");
  return std::optional<KeyUse>(use);
}

}  // namespace amont
