#include "query/coverage/users.h"

namespace amont::approvals {
namespace {

When between(const Interval& interval) {
  When when;
  if (!interval.from) return when;
  when.is_open = !interval.to;
  when.to = when.is_open ? interval.from->micros : interval.to->micros;
  if (when.to >= interval.from->micros) when.from = interval.from->micros;  // else the two contradict each other
  return when;
}

}  // namespace

Status read_users(FactReader& reader, std::span<const NodeId> ids, std::vector<User>& out) {
  const EdgeWords words(reader.schema());
  const auto wanted = WantedEdges(reader.schema())
                          .whole("used")
                          .bare("performed_for")
                          .bare("for_purpose")
                          .bare("executed_in")
                          .bare("performed_by")
                          .bare("under");
  return reader.read(ids, wanted, [&](NodeFacts& facts) -> Status {
    const Role role = reader.schema().node(facts.record.kind).role;
    if (role != Role::kRun && role != Role::kProject) return {};
    const Properties& props = facts.record.props;
    User user;
    user.id = facts.id;
    user.is_project = role == Role::kProject;
    user.links = text_property(props, "type") == "linkage";
    user.valid = facts.record.valid;
    if (user.is_project) {
      user.projects.push_back(user.id);
    } else {
      user.started = time_in(props, "started_at");
      user.ended = time_in(props, "ended_at");
    }
    for (EdgeFacts& edge : facts.out) {
      if (edge.kind == words.performed_for) user.projects.push_back(edge.far);
      if (edge.kind == words.for_purpose && !user.is_project) user.purposes.push_back(edge.far);
      if (edge.kind == words.executed_in) user.places.push_back(edge.far);
      if (edge.kind == words.performed_by) user.performers.push_back(edge.far);
      if (edge.kind == words.under) user.under.push_back(edge.far);
      if (edge.kind != words.used) continue;
      UsedEdge& used = user.uses.emplace_back();
      used.used = edge.far;
      used.label = std::move(edge.label);
      used.valid = edge.valid;
      used.at = time_in(edge.props, "at");
      used.years = stretch_of(interval_in(edge.props, "data_from", "data_to"));
      used.columns = texts_in(edge.props, "columns");
      used.begin = edge.begin;
    }
    if (!user.uses.empty()) out.push_back(std::move(user));
    return {};
  });
}

When when_used(const User& user, const UsedEdge& edge, const Project* project) {
  if (user.started) return between({user.started, user.ended});
  if (edge.valid.from) return between(edge.valid);
  if (edge.at) return between({edge.at, edge.at});
  if (!user.is_project) return between(user.valid);
  return project ? between(project->period) : When();
}

}  // namespace amont::approvals
