// diff_records(): the records that transactions between two states changed, and what they were in each.
#include <algorithm>
#include <map>
#include <set>
#include <tuple>

#include "amont/diff.h"
#include "query/walk/walk.h"

namespace amont {
namespace {

// A record by its names; a node has no kind of edge. Ordered as answers are.
struct RecordKey {
  std::string edge_kind, from, to, label;
  Ref node, far;
  auto order() const { return std::tie(edge_kind, from, to, label); }
  bool operator<(const RecordKey& other) const { return order() < other.order(); }
};

using Changed = std::map<RecordKey, TxNumber>;  // and the last transaction that changed it

Status collect(Store& store, TxNumber first, TxNumber last, Clock& clock, Changed& changed) {
  for (TxNumber tx = first; tx <= last; ++tx) {
    if (clock.stops_now()) return Status(Code::kTimeout, "the time was up before all transactions were read");
    AMONT_LET(const TxDetail detail, store.transaction(tx));
    if (!detail.entry.visible) continue;
    for (const TxChange& change : detail.changes) {
      if (change.what >= TxChange::What::kGrowSchema) continue;  // of no record
      const bool edge = !change.edge_kind.empty();
      RecordKey key{change.edge_kind, change.node.text(), edge ? change.to.text() : "",
                    change.label,     change.node,        change.to};
      changed[std::move(key)] = tx;
    }
  }
  return {};
}

// What a record holds in one state.
struct State {
  bool there = false;
  Interval valid;
  Properties props;
};

Result<State> state_of(const Snapshot& view, const RecordKey& key) {
  AMONT_LET(const std::optional<NodeId> id, view.find(key.node));
  if (!id) return State();
  if (key.edge_kind.empty()) {
    AMONT_LET(std::optional<Node> node, view.node(*id));
    return node ? State{true, node->valid, std::move(node->props)} : State();
  }
  AMONT_LET(const std::optional<NodeId> far, view.find(key.far));
  const EdgeRow* const row = view.schema().edge(key.edge_kind);
  if (!far || !row) return State();
  AMONT_LET(std::optional<Edge> edge, view.edge(row->kind, *id, *far, key.label));
  return edge ? State{true, edge->valid, std::move(edge->props)} : State();
}

std::optional<Value> value_of(const Properties& props, const std::string& name) {
  const Value* const value = find_property(props, name);
  return value ? std::optional(*value) : std::nullopt;
}

std::optional<Value> value_of(const std::optional<Timestamp>& time) {
  return time ? std::optional<Value>(*time) : std::nullopt;
}

std::vector<RecordDiff::Property> differing(const State& before, const State& after) {
  std::set<std::string> names;
  for (const State* const state : {&before, &after})
    for (const Property& property : state->props) names.insert(property.name);
  std::vector<RecordDiff::Property> props;
  const auto add = [&](const std::string& name, std::optional<Value> was, std::optional<Value> is) {
    if (was != is) props.push_back({name, std::move(was), std::move(is)});
  };
  for (const std::string& name : names) add(name, value_of(before.props, name), value_of(after.props, name));
  add("valid_from", value_of(before.valid.from), value_of(after.valid.from));
  add("valid_to", value_of(before.valid.to), value_of(after.valid.to));
  return props;
}

}  // namespace

Result<std::vector<RecordDiff>> diff_records(Store& store, const Snapshot& before, const Snapshot& after,
                                             const AskOptions& options) {
  if (before.tx() > after.tx()) return invalid("the first of the two states must be the earlier one");
  Clock clock(options);
  Changed changed;
  AMONT_TRY(collect(store, before.tx() + 1, after.tx(), clock, changed));
  std::vector<RecordDiff> diffs;
  for (const auto& [key, tx] : changed) {
    if (clock.stops_now()) return Status(Code::kTimeout, "the time was up before all records were compared");
    AMONT_LET(const State was, state_of(before, key));
    AMONT_LET(const State is, state_of(after, key));
    if (!was.there && !is.there) continue;
    RecordDiff diff{was.there ? is.there ? DiffKind::kChanged : DiffKind::kRemoved : DiffKind::kAdded,
                    key.node,
                    key.edge_kind,
                    key.far,
                    key.label,
                    differing(was, is),
                    tx};
    if (diff.what != DiffKind::kChanged || !diff.props.empty()) diffs.push_back(std::move(diff));
  }
  return diffs;
}

}  // namespace amont
