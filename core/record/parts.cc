#include "core/record/parts.h"

#include <bit>
#include <cmath>

#include "core/record/part_format.h"
#include "core/record/rule_parts.h"
#include "core/text/bytes.h"

namespace amont {
namespace {

void append_scalar(std::string& out, const Scalar& scalar) {
  std::visit(
      [&](const auto& value) {
        using T = std::decay_t<decltype(value)>;
        if constexpr (std::is_same_v<T, std::string>) {
          out.push_back(kText);
          append_text(out, value);
        } else if constexpr (std::is_same_v<T, std::int64_t>) {
          out.push_back(kInteger);
          append_signed(out, value);
        } else if constexpr (std::is_same_v<T, double>) {
          out.push_back(kReal);
          append_u64(out, std::bit_cast<std::uint64_t>(value));
        } else if constexpr (std::is_same_v<T, bool>) {
          out.push_back(value ? kTrue : kFalse);
        } else {
          out.push_back(kTime);
          append_signed(out, value.micros);
        }
      },
      scalar);
}

Scalar read_scalar(ByteReader& in, std::uint8_t tag) {
  switch (tag) {
    case kText: return std::string(in.text());
    case kInteger: return in.signed_varint();
    case kReal: {
      const double real = std::bit_cast<double>(in.u64());
      if (!std::isfinite(real)) in.fail();
      return real;
    }
    case kFalse: return false;
    case kTrue: return true;
    case kTime: return Timestamp{in.signed_varint()};
    default: in.fail(); return false;
  }
}

Value widen(Scalar scalar) {
  return std::visit([](auto&& value) -> Value { return std::move(value); }, std::move(scalar));
}

bool holds_text(const Value& value) {
  if (std::holds_alternative<std::string>(value)) return true;
  const List* list = std::get_if<List>(&value);
  if (!list) return false;
  for (const Scalar& item : *list)
    if (std::holds_alternative<std::string>(item)) return true;
  return false;
}

bool is_sealed(const std::vector<PropertyRow>& rows, const PropertyChange& change) {
  if (!change.value || !holds_text(*change.value)) return false;
  const PropertyRow* row = find_row(rows, change.name);
  return !row || !row->is_plain;
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

void read_times(ByteReader& in, std::uint8_t flags, TimeChange& from, TimeChange& to) {
  if (flags & kFromSet) from = Timestamp{in.signed_varint()};
  if (flags & kFromCleared) from = std::optional<Timestamp>();
  if (flags & kToSet) to = Timestamp{in.signed_varint()};
  if (flags & kToCleared) to = std::optional<Timestamp>();
}

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
  edge.label = in.text();
  return edge;
}

// Writes parts one after another.
class PartWriter {
 public:
  explicit PartWriter(PartList& out) : out_(out) {}

  std::string& begin(PartKind kind) {
    out_.bytes.push_back(static_cast<char>(kind));
    return out_.bytes;
  }
  void end() { out_.ends.push_back(static_cast<std::uint32_t>(out_.bytes.size())); }

  // The record's properties, then a part for each sealed one.
  template <class AppendOwner>
  void finish_record(const std::vector<PropertyChange>& props, const std::vector<PropertyRow>& rows,
                     AppendOwner owner) {
    append_varint(out_.bytes, props.size());
    bool any_sealed = false;
    for (const PropertyChange& change : props) {
      append_text(out_.bytes, change.name);
      if (!change.value) {
        out_.bytes.push_back(kRemoved);
      } else if (is_sealed(rows, change)) {
        out_.bytes.push_back(kSealedTag);
        any_sealed = true;
      } else {
        append_value(out_.bytes, *change.value);
      }
    }
    end();
    if (!any_sealed) return;
    for (const PropertyChange& change : props) {
      if (!is_sealed(rows, change)) continue;
      std::string& out = begin(kSealed);
      owner(out);
      append_text(out, change.name);
      append_value(out, *change.value);
      end();
    }
  }

