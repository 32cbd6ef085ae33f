// One segment file: reading its frames, from a known offset on or by number.
#pragma once

#include <functional>
#include <memory>
#include <mutex>
#include <string>
#include <vector>

#include "core/io/files.h"
#include "core/log/frame.h"

namespace amont {

// What a scan met at `offset`: the end of the file, or bytes that are no good frame.
struct ScanEnd {
  std::uint64_t offset = 0;
  std::string damage;  // empty at a clean end
};

class Segment {
 public:
  Segment(Files& files, std::string path, TxNumber first) : files_(files), path_(std::move(path)), first_(first) {}

  TxNumber first() const { return first_; }
  const std::string& path() const { return path_; }
  static std::string name_of(TxNumber first);  // "00000000000000000001.seg"

  Result<SegmentHeader> header() const;

  // Visits good frames from `offset` on, which holds frame `number`, to `last` at most; a failure of `visit` ends it.
  using Visit = std::function<Status(const FrameHeader& header, std::uint64_t offset, std::string_view record)>;
  Result<ScanEnd> scan(std::uint64_t offset, TxNumber number, TxNumber last, const Visit& visit) const;

  // Is there, anywhere from `offset` on, a good frame that proves that transaction `number` was once on disk?
  Result<bool> proves_synced(std::uint64_t offset, TxNumber number) const;

  // Records first..last, which must lie in this segment. Keeps an offset for every 64th frame that it passed.
  Status read(TxNumber first, TxNumber last, const Visit& visit) const;
  // Where a frame begins; 0 when it is not known.
  std::uint64_t offset_of(TxNumber number) const;

 private:
  static constexpr TxNumber kStride = 64;
  Result<std::shared_ptr<const ReadableFile>> file() const;
  std::pair<TxNumber, std::uint64_t> nearest(TxNumber number) const;
  void keep(TxNumber number, std::uint64_t offset) const;

  Files& files_;
  std::string path_;
  TxNumber first_;
  mutable std::mutex mutex_;
  mutable std::shared_ptr<const ReadableFile> file_;
  mutable std::vector<std::uint64_t> offsets_;  // of frames first, first + 64, first + 128...
};

}  // namespace amont
