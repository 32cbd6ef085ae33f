#include "core/exchange/deferred.h"

#include <algorithm>
#include <functional>
#include <utility>
#include <vector>

#include "core/record/value_parts.h"
#include "core/text/bytes.h"

namespace amont {
namespace {

// entry := tag:u8 line:varint column:varint file:text record:text, then
//   put edge (0)      edge props times
//   retract edge (1)  edge
//   reject (2)        reason:text
// edge  := kind:text from_kind:text from_key:text to_kind:text to_key:text label:text
// props := count:varint (name:text removed:u8 [value])*
// times := for valid_from, then valid_to: 0 keep | 1 clear | 2 set micros:signed

std::uint64_t mark_of(std::initializer_list<std::string_view> texts) {
  std::uint64_t hash = 0;
  for (const std::string_view text : texts) hash = (hash ^ std::hash<std::string_view>()(text)) * 0x9e3779b97f4a7c15ull;
  return hash;
}

void append_time(std::string& out, const TimeChange& change) {
  out.push_back(static_cast<char>(!change ? 0 : !*change ? 1 : 2));
  if (change && *change) append_signed(out, (*change)->micros);
}

TimeChange read_time(ByteReader& in) {
  switch (in.u8()) {
    case 0: return {};
    case 1: return TimeChange(std::in_place);
    default: return TimeChange(Timestamp{in.signed_varint()});
  }
}

template <class Edge>
void append_edge(std::string& out, const Edge& edge) {
  for (const std::string* text :
       {&edge.kind, &edge.from.kind, &edge.from.key, &edge.to.kind, &edge.to.key, &edge.label})
    append_text(out, *text);
}

template <class Edge>
void read_edge(ByteReader& in, Edge& edge) {
  for (std::string* text : {&edge.kind, &edge.from.kind, &edge.from.key, &edge.to.kind, &edge.to.key, &edge.label})
    *text = in.text();
}

void append_what(std::string& out, const PutEdge& edge) {
  append_edge(out, edge);
  append_varint(out, edge.props.size());
  for (const PropertyChange& change : edge.props) {
    append_text(out, change.name);
    out.push_back(static_cast<char>(change.value.has_value()));
    if (change.value) append_value(out, *change.value);
  }
  append_time(out, edge.valid_from);
  append_time(out, edge.valid_to);
}
void append_what(std::string& out, const RetractEdge& edge) { append_edge(out, edge); }
void append_what(std::string& out, const DeferredReject& reject) { append_text(out, reject.reason); }

PutEdge read_put(ByteReader& in) {
  PutEdge edge;
  read_edge(in, edge);
  for (std::uint64_t left = in.varint(); left > 0 && in.ok(); --left) {
    PropertyChange& change = edge.props.emplace_back();
    change.name = in.text();
    if (in.u8()) change.value = read_value(in);
  }
  edge.valid_from = read_time(in);
  edge.valid_to = read_time(in);
  return edge;
}

RetractEdge read_retraction(ByteReader& in) {
  RetractEdge edge;
  read_edge(in, edge);
  return edge;
}

// A mark is its own hash, and what is put aside of it has no value.
SortedRuns::Entry entry_of(const std::uint64_t& mark) {
  return {static_cast<std::uint32_t>(mark >> 32), 0, {reinterpret_cast<const char*>(&mark), sizeof mark}, {}};
}

}  // namespace

template <class Edge>
std::uint64_t DeferredQueue::mark(const Edge& edge) {
  return mark_of({edge.kind, edge.from.kind, edge.from.key, edge.to.kind, edge.to.key, edge.label});
}
std::uint64_t DeferredQueue::mark(const FlatPut& edge) {
  const auto kind_of = [](std::string_view ref) { return ref.substr(0, ref.find(':')); };
  const auto key_of = [](std::string_view ref) { return ref.substr(ref.find(':') + 1); };
  return mark_of({edge.kind, kind_of(edge.ref), key_of(edge.ref), kind_of(edge.to), key_of(edge.to), edge.label});
}
Result<bool> DeferredQueue::holds(std::uint64_t mark) const {
  if (edges_.contains(mark) || more_edges_.empty()) return edges_.contains(mark);
  const SortedRuns::Entry wanted = entry_of(mark);
  std::string none;
  return more_edges_.find(wanted.tag, wanted.space, wanted.key, none);
}

Status DeferredQueue::add(std::uint64_t mark) {
  if (!edges_.insert(mark).second || edges_.size() < marks_max_) return {};
  std::vector<SortedRuns::Entry> entries;
  for (const std::uint64_t& one : edges_) entries.push_back(entry_of(one));
  std::ranges::sort(entries, [](const auto& one, const auto& other) { return one.is_before(other); });
  auto next = entries.begin();
  AMONT_TRY(more_edges_.add(entries.size(), [&](SortedRuns::Entry& entry) -> Result<bool> {
    if (next == entries.end()) return false;
    entry = *next++;
    return true;
  }));
  edges_.clear();
  return {};
}

template std::uint64_t DeferredQueue::mark(const PutEdge&);
template std::uint64_t DeferredQueue::mark(const RetractEdge&);

Status DeferredQueue::push(const Deferred& entry) {
  packed_.clear();
  packed_.push_back(static_cast<char>(entry.what.index()));
  append_varint(packed_, entry.line);
  append_varint(packed_, entry.column);
  append_text(packed_, entry.file);
  append_text(packed_, entry.record);
  std::visit([&](const auto& what) { append_what(packed_, what); }, entry.what);
  if (const auto* put = std::get_if<PutEdge>(&entry.what)) AMONT_TRY(add(mark(*put)));
  if (const auto* retraction = std::get_if<RetractEdge>(&entry.what)) AMONT_TRY(add(mark(*retraction)));
  return append_entry(spool_, packed_);
}

Result<bool> DeferredQueue::pop(Deferred& out) {
  std::string_view entry;
  AMONT_LET(const bool more, reader_.next(entry));
  if (!more) return false;
  ByteReader in(entry);
  const std::uint8_t tag = in.u8();
  out.line = in.varint();
  out.column = in.varint();
  out.file = in.text();
  out.record = in.text();
  if (tag == 0)
    out.what = read_put(in);
  else if (tag == 1)
    out.what = read_retraction(in);
  else
    out.what = DeferredReject{std::string(in.text())};
  if (!in.finished()) return io_error("a temporary file does not hold what was written to it");
  return true;
}

}  // namespace amont
