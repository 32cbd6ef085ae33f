// From ids to what is drawn: which nodes stand for an edge's ends, what they are called, and one arrow for edges that say the same.

#include "amont/drawing.h"

#include <algorithm>
#include <map>
#include <tuple>

#include "query/drawing_groups.h"

namespace amont {
namespace {

constexpr int kTiesFollowed = 8;  // from a part to its whole, and to the whole of that
constexpr std::size_t kAtOnce = 4096;

// Marks of a node that is given several times.
void take_marks(ToDraw::Node& node, const ToDraw::Node& more) {
  node.start |= more.start;
  node.listed |= more.listed;
  node.possible |= more.possible;
  node.highlighted |= more.highlighted;
  if (node.gap.empty()) node.gap = more.gap;
}

class Draft {
 public:
  Draft(const Snapshot& view, const std::function<bool()>& keep_going) : view_(view), look_ups_(keep_going) {}

  void take(const ToDraw& what) {
    for (const ToDraw::Node& node : what.nodes) {
      const auto [at, is_new] = nodes_.try_emplace(node.id, node);
      if (!is_new) take_marks(at->second, node);
    }
  }

  // Finds who stands for the ends of the edges, and takes both.
  Status take_edges(const std::vector<ToDraw::Edge>& edges) {
    edges_ = edges;
    for (ToDraw::Edge& edge : edges_) {
      const bool to_itself = edge.from == edge.to;
      AMONT_LET(edge.from, stands_for(edge.from));
      AMONT_LET(edge.to, stands_for(edge.to));
      if (edge.from == edge.to && !to_itself) edge.kind.clear();  // within one dataset: nothing to draw
    }
    std::erase_if(edges_, [](const ToDraw::Edge& edge) { return edge.from == edge.to && edge.kind.empty(); });
    return tie_parts();
  }

  Result<Drawing> finish(const ToDraw& what) {
    Drawing drawing;
    drawing.fold = what.fold;
    std::vector<NodeId> ids;
    for (const auto& [id, node] : nodes_) ids.push_back(id);
    AMONT_TRY(read_names(ids, drawing));
    const bool wants_groups =
        what.fold == Drawing::Fold::kAlways || (what.fold == Drawing::Fold::kWhenLarge && ids.size() > kLargeDrawing);
    if (wants_groups) AMONT_TRY(set_groups(ids, what.fold_by, drawing));
    sort(ids, drawing);
    return drawing;
  }

 private:
  // The node that an end of an edge is drawn as.
  Result<NodeId> stands_for(NodeId end) {
    if (nodes_.contains(end)) return end;
    if (const auto known = homes_.find(end); known != homes_.end()) return known->second;
    AMONT_TRY(look_ups_.count());
    NodeId home = end;
    AMONT_LET(const std::vector<NodeBrief> brief, view_.briefs(end, 1));
    const bool is_variable = brief[0].alive && view_.schema().node(brief[0].kind).role == Role::kVariable;
    if (is_variable) {
      AMONT_LET(const std::vector<Neighbour> causes, view_.neighbours(end, Direction::kUpstream));
      for (const Neighbour& cause : causes)
        if (view_.schema().edge(cause.kind).tie() == Tie::kPartOf) home = cause.node;
    }
    homes_.emplace(end, home);
    if (!nodes_.contains(home)) {
      ToDraw::Node between;
      between.id = home;
      between.listed = false;
      nodes_.emplace(home, between);
      found_.push_back(home);
    }
    return home;
  }

  // A part whose edges a walk follows because it came to the whole would stand alone without its tie to it.
  Status tie_parts() {
    std::vector<NodeId> given;
    for (const auto& [id, node] : nodes_)
      if (node.listed) given.push_back(id);
    const NodeSet listed(given);
    const std::vector<NodeId> found = found_;
    for (const NodeId part : found) {
      std::vector<ToDraw::Edge> ties;
      AMONT_LET(const bool reached, ties_to(part, listed, kTiesFollowed, ties));
      if (!reached) continue;
      for (ToDraw::Edge& tie : ties) {
        for (const NodeId end : {tie.from, tie.to}) {
          ToDraw::Node between;
          between.id = end;
          between.listed = false;
          nodes_.try_emplace(end, between);
        }
        ties_.push_back(std::move(tie));
      }
    }
    return {};
  }

