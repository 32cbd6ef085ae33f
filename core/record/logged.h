// A transaction as the log holds it: ids for names, and only what changed.
#pragma once

#include <array>
#include <cstdint>
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
using LoggedChange = std::variant<LoggedNodePut, LoggedEdgePut, LoggedNodeRetract, LoggedEdgeRetract, LoggedSchema,
                                  LoggedRule, LoggedRuleRemoval>;

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
  Digest request{};  // of the request that came under the key; only with a key
  std::vector<LoggedFinding> findings;
  std::vector<LoggedChange> changes;
};

}  // namespace amont
