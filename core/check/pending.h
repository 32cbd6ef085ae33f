// Pending: the register as it will be when what is under way is on disk. It says why a change may not be made, and turns what may
// into what the log holds: ids for names, and only what really changes. Used by one thread at a time.
//
// It remembers every node and edge that it took, and an import takes millions: so everything here is small and lies end to end,
// and records, which are seldom asked for again, go to a temporary file when there are many.
#pragma once

#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include <boost/unordered/unordered_flat_map.hpp>

#include "amont/transaction.h"
#include "core/check/blocks.h"
#include "core/check/edge_table.h"
#include "core/check/ref_table.h"
#include "core/index/index.h"
#include "core/io/spill_store.h"
#include "core/record/flat_put.h"
#include "core/record/logged.h"
#include "core/text/arena.h"

namespace amont {

class Pending {
 public:
  // Over what `index` shows now: its newest view.
  Pending(const Index& index, const IndexView& view);

  // Checks a change and takes it: appends to `out` what it changes, and says whether that is anything. kInvalid, kRefused,
  // kNotFound, kLimit: it was not taken, the state and `out` are as before. After kNotFound `change` is as it was, after the
  // others its properties may have been moved.
  Result<bool> take(Change&& change, std::vector<LoggedChange>& out);

  // The short way of the commonest changes: a new node, a new edge. Appends its parts to `out`; false, and nothing is changed but
  // the properties of `put`, when it is anything else or something is wrong with it: then take() decides. Not after mark().
  Result<bool> take(FlatPut& put, PartList& out);
  // Brings near what take() will look at: each step what the next one needs, some puts ahead.
  enum class Step { kSlots, kNodes, kNamesAndEdge };
  void expect(const FlatPut& put, Step step) const;

  // Whether what is taken from now on may put properties that were redacted.
  void allow_redacted(bool allowed) { may_put_redacted_ = allowed; }
  // A node as it stands with all that was taken; nothing when it is unknown or retracted.
  Result<std::optional<Node>> node(const Ref& ref);
  Result<std::optional<Properties>> edge_properties(std::string_view kind, const Ref& from, const Ref& to,
                                                    std::string_view label);

  // What is taken after mark() can be taken back.
  void mark();
  void take_back();

  std::uint64_t next_id() const { return next_id_; }
  const std::shared_ptr<const Schema>& schema() const { return schema_; }
  // Those that are new here have no transaction yet.
  const std::shared_ptr<const RuleList>& rules() const { return rules_; }
  NodeKind kind_of(NodeId id) const { return known_node(id).kind; }  // of a node that was taken here

 private:
  // Lives tell whether an edge still stands without listing a node's edges when it is retracted: each retraction here begins
  // the next life, and an edge stands while its ends are in the lives that it joined.
  struct NodeState {
    enum class Record : std::uint8_t { kInIndex, kLogged, kVersion };
    const char* name = nullptr;   // of one that is new here: its ref, in texts_
    std::uint64_t record_at = 0;  // in records_: the parts of its first put, or an encoded NodeVersion
    std::uint32_t record_bytes = 0;
    std::uint32_t life = 0;
    std::uint16_t name_bytes = 0;
    NodeKind kind{};
    bool alive = false;
    Record has = Record::kInIndex;
  };
  struct Lives {
    std::uint32_t from = 0;
    std::uint32_t to = 0;
  };
  // An edge's record, in records_: the parts of its first put, or an encoded EdgeVersion.
  struct Detail {
    std::uint64_t at = 0;
    std::uint32_t bytes = 0;
    bool is_logged = false;
  };
  struct EdgeKeyHash {
    using is_avalanching = void;
    std::size_t operator()(const EdgeKey& edge) const { return edge.hash(); }
  };
  // An end of an edge, as it is now.
  struct End {
    NodeId id{};
    NodeKind kind{};
    std::uint32_t life = 0;
  };
  struct Container {
    std::uint32_t to = 0;
    std::uint32_t label = 0;
    EdgeKind kind{};
  };
  struct TextHash {
    using is_avalanching = void;
    std::size_t operator()(std::string_view text) const;
  };
  using TextMap = boost::unordered_flat_map<std::string_view, std::uint32_t, TextHash>;  // views are into texts_

