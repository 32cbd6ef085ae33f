// Frames and segment headers: the bytes of log/*.seg. Numbers are big-endian; checksums are XXH3 (64 bits).
//
//   segment := header frame*
//   header  := "AMSG" version:u32=1 register:16 first:u64 previous_segment:u64 previous_root:32 salt:u64
//              checksum:u64                                                                            (88 bytes)
//   frame   := "AMTX" payload_bytes:u32 number:u64 group_first:u64 record_bytes:u32 compression:u32
//              checksum:u64 payload
//
// `previous_segment` is the first transaction of the segment before (0: there is none), `previous_root` the root of the
// log's tree over all transactions before `first`. `salt` is random. The header's checksum is of the 80 bytes before
// it, with seed 0; the frame's is of its payload, with a seed that is the checksum of the 32 bytes before it, with the
// salt as seed: so a frame is good in the one segment it was written to, and text that looks like a frame, or an old
// disk block, is none.
//
// The payload is the record (core/record/codec.h), as it is (compression 0) or as one zstd frame (1). `group_first` is
// the first transaction that was not known to be on disk when this frame was written: a good frame with group_first > n
// proves that transaction n was once on disk, so that losing it is damage and no torn tail.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "core/record/codec.h"

namespace amont {

inline constexpr std::size_t kSegmentHeaderBytes = 88;
inline constexpr std::size_t kFrameHeaderBytes = 40;
inline constexpr std::string_view kFrameMagic = "AMTX";

struct SegmentHeader {
  RegisterId register_id{};
  TxNumber first = 0;
  TxNumber previous_segment = 0;
  Digest previous_root{};
  std::uint64_t salt = 0;
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

  std::size_t frame_bytes() const { return kFrameHeaderBytes + payload_bytes; }
};
void append_frame(std::string& out, const EncodedRecord& record, TxNumber group_first, std::uint64_t salt);
// Checks only what can be checked without the payload.
Result<FrameHeader> decode_frame_header(std::string_view bytes);
// `frame` is header and payload. Only whether it is what was written in the segment of that salt.
bool is_intact(const FrameHeader& header, std::string_view frame, std::uint64_t salt);
// Checks it and gives the record's bytes: a view of `frame`, or of `space`, which then holds them.
Result<std::string_view> open_frame(const FrameHeader& header, std::string_view frame, std::uint64_t salt,
                                    std::string& space);

}  // namespace amont
