#include "core/check/pending.h"

#include <algorithm>

#include <fmt/format.h>

#include "core/check/aside_keys.h"
#include "core/check/values.h"
#include "core/index/redactions.h"
#include "core/text/bytes.h"
#include "core/text/hash.h"
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

// Of an edge that was retracted.
constexpr std::uint32_t kNoLife = ~std::uint32_t{0};

Properties properties_of(std::vector<PropertyChange>&& changes) {
  Properties props;
  props.reserve(changes.size());
  for (PropertyChange& change : changes)
    if (change.value) props.push_back({std::move(change.name), *std::move(change.value)});
  return props;
}

Interval interval_of(const TimeChange& from, const TimeChange& to) {
  return {from.value_or(std::nullopt), to.value_or(std::nullopt)};
}

Status too_large(const std::string& what) {
  return limit_exceeded(fmt::format("{} has more than {} MiB of properties", what, kRecordBytesMax >> 20));
}

}  // namespace

Pending::Pending(const Index& index, const IndexView& view, LentMemory* lent)
    : index_(index),
      first_new_id_(view.graph->id_count()),
      index_has_edges_(std::ranges::any_of(index.counts().edges, [](std::uint64_t count) { return count > 0; })),
      next_id_(first_new_id_),
      schema_(view.schema),
      rules_(view.rules),
      first_in_memory_(first_new_id_),
      lent_(lent) {}

Result<bool> Pending::take(Change&& change, std::vector<LoggedChange>& out) {
  AMONT_TRY(make_room());
  if (auto* node = std::get_if<PutNode>(&change)) return put(*node, node->props, out);
  if (auto* edge = std::get_if<PutEdge>(&change)) return put(*edge, edge->props, out);
  if (const auto* node = std::get_if<RetractNode>(&change)) return retract(*node, out);
  if (const auto* edge = std::get_if<RetractEdge>(&change)) return retract(*edge, out);
  if (const auto* growth = std::get_if<GrowSchema>(&change)) return grow(*growth, out);
  if (auto* rule = std::get_if<PutRule>(&change)) return put(*rule, out);
  return remove(std::get<RemoveRule>(change), out);
}

Result<bool> Pending::take(const Change& change, std::vector<LoggedChange>& out) {
  std::vector<PropertyChange> props;
  if (const auto* node = std::get_if<PutNode>(&change)) {
    AMONT_TRY(make_room());
    props = node->props;
    return put(*node, props, out);
  }
  if (const auto* edge = std::get_if<PutEdge>(&change)) {
    AMONT_TRY(make_room());
    props = edge->props;
    return put(*edge, props, out);
  }
  return take(Change(change), out);
}

void Pending::mark() {
  marked_ = true;
  undo_.clear();
  for (const EdgeKey& key : begun_)
    if (EdgeState* const state = edges_.find(key); state && !stands(key, *state)) *state = EdgeState();
  begun_.clear();
}

void Pending::take_back() {
  for (; !undo_.empty(); undo_.pop_back()) go_back(undo_.back());
  begun_.clear();
}

void Pending::go_back(const Undo& undo) {
  if (const auto* bound = std::get_if<NodeBound>(&undo)) {
    refs_.erase_last(bound->hash);
    new_nodes_.pop_back();
    --next_id_;
  } else if (const auto* node = std::get_if<NodeBefore>(&undo)) {
    known_node(node->id) = node->state;
  } else if (const auto* edge = std::get_if<EdgeBefore>(&undo)) {
    *edges_.insert(edge->key) = edge->state;
  } else {
    std::get<std::function<void()>>(undo)();
  }
}

// Removing such a property is no harm.
Status Pending::refuse_redacted(const std::string& key, const std::vector<PropertyChange>& props,
                                const std::string& record) const {
  AMONT_LET(const auto redactions, read_redactions(index_.reader()->table(), key));
  for (const KnownRedaction& redaction : redactions) {
    const auto put = std::ranges::find(props, redaction.name, &PropertyChange::name);
    if (put == props.end() || !put->value) continue;
    return refused(fmt::format(
        "{} of {} was redacted by transaction {}; to put it again say why (--again REASON), which is recorded",
        in_quotes(redaction.name), record, redaction.by));
  }
  return {};
}

// Nodes ---------------------------------------------------------------------------------------------------------------

