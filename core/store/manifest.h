// What a backup's directory holds: copies of a register's files under names of their own, and a manifest that lists them.
//
//   backup/backup            the manifest; made beside as backup.new and renamed once all it lists is on disk
//   backup/log/NAME.SUM      a segment, as far as it was acknowledged; SUM are the first 16 digits of the copy's SHA-256
//   backup/checkpoints/...   signed checkpoints, in the same way
//   backup/LOCK              held by who writes the backup
//
//   manifest := "AMBK" version:u32=1 register:16 created:i64 taken:i64 head count:u32 file* checksum:u64
//   head     := number:u64 segment:u64 last:u64 end:u64 time:i64 tree           as in the file `head` (core/log/head_file.h)
//   file     := path:text bytes:u64 modified:u64 sha256:32 tree
//   tree     := size:u64 count:u32 peak:32*
//
// `path` is where the file is in a register, `modified` what the original's time was when it was copied, in microseconds; `tree` is
// over all transactions before the segment's first (of size 0 for what is no segment). The checksum is the XXH3 of all before it.
// A copy is never changed: what differs has another name. So a backup that was interrupted leaves the earlier one as it was.
#pragma once

#include <string>
#include <vector>

#include "core/io/files.h"
#include "core/log/head_file.h"
#include "core/merkle/sha256.h"
#include "core/store/directory.h"

namespace amont {

struct BackupFile {
  std::string path;
  std::uint64_t bytes = 0;
  std::uint64_t modified_micros = 0;
  Digest sha256{};
  MerkleFrontier before;

  std::string copy_path() const { return path + "." + hex(sha256).substr(0, 16); }
  bool is_segment() const { return path.starts_with("log/"); }
  // Of a segment: its first transaction.
  TxNumber first() const { return before.size() + 1; }
};

struct Manifest {
  RegisterFile register_file;
  Timestamp taken;
  HeadSlot head;
  std::vector<BackupFile> files;  // segments first, ascending

  const BackupFile* find(const std::string& path) const;
  std::uint64_t bytes() const;
};

inline std::string manifest_path(const std::string& backup) { return backup + "/backup"; }
// A backup that is being made for the first time has this from the beginning.
inline std::string unfinished_manifest_path(const std::string& backup) { return backup + "/backup.new"; }

// kNotFound when there is no backup, kDamaged when it is not what was written, kUnsupported when it is of a later format.
Result<Manifest> read_manifest(Files& files, const std::string& backup);
// In place of the one that is there; returns when that is on disk.
Status write_manifest(Files& files, const std::string& backup, const Manifest& manifest);

}  // namespace amont
