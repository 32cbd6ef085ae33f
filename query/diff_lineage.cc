// diff_lineage(): one walk in each state, and the transactions that made them differ.
#include <algorithm>
#include <map>
#include <tuple>

#include "amont/diff.h"
#include "query/completeness.h"

namespace amont {
namespace {

using EdgeName = std::tuple<std::string, std::string, std::string, std::string>;  // kind, from, to, label

// One state's walk, by names, since ids alone say nothing of what comes first.
struct WalkThen {
  std::map<std::string, std::pair<Ref, Reached>> nodes;
  std::map<EdgeName, std::pair<FollowedEdge, std::pair<Ref, Ref>>> edges;
  Completeness completeness;
  bool had_all = true;  // the starts
};

Result<WalkThen> walk(const Snapshot& view, std::span<const Ref> starts, Direction direction,
                      const AskOptions& options) {
  WalkThen walked;
  std::vector<NodeId> ids;
  for (const Ref& start : starts) {
    AMONT_LET(const std::optional<Node> node, view.node(start));
    if (node)
      ids.push_back(node->id);
    else
      walked.had_all = false;
  }
  if (ids.empty()) return walked;
  AMONT_LET(Answer answer, (direction == Direction::kUpstream ? upstream : downstream)(view, ids, options));
  std::vector<NodeId> ends;
  for (const Reached& node : answer.nodes) ends.push_back(node.id);
  for (const FollowedEdge& edge : answer.edges) ends.insert(ends.end(), {edge.from, edge.to});
  AMONT_LET(const std::vector<Ref> refs, view.refs(ends));
  std::size_t next = 0;
  for (const Reached& node : answer.nodes) {
    walked.nodes.emplace(refs[next].text(), std::pair(refs[next], node));
    ++next;
  }
  for (FollowedEdge& edge : answer.edges) {
    const Ref& from = refs[next];
    const Ref& to = refs[next + 1];
    next += 2;
    EdgeName name{view.schema().edge(edge.kind).name, from.text(), to.text(), edge.label};
    walked.edges.emplace(std::move(name), std::pair(std::move(edge), std::pair(from, to)));
  }
  walked.completeness = std::move(answer.completeness);
  return walked;
}

class Comparing {
 public:
  Comparing(Store& store, const Snapshot& before, const Snapshot& after)
      : store_(store), before_(before), after_(after) {}

  Result<LineageDiff> run(const WalkThen& was, const WalkThen& is) {
    compare_nodes(was, is);
    for (const auto& [name, edge] : was.edges)
      if (!is.edges.contains(name)) AMONT_TRY(add_edge(DiffKind::kRemoved, name, edge));
    for (const auto& [name, edge] : is.edges)
      if (!was.edges.contains(name)) AMONT_TRY(add_edge(DiffKind::kAdded, name, edge));
    std::ranges::sort(diff_.edges, {}, [](const LineageDiff::EdgeDiff& edge) {
      return EdgeName(edge.kind, edge.from.text(), edge.to.text(), edge.label);
    });
    for (const Completeness* const one : {&was.completeness, &is.completeness})
      for (const PartialReason& reason : one->reasons) take(reason);
    return std::move(diff_);
  }

 private:
  void compare_nodes(const WalkThen& was, const WalkThen& is) {
    std::map<std::string, LineageDiff::NodeDiff> all;
    for (const auto& [name, node] : was.nodes) all[name] = {DiffKind::kRemoved, node.first, node.second, {}};
    for (const auto& [name, node] : is.nodes) {
      LineageDiff::NodeDiff& diff = all[name];
      diff.what = diff.before ? DiffKind::kChanged : DiffKind::kAdded;
      diff.node = node.first;
      diff.after = node.second;
    }
    for (auto& [name, node] : all) {
      const bool same = node.before && node.after && node.before->depth == node.after->depth &&
                        node.before->precision == node.after->precision;
      if (!same) diff_.nodes.push_back(std::move(node));
    }
  }

  Status add_edge(DiffKind what, const EdgeName& name, const std::pair<FollowedEdge, std::pair<Ref, Ref>>& edge) {
    LineageDiff::EdgeDiff diff{what, std::get<0>(name), edge.second.first, edge.second.second, std::get<3>(name), 0};
    const FollowedEdge& id = edge.first;
    AMONT_LET(const auto was, before_.edge(id.kind, id.from, id.to, id.label));
    AMONT_LET(const auto is, after_.edge(id.kind, id.from, id.to, id.label));
    if (is && !was) {
      diff.tx = is->tx;
    } else if (was && !is) {
      AMONT_LET(diff.tx, taken_back(id, name));
    }
    diff_.edges.push_back(std::move(diff));
    return {};
  }

  // The last transaction between the two states that retracted the edge or one of its ends.
  Result<TxNumber> taken_back(const FollowedEdge& edge, const EdgeName& name) {
    AMONT_LET(const std::vector<TxNumber> history, store_.history_of(edge.from));
    for (auto tx = history.rbegin(); tx != history.rend() && *tx > before_.tx(); ++tx) {
      if (*tx > after_.tx()) continue;
      AMONT_LET(const TxDetail detail, store_.transaction(*tx));
      for (const TxChange& change : detail.changes) {
        const bool whole_node = change.what == TxChange::What::kRetractNode &&
                                (change.node.text() == std::get<1>(name) || change.node.text() == std::get<2>(name));
        const bool this_edge = change.what == TxChange::What::kRetractEdge && change.edge_kind == std::get<0>(name) &&
                               change.node.text() == std::get<1>(name) && change.to.text() == std::get<2>(name) &&
                               change.label == std::get<3>(name);
        if (whole_node || this_edge) return *tx;
      }
    }
    return TxNumber{0};
  }

  void take(const PartialReason& reason) {
    std::vector<PartialReason>& reasons = diff_.completeness.reasons;
    const auto known = std::ranges::find(reasons, reason.reason, &PartialReason::reason);
    if (known == reasons.end()) {
      reasons.push_back(reason);
    } else {
      known->count = std::max(known->count, reason.count);
      known->at_least = true;
    }
  }

  Store& store_;
  const Snapshot& before_;
  const Snapshot& after_;
  LineageDiff diff_;
};

}  // namespace

Result<LineageDiff> diff_lineage(Store& store, const Snapshot& before, const Snapshot& after,
                                 std::span<const Ref> starts, Direction direction, const AskOptions& options) {
  if (before.tx() > after.tx()) return invalid("the first of the two states must be the earlier one");
  AskOptions all = options;
  all.want_edges = true;
  all.limit = 0;
  for (const Ref& start : starts) {
    AMONT_LET(const std::optional<Node> was, before.node(start));
    AMONT_LET(const std::optional<Node> is, after.node(start));
    if (!was && !is) return not_found(start.text() + " is in neither of the two states");
  }
  AMONT_LET(const WalkThen was, walk(before, starts, direction, all));
  AMONT_LET(const WalkThen is, walk(after, starts, direction, all));
  return Comparing(store, before, after).run(was, is);
}

}  // namespace amont
