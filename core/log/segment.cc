#include "core/log/segment.h"

#include <algorithm>

#include <fmt/format.h>

namespace amont {
namespace {

// Reads a file forward in large pieces. What at() returns is good until the next call.
class ForwardReader {
 public:
  explicit ForwardReader(const ReadableFile& file) : file_(file) {}

  // `size` bytes at `offset`, fewer at the end of the file.
  Result<std::string_view> at(std::uint64_t offset, std::size_t size) {
    if (offset < begin_ || offset + size > begin_ + buffer_.size()) {
      begin_ = offset;
      buffer_.resize(std::max<std::size_t>(size, kPiece));
      AMONT_LET(const std::size_t got, file_.read(offset, std::span<char>(buffer_)));
      buffer_.resize(got);
    }
    return std::string_view(buffer_).substr(offset - begin_, size);
  }

 private:
  static constexpr std::size_t kPiece = 256 << 10;
  const ReadableFile& file_;
  std::uint64_t begin_ = 0;
  std::string buffer_;
};

}  // namespace

std::string Segment::name_of(TxNumber first) { return fmt::format("{:020}.seg", first); }

Result<std::shared_ptr<const ReadableFile>> Segment::file() const {
  const std::lock_guard lock(mutex_);
  if (!file_) {
    AMONT_LET(auto opened, files_.open_for_reading(path_));
    file_ = std::move(opened);
  }
  return file_;
}

Result<SegmentHeader> Segment::header() const {
  AMONT_LET(const auto opened, file());
  std::string bytes(kSegmentHeaderBytes, '\0');
  AMONT_LET(const std::size_t got, opened->read(0, std::span<char>(bytes)));
  return decode_segment_header(std::string_view(bytes).substr(0, got));
}

Result<ScanEnd> Segment::scan(std::uint64_t offset, TxNumber number, TxNumber last, const Visit& visit) const {
  AMONT_LET(const auto opened, file());
  ForwardReader reader(*opened);
  for (; number <= last; ++number) {
    AMONT_LET(const std::string_view head_bytes, reader.at(offset, kFrameHeaderBytes));
    if (head_bytes.empty()) return ScanEnd{offset, {}};
    const Result<FrameHeader> header = decode_frame_header(head_bytes);
    if (!header) return ScanEnd{offset, header.status().text()};
    if (header->number != number) return ScanEnd{offset, fmt::format("transaction {} stands where {} should", header->number, number)};
    AMONT_LET(const std::string_view frame, reader.at(offset, kFrameHeaderBytes + header->payload_bytes));
    const Result<std::string> record = open_frame(*header, frame);
    if (!record) return ScanEnd{offset, record.status().text()};
    keep(number, offset);
    AMONT_TRY(visit(*header, offset, *record));
    offset += kFrameHeaderBytes + header->payload_bytes;
  }
  return ScanEnd{offset, {}};
}

Result<bool> Segment::proves_synced(std::uint64_t offset, TxNumber number) const {
  AMONT_LET(const auto opened, file());
  AMONT_LET(const std::uint64_t size, opened->size());
  ForwardReader reader(*opened);
  for (; offset + kFrameHeaderBytes <= size; ++offset) {
    AMONT_LET(const std::string_view head_bytes, reader.at(offset, kFrameHeaderBytes));
    if (head_bytes[0] != 'A') continue;
    const Result<FrameHeader> header = decode_frame_header(head_bytes);
    if (!header || header->number <= number || header->group_first <= number) continue;
    AMONT_LET(const std::string_view frame, reader.at(offset, kFrameHeaderBytes + header->payload_bytes));
    if (open_frame(*header, frame).ok()) return true;
  }
  return false;
}

void Segment::keep(TxNumber number, std::uint64_t offset) const {
  if ((number - first_) % kStride != 0) return;
  const std::lock_guard lock(mutex_);
  if ((number - first_) / kStride == offsets_.size()) offsets_.push_back(offset);
}

std::pair<TxNumber, std::uint64_t> Segment::nearest(TxNumber number) const {
  const std::lock_guard lock(mutex_);
  if (offsets_.empty()) return {first_, kSegmentHeaderBytes};
  const std::uint64_t index = std::min<std::uint64_t>((number - first_) / kStride, offsets_.size() - 1);
  return {first_ + index * kStride, offsets_[index]};
}

Status Segment::read(TxNumber first, TxNumber last, const Visit& visit) const {
  const auto [number, offset] = nearest(first);
  AMONT_LET(const ScanEnd end, scan(offset, number, last, [&](const FrameHeader& header, std::uint64_t at, std::string_view record) {
              return header.number < first ? Status() : visit(header, at, record);
            }));
  if (!end.damage.empty()) return damaged(fmt::format("{} at offset {}: {}", path_, end.offset, end.damage));
  AMONT_LET(const std::uint64_t reached, scan_reached(end, number, last));
  (void)reached;
  return {};
}

}  // namespace amont
