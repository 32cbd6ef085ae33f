// Frames and segment headers: the bytes of log/*.seg. Numbers are big-endian; checksums are XXH3 (64 bits) of what stands before
// them and, for a frame, of its payload.
//
//   segment := header frame*
//   header  := "AMSG" version:u32=1 register:16 first:u64 previous_segment:u64 previous_root:32 checksum:u64        (80 bytes)
//   frame   := "AMTX" payload_bytes:u32 number:u64 group_first:u64 record_bytes:u32 compression:u32 checksum:u64 payload
//
// The payload is the record (core/record/codec.h), as it is (compression 0) or as one zstd frame (1). `group_first` is the first
// transaction that was not known to be on disk when this frame was written: a good frame with group_first > n proves that
// transaction n was once on disk, so that losing it is damage and no torn tail.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "core/record/codec.h"

namespace amont {

inline constexpr std::size_t kSegmentHeaderBytes = 80;
inline constexpr std::size_t kFrameHeaderBytes = 40;

struct SegmentHeader {
  RegisterId register_id{};
  TxNumber first = 0;
  TxNumber previous_segment = 0;  // that segment's first; 0 for the first of all
  Digest previous_root{};         // of the log's tree before `first`
};
std::string encode_segment_header(const SegmentHeader& header);
// kDamaged says what misfits.
Result<SegmentHeader> decode_segment_header(std::string_view bytes);

struct FrameHeader {
  std::uint32_t payload_bytes = 0;
  TxNumber number = 0;
  TxNumber group_first = 0;
  std::uint32_t record_bytes = 0;
  std::uint32_t compression = 0;
  std::uint64_t checksum = 0;
};
void append_frame(std::string& out, const EncodedRecord& record, TxNumber group_first);
// Checks only what can be checked without the payload.
Result<FrameHeader> decode_frame_header(std::string_view bytes);
// `frame` is header and payload. The record's bytes.
Result<std::string> open_frame(const FrameHeader& header, std::string_view frame);

}  // namespace amont
