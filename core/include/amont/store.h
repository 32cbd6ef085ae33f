// Store: a register on disk. Open it, commit transactions, take snapshots. Start here.
//
//   AMONT_LET(auto store, Store::create("hub", hub_schema()));
//   AMONT_LET(Receipt done, store->commit(transaction));
//   AMONT_LET(Snapshot now, store->snapshot());
//
// All methods may be called from many threads at once. A Snapshot keeps what it needs of the store alive, its lock included: the
// register can be opened for writing again when the Store and all that it gave are gone. A forked process opens the register itself;
// what it inherited takes no writes there (kClosed).
//
// Reports of backup, restore, compact and upgrade: amont/keeping.h. Watch: amont/watch.h.
#pragma once

#include <atomic>
#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "amont/evidence.h"
#include "amont/options.h"
#include "amont/redaction.h"
#include "amont/snapshot.h"
#include "amont/transaction.h"

namespace amont {

// A line of the register's history.
enum class TxKind : std::uint8_t { kPlain = 0, kBatchOpen = 1, kBatchPart = 2, kBatchClose = 3, kBatchVoid = 4 };
std::string_view name_of(TxKind kind);

struct TxEntry {
  TxNumber number = 0;
  TxKind kind = TxKind::kPlain;
  TxNumber batch = 0;    // the number of the batch's opening transaction; 0 outside of batches
  bool visible = false;  // false: inside a batch that was voided or never closed
  Timestamp time;
  std::string author;
  std::string reason;
  Source source;
  std::string idempotency_key;
  std::uint64_t change_count = 0;
  std::vector<RuleFinding> findings;   // what the rules in force said of it; of a batch, in its closing transaction
  std::string again;                   // why it puts redacted texts again
  std::vector<RedactedText> redacted;  // texts of the heading that are gone
};

// One change of a transaction as the log holds it, with names for ids.
struct TxChange {
  enum class What : std::uint8_t {
    kPutNode,
    kPutEdge,
    kRetractNode,
    kRetractEdge,
    kGrowSchema,
    kPutRule,
    kRemoveRule,
    kRedact
  };
  What what{};
  bool begins = false;   // the first put of a life: the record was absent before
  bool implied = false;  // an edge's retraction that follows from its node's; not in the log itself
  Ref node;              // the node, or the edge's `from`
  std::string edge_kind;
  Ref to;
  std::string label;
  std::vector<PropertyChange> props;
  TimeChange valid_from;
  TimeChange valid_to;
  std::string schema_source;
  Rule rule;  // of kRemoveRule its name alone
  // Of a put: values that are gone; they stand in `props` as removed.
  std::vector<RedactedText> redacted;
  // Of a redaction: the property of the record named above, or else, of the transaction `redacted_tx`, a text of its heading
  // ("author", "reason", "source", "again") or "request", the digest under its idempotency key. With a record, `redacted_tx` is the
  // one transaction whose value went; 0: all.
  std::string redacted_name;
  TxNumber redacted_tx = 0;
  std::uint64_t redacted_texts = 0;  // that went
};

struct TxDetail {
  TxEntry entry;
  std::vector<TxChange> changes;
};

struct StoreInfo {
  std::string path;
  std::string register_id;  // 32 hexadecimal digits
  TxNumber head = 0;        // the last transaction, visible or not
  TxNumber visible = 0;     // the last visible one
  Timestamp created;
  Timestamp last_commit;
  std::string root;         // of the Merkle tree over all transactions, hexadecimal
  std::uint64_t nodes = 0;  // alive now
  std::uint64_t edges = 0;  // alive now
  std::uint32_t schema_version = 0;
  std::uint64_t log_bytes = 0;
  std::uint64_t index_bytes = 0;
  bool writable = false;
  std::string damage;            // empty when nothing is known to be damaged
  std::uint64_t checkpoint = 0;  // the size of the last one kept; 0: there is none
};

struct KindCount {
  std::string name;
  std::uint64_t count = 0;
};
struct StoreStats {
  std::vector<KindCount> nodes;  // alive now, by kind, in the schema's order
  std::vector<KindCount> edges;
  std::uint64_t transactions = 0;
  std::uint64_t retracted_nodes = 0;
};

// What `verify` looked at, and what it found wrong; no finding means that all is well.
struct VerifyReport {
  std::uint64_t transactions = 0;
  std::uint64_t parts = 0;
  std::uint64_t index_records = 0;
  std::string root;
  std::uint64_t checkpoints = 0;  // kept and given, held against the log
  std::uint64_t signatures = 0;   // good ones, of the keys given
  // Of each witness key given: how many transactions, from the first, it vouches for, and when it did so.
  struct Witnessed {
    std::string name;
    std::uint64_t size = 0;
    Timestamp time;
  };
  std::vector<Witnessed> witnessed;
  std::vector<std::string> findings;  // what, which file, at which offset, what to do
};

// Called now and then during long work: done and total in the same unit (total 0: unknown). Returning false cancels.
using Progress = std::function<bool(std::string_view doing, std::uint64_t done, std::uint64_t total)>;

class Batch;
class Watch;          // amont/watch.h
struct BackupReport;  // these are in amont/keeping.h
struct RestoreReport;
struct CompactReport;
struct UpgradeReport;

class Store {
 public:
  // Makes a register in a directory that is absent or empty. kInvalid when there is something in it.
  static Result<std::unique_ptr<Store>> create(const std::string& path, const SchemaGrowth& schema,
                                               Options options = {});
  // Opens for reading and writing. kNotFound, kLocked, kDamaged. An index that can't be opened is made anew
  // from the log, which takes as long as rebuild(). A damaged log opens, serves
  // its good prefix and refuses writes: see Snapshot::damage().
  static Result<std::unique_ptr<Store>> open(const std::string& path, Options options = {});
  // Opens for reading, beside the one writer that may have it open. Every snapshot() shows all that was acknowledged.
  static Result<std::unique_ptr<Store>> open_read_only(const std::string& path, Options options = {});
  // Deletes the index and makes it anew from the log alone. Needs the writer's lock.
  static Status rebuild(const std::string& path, Options options = {}, const Progress& progress = {});
  // Checks everything: every log record, hash and root, that the log begins with what each kept checkpoint says and each one in
  // `against`, and that replaying the log gives the index, record for record. kInvalid when a key in `against` can't be read.
  static Result<VerifyReport> verify(const std::string& path, Options options = {}, const Progress& progress = {},
                                     const VerifyAgainst& against = {});

