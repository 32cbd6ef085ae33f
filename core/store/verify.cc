// Verify: does the log hold what its hashes say, and what was signed of it; and does replaying it give the index?
//
// The log is read from its first byte: every checksum, part, salt, root and number, and at each size for which there is a
// checkpoint, kept or given, its root. Then it is replayed into memory, and each record of that replay is read by key from the
// index on disk, so that an entry which a scan would leave out is missed here; and every entry that a scan of the index shows must
// be in the replay. Takes memory for the whole index.
#include <chrono>
#include <map>
#include <thread>

#include <fmt/format.h>

#include "core/index/memory_table.h"
#include "core/index/rocks_table.h"
#include "core/log/find_head.h"
#include "core/log/head_file.h"
#include "core/store/engine.h"
#include "core/store/verify_evidence.h"

namespace amont {
namespace {

constexpr std::size_t kFindingsMax = 100;
constexpr std::chrono::milliseconds kWriterTakes{300};
constexpr std::string_view kSpaceNames[kSpaces] = {"meta",         "refs",         "nodes",           "node history",
                                                   "edges",        "edge history", "node pages",      "pages",
                                                   "page history", "log",          "idempotency keys"};

class Verifier {
 public:
  Verifier(Files& files, const std::string& path, const Options& options, const Progress& progress,
           const VerifyAgainst& against)
      : files_(files), path_(path), options_(options), progress_(progress), against_(against) {}

  Result<VerifyReport> run() {
    AMONT_LET(register_, read_register_file(files_, path_));
    AMONT_LET(log_, open_log(files_, log_directory(path_), {register_.id, options_.segment_bytes, false}));
    if (!log_->damage().empty()) find(log_->damage());
    AMONT_TRY(check_tail());
    AMONT_TRY(check_log());
    check_redactions();
    if (report_.findings.empty()) AMONT_TRY(check_index());
    for (std::string& what : of_evidence_) find(std::move(what));
    return std::move(report_);
  }

 private:
  void find(std::string what) {
    if (report_.findings.size() < kFindingsMax) report_.findings.push_back(std::move(what));
  }

  Status tell(std::string_view doing, std::uint64_t done, std::uint64_t total) const {
    if (!progress_ || progress_(doing, done, total)) return {};
    return Status(Code::kTimeout, "verifying was cancelled");
  }

  // What lies behind the last acknowledged record: a reader does not look there, and a writer refuses to write upon damage. What a
  // writer is just adding looks like that for a moment only.
  Status check_tail() {
    if (!report_.findings.empty()) return {};
    AMONT_LET(const std::string before, damage_of_tail());
    if (before.empty()) return {};
    std::this_thread::sleep_for(kWriterTakes);
    AMONT_LET(const std::string after, damage_of_tail());
    if (after == before) find(after);
    return {};
  }
  Result<std::string> damage_of_tail() const {
    AMONT_LET(const HeadReading head, read_head_beside_writer(files_, head_path(path_), register_.id));
    AMONT_LET(FoundHead found, find_head({files_, log_directory(path_), register_.id}, head.newest));
    return std::move(found.damage);
  }

  // Each record by itself, and as the follower of the one before.
  Status check_log() {
    const LogHead head = log_->head();
    AMONT_LET(EvidenceCheck evidence,
              EvidenceCheck::begin(files_, path_, register_.id, against_,
                                   [this](std::string what) { of_evidence_.push_back(std::move(what)); }));
    evidence.tree_is(tree_);
    const Status read = read_records(*log_, 1, head.number, true, [&](const DecodedRecord& record) -> Status {
      check_record(record);
      tree_.append(record.leaf);
      evidence.tree_is(tree_);
      report_.parts += record.part_count;
      return tell("reading the log", ++report_.transactions, head.number);
    });
    if (read.code() == Code::kTimeout) return read;
    if (!read.ok()) find(read.text());
    evidence.finish(report_.transactions, report_);
    report_.root = hex(tree_.root());
    if (read.ok() && tree_.root() != head.tree.root())
      find(fmt::format("{}: the kept head has the root {}, the log gives {}", log_->place_of(head.number),
                       hex(head.tree.root()), report_.root));
    return {};
  }

  void check_record(const DecodedRecord& record) {
    const LoggedHead& head = record.transaction.head;
    const auto wrong = [&](std::string_view what) {
      find(fmt::format("{}: transaction {} {}", log_->place_of(head.number), head.number, what));
    };
    if (head.register_id != register_.id) wrong("belongs to another register");
    if (head.number != report_.transactions + 1) wrong(fmt::format("stands where {} should", report_.transactions + 1));
    if (head.previous_root != tree_.root()) wrong("does not follow from the transactions before it");
    if (head.time < time_) wrong("is older than the one before it");
    time_ = head.time;
    note_redactions(record.transaction);
    const bool inside =
        head.kind == TxKind::kBatchPart || head.kind == TxKind::kBatchClose || head.kind == TxKind::kBatchVoid;
    if (inside ? batch_ == 0 || head.batch != batch_ : batch_ != 0) wrong("breaks a batch");
    if (head.kind == TxKind::kBatchOpen) batch_ = head.number;
    if (head.kind == TxKind::kBatchClose || head.kind == TxKind::kBatchVoid) batch_ = 0;
  }