 private:
  PartList& out_;
};

void append_source(std::string& out, const Source& source) {
  append_text(out, source.format);
  append_text(out, source.file);
  append_text(out, source.sha256);
  append_varint(out, source.original_number ? *source.original_number + 1 : 0);
  out.push_back(source.original_time ? 1 : 0);
  if (source.original_time) append_signed(out, source.original_time->micros);
}

Source read_source(ByteReader& in) {
  Source source;
  source.format = in.text();
  source.file = in.text();
  source.sha256 = in.text();
  if (const std::uint64_t number = in.varint()) source.original_number = number - 1;
  if (in.u8()) source.original_time = Timestamp{in.signed_varint()};
  return source;
}

void append_rows(std::string& out, const std::vector<PropertyRow>& rows) {
  append_varint(out, rows.size());
  for (const PropertyRow& row : rows) {
    append_text(out, row.name);
    out.push_back(static_cast<char>(row.type));
    out.push_back(static_cast<char>(row.is_list | row.is_plain << 1));
  }
}

std::vector<PropertyRow> read_rows(ByteReader& in) {
  std::vector<PropertyRow> rows;
  for (std::uint64_t n = in.varint(); n > 0 && in.ok(); --n) {
    PropertyRow row;
    row.name = in.text();
    const std::uint8_t type = in.u8();
    if (type > static_cast<std::uint8_t>(ValueType::kTimestamp)) in.fail();
    row.type = static_cast<ValueType>(type);
    const std::uint8_t flags = in.u8();
    row.is_list = flags & 1;
    row.is_plain = flags & 2;
    rows.push_back(std::move(row));
  }
  return rows;
}

void append_names(std::string& out, const std::vector<std::string>& names) {
  append_varint(out, names.size());
  for (const std::string& name : names) append_text(out, name);
}

std::vector<std::string> read_names(ByteReader& in) {
  std::vector<std::string> names;
  for (std::uint64_t n = in.varint(); n > 0 && in.ok(); --n) names.emplace_back(in.text());
  return names;
}

// The sealed values that follow a record go into its properties, in the same order.
struct OpenRecord {
  std::vector<PropertyChange>* props = nullptr;
  std::vector<std::size_t> sealed;  // their indices
  std::size_t taken = 0;            // of them
  std::string owner;                // as the sealed parts must name it

