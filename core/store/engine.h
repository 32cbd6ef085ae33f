// Engine: what is behind an open Store: its log, its index, and the one writer.
//
//   commit -> Pending (core/check) -> seal: codec, hashes -> Log::append + sync -> Index::apply -> visible
//
// Commits that come together share one sync: the first becomes the leader of all that wait, and while theirs are on the way to disk
// the next group is checked (commit.cc). A batch takes the writer for itself until it closes. An engine that was opened for reading has
// no writer, and follows the log.
#pragma once

#include <sys/types.h>

#include <atomic>
#include <chrono>
#include <condition_variable>
#include <deque>
#include <memory>
#include <mutex>
#include <optional>
#include <span>
#include <string>
#include <thread>
#include <utility>
#include <vector>

#include "amont/redaction.h"
#include "amont/store.h"
#include "core/check/flat_changes.h"
#include "core/check/kept_refs.h"
#include "core/check/pending.h"
#include "core/check/refs_ahead.h"
#include "core/evidence/kept.h"
#include "core/log/log.h"
#include "core/store/ballast.h"
#include "core/store/directory.h"
#include "core/store/index_home.h"
#include "core/store/news.h"

namespace amont {

// A transaction with all that its record needs of the state in which it was checked: it may be sealed on another thread.
struct Unsealed {
  Unsealed(LoggedTransaction&& with, TxKind kind, TxNumber batch, const Pending& pending);

  LoggedTransaction transaction;
  std::vector<NodeKind> kinds;
  std::shared_ptr<const Schema> schema;
  std::shared_ptr<const RuleList> rules;  // in force after it
  std::optional<Timestamp> time;          // when it was judged as of a time already
  PartList changes;                       // those that come as parts already
};

// A transaction whose record is made and numbered, not yet in the log.
struct Sealed {
  EncodedRecord encoded;
  SplitRecord split;  // the same, for the index
  Receipt receipt;
  Digest request{};  // that came under the idempotency key
};

class Foresight;

class Engine {
 public:
  static Result<std::shared_ptr<Engine>> create(const std::string& path, const SchemaGrowth& schema, Options options);
  static Result<std::shared_ptr<Engine>> open(const std::string& path, Options options);
  static Result<std::shared_ptr<Engine>> open_read_only(const std::string& path, Options options);
  static Result<std::shared_ptr<Engine>> open_bundle(const std::string& path, Options options);
  static Status rebuild(const std::string& path, Options options, const Progress& progress);
  ~Engine();

  Result<Receipt> commit(const Transaction& transaction);

  // Store::redact(): core/store/redact.cc.
  Result<RedactionReport> redact(const Redaction& redaction, bool dry, const Progress& progress);
  // Carries out every redaction of the log whose texts are still there.
  Status finish_redactions(const Progress& progress);
  Result<std::vector<KnownCopy>> copies() const;
  Status note_copy(const std::string& kind, const std::string& path, TxNumber up_to) const;

  // A view as of a visible transaction; of the newest when there is none given. A reader first follows the log.
  Result<std::shared_ptr<const IndexView>> view();
  Result<std::shared_ptr<const IndexView>> view_at(TxNumber tx);
  Result<std::shared_ptr<const IndexView>> view_at(Timestamp time);

  // The index as it is now; good for as long as it is held.
  Result<std::shared_ptr<Index>> current();
  const Log& log() const { return *log_; }
  const RegisterFile& register_file() const { return register_; }
  const std::string& path() const { return path_; }
  const Options& options() const { return options_; }
  bool writable() const { return writable_; }
  std::uint64_t index_bytes() const;  // on disk
  Status flush();
  // Makes the index's files small; needs the writer only to begin.
  Status compact(const std::function<bool()>& go_on);
  const std::shared_ptr<News>& news() const { return news_; }

  // Checkpoints (core/store/checkpoints.cc).
  KeptCheckpoints kept_checkpoints() const;
  Result<SignedCheckpoint> sign_checkpoint(const SignerKey& key);
  // Whether the log begins with what it says.
  Result<bool> log_begins_with(const Checkpoint& checkpoint) const;
  // For who has the writer: signs if Options.signer asks for it now.
  void sign_when_due();