  Result<bool> put(PutNode& change, std::vector<LoggedChange>& out);
  Result<bool> put(PutEdge& change, std::vector<LoggedChange>& out);
  Result<bool> retract(const RetractNode& change, std::vector<LoggedChange>& out);
  Result<bool> retract(const RetractEdge& change, std::vector<LoggedChange>& out);
  Result<bool> grow(const GrowSchema& change, std::vector<LoggedChange>& out);
  Result<bool> put(PutRule& change, std::vector<LoggedChange>& out);
  Result<bool> remove(const RemoveRule& change, std::vector<LoggedChange>& out);
  void set_rules(RuleList rules);

  Result<bool> put_node(FlatPut& put, PartList& out);
  Result<bool> put_edge(FlatPut& put, PartList& out);

  // Of a record that the index may know: does `props` set one that was redacted?
  Status refuse_redacted(const std::string& key, const std::vector<PropertyChange>& props,
                         const std::string& record) const;

  Result<std::optional<NodeId>> find(const Ref& ref);
  Result<std::optional<NodeId>> find(std::string_view ref, std::uint64_t hash);
  std::string_view name_of(const NodeState& state) const { return {state.name, state.name_bytes}; }
  NodeState& known_node(NodeId id);  // that was looked at before
  const NodeState& known_node(NodeId id) const;
  Result<NodeState*> node(NodeId id);
  NodeId bind(std::string_view ref, std::uint64_t hash, NodeState state);
  Result<NodeVersion> record_of(NodeId id, const NodeState& state) const;
  Result<EdgeVersion> record_of(const EdgeKey& key) const;
  Result<Detail> keep(const EdgeVersion& version);
  Result<End> living_end(const Ref& ref);
  EdgeKey key_of(const EdgeIdentity& identity);
  bool looked_at(const EdgeIdentity& identity) const;
  Result<EdgeState*> edge(const EdgeIdentity& identity, const EdgeKey& key, const EdgeRow& row);
  bool stands(const EdgeKey& key, const EdgeState& state) const;
  std::uint32_t lives_of(std::uint32_t from, std::uint32_t to);
  bool holds_variable(const EdgeRow& row, NodeKind from, NodeKind to) const;
  Result<std::optional<NodeId>> other_container(const EdgeIdentity& identity, const EdgeRow& row);
  Status refuse_container(NodeId container, const Ref& from);
  void remember_container(const EdgeKey& key);
  Status check_ends(const EdgeRow& row, NodeKind from, NodeKind to);
  Status check_stored(const Schema& grown) const;
  void remember(NodeId id, const NodeState& old);
  void remember(const EdgeKey& key, const EdgeState& old);

  const Index& index_;
  const std::uint64_t first_new_id_;
  std::uint64_t next_id_;
  std::shared_ptr<const Schema> schema_;
  std::shared_ptr<const RuleList> rules_;
  Arena texts_;
  SpillStore records_;
  RefTable refs_;                                           // of nodes new here -> number in new_nodes_
  TextMap labels_;                                          // of edges looked at here -> number
  Blocks<NodeState> new_nodes_;                             // by id, from first_new_id_ on
  boost::unordered_flat_map<NodeId, NodeState> old_nodes_;  // of the index, looked at here
  EdgeTable edges_;                                         // labels by number in labels_, lives in lives_
  std::vector<Lives> lives_;                                // the first two are kFirstLives and kNoLives
  boost::unordered_flat_map<EdgeKey, Detail, EdgeKeyHash> details_;
  // Of variables, their part_of edges that were taken here: the first, and the others.
  boost::unordered_flat_map<std::uint32_t, Container> containers_;
  boost::unordered_flat_map<std::uint32_t, std::vector<Container>> more_containers_;
  boost::unordered_flat_map<std::uint64_t, bool> fitting_ends_;
  std::string text_;  // scratch
  bool may_put_redacted_ = false;
  bool marked_ = false;
  std::vector<std::function<void()>> undo_;
};

}  // namespace amont
