// Which records a bundle shows besides those that its answer names.
#pragma once

#include <set>
#include <tuple>
#include <vector>

#include "amont/make_bundle.h"

namespace amont {

class RecordsToShow {
 public:
  explicit RecordsToShow(const Snapshot& view) : view_(view) {}

  void add(NodeId id) { nodes_.insert(id); }
  void add(const FollowedEdge& edge);
  // Of nodes that are there, what walks look at besides lineage: wholes and datasets of variables, upwards, and twins. Until
  // nothing is new.
  Status add_ties();
  // All lineage edges between nodes that are there.
  Status add_lineage_between();
  // For each use: its edge, and the governance edges of its user, project and approvals, with what stands at their other ends;
  // from approvals on through those that they require, replace or are ended by.
  Status add_governance(const Coverage& coverage);

  std::vector<NodeId> nodes() const { return {nodes_.begin(), nodes_.end()}; }
  std::vector<EdgeToShow> edges() const;

 private:
  Status add_edges_of(NodeId id, Direction direction, EdgeClass edge_class, std::vector<NodeId>& approvals);

  const Snapshot& view_;
  std::set<NodeId> nodes_;
  std::set<std::tuple<EdgeKind, NodeId, NodeId, std::string>> edges_;
};

}  // namespace amont
