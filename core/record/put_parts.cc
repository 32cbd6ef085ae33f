#include "core/record/put_parts.h"

#include "core/record/part_format.h"
#include "core/record/value_parts.h"
#include "core/text/bytes.h"

namespace amont {

void append_edge(std::string& out, const EdgeIdentity& edge) {
  append_varint(out, number_of(edge.kind));
  append_varint(out, number_of(edge.from));
  append_varint(out, number_of(edge.to));
  append_text(out, edge.label);
}

EdgeIdentity read_edge(ByteReader& in) {
  EdgeIdentity edge;
  const std::uint64_t kind = in.varint();
  if (kind > 0xffff) in.fail();
  edge.kind = EdgeKind(static_cast<std::uint16_t>(kind));
  edge.from = NodeId(in.varint());
  edge.to = NodeId(in.varint());
  edge.label = read_label(in);
  return edge;
}

std::uint8_t time_flags(const TimeChange& from, const TimeChange& to) {
  std::uint8_t flags = 0;
  if (from) flags |= *from ? kFromSet : kFromCleared;
  if (to) flags |= *to ? kToSet : kToCleared;
  return flags;
}

void append_times(std::string& out, const TimeChange& from, const TimeChange& to) {
  if (from && *from) append_signed(out, (*from)->micros);
  if (to && *to) append_signed(out, (*to)->micros);
}

// An end is set or cleared, not both; what binds a name begins; an edge binds none.
std::uint8_t read_put_flags(ByteReader& in, bool is_edge) {
  const std::uint8_t flags = in.u8();
  const auto has = [&](int bits) { return (flags & bits) == bits; };
  if (flags > 63 || has(kFromSet | kFromCleared) || has(kToSet | kToCleared)) in.fail();
  if ((flags & kBinds) && (is_edge || !(flags & kBegins))) in.fail();
  return flags;
}

void read_times(ByteReader& in, std::uint8_t flags, TimeChange& from, TimeChange& to) {
  if (flags & kFromSet) from = read_timestamp(in);
  if (flags & kFromCleared) from = std::optional<Timestamp>();
  if (flags & kToSet) to = read_timestamp(in);
  if (flags & kToCleared) to = std::optional<Timestamp>();
}

}  // namespace amont