  // The ties that lead from a node to one of those listed.
  Result<bool> ties_to(NodeId node, const NodeSet& listed, int more, std::vector<ToDraw::Edge>& out) {
    AMONT_TRY(look_ups_.count());
    AMONT_LET(const std::vector<Edge> up, view_.edges(node, Direction::kUpstream));
    for (const Edge& edge : up) {
      const Tie tie = view_.schema().edge(edge.kind).tie();
      if (tie == Tie::kNone || edge.to == node) continue;
      AMONT_LET(const bool leads_there, is_there(edge.to, listed, tie == Tie::kSameAs ? 0 : more, out));
      if (!leads_there) continue;
      out.push_back({edge.from, edge.to, edge.kind_name, {}, false, {}});
      return true;
    }
    AMONT_LET(const std::vector<Edge> down, view_.edges(node, Direction::kDownstream));
    for (const Edge& edge : down) {
      if (view_.schema().edge(edge.kind).tie() != Tie::kSameAs || !listed.contains(edge.from)) continue;
      out.push_back({edge.from, edge.to, edge.kind_name, {}, false, {}});
      return true;
    }
    return false;
  }
  Result<bool> is_there(NodeId whole, const NodeSet& listed, int more, std::vector<ToDraw::Edge>& out) {
    if (listed.contains(whole)) return true;
    if (more == 0) return false;
    return ties_to(whole, listed, more - 1, out);
  }

  Status read_names(std::span<const NodeId> ids, Drawing& drawing) {
    for (std::size_t first = 0; first < ids.size(); first += kAtOnce) {
      const auto some = ids.subspan(first, std::min(kAtOnce, ids.size() - first));
      AMONT_TRY(look_ups_.count(some.size()));
      AMONT_LET(const std::vector<std::optional<Node>> found, view_.nodes(some));
      for (std::size_t i = 0; i < some.size(); ++i) {
        const ToDraw::Node& marks = nodes_.at(some[i]);
        Drawing::Node& node = drawing.nodes.emplace_back();
        node.start = marks.start;
        node.listed = marks.listed;
        node.possible = marks.possible;
        node.highlighted = marks.highlighted;
        node.gap = marks.gap;
        if (found[i]) {
          node.ref = found[i]->ref.text();
          node.title = text_property(found[i]->props, "title");
        } else {
          AMONT_LET(const Ref ref, view_.ref(some[i]));
          node.ref = ref.text();
        }
      }
    }
    return {};
  }

  Status set_groups(std::span<const NodeId> ids, FoldBy by, Drawing& drawing) {
    AMONT_LET(const std::vector<std::optional<NodeId>> groups, groups_of(view_, ids, by, look_ups_));
    std::map<NodeId, std::size_t> places;
    std::vector<NodeId> wholes;
    for (std::size_t i = 0; i < ids.size(); ++i) {
      if (!groups[i]) continue;
      const auto [at, is_new] = places.try_emplace(*groups[i], wholes.size());
      if (is_new) wholes.push_back(*groups[i]);
      drawing.nodes[i].group = at->second;
    }
    AMONT_LET(const std::vector<std::optional<Node>> found, view_.nodes(wholes));
    for (std::size_t i = 0; i < wholes.size(); ++i) {
      AMONT_LET(const Ref ref, view_.ref(wholes[i]));
      drawing.groups.push_back(
          {ref.text(), found[i] ? std::string(text_property(found[i]->props, "title")) : std::string()});
    }
    return {};
  }

