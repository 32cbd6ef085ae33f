// A put as it stands in an input: views of the input's text, and nothing allocated for it. The common shapes of an import take
// this way from the reader to the log's parts; whatever is out of the ordinary is a Change (amont/transaction.h).
#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <string_view>

#include "core/record/parts.h"

namespace amont {

// Never null and never a list.
struct FlatProperty {
  enum class Type : std::uint8_t { kText, kInteger, kReal, kBoolean, kTime };
  std::string_view name;
  std::string_view text;   // of kText
  std::uint64_t bits = 0;  // an integer, a real's IEEE 754, 0 or 1, microseconds; of a text that is a time, those
  Type type{};
  bool is_time = false;  // a text that Timestamp::parse takes
  bool sealed = false;   // has a part of its own
};

// The id of a ref, as the index was asked for it ahead (core/check/refs_ahead.h).
struct AheadId {
  static constexpr std::uint32_t kNotAsked = ~std::uint32_t{0}, kNone = kNotAsked - 1;
  std::uint32_t id = kNotAsked;
  std::uint32_t nodes = 0;  // of the index then: kNone is right while it has no more
};

// Texts, names and refs are within the model's bounds, and UTF-8 as it wants them.
struct FlatPut {
  bool is_edge = false;
  bool has_ascii_names = true;  // its key or label, and its properties' names
  std::string_view kind;        // of the node, or of the edge
  std::string_view ref;         // the node's `kind:key`, or the edge's from
  std::string_view to;          // the edge's
  std::string_view label;       // the edge's
  std::uint64_t ref_hash = 0;   // hash_of() it
  std::uint64_t to_hash = 0;
  AheadId ref_ahead;
  AheadId to_ahead;
  std::optional<Timestamp> valid_from;
  std::optional<Timestamp> valid_to;
  std::span<FlatProperty> props;  // sorted by name; no name twice

  // As it counts towards the size of a batch's part, once its values have their declared types.
  std::uint64_t size() const;
};

// The parts of a first put, which binds the node to its ref.
void append_new_node(PartList& out, const FlatPut& put, NodeId id);
// The parts of a put that begins an edge.
void append_new_edge(PartList& out, const FlatPut& put, EdgeKind kind, NodeId from, NodeId to);

}  // namespace amont