Result<std::optional<NodeId>> Pending::find(const Ref& ref) {
  text_.assign(ref.kind).append(1, ':').append(ref.key);
  return find(text_, hash_of(text_));
}

Result<std::optional<NodeId>> Pending::find(std::string_view ref, std::uint64_t hash, AheadId ahead) {
  const std::uint32_t known = refs_.find(ref, hash);
  if (known != NameTable::kNone) return std::optional(NodeId{known});
  const auto in_index = [&](std::uint32_t id) {
    if (!marked_) refs_.insert(ref, hash, id, true);  // the last of them may be taken back
    return std::optional(NodeId{id});
  };
  if (ahead.id < AheadId::kNone) return in_index(ahead.id);
  if (aside_) {
    std::string value;
    AMONT_LET(const bool found, aside_->find(tag_of(hash), number_of(Aside::kRef), ref, value));
    if (found) {
      const std::uint32_t id = load_u32(value.data());
      refs_.insert(ref, hash, id, true);
      return std::optional(NodeId{id});
    }
  }
  if (first_new_id_ == 0) return std::optional<NodeId>();  // the index holds no node yet
  if (ahead.id == AheadId::kNone && ahead.nodes == first_new_id_) return std::optional<NodeId>();
  AMONT_LET(const auto id, index_.reader()->find(ref));
  return id ? in_index(static_cast<std::uint32_t>(number_of(*id))) : id;
}

const Pending::NodeState& Pending::known_node(NodeId id) const {
  const std::uint64_t number = number_of(id);
  return number >= first_in_memory_ ? new_nodes_[number - first_in_memory_] : looked_at_.at(id);
}
Pending::NodeState& Pending::known_node(NodeId id) {
  return const_cast<NodeState&>(std::as_const(*this).known_node(id));
}

// What was taken here, or looked at, of a node; nothing when it is the index that knows.
Result<std::optional<Pending::NodeState>> Pending::known_state(NodeId id) const {
  if (number_of(id) >= first_in_memory_) return std::optional(new_nodes_[number_of(id) - first_in_memory_]);
  if (const auto known = looked_at_.find(id); known != looked_at_.end()) return std::optional(known->second);
  return state_aside(id);
}

// A node that exists, here or in the index. Good until the next call.
Result<Pending::NodeState*> Pending::node(NodeId id) {
  if (number_of(id) >= first_in_memory_) return &new_nodes_[number_of(id) - first_in_memory_];
  const auto known = looked_at_.find(id);
  if (known != looked_at_.end()) return &known->second;
  AMONT_LET(auto state, state_aside(id));
  if (!state) {
    AMONT_LET(const auto page, index_.reader()->node_page(page_of(id)));
    const NodeSlot& slot = page->nodes[slot_of(id)];
    if (slot.created == 0)
      return damaged(fmt::format("node {} is not in the index; run `amont rebuild`", number_of(id)));
    state.emplace();
    state->kind = NodeKind(slot.kind);
    state->alive = !(slot.flags & kSlotDead);
  }
  return &looked_at_.emplace(id, *state).first->second;
}

Result<NodeVersion> Pending::record_of(NodeId id, const NodeState& state) const {
  if (state.has == NodeState::Record::kInIndex) {
    AMONT_LET(auto version, index_.reader()->node(id, kNewest));
    if (!version) return damaged(fmt::format("node {} is not in the index; run `amont rebuild`", number_of(id)));
    return *std::move(version);
  }
  AMONT_LET(const std::string text, records_.text_at(state.record_at, state.record_bytes));
  if (state.has == NodeState::Record::kVersion) return decode_node_version(text);
  AMONT_LET(LoggedChange change, decode_change(text));
  auto& put = std::get<LoggedNodePut>(change);
  return NodeVersion{0,
                     0,
                     true,
                     state.kind,
                     std::move(put.ref.key),
                     interval_of(put.valid_from, put.valid_to),
                     properties_of(std::move(put.props))};
}

Result<std::optional<Node>> Pending::node(const Ref& ref) {
  AMONT_TRY(ref.check());
  AMONT_LET(const auto id, find(ref));
  if (!id) return std::optional<Node>();
  AMONT_LET(const NodeState* const state, node(*id));
  if (!state->alive) return std::optional<Node>();
  AMONT_LET(NodeVersion version, record_of(*id, *state));
  const TxNumber tx = state->has == NodeState::Record::kInIndex ? version.tx : 0;
  return std::optional(Node{*id, state->kind, ref, version.valid, std::move(version.props), tx});
}

