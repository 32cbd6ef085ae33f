// Pending: the register as it will be when what is under way is on disk. It says why a change may not be made, and turns what may
// into what the log holds: ids for names, and only what really changes. Used by one thread at a time.
//
// It remembers every node and edge that it took, and an import takes millions: so everything here is small and lies end to end.
#pragma once

#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include <boost/unordered/unordered_flat_map.hpp>

#include "amont/transaction.h"
#include "core/index/index.h"
#include "core/record/logged.h"
#include "core/text/arena.h"

namespace amont {

class Pending {
 public:
  // Over what `index` shows now.
  Pending(const Index& index, std::uint64_t next_id, std::shared_ptr<const Schema> schema);

  // Checks a change and takes it: appends to `out` what it changes, and says whether that is anything. kInvalid, kRefused,
  // kNotFound, kLimit: it was not taken, the state and `out` are as before. After kNotFound `change` is as it was, after the
  // others its properties may have been moved.
  Result<bool> take(Change&& change, std::vector<LoggedChange>& out);

  // What is taken after mark() can be taken back.
  void mark();
  void take_back();

  std::uint64_t next_id() const { return next_id_; }
  const std::shared_ptr<const Schema>& schema() const { return schema_; }
  NodeKind kind_of(NodeId id) const { return known_node(id).kind; }  // of a node that was taken here

 private:
  // Lives tell whether an edge still stands without listing a node's edges when it is retracted: each retraction here begins
  // the next life, and an edge stands while its ends are in the lives that it joined.
  struct NodeState {
    NodeKind kind{};
    bool alive = false;
    enum class Record : std::uint8_t { kInIndex, kFirst, kReplaced };
    Record has = Record::kInIndex;
    std::uint32_t life = 0;
    std::string_view first;  // an encoded NodeVersion, in texts_; the ones after it are in records_
  };
  struct EdgeState {
    bool alive = false;
    bool detailed = false;  // has a record, in details_
    std::uint32_t from_life = 0;
    std::uint32_t to_life = 0;
  };
  // An EdgeIdentity in 16 bytes: ids fit 32 bits, labels are numbered in labels_.
  struct EdgeKey {
    std::uint32_t from = 0;
    std::uint32_t to = 0;
    std::uint32_t label = 0;  // 0 is none
    EdgeKind kind{};
    bool operator==(const EdgeKey&) const = default;
  };
  struct EdgeKeyHash {
    using is_avalanching = void;
    std::size_t operator()(const EdgeKey& edge) const;
  };
  // An end of an edge, as it is now.
  struct End {
    NodeId id{};
    NodeKind kind{};
    std::uint32_t life = 0;
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

  Result<std::optional<NodeId>> find(const Ref& ref);
  NodeState& known_node(NodeId id);  // that was looked at before
  const NodeState& known_node(NodeId id) const;
  Result<NodeState*> node(NodeId id);
  Result<NodeId> bind(const Ref& ref, const NodeState& state);
  Result<NodeVersion> record_of(NodeId id, const NodeState& state) const;
  Result<End> living_end(const Ref& ref);
  EdgeKey key_of(const EdgeIdentity& identity);
  bool looked_at(const EdgeIdentity& identity) const;
  Result<EdgeState*> edge(const EdgeIdentity& identity, const EdgeKey& key, const EdgeRow& row);
  bool stands(const EdgeKey& key, const EdgeState& state) const;
  Status check_one_container(const EdgeIdentity& identity, const EdgeRow& row, const Ref& from);
  Status check_ends(const EdgeRow& row, NodeKind from, NodeKind to);
  Status check_stored(const Schema& grown) const;
  void remember(NodeId id, const NodeState& old);
  void remember(const EdgeKey& key, const EdgeState& old);

  const Index& index_;
  const std::uint64_t first_new_id_;
  std::uint64_t next_id_;
  std::shared_ptr<const Schema> schema_;
  Arena texts_;
  TextMap refs_;                                            // of nodes new here -> id
  TextMap labels_;                                          // of edges looked at here -> number
  std::vector<NodeState> new_nodes_;                        // by id, from first_new_id_ on
  boost::unordered_flat_map<NodeId, NodeState> old_nodes_;  // of the index, looked at here
  boost::unordered_flat_map<EdgeKey, EdgeState, EdgeKeyHash> edges_;
  boost::unordered_flat_map<EdgeKey, std::string, EdgeKeyHash> details_;  // encoded EdgeVersions
  boost::unordered_flat_map<NodeId, std::vector<EdgeKey>> containers_;    // part_of edges of variables, taken here
  boost::unordered_flat_map<NodeId, std::string> records_;  // of nodes whose record was replaced: encoded NodeVersions
  boost::unordered_flat_map<std::uint64_t, bool> fitting_ends_;
  std::string text_;  // scratch
  bool marked_ = false;
  std::vector<std::function<void()>> undo_;
};

}  // namespace amont
