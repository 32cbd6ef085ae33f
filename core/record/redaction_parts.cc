#include "core/record/redaction_parts.h"

#include <algorithm>

#include "core/record/put_parts.h"
#include "core/text/bytes.h"

namespace amont {

void append_redaction(std::string& out, const LoggedRedaction& redaction) {
  out.push_back(static_cast<char>(redaction.of));
  switch (redaction.of) {
    case LoggedRedaction::Of::kNode: append_varint(out, number_of(redaction.id)); break;
    case LoggedRedaction::Of::kEdge: append_edge(out, redaction.edge); break;
    case LoggedRedaction::Of::kHeading:
    case LoggedRedaction::Of::kRequest: append_varint(out, redaction.tx); break;
  }
  append_text(out, redaction.name);
  append_varint(out, redaction.only);
  append_erased(out, redaction.erased);
}

LoggedRedaction read_redaction(ByteReader& in) {
  LoggedRedaction redaction;
  redaction.of = static_cast<LoggedRedaction::Of>(in.u8());
  switch (redaction.of) {
    case LoggedRedaction::Of::kNode: redaction.id = NodeId(in.varint()); break;
    case LoggedRedaction::Of::kEdge: redaction.edge = read_edge(in); break;
    case LoggedRedaction::Of::kHeading:
    case LoggedRedaction::Of::kRequest: redaction.tx = in.varint(); break;
    default: in.fail();
  }
  redaction.name = in.text();
  redaction.only = in.varint();
  redaction.erased = read_erased(in);
  return redaction;
}

void append_erased(std::string& out, const std::vector<ErasedPart>& erased) {
  append_varint(out, erased.size());
  for (const ErasedPart& one : erased) {
    append_varint(out, one.tx);
    append_varint(out, one.part);
    append_varint(out, one.until);
    out.append(view_of(one.commitment));
  }
}

std::vector<ErasedPart> read_erased(ByteReader& in) {
  std::vector<ErasedPart> erased;
  for (std::uint64_t n = in.varint(); n > 0 && in.ok(); --n) {
    ErasedPart one;
    one.tx = in.varint();
    const std::uint64_t part = in.varint();
    if (part > UINT32_MAX) in.fail();
    one.part = static_cast<std::uint32_t>(part);
    one.until = in.varint();
    const std::string_view commitment = in.bytes(one.commitment.size());
    if (in.ok()) std::copy(commitment.begin(), commitment.end(), reinterpret_cast<char*>(one.commitment.data()));
    erased.push_back(one);
  }
  return erased;
}

}  // namespace amont
