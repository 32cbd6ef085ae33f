#include "core/record/flat_put.h"

#include <algorithm>

#include "core/record/part_format.h"
#include "core/text/bytes.h"

namespace amont {
namespace {

constexpr std::size_t kVarintMax = 10;

// Writes where there is room for all that will come.
class RawWriter {
 public:
  explicit RawWriter(char* at) : at_(at) {}

  char* at() const { return at_; }
  void byte(std::uint8_t value) { *at_++ = static_cast<char>(value); }
  void bytes(std::string_view bytes) { at_ = std::copy(bytes.begin(), bytes.end(), at_); }
  void varint(std::uint64_t value) {
    for (; value >= 0x80; value >>= 7) byte(static_cast<std::uint8_t>(value | 0x80));
    byte(static_cast<std::uint8_t>(value));
  }
  void integer(std::int64_t value) { varint(zigzag(value)); }
  void text(std::string_view text) {
    varint(text.size());
    bytes(text);
  }
  void value(const FlatProperty& prop) {
    const auto number = static_cast<std::int64_t>(prop.bits);
    switch (prop.type) {
      case FlatProperty::Type::kText: byte(kText), text(prop.text); break;
      case FlatProperty::Type::kInteger: byte(kInteger), integer(number); break;
      case FlatProperty::Type::kReal:
        byte(kReal);
        for (int shift = 56; shift >= 0; shift -= 8) byte(static_cast<std::uint8_t>(prop.bits >> shift));
        break;
      case FlatProperty::Type::kBoolean: byte(prop.bits ? kTrue : kFalse); break;
      case FlatProperty::Type::kTime: byte(kTime), integer(number); break;
    }
  }
  void times(const FlatPut& put) {
    if (put.valid_from) integer(put.valid_from->micros);
    if (put.valid_to) integer(put.valid_to->micros);
  }

 private:
  char* at_;
};

std::uint8_t flags_of(const FlatPut& put) {
  return static_cast<std::uint8_t>((put.valid_from ? kFromSet : 0) | (put.valid_to ? kToSet : 0));
}

// `owner` writes how the sealed parts name the record, at most kOwnerMax bytes and the label.
constexpr std::size_t kOwnerMax = 1 + 4 * kVarintMax;

template <class Begin, class Owner>
void append_put(PartList& out, const FlatPut& put, Begin begin, Owner owner) {
  const std::size_t owner_bytes = kOwnerMax + put.label.size();
  std::size_t room = put.ref.size() + put.label.size() + 8 * kVarintMax;
  for (const FlatProperty& prop : put.props)
    room += 2 * prop.name.size() + prop.text.size() + 5 * kVarintMax + owner_bytes;
  const std::size_t before = out.bytes.size();
  out.bytes.resize(before + room);
  RawWriter to(out.bytes.data() + before);
  const auto end = [&] { out.ends.push_back(static_cast<std::uint32_t>(to.at() - out.bytes.data())); };
  begin(to);
  to.times(put);
  to.varint(put.props.size());
  for (const FlatProperty& prop : put.props) {
    to.text(prop.name);
    if (prop.sealed)
      to.byte(kSealedTag);
    else
      to.value(prop);
  }
  end();
  for (const FlatProperty& prop : put.props) {
    if (!prop.sealed) continue;
    to.byte(kSealed);
    owner(to);
    to.text(prop.name);
    to.value(prop);
    end();
  }
  out.bytes.resize(out.ends.back());
}

}  // namespace

std::uint64_t FlatPut::size() const {
  std::uint64_t sum = 40 + (is_edge ? label.size() : ref.size() - kind.size() - 1);
  for (const FlatProperty& prop : props)
    sum += prop.name.size() + 2 + (prop.type == FlatProperty::Type::kText ? prop.text.size() + 4 : 10);
  return sum;
}

void append_new_node(PartList& out, const FlatPut& put, NodeId id) {
  append_put(
      out, put,
      [&](RawWriter& to) {
        to.byte(kNodePut);
        to.byte(static_cast<std::uint8_t>(kBinds | kBegins | flags_of(put)));
        to.varint(number_of(id));
        to.text(put.ref);
      },
      [&](RawWriter& to) {
        to.byte(1);
        to.varint(number_of(id));
      });
}

void append_new_edge(PartList& out, const FlatPut& put, EdgeKind kind, NodeId from, NodeId to) {
  const auto edge = [&](RawWriter& at) {
    at.varint(number_of(kind));
    at.varint(number_of(from));
    at.varint(number_of(to));
    at.text(put.label);
  };
  append_put(
      out, put,
      [&](RawWriter& at) {
        at.byte(kEdgePut);
        at.byte(static_cast<std::uint8_t>(kBegins | flags_of(put)));
        edge(at);
      },
      [&](RawWriter& at) {
        at.byte(2);
        edge(at);
      });
}

}  // namespace amont