  // Copies the register's log to a directory that is absent, empty, or holds an earlier backup of it, which is then brought up to
  // date: segments that have not changed are not copied again. Beside a writer, in this process or another. What is copied is
  // read back and checked, and until all of it is on disk the earlier backup stays. kDamaged: the log is. kConflict: the backup
  // holds transactions that this register does not.
  static Result<BackupReport> backup(const std::string& path, const std::string& destination, Options options = {},
                                     const Progress& progress = {});
  // Makes the register that `backup` holds in a directory that is absent or empty. It has the same id and goes on from the same
  // head: of it and the original only one may be written from then on. kNotFound, kDamaged: the backup is not what was written.
  static Result<RestoreReport> restore(const std::string& backup, const std::string& path, Options options = {},
                                       const Progress& progress = {});
  // Reads a whole backup and sees that restore() would make a register of it. kNotFound, kDamaged.
  static Result<RestoreReport> check_backup(const std::string& backup, Options options = {},
                                            const Progress& progress = {});
  // Brings a register of an earlier format up to this one and verifies it; one of this format is only verified. kUnsupported: it
  // is of a later format. Needs the writer's lock.
  static Result<UpgradeReport> upgrade(const std::string& path, Options options = {}, const Progress& progress = {});

  ~Store();
  Store(const Store&) = delete;
  Store& operator=(const Store&) = delete;

  // Returns when the transaction is on disk and visible. Concurrent commits share one sync.
  // kInvalid, kRefused (by the schema, or by a rule), kNotFound (a ref that must exist), kLimit: nothing was written. kConflict: the idempotency key was used
  // with other content. kNoSpace: nothing was written; try again when there is room. kIo after a failed sync: nobody knows what
  // is on disk; the store takes no writes until it is opened again.
  Result<Receipt> commit(const Transaction& transaction);

  // Erases texts everywhere in the store: its log, its index, its caches. What stays is a commitment to each, and a transaction that
  // says what was erased, by whom and why. That transaction is on disk before anything is erased; when this returns, all of it is
  // gone. When it fails after that, or the machine does, erasing goes on at the next open. Other commits wait; snapshots and readers
  // in other processes go on, and lose the texts too. Takes the time to read the whole log and to write its segments that are
  // concerned, and the index, anew. `dry`: tells what would be erased.
  // kInvalid without an author and a reason; kNotFound when there never was such a text; kRefused when it can't be redacted: no
  // text, or marked plain by the schema. What was redacted before already changes nothing.
  // From then on puts of a property that was redacted are refused, unless their transaction says why in `again`.
  Result<RedactionReport> redact(const Redaction& redaction, bool dry = false, const Progress& progress = {});
  // Erases what redactions of the log name and a copy that was put in place of the store's files brought back.
  Status finish_redactions(const Progress& progress = {});

  // Notes that a copy was made of the register up to a transaction, so that redact() can tell where a text may still be. `kind` is
  // a word for it: "backup", "bundle"; `path` is kept as it is given. Readers may note, too.
  Status note_copy(const std::string& kind, const std::string& path, TxNumber up_to);
  Result<std::vector<KnownCopy>> copies();

  // Begins an import too large for one transaction: what is added becomes visible together when it closes. One at a time; whatever
  // else writes waits until it is closed or destroyed, and is kConflict on the thread that began it. `heading` gives author, reason,
  // source and idempotency key; its changes must be empty. `dry`: only checks; never writes, and close() returns what would have been
  // written.
  Result<std::unique_ptr<Batch>> begin_batch(Transaction heading, bool dry = false);

