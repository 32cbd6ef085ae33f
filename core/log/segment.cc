#include "core/log/segment.h"

#include <algorithm>

#include <fmt/format.h>

namespace amont {
namespace {

constexpr std::size_t kSmallPiece = 16 << 10, kLargePiece = 256 << 10;

// Reads a file forward in pieces. What at() returns is good until the next call.
class ForwardReader {
 public:
  ForwardReader(const ReadableFile& file, std::size_t piece) : file_(file), piece_(piece) {}

  // `size` bytes at `offset`, fewer at the end of the file.
  Result<std::string_view> at(std::uint64_t offset, std::size_t size) {
    if (offset < begin_ || offset - begin_ > size_ || size > size_ - (offset - begin_)) AMONT_TRY(fill(offset, size));
    return std::string_view(buffer_.get(), size_).substr(offset - begin_, size);
  }
  // All that is at hand from `offset` on, at least `size` bytes of it unless the file ends before.
  Result<std::string_view> all_at(std::uint64_t offset, std::size_t size) {
    AMONT_TRY(at(offset, size).status());
    return std::string_view(buffer_.get(), size_).substr(offset - begin_);
  }

 private:
  Status fill(std::uint64_t offset, std::size_t size) {
    if (size > piece_) {
      // Room is made for no more than the file holds, whatever a header claims.
      AMONT_LET(const std::uint64_t file_size, file_.size());
      size = static_cast<std::size_t>(std::min<std::uint64_t>(size, file_size - std::min(offset, file_size)));
    }
    const std::size_t wanted = std::max(size, piece_);
    if (wanted > capacity_) {
      buffer_ = std::make_unique_for_overwrite<char[]>(wanted);
      capacity_ = wanted;
    }
    begin_ = offset;
    size_ = 0;
    AMONT_LET(size_, file_.read(offset, std::span<char>(buffer_.get(), wanted)));
    return {};
  }

