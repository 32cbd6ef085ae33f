#include "tests/support/model_store.h"

#include <utility>

namespace amont {
namespace {

// What a put makes of a record. `declared` is the kind's list of properties.
Result<ModelRecord> merged(ModelRecord record, const std::vector<PropertyRow>& declared,
                           const std::vector<PropertyChange>& props, const TimeChange& from, const TimeChange& to) {
  for (const PropertyChange& change : props) {
    if (!change.value) {
      record.props.erase(change.name);
      continue;
    }
    Value value = *change.value;
    AMONT_TRY(check_value(value));
    for (const PropertyRow& row : declared) {
      if (row.name == change.name) AMONT_TRY(check_type(row, "", value));
    }
    record.props[change.name] = value;
  }
  if (from) record.valid.from = *from;
  if (to) record.valid.to = *to;
  if (record.valid.from && record.valid.to && *record.valid.from >= *record.valid.to) {
    return invalid("an interval that holds no instant");
  }
  return record;
}

bool same_content(const ModelRecord& a, const ModelRecord& b) { return a.valid == b.valid && a.props == b.props; }

// Puts the record under the key, if that changes anything.
template <class Key>
bool keep(std::map<Key, ModelRecord>& alive, std::set<Key>& known, const Key& key, ModelRecord record,
          TxNumber number) {
  const auto standing = alive.find(key);
  if (standing != alive.end() && same_content(standing->second, record)) return false;
  record.tx = record.tx_first = number;
  alive[key] = std::move(record);
  known.insert(key);
  return true;
}

template <class Key>
ModelRecord standing_or_new(const std::map<Key, ModelRecord>& alive, const Key& key) {
  const auto standing = alive.find(key);
  return standing == alive.end() ? ModelRecord() : standing->second;
}

Result<bool> put_node(ModelState& state, const PutNode& put, TxNumber number) {
  AMONT_TRY(put.ref.check());
  const NodeRow* row = state.schema.node(put.ref.kind);
  if (row == nullptr) return refused("no node kind " + put.ref.kind);
  AMONT_LET(ModelRecord record,
            merged(standing_or_new(state.nodes, put.ref), row->props, put.props, put.valid_from, put.valid_to));
  return keep(state.nodes, state.nodes_known, put.ref, std::move(record), number);
}

// A variable is part of at most one dataset or output at a time.
bool is_in_another(const ModelState& state, const ModelEdgeKey& wanted) {
  if (wanted.kind != "part_of" || state.role_of(wanted.from) != Role::kVariable) return false;
  for (const auto& [key, record] : state.edges) {
    if (key.kind == "part_of" && key.from == wanted.from && key.to != wanted.to) return true;
  }
  return false;
}

Result<bool> put_edge(ModelState& state, const PutEdge& put, TxNumber number) {
  AMONT_TRY(check_label(put.label));
  const EdgeRow* row = state.schema.edge(put.kind);
  if (row == nullptr) return refused("no edge kind " + put.kind);
  for (const Ref& end : {put.from, put.to}) {
    if (!state.nodes.contains(end)) return not_found("no node " + end.text());
  }
  AMONT_TRY(state.schema.check_ends(*row, put.from.kind, put.to.kind));
  const ModelEdgeKey key{put.kind, put.from, put.to, put.label};
  if (is_in_another(state, key)) return refused("the variable is part of another dataset");
  AMONT_LET(ModelRecord record,
            merged(standing_or_new(state.edges, key), row->props, put.props, put.valid_from, put.valid_to));
  return keep(state.edges, state.edges_known, key, std::move(record), number);
}

Result<bool> retract_node(ModelState& state, const Ref& ref) {
  if (!state.nodes_known.contains(ref)) return not_found("never known: " + ref.text());
  const bool changes = state.nodes.erase(ref) > 0;
  std::erase_if(state.edges, [&](const auto& edge) { return edge.first.from == ref || edge.first.to == ref; });
  return changes;
}

Result<bool> retract_edge(ModelState& state, const RetractEdge& retract) {
  const ModelEdgeKey key{retract.kind, retract.from, retract.to, retract.label};
  if (!state.edges_known.contains(key)) return not_found("never known: " + key.text());
  return state.edges.erase(key) > 0;
}

// What is stored never becomes invalid by a growth.
Status check_stored(const ModelState& state, const Schema& grown) {
  const auto fits = [](const ModelRecord& record, const std::vector<PropertyRow>& rows) -> Status {
    for (const auto& [name, value] : record.props)
      if (const PropertyRow* row = find_row(rows, name)) AMONT_TRY(check_type(*row, "the row", value));
    return {};
  };
  for (const auto& [ref, record] : state.nodes) AMONT_TRY(fits(record, grown.node(ref.kind)->props));
  for (const auto& [key, record] : state.edges) AMONT_TRY(fits(record, grown.edge(key.kind)->props));
  return {};
}

}  // namespace

Role ModelState::role_of(const Ref& ref) const {
  const NodeRow* row = schema.node(ref.kind);
  return row == nullptr ? Role::kNone : row->role;
}

Result<bool> apply(ModelState& state, const Change& change, TxNumber number) {
  if (const auto* put = std::get_if<PutNode>(&change)) return put_node(state, *put, number);
  if (const auto* put = std::get_if<PutEdge>(&change)) return put_edge(state, *put, number);
  if (const auto* retract = std::get_if<RetractNode>(&change)) return retract_node(state, retract->ref);
  if (const auto* retract = std::get_if<RetractEdge>(&change)) return retract_edge(state, *retract);
  if (!std::holds_alternative<GrowSchema>(change)) return true;  // rules are no part of the state
  Schema grown = state.schema;
  AMONT_LET(const bool changed, grown.grow(std::get<GrowSchema>(change).growth));
  AMONT_TRY(check_stored(state, grown));
  state.schema = std::move(grown);
  return changed;
}

Result<bool> apply_all(ModelState& state, const std::vector<Change>& changes, TxNumber number) {
  ModelState next = state;
  bool any = false;
  for (const Change& change : changes) {
    AMONT_LET(const bool changes_something, apply(next, change, number));
    any = any || changes_something;
  }
  // An edge that came and went within one transaction was in no state that anybody could see: it was never known.
  std::erase_if(next.edges_known,
                [&](const ModelEdgeKey& key) { return !next.edges.contains(key) && !state.edges_known.contains(key); });
  state = std::move(next);
  return any;
}

const ModelState& ModelStore::at(TxNumber tx) const {
  const ModelState* found = &states_.front();
  for (const ModelState& state : states_) {
    if (state.tx <= tx) found = &state;
  }
  return *found;
}

const ModelState& ModelStore::at(Timestamp time) const {
  const ModelState* found = &states_.front();
  for (const ModelState& state : states_) {
    if (state.tx > 0 && state.time <= time) found = &state;
  }
  return *found;
}

}  // namespace amont
