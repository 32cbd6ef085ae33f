// The doors of Store. What is behind them: core/store/engine.h (open, commit), batch.cc, history.cc, verify.cc.
#include "amont/store.h"

#include <fmt/format.h>

#include "amont/keeping.h"
#include "core/store/engine.h"
#include "core/store/store_rep.h"

namespace amont {

Store::Store(std::unique_ptr<Rep> rep) : rep_(std::move(rep)) {}
Store::~Store() {
  if (rep_ && rep_->engine) rep_->engine->news()->close();
}

Result<std::unique_ptr<Store>> Store::create(const std::string& path, const SchemaGrowth& schema, Options options) {
  AMONT_LET(auto engine, Engine::create(plain_path(path), schema, std::move(options)));
  return std::unique_ptr<Store>(new Store(std::make_unique<Rep>(Rep{std::move(engine)})));
}

Result<std::unique_ptr<Store>> Store::open(const std::string& path, Options options) {
  AMONT_LET(auto engine, Engine::open(plain_path(path), std::move(options)));
  return std::unique_ptr<Store>(new Store(std::make_unique<Rep>(Rep{std::move(engine)})));
}

Result<std::unique_ptr<Store>> Store::open_read_only(const std::string& path, Options options) {
  AMONT_LET(auto engine, Engine::open_read_only(plain_path(path), std::move(options)));
  return std::unique_ptr<Store>(new Store(std::make_unique<Rep>(Rep{std::move(engine)})));
}

Status Store::rebuild(const std::string& path, Options options, const Progress& progress) {
  return Engine::rebuild(plain_path(path), std::move(options), progress);
}

Result<Receipt> Store::commit(const Transaction& transaction) { return rep_->engine->commit(transaction); }

Result<RedactionReport> Store::redact(const Redaction& redaction, bool dry, const Progress& progress) {
  return rep_->engine->redact(redaction, dry, progress);
}

Status Store::finish_redactions(const Progress& progress) { return rep_->engine->finish_redactions(progress); }

Status Store::note_copy(const std::string& kind, const std::string& path, TxNumber up_to) {
  return rep_->engine->note_copy(kind, path, up_to);
}

Result<std::vector<KnownCopy>> Store::copies() { return rep_->engine->copies(); }

Result<Snapshot> Store::snapshot() {
  AMONT_LET(auto view, rep_->engine->view());
  return Snapshot(std::move(view));
}

Result<Snapshot> Store::snapshot_at(TxNumber tx) {
  AMONT_LET(auto view, rep_->engine->view_at(tx));
  return Snapshot(std::move(view));
}

Result<Snapshot> Store::snapshot_at(Timestamp time) {
  AMONT_LET(auto view, rep_->engine->view_at(time));
  return Snapshot(std::move(view));
}

Status Store::flush() { return rep_->engine->flush(); }

Result<CompactReport> Store::compact(const Progress& progress) {
  Engine& engine = *rep_->engine;
  CompactReport report;
  AMONT_TRY(engine.flush());
  report.index_bytes_before = engine.index_bytes();
  AMONT_TRY(engine.compact([&] { return !progress || progress("compacting the index", 0, 0); }));
  report.index_bytes_after = engine.index_bytes();
  report.log_bytes = engine.log().bytes();
  return report;
}

StoreInfo Store::info() {
  StoreInfo info;
  Engine& engine = *rep_->engine;
  const Result<std::shared_ptr<Index>> index = engine.current();
  const std::shared_ptr<Index> shown = index.ok() ? *index : engine.writers_index();
  const LogHead head = engine.log().head();
  const std::shared_ptr<const IndexView> view = shown->newest_view();
  const Counts counts = shown->counts();
  info.path = engine.path();
  const RegisterId& id = engine.register_file().id;
  info.register_id = hex(std::string_view(reinterpret_cast<const char*>(id.data()), id.size()));
  info.head = head.number;
  info.visible = view->tx;
  info.created = engine.register_file().created;
  info.last_commit = view->time;
  info.root = hex(head.tree.root());
  for (const std::uint64_t count : counts.nodes) info.nodes += count;
  for (const std::uint64_t count : counts.edges) info.edges += count;
  info.schema_version = view->schema->version();
  info.log_bytes = engine.log().bytes();
  info.index_bytes = engine.index_bytes();
  info.damage = engine.log().damage();
  if (info.damage.empty() && !index.ok()) info.damage = index.status().text();
  if (const auto kept = engine.kept_checkpoints().sizes(); kept.ok() && !kept->empty()) info.checkpoint = kept->back();
  info.writable = engine.writable() && info.damage.empty();
  return info;
}

Result<StoreStats> Store::stats() {
  AMONT_LET(const auto index, rep_->engine->current());
  const Counts counts = index->counts();
  const std::shared_ptr<const IndexView> view = index->newest_view();
  StoreStats stats;
  for (const NodeRow& row : view->schema->nodes()) stats.nodes.push_back({row.name, counts.nodes[number_of(row.kind)]});
  for (const EdgeRow& row : view->schema->edges()) stats.edges.push_back({row.name, counts.edges[number_of(row.kind)]});
  stats.transactions = view->tx;
  stats.retracted_nodes = counts.retracted_nodes;
  return stats;
}

}  // namespace amont
