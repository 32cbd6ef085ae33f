// A transaction as the log holds it: ids for names, and only what changed.
#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <string>
#include <variant>
#include <vector>

#include "amont/store.h"
#include "amont/transaction.h"
#include "core/merkle/sha256.h"

namespace amont {

using RegisterId = std::array<std::uint8_t, 16>;

struct LoggedNodePut {
  NodeId id{};
  bool binds = false;                 // the first put ever: binds `id` to `ref`
  bool begins = false;                // a new life: absent before
  Ref ref;                            // only when it binds
  std::vector<PropertyChange> props;  // sorted by name
  TimeChange valid_from;
  TimeChange valid_to;
};
struct EdgeIdentity {
  EdgeKind kind{};
  NodeId from{};
  NodeId to{};
  std::string label;
  bool operator==(const EdgeIdentity&) const = default;
};
struct LoggedEdgePut {
  EdgeIdentity edge;
  bool begins = false;
  std::vector<PropertyChange> props;
  TimeChange valid_from;
  TimeChange valid_to;
};
struct LoggedNodeRetract {
  NodeId id{};
};
struct LoggedEdgeRetract {
  EdgeIdentity edge;
};
struct LoggedSchema {
  SchemaGrowth growth;
};
struct LoggedRule {
  Rule rule;
};
struct LoggedRuleRemoval {
  std::string name;
};
// A part that a redaction erases, or erased.
struct ErasedPart {
  TxNumber tx = 0;         // it is of this transaction
  std::uint32_t part = 0;  // the how manieth of it
  TxNumber until =
      0;  // the value stood from `tx` to before this; 0: it stood until it was erased; tx: it was never shown
  Digest commitment{};  // which stays

  bool stood_at(TxNumber at) const { return tx <= at && (until == 0 || at < until); }
  bool operator==(const ErasedPart&) const = default;
};
struct LoggedRedaction {
  enum class Of : std::uint8_t { kNode = 1, kEdge = 2, kHeading = 3, kRequest = 4 };
  Of of{};
  NodeId id{};        // the node's
  EdgeIdentity edge;  // the edge's
  TxNumber tx = 0;    // whose heading or request it is
  std::string name;   // the property; "author", "reason", "source", "again"; of a request, its idempotency key
  TxNumber only = 0;  // the one transaction whose texts were to go; 0: all of them
  std::vector<ErasedPart> erased;
};
using LoggedChange = std::variant<LoggedNodePut, LoggedEdgePut, LoggedNodeRetract, LoggedEdgeRetract, LoggedSchema,
                                  LoggedRule, LoggedRuleRemoval, LoggedRedaction>;

// A part of this transaction that is gone.
struct GonePart {
  std::uint32_t part = 0;
  std::optional<std::size_t> change;  // whose value it was; nothing: it was of the heading
  std::string property;               // the value's
  Digest commitment{};
};

// What a rule said of the transaction.
struct LoggedFinding {
  std::string rule;
  RuleMode mode{};
  bool overridden = false;
  bool checked = true;
  std::uint64_t violations = 0;
  std::vector<NodeId> nodes;
};

// Everything in the header but what codec computes from the parts.
struct LoggedHead {
  TxKind kind = TxKind::kPlain;
  RegisterId register_id{};
  TxNumber number = 0;
  Timestamp time;
  TxNumber batch = 0;                // the batch's opening transaction, itself included; 0 outside
  std::uint64_t next_node_id = 0;    // ids given after this transaction
  std::uint32_t schema_version = 0;  // after this transaction
  Digest previous_root{};            // of the tree over the transactions before this one
};

struct LoggedTransaction {
  LoggedHead head;
  std::string author;
  std::string reason;
  Source source;
  std::string idempotency_key;
  Digest request{};  // of the request that came under the key; only with a key; zeros when it was redacted
  std::vector<LoggedFinding> findings;
  std::string again;  // why texts come back that were redacted
  std::vector<LoggedChange> changes;
  std::vector<GonePart> gone;  // as read; ascending
};

}  // namespace amont
