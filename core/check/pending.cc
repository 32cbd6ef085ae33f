#include "core/check/pending.h"

#include <fmt/format.h>

#include "core/check/values.h"

namespace amont {
namespace {

std::string quoted(const EdgeIdentity& edge, const Schema& schema, const Ref& from, const Ref& to) {
  return fmt::format("{} -{}-> {}{}{}", from.text(), schema.edge(edge.kind).name, to.text(), edge.label.empty() ? "" : " ", edge.label);
}

Status too_large(const std::string& what) {
  return limit_exceeded(fmt::format("{} has more than {} MiB of properties", what, kRecordBytesMax >> 20));
}

}  // namespace

std::size_t Pending::IdentityHash::operator()(const EdgeIdentity& edge) const {
  std::uint64_t mixed = number_of(edge.from) * 0x9e3779b97f4a7c15ull;
  mixed = (mixed ^ mixed >> 32 ^ number_of(edge.to)) * 0xff51afd7ed558ccdull;
  mixed = (mixed ^ mixed >> 32 ^ number_of(edge.kind)) * 0xc4ceb9fe1a85ec53ull;
  if (!edge.label.empty()) mixed ^= std::hash<std::string>()(edge.label);
  return mixed ^ mixed >> 29;
}

Pending::Pending(const Index& index, std::uint64_t next_id, std::shared_ptr<const Schema> schema)
    : index_(index), first_new_id_(next_id), next_id_(next_id), schema_(std::move(schema)) {}

Result<std::optional<LoggedChange>> Pending::take(const Change& change) {
  if (const auto* node = std::get_if<PutNode>(&change)) return put(*node);
  if (const auto* edge = std::get_if<PutEdge>(&change)) return put(*edge);
  if (const auto* node = std::get_if<RetractNode>(&change)) return retract(*node);
  if (const auto* edge = std::get_if<RetractEdge>(&change)) return retract(*edge);
  return grow(std::get<GrowSchema>(change));
}

void Pending::mark() {
  marked_ = true;
  undo_.clear();
}

void Pending::take_back() {
  for (; !undo_.empty(); undo_.pop_back()) undo_.back()();
}

NodeKind Pending::kind_of(NodeId id) const { return nodes_.at(id).kind; }

Result<std::optional<NodeId>> Pending::find(const std::string& ref) const {
  const auto known = refs_.find(ref);
  if (known != refs_.end()) return std::optional<NodeId>(known->second);
  if (first_new_id_ == 0) return std::optional<NodeId>();  // the index holds no node yet
  return index_.reader()->find(ref);
}

// A node that exists, here or in the index.
Result<Pending::NodeState*> Pending::node(NodeId id) {
  const auto known = nodes_.find(id);
  if (known != nodes_.end()) return &known->second;
  AMONT_LET(const auto page, index_.reader()->node_page(page_of(id)));
  const NodeSlot& slot = page->nodes[slot_of(id)];
  if (slot.created == 0) return damaged(fmt::format("node {} is not in the index; run `amont rebuild`", number_of(id)));
  NodeState state;
  state.kind = NodeKind(slot.kind);
  state.alive = !(slot.flags & kSlotDead);
  return &nodes_.emplace(id, std::move(state)).first->second;
}

Result<NodeVersion> Pending::record_of(NodeId id, const NodeState& state) const {
  if (state.has_record) return decode_node_version(state.record);
  AMONT_LET(auto version, index_.reader()->node(id, kNewest));
  if (!version) return damaged(fmt::format("node {} is not in the index; run `amont rebuild`", number_of(id)));
  return *std::move(version);
}

Result<std::optional<LoggedChange>> Pending::put(const PutNode& change) {
  AMONT_TRY(change.ref.check());
  const NodeRow* row = schema_->node(change.ref.kind);
  if (!row) return refused(fmt::format("{}: the schema has no node kind \"{}\"; declare it with: node \"{}\" {{}}", change.ref.text(), change.ref.kind, change.ref.kind));
  LoggedNodePut logged;
  AMONT_LET(logged.props, check_properties(change.props, row->props, [&] { return row->text(); }).while_doing(change.ref.text()));
  logged.valid_from = change.valid_from;
  logged.valid_to = change.valid_to;

  std::string ref = change.ref.text();
  AMONT_LET(const auto known, find(ref));
  NodeState* state = nullptr;
  NodeVersion version;
  if (known) {
    AMONT_LET(state, node(*known));
    if (state->alive) {
      AMONT_LET(version, record_of(*known, *state));
    }
  }
  version.kind = row->kind;
  merge_and_trim(version.props, logged.props);
  merge_and_trim(version.valid, logged.valid_from, logged.valid_to);
  AMONT_TRY(check_interval(version.valid).while_doing(ref));
  if (version.props.size() > kPropertiesMax) return limit_exceeded(fmt::format("{} has more than {} properties", ref, kPropertiesMax));
  if (state && state->alive && logged.props.empty() && !logged.valid_from && !logged.valid_to) return std::optional<LoggedChange>();
  version.alive = true;
  std::string record = encode(version);
  if (record.size() > kRecordBytesMax) return too_large(ref);

  if (!known) {
    if (next_id_ >= kNodesMax) return limit_exceeded("the register has as many nodes as it can hold");
    logged.id = NodeId(next_id_++);
    logged.binds = logged.begins = true;
    logged.ref = change.ref;
    remember([this, ref, id = logged.id] {
      refs_.erase(ref);
      nodes_.erase(id);
      --next_id_;
    });
    refs_.emplace(std::move(ref), logged.id);
    nodes_.emplace(logged.id, NodeState{row->kind, true, true, 0, std::move(record)});
  } else {
    logged.id = *known;
    logged.begins = !state->alive;
    if (marked_) remember([this, id = logged.id, old = *state] { nodes_[id] = old; });
    state->alive = true;
    state->has_record = true;
    state->record = std::move(record);
  }
  return std::optional<LoggedChange>(std::move(logged));
}

Result<NodeId> Pending::living_end(const Ref& ref) {
  AMONT_TRY(ref.check());
  AMONT_LET(const auto id, find(ref.text()));
  if (!id) return not_found(fmt::format("{} is not in the register; put it first", ref.text()));
  AMONT_LET(const NodeState* const state, node(*id));
  if (!state->alive) return not_found(fmt::format("{} was retracted; put it again first", ref.text()));
  return *id;
}

Status Pending::check_ends(const EdgeRow& row, NodeKind from, NodeKind to) {
  const std::uint64_t key = std::uint64_t{number_of(row.kind)} << 32 | std::uint64_t{number_of(from)} << 16 | number_of(to);
  if (fitting_ends_.contains(key)) return {};
  AMONT_TRY(schema_->check_ends(row, schema_->node(from).name, schema_->node(to).name));
  fitting_ends_.emplace(key, true);
  return {};
}

bool Pending::stands(const EdgeIdentity& identity, const EdgeState& state) const {
  return state.alive && nodes_.at(identity.from).life == state.from_life && nodes_.at(identity.to).life == state.to_life;
}

// The edge's state, read from the index when this is the first look at it. Both ends have been looked at before.
Result<Pending::EdgeState*> Pending::edge(const EdgeIdentity& identity, const EdgeRow& row) {
  const auto known = edges_.find(identity);
  if (known != edges_.end()) return &known->second;
  EdgeState state;
  const bool may_be_in_index = number_of(identity.from) < first_new_id_ && number_of(identity.to) < first_new_id_;
  if (may_be_in_index) {
    AMONT_LET(const auto live, index_.reader()->live_edge(row.edge_class, identity, kNewest));
    if (live) {
      state.alive = true;  // in life 0 of both ends
      if (live->flags & kEdgeDetailed) {
        AMONT_LET(const auto version, index_.reader()->edge_version(row.edge_class, identity, kNewest));
        if (!version) return damaged("an edge's record is not in the index; run `amont rebuild`");
        state.detailed = true;
        state.record = encode(*version);
      }
    }
  }
  return &edges_.emplace(identity, std::move(state)).first->second;
}

// A variable is part of at most one dataset or output at a time.
Status Pending::check_one_container(const EdgeIdentity& identity, const EdgeRow& row, const Ref& from) {
  const auto other = [&](NodeId container) -> Status {
    AMONT_LET(const auto bytes, index_.reader()->node(container, kNewest));
    std::string name = bytes ? schema_->node(bytes->kind).name + ":" + bytes->key : "another";
    for (const auto& [ref, id] : refs_)
      if (id == container) name = ref;
    return refused(fmt::format("{} is part of {} already, and a variable is part of one dataset or output at a time; retract that edge first",
                               from.text(), name));
  };
  const auto taken = containers_.find(identity.from);
  if (taken != containers_.end() && taken->second.to != identity.to) {
    const auto state = edges_.find(taken->second);
    if (state != edges_.end() && stands(taken->second, state->second)) return other(taken->second.to);
  }
  if (number_of(identity.from) >= first_new_id_ || nodes_.at(identity.from).life != 0) return {};
  AMONT_LET(const auto page, index_.reader()->page(EdgeClass::kStructure, Direction::kUpstream, page_of(identity.from), kNewest));
  const std::uint32_t slot = slot_of(identity.from);
  for (std::uint32_t i = page->nodes[slot].begin; i < page->nodes[slot + 1].begin; ++i) {
    if (page->kinds[i] != number_of(row.kind) || page->targets[i] == number_of(identity.to)) continue;
    const EdgeIdentity standing{row.kind, identity.from, NodeId(page->targets[i]), std::string(page->label(i))};
    AMONT_LET(const NodeState* const container, node(standing.to));
    const Role role = schema_->node(container->kind).role;
    if (role != Role::kDataset && role != Role::kOutput) continue;
    AMONT_LET(const EdgeState* const state, edge(standing, row));
    if (stands(standing, *state)) return other(standing.to);
  }
  return {};
}

Result<std::optional<LoggedChange>> Pending::put(const PutEdge& change) {
  const EdgeRow* row = schema_->edge(change.kind);
  if (!row) return refused(fmt::format("the schema has no edge kind \"{}\"", change.kind));
  AMONT_TRY(check_label(change.label));
  LoggedEdgePut logged;
  AMONT_LET(const NodeId from, living_end(change.from));
  AMONT_LET(const NodeId to, living_end(change.to));
  logged.edge = {row->kind, from, to, change.label};
  const std::uint32_t from_life = nodes_.at(from).life, to_life = nodes_.at(to).life;
  const NodeKind from_kind = nodes_.at(from).kind, to_kind = nodes_.at(to).kind;
  AMONT_TRY(check_ends(*row, from_kind, to_kind).while_doing(fmt::format("{} to {}", change.from.text(), change.to.text())));
  const Role to_role = schema_->node(to_kind).role;
  const bool contains_variable = row->tie() == Tie::kPartOf && schema_->node(from_kind).role == Role::kVariable &&
                                 (to_role == Role::kDataset || to_role == Role::kOutput);
  if (contains_variable) AMONT_TRY(check_one_container(logged.edge, *row, change.from));

  AMONT_LET(logged.props, check_properties(change.props, row->props, [&] { return row->text(); })
                              .while_doing(quoted(logged.edge, *schema_, change.from, change.to)));
  logged.valid_from = change.valid_from;
  logged.valid_to = change.valid_to;
  AMONT_LET(EdgeState* const state, edge(logged.edge, *row));
  const bool standing = stands(logged.edge, *state);
  EdgeVersion version;
  if (standing && state->detailed) {
    AMONT_LET(version, decode_edge_version(state->record));
  }
  merge_and_trim(version.props, logged.props);
  merge_and_trim(version.valid, logged.valid_from, logged.valid_to);
  AMONT_TRY(check_interval(version.valid).while_doing(quoted(logged.edge, *schema_, change.from, change.to)));
  if (version.props.size() > kPropertiesMax) return limit_exceeded(fmt::format("an edge has more than {} properties", kPropertiesMax));
  const bool same = logged.props.empty() && !logged.valid_from && !logged.valid_to;
  if (standing && same) return std::optional<LoggedChange>();
  std::string record;
  if (!same || (standing && state->detailed)) record = encode(version);
  if (record.size() > kRecordBytesMax) return too_large("an edge");

  if (marked_) remember([this, identity = logged.edge, old = *state] { edges_[identity] = old; });
  logged.begins = !standing;
  state->alive = true;
  state->detailed = !record.empty();
  state->record = std::move(record);
  state->from_life = from_life;
  state->to_life = to_life;
  if (contains_variable) containers_[from] = logged.edge;
  return std::optional<LoggedChange>(std::move(logged));
}

Result<std::optional<LoggedChange>> Pending::retract(const RetractNode& change) {
  AMONT_TRY(change.ref.check());
  AMONT_LET(const auto id, find(change.ref.text()));
  if (!id) return not_found(fmt::format("{} is not in the register", change.ref.text()));
  AMONT_LET(NodeState* const state, node(*id));
  if (!state->alive) return std::optional<LoggedChange>();
  if (marked_) remember([this, id = *id, old = *state] { nodes_[id] = old; });
  state->alive = false;
  ++state->life;
  return std::optional<LoggedChange>(LoggedNodeRetract{*id});
}

Result<std::optional<LoggedChange>> Pending::retract(const RetractEdge& change) {
  const EdgeRow* row = schema_->edge(change.kind);
  if (!row) return refused(fmt::format("the schema has no edge kind \"{}\"", change.kind));
  AMONT_TRY(check_label(change.label));
  AMONT_TRY(change.from.check());
  AMONT_TRY(change.to.check());
  const auto unknown = [&] {
    return not_found(fmt::format("{} -{}-> {} is not in the register", change.from.text(), change.kind, change.to.text()));
  };
  AMONT_LET(const auto from, find(change.from.text()));
  AMONT_LET(const auto to, find(change.to.text()));
  if (!from || !to) return unknown();
  AMONT_TRY(node(*from).status());
  AMONT_TRY(node(*to).status());
  const EdgeIdentity identity{row->kind, *from, *to, change.label};
  const bool seen_here = edges_.contains(identity) && edges_.at(identity).alive;
  AMONT_LET(EdgeState* const state, edge(identity, *row));
  if (!stands(identity, *state)) {
    if (seen_here || state->alive) return std::optional<LoggedChange>();
    AMONT_LET(const auto lives, index_.reader()->lives_at(*from));
    for (const EdgeLife& life : lives)
      if (life.direction == Direction::kUpstream && life.edge == identity) return std::optional<LoggedChange>();
    return unknown();
  }
  if (marked_) remember([this, identity, old = *state] { edges_[identity] = old; });
  // What never was in the index is known to have been here by its entry: alive, but in no life.
  state->from_life = state->to_life = ~std::uint32_t{0};
  state->detailed = false;
  state->record.clear();
  return std::optional<LoggedChange>(LoggedEdgeRetract{identity});
}

Result<std::optional<LoggedChange>> Pending::grow(const GrowSchema& change) {
  auto grown = std::make_shared<Schema>(*schema_);
  AMONT_LET(const bool changed, grown->grow(change.growth));
  if (!changed) return std::optional<LoggedChange>();
  if (change.growth.source.size() > kTextBytesMax) return limit_exceeded("a schema of more than 1 MiB of text");
  AMONT_TRY(check_stored(*grown));
  if (marked_) remember([this, old = schema_] { schema_ = old; });
  schema_ = std::move(grown);
  return std::optional<LoggedChange>(LoggedSchema{change.growth});
}

}  // namespace amont
