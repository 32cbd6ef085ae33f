#include "core/record/heading_parts.h"

#include <algorithm>

#include "core/record/part_format.h"
#include "core/record/rule_parts.h"
#include "core/record/value_parts.h"
#include "core/text/bytes.h"

namespace amont {
namespace {

// What is empty has no part.
std::string read_told(ByteReader& in, std::size_t bytes_max = kTextBytesMax) {
  const std::string_view text = read_text(in, bytes_max);
  if (text.empty()) in.fail();
  return std::string(text);
}

Source read_source(ByteReader& in) {
  Source source;
  source.format = read_text(in);
  source.file = read_text(in);
  source.sha256 = read_text(in);
  if (const std::uint64_t number = in.varint()) source.original_number = number - 1;
  const std::uint8_t has_time = in.u8();
  if (has_time) source.original_time = read_timestamp(in);
  if (has_time > 1 || source.empty()) in.fail();
  return source;
}

Digest read_request(ByteReader& in) {
  Digest request{};
  const std::string_view bytes = in.bytes(request.size());
  if (in.ok()) std::copy(bytes.begin(), bytes.end(), reinterpret_cast<char*>(request.data()));
  return request;
}

}  // namespace

void append_source(std::string& out, const Source& source) {
  append_text(out, source.format);
  append_text(out, source.file);
  append_text(out, source.sha256);
  append_varint(out, source.original_number ? *source.original_number + 1 : 0);
  out.push_back(source.original_time ? 1 : 0);
  if (source.original_time) append_signed(out, source.original_time->micros);
}

void read_heading(ByteReader& in, std::uint8_t kind, LoggedTransaction& out) {
  switch (kind) {
    case kAuthor: out.author = read_told(in); return;
    case kReason: out.reason = read_told(in); return;
    case kSource: out.source = read_source(in); return;
    case kIdempotencyKey: out.idempotency_key = read_told(in, kKeyBytesMax); return;
    case kRequest: out.request = read_request(in); return;
    case kFindings: out.findings = read_findings(in); return;
    case kAgain: out.again = read_told(in); return;
    default: in.fail();
  }
}

}  // namespace amont
