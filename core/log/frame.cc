#include "core/log/frame.h"

#include <cstring>

#include <xxhash.h>
#include <zstd.h>

#include "core/text/bytes.h"

namespace amont {
namespace {

constexpr std::string_view kSegmentMagic = "AMSG", kFrameMagic = "AMTX";
constexpr std::uint32_t kVersion = 1, kPlain = 0, kZstd = 1;
constexpr std::size_t kCompressFrom = 512;  // shorter records do not gain

std::uint64_t frame_checksum(std::string_view header, std::string_view payload) {
  return XXH3_64bits_withSeed(payload.data(), payload.size(), XXH3_64bits(header.data(), header.size()));
}

}  // namespace

std::string encode_segment_header(const SegmentHeader& header) {
  std::string out(kSegmentMagic);
  append_u32(out, kVersion);
  out.append(reinterpret_cast<const char*>(header.register_id.data()), header.register_id.size());
  append_u64(out, header.first);
  append_u64(out, header.previous_segment);
  out.append(view_of(header.previous_root));
  append_u64(out, XXH3_64bits(out.data(), out.size()));
  return out;
}

Result<SegmentHeader> decode_segment_header(std::string_view bytes) {
  if (bytes.size() < kSegmentHeaderBytes) return damaged("the segment's header is cut");
  if (bytes.substr(0, 4) != kSegmentMagic) return damaged("this is no segment of a log");
  ByteReader in(bytes.substr(4, kSegmentHeaderBytes - 4));
  const std::uint32_t version = in.u32();
  SegmentHeader header;
  std::memcpy(header.register_id.data(), in.bytes(16).data(), 16);
  header.first = in.u64();
  header.previous_segment = in.u64();
  std::memcpy(header.previous_root.data(), in.bytes(32).data(), 32);
  if (in.u64() != XXH3_64bits(bytes.data(), kSegmentHeaderBytes - 8)) return damaged("the segment's header does not match its checksum");
  if (version != kVersion) return Status(Code::kUnsupported, "a log segment of format " + std::to_string(version) + "; upgrade Amont");
  return header;
}

void append_frame(std::string& out, const EncodedRecord& record, TxNumber group_first) {
  const std::size_t begin = out.size();
  out.resize(begin + kFrameHeaderBytes);
  std::uint32_t compression = kPlain;
  if (record.bytes.size() >= kCompressFrom) {
    const std::size_t bound = ZSTD_compressBound(record.bytes.size());
    out.resize(begin + kFrameHeaderBytes + bound);
    const std::size_t size = ZSTD_compress(out.data() + begin + kFrameHeaderBytes, bound, record.bytes.data(), record.bytes.size(), 1);
    if (!ZSTD_isError(size) && size < record.bytes.size()) {
      compression = kZstd;
      out.resize(begin + kFrameHeaderBytes + size);
    } else {
      out.resize(begin + kFrameHeaderBytes);
    }
  }
  if (compression == kPlain) out.append(record.bytes);
  std::string header(kFrameMagic);
  append_u32(header, static_cast<std::uint32_t>(out.size() - begin - kFrameHeaderBytes));
  append_u64(header, record.number);
  append_u64(header, group_first);
  append_u32(header, static_cast<std::uint32_t>(record.bytes.size()));
  append_u32(header, compression);
  append_u64(header, frame_checksum(header, std::string_view(out).substr(begin + kFrameHeaderBytes)));
  std::memcpy(out.data() + begin, header.data(), kFrameHeaderBytes);
}

Result<FrameHeader> decode_frame_header(std::string_view bytes) {
  if (bytes.size() < kFrameHeaderBytes) return damaged("a record is cut");
  if (bytes.substr(0, 4) != kFrameMagic) return damaged("no record begins here");
  ByteReader in(bytes.substr(4, kFrameHeaderBytes - 4));
  FrameHeader header;
  header.payload_bytes = in.u32();
  header.number = in.u64();
  header.group_first = in.u64();
  header.record_bytes = in.u32();
  header.compression = in.u32();
  header.checksum = in.u64();
  if (header.record_bytes > kRecordSizeMax || header.payload_bytes > header.record_bytes || header.compression > kZstd)
    return damaged("a record's header makes no sense");
  return header;
}

Result<std::string> open_frame(const FrameHeader& header, std::string_view frame) {
  if (frame.size() != kFrameHeaderBytes + header.payload_bytes) return damaged("a record is cut");
  const std::string_view payload = frame.substr(kFrameHeaderBytes);
  if (frame_checksum(frame.substr(0, kFrameHeaderBytes - 8), payload) != header.checksum)
    return damaged("a record does not match its checksum");
  if (header.compression == kPlain) return std::string(payload);
  std::string record(header.record_bytes, '\0');
  const std::size_t size = ZSTD_decompress(record.data(), record.size(), payload.data(), payload.size());
  if (ZSTD_isError(size) || size != record.size()) return damaged("a record can't be decompressed");
  return record;
}

}  // namespace amont
