// The codec: a transaction to the bytes of its record and back. With its source the only file that sees Cap'n Proto.
//
// header := version:u8=1 kind:u8 reserved:u16=0 parts:u32 register:16 number:u64 time:i64 batch:u64 next_node_id:u64
//           schema_version:u32 reserved:u32=0 previous_root:32 parts_root:32 state_root:32=0      (160 bytes, big-endian)
//
// The transaction's leaf in the log's tree is the RFC 6962 leaf hash of the header. parts_root is the RFC 6962 root over the
// parts, part i being the leaf of salt_i ‖ bytes_i (core/record/salts.h). state_root is reserved.
#pragma once

#include <span>
#include <string>
#include <string_view>

#include "core/record/logged.h"
#include "core/record/parts.h"
#include "core/record/salts.h"

namespace amont {

inline constexpr std::size_t kHeaderBytes = 160;
inline constexpr std::size_t kRecordSizeMax = 512ull << 20;  // of one record, uncompressed

struct EncodedRecord {
  TxNumber number = 0;
  std::string bytes;  // canonical Cap'n Proto words
  Digest leaf{};
};

// kLimit when the record would be larger than kRecordSizeMax.
Result<EncodedRecord> encode_record(const LoggedHead& head, const PartList& parts, const Digest& seed);

struct PartCommitment {
  std::uint32_t part = 0;
  Digest commitment{};
  bool operator==(const PartCommitment&) const = default;
};

// The same record without these parts (ascending), which must be there: each leaves its commitment, and its salt can't be derived
// any more. The leaf stays. kDamaged when the bytes are no record, kInvalid when a part is not there.
struct RedactedRecord {
  EncodedRecord record;
  std::vector<PartCommitment> gone;  // of these parts
};
Result<RedactedRecord> redact_record(std::string_view bytes, std::span<const std::uint32_t> parts);

// A record as its parts, not yet read.
struct SplitRecord {
  LoggedHead head;
  Digest leaf{};
  PartList parts;
  std::vector<PartCommitment> gone;  // the parts that were redacted; ascending
};

struct DecodedRecord {
  LoggedTransaction transaction;
  Digest leaf{};
  std::uint32_t part_count = 0;
};

// `check_hashes` derives all salts and compares the parts' root with the header's. kDamaged says what misfits; kUnsupported is a
// record of a newer format.
Result<DecodedRecord> decode_record(std::string_view bytes, bool check_hashes);
Result<SplitRecord> split_record(std::string_view bytes, bool check_hashes);

// The head and leaf alone, for scans that need no parts.
struct RecordHead {
  LoggedHead head;
  Digest leaf{};
};
Result<RecordHead> decode_head(std::string_view bytes);

}  // namespace amont
