#include "query/answer.h"

#include <algorithm>
#include <string_view>
#include <tuple>

#include "query/reduce_edges.h"
#include "query/ref_order.h"

namespace amont {
namespace {

constexpr std::size_t kNodesAfterStop = RefOrder::kReadAfterStop;

std::uint32_t depth_of(const Reached& node) { return node.depth.value_or(kAnyDepth); }

// Takes out what the limit will cut whatever its ref is.
void cut_deeper(std::vector<Reached>& nodes, std::uint64_t limit) {
  if (limit == 0 || nodes.size() <= limit) return;
  const auto last = nodes.begin() + static_cast<std::ptrdiff_t>(limit) - 1;
  std::ranges::nth_element(nodes, last, {}, depth_of);
  const std::uint32_t deepest = depth_of(*last);
  std::erase_if(nodes, [&](const Reached& node) { return depth_of(node) > deepest; });
}

// "The lineage edges the walk followed, as recorded."
Status collect_edges(Walk& walk, std::vector<FollowedEdge>& out) {
  const Plan& plan = walk.plan();
  const bool up = walk.direction() == Direction::kUpstream;
  const auto follow = [&](const Contributor& contributor) -> Status {
    walk.pause();
    for (const EdgeClass edge_class : plan.classes) {
      AMONT_LET(const PageShelf::Slot* const slot,
                walk.page(edge_class, walk.direction(), contributor.node / kPageNodes));
      const PageNode* const near = slot->nodes + contributor.node % kPageNodes;
      if (walk.clock().stops()) return {};
      for (std::uint32_t edge = near[0].begin; edge < near[1].begin; ++edge) {
        const std::uint16_t kind = slot->page->kinds[edge];
        const std::uint32_t far = slot->targets[edge];
        if (!plan.walks(kind, contributor.uses) || (plan.exact_only && !plan.exact(kind, contributor.leaves_project)))
          continue;
        AMONT_LET(const bool there, walk.edge_counts(*slot->page, edge, contributor.node, far, walk.direction()));
        if (!there) continue;
        const NodeId near_id{contributor.node}, far_id{far};
        out.push_back(
            {EdgeKind(kind), up ? near_id : far_id, up ? far_id : near_id, std::string(slot->page->label(edge))});
      }
    }
    return {};
  };
  const Search& found = walk.found();
  const std::size_t levels = found.levels.empty() ? 0 : found.levels.size() - 1;
  for (std::uint32_t depth = 0; depth < std::min<std::size_t>(levels, plan.depth); ++depth) {
    for (std::size_t i = found.levels[depth]; i < found.levels[depth + 1]; ++i)
      if (found.queue[i] != kNoNode) AMONT_TRY(follow({found.queue[i], true, false}));
  }
  for (const Contributor& contributor : found.followed) AMONT_TRY(follow(contributor));
  return {};
}

void sort_nodes(const RefOrder& order, std::vector<Reached>& nodes) {
  struct Place {
    std::uint32_t depth, ref;
    std::size_t at;
  };
  std::vector<Place> places;
  places.reserve(nodes.size());
  for (const Reached& node : nodes) places.push_back({depth_of(node), order.place(node.id), places.size()});
  std::ranges::sort(places,
                    [](const Place& a, const Place& b) { return std::tie(a.depth, a.ref) < std::tie(b.depth, b.ref); });
  std::vector<Reached> sorted;
  sorted.reserve(nodes.size());
  for (const Place& place : places) sorted.push_back(nodes[place.at]);
  nodes = std::move(sorted);
}

void sort_edges(const Snapshot& view, const RefOrder& order, std::vector<FollowedEdge>& edges) {
  std::erase_if(edges, [&](const FollowedEdge& edge) { return !order.known(edge.from) || !order.known(edge.to); });
  struct Place {
    std::string_view kind;
    std::uint32_t from, to;
    std::string_view label;
    std::size_t at;
  };
  std::vector<Place> places;
  places.reserve(edges.size());
  for (const FollowedEdge& edge : edges)
    places.push_back(
        {view.schema().edge(edge.kind).name, order.place(edge.from), order.place(edge.to), edge.label, places.size()});
  std::ranges::sort(places, [](const Place& a, const Place& b) {
    return std::tie(a.kind, a.from, a.to, a.label) < std::tie(b.kind, b.from, b.to, b.label);
  });
  std::vector<FollowedEdge> sorted;
  sorted.reserve(edges.size());
  for (const Place& place : places) sorted.push_back(std::move(edges[place.at]));
  edges = std::move(sorted);
}

}  // namespace

Status list_reached(Walk& walk, const TakeThing& take, std::vector<Reached>& out) {
  std::vector<std::uint32_t> nodes;
  const auto list = [&](std::span<const std::uint32_t> thing, std::uint32_t depth, Precision precision) -> Status {
    if (walk.is_own(thing.front())) return {};
    AMONT_LET(const bool taken, take(thing));
    if (!taken) return {};
    nodes.clear();
    AMONT_TRY(walk.listed(thing, nodes));
    for (const std::uint32_t node : nodes) out.push_back({NodeId{node}, depth, precision, false});
    return {};
  };
  AMONT_TRY(walk.for_each_thing(walk.exact_search(), [&](std::span<const std::uint32_t> thing, std::uint32_t depth) {
    return list(thing, depth, Precision::kExact);
  }));
  if (!walk.searched_any()) return {};
  return walk.for_each_thing(walk.found(), [&](std::span<const std::uint32_t> thing, std::uint32_t depth) {
    if (walk.marks().has(thing.front(), Walk::kExactly)) return Status();
    return list(thing, depth, Precision::kPossible);
  });
}

Status list_reached(Walk& walk, std::vector<Reached>& out) {
  return list_reached(
      walk, [](std::span<const std::uint32_t>) -> Result<bool> { return true; }, out);
}

Result<Answer> finish(const Snapshot& view, Walk& walk, const AskOptions& options, std::vector<Reached> nodes) {
  Answer answer;
  AMONT_TRY(add_unknown(walk, answer.completeness));
  if (options.want_edges) AMONT_TRY(collect_edges(walk, answer.edges));
  if (options.reduce_edges) reduce_edges(walk.clock(), answer.edges);
  AMONT_TRY(add_reasons(walk, answer.completeness));
  return finish(view, walk.clock(), options, std::move(nodes), std::move(answer));
}

Result<Answer> finish(const Snapshot& view, Clock& clock, const AskOptions& options, std::vector<Reached> nodes,
                      Answer answer) {
  const std::uint64_t count = nodes.size();
  cut_deeper(nodes, options.limit);
  if (clock.stopped()) {  // what can be shown at once
    cut_deeper(nodes, kNodesAfterStop);
    if (nodes.size() > kNodesAfterStop) nodes.resize(kNodesAfterStop);
    answer.edges.clear();
  }
  RefOrder order;
  for (const Reached& node : nodes) order.want(node.id);
  for (const FollowedEdge& edge : answer.edges) {
    order.want(edge.from);
    order.want(edge.to);
  }
  for (const UnknownOrigin& unknown : answer.completeness.unknown) order.want(unknown.id);
  AMONT_TRY(order.read(view, clock));
  const auto is_not_known = [&](const auto& one) { return !order.known(one.id); };
  std::erase_if(nodes, is_not_known);
  std::erase_if(answer.completeness.unknown, is_not_known);

  sort_nodes(order, nodes);
  if (options.limit > 0 && nodes.size() > options.limit) nodes.resize(options.limit);
  std::ranges::sort(answer.completeness.unknown, {},
                    [&](const UnknownOrigin& unknown) { return order.place(unknown.id); });
  sort_edges(view, order, answer.edges);
  const std::uint64_t shown = options.limit > 0 ? std::min(options.limit, count) : count;
  if (nodes.size() < shown || (clock.stopped() && !answer.completeness.out_of_time()))
    add_reason(answer.completeness, "timeout", shown - nodes.size(), true);
  if (shown < count) add_reason(answer.completeness, "limit", count - shown, clock.stopped());
  answer.nodes = std::move(nodes);
  return answer;
}

}  // namespace amont
