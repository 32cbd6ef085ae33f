#include "amont/schema.h"

#include <algorithm>

#include <fmt/format.h>

namespace amont {
namespace {

constexpr std::size_t kKindsMax = 4096;

constexpr std::string_view kTypeNames[] = {"text", "integer", "real", "boolean", "timestamp"};
constexpr std::string_view kClassNames[] = {"lineage", "structure", "governance"};
constexpr std::string_view kRoleNames[] = {"", "dataset", "variable", "project", "run", "output", "publication"};

Role role_named(std::string_view name) {
  for (std::size_t i = 1; i < std::size(kRoleNames); ++i)
    if (kRoleNames[i] == name) return static_cast<Role>(i);
  return Role::kNone;
}

std::string quoted_list(const std::vector<std::string>& names) {
  std::string out = "{";
  for (const std::string& name : names) out += fmt::format("{}\"{}\"", out.size() > 1 ? ", " : "", name);
  return out + "}";
}

// A table key as Lua writes it: bare when it is a plain name.
std::string lua_key(const std::string& name) {
  constexpr std::string_view kKeywords[] = {"and",      "break",  "do",   "else", "elseif", "end",  "false", "for",
                                            "function", "goto",   "if",   "in",   "local",  "nil",  "not",   "or",
                                            "repeat",   "return", "then", "true", "until",  "while"};
  const auto good = [](char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '_';
  };
  const bool digit_first = !name.empty() && name[0] >= '0' && name[0] <= '9';
  if (!name.empty() && !digit_first && std::all_of(name.begin(), name.end(), good) &&
      std::find(std::begin(kKeywords), std::end(kKeywords), name) == std::end(kKeywords))
    return name;
  std::string out = "[\"";
  for (const char c : name) {
    if (c == '"' || c == '\\') out.push_back('\\');
    out.push_back(c);
  }
  return out + "\"]";
}

std::string props_text(const std::vector<PropertyRow>& props) {
  std::string out = "{";
  for (const PropertyRow& row : props)
    out += fmt::format("{}{} = \"{}\"", out.size() > 1 ? ", " : " ", lua_key(row.name), row.type_text());
  return out + (props.empty() ? "}" : " }");
}

std::string ends_text(const std::vector<EdgeEnds>& ends) {
  std::string out = "{";
  for (const EdgeEnds& pair : ends)
    out += fmt::format("{}{{from = {}, to = {}}}", out.size() > 1 ? ", " : "", quoted_list(pair.from),
                       quoted_list(pair.to));
  return out + "}";
}

// A kind's name is [a-z][a-z0-9_]*.
Status check_kind_name(std::string_view name) {
  const auto good = [](char c) { return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '_'; };
  if (name.empty() || name.size() > kNameBytesMax || !(name[0] >= 'a' && name[0] <= 'z') ||
      !std::all_of(name.begin(), name.end(), good))
    return invalid(
        fmt::format("\"{}\" can't name a kind: use a letter, then letters, digits and _, all lower case", name));
  return {};
}

// Adds the rows of `grown` to `standing`; refuses another type under the same name.
Result<bool> merge_rows(std::vector<PropertyRow>& standing, const std::vector<PropertyRow>& grown,
                        const std::string& standing_text) {
  bool changed = false;
  for (const PropertyRow& row : grown) {
    AMONT_TRY(check_property_name(row.name));
    const PropertyRow* old = find_row(standing, row.name);
    if (!old) {
      standing.push_back(row);
      changed = true;
    } else if (*old != row) {
      return refused(
          fmt::format("the schema says {}; it can't become {} = \"{}\"", standing_text, row.name, row.type_text()));
    }
  }
  if (standing.size() > kPropertiesMax)
    return limit_exceeded(fmt::format("more than {} properties in {}", kPropertiesMax, standing_text));
  return changed;
}

}  // namespace

std::string PropertyRow::type_text() const {
  return fmt::format("{}{}{}", is_list ? "list of " : "", name_of(type), is_plain ? " plain" : "");
}

std::string NodeRow::text() const {
  if (role == role_named(name)) return fmt::format("node \"{}\" {}", name, props_text(props));
  return fmt::format("node(\"{}\", {}, {{role = \"{}\"}})", name, props_text(props), name_of(role));
}

Tie EdgeRow::tie() const {
  if (edge_class != EdgeClass::kStructure) return Tie::kNone;
  if (name == "part_of") return Tie::kPartOf;
  if (name == "version_of") return Tie::kVersionOf;
  if (name == "same_as") return Tie::kSameAs;
  return Tie::kNone;
}

std::string EdgeRow::text() const {
  std::string out = fmt::format("edge \"{}\" {{ class = \"{}\"", name, name_of(edge_class));
  if (weak) out += ", weak = true";
  out += same_kind ? ", ends = \"same kind\"" : fmt::format(", ends = {}", ends_text(ends));
  if (!props.empty()) out += fmt::format(", props = {}", props_text(props));
  return out + " }";
}

Result<bool> Schema::grow(const SchemaGrowth& growth) {
  Schema grown = *this;
  bool changed = false;
  for (const NodeRow& row : growth.nodes) {
    AMONT_TRY(check_kind_name(row.name));
    const auto known = grown.node_numbers_.find(row.name);
    if (known == grown.node_numbers_.end()) {
      if (grown.nodes_.size() >= kKindsMax) return limit_exceeded(fmt::format("more than {} kinds of node", kKindsMax));
      NodeRow added{NodeKind(static_cast<std::uint16_t>(grown.nodes_.size())),
                    row.name,
                    row.role == Role::kNone ? role_named(row.name) : row.role,
                    {}};
      AMONT_TRY(merge_rows(added.props, row.props, row.text()).status());
      grown.node_numbers_.emplace(row.name, added.kind);
      grown.nodes_.push_back(std::move(added));
      changed = true;
      continue;
    }
    NodeRow& standing = grown.nodes_[number_of(known->second)];
    if (row.role != Role::kNone && row.role != standing.role)
      return refused(
          fmt::format("the schema says {}; its role can't become \"{}\"", standing.text(), name_of(row.role)));
    AMONT_LET(const bool more, merge_rows(standing.props, row.props, standing.text()));
    changed |= more;
  }
  for (const EdgeRow& row : growth.edges) {
    AMONT_TRY(check_kind_name(row.name));
    const auto known = grown.edge_numbers_.find(row.name);
    if (known == grown.edge_numbers_.end()) {
      if (grown.edges_.size() >= kKindsMax) return limit_exceeded(fmt::format("more than {} kinds of edge", kKindsMax));
      EdgeRow added = row;
      added.kind = EdgeKind(static_cast<std::uint16_t>(grown.edges_.size()));
      added.props.clear();
      AMONT_TRY(merge_rows(added.props, row.props, row.text()).status());
      if (!added.same_kind && added.ends.empty())
        return invalid(fmt::format("{} says not what it may join: give it ends", row.text()));
      grown.edge_numbers_.emplace(row.name, added.kind);
      grown.edges_.push_back(std::move(added));
      changed = true;
      continue;
    }
    EdgeRow& standing = grown.edges_[number_of(known->second)];
    if (row.edge_class != standing.edge_class || row.weak != standing.weak || row.same_kind != standing.same_kind)
      return refused(fmt::format("the schema says {}; it can't become {}", standing.text(), row.text()));
    for (const EdgeEnds& pair : row.ends) {
      if (std::find(standing.ends.begin(), standing.ends.end(), pair) != standing.ends.end()) continue;
      standing.ends.push_back(pair);
      changed = true;
    }
    AMONT_LET(const bool more, merge_rows(standing.props, row.props, standing.text()));
    changed |= more;
  }
  for (const EdgeRow& row : grown.edges_) {
    for (const EdgeEnds& pair : row.ends) {
      for (const std::vector<std::string>* names : {&pair.from, &pair.to}) {
        if (names->empty()) return invalid(fmt::format("{} has an empty list of ends", row.text()));
        for (const std::string& name : *names)
          if (!grown.node(name))
            return invalid(fmt::format("{} names the node kind \"{}\", which is not declared", row.text(), name));
      }
    }
  }
  if (!changed) return false;
  grown.version_ = version_ + 1;
  *this = std::move(grown);
  return true;
}

const NodeRow* Schema::node(std::string_view name) const {
  const auto at = node_numbers_.find(name);
  return at == node_numbers_.end() ? nullptr : &nodes_[number_of(at->second)];
}

const EdgeRow* Schema::edge(std::string_view name) const {
  const auto at = edge_numbers_.find(name);
  return at == edge_numbers_.end() ? nullptr : &edges_[number_of(at->second)];
}

Status Schema::check_ends(const EdgeRow& edge, std::string_view from_kind, std::string_view to_kind) const {
  const auto holds = [](const std::vector<std::string>& names, std::string_view name) {
    return std::find(names.begin(), names.end(), name) != names.end();
  };
  if (edge.same_kind) {
    if (from_kind == to_kind) return {};
  } else {
    for (const EdgeEnds& pair : edge.ends)
      if (holds(pair.from, from_kind) && holds(pair.to, to_kind)) return {};
  }
  return refused(
      fmt::format("{} can't go from a {} to a {}: the schema says {}", edge.name, from_kind, to_kind, edge.text()));
}

SchemaGrowth Schema::as_growth() const { return {"", nodes_, edges_}; }

Status check_type(const PropertyRow& row, std::string_view kind_row, const Value& value) {
  const auto fits = [&](const auto& scalar) {
    using T = std::decay_t<decltype(scalar)>;
    if constexpr (std::is_same_v<T, std::string>)
      return row.type == ValueType::kText;
    else if constexpr (std::is_same_v<T, std::int64_t>)
      return row.type == ValueType::kInteger || row.type == ValueType::kReal;
    else if constexpr (std::is_same_v<T, double>)
      return row.type == ValueType::kReal;
    else if constexpr (std::is_same_v<T, bool>)
      return row.type == ValueType::kBoolean;
    else if constexpr (std::is_same_v<T, Timestamp>)
      return row.type == ValueType::kTimestamp;
    else
      return false;
  };
  bool ok = false;
  if (const List* list = std::get_if<List>(&value)) {
    ok = row.is_list &&
         std::all_of(list->begin(), list->end(), [&](const Scalar& item) { return std::visit(fits, item); });
  } else {
    ok = !row.is_list && std::visit(fits, value);
  }
  if (ok) return {};
  return refused(fmt::format("{} must be {}: the schema says {}", row.name, row.type_text(), kind_row));
}

const PropertyRow* find_row(const std::vector<PropertyRow>& rows, std::string_view name) {
  for (const PropertyRow& row : rows)
    if (row.name == name) return &row;
  return nullptr;
}

std::string_view name_of(EdgeClass edge_class) { return kClassNames[static_cast<std::size_t>(edge_class)]; }
std::string_view name_of(ValueType type) { return kTypeNames[static_cast<std::size_t>(type)]; }
std::string_view name_of(Role role) { return kRoleNames[static_cast<std::size_t>(role)]; }

Result<PropertyRow> parse_property_type(std::string name, std::string_view type_text) {
  PropertyRow row;
  row.name = std::move(name);
  std::string_view rest = type_text;
  if (rest.starts_with("list of ")) {
    row.is_list = true;
    rest.remove_prefix(8);
  }
  if (rest.ends_with(" plain")) {
    row.is_plain = true;
    rest.remove_suffix(6);
  }
  for (std::size_t i = 0; i < std::size(kTypeNames); ++i) {
    if (rest != kTypeNames[i]) continue;
    row.type = static_cast<ValueType>(i);
    return row;
  }
  return invalid(
      fmt::format("{} = \"{}\": a type is text, integer, real, boolean or timestamp, or \"list of\" one of these; "
                  "\" plain\" may follow",
                  row.name, type_text));
}

}  // namespace amont
