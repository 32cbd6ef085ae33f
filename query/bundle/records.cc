#include "query/bundle/records.h"

namespace amont {
namespace {

bool is_tie(const Schema& schema, const Edge& edge) {
  const Tie tie = schema.edge(edge.kind).tie();
  return tie == Tie::kPartOf || tie == Tie::kVersionOf || tie == Tie::kSameAs;
}

}  // namespace

void RecordsToShow::add(const FollowedEdge& edge) {
  add(edge.from);
  add(edge.to);
  edges_.emplace(edge.kind, edge.from, edge.to, edge.label);
}

Status RecordsToShow::add_ties() {
  const Schema& schema = view_.schema();
  std::vector<NodeId> open = nodes();
  const auto take = [&](const Edge& edge, NodeId far) {
    if (!nodes_.contains(far)) open.push_back(far);
    add({edge.kind, edge.from, edge.to, edge.label});
  };
  // What a catalogue or a project is part of is no matter of walks.
  const auto matters = [&](NodeId id) -> Result<bool> {
    AMONT_LET(const auto briefs, view_.briefs(id, 1));
    const Role role = schema.node(briefs[0].kind).role;
    return role == Role::kDataset || role == Role::kOutput || role == Role::kVariable;
  };
  while (!open.empty()) {
    const NodeId id = open.back();
    open.pop_back();
    AMONT_LET(const std::vector<Edge> up, view_.edges(id, Direction::kUpstream));
    for (const Edge& edge : up) {
      if (!is_tie(schema, edge)) continue;
      const bool is_twin = schema.edge(edge.kind).tie() == Tie::kSameAs;
      if (!is_twin) {
        AMONT_LET(const bool near_matters, matters(id));
        AMONT_LET(const bool far_matters, matters(edge.to));
        if (!near_matters || !far_matters) continue;
      }
      take(edge, edge.to);
    }
    AMONT_LET(const std::vector<Edge> down, view_.edges(id, Direction::kDownstream));
    for (const Edge& edge : down)
      if (schema.edge(edge.kind).tie() == Tie::kSameAs) take(edge, edge.from);
  }
  return {};
}

Status RecordsToShow::add_lineage_between() {
  for (const NodeId id : nodes()) {
    AMONT_LET(const std::vector<Edge> edges, view_.edges(id, Direction::kUpstream));
    for (const Edge& edge : edges)
      if (view_.schema().edge(edge.kind).edge_class == EdgeClass::kLineage && nodes_.contains(edge.to))
        add({edge.kind, edge.from, edge.to, edge.label});
  }
  return {};
}

Status RecordsToShow::add_edges_of(NodeId id, Direction direction, EdgeClass edge_class,
                                   std::vector<NodeId>& approvals) {
  const NodeRow* const approval = view_.schema().node("approval");
  AMONT_LET(const std::vector<Edge> edges, view_.edges(id, direction));
  for (const Edge& edge : edges) {
    if (view_.schema().edge(edge.kind).edge_class != edge_class) continue;
    const NodeId far = direction == Direction::kUpstream ? edge.to : edge.from;
    AMONT_LET(const auto briefs, view_.briefs(far, 1));
    if (approval && briefs[0].kind == approval->kind) approvals.push_back(far);
    add({edge.kind, edge.from, edge.to, edge.label});
  }
  return {};
}

Status RecordsToShow::add_governance(const Coverage& coverage) {
  std::set<NodeId> seen;
  std::vector<NodeId> approvals;
  std::vector<NodeId> passed;  // approvals that others lead to
  for (const UseCoverage& one : coverage.uses) {
    AMONT_LET(const std::vector<Edge> edges, view_.edges(one.use.user, Direction::kUpstream));
    for (const Edge& edge : edges)
      if (edge.kind_name == "used" && edge.to == one.use.used && edge.label == one.use.label)
        add({edge.kind, edge.from, edge.to, edge.label});
    if (one.use.project) add(*one.use.project);
    if (seen.insert(one.use.user).second)
      AMONT_TRY(add_edges_of(one.use.user, Direction::kUpstream, EdgeClass::kGovernance, passed));
    for (const CoveringApproval& by : one.by) approvals.push_back(by.approval);
    for (const CoverageGap& gap : one.gaps)
      if (gap.nearest) approvals.push_back(*gap.nearest);
  }
  while (!approvals.empty()) {
    const NodeId id = approvals.back();
    approvals.pop_back();
    if (!seen.insert(id).second) continue;
    add(id);
    AMONT_TRY(add_edges_of(id, Direction::kUpstream, EdgeClass::kGovernance, approvals));
    AMONT_TRY(add_edges_of(id, Direction::kDownstream, EdgeClass::kGovernance, approvals));
  }
  return {};
}

std::vector<EdgeToShow> RecordsToShow::edges() const {
  std::vector<EdgeToShow> out;
  out.reserve(edges_.size());
  for (const auto& [kind, from, to, label] : edges_) out.push_back({kind, from, to, label});
  return out;
}

}  // namespace amont
