// Batch: an import too large for one transaction. Its changes are checked as they come and written in parts that nobody is shown
// until the closing record is on disk.
#include <future>
#include <new>

#include <fmt/format.h>

#include "core/aside.h"
#include "core/guarded.h"
#include "core/record/parts.h"
#include "core/store/batch_door.h"
#include "core/store/engine.h"
#include "core/store/foresight.h"
#include "core/store/store_rep.h"

namespace amont {
namespace {

std::uint64_t size_of(const Value& value) {
  if (const auto* text = std::get_if<std::string>(&value)) return text->size() + 4;
  if (const auto* list = std::get_if<List>(&value)) {
    std::uint64_t sum = 4;
    for (const Scalar& item : *list)
      sum += 10 + (std::holds_alternative<std::string>(item) ? std::get<std::string>(item).size() : 0);
    return sum;
  }
  return 10;
}
std::uint64_t size_of(const std::vector<PropertyChange>& props) {
  std::uint64_t sum = 0;
  for (const PropertyChange& change : props)
    sum += change.name.size() + 2 + (change.value ? size_of(*change.value) : 0);
  return sum;
}
std::uint64_t size_of(const LoggedChange& change) {
  if (const auto* node = std::get_if<LoggedNodePut>(&change)) return 40 + node->ref.key.size() + size_of(node->props);
  if (const auto* edge = std::get_if<LoggedEdgePut>(&change))
    return 40 + edge->edge.label.size() + size_of(edge->props);
  if (const auto* schema = std::get_if<LoggedSchema>(&change)) return 40 + 2 * schema->growth.source.size();
  if (const auto* rule = std::get_if<LoggedRule>(&change)) return 40 + rule->rule.source.size();
  return 40;
}

}  // namespace

struct Batch::Rep {
  // `known`: kept by the batch before, or nullptr.
  Rep(std::shared_ptr<Engine> owner, Transaction with, bool is_dry, std::unique_ptr<KeptRefs> known)
      : engine(std::move(owner)),
        heading(std::move(with)),
        dry(is_dry),
        index(engine->writers_index()),
        view(index->newest_view()),
        lent(known ? std::move(known->lent) : index->lend()),
        pending(*index, *view, lent.get()),
        tip(engine->log().head()) {
    pending.allow_redacted(!heading.again.empty());
    if (known) pending.know(std::move(known->refs), known->lent_bytes);
  }

  static RefsAhead refs_ahead(const Store& store) { return store.rep_->engine->refs_ahead(); }

  Result<bool> take(Change&& change);
  template <class Take>
  Result<bool> taken_by(const Take& take);
  void append(const LoggedChange& change);
  Status append_growth(const LoggedChange& growth);
  Status write_part(TxKind kind, bool sync);
  Status wait_for_part();
  Status write_if_full();
  Result<Receipt> finish();
  void end_pending();
  void heading_into(LoggedTransaction& transaction, bool with_key) const;