  // Nodes by ref; edges by their ends, one for those that would look alike.
  void sort(std::span<const NodeId> ids, Drawing& drawing) {
    std::vector<std::size_t> order(ids.size());
    for (std::size_t i = 0; i < order.size(); ++i) order[i] = i;
    std::ranges::sort(order, {}, [&](std::size_t at) -> const std::string& { return drawing.nodes[at].ref; });
    std::map<NodeId, std::size_t> places;
    std::vector<Drawing::Node> sorted;
    for (const std::size_t at : order) {
      places.emplace(ids[at], sorted.size());
      sorted.push_back(std::move(drawing.nodes[at]));
    }
    drawing.nodes = std::move(sorted);
    std::vector<Drawing::Edge> edges;
    const auto add = [&](ToDraw::Edge& edge, bool aside) {
      edges.push_back({places.at(edge.from), places.at(edge.to), std::move(edge.kind), std::move(edge.label), 1, aside,
                       edge.highlighted, std::move(edge.gap)});
    };
    for (ToDraw::Edge& edge : edges_) add(edge, false);
    for (ToDraw::Edge& edge : ties_) add(edge, true);
    drawing.edges = alike_as_one(std::move(edges));
  }

  const Snapshot& view_;
  LookUps look_ups_;
  std::map<NodeId, ToDraw::Node> nodes_;
  std::map<NodeId, NodeId> homes_;
  std::vector<NodeId> found_;  // ends that were not among the nodes
  std::vector<ToDraw::Edge> edges_;
  std::vector<ToDraw::Edge> ties_;
};

}  // namespace

std::vector<Drawing::Edge> alike_as_one(std::vector<Drawing::Edge> edges) {
  const auto key = [](const Drawing::Edge& edge) { return std::tie(edge.from, edge.to, edge.kind, edge.aside); };
  std::ranges::stable_sort(edges, [&](const Drawing::Edge& a, const Drawing::Edge& b) {
    return std::tuple_cat(key(a), std::tie(a.label)) < std::tuple_cat(key(b), std::tie(b.label));
  });
  std::vector<Drawing::Edge> once;
  for (Drawing::Edge& edge : edges) {
    if (once.empty() || key(once.back()) != key(edge)) {
      once.push_back(std::move(edge));
      continue;
    }
    Drawing::Edge& same = once.back();
    if (same.label != edge.label) same.label.clear();
    if (!edge.aside) same.stands_for += edge.stands_for;  // parts of one whole find its ties again
    same.highlighted |= edge.highlighted;
    if (same.gap.empty()) same.gap = std::move(edge.gap);
  }
  return once;
}

Result<Drawing> draw(const Snapshot& view, const ToDraw& what, const std::function<bool()>& keep_going) {
  Draft draft(view, keep_going);
  draft.take(what);
  AMONT_TRY(draft.take_edges(what.edges));
  return draft.finish(what);
}

Result<std::vector<FollowedEdge>> edges_between(const Snapshot& view, std::span<const NodeId> nodes,
                                                const AskOptions& options) {
  if (nodes.empty()) return std::vector<FollowedEdge>();
  AskOptions one_step = options;
  one_step.depth = 1;
  one_step.want_edges = true;
  one_step.limit = 0;
  one_step.kinds.clear();
  AMONT_LET(Answer answer, upstream(view, nodes, one_step));
  if (answer.completeness.out_of_time()) return Status{Code::kTimeout, "out of time while drawing"};

  const NodeSet within(nodes);
  std::map<NodeId, bool> known;  // is an end one of the nodes, or a variable, a part or a version of one?
  const auto belongs = [&](NodeId end) -> Result<bool> {
    const auto [at, is_new] = known.try_emplace(end, within.contains(end));
    if (!is_new || at->second) return at->second;
    std::optional<NodeId> whole = end;
    for (int i = 0; i < kTiesFollowed && whole && !at->second; ++i) {
      AMONT_LET(whole, whole_of(view, *whole));
      at->second = whole && within.contains(*whole);
    }
    return at->second;
  };
  std::vector<FollowedEdge> between;
  for (FollowedEdge& edge : answer.edges) {
    AMONT_LET(const bool from, belongs(edge.from));
    AMONT_LET(const bool to, belongs(edge.to));
    if (from && to) between.push_back(std::move(edge));
  }
  return between;
}

}  // namespace amont
