// The head, kept in a second place: the file `head` beside the log's directory. It says how far the log was
// acknowledged: a log that is shorter is damaged, and a reader beside a writer shows no more than this.
//
// The file is two slots of 4,096 bytes. The slot that is known to be on disk is never written: the writer writes the
// other one again and again until a sync puts that on disk too, and then changes over. So a crash leaves one whole slot
// at least, and a reader that meets a slot half written has only to look again. At close both slots are made to say the
// same, so that rot in one of them does no harm.
//
//   slot := "AMHD" version:u32=1 register:16 sequence:u64 number:u64 segment:u64 last:u64 end:u64 time:u64
//           count:u32 peak:32* checksum:u64, padded with zeros
//
// `number` is the last transaction acknowledged (0: none, and the three that follow are 0 too), `segment` the first
// number of the segment that holds it, `last` and `end` the offsets where its frame begins and ends, `time` its time;
// the `count` peaks are those of the log's Merkle tree (core/merkle/tree.h), whose size is `number`. The checksum is
// the XXH3 (64 bits) of what stands before it. Of two good slots the one with the larger `sequence` counts.
#pragma once

#include <memory>
#include <optional>

#include "core/io/files.h"
#include "core/merkle/tree.h"
#include "core/record/logged.h"

namespace amont {

// How far a log goes, and where that is.
struct HeadSlot {
  TxNumber number = 0;
  TxNumber segment = 0;
  std::uint64_t last = 0;
  std::uint64_t end = 0;
  Timestamp time;
  MerkleFrontier tree;
};

// What the file says.
struct HeadReading {
  std::optional<HeadSlot> newest;  // nothing when no slot is good
  std::uint64_t sequence = 0;
  int slot = 0;       // which of the two it is
  bool torn = false;  // a slot is no good
};
// An absent file reads as one without a good slot.
Result<HeadReading> read_head(Files& files, const std::string& path, const RegisterId& register_id);
// Looks again when a slot is no good: a writer may be at it, though hardly ever for longer than a moment.
Result<HeadReading> read_head_beside_writer(Files& files, const std::string& path, const RegisterId& register_id);

class HeadFile {
 public:
  // Opens for writing after what was read; made when it is absent.
  static Result<std::unique_ptr<HeadFile>> open(Files& files, const std::string& path, const RegisterId& register_id,
                                                const HeadReading& reading);
  // Readers see it from now on; on disk after sync().
  Status write(const HeadSlot& head);
  Status sync();
  // Makes both slots say it, on disk.
  Status settle(const HeadSlot& head);

 private:
  HeadFile(std::unique_ptr<WritableFile> file, const RegisterId& register_id, const HeadReading& reading);
  Status put(int slot, const HeadSlot& head);

  std::unique_ptr<WritableFile> file_;
  RegisterId register_id_;
  std::uint64_t sequence_;
  int slot_;                          // the one to write
  std::optional<HeadSlot> standing_;  // what the other said at open; it may not be on disk yet
  bool is_synced_ = true;
  bool is_settled_ = false;
};

}  // namespace amont
