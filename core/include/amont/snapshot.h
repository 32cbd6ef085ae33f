// Snapshot: an unmoving view of the register, to read from. A transaction number and a share of the store; taking one costs
// nothing, readers never block the writer. Copies are cheap. All methods are const and may run on many threads.
#pragma once

#include <memory>
#include <optional>
#include <span>
#include <vector>

#include "amont/model.h"
#include "amont/redaction.h"
#include "amont/rule.h"
#include "amont/schema.h"

namespace amont {

struct IndexView;  // core/index: how snapshots and walks read the index

// A node as walks see it, without its text.
struct NodeBrief {
  NodeKind kind{};
  bool alive = false;
};

// Whom an edge joins a node to.
struct Neighbour {
  EdgeKind kind{};
  NodeId node{};
  bool operator==(const Neighbour&) const = default;
};

class Snapshot {
 public:
  explicit Snapshot(std::shared_ptr<const IndexView> view);

  // The last transaction this view shows, and its time. {0, the epoch} for the empty register.
  TxNumber tx() const;
  Timestamp time() const;

  // The schema as of tx().
  const Schema& schema() const;

  // The rules in force as of tx(): those that judge the next transaction.
  const RuleList& rules() const;

  // Empty, or what is damaged: then this view shows the good prefix of the register only.
  const std::string& damage() const;

  // The id a ref was ever bound to, alive at tx() or not. kDamaged when the index can't be trusted (as for all below).
  Result<std::optional<NodeId>> find(const Ref& ref) const;
  // The node as of tx(); nothing when it was not yet put, or is retracted.
  Result<std::optional<Node>> node(NodeId id) const;
  Result<std::optional<Node>> node(const Ref& ref) const;
  // One entry for each id, in order.
  Result<std::vector<std::optional<Node>>> nodes(std::span<const NodeId> ids) const;
  // The ref an id is bound to, alive or not. kNotFound for an id never given.
  Result<Ref> ref(NodeId id) const;
  Result<std::vector<Ref>> refs(std::span<const NodeId> ids) const;

  // The edges that leave (upstream) or enter (downstream) a node, of all classes, sorted by kind, far node, label.
  Result<std::vector<Edge>> edges(NodeId id, Direction direction) const;
  // The same edges without their labels, properties and times, which are not read: an entry for each, sorted by kind and far node.
  Result<std::vector<Neighbour>> neighbours(NodeId id, Direction direction) const;
  Result<std::optional<Edge>> edge(EdgeKind kind, NodeId from, NodeId to, std::string_view label) const;

  // What is left of texts of the record that were redacted and that it would have as of tx(), by property; mostly none.
  Result<std::vector<RedactedText>> redacted(NodeId id) const;
  Result<std::vector<RedactedText>> redacted(const Edge& edge) const;
  // Whether there may be such texts anywhere.
  Result<bool> has_redacted() const;

  // How many ids were given up to now; ids are 0 .. count-1. Ids of later transactions are included.
  std::uint64_t id_count() const;
  // Kinds of `count` nodes from `first` on, as of tx(); of fewer where ids end.
  Result<std::vector<NodeBrief>> briefs(NodeId first, std::size_t count) const;

  // For rooms that read the index themselves.
  const IndexView& view() const { return *view_; }
  const std::shared_ptr<const IndexView>& shared_view() const { return view_; }

 private:
  std::shared_ptr<const IndexView> view_;
};

}  // namespace amont