  // The register now, or as it was known at a transaction. kInvalid beyond the head.
  Result<Snapshot> snapshot();
  Result<Snapshot> snapshot_at(TxNumber tx);
  // The state after the last visible transaction with time <= `time`; empty before the first.
  Result<Snapshot> snapshot_at(Timestamp time);

  // History. first..last inclusive, ascending; beyond the head is cut.
  Result<std::vector<TxEntry>> log(TxNumber first, TxNumber last);
  Result<TxDetail> transaction(TxNumber number);
  // The numbers of the transactions that changed a node (or an edge that joins it), ascending.
  Result<std::vector<TxNumber>> history_of(NodeId id);

  // Signs what the log is now, and returns the signed note once it is kept in the store, on disk. The note of a size that was signed
  // before is the same, with this key's signature added if it lacks. kReadOnly unless the store is open for writing; kDamaged when
  // the log is shorter than, or contradicts, what was signed last: it was rolled back or rewritten, and nothing is signed.
  Result<std::string> sign_checkpoint(std::string_view signer);
  // The sizes of all checkpoints kept, ascending.
  Result<std::vector<std::uint64_t>> checkpoints() const;
  // The one of that size; of the largest when none is given. kNotFound, kDamaged.
  Result<std::string> checkpoint(std::optional<std::uint64_t> size = {}) const;
  // Adds the cosignatures in `lines` (what a witness answered) that are good for the kept checkpoint of that size and of one of the
  // `witness_keys`; returns the note. kRefused when there is none.
  Result<std::string> add_cosignatures(std::uint64_t size, std::string_view lines,
                                       const std::vector<std::string>& witness_keys);
  // What a witness that knows the log up to `old_size` (0: nothing) is asked: the body of an add-checkpoint request for the kept
  // checkpoint of `size`, with the proof that it follows. kInvalid when old_size is larger.
  Result<std::string> witness_request(std::uint64_t old_size, std::uint64_t size);
  // Whether the log begins with what that checkpoint says; no signature is looked at. False for one of another register, for one of
  // a longer log, and for one that contradicts this log. kInvalid: it is no checkpoint.
  Result<bool> begins_with(std::string_view note);
  // Writes the kept checkpoint of the largest size to a place of its own: into `destination` if that is a directory, under a name
  // of its origin and size; else to that file. Returns its path, once it is on disk. What is there already must be what this log
  // begins with, or kConflict: one of the two was rolled back or forked, and nothing is written. Signatures there are kept.
  Result<std::string> anchor(const std::string& destination);

  StoreInfo info();
  Result<StoreStats> stats();
  // Writes what is in memory to the index's files.
  Status flush();
  // Makes the index as small as it gets: one file, pages folded. Commits and questions go on meanwhile; needs as much room again
  // as the index takes. kTimeout: cancelled, with nothing lost. For the writer.
  Result<CompactReport> compact(const Progress& progress = {});

  // Every visible transaction from number `from` on, as it comes. kInvalid when that is more than one beyond the last there is.
  Result<std::unique_ptr<Watch>> watch(TxNumber from);

 private:
  friend class Batch;
  struct Rep;
  explicit Store(std::unique_ptr<Rep> rep);
  std::unique_ptr<Rep> rep_;
};

// A batch under way. Its destructor abandons it unless close() succeeded. One thread at a time.
class Batch {
 public:
  ~Batch();
  Batch(const Batch&) = delete;
  Batch& operator=(const Batch&) = delete;

  // Checks one change against the register and all that the batch added before, and takes it. When it is refused the batch
  // stands as if it had not been offered, so a caller may skip it and go on. Returns whether it changes anything.
  // kNotFound: a ref of an edge or a retraction is unknown, and `change` is as it was; any other error may leave it without its
  // properties.
  Result<bool> add(Change&& change);
  Result<bool> add(const Change& change);
  // The schema with all that the batch added. Good until the next add().
  const Schema& schema() const;
  // A node as it will stand when the batch closes; nothing when it is unknown or retracted. Its `tx` is 0 when the batch
  // changed it.
  Result<std::optional<Node>> node(const Ref& ref);
  // The properties of an edge, likewise.
  Result<std::optional<Properties>> edge_properties(std::string_view kind, const Ref& from, const Ref& to,
                                                    std::string_view label);
  // Syncs and makes everything visible. What fits one transaction is written as a plain one; a batch that changed nothing
  // writes nothing and returns the head.
  Result<Receipt> close();
  // Forgets everything; nothing of it was ever visible.
  Status abandon();

 private:
  friend class Store;
  friend class BatchDoor;
  struct Rep;
  explicit Batch(std::unique_ptr<Rep> rep);
  std::unique_ptr<Rep> rep_;
};

}  // namespace amont
