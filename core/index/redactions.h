// What the index keeps of redactions: for each record, and each transaction whose heading lost a text, what was erased and by which
// transaction. Taking one in erases the values themselves from all versions, whether they are still in the log or not, so that a
// replay of the log before and after gives the same index.
//
// kMeta "redactions"          -> count:varint, of those taken in
// kMeta "redacted" ‖ owner    -> (by:varint name:text erased)*      owner := 01 id:u64 | 02 edge | 03 tx:u64, edge as in kEdges
#pragma once

#include <map>
#include <string>
#include <vector>

#include "core/index/page_cache.h"
#include "core/index/reader.h"
#include "core/index/table.h"
#include "core/record/logged.h"

namespace amont {

// Of one record or heading.
struct KnownRedaction {
  TxNumber by = 0;
  std::string name;  // of the property; "author"...
  std::vector<ErasedPart> erased;
};

std::string redactions_key(NodeId id);
std::string redactions_key(const EdgeIdentity& edge);
std::string redactions_key_of_heading(TxNumber tx);
// Those under one of these keys, in the order in which they were made. kDamaged.
Result<std::vector<KnownRedaction>> read_redactions(const Table& table, const std::string& key);
// Whether there is any redaction in the register.
Result<bool> any_redactions(const Table& table);

// Takes in the redactions of one transaction, which has nothing else.
class RedactionTaker {
 public:
  RedactionTaker(TxNumber by, const IndexReader& reader) : by_(by), reader_(reader) {}

  Status take(const LoggedRedaction& redaction);
  // Adds to `records` the nodes whose record is another now.
  void finish(TableBatch& batch, std::vector<NodeId>& records);

 private:
  using Place = std::pair<Space, std::string>;
  Result<std::optional<std::string>> get(Space space, const std::string& key) const;
  void put(Space space, std::string key, std::string value) { written_[{space, std::move(key)}] = std::move(value); }

  Status count();
  Status erase_from_node(const LoggedRedaction& redaction);
  Status erase_from_edge(const LoggedRedaction& redaction);
  Status erase_request(const LoggedRedaction& redaction);
  Status remember(const LoggedRedaction& redaction, const std::string& key);

  const TxNumber by_;
  const IndexReader& reader_;
  std::map<Place, std::string> written_;
  std::vector<NodeId> records_;  // of nodes, that it changed
};

}  // namespace amont