Result<bool> Pending::put(const PutNode& change, std::vector<PropertyChange>& props, std::vector<LoggedChange>& out) {
  AMONT_TRY(change.ref.check());
  const NodeRow* row = schema_->node(change.ref.kind);
  if (!row) return unknown_kind("node", change.ref.kind, schema_->nodes()).while_doing(change.ref.text());
  if (Status bad = check_properties(props, row->props, [&] { return "node " + in_quotes(row->name); }); !bad.ok())
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

  logged.props = std::move(props);
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
  if (known && may_be_redacted()) AMONT_TRY(refuse_redacted(redactions_key(*known), logged.props, change.ref.text()));
  if ((logged.begins ? logged.props.size() : version.props.size()) > kPropertiesMax)
    return limit_exceeded(fmt::format("{} has more than {} properties", change.ref.text(), kPropertiesMax));
  if (text_.size() > kRecordBytesMax) return too_large(change.ref.text());
  if (!known && next_id_ >= kNodesMax) return limit_exceeded("the register has as many nodes as it can hold");
  NodeState now = state ? *state : NodeState();
  now.kind = row->kind;
  now.alive = true;
  now.changed = true;
  now.has = NodeState::Record::kVersion;
  now.record_bytes = static_cast<std::uint32_t>(text_.size());
  AMONT_LET(now.record_at, records_.keep(text_));
  if (known) {
    logged.id = *known;
    remember(*known, *state);
    *state = now;
  } else {
    text_.assign(change.ref.kind).append(1, ':').append(change.ref.key);
    logged.id = bind(text_, hash_of(text_), now);
    logged.binds = true;
    logged.ref = change.ref;
  }
  out.emplace_back(std::move(logged));
  return true;
}

NodeId Pending::bind(std::string_view ref, std::uint64_t hash, NodeState state) {
  const NodeId id{next_id_++};
  if (marked_) undo_.emplace_back(NodeBound{hash});
  refs_.insert(ref, hash, static_cast<std::uint32_t>(number_of(id)));
  new_nodes_.push_back(state);
  return id;
}

void Pending::remember(NodeId id, const NodeState& old) {
  if (marked_) undo_.emplace_back(NodeBefore{id, old});
}

