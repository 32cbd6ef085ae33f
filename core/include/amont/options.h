// Options: one flat struct, few fields, each with its reason.
#pragma once

#include <cstdint>
#include <functional>
#include <string>

#include "amont/model.h"
#include "amont/rule.h"
#include "amont/status.h"

namespace amont {

class Files;

struct Options {
  // Memory for what is kept between questions and not yet written: decoded pages of the graph, RocksDB's blocks and buffers, the
  // index under reaches(); and for what a batch or an import has to remember of its changes until it closes, up to three eighths of
  // it, lent by the decoded pages. What is more goes to temporary files (TMPDIR). Not for answers, the few parts of a batch that
  // are under way, or what a walk and a question about the shape of the graph need while they run (amont/graph_questions.h).
  std::uint64_t memory_bytes = 256ull << 20;
  // A log segment is closed when it is longer than this.
  std::uint64_t segment_bytes = 64ull << 20;
  // The index is flushed, so that a reader in another process replays less, when this much log follows its last flush.
  std::uint64_t flush_log_bytes = 32ull << 20;
  // A batch (an import) is written in parts of about this size; one that stays below is a plain transaction.
  std::uint64_t batch_part_bytes = 4ull << 20;
  // Runs the rules that the register keeps; query/ has one (rule_judge() in amont/rules.h). Without it a register that has rules which
  // may refuse takes no transaction.
  Judge judge;
  // A file of so many bytes is kept beside the log, or of a quarter of the log when that is less, and given up when the disk is
  // full, so that what is under way can be ended. 0: none.
  std::uint64_t ballast_bytes = 16ull << 20;
  // The wall clock; tests put another. Empty: the system's.
  std::function<Timestamp()> clock;
  // 32 random bytes for each transaction's salts; tests put a repeatable source. Empty: the system's random numbers.
  std::function<void(char* out32)> random_seed;
  // A register's private key (evidence.h). With it the store signs a checkpoint when it closes, and after the commit that finds so
  // many transactions, or so much time, since the last one (0: not for that reason).
  std::string signer;
  std::uint64_t checkpoint_transactions = 1000;
  std::uint64_t checkpoint_micros = 3600ull * 1'000'000;
  // Told each note that the store signed by itself, to be given to witnesses or put elsewhere, or why it could not; commits go on
  // all the same. Comes from whichever thread committed, and from the store's destructor; must not call the store.
  std::function<void(const Result<std::string>& note)> on_checkpoint;
  // Where the store's files are; tests put a file system that crashes. nullptr: the operating system's.
  Files* files = nullptr;
  // Keep the index in memory instead of RocksDB, rebuilt from the log at open. For tests and throw-away stores.
  bool index_in_memory = false;
};

}  // namespace amont
