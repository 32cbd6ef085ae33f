// Replacing records: how a redaction takes texts out of the log.
//
// The last segment is never replaced in: `head` says where the last record lies, and stays right. A segment that was written anew
// has another salt, which tells a reader in another process that what it knew of offsets is no longer so (core/log/segment.h).
#include <algorithm>

#include <fmt/format.h>

#include "core/log/file_log.h"
#include "core/log/salt.h"

namespace amont {
namespace {

constexpr std::size_t kWriteBytes = 1 << 20;

// A segment on its way to a file, frame by frame.
class Rewriting {
 public:
  explicit Rewriting(std::unique_ptr<WritableFile> file, const SegmentHeader& header)
      : file_(std::move(file)), salt_(header.salt), bytes_(encode_segment_header(header)) {}

  Status add(const EncodedRecord& record, TxNumber group_first) {
    append_frame(bytes_, record, group_first, salt_);
    return bytes_.size() < kWriteBytes ? Status() : write();
  }
  Status finish() {
    AMONT_TRY(write());
    return file_->sync();
  }
  std::uint64_t size() const { return at_; }

 private:
  Status write() {
    AMONT_TRY(file_->write(at_, bytes_));
    at_ += bytes_.size();
    bytes_.clear();
    return {};
  }

  std::unique_ptr<WritableFile> file_;
  const std::uint64_t salt_;
  std::string bytes_;
  std::uint64_t at_ = 0;
};

Status check_same(TxNumber number, std::string_view before, const EncodedRecord& after) {
  AMONT_LET(const RecordHead old_head, decode_head(before));
  AMONT_LET(const RecordHead new_head, decode_head(after.bytes));
  if (after.number == number && new_head.leaf == old_head.leaf) return {};
  return refused(fmt::format("transaction {} can't be replaced by a record with another header", number));
}

}  // namespace

Status FileLog::begin_segment() {
  AMONT_TRY(may_change());
  const bool has_begun = !segments_.empty() && segments_.back()->first() == written_.number + 1;
  return has_begun ? Status() : roll();
}

Status FileLog::replace(std::span<const TxNumber> numbers, const Rewrite& rewrite) {
  AMONT_TRY(may_change());
  for (std::size_t i = 0; i < numbers.size(); ++i)
    if (numbers[i] == 0 || (i > 0 && numbers[i] <= numbers[i - 1])) return invalid("records are replaced in order");
  if (!numbers.empty() && numbers.back() >= segments_.back()->first())
    return invalid(fmt::format("transaction {} is in the log's last segment, and can't be replaced", numbers.back()));
  while (!numbers.empty()) {
    AMONT_LET(const Part part, part_from(numbers.front(), segments_.back()->first() - 1));
    const auto after = std::ranges::upper_bound(numbers, part.last);
    const std::size_t count = static_cast<std::size_t>(after - numbers.begin());
    AMONT_TRY(replace_in(*part.segment, part.last, numbers.first(count), rewrite));
    numbers = numbers.subspan(count);
  }
  return {};
}

Status FileLog::replace_in(const Segment& segment, TxNumber last, std::span<const TxNumber> numbers,
                           const Rewrite& rewrite) {
  AMONT_LET(SegmentHeader header, segment.header().while_doing(segment.place(0)));
  AMONT_LET(header.salt, random_salt());
  AMONT_LET(const std::uint64_t old_bytes, segment.bytes());
  const std::string path = segment.path() + ".new";
  const auto write = [&]() -> Result<std::uint64_t> {
    AMONT_LET(auto file, files_.open_for_writing(path, OpenMode::kTruncate));
    Rewriting writing(std::move(file), header);
    auto next = numbers.begin();
    AMONT_LET(const ScanEnd end,
              segment.scan(kSegmentHeaderBytes, segment.first(), last,
                           [&](const FrameHeader& frame, std::uint64_t, std::string_view bytes) -> Status {
                             if (next == numbers.end() || *next != frame.number)
                               return writing.add({frame.number, std::string(bytes), {}}, frame.group_first);
                             AMONT_LET(const EncodedRecord record, rewrite(*next++, bytes));
                             AMONT_TRY(check_same(frame.number, bytes, record));
                             return writing.add(record, frame.group_first);
                           }));
    if (end.number <= last)
      return damaged(
          fmt::format("{}: {}", segment.place(end.offset), end.damage.empty() ? "the file ends" : end.damage));
    AMONT_TRY(writing.finish());
    return writing.size();
  };
  const Result<std::uint64_t> written = write();
  Status done = written.status();
  if (done.ok()) done = files_.rename(path, segment.path());
  if (!done.ok()) {
    (void)files_.remove(path);
    return done;
  }
  segment.forget();
  {
    const std::lock_guard lock(mutex_);
    closed_bytes_ += *written - old_bytes;
  }
  return files_.sync_directory(directory_);
}

}  // namespace amont
