#include "core/record/added.h"

#include <algorithm>

#include "core/record/part_format.h"
#include "core/text/bytes.h"

namespace amont {
namespace {

// Of how many bytes a value is; 0 when it is none.
std::size_t value_bytes(std::string_view bytes) {
  ByteReader in(bytes);
  std::uint64_t left = 1;  // scalars
  for (bool in_list = false; left > 0 && in.ok(); --left) {
    switch (in.u8()) {
      case kText: in.text(); break;
      case kInteger:
      case kTime: in.varint(); break;
      case kReal: in.u64(); break;
      case kFalse:
      case kTrue: break;
      case kList:
        if (in_list) return 0;
        in_list = true;
        left += in.varint();
        break;
      default: return 0;
    }
  }
  return in.ok() ? bytes.size() - in.left() : 0;
}

}  // namespace

bool only_adds(const PartList& parts) {
  for (std::size_t i = 0; i < parts.size(); ++i) {
    const std::string_view part = parts[i];
    if (part.size() < 2) return false;
    const auto kind = static_cast<std::uint8_t>(part[0]);
    const bool adds = kind == kNodePut   ? part[1] & kBinds
                      : kind == kEdgePut ? part[1] & kBegins
                                         : kind == kSealed || kind >= kAuthor;
    if (!adds) return false;
  }
  return true;
}

Result<bool> AddedReader::next(Added& out) {
  if (at_ == parts_.size()) return false;
  const std::size_t part = at_++;
  ByteReader in(parts_[part]);
  const std::uint8_t kind = in.u8(), flags = in.u8();
  out = {};
  out.is_edge = kind == kEdgePut;
  out.has_from = flags & kFromSet;
  out.has_to = flags & kToSet;
  const std::size_t identity = in.left();
  if (out.is_edge) {
    const std::uint64_t edge_kind = in.varint();
    if (edge_kind > 0xffff) in.fail();
    out.kind = EdgeKind(static_cast<std::uint16_t>(edge_kind));
    out.from = NodeId(in.varint());
    out.to = NodeId(in.varint());
    out.label = in.text();
  } else {
    out.id = NodeId(in.varint());
  }
  owner_.assign(1, out.is_edge ? 2 : 1).append(parts_[part].substr(2, identity - in.left()));
  if (!out.is_edge) out.ref = in.text();
  const bool is_put = out.is_edge || kind == kNodePut;
  if (!is_put || !read_details(in, out, owner_))
    return damaged("part " + std::to_string(part) + " does not fit this format");
  return true;
}

// The bytes lie there already, unless there are values with parts of their own.
bool AddedReader::read_details(ByteReader& in, Added& out, std::string_view owner) {
  const std::string_view all = in.rest();
  std::size_t copied = 0;  // of them, into details_
  details_.clear();
  if (out.has_from) in.varint();
  if (out.has_to) in.varint();
  out.prop_count = in.varint();
  for (std::uint64_t left = out.prop_count; left > 0 && in.ok(); --left) {
    const std::string_view name = in.text();
    const std::size_t value_at = all.size() - in.left();
    if (in.left() == 0) return false;
    if (static_cast<std::uint8_t>(all[value_at]) != kSealedTag) {
      const std::size_t size = value_bytes(all.substr(value_at));
      if (size == 0) return false;
      in.bytes(size);
      continue;
    }
    in.u8();
    details_.append(all, copied, value_at - copied);
    copied = value_at + 1;
    if (!take_sealed(owner, name)) return false;
  }
  if (!in.finished()) return false;
  out.details = copied == 0 ? all : std::string_view(details_.append(all, copied));
  return true;
}

bool AddedReader::take_sealed(std::string_view owner, std::string_view name) {
  if (at_ == parts_.size()) return false;
  ByteReader in(parts_[at_++]);
  if (in.u8() != kSealed || in.bytes(owner.size()) != owner || in.text() != name) return false;
  const std::string_view value = in.rest();
  if (value.empty() || value_bytes(value) != value.size()) return false;
  details_.append(value);
  return true;
}

}  // namespace amont
