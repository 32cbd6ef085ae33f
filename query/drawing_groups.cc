#include "query/drawing_groups.h"

#include <algorithm>
#include <map>

namespace amont {
namespace {

constexpr int kWholesFollowed = 16;  // a cycle of parts is legal input

// Who made what, as the schema `hub` says it. A register without these kinds has no such groups.
constexpr std::string_view kMadeBy = "generated_by";
constexpr std::string_view kDoneFor = "performed_for";

class Groups {
 public:
  Groups(const Snapshot& view, LookUps& look_ups) : view_(view), look_ups_(look_ups) {}

  Result<std::optional<NodeId>> group_of(NodeId id, Role role, FoldBy by) {
    if (by != FoldBy::kBase) {
      AMONT_LET(const std::optional<NodeId> project, project_of(id, role));
      if (project || by == FoldBy::kProject) return project;
    }
    if (role != Role::kDataset && role != Role::kVariable) return std::optional<NodeId>();
    return base_of(id);
  }

 private:
  // The first by id of the far ends of a node's edges of a kind.
  Result<std::optional<NodeId>> first_along(NodeId from, std::string_view kind) {
    AMONT_TRY(look_ups_.count());
    std::optional<NodeId> first;
    AMONT_LET(const std::vector<Edge> edges, view_.edges(from, Direction::kUpstream));
    for (const Edge& edge : edges)
      if (edge.kind_name == kind && (!first || edge.to < *first)) first = edge.to;
    return first;
  }

  Result<std::optional<NodeId>> project_of(NodeId id, Role role) {
    if (role == Role::kProject) return std::optional(id);
    if (role == Role::kRun) return first_along(id, kDoneFor);
    AMONT_LET(const std::optional<NodeId> maker, first_along(id, kMadeBy));
    if (!maker) return maker;
    if (const auto known = projects_of_runs_.find(*maker); known != projects_of_runs_.end()) return known->second;
    AMONT_LET(const std::vector<NodeBrief> brief, view_.briefs(*maker, 1));
    const bool is_project = brief[0].alive && view_.schema().node(brief[0].kind).role == Role::kProject;
    std::optional<NodeId> project = maker;
    if (!is_project) {
      AMONT_LET(project, first_along(*maker, kDoneFor));
    }
    projects_of_runs_.emplace(*maker, project);
    return project;
  }

  Result<std::optional<NodeId>> base_of(NodeId id) {
    NodeId base = id;
    for (int i = 0; i < kWholesFollowed; ++i) {
      AMONT_TRY(look_ups_.count());
      AMONT_LET(const std::optional<NodeId> whole, whole_of(view_, base));
      if (!whole) break;
      base = *whole;
    }
    return std::optional(base);
  }

  const Snapshot& view_;
  LookUps& look_ups_;
  std::map<NodeId, std::optional<NodeId>> projects_of_runs_;
};

// What the reader looks for is never folded away.
bool stays(const Drawing::Node& node) { return node.start || node.highlighted || !node.gap.empty(); }

}  // namespace

Result<std::optional<NodeId>> whole_of(const Snapshot& view, NodeId part) {
  const Schema& schema = view.schema();
  std::optional<NodeId> whole;
  std::optional<NodeId> original;
  AMONT_LET(const std::vector<Edge> edges, view.edges(part, Direction::kUpstream));
  for (const Edge& edge : edges) {
    const Tie tie = schema.edge(edge.kind).tie();
    if ((tie != Tie::kPartOf && tie != Tie::kVersionOf) || edge.to == part) continue;
    AMONT_LET(const std::vector<NodeBrief> brief, view.briefs(edge.to, 1));
    const Role role = brief[0].alive ? schema.node(brief[0].kind).role : Role::kNone;
    if (role != Role::kDataset && role != Role::kOutput) continue;  // a catalogue is no whole of data
    std::optional<NodeId>& found = tie == Tie::kPartOf ? whole : original;
    if (!found || edge.to < *found) found = edge.to;
  }
  return whole ? whole : original;
}

Result<std::vector<std::optional<NodeId>>> groups_of(const Snapshot& view, std::span<const NodeId> ids, FoldBy by,
                                                     LookUps& look_ups) {
  Groups groups(view, look_ups);
  std::vector<std::optional<NodeId>> out;
  for (const NodeId id : ids) {
    AMONT_LET(const std::vector<NodeBrief> brief, view.briefs(id, 1));
    const Role role = brief[0].alive ? view.schema().node(brief[0].kind).role : Role::kNone;
    AMONT_LET(const std::optional<NodeId> group, groups.group_of(id, role, by));
    out.push_back(group);
  }
  return out;
}

Drawing folded(const Drawing& drawing) {
  std::vector<std::size_t> members(drawing.groups.size(), 0);
  for (const Drawing::Node& node : drawing.nodes)
    if (node.group && !stays(node)) ++members[*node.group];

  Drawing out;
  out.groups = drawing.groups;
  out.fold = drawing.fold;
  out.legend = drawing.legend;
  std::map<std::size_t, std::size_t> place_of_group;
  std::vector<std::size_t> places;
  for (const Drawing::Node& node : drawing.nodes) {
    const bool folds = node.group && !stays(node) && members[*node.group] > 1;
    if (!folds) {
      places.push_back(out.nodes.size());
      out.nodes.push_back(node);
      continue;
    }
    const auto [at, is_new] = place_of_group.try_emplace(*node.group, out.nodes.size());
    places.push_back(at->second);
    if (is_new) {
      Drawing::Node& whole = out.nodes.emplace_back();
      whole.ref = drawing.groups[*node.group].ref;
      whole.title = drawing.groups[*node.group].title;
      whole.group = node.group;
      whole.stands_for = node.stands_for;
      whole.listed = node.listed;
      whole.possible = node.possible;
      continue;
    }
    Drawing::Node& whole = out.nodes[at->second];
    whole.stands_for += node.stands_for;
    whole.listed |= node.listed;
    whole.possible &= node.possible;  // something in it is exact
  }

  // By ref again: a group is called by its whole, which may come elsewhere.
  std::vector<std::size_t> order(out.nodes.size());
  for (std::size_t i = 0; i < order.size(); ++i) order[i] = i;
  std::ranges::stable_sort(order, {}, [&](std::size_t at) -> const std::string& { return out.nodes[at].ref; });
  std::vector<std::size_t> rank(order.size());
  std::vector<Drawing::Node> sorted;
  for (const std::size_t at : order) {
    rank[at] = sorted.size();
    sorted.push_back(std::move(out.nodes[at]));
  }
  out.nodes = std::move(sorted);

  std::vector<Drawing::Edge> edges;
  for (const Drawing::Edge& edge : drawing.edges) {
    Drawing::Edge& moved = edges.emplace_back(edge);
    moved.from = rank[places[edge.from]];
    moved.to = rank[places[edge.to]];
    if (moved.from == moved.to && edge.from != edge.to) edges.pop_back();  // within what was folded
  }
  out.edges = alike_as_one(std::move(edges));
  return out;
}

}  // namespace amont
