// Reading things, level by level towards their origins.
#include <algorithm>
#include <iterator>
#include <utility>

#include "query/coverage/things.h"

namespace amont::approvals {
namespace {

constexpr std::string_view kMadeHarmless[] = {"anonymise", "aggregate"};

void sort_once(std::vector<NodeId>& ids) {
  std::ranges::sort(ids);
  ids.erase(std::ranges::unique(ids).begin(), ids.end());
}

}  // namespace

// A thing's lineage is that of its twins and parts too, and what it is a part of may tell more; of a whole that was met only so, the other
// parts say nothing.
Status Things::need(std::vector<NodeId> ids) {
  Wanted wanted{std::move(ids), {}};
  while (!(wanted.things.empty() && wanted.wholes.empty()) && !reader_.clock().stopped()) {
    sort_once(wanted.things);
    sort_once(wanted.wholes);
    std::vector<NodeId> unread;
    std::ranges::set_union(wanted.things, wanted.wholes, std::back_inserter(unread));
    std::erase_if(unread, [&](NodeId id) { return !seen_.insert(id).second; });
    AMONT_TRY(read_level(unread));
    Wanted next;
    for (const NodeId id : wanted.things) want_around(id, next);
    for (const NodeId id : wanted.wholes) want_above(id, next);
    wanted = std::move(next);
  }
  return {};
}

void Things::want_around(NodeId id, Wanted& next) {
  const auto add = [&next](const std::vector<NodeId>& ids) {
    next.things.insert(next.things.end(), ids.begin(), ids.end());
  };
  Thing* const thing = find(id);
  if (!thing) {
    const auto holder = holders_.find(id);
    if (holder != holders_.end() && !seen_.contains(holder->second)) next.things.push_back(holder->second);
    return;
  }
  if (std::exchange(thing->is_unfolded, true)) return;
  add(thing->parts);
  add(thing->twins);
  want_above(id, next);
}

void Things::want_above(NodeId id, Wanted& next) {
  Thing* const thing = find(id);
  if (!thing || std::exchange(thing->is_climbed, true)) return;
  next.wholes.insert(next.wholes.end(), thing->parents.begin(), thing->parents.end());
  next.things.insert(next.things.end(), thing->made_from.begin(), thing->made_from.end());
}

Status Things::read_level(std::span<const NodeId> ids) {
  const auto wanted = WantedEdges(reader_.schema())
                          .bare("used")
                          .bare("generated_by")
                          .whole("derived_from")
                          .bare("part_of")
                          .bare("version_of")
                          .bare("same_as")
                          .bare("same_as", Direction::kDownstream)
                          .bare("part_of", Direction::kDownstream)
                          .whole("checked_by");
  return reader_.read(ids, wanted, [&](NodeFacts& facts) -> Status {
    switch (role_of(facts.record.kind)) {
      case Role::kRun:
      case Role::kProject: {
        Thing& maker = take_maker(facts.id, text_property(facts.record.props, "type") == "linkage");
        for (const EdgeFacts& edge : facts.out)
          if (edge.kind == words_.used) maker.made_from.push_back(edge.far);
        sort_once(maker.made_from);
        return {};
      }
      case Role::kVariable:
      case Role::kDataset:
      case Role::kOutput: return take(facts);
      default: return {};
    }
  });
}

Thing& Things::take_maker(NodeId id, bool links) {
  std::unique_ptr<Thing>& made = things_[id];
  made = std::make_unique<Thing>();
  made->id = id;
  made->role = Role::kRun;
  made->is_maker = true;
  made->links = links;
  made->closed = false;
  made->told = Identifiability::kUnsaid;
  return *made;
}

void Things::know_maker(NodeId id, bool links, std::vector<NodeId> used) {
  if (!seen_.insert(id).second) return;
  sort_once(used);
  take_maker(id, links).made_from = std::move(used);
}

Status Things::take(NodeFacts& facts) {
  const Role role = role_of(facts.record.kind);
  const Properties& props = facts.record.props;
  auto made = std::make_unique<Thing>();
  Thing& thing = *made;
  thing.id = facts.id;
  thing.role = role;
  thing.restricted = flag_in(props, "restricted");
  thing.is_public = text_property(props, "access_rights") == "PUBLIC";
  thing.identifiability = identifiability_named(text_property(props, "identifiability"));
  thing.years = stretch_of(interval_in(props, "data_from", "data_to"));
  for (const EdgeFacts& edge : facts.out) {
    if (edge.kind == words_.part_of && role == Role::kVariable) {
      holders_[thing.id] = edge.far;
      return {};
    }
    if (edge.kind == words_.same_as) thing.twins.push_back(edge.far);
    if (edge.kind == words_.part_of || edge.kind == words_.version_of || edge.kind == words_.same_as) {
      // An output that is a new edition of another does not become part of it.
      if (role == Role::kDataset) thing.parents.push_back(edge.far);
    } else if (edge.kind == words_.generated_by) {
      thing.made_from.push_back(edge.far);
    } else if (edge.kind == words_.derived_from) {
      thing.was_made = true;
      if (std::ranges::find(kMadeHarmless, text_property(edge.props, "how")) == std::end(kMadeHarmless))
        thing.made_from.push_back(edge.far);
      else
        thing.has_harmless_origin = true;
    } else if (edge.kind == words_.checked_by && text_property(edge.props, "result") == "passed") {
      thing.passed_check = true;
      if (const auto at = time_in(props, "checked_at")) thing.checked_at = at->micros;
    }
  }
  for (const EdgeFacts& edge : facts.in) {
    if (edge.kind == words_.same_as) {
      thing.twins.push_back(edge.far);
      if (role == Role::kDataset) thing.parents.push_back(edge.far);
      continue;
    }
    AMONT_LET(const PageNode part, reader_.brief(edge.far));
    const Role role_of_part = role_of(NodeKind{part.kind});
    if (role_of_part == Role::kVariable) thing.variables.push_back(edge.far);
    if (role_of_part == Role::kDataset && role == Role::kDataset) thing.parts.push_back(edge.far);
  }
  AMONT_TRY(take_inputs_of_variables(thing));
  for (std::vector<NodeId>* ids : {&thing.parents, &thing.twins, &thing.parts, &thing.made_from}) {
    sort_once(*ids);
    ids->shrink_to_fit();
  }
  thing.was_made |= !thing.made_from.empty();
  things_[thing.id] = std::move(made);
  return {};
}

Status Things::take_inputs_of_variables(Thing& thing) {
  for (const NodeId variable : thing.variables) {
    holders_[variable] = thing.id;
    AMONT_LET(const FactReader::Ends ends, reader_.ends(variable, EdgeClass::kLineage, Direction::kUpstream));
    for (std::size_t i = 0; i < ends.far.size(); ++i) {
      const EdgeKind kind{ends.kinds[i]};
      if (kind == words_.generated_by || kind == words_.derived_from) thing.made_from.push_back(NodeId{ends.far[i]});
    }
  }
  return {};
}

Status Things::need_variables(std::vector<NodeId> ids) {
  std::vector<NodeId> wanted_ids, variables;
  for (const NodeId id : ids) {
    Thing* thing = find(id);
    if (!thing) continue;
    for (const NodeId whole : wholes(*thing))
      if (with_variables_.insert(whole).second) wanted_ids.push_back(whole);
  }
  for (const NodeId id : wanted_ids)
    if (const Thing* thing = find(id))
      variables.insert(variables.end(), thing->variables.begin(), thing->variables.end());
  sort_once(variables);
  std::erase_if(variables, [&](NodeId id) { return variables_.contains(id); });
  return reader_.read(variables, WantedEdges(reader_.schema()), [&](NodeFacts& facts) -> Status {
    const Properties& props = facts.record.props;
    auto read = std::make_unique<VariableFacts>();
    VariableFacts& variable = *read;
    variable.name = text_property(props, "name");
    if (variable.name.empty()) variable.name = facts.record.key.substr(facts.record.key.rfind('/') + 1);
    variable.created_year = integer_in(props, "created_year");
    variable.deleted_year = integer_in(props, "deleted_year");
    if (const Value* missing = find_property(props, "missing_years"))
      if (const List* list = std::get_if<List>(missing))
        for (const Scalar& year : *list)
          if (const auto* number = std::get_if<std::int64_t>(&year)) variable.missing_years.push_back(*number);
    variables_[facts.id] = std::move(read);
    return {};
  });
}

}  // namespace amont::approvals
