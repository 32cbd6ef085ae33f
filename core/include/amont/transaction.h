// Transaction: changes that land together or not at all, applied in order.
#pragma once

#include <optional>
#include <string>
#include <variant>
#include <vector>

#include "amont/model.h"
#include "amont/rule.h"
#include "amont/schema.h"

namespace amont {

// Without a value (std::nullopt) the property is removed.
struct PropertyChange {
  std::string name;
  std::optional<Value> value;
};

// Outer empty: keep. Inner empty: clear.
using TimeChange = std::optional<std::optional<Timestamp>>;

// Merges into the node, or makes it. After a retraction a put starts a new life with nothing of the old one.
struct PutNode {
  Ref ref;
  std::vector<PropertyChange> props;
  TimeChange valid_from;
  TimeChange valid_to;
};

struct PutEdge {
  std::string kind;
  Ref from;
  Ref to;
  std::string label;
  std::vector<PropertyChange> props;
  TimeChange valid_from;
  TimeChange valid_to;
};

struct RetractNode {
  Ref ref;
};

struct RetractEdge {
  std::string kind;
  Ref from;
  Ref to;
  std::string label;
};

struct GrowSchema {
  SchemaGrowth growth;
};

// A rule of the same name is replaced. That, and removing one, needs the transaction to say who and why.
struct PutRule {
  Rule rule;
};

struct RemoveRule {
  std::string name;
};

using Change = std::variant<PutNode, PutEdge, RetractNode, RetractEdge, GrowSchema, PutRule, RemoveRule>;

// Where a transaction's content came from. All optional.
struct Source {
  std::string format;                       // "jsonl", "table-schema"...
  std::string file;                         // a name, never opened
  std::string sha256;                       // of the file, hex
  std::optional<TxNumber> original_number;  // in the register it was exported from
  std::optional<Timestamp> original_time;

  bool empty() const { return format.empty() && file.empty() && sha256.empty() && !original_number && !original_time; }
  bool operator==(const Source&) const = default;
};

struct Transaction {
  std::vector<Change> changes;
  std::string author;  // up to kTextBytesMax, as reason
  std::string reason;
  Source source;
  std::string idempotency_key;  // up to kKeyBytesMax; empty: none
  // Rules in force whose refusal is to be recorded and not to stop it; "all" for all. Needs an author and a reason.
  std::vector<std::string> override_rules;
  // Why it puts texts whose properties were redacted (amont/redaction.h); empty: such puts are refused. Kept in the log.
  std::string again;
};

// What a commit did.
struct Receipt {
  TxNumber tx = 0;       // the transaction's number; the head when nothing changed
  bool written = false;  // false: nothing to do, or a repeated idempotency key
};

}  // namespace amont
