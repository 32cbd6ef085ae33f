#include "core/record/heading_parts.h"
#include "core/record/part_format.h"
#include "core/record/parts.h"
#include "core/record/put_parts.h"
#include "core/record/redaction_parts.h"
#include "core/record/rule_parts.h"
#include "core/record/schema_parts.h"
#include "core/record/value_parts.h"
#include "core/text/bytes.h"

namespace amont {
namespace {

// The sealed values that follow a record go into its properties, in the same order.
struct OpenRecord {
  std::vector<PropertyChange>* props = nullptr;
  std::vector<std::size_t> sealed;  // their indices
  std::size_t taken = 0;            // of them
  std::string owner;                // as the sealed parts must name it

  PropertyChange* next() { return taken < sealed.size() ? &(*props)[sealed[taken++]] : nullptr; }
};

// Their names ascend, each once.
std::vector<PropertyChange> read_changes(ByteReader& in, OpenRecord& record) {
  std::vector<PropertyChange> props;
  for (std::uint64_t n = in.varint(); n > 0 && in.ok(); --n) {
    PropertyChange change;
    change.name = read_name(in);
    if (!props.empty() && change.name <= props.back().name) in.fail();
    const std::uint8_t tag = in.u8();
    if (tag == kSealedTag)
      record.sealed.push_back(props.size());
    else if (tag != kRemoved)
      change.value = read_checked_value(in, tag);
    props.push_back(std::move(change));
  }
  return props;
}

// False when a sealed value of the record did not follow.
bool close_record(OpenRecord& record) {
  const bool whole = record.taken == record.sealed.size();
  record = {};
  return whole;
}

bool take_sealed(ByteReader& in, std::string_view body, OpenRecord& record) {
  PropertyChange* const change = record.next();
  if (!change || body.substr(0, record.owner.size()) != record.owner) return false;
  in.bytes(record.owner.size());
  if (in.text() != change->name) return false;
  change->value = read_checked_value(in, in.u8());
  return holds_text(*change->value);
}

// Only texts are redacted: those of the heading, and sealed values, which then read as removed. To leave such a change out
// would bring the value before it back.
bool take_redacted(OpenRecord& record, std::size_t part, LoggedTransaction& out) {
  GonePart gone;
  gone.part = static_cast<std::uint32_t>(part);
  if (const PropertyChange* const change = record.next()) {
    gone.change = out.changes.size() - 1;
    gone.property = change->name;
  } else if (!out.changes.empty()) {
    return false;
  }
  out.gone.push_back(std::move(gone));
  return true;
}

void read_node_put(ByteReader& in, LoggedTransaction& out, OpenRecord& record) {
  const std::uint8_t flags = read_put_flags(in, /*is_edge=*/false);
  LoggedNodePut put;
  put.binds = flags & kBinds;
  put.begins = flags & kBegins;
  put.id = NodeId(in.varint());
  if (put.binds) {
    auto ref = Ref::parse(in.text());
    if (!ref) return in.fail();
    put.ref = *std::move(ref);
  }
  read_times(in, flags, put.valid_from, put.valid_to);
  put.props = read_changes(in, record);
  record.owner.push_back(1);
  append_varint(record.owner, number_of(put.id));
  out.changes.emplace_back(std::move(put));
  record.props = &std::get<LoggedNodePut>(out.changes.back()).props;
}

void read_edge_put(ByteReader& in, LoggedTransaction& out, OpenRecord& record) {
  const std::uint8_t flags = read_put_flags(in, /*is_edge=*/true);
  LoggedEdgePut put;
  put.begins = flags & kBegins;
  put.edge = read_edge(in);
  read_times(in, flags, put.valid_from, put.valid_to);
  put.props = read_changes(in, record);
  record.owner.push_back(2);
  append_edge(record.owner, put.edge);
  out.changes.emplace_back(std::move(put));
  record.props = &std::get<LoggedEdgePut>(out.changes.back()).props;
}

void read_change(ByteReader& in, std::uint8_t kind, LoggedTransaction& out, OpenRecord& record) {
  switch (kind) {
    case kNodePut: read_node_put(in, out, record); return;
    case kEdgePut: read_edge_put(in, out, record); return;
    case kNodeRetract: out.changes.emplace_back(LoggedNodeRetract{NodeId(in.varint())}); return;
    case kEdgeRetract: out.changes.emplace_back(LoggedEdgeRetract{read_edge(in)}); return;
    case kSchema: out.changes.emplace_back(LoggedSchema{read_growth(in)}); return;
    case kRulePut: out.changes.emplace_back(LoggedRule{read_rule(in)}); return;
    case kRuleRemoval: out.changes.emplace_back(LoggedRuleRemoval{std::string(in.text())}); return;
    case kRedaction: out.changes.emplace_back(read_redaction(in)); return;
    default: in.fail();
  }
}

Status misfit(std::size_t part) { return damaged("part " + std::to_string(part) + " does not fit this format"); }

}  // namespace

Status decode_parts(const PartList& parts, LoggedTransaction& out) {
  OpenRecord record;
  std::uint8_t last = kAuthor - 1;  // of the heading, whose parts ascend
  for (std::size_t i = 0; i < parts.size(); ++i) {
    const std::string_view part = parts[i];
    if (part.empty()) {
      if (!take_redacted(record, i, out)) return misfit(i);
      continue;
    }
    ByteReader in(part);
    const std::uint8_t kind = in.u8();
    if (kind == kSealed) {
      if (!take_sealed(in, part.substr(1), record)) in.fail();
    } else if (!close_record(record)) {
      return misfit(i);
    } else if (kind < kAuthor) {
      read_change(in, kind, out, record);
    } else {
      if (kind <= last || !out.changes.empty()) in.fail();
      read_heading(in, last = kind, out);
    }
    if (!in.finished()) return misfit(i);
  }
  return close_record(record) ? Status() : damaged("a sealed value is missing after the last part");
}

Result<std::size_t> decode_heading(const PartList& parts, LoggedTransaction& out) {
  std::uint8_t last = kAuthor - 1;
  std::size_t part = 0;
  for (; part < parts.size(); ++part) {
    if (parts[part].empty()) continue;
    ByteReader in(parts[part]);
    const std::uint8_t kind = in.u8();
    if (kind < kAuthor) break;
    if (kind <= last) return misfit(part);
    read_heading(in, last = kind, out);
    if (!in.finished()) return misfit(part);
  }
  return part;
}

bool is_redaction(std::string_view part) { return !part.empty() && part[0] == kRedaction; }

Result<PutOutline> outline_put(std::string_view part) {
  ByteReader in(part);
  LoggedTransaction read;
  OpenRecord record;
  read_change(in, in.u8(), read, record);
  if (!in.finished() || !record.props) return damaged("this is no put of a record");
  PutOutline out;
  if (auto* node = std::get_if<LoggedNodePut>(&read.changes[0])) {
    out.begins = node->begins;
    out.id = node->id;
  } else {
    auto& edge = std::get<LoggedEdgePut>(read.changes[0]);
    out.is_edge = true;
    out.begins = edge.begins;
    out.edge = std::move(edge.edge);
  }
  for (PropertyChange& change : *record.props) out.props.push_back({std::move(change.name), false, !change.value});
  for (const std::size_t at : record.sealed) out.props[at].is_sealed = true, out.props[at].is_removed = false;
  return out;
}

std::size_t count_changes(const PartList& parts) {
  std::size_t count = 0;
  for (std::size_t i = 0; i < parts.size(); ++i) {
    const std::string_view part = parts[i];
    count += !part.empty() && static_cast<std::uint8_t>(part[0]) < kAuthor && part[0] != kSealed;
  }
  return count;
}

Result<LoggedChange> decode_change(std::string_view bytes) {
  ByteReader in(bytes);
  LoggedTransaction out;
  OpenRecord record;
  const std::uint8_t kind = in.u8();
  read_change(in, kind, out, record);
  while (in.ok() && !in.at_end()) {
    const bool is_sealed_part = in.u8() == kSealed;
    if (!is_sealed_part || !take_sealed(in, bytes.substr(bytes.size() - in.left()), record)) in.fail();
  }
  if (!in.finished() || !close_record(record) || out.changes.size() != 1)
    return damaged("these are no parts of a change");
  return std::move(out.changes[0]);
}

}  // namespace amont
