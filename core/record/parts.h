// Parts: the canonical bytes of a transaction's content, one part for each changed record and one for each text that may have
// to be redacted alone. A plain layout (core/text/bytes.h) that a short program in any language can read. FORMAT.md tells it.
//
//   part    := kind:u8 body
//   0x01 node put       flags:u8 id:varint [ref:text if binds] [times] props
//   0x02 edge put       flags:u8 edge [times] props
//   0x03 node retract   id:varint
//   0x04 edge retract   edge
//   0x05 sealed value   owner:u8 (1 node: id:varint | 2 edge: edge) name:text value
//   0x06 schema growth  source:text count:varint noderow* count:varint edgerow*
//   0x07 rule put       name:text mode:u8 source:text count:varint (name:text value:text)*
//   0x08 rule removed   name:text
//   0x09 redaction      of:u8 (1 node: id:varint | 2 edge: edge | 3 heading, 4 request: tx:varint) name:text only:varint
//                       count:varint (tx:varint part:varint until:varint commitment:32)*
//   0x10 author text    0x11 reason text    0x12 source    0x13 idempotency key text    0x14 request digest, 32 bytes
//   0x15 findings of rules: count:varint (rule:text mode:u8 flags:u8 violations:varint count:varint id:varint*)*
//   0x16 again text
//   edge    := kind:varint from:varint to:varint label:text
//   flags   := 1 binds, 2 begins, 4 valid_from set, 8 valid_from cleared, 16 valid_to set, 32 valid_to cleared
//   times   := valid_from:signed if set, valid_to:signed if set (microseconds)
//   props   := count:varint (name:text value)*           sorted by name
//   value   := 0 removed | 1 text | 2 integer:signed | 3 real:8 bytes, IEEE 754 big-endian | 4 false | 5 true
//            | 6 timestamp:signed | 7 list count:varint value* | 8 sealed: the value is in a part of its own, which follows
//
// Sealed are the text values, and the lists with text in them, that the schema does not mark plain.
#pragma once

#include <functional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "core/record/logged.h"

namespace amont {

// Parts of one transaction, end to end in one buffer.
struct PartList {
  std::string bytes;
  std::vector<std::uint32_t> ends;  // ends[i] is where part i ends in `bytes`

  std::size_t size() const { return ends.size(); }
  bool empty() const { return ends.empty(); }
  void clear() {
    bytes.clear();
    ends.clear();
  }
  // Keeps the first so many.
  void cut(std::size_t parts) {
    ends.resize(parts);
    bytes.resize(parts == 0 ? 0 : ends.back());
  }
  void append(const PartList& more) {
    const auto before = static_cast<std::uint32_t>(bytes.size());
    bytes.append(more.bytes);
    ends.reserve(ends.size() + more.size());
    for (const std::uint32_t end : more.ends) ends.push_back(before + end);
  }
  std::string_view operator[](std::size_t i) const {
    const std::uint32_t begin = i == 0 ? 0 : ends[i - 1];
    return std::string_view(bytes).substr(begin, ends[i] - begin);
  }
};

// The heading's parts, then each change's, in order. `kinds`: of the nodes that it puts, one for each put, which decide what is
// plain.
PartList encode_parts(const LoggedTransaction& transaction, const Schema& schema, std::span<const NodeKind> kinds);
// Appends the parts of one change. `kind`: of the node that it puts.
void append_change(PartList& out, const LoggedChange& change, const Schema& schema, NodeKind kind);
// The kinds for encode_parts().
std::vector<NodeKind> kinds_of_puts(const LoggedTransaction& transaction,
                                    const std::function<NodeKind(NodeId)>& kind_of);
// Fills everything but `head`. kDamaged when the bytes are not what encode_parts gives. A part of length 0 is redacted: a text of
// the heading is then empty, a sealed value removed; nothing else can be.
Status decode_parts(const PartList& parts, LoggedTransaction& out);

// Fills only what the heading says; how many parts it has. kDamaged.
Result<std::size_t> decode_heading(const PartList& parts, LoggedTransaction& out);
// How many changes there are in parts that decode_parts() takes.
std::size_t count_changes(const PartList& parts);

// What a put's own part says of the record and of its properties, in order.
struct PutOutline {
  bool is_edge = false;
  bool begins = false;
  NodeId id{};        // the node's
  EdgeIdentity edge;  // the edge's
  struct Named {
    std::string name;
    bool is_sealed = false;
    bool is_removed = false;
  };
  std::vector<Named> props;
};
Result<PutOutline> outline_put(std::string_view part);

// Whether the part is a redaction, for decode_change().
bool is_redaction(std::string_view part);

// The one change whose parts lie end to end in `bytes`.
Result<LoggedChange> decode_change(std::string_view bytes);

// A digest of a request as it came, for idempotency keys.
Digest digest_of(const Transaction& request);

}  // namespace amont
