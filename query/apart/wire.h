// What goes between a process and the child that runs a script for it, as bytes. fields.h tells the layout, once for both
// directions: numbers are 8 bytes, little-endian; texts and lists are their count and their content.
//
// What comes from a child is from a stranger: whatever the bytes, decoding ends with a value that renderers can be handed, or with
// kInvalid, and takes no more memory than told.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "amont/script.h"

namespace amont {

// Compared by both sides; another number for another layout.
inline constexpr std::uint64_t kApartLayout = 1;
std::string encode_layout();

struct ApartRequest {
  std::string store;
  TxNumber tx = 0;
  std::string name;
  std::string source;
  ScriptArguments arguments;
  ScriptRunLimits limits;
  std::uint64_t store_memory_bytes = 0;  // Options::memory_bytes of the store
};

std::string encode_request(const ApartRequest& request);
Result<ApartRequest> decode_request(std::string_view bytes);

std::string encode_status(const Status& status);
// Fills `status`, never with kOk.
Status decode_status(std::string_view bytes, Status* status);

std::string encode_report(const Report& report);
struct ReportCaps {
  std::uint64_t rows_max = 0;
  std::uint64_t bytes_max = 0;  // of memory that the report may take
  std::uint64_t ids = 0;        // how many nodes the register knows
};
// Without known_at and script_sha256, which the child is not asked for.
Result<Report> decode_report(std::string_view bytes, const ReportCaps& caps);

}  // namespace amont
