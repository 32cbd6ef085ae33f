#include "query/coverage/find_users.h"

#include <algorithm>

#include <fmt/format.h>

namespace amont::approvals {
namespace {

constexpr std::uint64_t kIdsAtOnce = 1 << 16;

bool may_use(Role role) { return role == Role::kRun || role == Role::kProject; }

Status add_all(const Snapshot& view, Clock& clock, std::vector<NodeId>& users) {
  const std::uint64_t count = view.id_count();
  for (std::uint64_t first = 0; first < count && !clock.stops_now(); first += kIdsAtOnce) {
    AMONT_LET(const auto briefs,
              view.briefs(NodeId{first}, static_cast<std::size_t>(std::min(kIdsAtOnce, count - first))));
    for (std::size_t i = 0; i < briefs.size(); ++i)
      if (briefs[i].alive && may_use(view.schema().node(briefs[i].kind).role)) users.push_back(NodeId{first + i});
  }
  return {};
}

Status add_runs_of(FactReader& reader, NodeId project, std::vector<NodeId>& users) {
  const EdgeRow* row = reader.schema().edge("performed_for");
  if (!row) return {};
  AMONT_LET(const FactReader::Ends ends, reader.ends(project, row->edge_class, Direction::kDownstream));
  for (std::size_t i = 0; i < ends.far.size(); ++i)
    if (EdgeKind{ends.kinds[i]} == row->kind) users.push_back(NodeId{ends.far[i]});
  return {};
}

Status add_ancestry(const Snapshot& view, std::span<const NodeId> results, const CoverageOptions& options,
                    std::vector<NodeId>& users, Completeness& completeness) {
  AskOptions ask = options.ask;
  ask.kinds.clear();
  for (const NodeRow& kind : view.schema().nodes())
    if (may_use(kind.role)) ask.kinds.push_back(kind.name);
  ask.limit = 0;
  ask.want_edges = false;
  ask.valid_at = ask.valid_until = std::nullopt;  // it chooses uses, not the way to them
  AMONT_LET(Answer answer, upstream(view, results, ask));
  for (const Reached& node : answer.nodes) users.push_back(node.id);
  completeness = std::move(answer.completeness);
  return {};
}

}  // namespace

Result<std::vector<NodeId>> find_users(const Snapshot& view, FactReader& reader, std::span<const NodeId> of,
                                       const CoverageOptions& options, Completeness& completeness) {
  std::vector<NodeId> users, results;
  if (of.empty()) AMONT_TRY(add_all(view, reader.clock(), users));
  for (const NodeId id : of) {
    AMONT_LET(const PageNode node, reader.brief(id));
    if (!(node.flags & kNodeAlive)) return not_found(fmt::format("node {} is not in the register", number_of(id)));
    const NodeRow& kind = view.schema().node(NodeKind{node.kind});
    switch (kind.role) {
      case Role::kRun: users.push_back(id); break;
      case Role::kProject:
        users.push_back(id);
        AMONT_TRY(add_runs_of(reader, id, users));
        break;
      case Role::kNone:
        return invalid(fmt::format(
            "{} uses no data and is not made of any: coverage is asked of results, runs and projects", kind.name));
      default: results.push_back(id);
    }
  }
  if (!results.empty()) AMONT_TRY(add_ancestry(view, results, options, users, completeness));
  std::ranges::sort(users);
  users.erase(std::ranges::unique(users).begin(), users.end());
  return users;
}

}  // namespace amont::approvals