Result<bool> Pending::retract(const RetractNode& change, std::vector<LoggedChange>& out) {
  AMONT_TRY(change.ref.check());
  AMONT_LET(const auto id, find(change.ref));
  if (!id) return not_found(fmt::format("{} is not in the register", change.ref.text()));
  AMONT_LET(NodeState* const state, node(*id));
  if (!state->alive) return false;
  remember(*id, *state);
  state->alive = false;
  state->changed = true;
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

Result<std::uint32_t> Pending::label_number(std::string_view label) {
  const std::uint64_t hash = hash_of(label);
  const std::uint32_t known = labels_.find(label, hash);
  if (known != NameTable::kNone || !aside_) return known;
  std::string value;
  AMONT_LET(const bool found, aside_->find(tag_of(hash), number_of(Aside::kLabel), label, value));
  if (!found) return NameTable::kNone;
  const std::uint32_t number = load_u32(value.data());
  labels_.insert(label, hash, number, true);
  return number;
}

Result<EdgeKey> Pending::key_of(const EdgeIdentity& identity) {
  EdgeKey key{static_cast<std::uint32_t>(number_of(identity.from)), static_cast<std::uint32_t>(number_of(identity.to)),
              0, identity.kind};
  if (identity.label.empty()) return key;
  AMONT_LET(key.label, label_number(identity.label));
  if (key.label == NameTable::kNone) {
    key.label = ++label_count_;
    labels_.insert(identity.label, hash_of(identity.label), key.label);
  }
  return key;
}

Result<bool> Pending::looked_at(const EdgeIdentity& identity) {
  EdgeKey key{static_cast<std::uint32_t>(number_of(identity.from)), static_cast<std::uint32_t>(number_of(identity.to)),
              0, identity.kind};
  if (!identity.label.empty()) {
    AMONT_LET(key.label, label_number(identity.label));
    if (key.label == NameTable::kNone) return false;
  }
  AMONT_LET(const EdgeState* const known, known_edge(key));
  return known != nullptr;
}

Pending::Lives Pending::lives_of(const EdgeState& state) const {
  return state.more == 0 ? Lives() : edge_more_[state.more - 1].lives;
}

bool Pending::stands(const EdgeKey& key, const EdgeState& state) const {
  return state.alive && lives_of(state) == Lives{known_node(NodeId{key.from}).life, known_node(NodeId{key.to}).life};
}

// Most are in the first life of both ends, and have no record.
EdgeState Pending::edge_state(bool alive, Lives lives, const Detail& detail) {
  EdgeState state{alive, detail.bytes != 0, true, 0};
  if (lives == Lives() && !state.detailed) return state;
  edge_more_.push_back({lives, detail});
  state.more = static_cast<std::uint32_t>(edge_more_.size());
  return state;
}

Result<EdgeState*> Pending::known_edge(const EdgeKey& key) {
  EdgeState* const known = edges_.find(key);
  if (known || !aside_) return known;
  std::string value;
  AMONT_LET(const bool found, aside_->find(tag_of(key.hash()), number_of(Aside::kEdge), bytes_of(key), value));
  if (!found) return nullptr;
  const EdgeState state = read_edge_state(value);
  EdgeState* const kept = edges_.insert(key);
  *kept = state;
  return kept;
}

// The edge's state, read from the index when this is the first look at it. Both ends have been looked at before. Good until the
// next call.
Result<EdgeState*> Pending::edge(const EdgeIdentity& identity, const EdgeKey& key, const EdgeRow& row) {
  AMONT_LET(EdgeState* const known, known_edge(key));
  if (known) return known;
  if (!index_has_edges_ || key.from >= first_new_id_ || key.to >= first_new_id_) return edges_.insert(key);
  AMONT_LET(const auto live, index_.reader()->live_edge(row.edge_class, identity, kNewest));
  EdgeState state;
  if (live) {
    Detail detail;
    if (live->flags & kEdgeDetailed) {
      AMONT_LET(const auto version, index_.reader()->edge_version(row.edge_class, identity, kNewest));
      if (!version) return damaged("an edge's record is not in the index; run `amont rebuild`");
      AMONT_LET(detail, keep(*version));
    }
    state = edge_state(true, Lives(), detail);
    state.changed = false;
  }
  EdgeState* const kept = edges_.insert(key);
  *kept = state;
  return kept;
}

void Pending::remember(const EdgeKey& key, const EdgeState& old) {
  if (marked_) undo_.emplace_back(EdgeBefore{key, old});
}

Result<EdgeVersion> Pending::record_of(const EdgeState& state) const {
  const Detail& detail = edge_more_[state.more - 1].detail;
  AMONT_LET(const std::string text, records_.text_at(detail.at, detail.bytes));
  if (!detail.is_logged) return decode_edge_version(text);
  AMONT_LET(LoggedChange change, decode_change(text));
  auto& put = std::get<LoggedEdgePut>(change);
  return EdgeVersion{0, 0, 0, interval_of(put.valid_from, put.valid_to), properties_of(std::move(put.props))};
}

Result<Pending::Detail> Pending::keep(const EdgeVersion& version) {
  const std::string record = encode(version);
  AMONT_LET(const std::uint64_t at, records_.keep(record));
  return Detail{at, static_cast<std::uint32_t>(record.size()), false};
}

Result<std::optional<Properties>> Pending::edge_properties(std::string_view kind, const Ref& from, const Ref& to,
                                                           std::string_view label) {
  const EdgeRow* row = schema_->edge(kind);
  if (!row) return unknown_kind("edge", std::string(kind), schema_->edges());
  AMONT_TRY(from.check());
  AMONT_TRY(to.check());
  AMONT_LET(const auto from_id, find(from));
  AMONT_LET(const auto to_id, find(to));
  if (!from_id || !to_id) return std::optional<Properties>();
  AMONT_TRY(node(*from_id).status());
  AMONT_TRY(node(*to_id).status());
  const EdgeIdentity identity{row->kind, *from_id, *to_id, std::string(label)};
  AMONT_LET(const EdgeKey key, key_of(identity));
  AMONT_LET(const EdgeState* const state, edge(identity, key, *row));
  if (!stands(key, *state)) return std::optional<Properties>();
  if (!state->detailed) return std::optional(Properties());
  AMONT_LET(EdgeVersion version, record_of(*state));
  return std::optional(std::move(version.props));
}

Result<bool> Pending::put(const PutEdge& change, std::vector<PropertyChange>& props, std::vector<LoggedChange>& out) {
  const EdgeRow* row = schema_->edge(change.kind);
  if (!row) return unknown_kind("edge", change.kind, schema_->edges());
  AMONT_TRY(check_label(change.label));
  AMONT_LET(const End from, living_end(change.from));
  AMONT_LET(const End to, living_end(change.to));
  if (Status misfit = check_ends(*row, from.kind, to.kind); !misfit.ok())
    return std::move(misfit).while_doing(fmt::format("{} to {}", change.from.text(), change.to.text()));
  LoggedEdgePut logged;
  logged.edge = {row->kind, from.id, to.id, change.label};
  const bool contains_variable = holds_variable(*row, from.kind, to.kind);
  if (contains_variable) {
    AMONT_LET(const auto other, other_container(logged.edge, *row));
    if (other) return refuse_container(*other, change.from);
  }
  if (Status bad = check_properties(props, row->props, [&] { return "edge " + in_quotes(row->name); }); !bad.ok())
    return std::move(bad).while_doing(quoted(change));
  logged.valid_from = change.valid_from;
  logged.valid_to = change.valid_to;

  AMONT_LET(const EdgeKey key, key_of(logged.edge));
  AMONT_LET(EdgeState* const state, edge(logged.edge, key, *row));
  const bool standing = stands(key, *state);
  EdgeVersion version;
  if (standing && state->detailed) {
    AMONT_LET(version, record_of(*state));
  }
  merge_and_trim(version.valid, logged.valid_from, logged.valid_to);
  if (Status bad = check_interval(version.valid); !bad.ok()) return std::move(bad).while_doing(quoted(change));
  logged.props = std::move(props);
  merge_and_trim(version.props, logged.props);
  if (version.props.size() > kPropertiesMax)
    return limit_exceeded(fmt::format("an edge has more than {} properties", kPropertiesMax));
  const bool same = logged.props.empty() && !logged.valid_from && !logged.valid_to;
  if (standing && same) return false;
  if (may_be_redacted()) AMONT_TRY(refuse_redacted(redactions_key(logged.edge), logged.props, quoted(change)));
  std::string record;
  if (!same || (standing && state->detailed)) record = encode(version);
  if (record.size() > kRecordBytesMax) return too_large("an edge");

  Detail detail;
  if (!record.empty()) {
    detail.bytes = static_cast<std::uint32_t>(record.size());
    AMONT_LET(detail.at, records_.keep(record));
  }
  remember(key, *state);
  if (marked_ && !state->alive) begun_.push_back(key);
  logged.begins = !standing;
  *state = edge_state(true, {from.life, to.life}, detail);
  if (contains_variable) remember_container(key);
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
  AMONT_LET(const EdgeKey key, key_of(identity));
  AMONT_LET(const EdgeState* const seen, known_edge(key));
  const bool seen_here = seen && seen->alive;
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
  *state = edge_state(true, {kNoLife, kNoLife}, {});
  out.emplace_back(LoggedEdgeRetract{identity});
  return true;
}

// The schema ----------------------------------------------------------------------------------------------------------

Result<bool> Pending::grow(const GrowSchema& change, std::vector<LoggedChange>& out) {
  auto grown = std::make_shared<Schema>(*schema_);
  AMONT_LET(const bool changed, grown->grow(change.growth));
  if (!changed) return false;
  if (change.growth.source.size() > kTextBytesMax) return limit_exceeded("a schema of more than 1 MiB of text");
  if (const std::size_t at = first_misfit(change.growth.source, TextRule::kNoNul); at < change.growth.source.size())
    return invalid("the schema's text: " + misfit_text(change.growth.source, at));
  AMONT_TRY(check_stored(*grown));
  if (marked_)
    undo_.emplace_back([this, old = schema_] {
      schema_ = old;
      fitting_ends_.clear();
    });
  schema_ = std::move(grown);
  out.emplace_back(LoggedSchema{change.growth});
  return true;
}

}  // namespace amont
