// The log's door: the truth of the register, records from 1 without gaps. Today it lives in a directory (file_log.cc);
// behind the same door it may one day live in a replicated store, which is why an append names the head that it
// expects.
//
// append() and void calls are for one writer thread; read() and head() may come from any thread at the same time.
#pragma once

#include <functional>
#include <memory>
#include <span>
#include <string>

#include "core/io/files.h"
#include "core/merkle/tree.h"
#include "core/record/codec.h"

namespace amont {

// How far the log goes.
struct LogHead {
  TxNumber number = 0;
  Timestamp time;
  MerkleFrontier tree;
};

class Log {
 public:
  virtual ~Log() = default;

  // The writer's: the last record appended, on disk or not, which is what append() expects. A reader's: the last that
  // it saw acknowledged.
  virtual LogHead head() const = 0;
  // Empty, or what is damaged (file, offset, what to do): then the head is the last of the good prefix and nothing is
  // appended.
  virtual std::string damage() const = 0;

  // Appends records that follow `expected_head`; kConflict when the log's head is another. With `sync` returns when
  // these and all before are on disk; without, they may be lost in a crash and no reader is shown them. kNoSpace:
  // nothing was appended, try again. kReadOnly: a sync has failed before, or the log is open for reading.
  // With `sync`, `meanwhile` is called once the records are on their way to disk and before it is known that they are there; not at all
  // when they do not get so far.
  using Meanwhile = std::function<void()>;
  virtual Status append(TxNumber expected_head, std::span<const EncodedRecord> records, Timestamp time, bool sync,
                        const Meanwhile& meanwhile = {}) = 0;
  // What is appended next begins a new segment. Only the segments before the last can be replaced in.
  virtual Status begin_segment() = 0;

  // Puts other bytes in the place of these records, which ascend and do not lie in the last segment: `rewrite` is given each as it
  // is. Header and number must stay what they were, kRefused: so every leaf and every root does too. Each segment is written anew
  // beside the old one, synced and renamed over it: when this fails some have the new bytes, some the old, and it may be tried
  // again. Reads go on meanwhile, in other processes too. When it returns no file of the log holds the old bytes.
  using Rewrite = std::function<Result<EncodedRecord>(TxNumber number, std::string_view record)>;
  virtual Status replace(std::span<const TxNumber> numbers, const Rewrite& rewrite) = 0;

  // For readers beside a writer: moves head() to what was acknowledged since.
  virtual Status refresh() = 0;

  // Records first..last in order, each checked against its checksum. kDamaged names file and offset.
  using Visit = std::function<Status(TxNumber number, std::string_view record)>;
  virtual Status read(TxNumber first, TxNumber last, const Visit& visit) const = 0;

  // Makes the second place say what the log says: heals it after it was damaged.
  virtual Status rewrite_head() = 0;
  // Where a record lies, for messages: "log/00000000000000000001.seg at offset 88".
  virtual std::string place_of(TxNumber number) const = 0;
  virtual std::uint64_t bytes() const = 0;
};

struct LogOptions {
  RegisterId register_id{};
  std::uint64_t segment_bytes = 64ull << 20;
  bool writable = true;
};

// A log lies in a directory of its own, its second place beside that: "hub/log" has its head in "hub/head". Locks
// nothing.
//
// Makes an empty log in `directory`, and opens it for writing. kConflict when there is one already.
Result<std::unique_ptr<Log>> create_log(Files& files, const std::string& directory, const LogOptions& options);
// Opens a log. A torn tail that was never acknowledged is cut (when writable); any other damage opens too, see
// damage().
Result<std::unique_ptr<Log>> open_log(Files& files, const std::string& directory, const LogOptions& options);

}  // namespace amont
