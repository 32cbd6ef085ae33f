// The register as a list of whole states, one after each transaction: slow, and plain enough to be checked against
// ARCHITECTURE.md and README.md by eye. Tests compare the real register with it.
//
// It knows no ids and no numbers of kinds: everything is under its ref. It shares nothing with core/ but the words of
// the model (amont/model.h), the schema, and the changes of a transaction.
#pragma once

#include <map>
#include <set>
#include <string>
#include <string_view>
#include <vector>

#include "amont/model.h"
#include "amont/schema.h"
#include "amont/transaction.h"

namespace amont {

// What a node or an edge holds besides its name.
struct ModelRecord {
  Interval valid;
  std::map<std::string, Value> props;
  // The transaction that made this version: the last number it may have. Inside a batch nobody outside can tell which
  // of the batch's transactions it was; then it is one of tx_first..tx.
  TxNumber tx = 0;
  TxNumber tx_first = 0;
};

struct ModelEdgeKey {
  std::string kind;
  Ref from;
  Ref to;
  std::string label;
  auto operator<=>(const ModelEdgeKey&) const = default;
  std::string text() const { return from.text() + " -" + kind + "-> " + to.text() + " \"" + label + "\""; }
};

struct ModelState {
  TxNumber tx = 0;
  Timestamp time;
  Schema schema;
  std::map<Ref, ModelRecord> nodes;           // alive
  std::map<ModelEdgeKey, ModelRecord> edges;  // alive
  std::set<Ref> nodes_known;                  // ever put
  std::set<ModelEdgeKey> edges_known;

  Role role_of(const Ref& ref) const;
};

// Applies one change, as part of a transaction that gets `number`. Returns whether it changes anything; a change that
// is refused leaves the state as it was.
Result<bool> apply(ModelState& state, const Change& change, TxNumber number);

// Applies all or nothing; whether the transaction changes anything.
Result<bool> apply_all(ModelState& state, const std::vector<Change>& changes, TxNumber number);

class ModelStore {
 public:
  // The empty register, number 0.
  ModelStore() { states_.emplace_back(); }

  const ModelState& now() const { return states_.back(); }
  // The last state whose number is at most `tx`.
  const ModelState& at(TxNumber tx) const;
  // The state after the last transaction with time <= `time`; the empty register before the first.
  const ModelState& at(Timestamp time) const;
  const std::vector<ModelState>& states() const { return states_; }

  // What comes next; its number must be higher, its time no earlier.
  void land(ModelState next) { states_.push_back(std::move(next)); }

 private:
  std::vector<ModelState> states_;
};

}  // namespace amont