  PropertyChange* next() { return taken < sealed.size() ? &(*props)[sealed[taken++]] : nullptr; }
};

std::vector<PropertyChange> read_changes(ByteReader& in, OpenRecord& record) {
  std::vector<PropertyChange> props;
  for (std::uint64_t n = in.varint(); n > 0 && in.ok(); --n) {
    PropertyChange change;
    change.name = in.text();
    const std::uint8_t tag = in.u8();
    if (tag == kSealedTag) {
      record.sealed.push_back(props.size());
    } else if (tag == kList) {
      List list;
      for (std::uint64_t items = in.varint(); items > 0 && in.ok(); --items) {
        const std::uint8_t item_tag = in.u8();
        list.push_back(read_scalar(in, item_tag));
      }
      change.value = std::move(list);
    } else if (tag != kRemoved) {
      change.value = widen(read_scalar(in, tag));
    }
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
  change->value = read_value(in);
  return true;
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

void read_change(ByteReader& in, std::uint8_t kind, LoggedTransaction& out, OpenRecord& record) {
  switch (kind) {
    case kNodePut: {
      const std::uint8_t flags = in.u8();
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
      return;
    }
    case kEdgePut: {
      const std::uint8_t flags = in.u8();
      LoggedEdgePut put;
      put.begins = flags & kBegins;
      put.edge = read_edge(in);
      read_times(in, flags, put.valid_from, put.valid_to);
      put.props = read_changes(in, record);
      record.owner.push_back(2);
      append_edge(record.owner, put.edge);
      out.changes.emplace_back(std::move(put));
      record.props = &std::get<LoggedEdgePut>(out.changes.back()).props;
      return;
    }
    case kNodeRetract: out.changes.emplace_back(LoggedNodeRetract{NodeId(in.varint())}); return;
    case kEdgeRetract: out.changes.emplace_back(LoggedEdgeRetract{read_edge(in)}); return;
    case kSchema: out.changes.emplace_back(LoggedSchema{read_growth(in)}); return;
    case kRulePut: out.changes.emplace_back(LoggedRule{read_rule(in)}); return;
    case kRuleRemoval: out.changes.emplace_back(LoggedRuleRemoval{std::string(in.text())}); return;
    case kFindings: out.findings = read_findings(in); return;
    case kRedaction: out.changes.emplace_back(read_redaction(in)); return;
    case kAuthor: out.author = in.text(); return;
    case kReason: out.reason = in.text(); return;
    case kSource: out.source = read_source(in); return;
    case kIdempotencyKey: out.idempotency_key = in.text(); return;
    case kRequest: {
      const std::string_view bytes = in.bytes(out.request.size());
      if (in.ok()) std::copy(bytes.begin(), bytes.end(), reinterpret_cast<char*>(out.request.data()));
      return;
    }
    case kAgain: out.again = in.text(); return;
    default: in.fail();
  }
}

}  // namespace

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

void append_value(std::string& out, const Value& value) {
  if (const List* list = std::get_if<List>(&value)) {
    out.push_back(kList);
    append_varint(out, list->size());
    for (const Scalar& item : *list) append_scalar(out, item);
    return;
  }
  std::visit(
      [&](const auto& scalar) {
        if constexpr (!std::is_same_v<std::decay_t<decltype(scalar)>, List>) append_scalar(out, Scalar(scalar));
      },
      value);
}

Value read_value(ByteReader& in) {
  const std::uint8_t tag = in.u8();
  if (tag != kList) return widen(read_scalar(in, tag));
  List list;
  for (std::uint64_t n = in.varint(); n > 0 && in.ok(); --n) {
    const std::uint8_t item_tag = in.u8();
    list.push_back(read_scalar(in, item_tag));
  }
  return list;
}

void append_properties(std::string& out, const Properties& props) {
  append_varint(out, props.size());
  for (const Property& property : props) {
    append_text(out, property.name);
    append_value(out, property.value);
  }
}

Properties read_properties(ByteReader& in) {
  Properties props;
  for (std::uint64_t n = in.varint(); n > 0 && in.ok(); --n) {
    std::string name(in.text());
    props.push_back({std::move(name), read_value(in)});
  }
  return props;
}

void append_growth(std::string& out, const SchemaGrowth& growth) {
  append_text(out, growth.source);
  append_varint(out, growth.nodes.size());
  for (const NodeRow& row : growth.nodes) {
    append_text(out, row.name);
    out.push_back(static_cast<char>(row.role));
    append_rows(out, row.props);
  }
  append_varint(out, growth.edges.size());
  for (const EdgeRow& row : growth.edges) {
    append_text(out, row.name);
    out.push_back(static_cast<char>(row.edge_class));
    out.push_back(static_cast<char>(row.weak | row.same_kind << 1));
    append_varint(out, row.ends.size());
    for (const EdgeEnds& ends : row.ends) {
      append_names(out, ends.from);
      append_names(out, ends.to);
    }
    append_rows(out, row.props);
  }
}

SchemaGrowth read_growth(ByteReader& in) {
  SchemaGrowth growth;
  growth.source = in.text();
  for (std::uint64_t n = in.varint(); n > 0 && in.ok(); --n) {
    NodeRow row;
    row.name = in.text();
    const std::uint8_t role = in.u8();
    if (role > static_cast<std::uint8_t>(Role::kPublication)) in.fail();
    row.role = static_cast<Role>(role);
    row.props = read_rows(in);
    growth.nodes.push_back(std::move(row));
  }
  for (std::uint64_t n = in.varint(); n > 0 && in.ok(); --n) {
    EdgeRow row;
    row.name = in.text();
    const std::uint8_t edge_class = in.u8();
    if (edge_class >= kEdgeClasses) in.fail();
    row.edge_class = static_cast<EdgeClass>(edge_class);
    const std::uint8_t flags = in.u8();
    row.weak = flags & 1;
    row.same_kind = flags & 2;
    for (std::uint64_t pairs = in.varint(); pairs > 0 && in.ok(); --pairs) {
      EdgeEnds ends;
      ends.from = read_names(in);
      ends.to = read_names(in);
      row.ends.push_back(std::move(ends));
    }
    row.props = read_rows(in);
    growth.edges.push_back(std::move(row));
  }
  return growth;
}

std::vector<NodeKind> kinds_of_puts(const LoggedTransaction& transaction,
                                    const std::function<NodeKind(NodeId)>& kind_of) {
  std::vector<NodeKind> kinds;
  for (const LoggedChange& change : transaction.changes)
    if (const auto* put = std::get_if<LoggedNodePut>(&change)) kinds.push_back(kind_of(put->id));
  return kinds;
}

void append_change(PartList& out, const LoggedChange& change, const Schema& schema, NodeKind kind) {
  PartWriter writer(out);
  if (const auto* node = std::get_if<LoggedNodePut>(&change)) {
    std::string& bytes = writer.begin(kNodePut);
    bytes.push_back(static_cast<char>((node->binds ? kBinds : 0) | (node->begins ? kBegins : 0) |
                                      time_flags(node->valid_from, node->valid_to)));
    append_varint(bytes, number_of(node->id));
    if (node->binds) {
      append_varint(bytes, node->ref.kind.size() + 1 + node->ref.key.size());
      bytes.append(node->ref.kind).append(1, ':').append(node->ref.key);
    }
    append_times(bytes, node->valid_from, node->valid_to);
    writer.finish_record(node->props, schema.node(kind).props, [&](std::string& to) {
      to.push_back(1);
      append_varint(to, number_of(node->id));
    });
  } else if (const auto* edge = std::get_if<LoggedEdgePut>(&change)) {
    std::string& bytes = writer.begin(kEdgePut);
    bytes.push_back(static_cast<char>((edge->begins ? kBegins : 0) | time_flags(edge->valid_from, edge->valid_to)));
    append_edge(bytes, edge->edge);
    append_times(bytes, edge->valid_from, edge->valid_to);
    writer.finish_record(edge->props, schema.edge(edge->edge.kind).props, [&](std::string& to) {
      to.push_back(2);
      append_edge(to, edge->edge);
    });
  } else if (const auto* gone = std::get_if<LoggedNodeRetract>(&change)) {
    append_varint(writer.begin(kNodeRetract), number_of(gone->id));
    writer.end();
  } else if (const auto* cut = std::get_if<LoggedEdgeRetract>(&change)) {
    append_edge(writer.begin(kEdgeRetract), cut->edge);
    writer.end();
  } else if (const auto* schema_growth = std::get_if<LoggedSchema>(&change)) {
    append_growth(writer.begin(kSchema), schema_growth->growth);
    writer.end();
  } else if (const auto* redaction = std::get_if<LoggedRedaction>(&change)) {
    append_redaction(writer.begin(kRedaction), *redaction);
    writer.end();
  } else if (const auto* put = std::get_if<LoggedRule>(&change)) {
    append_rule(writer.begin(kRulePut), put->rule);
    writer.end();
  } else {
    append_text(writer.begin(kRuleRemoval), std::get<LoggedRuleRemoval>(change).name);
    writer.end();
  }
}

PartList encode_parts(const LoggedTransaction& transaction, const Schema& schema, std::span<const NodeKind> kinds) {
  PartList out;
  auto kind_of_put = kinds.begin();
  PartWriter writer(out);
  const auto heading = [&](PartKind kind, const std::string& text) {
    if (text.empty()) return;
    append_text(writer.begin(kind), text);
    writer.end();
  };
  heading(kAuthor, transaction.author);
  heading(kReason, transaction.reason);
  if (!transaction.source.empty()) {
    append_source(writer.begin(kSource), transaction.source);
    writer.end();
  }
  heading(kIdempotencyKey, transaction.idempotency_key);
  if (!transaction.idempotency_key.empty()) {
    writer.begin(kRequest).append(view_of(transaction.request));
    writer.end();
  }
  if (!transaction.findings.empty()) {
    append_findings(writer.begin(kFindings), transaction.findings);
    writer.end();
  }
  heading(kAgain, transaction.again);
  for (const LoggedChange& change : transaction.changes) {
    const bool is_node = std::holds_alternative<LoggedNodePut>(change);
    append_change(out, change, schema, is_node ? *kind_of_put++ : NodeKind());
  }
  return out;
}

Status decode_parts(const PartList& parts, LoggedTransaction& out) {
  OpenRecord record;
  for (std::size_t i = 0; i < parts.size(); ++i) {
    const auto misfit = [i] { return damaged("part " + std::to_string(i) + " does not fit this format"); };
    const std::string_view part = parts[i];
    if (part.empty()) {
      if (!take_redacted(record, i, out)) return misfit();
      continue;
    }
    ByteReader in(part);
    const std::uint8_t kind = in.u8();
    if (kind == kSealed) {
      if (!take_sealed(in, part.substr(1), record)) in.fail();
    } else {
      if (!close_record(record)) return misfit();
      read_change(in, kind, out, record);
    }
    if (!in.finished()) return misfit();
  }
  return close_record(record) ? Status() : damaged("a sealed value is missing after the last part");
}

Result<std::size_t> decode_heading(const PartList& parts, LoggedTransaction& out) {
  OpenRecord none;
  std::size_t part = 0;
  for (; part < parts.size(); ++part) {
    if (parts[part].empty()) continue;
    ByteReader in(parts[part]);
    const std::uint8_t kind = in.u8();
    if (kind < kAuthor) break;
    read_change(in, kind, out, none);
    if (!in.finished()) return damaged("part " + std::to_string(part) + " does not fit this format");
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

Digest digest_of(const Transaction& request) {
  std::string bytes;
  append_text(bytes, request.author);
  append_text(bytes, request.reason);
  append_source(bytes, request.source);
  const auto append_record = [&](const std::vector<PropertyChange>& props, const TimeChange& from,
                                 const TimeChange& to) {
    bytes.push_back(static_cast<char>(time_flags(from, to)));
    append_times(bytes, from, to);
    append_varint(bytes, props.size());
    for (const PropertyChange& change : props) {
      append_text(bytes, change.name);
      if (change.value)
        append_value(bytes, *change.value);
      else
        bytes.push_back(kRemoved);
    }
  };
  const auto append_ends = [&](const auto& edge) {
    append_text(bytes, edge.kind);
    append_text(bytes, edge.from.text());
    append_text(bytes, edge.to.text());
    append_text(bytes, edge.label);
  };
  for (const Change& change : request.changes) {
    bytes.push_back(static_cast<char>(change.index()));
    if (const auto* node = std::get_if<PutNode>(&change)) {
      append_text(bytes, node->ref.text());
      append_record(node->props, node->valid_from, node->valid_to);
    } else if (const auto* edge = std::get_if<PutEdge>(&change)) {
      append_ends(*edge);
      append_record(edge->props, edge->valid_from, edge->valid_to);
    } else if (const auto* gone = std::get_if<RetractNode>(&change)) {
      append_text(bytes, gone->ref.text());
    } else if (const auto* cut = std::get_if<RetractEdge>(&change)) {
      append_ends(*cut);
    } else if (const auto* grows = std::get_if<GrowSchema>(&change)) {
      append_growth(bytes, grows->growth);
    } else if (const auto* rule = std::get_if<PutRule>(&change)) {
      append_rule(bytes, rule->rule);
    } else {
      append_text(bytes, std::get<RemoveRule>(change).name);
    }
  }
  return sha256(bytes);
}

}  // namespace amont