  const ReadableFile& file_;
  const std::size_t piece_;
  std::uint64_t begin_ = 0;
  std::unique_ptr<char[]> buffer_;
  std::size_t size_ = 0, capacity_ = 0;
};

// The header of the frame that should be `number`, at `offset`. Misfits are told in `damage`; nothing at the end of the
// file.
Result<std::optional<FrameHeader>> next_header(ForwardReader& reader, std::uint64_t offset, TxNumber number,
                                               std::string& damage) {
  AMONT_LET(const std::string_view bytes, reader.at(offset, kFrameHeaderBytes));
  if (bytes.empty()) return std::optional<FrameHeader>();
  Result<FrameHeader> header = decode_frame_header(bytes);
  if (!header) {
    damage = header.status().text();
    return std::optional<FrameHeader>();
  }
  if (header->number != number) {
    damage = fmt::format("transaction {} stands where {} should", header->number, number);
    return std::optional<FrameHeader>();
  }
  return std::optional(*header);
}

}  // namespace

std::string Segment::name_of(TxNumber first) { return fmt::format("{:020}.seg", first); }

std::string Segment::place(std::uint64_t offset) const {
  return fmt::format("log/{} at offset {}", name_of(first_), offset);
}

Result<Segment::Opened> Segment::opened() const {
  const std::lock_guard lock(mutex_);
  if (opened_.file) return opened_;
  AMONT_LET(std::shared_ptr<const ReadableFile> file, files_.open_for_reading(path_));
  std::string bytes(kSegmentHeaderBytes, '\0');
  AMONT_LET(const std::size_t got, file->read(0, std::span<char>(bytes)));
  AMONT_LET(const SegmentHeader header,
            decode_segment_header(std::string_view(bytes).substr(0, got)).while_doing(place(0)));
  if (salt_ != 0 && salt_ != header.salt) {
    offsets_.clear();
    ++generation_;
  }
  salt_ = header.salt;
  opened_ = {std::move(file), header.salt};
  return opened_;
}

void Segment::forget() const {
  const std::lock_guard lock(mutex_);
  opened_ = {};
  offsets_.clear();
  salt_ = 0;
  ++generation_;
}

std::uint64_t Segment::generation() const {
  const std::lock_guard lock(mutex_);
  return generation_;
}

bool Segment::was_replaced_since(std::uint64_t generation) const {
  const Result<SegmentHeader> now = header();
  const std::lock_guard lock(mutex_);
  if (generation_ != generation) return true;
  if (!now || now->salt == salt_) return false;
  opened_ = {};  // the file that is there now is opened next, which forgets what is known of this one
  return true;
}

void Segment::close() const {
  const std::lock_guard lock(mutex_);
  opened_ = {};
}

Result<SegmentHeader> Segment::header() const {
  AMONT_LET(const auto file, files_.open_for_reading(path_));
  std::string bytes(kSegmentHeaderBytes, '\0');
  AMONT_LET(const std::size_t got, file->read(0, std::span<char>(bytes)));
  return decode_segment_header(std::string_view(bytes).substr(0, got));
}

Result<std::uint64_t> Segment::bytes() const {
  AMONT_LET(const FileEntry entry, files_.stat(path_));
  return entry.size;
}

Result<ScanEnd> Segment::scan(std::uint64_t offset, TxNumber number, TxNumber last, const Visit& visit) const {
  AMONT_LET(const Opened open, opened());
  ForwardReader reader(*open.file, number <= last && last - number < kStride ? kSmallPiece : kLargePiece);
  std::string space;
  ScanEnd end{number, offset, {}};
  for (; end.number <= last; ++end.number) {
    AMONT_LET(const auto header, next_header(reader, end.offset, end.number, end.damage));
    if (!header) return end;
    AMONT_LET(const std::string_view frame, reader.at(end.offset, header->frame_bytes()));
    const Result<std::string_view> record = open_frame(*header, frame, open.salt, space);
    if (!record) {
      end.damage = record.status().text();
      return end;
    }
    note_in(open.salt, end.number, end.offset);
    AMONT_TRY(visit(*header, end.offset, *record));
    end.offset += header->frame_bytes();
  }
  return end;
}

Result<bool> Segment::proves_synced(std::uint64_t offset, TxNumber number) const {
  AMONT_LET(const Opened open, opened());
  AMONT_LET(const std::uint64_t size, open.file->size());
  // What looks like a frame costs a checksum. In a torn tail hardly anything does; in one where so much does, it is no
  // torn tail.
  std::uint64_t budget = 8 * (size - std::min(offset, size)) + (1 << 20);
  ForwardReader reader(*open.file, kLargePiece);
  while (offset < size && size - offset >= kFrameHeaderBytes) {
    AMONT_LET(const std::string_view ahead, reader.all_at(offset, kFrameHeaderBytes));
    if (ahead.size() < kFrameHeaderBytes) return false;  // cut meanwhile
    const std::size_t found = ahead.find(kFrameMagic);
    if (found != 0) {
      // What ends the piece may be the beginning of the magic.
      offset += found == std::string_view::npos ? ahead.size() - (kFrameMagic.size() - 1) : found;
      continue;
    }
    const Result<FrameHeader> header = decode_frame_header(ahead);
    if (header && header->group_first > number && header->frame_bytes() <= size - offset) {
      if (budget < header->frame_bytes()) return true;
      budget -= header->frame_bytes();
      AMONT_LET(const std::string_view frame, reader.at(offset, header->frame_bytes()));
      if (is_intact(*header, frame, open.salt)) return true;
    }
    ++offset;
  }
  return false;
}

void Segment::note(TxNumber number, std::uint64_t offset) const {
  if ((number - first_) % kStride != 0) return;
  const std::lock_guard lock(mutex_);
  if ((number - first_) / kStride == offsets_.size()) offsets_.push_back(offset);
}

void Segment::note_in(std::uint64_t salt, TxNumber number, std::uint64_t offset) const {
  if ((number - first_) % kStride != 0) return;
  const std::lock_guard lock(mutex_);
  if (salt == salt_ && (number - first_) / kStride == offsets_.size()) offsets_.push_back(offset);
}

std::pair<TxNumber, std::uint64_t> Segment::nearest(TxNumber number) const {
  const std::lock_guard lock(mutex_);
  if (offsets_.empty()) return {first_, kSegmentHeaderBytes};
  const std::uint64_t index = std::min<std::uint64_t>((number - first_) / kStride, offsets_.size() - 1);
  return {first_ + index * kStride, offsets_[index]};
}

// Goes from header to header, without a look at the records between.
Result<ScanEnd> Segment::skip_to(TxNumber number) const {
  AMONT_LET(const Opened open, opened());
  const auto [begin, offset] = nearest(number);
  ScanEnd end{begin, offset, {}};
  if (begin == number) return end;
  ForwardReader reader(*open.file, kSmallPiece);
  for (; end.number < number; ++end.number) {
    AMONT_LET(const auto header, next_header(reader, end.offset, end.number, end.damage));
    if (!header) return end;
    note_in(open.salt, end.number, end.offset);
    end.offset += header->frame_bytes();
  }
  return end;
}

Status Segment::read(TxNumber first, TxNumber last, const Visit& visit, TxNumber& damaged_at) const {
  constexpr int kAttempts = 8;
  for (int attempt = 1;; ++attempt) {
    const std::uint64_t before = generation();
    TxNumber stopped_at = 0;
    Status done = read_once(first, last, visit, stopped_at);
    if (stopped_at == 0 || attempt == kAttempts || !was_replaced_since(before)) {
      damaged_at = stopped_at;
      return done;
    }
    first = std::max(first, stopped_at);
  }
}

Status Segment::read_once(TxNumber first, TxNumber last, const Visit& visit, TxNumber& damaged_at) const {
  AMONT_LET(const ScanEnd start, skip_to(first));
  // A length that is wrong leads astray: then every record on the way is looked at, to find the one that is damaged.
  const auto [number, offset] = start.number == first ? std::pair(first, start.offset) : nearest(first);
  AMONT_LET(const ScanEnd end,
            scan(offset, number, last, [&](const FrameHeader& header, std::uint64_t at, std::string_view record) {
              return header.number < first ? Status() : visit(header, at, record);
            }));
  if (end.number > last) return {};
  damaged_at = end.number;
  return damaged(
      fmt::format("{}: {}", place(end.offset),
                  end.damage.empty() ? fmt::format("the file ends before transaction {}", end.number) : end.damage));
}

Result<std::uint64_t> Segment::offset_of(TxNumber number) const {
  AMONT_LET(const ScanEnd end, skip_to(number));
  if (end.number != number) return damaged(fmt::format("{}: transaction {} can't be found", place(end.offset), number));
  return end.offset;
}

}  // namespace amont