  // The writer for as long as this lives, or until it is kept. Who has it finds all in the index that is in the log.
  class WithWriter {
   public:
    explicit WithWriter(Engine& engine) : engine_(&engine) {}  // which has been taken
    WithWriter(WithWriter&& other) noexcept : engine_(std::exchange(other.engine_, nullptr)) {}
    WithWriter& operator=(WithWriter&&) = delete;
    ~WithWriter() {
      if (engine_) engine_->give_writer_back();
    }
    // From now on the caller has it: a batch, which gives it back when it is over.
    void keep() {
      engine_->batch_thread_ = std::this_thread::get_id();
      engine_ = nullptr;
    }

   private:
    Engine* engine_;
  };
  // Waits for it. What may_wait() says.
  Result<WithWriter> take_writer();
  void give_writer_back();
  // kClosed in a process that was forked from the store's; kConflict when this thread began a batch that is open, and would wait for itself.
  Status may_wait() const;
  // For who has the writer. What the rules in force before the transaction say of it, as the next after `tip`, with `accepted` being
  // what is to be written before it: notes it in its heading, or refuses it. Costs nothing where there are no rules.
  Status judge(Unsealed& unsealed, const RuleList& in_force, std::span<const std::string> overrides,
               std::span<const Sealed> accepted, const LogHead& tip, Foresight& ahead) const;
  // For who has the writer. Makes the next record after `tip` and moves it on.
  Result<Sealed> seal(Unsealed&& unsealed, LogHead& tip);
  // Appends in order and applies; with `sync`, returns when all of it is on disk.
  Status land(std::span<Sealed> sealed, TxNumber expected_head, bool sync);
  Status may_write() const;  // kReadOnly, kDamaged
  bool is_forked() const;
  // Before the first record of whoever has the writer: sees whether a disk that was full has room again, voids a batch that could
  // not be voided when it failed, and brings the index up to the log.
  Status ready_to_write();
  // Writes the void record of the batch that the log ends in.
  Status void_open_batch();
  // What a batch that closed knew of refs, for one that follows at once. It is gone with the next write, and once somebody reads: readers
  // have use for the memory.
  void keep_refs(std::unique_ptr<KeptRefs> refs);
  std::unique_ptr<KeptRefs> take_kept_refs();
  // For an import that begins soon.
  RefsAhead refs_ahead() const;
  void batch_is_open(bool open) { batch_open_ = open; }
  // What an idempotency key was used for before; kConflict when it was other content.
  Result<std::optional<Receipt>> earlier_use(const std::string& key, const Digest& request) const;
  // As current(), without following the log first.
  std::shared_ptr<Index> writers_index() const;

 private:
  class Waiting;
  struct Ahead;
  struct Group;
  using Commits = std::vector<std::shared_ptr<Waiting>>;
  // What an index will write of a group.
  struct PreparedIndex {
    std::shared_ptr<Index> index;
    std::shared_ptr<Index::Prepared> work;
  };
  Engine(std::string path, Options options, bool writable);
  static std::shared_ptr<Engine> make(std::string path, Options options, bool writable);
  static Result<std::shared_ptr<Engine>> prepare(const std::string& path, Options options, bool writable);
  Status open_log_and_index();
  Status open_index();
  Status begin_register(const SchemaGrowth& schema);
  Status may_erase_index(const Progress& progress) const;
  Status unless_log_is_damaged(Status caught_up) const;

  void queue_up(const std::shared_ptr<Waiting>& mine);
  bool take_waiting(Commits& commits);
  void give_writer_on();
  void wait_for_landing(std::unique_lock<std::mutex>& lock);
  void lead(Commits& commits);
  Status begin_group(std::optional<Group>& group, bool alone);
  bool check_one(Waiting& waiting, Group& group);
  Status to_log(Group& group);
  void prepare_index(Group& group);
  Status to_index(Group& group);
  void drop_ahead();
  bool may_keep_ahead() const;
  bool is_time_to_land(const Group& group) const;
  Result<std::optional<Sealed>> prepare_one(const Transaction& transaction, FlatChanges& flat, Pending& pending,
                                            LogHead& tip, std::span<const Sealed> before, Foresight& ahead);
  void give_number(Unsealed& unsealed, const LogHead& tip) const;
  std::vector<Verdict> verdicts(const Snapshot& before, const Snapshot& after, const RuleList& rules) const;
  // The two steps of land(). What is appended moves from `sealed` to `split`.
  Status to_log(std::span<Sealed> sealed, TxNumber expected_head, bool sync, std::vector<SplitRecord>& split,
                const Log::Meanwhile& meanwhile = {});
  Status to_index(std::span<const SplitRecord> records, const PreparedIndex& prepared = {});
  Status apply(std::span<const SplitRecord> records, const PreparedIndex& prepared);
  void flush_when_due();

