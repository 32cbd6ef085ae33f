#include "core/index/apply.h"

#include <algorithm>
#include <map>
#include <utility>

#include <fmt/format.h>
#include <boost/unordered/unordered_flat_map.hpp>

#include "core/index/keys.h"
#include "core/index/page_deltas.h"
#include "core/index/redactions.h"

namespace amont {
namespace {

// An edge that this transaction changed: as it is after the changes so far.
struct EdgeState {
  bool alive = false;
  LiveEdge live;
  bool has_record = false;  // in kEdges, before or by this transaction
  bool record_changed = false;
  EdgeVersion record;
};

struct IdentityOrder {
  bool operator()(const EdgeIdentity& a, const EdgeIdentity& b) const {
    return std::tie(a.from, a.to, a.kind, a.label) < std::tie(b.from, b.to, b.kind, b.label);
  }
};

class Applier {
 public:
  Applier(const LoggedTransaction& transaction, const Schema& schema, const IndexReader& reader, Worked& out)
      : transaction_(transaction),
        tx_(transaction.head.number),
        schema_(schema),
        reader_(reader),
        batch_(out.batch),
        counts_(out.counts),
        pages_(tx_),
        redactions_(tx_, reader) {
    counts_.nodes.resize(schema_.nodes().size());
    counts_.edges.resize(schema_.edges().size());
  }

  Status run() {
    for (const LoggedChange& change : transaction_.changes)
      AMONT_TRY(std::visit([&](const auto& one) { return apply(one); }, change));
    return {};
  }

  void finish(Worked& out) {
    // In the order of ids: a table takes sorted keys faster.
    std::vector<std::pair<NodeId, const NodeVersion*>> nodes;
    nodes.reserve(nodes_.size());
    for (const auto& [id, version] : nodes_) nodes.emplace_back(id, &version);
    std::sort(nodes.begin(), nodes.end());
    for (const auto& [id, version] : nodes) {
      batch_.put(Space::kNodes, node_key(id), encode(*version));
      out.records.push_back(id);
    }
    for (const auto& [edge, state] : edges_) {
      if (!state.record_changed) continue;
      if (state.has_record)
        batch_.put(Space::kEdges, edge_key(edge), encode(state.record));
      else
        batch_.erase(Space::kEdges, edge_key(edge));
    }
    pages_.finish(batch_, out.touched);
    redactions_.finish(batch_, out.records);
  }

 private:
  Status misfit(std::string_view what) const {
    return damaged(fmt::format("transaction {} {}; run `amont rebuild`, then `amont verify`", tx_, what));
  }

  // The node's current version, ready to be changed: the old one is moved to the history. Nullptr when it was never put.
  Result<NodeVersion*> open_node(NodeId id) {
    const auto known = nodes_.find(id);
    if (known != nodes_.end()) return &known->second;
    AMONT_LET(auto old, reader_.node(id, kNewest));
    if (!old) return misfit(fmt::format("changes node {}, which the index does not know", number_of(id)));
    batch_.put(Space::kNodeHistory, node_version_key(id, old->tx), encode(*old));
    old->previous = old->tx;
    old->tx = tx_;
    return &nodes_.emplace(id, *std::move(old)).first->second;
  }

  Status apply(const LoggedNodePut& put) {
    NodeVersion* version = nullptr;
    if (put.binds) {
      const NodeRow* row = schema_.node(put.ref.kind);
      if (!row) return misfit(fmt::format("puts {}, whose kind the schema does not have", put.ref.text()));
      text_.assign(put.ref.kind).append(1, ':').append(put.ref.key);
      std::string id;
      append_varint(id, number_of(put.id));
      batch_.put(Space::kRefs, text_, id);
      pages_.add_node(put.id, row->kind, put.valid_from || put.valid_to);
      ++counts_.nodes[number_of(row->kind)];
      version = &nodes_[put.id];
      *version = {tx_, 0, true, row->kind, put.ref.key, {}, {}};
    } else {
      AMONT_LET(version, open_node(put.id));
      if (put.begins) {
        version->alive = true;
        pages_.change_flags(put.id, 0, kSlotDead);
        ++counts_.nodes[number_of(version->kind)];
        --counts_.retracted_nodes;
      }
    }
    merge_properties(version->props, put.props);
    merge_times(version->valid, put.valid_from, put.valid_to);
    if (!put.binds && (put.valid_from || put.valid_to)) pages_.change_flags(put.id, kSlotDated, 0);
    return {};
  }

  Status apply(const LoggedNodeRetract& retract) {
    AMONT_LET(NodeVersion* const version, open_node(retract.id));
    AMONT_TRY(retract_edges_of(retract.id));
    version->alive = false;
    version->valid = {};
    version->props.clear();
    pages_.change_flags(retract.id, kSlotDead | kSlotDiedOnce, 0);
    --counts_.nodes[number_of(version->kind)];
    ++counts_.retracted_nodes;
    return {};
  }

  Status retract_edges_of(NodeId id) {
    std::vector<EdgeIdentity> gone = std::exchange(begun_[id], {});
    for (std::size_t c = 0; c < kEdgeClasses; ++c) {
      for (const Direction direction : kDirections) {
        AMONT_LET(const auto page, reader_.page(static_cast<EdgeClass>(c), direction, page_of(id), kNewest));
        for (std::uint32_t i = page->nodes[slot_of(id)].begin; i < page->nodes[slot_of(id) + 1].begin; ++i) {
          const NodeId far{page->targets[i]};
          const bool up = direction == Direction::kUpstream;
          gone.push_back({EdgeKind(page->kinds[i]), up ? id : far, up ? far : id, std::string(page->label(i))});
        }
      }
    }
    for (const EdgeIdentity& edge : gone) {
      AMONT_LET(EdgeState* const state, open_edge(edge));
      if (state->alive) end_edge(edge, *state);
    }
    return {};
  }

