#include "core/store/engine.h"

#include <sys/random.h>
#include <unistd.h>
#include <algorithm>
#include <cerrno>
#include <chrono>
#include <cstring>

#include <fmt/format.h>

#include "core/record/parts.h"
#include "core/store/redacting.h"
#include "core/text/timestamp.h"

namespace amont {
namespace {

void system_random(char* out, std::size_t size) {
  while (size > 0) {
    const ssize_t got = ::getrandom(out, size, 0);
    if (got < 0 && errno == EINTR) continue;
    assert(got > 0);  // cannot fail for up to 256 bytes once the system is up
    out += got;
    size -= static_cast<std::size_t>(got);
  }
}

Status check_text(std::string_view what, const std::string& text, std::size_t bytes_max) {
  if (text.size() > bytes_max) return limit_exceeded(fmt::format("{} is longer than {} bytes", what, bytes_max));
  Value value(text);
  return check_value(value).while_doing(what);
}

}  // namespace

Status check_heading(const Transaction& transaction) {
  AMONT_TRY(check_text("author", transaction.author, kTextBytesMax));
  AMONT_TRY(check_text("reason", transaction.reason, kTextBytesMax));
  AMONT_TRY(check_text("again", transaction.again, kTextBytesMax));
  if (!transaction.override_rules.empty() && (transaction.author.empty() || transaction.reason.empty()))
    return invalid("to override a rule a transaction needs an author and a reason, which are kept with it");
  AMONT_TRY(check_text("idempotency key", transaction.idempotency_key, kKeyBytesMax));
  AMONT_TRY(check_text("source format", transaction.source.format, kTextBytesMax));
  AMONT_TRY(check_text("source file", transaction.source.file, kTextBytesMax));
  return check_text("source sha256", transaction.source.sha256, kTextBytesMax);
}

// Opening -------------------------------------------------------------------------------------------------------------

Engine::Engine(std::string path, Options options, bool writable)
    : path_(std::move(path)),
      options_(std::move(options)),
      files_(options_.files ? *options_.files : posix_files()),
      writable_(writable),
      process_(::getpid()),
      ballast_(files_, path_ + "/ballast") {
  if (!options_.random_seed) options_.random_seed = [](char* out32) { system_random(out32, 32); };
}

Engine::~Engine() {
  if (!writable_ || !index_) return;
  if (signer_ && log_->head().number > signed_to_) sign_by_itself();
  if (!index_in_memory_) (void)index_->table().flush();  // what is not flushed is replayed from the log
}

std::shared_ptr<Engine> Engine::make(std::string path, Options options, bool writable) {
  // In a forked process neither the threads behind it nor the lock are its own: closing would wait for ever, or write.
  const auto end = [](Engine* engine) {
    if (!engine->is_forked()) delete engine;
  };
  return {new Engine(std::move(path), std::move(options), writable), end};
}

bool Engine::is_forked() const { return ::getpid() != process_; }

Timestamp Engine::now() const {
  if (options_.clock) return options_.clock();
  const auto since = std::chrono::system_clock::now().time_since_epoch();
  return {std::chrono::duration_cast<std::chrono::microseconds>(since).count()};
}

Result<std::shared_ptr<Engine>> Engine::prepare(const std::string& path, Options options, bool writable) {
  const std::shared_ptr<Engine> engine = make(path, std::move(options), writable);
  AMONT_LET(engine->register_, read_register_file(engine->files_, path));
  AMONT_TRY(check_directory(engine->files_, path));
  if (writable) {
    AMONT_LET(engine->lock_, engine->files_.lock(lock_path(path)));
  }
  return engine;
}

Status Engine::open_log_and_index() {
  AMONT_LET(log_, open_log(files_, log_directory(path_), {register_.id, options_.segment_bytes, writable_}));
  home_ = std::make_unique<IndexHome>(files_, path_, options_, register_.id, lock_);
  if (!writable_) {
    AMONT_LET(auto index, home_->open_for_reading());
    AMONT_TRY(unless_log_is_damaged(catch_up(*index, *log_, std::max(log_->head().number, index->last_seen()))));
    show(std::move(index));
    return {};
  }
  Status status = open_index();
  if (status.code() == Code::kDamaged && log_->damage().empty()) {
    // The truth is in the log: an index that a crash or a bad sector spoilt is made anew.
    index_.reset();
    const Status whole = log_->read(1, log_->head().number, [](TxNumber, std::string_view) { return Status(); });
    if (!whole.ok())
      return damaged(
          fmt::format("{}; and {}. Nothing is changed: put the log's file back from a backup, or remove the "
                      "folder {} to have it made as far as the log is good",
                      status.text(), whole.text(), index_directory(path_)));
    AMONT_TRY(home_->erase());
    status = open_index();
  }
  AMONT_TRY(std::move(status));
  log_bytes_flushed_ = log_->bytes();
  writers_index()->table().settle();  // an import may have closed the register before it could
  if (!log_->damage().empty()) return {};
  if (!full_) make_ballast();  // no room for it is no reason not to open
  batch_open_ = true;
  // A disk that is full takes no void record: then the next commit tries again.
  Status voided = void_open_batch();
  if (voided.ok() && is_redacting(files_, path_)) voided = finish_redactions_as_writer({});
  return voided.code() == Code::kNoSpace ? Status() : unless_log_is_damaged(std::move(voided));
}

Status Engine::open_index() {
  Result<std::shared_ptr<Index>> index = home_->open();
  if (index.code() == Code::kNoSpace) {
    met_full_disk();
    index = home_->open();
  }
  if (index.code() == Code::kNoSpace) {
    index = home_->open_for_reading();  // RocksDB does not open for writing on a full disk
    index_in_memory_ = true;
  }
  AMONT_TRY(index.status());
  // A damaged log may end before the index does; then the index is as far as it will get.
  const TxNumber head = log_->head().number;
  Status caught_up = catch_up(**index, *log_, log_->damage().empty() ? head : std::max(head, (*index)->last_seen()));
  if (caught_up.code() == Code::kNoSpace && !index_in_memory_) {
    show(*std::move(index));
    met_full_disk();
    return unless_log_is_damaged(recover_index());
  }
  AMONT_TRY(unless_log_is_damaged(std::move(caught_up)));
  show(*std::move(index));
  return {};
}

// An index that can't catch up because the log is damaged serves what it has: damage() says so.
Status Engine::unless_log_is_damaged(Status caught_up) const {
  return log_->damage().empty() ? std::move(caught_up) : Status();
}

Result<std::shared_ptr<Engine>> Engine::open(const std::string& path, Options options) {
  AMONT_LET(auto engine, prepare(path, std::move(options), true));
  AMONT_TRY(engine->open_log_and_index());
  AMONT_TRY(engine->take_signer());
  return engine;
}

Result<std::shared_ptr<Engine>> Engine::open_read_only(const std::string& path, Options options) {
  const Result<FileEntry> there = (options.files ? *options.files : posix_files()).stat(path);
  if (there.ok() && !there->is_directory) return open_bundle(path, std::move(options));
  AMONT_LET(auto engine, prepare(path, std::move(options), false));
  AMONT_TRY(engine->open_log_and_index());
  return engine;
}

Result<std::shared_ptr<Engine>> Engine::create(const std::string& path, const SchemaGrowth& schema, Options options) {
  const std::shared_ptr<Engine> engine = make(path, std::move(options), true);
  Files& files = engine->files_;
  AMONT_TRY(files.make_directory(path));
  AMONT_TRY(check_directory(files, path));
  AMONT_TRY(files.sync_directory(parent_of(path)));
  const Result<RegisterFile> there = read_register_file(files, path);
  if (there.ok()) return invalid(fmt::format("there is a register in {} already", path));
  if (there.code() != Code::kNotFound) return there.status();
  AMONT_LET(engine->lock_, files.lock(lock_path(path)));
  AMONT_TRY(clear_unfinished(files, path));
  AMONT_TRY(engine->begin_register(schema));
  AMONT_TRY(engine->take_signer());
  return engine;
}

Status Engine::begin_register(const SchemaGrowth& schema) {
  char seed[32];
  options_.random_seed(seed);
  std::memcpy(register_.id.data(), seed, register_.id.size());
  register_.created = now();
  AMONT_TRY(check_timestamp(register_.created).while_doing("Options::clock, in microseconds"));
  AMONT_TRY(begin_register_file(files_, path_, register_));
  AMONT_TRY(files_.make_directory(log_directory(path_)));
  AMONT_LET(log_, create_log(files_, log_directory(path_), {register_.id, options_.segment_bytes, true}));
  home_ = std::make_unique<IndexHome>(files_, path_, options_, register_.id, lock_);
  if (!options_.index_in_memory) AMONT_TRY(files_.make_directory(index_directory(path_)));
  AMONT_LET(auto index, home_->open());
  AMONT_TRY(index->table().flush());
  show(std::move(index));
  if (!schema.empty()) {
    Transaction first;
    first.reason = "the schema that the register began with";
    first.changes.push_back(GrowSchema{schema});
    AMONT_TRY(commit(first).status());
  }
  return finish_register_file(files_, path_);
}

Status Engine::rebuild(const std::string& path, Options options, const Progress& progress) {
  AMONT_LET(auto engine, prepare(path, std::move(options), true));
  AMONT_LET(engine->log_, open_log(engine->files_, log_directory(path),
                                   {engine->register_.id, engine->options_.segment_bytes, true}));
  engine->home_ =
      std::make_unique<IndexHome>(engine->files_, path, engine->options_, engine->register_.id, engine->lock_);
  AMONT_TRY(engine->may_erase_index(progress));
  AMONT_TRY(engine->home_->erase());
  AMONT_LET(auto index, engine->home_->open());
  const TxNumber head = engine->log_->head().number;
  AMONT_TRY(catch_up(*index, *engine->log_, head, [&](TxNumber done) -> Status {
    if (!progress || progress("rebuilding the index", done, head)) return {};
    return Status(Code::kTimeout, "rebuilding was cancelled; the next open goes on where it stopped");
  }));
  AMONT_TRY(index->table().flush());
  engine->show(std::move(index));
  if (!engine->log_->damage().empty())
    return damaged(fmt::format("the index was rebuilt as far as the log is good: {}", engine->log_->damage()));
  AMONT_TRY(engine->log_->rewrite_head());
  return engine->void_open_batch();
}

// An index may hold what a damaged log has lost: then it is kept.
Status Engine::may_erase_index(const Progress& progress) const {
  const TxNumber head = log_->head().number;
  Status sound = log_->read(1, head, [&](TxNumber done, std::string_view) -> Status {
    if (!progress || progress("checking the log", done, head)) return {};
    return Status(Code::kTimeout, "rebuilding was cancelled; nothing was changed");
  });
  if (log_->damage().empty()) return sound;
  // One that can't be opened for another reason may be good: then nothing is decided.
  if (const Status opens = home_->open_for_reading().status(); !opens.ok())
    return opens.code() == Code::kDamaged ? Status() : opens;
  return damaged(fmt::format(
      "{}. The index may hold what the log has lost, so it is kept; put the log's file back from a backup, or "
      "remove the folder {} to have it made as far as the log is good",
      log_->damage(), index_directory(path_)));
}

// Reading -------------------------------------------------------------------------------------------------------------

void Engine::show(std::shared_ptr<Index> index) {
  const std::lock_guard lock(index_mutex_);
  index_ = std::move(index);
}

std::shared_ptr<Index> Engine::writers_index() const {
  const std::lock_guard lock(index_mutex_);
  return index_;
}

Result<std::shared_ptr<Index>> Engine::current() {
  if (!writable_) AMONT_TRY(follow());
  return writers_index();
}

Result<std::shared_ptr<const IndexView>> Engine::with_damage(Result<std::shared_ptr<const IndexView>> view) const {
  if (!view || log_->damage().empty()) return view;
  auto marked = std::make_shared<IndexView>(**view);
  marked->damage = log_->damage();
  return std::shared_ptr<const IndexView>(std::move(marked));
}

Result<std::shared_ptr<const IndexView>> Engine::view() {
  (void)take_kept_refs();
  AMONT_LET(const auto index, current());
  const TxNumber head = log_->head().number;
  if (log_->damage().empty() || index->visible() <= head) return with_damage(index->newest_view());
  // The index goes further than what is good of the log, which alone is the truth.
  AMONT_LET(const TxNumber good, index->resolve(head));
  return with_damage(index->view(good));
}

Result<std::shared_ptr<const IndexView>> Engine::view_at(TxNumber tx) {
  (void)take_kept_refs();
  AMONT_LET(const auto index, current());
  const TxNumber head = log_->head().number;
  if (tx > head) return invalid(fmt::format("transaction {} is beyond the register's last, {}", tx, head));
  AMONT_LET(const TxNumber visible, index->resolve(tx));
  return with_damage(index->view(visible));
}

Result<std::shared_ptr<const IndexView>> Engine::view_at(Timestamp time) {
  (void)take_kept_refs();
  AMONT_LET(const auto index, current());
  AMONT_LET(TxNumber visible, index->resolve(time));
  const TxNumber head = log_->head().number;
  if (visible > head) {
    AMONT_LET(visible, index->resolve(head));
  }
  return with_damage(index->view(visible));
}

// A reader beside a writer: takes what was acknowledged since it last looked. When that has grown large in memory it opens
// anew what the writer has flushed meanwhile; snapshots keep what they were taken from.
Status Engine::follow() {
  constexpr std::uint64_t kTailBytesMax = 64 << 20;
  const std::lock_guard lock(follow_mutex_);
  AMONT_TRY(log_->refresh());
  std::shared_ptr<Index> index = writers_index();
  if (!options_.index_in_memory && index->table().bytes() > kTailBytesMax) {
    AMONT_LET(index, home_->open_for_reading());
    AMONT_TRY(unless_log_is_damaged(catch_up(*index, *log_, std::max(log_->head().number, index->last_seen()))));
    show(std::move(index));
    return {};
  }
  if (log_->head().number <= index->last_seen()) return {};
  return unless_log_is_damaged(catch_up(*index, *log_, log_->head().number));
}

std::uint64_t Engine::index_bytes() const {
  std::uint64_t sum = 0;
  const auto entries = files_.list(index_directory(path_));
  if (entries.ok())
    for (const FileEntry& entry : *entries) sum += entry.size;
  return sum;
}

Status Engine::flush() {
  if (!writable_) return Status(Code::kReadOnly, "the store was opened for reading");
  AMONT_LET(const WithWriter with, take_writer());
  Status status;
  if (!index_in_memory_) status = writers_index()->table().flush();
  if (status.code() == Code::kNoSpace) met_full_disk();
  if (status.ok())
    log_bytes_flushed_ = log_->bytes();
  else if (Status recovered = recover_index(); !recovered.ok())
    status = std::move(recovered);
  return status;
}

Status Engine::compact(const std::function<bool()>& go_on) {
  AMONT_TRY(may_write());
  std::shared_ptr<Index> index;
  {
    AMONT_LET(const WithWriter with, take_writer());
    AMONT_TRY(ready_to_write());
    if (index_in_memory_)
      return Status(Code::kReadOnly, "the index could not be written and is in memory until it can; compact it then");
    index = writers_index();
  }
  return index->table().compact(go_on);
}

}  // namespace amont
