// A record's header and parts as proofs are made of them. What reads them is beside the rest of the codec (core/record/codec.cc).
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "core/record/codec.h"

namespace amont {

// A record with all that proofs of its parts need.
struct ProvableRecord {
  std::string header;  // as it is hashed
  PartList parts;      // a redacted one has length 0
  Salts salts;
  std::vector<Digest> commitments;  // of each part, redacted ones too
};
// Checks the parts' root, too.
Result<ProvableRecord> read_provable_record(std::string_view bytes);

// What a header says. kDamaged, kUnsupported.
struct Header {
  LoggedHead head;
  std::uint32_t parts = 0;
  Digest parts_root{};
};
Result<Header> decode_header(std::string_view bytes);

}  // namespace amont
