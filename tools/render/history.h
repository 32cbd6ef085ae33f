// Transactions and their changes, as text and as JSON.
#pragma once

#include <string>

#include "amont/store.h"

namespace amont::tool {

// `{"tx": 7, "time": ..., "kind": "plain", ...}` without the closing brace.
std::string open_entry_json(const TxEntry& entry);
// One change in the words of JSONL, with "begins" and "implied" where they are true.
std::string change_json(const TxChange& change);

// Its members, into an object that is open: "rule", "mode", "lua", "arguments".
void append_rule(std::string& out, const Rule& rule);

// An entry and all its changes, in one line.
std::string detail_json(const TxDetail& detail);
struct ChangeText {
  std::string what;    // "new", "changed", "retracted", "schema", "rule"
  std::string record;  // "dataset:y", "output:x -derived_from-> dataset:y"
  std::string detail;  // "title=Y; n removed"
};
ChangeText change_text(const TxChange& change);

// "uses-approved: 2 violations, overridden"
std::string finding_text(const RuleFinding& finding);

// "table-schema hub.jsonl sha256 0123456789ab, was transaction 7 of 2026-..."
std::string source_text(const Source& source);

}  // namespace amont::tool