  Status apply(const LoggedEdgePut& put) {
    const EdgeRow& row = schema_.edge(put.edge.kind);
    AMONT_LET(EdgeState* const state, open_edge(put.edge));
    if (put.begins) {
      if (state->alive) return misfit("begins an edge that is there already");
      const bool record_changed = state->record_changed;  // a life that ended just now had one
      *state = {};
      state->alive = true;
      state->live.begin = tx_;
      state->live.flags = put.edge.label.empty() ? 0 : kEdgeLabelled;
      state->record.begin = tx_;
      state->record_changed = record_changed;
      begun_[put.edge.from].push_back(put.edge);
      if (put.edge.to != put.edge.from) begun_[put.edge.to].push_back(put.edge);
      ++counts_.edges[number_of(row.kind)];
      pages_.add_ties(row, put.edge.from, put.edge.to);
    } else if (!state->alive) {
      return misfit("changes an edge that is not there");
    }
    const std::uint8_t flags_before = state->live.flags;
    change_record(put, *state);
    if (put.begins || state->live.flags != flags_before) pages_.put_edge(page_edge(put.edge, state->live));
    return {};
  }

  // Properties and interval. A bare edge has no record.
  void change_record(const LoggedEdgePut& put, EdgeState& state) {
    if (put.props.empty() && !put.valid_from && !put.valid_to) return;
    EdgeVersion& record = state.record;
    if (!state.record_changed && state.has_record) {
      batch_.put(Space::kEdgeHistory, edge_version_key(put.edge, record.tx), encode(record));
      record.previous = record.tx;
    }
    record.tx = tx_;
    record.begin = state.live.begin;
    merge_properties(record.props, put.props);
    merge_times(record.valid, put.valid_from, put.valid_to);
    state.has_record = true;
    state.record_changed = true;
    state.live.flags |= kEdgeDetailed;
    if (put.valid_from || put.valid_to) state.live.flags |= kEdgeDated;
  }

  Status apply(const LoggedEdgeRetract& retract) {
    AMONT_LET(EdgeState* const state, open_edge(retract.edge));
    if (!state->alive) return misfit("retracts an edge that is not there");
    end_edge(retract.edge, *state);
    return {};
  }

  // The index keeps schemas and rules itself.
  Status apply(const LoggedSchema&) { return {}; }
  Status apply(const LoggedRule&) { return {}; }
  Status apply(const LoggedRuleRemoval&) { return {}; }

  Status apply(const LoggedRedaction& redaction) { return redactions_.take(redaction); }

  Result<EdgeState*> open_edge(const EdgeIdentity& edge) {
    const auto known = edges_.find(edge);
    if (known != edges_.end()) return &known->second;
    const EdgeClass edge_class = schema_.edge(edge.kind).edge_class;
    EdgeState state;
    AMONT_LET(const auto live, reader_.live_edge(edge_class, edge, kNewest));
    if (live) {
      state.alive = true;
      state.live = *live;
      state.record.begin = live->begin;
      if (live->flags & kEdgeDetailed) {
        AMONT_LET(auto record, reader_.edge_version(edge_class, edge, kNewest));
        if (!record) return misfit("changes an edge whose record the index does not have");
        state.record = *std::move(record);
        state.has_record = true;
      }
    }
    return &edges_.emplace(edge, std::move(state)).first->second;
  }

  void end_edge(const EdgeIdentity& edge, EdgeState& state) {
    const EdgeRow& row = schema_.edge(edge.kind);
    TxNumber last_version = 0;
    if (state.has_record) {
      // A version made by this very transaction was never to be seen.
      if (state.record.tx == tx_) {
        last_version = state.record.previous;
      } else {
        batch_.put(Space::kEdgeHistory, edge_version_key(edge, state.record.tx), encode(state.record));
        last_version = state.record.tx;
      }
      state.record_changed = true;
      state.has_record = false;
    }
    pages_.remove_edge(page_edge(edge, state.live), last_version);
    state.alive = false;
    --counts_.edges[number_of(row.kind)];
  }

  PageEdge page_edge(const EdgeIdentity& edge, const LiveEdge& live) const {
    return {schema_.edge(edge.kind).edge_class, edge.kind, edge.from, edge.to, edge.label, live.flags, live.begin};
  }

  const LoggedTransaction& transaction_;
  const TxNumber tx_;
  const Schema& schema_;
  const IndexReader& reader_;
  TableBatch& batch_;
  Counts& counts_;
  PageDeltas pages_;
  RedactionTaker redactions_;
  std::string text_;  // scratch
  boost::unordered_flat_map<NodeId, NodeVersion> nodes_;
  std::map<EdgeIdentity, EdgeState, IdentityOrder> edges_;
  boost::unordered_flat_map<NodeId, std::vector<EdgeIdentity>> begun_;  // edges begun by this transaction, by both ends
};

}  // namespace

Status apply_changes(const LoggedTransaction& transaction, const Schema& schema, const IndexReader& reader,
                     Worked& out) {
  Applier applier(transaction, schema, reader, out);
  AMONT_TRY(applier.run());
  applier.finish(out);
  out.growth = WholeGraph::growth_of(transaction, schema);
  return {};
}

}  // namespace amont