  std::shared_ptr<Engine> engine;
  Transaction heading;
  bool dry;
  std::shared_ptr<Index> index;
  std::shared_ptr<const IndexView> view;
  std::unique_ptr<LentMemory> lent;
  Pending pending;
  LogHead tip;
  TxNumber opened = 0;               // the number of the opening record; 0 while everything still fits one transaction
  PartList part;                     // of the changes since the last part was written
  std::uint64_t part_bytes = 0;      // as size_of() and FlatPut::size() count
  std::vector<LoggedChange> logged;  // scratch
  bool changed = false;
  bool over = false;              // closed or abandoned
  std::future<Status> under_way;  // of the part that is being written; it alone uses `tip` until it is done
  Status failed;                  // why no more can be added
  bool keeps_refs = false;
  std::unique_ptr<KeptRefs> kept;  // once it is on its way
  Sha256 digest;                   // over all changes offered, for the idempotency key
  Digest request{};
};

void Batch::Rep::heading_into(LoggedTransaction& transaction, bool with_key) const {
  transaction.author = heading.author;
  transaction.reason = heading.reason;
  transaction.source = heading.source;
  transaction.again = heading.again;
  if (!with_key || heading.idempotency_key.empty()) return;
  transaction.idempotency_key = heading.idempotency_key;
  transaction.request = request;
}

// Hashes, compresses and appends on a thread of its own while the caller goes on adding; one part at a time.
Status Batch::Rep::write_part(TxKind kind, bool sync) {
  AMONT_TRY(wait_for_part());
  LoggedTransaction transaction;
  if (kind != TxKind::kBatchPart) heading_into(transaction, kind == TxKind::kBatchClose || kind == TxKind::kPlain);
  auto unsealed = std::make_shared<Unsealed>(std::move(transaction), kind, opened, pending);
  unsealed->changes = std::exchange(part, {});
  if (sync) {  // the last: what would be visible with it is all of the batch
    Foresight ahead(engine->writers_index(), engine->log());
    AMONT_TRY(engine->judge(*unsealed, *view->rules, heading.override_rules, {}, tip, ahead));
    end_pending();  // the index needs room now
  }
  if (!sync) {  // the next is likely as large
    part.bytes.reserve(unsealed->changes.bytes.size() + (64 << 10));
    part.ends.reserve(unsealed->changes.size() + 1024);
  }
  part_bytes = 0;
  if (kind == TxKind::kBatchOpen) {
    opened = tip.number + 1;
    engine->batch_is_open(true);
  }
  const auto write = [this, unsealed, sync]() -> Status {
    const TxNumber head = tip.number;
    AMONT_LET(Sealed sealed, engine->seal(std::move(*unsealed), tip));
    return engine->land(std::span(&sealed, 1), head, sync);
  };
  if (!sync) {
    under_way = aside(write);
    return {};
  }
  AMONT_TRY(write());
  if (kind == TxKind::kBatchClose) engine->batch_is_open(false);
  return {};
}

void Batch::Rep::end_pending() {
  if (!keeps_refs) return pending.end();
  try {
    kept = std::make_unique<KeptRefs>();
    kept->refs = pending.end_but_refs(kept->lent_bytes);
    if (kept->lent_bytes == 0) return kept.reset();
    kept->index = index;
    kept->marks = std::make_shared<RefMarks>(kept->refs);
  } catch (const std::bad_alloc&) {  // the batch does without
    kept.reset();
    pending.end();
  }
}

// Checks one change, and writes the parts of what it changes.
Result<bool> Batch::Rep::take(Change&& change) {
  logged.clear();
  AMONT_LET(const bool changes, pending.take(std::move(change), logged));
  if (!changes) return false;
  const LoggedChange& one = logged.back();
  if (std::holds_alternative<LoggedSchema>(one)) {
    AMONT_TRY(append_growth(one));
  } else {
    append(one);
  }
  part_bytes += size_of(one);
  return true;
}

// A change that is refused can be left out. After any other failure, as of the disk that has what does not fit in memory, what the batch
// knows is not whole any more.
template <class Take>
Result<bool> Batch::Rep::taken_by(const Take& take) {
  try {
    Result<bool> tried = take();
    const Code code = tried.code();
    const bool refused = code == Code::kInvalid || code == Code::kNotFound || code == Code::kRefused ||
                         code == Code::kConflict || code == Code::kLimit;
    if (!tried.ok() && !refused) failed = tried.status();
    return tried;
  } catch (...) {
    failed = status_of_exception();
    return failed;
  }
}

void Batch::Rep::append(const LoggedChange& change) {
  const auto* const node = std::get_if<LoggedNodePut>(&change);
  append_change(part, change, *pending.schema(), node ? pending.kind_of(node->id) : NodeKind());
}

// The schema as it is at the end of a part says which values have parts of their own, in all of it.
Status Batch::Rep::append_growth(const LoggedChange& growth) {
  LoggedTransaction before;
  AMONT_TRY(decode_parts(part, before));
  part.clear();
  for (const LoggedChange& change : before.changes) {
    if (const auto* const node = std::get_if<LoggedNodePut>(&change)) AMONT_TRY(pending.look_at(node->id));
    append(change);
  }
  append(growth);
  return {};
}

Status Batch::Rep::wait_for_part() { return under_way.valid() ? under_way.get() : Status(); }

Status Batch::Rep::write_if_full() {
  if (part_bytes < engine->options().batch_part_bytes) return {};
  if (dry) {
    part.clear();
    part_bytes = 0;
    return {};
  }
  return write_part(opened == 0 ? TxKind::kBatchOpen : TxKind::kBatchPart, false);
}

Result<Receipt> Batch::Rep::finish() {
  if (dry) return Receipt{tip.number + (changed ? 1 : 0), changed};
  if (!heading.idempotency_key.empty()) {
    request = digest.finish();
    AMONT_LET(const auto earlier, engine->earlier_use(heading.idempotency_key, request));
    if (earlier) {
      AMONT_TRY(wait_for_part());
      AMONT_TRY(opened == 0 ? Status() : engine->void_open_batch());
      return *earlier;
    }
  }
  if (opened == 0 && part.empty()) return Receipt{tip.number, false};
  AMONT_TRY(write_part(opened == 0 ? TxKind::kPlain : TxKind::kBatchClose, true));
  return Receipt{tip.number, true};
}

Batch::Batch(std::unique_ptr<Rep> rep) : rep_(std::move(rep)) {}

Batch::~Batch() {
  if (rep_) (void)abandon();
}

const Schema& Batch::schema() const { return *rep_->pending.schema(); }

Result<std::optional<Node>> Batch::node(const Ref& ref) {
  if (rep_->over) return Status(Code::kClosed, "the batch is closed");
  return rep_->pending.node(ref);
}

Result<std::optional<Properties>> Batch::edge_properties(std::string_view kind, const Ref& from, const Ref& to,
                                                         std::string_view label) {
  if (rep_->over) return Status(Code::kClosed, "the batch is closed");
  return rep_->pending.edge_properties(kind, from, to, label);
}

Result<bool> Batch::add(const Change& change) { return add(Change(change)); }

Result<bool> Batch::add(Change&& change) {
  if (rep_->over) return Status(Code::kClosed, "the batch is closed");
  AMONT_TRY(Status(rep_->failed));
  std::optional<Digest> offered;
  if (!rep_->heading.idempotency_key.empty()) {
    Transaction one;
    one.changes.push_back(change);
    offered = digest_of(one);
  }
  AMONT_LET(const bool taken, rep_->taken_by([&] { return rep_->take(std::move(change)); }));
  if (offered) rep_->digest.update(view_of(*offered));
  if (!taken) return false;
  rep_->changed = true;
  rep_->failed = guarded([&] { return rep_->write_if_full(); });
  if (!rep_->failed.ok()) return rep_->failed;
  return true;
}

Result<bool> BatchDoor::add(Batch& batch, FlatPut& put) {
  Batch::Rep& rep = *batch.rep_;
  // The digest for an idempotency key is of changes as they came.
  if (rep.over || !rep.failed.ok() || !rep.heading.idempotency_key.empty()) return false;
  AMONT_LET(const bool taken, rep.taken_by([&] { return rep.pending.take(put, rep.part); }));
  if (!taken) return false;
  rep.part_bytes += put.size();
  rep.changed = true;
  rep.failed = guarded([&] { return rep.write_if_full(); });
  if (!rep.failed.ok()) return rep.failed;
  return true;
}

RefsAhead BatchDoor::refs_ahead(const Store& store) { return Batch::Rep::refs_ahead(store); }

void BatchDoor::expect(const Batch& batch, const FlatPut& put, Pending::Step step) {
  batch.rep_->pending.expect(put, step);
}

void BatchDoor::keep_refs(Batch& batch) { batch.rep_->keeps_refs = true; }

void BatchDoor::allow_redacted(Batch& batch, bool allowed) { batch.rep_->pending.allow_redacted(allowed); }

Result<Receipt> Batch::close() {
  if (rep_->over) return Status(Code::kClosed, "the batch is closed");
  if (!rep_->failed.ok()) {
    const Status why = rep_->failed;
    AMONT_TRY(abandon());
    return why;
  }
  Result<Receipt> receipt = guarded([&] { return rep_->finish(); });
  if (!receipt) {
    (void)abandon();
    return receipt;
  }
  rep_->over = true;
  if (!rep_->kept) rep_->pending.end();
  (void)guarded([&]() -> Status {
    rep_->engine->sign_when_due();
    return {};
  });
  if (rep_->kept) {
    rep_->kept->lent = std::move(rep_->lent);
    rep_->engine->keep_refs(std::move(rep_->kept));
  }
  rep_->engine->give_writer_back();
  return receipt;
}

Status Batch::abandon() {
  if (rep_->over) return {};
  rep_->over = true;
  (void)rep_->wait_for_part();
  rep_->pending.end();
  // When even this fails, the next writer does it before anything else.
  const Status status = guarded([&] { return rep_->opened == 0 ? Status() : rep_->engine->void_open_batch(); });
  rep_->engine->give_writer_back();
  return status;
}

Result<std::unique_ptr<Batch>> Store::begin_batch(Transaction heading, bool dry) {
  if (!heading.changes.empty()) return invalid("the heading of a batch has changes of its own; add() them");
  AMONT_TRY(rep_->engine->may_write());
  AMONT_TRY(check_heading(heading));
  AMONT_LET(Engine::WithWriter with, rep_->engine->take_writer());
  std::unique_ptr<KeptRefs> kept = rep_->engine->take_kept_refs();
  AMONT_TRY(rep_->engine->ready_to_write());
  if (kept && kept->index.lock() != rep_->engine->writers_index()) kept.reset();
  std::unique_ptr<Batch> batch(
      new Batch(std::make_unique<Batch::Rep>(rep_->engine, std::move(heading), dry, std::move(kept))));
  with.keep();  // until it is closed or abandoned
  return batch;
}

}  // namespace amont
