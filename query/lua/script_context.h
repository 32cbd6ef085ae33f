// What the functions of one run of a script share: the views they read, and how complete the answers were that they
// got.
//
// A context outlives its sandbox. Views stay where they are for the whole run, so sets and items point to theirs.
#pragma once

#include <deque>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include <lua.hpp>

#include "amont/query.h"
#include "amont/snapshot.h"
#include "amont/store.h"
#include "query/lua/guard.h"

namespace amont {

// Where a function that fills no slot leaves its status before it raises (slot.h has the pattern), and a text on its way into Lua.
struct HostContext {
  Status status;
  std::string text;
};

// Runs `work`, a callable that returns Status, without a slot. False: raise_status(L, context->status).
template <class Work>
bool run_work(lua_State* L, HostContext* context, Work&& work) noexcept {
  try {
    context->status = work();
  } catch (...) {
    budget_of(L).end_for_memory();
    context->status = Status();
  }
  return context->status.ok() && !budget_of(L).ended();
}

// The register as known at a transaction and, if asked so, as true at a time.
struct AtView {
  Snapshot view;
  std::optional<Timestamp> valid_at;
  std::optional<Timestamp> valid_until;

  // Whether a record counts at valid_at.
  bool counts(const Interval& valid) const {
    return !valid_at || (valid_until ? valid.overlaps(*valid_at, *valid_until) : valid.contains(*valid_at));
  }
};

class ScriptContext : public HostContext {
 public:
  ScriptContext(const Snapshot& view, Store* store) : views_{{view, {}, {}}}, now_(&views_.front()), store_(store) {}
  ScriptContext(const ScriptContext&) = delete;
  ScriptContext& operator=(const ScriptContext&) = delete;

  const AtView& now() const { return *now_; }
  // From now on the run asks another state of the register, as a session does that is told to. What it holds already stays in the state
  // that it came from. kLimit when it does so too often.
  Status look_at(AtView at);
  // Forgets what answers lacked so far.
  void begin_line();
  Store* store() const { return store_; }  // may be absent
  // `at` unless the run has it already. kLimit when a script collects views.
  Result<const AtView*> keep(AtView at);
  // As the register was known at a transaction, or at a time; never later than the run's own view, so that a script
  // gives the same answer whenever it is run on that view. kUnsupported without a store.
  Result<Snapshot> known_at(TxNumber tx) const;
  Result<Snapshot> known_at(Timestamp time) const;
  // Who wrote a transaction that the run can see, when and why. kUnsupported without a store.
  Result<TxEntry> transaction(TxNumber tx) const;

  // Adds what an answer lacked. Of one reason given by several answers, whose unlisted things may be the same or not,
  // the largest count is what there is at least.
  void take(const Completeness& answer);
  // Of all answers, in a fixed order.
  Result<Completeness> completeness() const;

 private:
  std::deque<AtView> views_;
  const AtView* now_;  // one of them
  Store* store_;
  std::vector<PartialReason> reasons_;
  std::set<std::pair<NodeId, std::string>> unknown_;
};

// kInvalid, with what was probably meant, for a kind that the schema does not have.
Status check_node_kind(const Schema& schema, std::string_view name);
Status check_edge_kind(const Schema& schema, std::string_view name);

// The id of a ref. kInvalid for what is no ref, kNotFound for a node the register never knew.
Result<NodeId> find_id(const AtView& at, std::string_view ref);

}  // namespace amont
