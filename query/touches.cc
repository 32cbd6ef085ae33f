// touches(d): "the projects in downstream(d), and those that the runs in it were performed_for (no depth, the run's precision),
// each with direct (it used d itself, or a part or variable of it)".
#include <map>

#include "query/answer.h"

namespace amont {
namespace {

// Marks who has an edge to a start, to a part or to a variable of it, and not only to its whole.
Status mark_users(Walk& walk) {
  const Plan& plan = walk.plan();
  if (plan.depth == 0) return {};
  std::vector<std::uint32_t> ignored;
  return walk.for_each_thing(walk.found(), [&](std::span<const std::uint32_t> thing, std::uint32_t depth) -> Status {
    if (depth > 0) return {};
    return walk.for_each_step(thing, /*with_possible=*/false, /*once=*/false, [&](const Step& step) -> Status {
      if (!step.counts || (plan.exact_only && !step.exact)) return {};
      return walk.gather(step.far, Walk::kUser, ignored);
    });
  });
}

// Calls see(run, project) for each performed_for edge that leaves a settled thing.
Status for_each_performance(Walk& walk, const FunctionRef<Status(std::uint32_t run, std::uint32_t project)>& see) {
  const Schema& schema = *walk.view().schema;
  const EdgeRow* row = schema.edge("performed_for");
  if (!row) return {};
  std::vector<bool> may_perform(schema.nodes().size(), row->same_kind);
  for (const EdgeEnds& ends : row->ends)
    for (const std::string& kind : ends.from) may_perform[number_of(schema.node(kind)->kind)] = true;

  const auto look = [&](std::uint32_t run) -> Status {
    AMONT_LET(const PageNode found, walk.node(run));
    if (!may_perform[found.kind]) return {};
    AMONT_LET(const PageShelf::Slot* const slot, walk.page(row->edge_class, Direction::kUpstream, run / kPageNodes));
    const PageNode* const near = slot->nodes + run % kPageNodes;
    for (std::uint32_t edge = near[0].begin; edge < near[1].begin; ++edge) {
      if (slot->page->kinds[edge] != number_of(row->kind)) continue;
      AMONT_LET(const bool there, walk.edge_counts(*slot->page, edge, run, slot->targets[edge], Direction::kUpstream));
      if (there) AMONT_TRY(see(run, slot->targets[edge]));
    }
    return {};
  };
  return walk.for_each_thing(walk.found(), [&](std::span<const std::uint32_t> thing, std::uint32_t) -> Status {
    if (walk.is_own(thing.front())) return {};
    for (const std::uint32_t member : thing) AMONT_TRY(look(member));
    return {};
  });
}

}  // namespace

Result<Answer> touches(const Snapshot& view, std::span<const NodeId> starts, const AskOptions& options) {
  const ScratchLease scratch;
  Walk walk(view.view(), options, Direction::kDownstream, *scratch);
  AMONT_TRY(walk.begin(starts));
  AMONT_TRY(walk.search_all());
  AMONT_TRY(mark_users(walk));

  std::vector<Reached> reached;
  AMONT_TRY(list_reached(walk, reached));
  std::map<NodeId, Reached> projects;
  for (Reached& node : reached) {
    const auto id = static_cast<std::uint32_t>(number_of(node.id));
    AMONT_LET(const PageNode found, walk.node(id));
    if (walk.plan().role(found) != Role::kProject) continue;
    node.direct = walk.marks().has(id, Walk::kUser);
    projects.emplace(node.id, node);
  }
  AMONT_TRY(for_each_performance(walk, [&](std::uint32_t run, std::uint32_t project) -> Status {
    AMONT_LET(const PageNode found, walk.node(project));
    if (walk.is_own(project) || !walk.plan().wants(found)) return {};
    const auto [place, is_new] =
        projects.emplace(NodeId{project}, Reached{NodeId{project}, std::nullopt, Precision::kPossible, false});
    Reached& known = place->second;
    if (!known.depth && walk.precision(run) == Precision::kExact) known.precision = Precision::kExact;
    known.direct = known.direct || walk.marks().has(run, Walk::kUser);
    return {};
  }));
  std::vector<Reached> nodes;
  for (const auto& [id, project] : projects) nodes.push_back(project);
  return finish(view, walk, options, std::move(nodes));
}

}  // namespace amont
