// Pending: the register as it will be when what is under way is on disk. It says why a change may not be made, and turns what may
// into what the log holds: ids for names, and only what really changes. Used by one thread at a time.
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

namespace amont {

class Pending {
 public:
  // Over what `index` shows now.
  Pending(const Index& index, std::uint64_t next_id, std::shared_ptr<const Schema> schema);

  // Checks a change and takes it; nothing when it changes nothing. kInvalid, kRefused, kNotFound, kLimit: it was not taken, and
  // the state is as before.
  Result<std::optional<LoggedChange>> take(const Change& change);

  // What is taken after mark() can be taken back.
  void mark();
  void take_back();

  std::uint64_t next_id() const { return next_id_; }
  const std::shared_ptr<const Schema>& schema() const { return schema_; }
  NodeKind kind_of(NodeId id) const;  // of a node that was taken here

 private:
  // Lives tell whether an edge still stands without listing a node's edges when it is retracted: each retraction here begins
  // the next life, and an edge stands while its ends are in the lives that it joined.
  struct NodeState {
    NodeKind kind{};
    bool alive = false;
    bool has_record = false;  // `record` was read or made
    std::uint32_t life = 0;
    std::string record;       // an encoded NodeVersion, compact: an import may hold millions
  };
  struct EdgeState {
    bool alive = false;
    bool detailed = false;
    std::uint32_t from_life = 0;
    std::uint32_t to_life = 0;
    std::string record;  // an encoded EdgeVersion, when detailed
  };
  struct IdentityHash {
    std::size_t operator()(const EdgeIdentity& edge) const;
  };
  struct Ends {
    NodeId from{};
    NodeId to{};
  };

  Result<std::optional<LoggedChange>> put(const PutNode& change);
  Result<std::optional<LoggedChange>> put(const PutEdge& change);
  Result<std::optional<LoggedChange>> retract(const RetractNode& change);
  Result<std::optional<LoggedChange>> retract(const RetractEdge& change);
  Result<std::optional<LoggedChange>> grow(const GrowSchema& change);

  Result<std::optional<NodeId>> find(const std::string& ref) const;
  Result<NodeState*> node(NodeId id);
  Result<NodeVersion> record_of(NodeId id, const NodeState& state) const;
  Result<NodeId> living_end(const Ref& ref);
  Result<EdgeState*> edge(const EdgeIdentity& identity, const EdgeRow& row);
  bool stands(const EdgeIdentity& identity, const EdgeState& state) const;
  Status check_one_container(const EdgeIdentity& identity, const EdgeRow& row, const Ref& from);
  Status check_ends(const EdgeRow& row, NodeKind from, NodeKind to);
  Status check_stored(const Schema& grown) const;
  void remember(std::function<void()> undo) {
    if (marked_) undo_.push_back(std::move(undo));
  }

  const Index& index_;
  const std::uint64_t first_new_id_;
  std::uint64_t next_id_;
  std::shared_ptr<const Schema> schema_;
  boost::unordered_flat_map<std::string, NodeId> refs_;  // of nodes new here
  boost::unordered_flat_map<NodeId, NodeState> nodes_;
  boost::unordered_flat_map<EdgeIdentity, EdgeState, IdentityHash> edges_;
  boost::unordered_flat_map<NodeId, EdgeIdentity> containers_;  // part_of edges of variables, taken here
  boost::unordered_flat_map<std::uint64_t, bool> fitting_ends_;
  bool marked_ = false;
  std::vector<std::function<void()>> undo_;
};

}  // namespace amont