  void note_redactions(const LoggedTransaction& transaction) {
    const TxNumber number = transaction.head.number;
    for (const GonePart& part : transaction.gone) gone_[{number, part.part}] = part.commitment;
    for (const LoggedChange& change : transaction.changes) {
      const auto* const redaction = std::get_if<LoggedRedaction>(&change);
      if (!redaction) continue;
      for (const ErasedPart& one : redaction->erased) named_[{one.tx, one.part}] = {number, one.commitment};
    }
  }

  // A part may be gone only if a transaction says so, and must be gone then.
  void check_redactions() {
    if (!report_.findings.empty()) return;  // the log was not read to its end
    for (const auto& [place, commitment] : gone_) {
      const auto named = named_.find(place);
      if (named == named_.end())
        find(fmt::format("{}: part {} of transaction {} is gone, and no transaction redacts it",
                         log_->place_of(place.first), place.second, place.first));
      else if (named->second.commitment != commitment)
        find(fmt::format("{}: part {} of transaction {} left another commitment than transaction {} says",
                         log_->place_of(place.first), place.second, place.first, named->second.by));
    }
    for (const auto& [place, redacted] : named_) {
      if (gone_.contains(place)) continue;
      find(
          fmt::format("{}: part {} of transaction {} was redacted by transaction {} and is still there; erase it with "
                      "`amont redact --finish`",
                      log_->place_of(place.first), place.second, place.first, redacted.by));
    }
  }

  Status check_index() {
    auto replayed = std::make_shared<MemoryTable>();
    AMONT_LET(const auto replay, Index::open(replayed, MemoryPlan(options_.memory_bytes), register_.id));
    const TxNumber head = log_->head().number;
    if (const Status done =
            catch_up(*replay, *log_, head, [&](TxNumber at) { return tell("replaying the log", at, head); });
        !done.ok()) {
      if (done.code() == Code::kTimeout) return done;
      find("the log can't be replayed: " + done.text());
      return {};
    }
    if (options_.index_in_memory) return {};
    return compare(*replayed);
  }

  // The index as a reader sees it, brought up to the log's head in memory, against the replay.
  Status compare(const MemoryTable& replayed) {
    const IndexHome home(files_, path_, options_, register_.id, nullptr);
    Result<std::shared_ptr<Index>> index = home.open_for_reading();
    Status status = index.status();
    if (status.ok()) status = catch_up(**index, *log_, std::max(log_->head().number, (*index)->last_seen()));
    if (!status.ok()) {
      find(status.text());
      return {};
    }
    const Table& kept = (*index)->table();
    AMONT_TRY(replayed.scan([&](Space space, std::string_view key, std::string_view value) -> Status {
      const auto found = kept.get(space, key);
      if (!found.ok())
        find(found.status().text());
      else if (!*found)
        find(fmt::format("index: {} {} is missing; run `amont rebuild`", kSpaceNames[static_cast<int>(space)],
                         hex(key)));
      else if (**found != value)
        find(fmt::format("index: {} {} is not what the log gives; run `amont rebuild`",
                         kSpaceNames[static_cast<int>(space)], hex(key)));
      return tell("comparing the index", ++report_.index_records, 0);
    }));
    AMONT_LET(const auto on_disk,
              open_rocks_table(files_, index_directory(path_), {MemoryPlan(options_.memory_bytes), true}));
    const Status scanned = on_disk->scan([&](Space space, std::string_view key, std::string_view) -> Status {
      AMONT_LET(const auto expected, replayed.get(space, key));
      AMONT_LET(const auto shown, kept.get(space, key));
      if (!expected && shown)
        find(fmt::format("index: {} {} is not in the log; run `amont rebuild`", kSpaceNames[static_cast<int>(space)],
                         hex(key)));
      return tell("comparing the index", report_.index_records, 0);
    });
    if (scanned.code() == Code::kTimeout) return scanned;
    if (!scanned.ok()) find(scanned.text());
    return {};
  }

  Files& files_;
  const std::string& path_;
  const Options& options_;
  const Progress& progress_;
  const VerifyAgainst& against_;
  RegisterFile register_;
  std::unique_ptr<Log> log_;
  VerifyReport report_;
  std::vector<std::string> of_evidence_;  // findings that do not keep the index from being looked at
  MerkleFrontier tree_;
  using PartPlace = std::pair<TxNumber, std::uint32_t>;
  struct Redacted {
    TxNumber by = 0;
    Digest commitment{};
  };
  std::map<PartPlace, Digest> gone_;
  std::map<PartPlace, Redacted> named_;
  Timestamp time_{INT64_MIN};
  TxNumber batch_ = 0;
};

}  // namespace

Result<VerifyReport> Store::verify(const std::string& path, Options options, const Progress& progress,
                                   const VerifyAgainst& against) {
  Files& files = options.files ? *options.files : posix_files();
  return Verifier(files, path, options, progress, against).run();
}

}  // namespace amont
