// The short way of Pending: new nodes and new edges, from views of an input's text or of a transaction to the log's parts. Whatever it
// does not know it leaves to the long way, which says what is wrong.
#include <bit>

#include "core/check/aside_keys.h"
#include "core/check/pending.h"
#include "core/fetch_ahead.h"

namespace amont {
namespace {

template <class Row>
const Row* row_named(const std::vector<Row>& rows, std::string_view name) {
  for (const Row& row : rows)
    if (row.name == name) return &row;
  return nullptr;
}

// Gives a value the declared type; false when it has another.
bool fit(FlatProperty& prop, const PropertyRow& row) {
  using Type = FlatProperty::Type;
  if (row.is_list) return false;
  switch (row.type) {
    case ValueType::kText: return prop.type == Type::kText;
    case ValueType::kInteger: return prop.type == Type::kInteger;
    case ValueType::kBoolean: return prop.type == Type::kBoolean;
    case ValueType::kReal:
      if (prop.type == Type::kInteger) {
        prop.bits = std::bit_cast<std::uint64_t>(static_cast<double>(static_cast<std::int64_t>(prop.bits)));
        prop.type = Type::kReal;
      }
      return prop.type == Type::kReal;
    case ValueType::kTimestamp:
      if (prop.type == Type::kText && prop.is_time) prop.type = Type::kTime;
      return prop.type == Type::kTime;
  }
  return false;
}

bool fit(std::span<FlatProperty> props, const std::vector<PropertyRow>& rows) {
  for (FlatProperty& prop : props) {
    const PropertyRow* const row = row_named(rows, prop.name);
    if (row && !fit(prop, *row)) return false;
    prop.sealed = prop.type == FlatProperty::Type::kText && !(row && row->is_plain);
  }
  return true;
}

bool is_interval(const FlatPut& put) { return !put.valid_from || !put.valid_to || *put.valid_from < *put.valid_to; }

// The parts that `out` was given since it had so many bytes.
std::string_view parts_since(const PartList& out, std::size_t bytes) {
  return std::string_view(out.bytes).substr(bytes);
}

}  // namespace

void Pending::expect(const FlatPut& put, Step step) {
  if (step == Step::kSlots) {
    refs_.expect_slot(put.ref_hash);
    if (put.is_edge) refs_.expect_slot(put.to_hash);
    return;
  }
  if (step == Step::kNames) {
    expect_name(put.ref_hash);
    if (put.is_edge) expect_name(put.to_hash);
    return;
  }
  if (!put.is_edge) return coming_.expect(put.ref_hash);
  const std::uint32_t from = expect_end(put.ref_hash), to = expect_end(put.to_hash);
  if (from == NameTable::kNone || to == NameTable::kNone) return;
  const EdgeRow* const row = row_named(schema_->edges(), put.kind);
  if (!row || !put.label.empty()) return;
  const EdgeKey key{from, to, 0, row->kind};
  edges_.expect(key);
  if (aside_) aside_->expect(tag_of(key.hash()));
}

void Pending::expect_name(std::uint64_t hash) const {
  if (!refs_.expect_name(hash) && aside_) aside_->expect(tag_of(hash));
}

// Most likely the number of the node with that hash, or kNone.
std::uint32_t Pending::expect_end(std::uint64_t hash) const {
  const NameTable::Name* const name = refs_.guess(hash);
  if (!name) return coming_.guess(hash);
  fetch_ahead(name->text);
  if (name->number >= first_in_memory_) fetch_ahead(&new_nodes_[name->number - first_in_memory_]);
  return name->number;
}

Result<bool> Pending::take(FlatPut& put, PartList& out) {
  AMONT_TRY(make_room());
  return put.is_edge ? put_edge(put, out) : put_node(put, out);
}

Result<bool> Pending::put_node(FlatPut& put, PartList& out) {
  const NodeRow* const row = row_named(schema_->nodes(), put.kind);
  if (!row || !is_interval(put) || next_id_ >= kNodesMax) return false;
  AMONT_LET(const auto known, find(put.ref, put.ref_hash, put.ref_ahead));
  if (known || !fit(put.props, row->props)) return false;
  const std::size_t before = out.bytes.size(), parts = out.size();
  append_new_node(out, put, NodeId{next_id_});
  NodeState state;
  state.kind = row->kind;
  state.alive = true;
  state.has = NodeState::Record::kLogged;
  state.record_bytes = static_cast<std::uint32_t>(out.bytes.size() - before);
  const auto kept = records_.keep(parts_since(out, before));
  if (!kept) {
    out.cut(parts);
    return kept.status();
  }
  state.record_at = *kept;
  coming_.came(put.ref_hash, next_id_);
  bind(put.ref, put.ref_hash, state);
  return true;
}

Result<bool> Pending::put_edge(FlatPut& put, PartList& out) {
  const EdgeRow* const row = row_named(schema_->edges(), put.kind);
  if (!row || !is_interval(put)) return false;
  if (!put.props.empty() && index_.has_redactions()) return false;  // an earlier life may have lost a text
  AMONT_LET(const auto from, find(put.ref, put.ref_hash, put.ref_ahead));
  if (!from) return false;
  AMONT_LET(const auto to, find(put.to, put.to_hash, put.to_ahead));
  if (!to) return false;
  AMONT_TRY(node(*from).status());
  AMONT_TRY(node(*to).status());
  const NodeState &from_state = known_node(*from), &to_state = known_node(*to);
  if (!from_state.alive || !to_state.alive || !check_ends(*row, from_state.kind, to_state.kind).ok()) return false;
  const std::uint32_t from_life = from_state.life, to_life = to_state.life;
  const EdgeIdentity identity{row->kind, *from, *to, std::string(put.label)};
  const bool contains_variable = holds_variable(*row, from_state.kind, to_state.kind);
  if (contains_variable) {
    AMONT_LET(const auto other, other_container(identity, *row));
    if (other) return false;
  }
  if (!fit(put.props, row->props)) return false;
  AMONT_LET(const EdgeKey key, key_of(identity));
  AMONT_LET(EdgeState* const state, edge(identity, key, *row));
  if (state->alive) return false;
  const std::size_t before = out.bytes.size(), parts = out.size();
  append_new_edge(out, put, row->kind, *from, *to);
  const bool detailed = !put.props.empty() || put.valid_from || put.valid_to;
  Detail detail;
  if (detailed) {
    const auto kept = records_.keep(parts_since(out, before));
    if (!kept) {
      out.cut(parts);
      return kept.status();
    }
    detail = {*kept, static_cast<std::uint32_t>(out.bytes.size() - before), true};
  }
  remember(key, *state);
  if (marked_) begun_.push_back(key);
  *state = edge_state(true, {from_life, to_life}, detail);
  if (contains_variable) remember_container(key);
  return true;
}

}  // namespace amont
