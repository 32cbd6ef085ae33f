// The schema: kinds of node and edge, their properties, which kinds an edge may join, and its class. It is data, kept in the
// register and versioned with it. It may grow; what was declared stays as it was.
#pragma once

#include <array>
#include <map>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "amont/model.h"

namespace amont {

// Only lineage edges are walked unless a question says otherwise.
enum class EdgeClass : std::uint8_t { kLineage = 0, kStructure = 1, kGovernance = 2 };
inline constexpr std::size_t kEdgeClasses = 3;

enum class ValueType : std::uint8_t { kText = 0, kInteger = 1, kReal = 2, kBoolean = 3, kTimestamp = 4 };

struct PropertyRow {
  std::string name;
  ValueType type = ValueType::kText;
  bool is_list = false;
  bool is_plain = false;  // text that will never need redaction: codes, enumerations, units

  std::string type_text() const;  // "list of text plain"
  bool operator==(const PropertyRow&) const = default;
};

// What a node kind means to walks. A kind has the role of its name, unless its row says another.
enum class Role : std::uint8_t {
  kNone = 0,
  kDataset = 1,
  kVariable = 2,
  kProject = 3,
  kRun = 4,
  kOutput = 5,
  kPublication = 6
};

struct NodeRow {
  NodeKind kind{};
  std::string name;
  Role role = Role::kNone;
  std::vector<PropertyRow> props;

  std::string text() const;  // the row as it would be written in Lua, on one line
};

// Any of `from` may be joined to any of `to`.
struct EdgeEnds {
  std::vector<std::string> from;
  std::vector<std::string> to;
  bool operator==(const EdgeEnds&) const = default;
};

// Structure edges with a meaning of their own in walks, known by name.
enum class Tie : std::uint8_t { kNone = 0, kPartOf = 1, kVersionOf = 2, kSameAs = 3 };

struct EdgeRow {
  EdgeKind kind{};
  std::string name;
  EdgeClass edge_class = EdgeClass::kGovernance;
  bool weak = false;       // its steps are `possible`
  bool same_kind = false;  // joins any two nodes of one kind; then `ends` is empty
  std::vector<EdgeEnds> ends;
  std::vector<PropertyRow> props;

  Tie tie() const;
  std::string text() const;
};

// What a growth declares. An existing kind may be named again: its new properties and ends are added.
struct SchemaGrowth {
  std::string source;          // the Lua text it was read from
  std::vector<NodeRow> nodes;  // kind numbers are ignored
  std::vector<EdgeRow> edges;

  bool empty() const { return nodes.empty() && edges.empty(); }
};

class Schema {
 public:
  // Adds what `growth` declares; kRefused, naming both rows, when it contradicts what stands. Then nothing is changed.
  // Returns whether anything changed.
  Result<bool> grow(const SchemaGrowth& growth);

  std::uint32_t version() const { return version_; }  // how often it grew

  // nullptr when there is no such kind. Good as long as this schema is unchanged.
  const NodeRow* node(std::string_view name) const;
  const EdgeRow* edge(std::string_view name) const;
  const NodeRow& node(NodeKind kind) const { return nodes_[number_of(kind)]; }
  const EdgeRow& edge(EdgeKind kind) const { return edges_[number_of(kind)]; }
  const std::vector<NodeRow>& nodes() const { return nodes_; }
  const std::vector<EdgeRow>& edges() const { return edges_; }

  // May an edge of this kind join these? kRefused quotes the row.
  Status check_ends(const EdgeRow& edge, std::string_view from_kind, std::string_view to_kind) const;

  // Does the whole schema as one growth: grow() of an empty schema with it gives the same kinds and numbers.
  SchemaGrowth as_growth() const;

 private:
  std::vector<NodeRow> nodes_;
  std::vector<EdgeRow> edges_;
  std::map<std::string, NodeKind, std::less<>> node_numbers_;
  std::map<std::string, EdgeKind, std::less<>> edge_numbers_;
  std::uint32_t version_ = 0;
};

// kRefused, quoting the row, when the value's type is not the declared one. An integer fits a real.
Status check_type(const PropertyRow& row, std::string_view kind_row, const Value& value);
const PropertyRow* find_row(const std::vector<PropertyRow>& rows, std::string_view name);

std::string_view name_of(EdgeClass edge_class);  // "lineage"
std::string_view name_of(ValueType type);        // "integer"
std::string_view name_of(Role role);             // "dataset"; "" for none
Result<PropertyRow> parse_property_type(std::string name, std::string_view type_text);

}  // namespace amont
