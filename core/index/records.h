// Records of the index: versions of nodes and of detailed edges.
//
//   node version := tx:varint previous:varint flags:u8 kind:varint key:text [times] props
//   edge version := tx:varint previous:varint begin:varint flags:u8 [times] props
//   flags        := 1 alive (nodes) | 2 valid_from | 4 valid_to;  times := the ones flagged, signed
//
// `previous` is the transaction of the version before this one, 0 when there is none; older versions lie in the history spaces.
// A retracted node is a version without `alive`. An edge's versions end with its life (`begin` is its first transaction); when
// its first version had no details it has no record, and what is older than `previous` = 0 is a bare edge.
#pragma once

#include <string>
#include <string_view>

#include "core/record/added.h"
#include "core/record/logged.h"

namespace amont {

struct NodeVersion {
  TxNumber tx = 0;
  TxNumber previous = 0;
  bool alive = false;
  NodeKind kind{};
  std::string key;
  Interval valid;
  Properties props;
};

// Of the record that it was decoded from, and good as long as its bytes.
struct NodeName {
  NodeKind kind{};
  std::string_view key;
};

struct EdgeVersion {
  TxNumber tx = 0;
  TxNumber previous = 0;
  TxNumber begin = 0;
  Interval valid;
  Properties props;

  bool detailed() const { return valid.bounded() || !props.empty(); }
};

std::string encode(const NodeVersion& version);
std::string encode(const EdgeVersion& version);
// Appends what encode() gives of the first version, made by a put alone. Its properties must be sorted by name.
void append_first_version(std::string& out, TxNumber tx, NodeKind kind, std::string_view key, const LoggedNodePut& put);
void append_first_version(std::string& out, TxNumber tx, NodeKind kind, std::string_view key, const Added& node);
void append_first_version(std::string& out, TxNumber tx, const Added& edge);
// kDamaged when the bytes are no version.
Result<NodeVersion> decode_node_version(std::string_view bytes);
Result<NodeName> decode_node_name(std::string_view bytes);  // of such a version
Result<EdgeVersion> decode_edge_version(std::string_view bytes);

// What a put does to properties and interval: absent keeps, empty removes. `changes` are sorted by name. Returns whether
// anything changed.
bool merge_properties(Properties& props, const std::vector<PropertyChange>& changes);
bool merge_times(Interval& valid, const TimeChange& from, const TimeChange& to);

}  // namespace amont
