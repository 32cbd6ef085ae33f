// The head, kept in a second place: `head` holds two slots of 4,096 bytes, written in turn, so that one is always whole. It says
// how far the log was acknowledged; a log that is shorter is damaged.
//
//   slot := "AMHD" version:u32=1 register:16 sequence:u64 number:u64 segment:u64 end:u64 time:u64 count:u32 peak:32* checksum:u64
//
// `segment` is the first number of the segment that holds transaction `number`, `end` the offset after it; the peaks are those of
// the log's Merkle tree (core/merkle/tree.h), `number` being its size. Padded with zeros.
#pragma once

#include <memory>
#include <optional>

#include "core/io/files.h"
#include "core/merkle/tree.h"
#include "core/record/logged.h"

namespace amont {

struct HeadSlot {
  std::uint64_t sequence = 0;
  TxNumber number = 0;
  TxNumber segment = 0;  // 0: there is no segment yet
  std::uint64_t end = 0;
  Timestamp time;
  MerkleFrontier tree;
};

class HeadFile {
 public:
  static Result<std::unique_ptr<HeadFile>> create(Files& files, const std::string& path, const RegisterId& register_id);
  // Opens for writing after what read_head() gave.
  static Result<std::unique_ptr<HeadFile>> open(Files& files, const std::string& path, const RegisterId& register_id,
                                                std::uint64_t last_sequence);
  // Writes the other slot. Not on disk before sync().
  Status write(HeadSlot head);
  Status sync() { return file_->sync(); }

 private:
  HeadFile(std::unique_ptr<WritableFile> file, const RegisterId& register_id, std::uint64_t sequence)
      : file_(std::move(file)), register_id_(register_id), sequence_(sequence) {}
  std::unique_ptr<WritableFile> file_;
  RegisterId register_id_;
  std::uint64_t sequence_;
};

// The newer of the good slots; nothing when neither is good.
Result<std::optional<HeadSlot>> read_head(Files& files, const std::string& path, const RegisterId& register_id);

}  // namespace amont
