// Keeping a register: what its backup, its restoration, its compaction and its upgrade report. The calls are Store's
// (amont/store.h); KEEPING.md tells how to use them.
#pragma once

#include <cstdint>
#include <string>

#include "amont/store.h"

namespace amont {

// What a backup holds, and what this run had to copy for it.
struct BackupReport {
  std::string register_id;  // 32 hexadecimal digits
  TxNumber head = 0;        // the last transaction in it; all that was acknowledged before the backup began are
  std::string root;         // of the Merkle tree over them, hexadecimal
  Timestamp taken;
  std::uint64_t files = 0;
  std::uint64_t bytes = 0;
  std::uint64_t files_copied = 0;
  std::uint64_t bytes_copied = 0;
  bool noted =
      false;  // in the register, so that a redaction can tell of it (Store::copies()); not where that can't be written to
};

struct RestoreReport {
  std::string register_id;
  TxNumber head = 0;
  std::string root;  // worked out again from the restored log, and the same as the backup's
  Timestamp taken;   // when the backup was
  std::uint64_t bytes = 0;
};

// Bytes on disk. The log is the truth, and nothing of it is ever given back.
struct CompactReport {
  std::uint64_t index_bytes_before = 0;
  std::uint64_t index_bytes_after = 0;
  std::uint64_t log_bytes = 0;
};

struct UpgradeReport {
  std::uint32_t from = 0;  // versions of the format (FORMAT.md)
  std::uint32_t to = 0;
  VerifyReport verified;
};

}  // namespace amont
