#include "core/record/schema_parts.h"

#include "core/record/value_parts.h"
#include "core/text/bytes.h"

namespace amont {
namespace {

// Two of them, of a property or of an edge.
std::uint8_t read_flags(ByteReader& in) {
  const std::uint8_t flags = in.u8();
  if (flags > 3) in.fail();
  return flags;
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
    row.name = read_name(in);
    const std::uint8_t type = in.u8();
    if (type > static_cast<std::uint8_t>(ValueType::kTimestamp)) in.fail();
    row.type = static_cast<ValueType>(type);
    const std::uint8_t flags = read_flags(in);
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
  for (std::uint64_t n = in.varint(); n > 0 && in.ok(); --n) names.emplace_back(read_name(in));
  return names;
}

}  // namespace

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
  growth.source = read_text(in);
  for (std::uint64_t n = in.varint(); n > 0 && in.ok(); --n) {
    NodeRow row;
    row.name = read_name(in);
    const std::uint8_t role = in.u8();
    if (role > static_cast<std::uint8_t>(Role::kPublication)) in.fail();
    row.role = static_cast<Role>(role);
    row.props = read_rows(in);
    growth.nodes.push_back(std::move(row));
  }
  for (std::uint64_t n = in.varint(); n > 0 && in.ok(); --n) {
    EdgeRow row;
    row.name = read_name(in);
    const std::uint8_t edge_class = in.u8();
    if (edge_class >= kEdgeClasses) in.fail();
    row.edge_class = static_cast<EdgeClass>(edge_class);
    const std::uint8_t flags = read_flags(in);
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

}  // namespace amont
