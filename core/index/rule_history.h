// The rules in force as of each transaction. The index keeps every change of them, in order, and this has them all in memory: they
// are few.
//
//   kMeta "rule" ‖ number:u32, from 1 -> tx:varint part      a part of kind rule put or rule removed (core/record/parts.h)
#pragma once

#include <cstdint>
#include <memory>
#include <vector>

#include "amont/rule.h"
#include "core/index/table.h"
#include "core/record/logged.h"

namespace amont {

class RuleHistory {
 public:
  struct Version {
    TxNumber tx = 0;            // the transaction that made it so
    std::uint32_t changes = 0;  // up to it
    std::shared_ptr<const RuleList> rules;
  };

  RuleHistory();
  // kDamaged when what the table holds can't be read.
  Status load(const Table& table);

  const Version& newest() const { return versions_.back(); }
  const std::shared_ptr<const RuleList>& at(TxNumber tx) const;
  // What holds after a transaction, as newest() when it changes no rule; what it adds goes into `batch`.
  Version after(const LoggedTransaction& transaction, TableBatch& batch) const;
  void take(Version version);

 private:
  std::vector<Version> versions_;  // ascending
};

}  // namespace amont
