// The words of the register: refs, ids, values, nodes, edges. Plain values that copy and move; no thread may write one that
// another reads.
#pragma once

#include <compare>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "amont/status.h"

namespace amont {

// The number of a transaction: 1, 2, 3... without gaps. 0 is the empty register before the first.
using TxNumber = std::uint64_t;

// Dense, from 0, in the order in which nodes were first put. Written in the log, so every index agrees on it.
enum class NodeId : std::uint64_t {};
// Numbered by the register's schema, in the order in which kinds were declared, from 0.
enum class NodeKind : std::uint16_t {};
enum class EdgeKind : std::uint16_t {};

constexpr std::uint64_t number_of(NodeId id) { return static_cast<std::uint64_t>(id); }
constexpr std::uint16_t number_of(NodeKind kind) { return static_cast<std::uint16_t>(kind); }
constexpr std::uint16_t number_of(EdgeKind kind) { return static_cast<std::uint16_t>(kind); }

// Upstream is towards the cause: from an edge's `from` to its `to`. Downstream is the reverse.
enum class Direction : std::uint8_t { kUpstream = 0, kDownstream = 1 };

// Bounds of the model. A record that exceeds one is refused with kLimit or kInvalid.
inline constexpr std::size_t kKeyBytesMax = 1024;
inline constexpr std::size_t kLabelBytesMax = 1024;
inline constexpr std::size_t kNameBytesMax = 256;  // a kind's or a property's name
inline constexpr std::size_t kTextBytesMax = 1 << 20;
inline constexpr std::size_t kListItemsMax = 10'000;
inline constexpr std::size_t kPropertiesMax = 1'000;      // on one record
inline constexpr std::size_t kRecordBytesMax = 16 << 20;  // one record with all its properties, encoded
inline constexpr std::uint64_t kNodesMax = 0xffff'fffe;   // in one register

// A node's name, `kind:key`. The first colon splits; the key is compared as bytes.
struct Ref {
  std::string kind;
  std::string key;

  // kInvalid, saying which rule of a ref the text breaks and at which byte.
  static Result<Ref> parse(std::string_view text);
  // Checks kind and key as parse() does.
  Status check() const;
  std::string text() const { return kind + ":" + key; }

  auto operator<=>(const Ref&) const = default;
};

// Microseconds since 1970-01-01T00:00:00Z, between years 0001 and 9999.
struct Timestamp {
  std::int64_t micros = 0;

  // RFC 3339 with a zone and at most 6 fraction digits: "2026-01-01T00:00:00Z". Leap seconds are refused.
  static Result<Timestamp> parse(std::string_view text);
  // As parse(), and a bare date, which is 00:00Z of that day.
  static Result<Timestamp> parse_date_or_time(std::string_view text);
  // RFC 3339 in UTC with as many fraction digits as needed.
  std::string text() const;

  auto operator<=>(const Timestamp&) const = default;
};

// Closed-open [from, to); an absent end is unbounded.
struct Interval {
  std::optional<Timestamp> from;
  std::optional<Timestamp> to;

  bool bounded() const { return from || to; }
  bool contains(Timestamp t) const { return (!from || *from <= t) && (!to || t < *to); }
  // Shares an instant with [first, last); a point when first == last.
  bool overlaps(Timestamp first, Timestamp last) const {
    return (!from || *from < last || (first == last && *from == first)) && (!to || first < *to);
  }
  bool operator==(const Interval&) const = default;
};

// A property's value. Reals are finite, and -0.0 is kept as 0.0. Text is UTF-8 without U+0000.
using Scalar = std::variant<std::string, std::int64_t, double, bool, Timestamp>;
using List = std::vector<Scalar>;
using Value = std::variant<std::string, std::int64_t, double, bool, Timestamp, List>;

struct Property {
  std::string name;
  Value value;
  bool operator==(const Property&) const = default;
};
// Sorted by name as bytes; names are unique.
using Properties = std::vector<Property>;

// The value under a name, or nullptr. Good as long as `properties` is.
const Value* find_property(const Properties& properties, std::string_view name);
// A property's text, or "" when it is absent or no text.
std::string_view text_property(const Properties& properties, std::string_view name);

Status check_label(std::string_view label);
Status check_property_name(std::string_view name);
// Bounds, UTF-8, U+0000, finiteness; turns -0.0 into 0.0.
Status check_value(Value& value);
// Does the text hold a character of category Cf (invisible: bidirectional controls, zero-width...)? Accepted, but worth a warning.
bool has_invisible_characters(std::string_view text);

struct Node {
  NodeId id{};
  NodeKind kind{};
  Ref ref;
  Interval valid;
  Properties props;
  TxNumber tx = 0;  // the transaction that made this version
};

struct Edge {
  EdgeKind kind{};
  std::string kind_name;
  NodeId from{};
  NodeId to{};
  std::string label;
  Interval valid;
  Properties props;
  TxNumber tx = 0;  // the transaction that made this version
};

}  // namespace amont
