#include "core/index/records.h"

#include <algorithm>

#include "core/record/value_parts.h"
#include "core/text/bytes.h"

namespace amont {
namespace {

constexpr std::uint8_t kAlive = 1, kFrom = 2, kTo = 4;

std::uint8_t flags_of(const Interval& valid) {
  return static_cast<std::uint8_t>((valid.from ? kFrom : 0) | (valid.to ? kTo : 0));
}
void append_interval(std::string& out, const Interval& valid) {
  if (valid.from) append_signed(out, valid.from->micros);
  if (valid.to) append_signed(out, valid.to->micros);
}
Interval read_interval(ByteReader& in, std::uint8_t flags) {
  Interval valid;
  if (flags & kFrom) valid.from = Timestamp{in.signed_varint()};
  if (flags & kTo) valid.to = Timestamp{in.signed_varint()};
  return valid;
}

// What a put leaves where nothing was before.
void append_details(std::string& out, const TimeChange& from, const TimeChange& to,
                    const std::vector<PropertyChange>& props) {
  append_interval(out, {from.value_or(std::nullopt), to.value_or(std::nullopt)});
  append_varint(out, static_cast<std::uint64_t>(std::ranges::count_if(
                         props, [](const PropertyChange& one) { return one.value.has_value(); })));
  for (const PropertyChange& one : props) {
    if (!one.value) continue;
    append_text(out, one.name);
    append_value(out, *one.value);
  }
}
std::uint8_t flags_of(const TimeChange& from, const TimeChange& to) {
  return flags_of(Interval{from.value_or(std::nullopt), to.value_or(std::nullopt)});
}
std::uint8_t flags_of(const Added& added) {
  return static_cast<std::uint8_t>((added.has_from ? kFrom : 0) | (added.has_to ? kTo : 0));
}

bool change_time(std::optional<Timestamp>& time, const TimeChange& change) {
  if (!change || time == *change) return false;
  time = *change;
  return true;
}

}  // namespace

std::string encode(const NodeVersion& version) {
  std::string out;
  append_varint(out, version.tx);
  append_varint(out, version.previous);
  out.push_back(static_cast<char>((version.alive ? kAlive : 0) | flags_of(version.valid)));
  append_varint(out, number_of(version.kind));
  append_text(out, version.key);
  append_interval(out, version.valid);
  append_properties(out, version.props);
  return out;
}

std::string encode(const EdgeVersion& version) {
  std::string out;
  append_varint(out, version.tx);
  append_varint(out, version.previous);
  append_varint(out, version.begin);
  out.push_back(static_cast<char>(flags_of(version.valid)));
  append_interval(out, version.valid);
  append_properties(out, version.props);
  return out;
}

void append_first_version(std::string& out, TxNumber tx, NodeKind kind, std::string_view key,
                          const LoggedNodePut& put) {
  append_varint(out, tx);
  append_varint(out, 0);
  out.push_back(static_cast<char>(kAlive | flags_of(put.valid_from, put.valid_to)));
  append_varint(out, number_of(kind));
  append_text(out, key);
  append_details(out, put.valid_from, put.valid_to, put.props);
}

void append_first_version(std::string& out, TxNumber tx, NodeKind kind, std::string_view key, const Added& node) {
  append_varint(out, tx);
  append_varint(out, 0);
  out.push_back(static_cast<char>(kAlive | flags_of(node)));
  append_varint(out, number_of(kind));
  append_text(out, key);
  out.append(node.details);
}

void append_first_version(std::string& out, TxNumber tx, const Added& edge) {
  append_varint(out, tx);
  append_varint(out, 0);
  append_varint(out, tx);
  out.push_back(static_cast<char>(flags_of(edge)));
  out.append(edge.details);
}

Result<NodeVersion> decode_node_version(std::string_view bytes) {
  ByteReader in(bytes);
  NodeVersion version;
  version.tx = in.varint();
  version.previous = in.varint();
  const std::uint8_t flags = in.u8();
  version.alive = flags & kAlive;
  version.kind = NodeKind(static_cast<std::uint16_t>(in.varint()));
  version.key = in.text();
  version.valid = read_interval(in, flags);
  version.props = read_properties(in);
  if (!in.finished()) return damaged("a node's record in the index is no such record; run `amont rebuild`");
  return version;
}

Result<NodeName> decode_node_name(std::string_view bytes) {
  ByteReader in(bytes);
  in.varint();  // tx
  in.varint();  // previous
  in.u8();      // flags
  NodeName name;
  name.kind = NodeKind(static_cast<std::uint16_t>(in.varint()));
  name.key = in.text();
  if (!in.ok()) return damaged("a node's record in the index is no such record; run `amont rebuild`");
  return name;
}

Result<EdgeVersion> decode_edge_version(std::string_view bytes) {
  ByteReader in(bytes);
  EdgeVersion version;
  version.tx = in.varint();
  version.previous = in.varint();
  version.begin = in.varint();
  version.valid = read_interval(in, in.u8());
  version.props = read_properties(in);
  if (!in.finished()) return damaged("an edge's record in the index is no such record; run `amont rebuild`");
  return version;
}

bool merge_properties(Properties& props, const std::vector<PropertyChange>& changes) {
  bool changed = false;
  for (const PropertyChange& change : changes) {
    const auto at =
        std::lower_bound(props.begin(), props.end(), change.name,
                         [](const Property& property, const std::string& name) { return property.name < name; });
    const bool present = at != props.end() && at->name == change.name;
    if (!change.value) {
      if (present) props.erase(at);
      changed |= present;
    } else if (!present) {
      props.insert(at, {change.name, *change.value});
      changed = true;
    } else if (at->value != *change.value) {
      at->value = *change.value;
      changed = true;
    }
  }
  return changed;
}

bool merge_times(Interval& valid, const TimeChange& from, const TimeChange& to) {
  const bool changed = change_time(valid.from, from);
  return change_time(valid.to, to) || changed;
}

}  // namespace amont
