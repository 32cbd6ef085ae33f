#include "core/check/pending.h"

#include <xxhash.h>

#include <algorithm>

#include <fmt/format.h>

#include "core/check/values.h"
#include "core/text/suggest.h"
#include "core/text/utf8.h"

namespace amont {
namespace {

std::string quoted(const PutEdge& edge) {
  return fmt::format("{} -{}-> {}{}{}", edge.from.text(), edge.kind, edge.to.text(), edge.label.empty() ? "" : " ",
                     edge.label);
}

template <class Row>
Status unknown_kind(std::string_view what, const std::string& kind, const std::vector<Row>& rows) {
  std::vector<std::string_view> names;
  for (const Row& row : rows) names.push_back(row.name);
  const std::string_view near = nearest_word(kind, names);
  if (!near.empty())
    return refused(
        fmt::format("the schema has no {} kind {}; did you mean {}?", what, in_quotes(kind), in_quotes(near)));
  return refused(fmt::format("the schema has no {0} kind {1}; `amont schema` lists those it has, and declares more",
                             what, in_quotes(kind)));
}

Status too_large(const std::string& what) {
  return limit_exceeded(fmt::format("{} has more than {} MiB of properties", what, kRecordBytesMax >> 20));
}

}  // namespace

std::size_t Pending::EdgeKeyHash::operator()(const EdgeKey& edge) const {
  std::uint64_t mixed = (std::uint64_t{edge.from} << 32 | edge.to) * 0x9e3779b97f4a7c15ull;
  mixed = (mixed ^ mixed >> 32 ^ (std::uint64_t{edge.label} << 16 | number_of(edge.kind))) * 0xff51afd7ed558ccdull;
  return mixed ^ mixed >> 32;
}

std::size_t Pending::TextHash::operator()(std::string_view text) const { return XXH3_64bits(text.data(), text.size()); }

Pending::Pending(const Index& index, std::uint64_t next_id, std::shared_ptr<const Schema> schema)
    : index_(index), first_new_id_(next_id), next_id_(next_id), schema_(std::move(schema)) {}

Result<bool> Pending::take(Change&& change, std::vector<LoggedChange>& out) {
  if (auto* node = std::get_if<PutNode>(&change)) return put(*node, out);
  if (auto* edge = std::get_if<PutEdge>(&change)) return put(*edge, out);
  if (const auto* node = std::get_if<RetractNode>(&change)) return retract(*node, out);
  if (const auto* edge = std::get_if<RetractEdge>(&change)) return retract(*edge, out);
  return grow(std::get<GrowSchema>(change), out);
}

void Pending::mark() {
  marked_ = true;
  undo_.clear();
}

void Pending::take_back() {
  for (; !undo_.empty(); undo_.pop_back()) undo_.back()();
}

// Nodes ---------------------------------------------------------------------------------------------------------------

Result<std::optional<NodeId>> Pending::find(const Ref& ref) {
  text_.assign(ref.kind).append(1, ':').append(ref.key);
  const auto known = refs_.find(text_);
  if (known != refs_.end()) return std::optional(NodeId{known->second});
  if (first_new_id_ == 0) return std::optional<NodeId>();  // the index holds no node yet
  return index_.reader()->find(text_);
}

const Pending::NodeState& Pending::known_node(NodeId id) const {
  const std::uint64_t number = number_of(id);
  return number >= first_new_id_ ? new_nodes_[number - first_new_id_] : old_nodes_.at(id);
}
Pending::NodeState& Pending::known_node(NodeId id) {
  return const_cast<NodeState&>(std::as_const(*this).known_node(id));
}

// A node that exists, here or in the index. Good until the next call.
Result<Pending::NodeState*> Pending::node(NodeId id) {
  if (number_of(id) >= first_new_id_) return &new_nodes_[number_of(id) - first_new_id_];
  const auto known = old_nodes_.find(id);
  if (known != old_nodes_.end()) return &known->second;
  AMONT_LET(const auto page, index_.reader()->node_page(page_of(id)));
  const NodeSlot& slot = page->nodes[slot_of(id)];
  if (slot.created == 0) return damaged(fmt::format("node {} is not in the index; run `amont rebuild`", number_of(id)));
  NodeState state;
  state.kind = NodeKind(slot.kind);
  state.alive = !(slot.flags & kSlotDead);
  return &old_nodes_.emplace(id, state).first->second;
}

Result<NodeVersion> Pending::record_of(NodeId id, const NodeState& state) const {
  if (state.has == NodeState::Record::kFirst) return decode_node_version(state.first);
  if (state.has == NodeState::Record::kReplaced) return decode_node_version(records_.at(id));
  AMONT_LET(auto version, index_.reader()->node(id, kNewest));
  if (!version) return damaged(fmt::format("node {} is not in the index; run `amont rebuild`", number_of(id)));
  return *std::move(version);
}

Result<bool> Pending::put(PutNode& change, std::vector<LoggedChange>& out) {
  AMONT_TRY(change.ref.check());
  const NodeRow* row = schema_->node(change.ref.kind);
  if (!row) return unknown_kind("node", change.ref.kind, schema_->nodes()).while_doing(change.ref.text());
  if (Status bad = check_properties(change.props, row->props, [&] { return "node " + in_quotes(row->name); });
      !bad.ok())
    return std::move(bad).while_doing(change.ref.text());
  AMONT_LET(const auto known, find(change.ref));
  NodeState* state = nullptr;
  NodeVersion version;
  if (known) {
    AMONT_LET(state, node(*known));
    if (state->alive) {
      AMONT_LET(version, record_of(*known, *state));
    }
  }
  LoggedNodePut logged;
  logged.valid_from = change.valid_from;
  logged.valid_to = change.valid_to;
  merge_and_trim(version.valid, logged.valid_from, logged.valid_to);
  if (Status bad = check_interval(version.valid); !bad.ok()) return std::move(bad).while_doing(change.ref.text());

  logged.props = std::move(change.props);
  logged.begins = !state || !state->alive;
  text_.clear();
  if (logged.begins) {
    trim(logged.props);
    append_first_version(text_, 0, row->kind, change.ref.key, logged);
  } else {
    merge_and_trim(version.props, logged.props);
    if (logged.props.empty() && !logged.valid_from && !logged.valid_to) return false;
    text_ = encode(version);
  }
  if ((logged.begins ? logged.props.size() : version.props.size()) > kPropertiesMax)
    return limit_exceeded(fmt::format("{} has more than {} properties", change.ref.text(), kPropertiesMax));
  if (text_.size() > kRecordBytesMax) return too_large(change.ref.text());
  if (known) {
    logged.id = *known;
    remember(*known, *state);
    *state = {row->kind, true, NodeState::Record::kReplaced, state->life, {}};
    records_[*known] = text_;
  } else {
    AMONT_LET(logged.id, bind(change.ref, {row->kind, true, NodeState::Record::kFirst, 0, texts_.keep(text_)}));
    logged.binds = true;
    logged.ref = std::move(change.ref);
  }
  out.emplace_back(std::move(logged));
  return true;
}

Result<NodeId> Pending::bind(const Ref& ref, const NodeState& state) {
  if (next_id_ >= kNodesMax) return limit_exceeded("the register has as many nodes as it can hold");
  const NodeId id{next_id_};
  text_.assign(ref.kind).append(1, ':').append(ref.key);
  const std::string_view text = texts_.keep(text_);
  if (marked_)
    undo_.push_back([this, text] {
      refs_.erase(text);
      new_nodes_.pop_back();
      --next_id_;
    });
  refs_.emplace(text, static_cast<std::uint32_t>(next_id_++));
  new_nodes_.push_back(state);
  return id;
}

void Pending::remember(NodeId id, const NodeState& old) {
  if (!marked_) return;
  const auto record = records_.find(id);
  undo_.push_back([this, id, old, record = record == records_.end() ? std::string() : record->second] {
    known_node(id) = old;
    records_[id] = record;
  });
}

Result<bool> Pending::retract(const RetractNode& change, std::vector<LoggedChange>& out) {
  AMONT_TRY(change.ref.check());
  AMONT_LET(const auto id, find(change.ref));
  if (!id) return not_found(fmt::format("{} is not in the register", change.ref.text()));
  AMONT_LET(NodeState* const state, node(*id));
  if (!state->alive) return false;
  remember(*id, *state);
  state->alive = false;
  ++state->life;
  out.emplace_back(LoggedNodeRetract{*id});
  return true;
}

// Edges ---------------------------------------------------------------------------------------------------------------

Result<Pending::End> Pending::living_end(const Ref& ref) {
  AMONT_TRY(ref.check());
  AMONT_LET(const auto id, find(ref));
  if (!id) return not_found(fmt::format("{} is not in the register; put it first", ref.text()));
  AMONT_LET(const NodeState* const state, node(*id));
  if (!state->alive) return not_found(fmt::format("{} was retracted; put it again first", ref.text()));
  return End{*id, state->kind, state->life};
}

Status Pending::check_ends(const EdgeRow& row, NodeKind from, NodeKind to) {
  const std::uint64_t key =
      std::uint64_t{number_of(row.kind)} << 32 | std::uint64_t{number_of(from)} << 16 | number_of(to);
  if (fitting_ends_.contains(key)) return {};
  AMONT_TRY(schema_->check_ends(row, schema_->node(from).name, schema_->node(to).name));
  fitting_ends_.emplace(key, true);
  return {};
}

Pending::EdgeKey Pending::key_of(const EdgeIdentity& identity) {
  EdgeKey key{static_cast<std::uint32_t>(number_of(identity.from)), static_cast<std::uint32_t>(number_of(identity.to)),
              0, identity.kind};
  if (identity.label.empty()) return key;
  auto known = labels_.find(identity.label);
  if (known == labels_.end())
    known = labels_.emplace(texts_.keep(identity.label), static_cast<std::uint32_t>(labels_.size() + 1)).first;
  key.label = known->second;
  return key;
}

bool Pending::looked_at(const EdgeIdentity& identity) const {
  EdgeKey key{static_cast<std::uint32_t>(number_of(identity.from)), static_cast<std::uint32_t>(number_of(identity.to)),
              0, identity.kind};
  if (!identity.label.empty()) {
    const auto label = labels_.find(identity.label);
    if (label == labels_.end()) return false;
    key.label = label->second;
  }
  return edges_.contains(key);
}

bool Pending::stands(const EdgeKey& key, const EdgeState& state) const {
  return state.alive && known_node(NodeId{key.from}).life == state.from_life &&
         known_node(NodeId{key.to}).life == state.to_life;
}

// The edge's state, read from the index when this is the first look at it. Both ends have been looked at before. Good until the
// next call.
Result<Pending::EdgeState*> Pending::edge(const EdgeIdentity& identity, const EdgeKey& key, const EdgeRow& row) {
  const auto [at, is_first_look] = edges_.try_emplace(key);
  if (!is_first_look || key.from >= first_new_id_ || key.to >= first_new_id_) return &at->second;
  const auto look = [&, state = &at->second]() -> Status {
    AMONT_LET(const auto live, index_.reader()->live_edge(row.edge_class, identity, kNewest));
    if (!live) return {};
    state->alive = true;  // in life 0 of both ends
    if (!(live->flags & kEdgeDetailed)) return {};
    AMONT_LET(const auto version, index_.reader()->edge_version(row.edge_class, identity, kNewest));
    if (!version) return damaged("an edge's record is not in the index; run `amont rebuild`");
    state->detailed = true;
    details_.emplace(key, encode(*version));
    return {};
  };
  if (Status failed = look(); !failed.ok()) {
    edges_.erase(at);
    return failed;
  }
  return &at->second;
}

void Pending::remember(const EdgeKey& key, const EdgeState& old) {
  if (!marked_) return;
  const auto record = details_.find(key);
  undo_.push_back([this, key, old, record = record == details_.end() ? std::string() : record->second] {
    edges_[key] = old;
    details_[key] = record;
  });
}

// A variable is part of at most one dataset or output at a time.
Status Pending::check_one_container(const EdgeIdentity& identity, const EdgeRow& row, const Ref& from) {
  const auto other = [&](NodeId container) -> Status {
    AMONT_LET(const NodeState* const state, node(container));
    AMONT_LET(const NodeVersion version, record_of(container, *state));
    return refused(
        fmt::format("{} is part of {}:{} already, and a variable is part of one dataset or output at a time; "
                    "retract that edge first",
                    from.text(), schema_->node(version.kind).name, version.key));
  };
  if (const auto taken = containers_.find(identity.from); taken != containers_.end()) {
    for (const EdgeKey& key : taken->second) {
      const auto state = edges_.find(key);
      if (key.to != number_of(identity.to) && state != edges_.end() && stands(key, state->second))
        return other(NodeId{key.to});
    }
  }
  if (number_of(identity.from) >= first_new_id_ || known_node(identity.from).life != 0) return {};
  AMONT_LET(const auto page,
            index_.reader()->page(EdgeClass::kStructure, Direction::kUpstream, page_of(identity.from), kNewest));
  const std::uint32_t slot = slot_of(identity.from);
  for (std::uint32_t i = page->nodes[slot].begin; i < page->nodes[slot + 1].begin; ++i) {
    if (page->kinds[i] != number_of(row.kind) || page->targets[i] == number_of(identity.to)) continue;
    const EdgeIdentity standing{row.kind, identity.from, NodeId(page->targets[i]), std::string(page->label(i))};
    AMONT_LET(const NodeState* const container, node(standing.to));
    const Role role = schema_->node(container->kind).role;
    if (role != Role::kDataset && role != Role::kOutput) continue;
    const EdgeKey key = key_of(standing);
    AMONT_LET(const EdgeState* const state, edge(standing, key, row));
    if (stands(key, *state)) return other(standing.to);
  }
  return {};
}

Result<bool> Pending::put(PutEdge& change, std::vector<LoggedChange>& out) {
  const EdgeRow* row = schema_->edge(change.kind);
  if (!row) return unknown_kind("edge", change.kind, schema_->edges());
  AMONT_TRY(check_label(change.label));
  AMONT_LET(const End from, living_end(change.from));
  AMONT_LET(const End to, living_end(change.to));
  if (Status misfit = check_ends(*row, from.kind, to.kind); !misfit.ok())
    return std::move(misfit).while_doing(fmt::format("{} to {}", change.from.text(), change.to.text()));
  LoggedEdgePut logged;
  logged.edge = {row->kind, from.id, to.id, change.label};
  const Role to_role = schema_->node(to.kind).role;
  const bool contains_variable = row->tie() == Tie::kPartOf && schema_->node(from.kind).role == Role::kVariable &&
                                 (to_role == Role::kDataset || to_role == Role::kOutput);
  if (contains_variable) AMONT_TRY(check_one_container(logged.edge, *row, change.from));
  if (Status bad = check_properties(change.props, row->props, [&] { return "edge " + in_quotes(row->name); });
      !bad.ok())
    return std::move(bad).while_doing(quoted(change));
  logged.valid_from = change.valid_from;
  logged.valid_to = change.valid_to;

  const EdgeKey key = key_of(logged.edge);
  AMONT_LET(EdgeState* const state, edge(logged.edge, key, *row));
  const bool standing = stands(key, *state);
  EdgeVersion version;
  if (standing && state->detailed) {
    AMONT_LET(version, decode_edge_version(details_[key]));
  }
  merge_and_trim(version.valid, logged.valid_from, logged.valid_to);
  if (Status bad = check_interval(version.valid); !bad.ok()) return std::move(bad).while_doing(quoted(change));
  logged.props = std::move(change.props);
  merge_and_trim(version.props, logged.props);
  if (version.props.size() > kPropertiesMax)
    return limit_exceeded(fmt::format("an edge has more than {} properties", kPropertiesMax));
  const bool same = logged.props.empty() && !logged.valid_from && !logged.valid_to;
  if (standing && same) return false;
  std::string record;
  if (!same || (standing && state->detailed)) record = encode(version);
  if (record.size() > kRecordBytesMax) return too_large("an edge");

  remember(key, *state);
  logged.begins = !standing;
  *state = {true, !record.empty(), from.life, to.life};
  if (state->detailed) details_[key] = std::move(record);
  if (contains_variable) {  // none is taken out: what does not stand may stand again when this is taken back
    std::vector<EdgeKey>& taken = containers_[from.id];
    if (std::ranges::find(taken, key) == taken.end()) taken.push_back(key);
  }
  out.emplace_back(std::move(logged));
  return true;
}

Result<bool> Pending::retract(const RetractEdge& change, std::vector<LoggedChange>& out) {
  const EdgeRow* row = schema_->edge(change.kind);
  if (!row) return unknown_kind("edge", change.kind, schema_->edges());
  AMONT_TRY(check_label(change.label));
  AMONT_TRY(change.from.check());
  AMONT_TRY(change.to.check());
  const auto unknown = [&] {
    return not_found(
        fmt::format("{} -{}-> {} is not in the register", change.from.text(), change.kind, change.to.text()));
  };
  AMONT_LET(const auto from, find(change.from));
  AMONT_LET(const auto to, find(change.to));
  if (!from || !to) return unknown();
  AMONT_TRY(node(*from).status());
  AMONT_TRY(node(*to).status());
  const EdgeIdentity identity{row->kind, *from, *to, change.label};
  const EdgeKey key = key_of(identity);
  const auto seen = edges_.find(key);
  const bool seen_here = seen != edges_.end() && seen->second.alive;
  AMONT_LET(EdgeState* const state, edge(identity, key, *row));
  if (!stands(key, *state)) {
    if (seen_here || state->alive) return false;
    AMONT_LET(const auto lives, index_.reader()->lives_at(*from));
    for (const EdgeLife& life : lives)
      if (life.direction == Direction::kUpstream && life.edge == identity) return false;
    return unknown();
  }
  remember(key, *state);
  // What never was in the index is known to have been here by its entry: alive, but in no life.
  *state = {true, false, ~std::uint32_t{0}, ~std::uint32_t{0}};
  out.emplace_back(LoggedEdgeRetract{identity});
  return true;
}

// The schema ----------------------------------------------------------------------------------------------------------

Result<bool> Pending::grow(const GrowSchema& change, std::vector<LoggedChange>& out) {
  auto grown = std::make_shared<Schema>(*schema_);
  AMONT_LET(const bool changed, grown->grow(change.growth));
  if (!changed) return false;
  if (change.growth.source.size() > kTextBytesMax) return limit_exceeded("a schema of more than 1 MiB of text");
  AMONT_TRY(check_stored(*grown));
  if (marked_)
    undo_.push_back([this, old = schema_] {
      schema_ = old;
      fitting_ends_.clear();
    });
  schema_ = std::move(grown);
  out.emplace_back(LoggedSchema{change.growth});
  return true;
}

}  // namespace amont