  Result<RedactionReport> redact_as_writer(const Redaction& redaction, bool dry, const Progress& progress);
  Result<RedactionReport> keep_redaction(const Redaction& redaction, bool dry);
  Result<Receipt> write_redactions(const Redaction& redaction, std::span<const LoggedRedaction> redactions);
  Status erase_parts(std::span<const LoggedRedaction> redactions, std::uint64_t& records);
  Status finish_redactions_as_writer(const Progress& progress);

  Status take_signer();
  Result<SignedCheckpoint> sign_head(const SignerKey& key);
  Result<MerkleFrontier> tree_after(MerkleFrontier tree, TxNumber last) const;
  Status check_against_last(const SignedCheckpoint& last, const LogHead& head, MerkleFrontier& tree) const;
  void sign_by_itself();

  // Of a full disk, and of an index whose table takes no writes: full_disk.cc.
  void met_full_disk();
  Status room_again();
  std::uint64_t ballast_bytes() const;
  void make_ballast();
  Status recover_index();
  void return_to_disk();
  Status follow();
  void show(std::shared_ptr<Index> index);
  Timestamp now() const;
  Result<std::shared_ptr<const IndexView>> with_damage(Result<std::shared_ptr<const IndexView>> view) const;

  std::string path_;
  Options options_;
  Files& files_;
  const bool writable_;
  const pid_t process_;
  std::atomic<std::thread::id> batch_thread_{};  // that began the batch which has the writer
  RegisterFile register_;
  std::shared_ptr<FileLock> lock_;
  std::unique_ptr<Log> log_;
  std::unique_ptr<IndexHome> home_;

  mutable std::mutex index_mutex_;  // guards index_
  std::shared_ptr<Index> index_;
  bool index_in_memory_ = false;  // the writer's: RocksDB takes no writes, so memory stands in for it
  std::chrono::steady_clock::time_point return_at_{};  // not before then is it tried to open RocksDB again
  Ballast ballast_;
  bool wants_ballast_ = false;  // there was no room for it
  bool full_ = false;           // the writer's: the disk was, and nothing is written before there is room
  std::chrono::steady_clock::time_point room_at_{};  // not before then is it looked for
  std::uint64_t log_bytes_flushed_ = 0;
  bool batch_open_ = false;  // the log may end in a batch that is neither closed nor voided

  // The writer's: what Options.signer asks for.
  std::optional<SignerKey> signer_;
  TxNumber signed_to_ = 0;
  std::chrono::steady_clock::time_point signed_at_{};

  mutable std::mutex kept_mutex_;  // guards kept_refs_
  std::unique_ptr<KeptRefs> kept_refs_;

  const std::shared_ptr<News> news_ = std::make_shared<News>();
  std::mutex follow_mutex_;  // one reader at a time follows the log

  std::atomic<std::size_t> calls_{0};  // of commit(), under way
  std::mutex queue_mutex_;             // guards what follows
  std::deque<std::shared_ptr<Waiting>> queue_;
  bool writer_taken_ = false;
  std::condition_variable moved_;  // for who leads: a group on its way took a step, or somebody queues up
  bool landing_ = false;           // a group is on its way to disk
  bool indexing_ = false;          // a group that was comes into the index
  std::chrono::steady_clock::duration landing_took_{};  // the last one
  bool landing_failed_ = false;                         // and the one checked upon it is to be checked again
  std::shared_ptr<Ahead> ahead_;                        // of who has the writer, or had it last
};

// Checks of what a transaction says of itself: author, reason, source, key.
Status check_heading(const Transaction& transaction);

}  // namespace amont
