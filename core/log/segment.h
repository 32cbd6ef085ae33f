// One segment file: reading its frames, from a known offset on or by number. Any thread may read; what is read may be
// anything.
//
// A file may be replaced by one with the same records and other offsets (Log::replace), by this process or by another: it has
// another salt then. What is under way goes on in the old file; read() that stumbled between the two begins again where it was.
#pragma once

#include <functional>
#include <memory>
#include <mutex>
#include <string>
#include <vector>

#include "core/io/files.h"
#include "core/log/frame.h"

namespace amont {

// Where a scan ended: after the last frame that was asked for, at the end of the file, or at bytes that are no good
// frame.
struct ScanEnd {
  TxNumber number = 0;  // of the first frame that was not visited
  std::uint64_t offset = 0;
  std::string damage;  // empty at a clean end
};

class Segment {
 public:
  Segment(Files& files, const std::string& directory, TxNumber first)
      : files_(files), path_(directory + "/" + name_of(first)), first_(first) {}
  // A copy that has another name.
  Segment(Files& files, TxNumber first, std::string path) : files_(files), path_(std::move(path)), first_(first) {}

  TxNumber first() const { return first_; }
  const std::string& path() const { return path_; }
  static std::string name_of(TxNumber first);  // "00000000000000000001.seg"
  // For messages: "log/00000000000000000001.seg at offset 88".
  std::string place(std::uint64_t offset) const;

  // kDamaged says what misfits. Does not keep the file open.
  Result<SegmentHeader> header() const;
  Result<std::uint64_t> bytes() const;

  // Visits good frames from `offset` on, which holds frame `number`, to `last` at most; a failure of `visit` ends it.
  using Visit = std::function<Status(const FrameHeader& header, std::uint64_t offset, std::string_view record)>;
  Result<ScanEnd> scan(std::uint64_t offset, TxNumber number, TxNumber last, const Visit& visit) const;

  // Is there, anywhere from `offset` on, a good frame that proves that transaction `number` was once on disk?
  Result<bool> proves_synced(std::uint64_t offset, TxNumber number) const;

  // Records first..last, which must lie in this segment.
  // `damaged_at` is set to the record at which the segment was found damaged, which may lie before `first`.
  Status read(TxNumber first, TxNumber last, const Visit& visit, TxNumber& damaged_at) const;
  // Where a frame begins.
  Result<std::uint64_t> offset_of(TxNumber number) const;

  // A frame was written or met there. One offset in 64 is kept, so that reading by number starts near.
  void note(TxNumber number, std::uint64_t offset) const;
  // Lets go of the file; the next read opens it again.
  void close() const;
  // The file was replaced: lets go of it and of all offsets.
  void forget() const;

 private:
  static constexpr TxNumber kStride = 64;
  struct Opened {
    std::shared_ptr<const ReadableFile> file;
    std::uint64_t salt = 0;
  };
  Result<Opened> opened() const;
  Status read_once(TxNumber first, TxNumber last, const Visit& visit, TxNumber& damaged_at) const;
  void note_in(std::uint64_t salt, TxNumber number, std::uint64_t offset) const;  // in the file of that salt
  std::uint64_t generation() const;
  bool was_replaced_since(std::uint64_t generation) const;
  std::pair<TxNumber, std::uint64_t> nearest(TxNumber number) const;
  Result<ScanEnd> skip_to(TxNumber number) const;

  Files& files_;
  const std::string path_;
  const TxNumber first_;
  mutable std::mutex mutex_;  // guards what follows
  mutable Opened opened_;
  mutable std::vector<std::uint64_t> offsets_;  // of frames first, first + 64, first + 128...
  mutable std::uint64_t salt_ = 0;              // of the file that they are of, once it was opened
  mutable std::uint64_t generation_ = 0;        // grows when they are forgotten
};

}  // namespace amont
