#include "core/log/frame.h"

#include <cstring>
#include <memory>

#include <xxhash.h>
#include <zstd.h>

#include "core/text/bytes.h"

namespace amont {
namespace {

constexpr std::string_view kSegmentMagic = "AMSG";
constexpr std::uint32_t kVersion = 1, kPlain = 0, kZstd = 1;
constexpr std::size_t kCompressFrom = 512;  // shorter records do not gain
constexpr std::size_t kShort = 16 << 10;
constexpr int kLevel = 1, kLevelOfShort = -1;  // which is as good on a record of a kilobyte, in a third of the time
constexpr std::size_t kChecksumBytes = 8;

std::uint64_t frame_checksum(std::string_view header, std::string_view payload, std::uint64_t salt) {
  const std::uint64_t seed = XXH3_64bits_withSeed(header.data(), kFrameHeaderBytes - kChecksumBytes, salt);
  return XXH3_64bits_withSeed(payload.data(), payload.size(), seed);
}

// One for each thread: making one costs more than compressing a short record.
struct Zstd {
  struct Free {
    void operator()(ZSTD_CCtx* context) const { ZSTD_freeCCtx(context); }
    void operator()(ZSTD_DCtx* context) const { ZSTD_freeDCtx(context); }
  };
  std::unique_ptr<ZSTD_CCtx, Free> in{ZSTD_createCCtx()};
  std::unique_ptr<ZSTD_DCtx, Free> out{ZSTD_createDCtx()};
};
Zstd& zstd() {
  thread_local Zstd contexts;
  return contexts;
}

// Appends the record compressed, if that makes it shorter.
bool append_compressed(std::string& out, std::string_view record) {
  if (record.size() < kCompressFrom || !zstd().in) return false;
  const std::size_t begin = out.size();
  const std::size_t bound = ZSTD_compressBound(record.size());
  out.resize(begin + bound);
  const int level = record.size() < kShort ? kLevelOfShort : kLevel;
  const std::size_t size =
      ZSTD_compressCCtx(zstd().in.get(), out.data() + begin, bound, record.data(), record.size(), level);
  const bool shorter = !ZSTD_isError(size) && size < record.size();
  out.resize(shorter ? begin + size : begin);
  return shorter;
}

}  // namespace

std::string encode_segment_header(const SegmentHeader& header) {
  std::string out(kSegmentMagic);
  append_u32(out, kVersion);
  out.append(reinterpret_cast<const char*>(header.register_id.data()), header.register_id.size());
  append_u64(out, header.first);
  append_u64(out, header.previous_segment);
  out.append(view_of(header.previous_root));
  append_u64(out, header.salt);
  append_u64(out, XXH3_64bits(out.data(), out.size()));
  return out;
}

Result<SegmentHeader> decode_segment_header(std::string_view bytes) {
  if (bytes.size() < kSegmentHeaderBytes) return damaged("the segment's header is cut");
  ByteReader in(bytes.substr(0, kSegmentHeaderBytes));
  if (in.bytes(4) != kSegmentMagic) return damaged("this is no segment of a log");
  const std::uint32_t version = in.u32();
  SegmentHeader header;
  std::memcpy(header.register_id.data(), in.bytes(16).data(), 16);
  header.first = in.u64();
  header.previous_segment = in.u64();
  std::memcpy(header.previous_root.data(), in.bytes(32).data(), 32);
  header.salt = in.u64();
  if (in.u64() != XXH3_64bits(bytes.data(), kSegmentHeaderBytes - kChecksumBytes))
    return damaged("the segment's header does not match its checksum");
  if (version != kVersion)
    return Status(Code::kUnsupported, "a log segment of format " + std::to_string(version) + "; use a later Amont");
  return header;
}

void append_frame(std::string& out, const EncodedRecord& record, TxNumber group_first, std::uint64_t salt) {
  const std::size_t begin = out.size();
  out.resize(begin + kFrameHeaderBytes);
  const std::uint32_t compression = append_compressed(out, record.bytes) ? kZstd : kPlain;
  if (compression == kPlain) out.append(record.bytes);
  const std::string_view payload = std::string_view(out).substr(begin + kFrameHeaderBytes);
  std::string header(kFrameMagic);
  append_u32(header, static_cast<std::uint32_t>(payload.size()));
  append_u64(header, record.number);
  append_u64(header, group_first);
  append_u32(header, static_cast<std::uint32_t>(record.bytes.size()));
  append_u32(header, compression);
  append_u64(header, frame_checksum(header, payload, salt));
  std::memcpy(out.data() + begin, header.data(), kFrameHeaderBytes);
}

Result<FrameHeader> decode_frame_header(std::string_view bytes) {
  if (bytes.size() < kFrameHeaderBytes) return damaged("a record is cut");
  ByteReader in(bytes.substr(0, kFrameHeaderBytes));
  if (in.bytes(4) != kFrameMagic) return damaged("no record begins here");
  FrameHeader header;
  header.payload_bytes = in.u32();
  header.number = in.u64();
  header.group_first = in.u64();
  header.record_bytes = in.u32();
  header.compression = in.u32();
  header.checksum = in.u64();
  const bool sizes_fit = header.compression == kPlain  ? header.payload_bytes == header.record_bytes
                         : header.compression == kZstd ? header.payload_bytes < header.record_bytes
                                                       : false;
  if (!sizes_fit || header.record_bytes > kRecordSizeMax || header.group_first == 0 ||
      header.group_first > header.number)
    return damaged("a record's header makes no sense");
  return header;
}

bool is_intact(const FrameHeader& header, std::string_view frame, std::uint64_t salt) {
  return frame.size() == header.frame_bytes() &&
         frame_checksum(frame, frame.substr(kFrameHeaderBytes), salt) == header.checksum;
}

Result<std::string_view> open_frame(const FrameHeader& header, std::string_view frame, std::uint64_t salt,
                                    std::string& space) {
  if (frame.size() != header.frame_bytes()) return damaged("a record is cut");
  if (!is_intact(header, frame, salt)) return damaged("a record does not match its checksum");
  const std::string_view payload = frame.substr(kFrameHeaderBytes);
  if (header.compression == kPlain) return payload;
  // Looked at first, so that a size that only the header claims is never made room for.
  if (ZSTD_getFrameContentSize(payload.data(), payload.size()) != header.record_bytes)
    return damaged("a record's compressed size makes no sense");
  space.resize(header.record_bytes);
  const std::size_t size =
      ZSTD_decompressDCtx(zstd().out.get(), space.data(), space.size(), payload.data(), payload.size());
  if (ZSTD_isError(size) || size != space.size()) return damaged("a record can't be decompressed");
  return std::string_view(space);
}

}  // namespace amont
