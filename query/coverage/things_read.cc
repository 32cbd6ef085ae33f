// Reading things, level by level towards their origins.
#include <algorithm>

#include "query/coverage/things.h"

namespace amont::approvals {
namespace {

constexpr std::string_view kMadeHarmless[] = {"anonymise", "aggregate"};

void keep_new(std::vector<NodeId>& ids, const boost::unordered_flat_set<NodeId>& seen) {
  std::ranges::sort(ids);
  ids.erase(std::ranges::unique(ids).begin(), ids.end());
  std::erase_if(ids, [&](NodeId id) { return seen.contains(id); });
}

void sort_once(std::vector<NodeId>& ids) {
  std::ranges::sort(ids);
  ids.erase(std::ranges::unique(ids).begin(), ids.end());
}

}  // namespace

Status Things::need(std::vector<NodeId> ids) {
  std::vector<NodeId> next;
  for (keep_new(ids, seen_); !ids.empty() && !reader_.clock().stopped(); keep_new(ids, seen_)) {
    seen_.insert(ids.begin(), ids.end());
    next.clear();
    AMONT_TRY(read_level(ids, next));
    std::swap(ids, next);
  }
  return {};
}

Status Things::read_level(std::vector<NodeId>& ids, std::vector<NodeId>& next) {
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
      case Role::kProject: take_maker(facts, next); return {};
      case Role::kVariable:
      case Role::kDataset:
      case Role::kOutput: return take(facts, next);
      default: return {};
    }
  });
}

void Things::take_maker(NodeFacts& facts, std::vector<NodeId>& next) {
  Maker& maker = makers_[facts.id];
  maker.links = text_property(facts.record.props, "type") == "linkage";
  for (const EdgeFacts& edge : facts.out)
    if (edge.kind == words_.used) maker.used.push_back(edge.far);
  sort_once(maker.used);
  next.insert(next.end(), maker.used.begin(), maker.used.end());
}

void Things::know_maker(NodeId id, bool links, std::vector<NodeId> used) {
  if (!seen_.insert(id).second) return;
  sort_once(used);
  makers_[id] = {links, std::move(used)};
}

Status Things::take(NodeFacts& facts, std::vector<NodeId>& next) {
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
      next.push_back(edge.far);
      return {};
    }
    if (edge.kind == words_.part_of || edge.kind == words_.version_of || edge.kind == words_.same_as) {
      // An output that is a new edition of another does not become part of it.
      if (role == Role::kDataset) thing.parents.push_back(edge.far);
    } else if (edge.kind == words_.generated_by) {
      thing.makers.push_back(edge.far);
    } else if (edge.kind == words_.derived_from) {
      if (std::ranges::find(kMadeHarmless, text_property(edge.props, "how")) == std::end(kMadeHarmless))
        thing.origins.push_back(edge.far);
    } else if (edge.kind == words_.checked_by && text_property(edge.props, "result") == "passed") {
      thing.passed_check = true;
      if (const auto at = time_in(props, "checked_at")) thing.checked_at = at->micros;
    }
  }
  for (const EdgeFacts& edge : facts.in) {
    if (edge.kind == words_.same_as) {
      if (role == Role::kDataset) thing.parents.push_back(edge.far);
      continue;
    }
    AMONT_LET(const PageNode part, reader_.brief(edge.far));
    if (role_of(NodeKind{part.kind}) == Role::kVariable) thing.variables.push_back(edge.far);
  }
  AMONT_TRY(take_inputs_of_variables(thing));
  for (std::vector<NodeId>* ids : {&thing.parents, &thing.makers, &thing.origins}) {
    sort_once(*ids);
    next.insert(next.end(), ids->begin(), ids->end());
  }
  things_[thing.id] = std::move(made);
  return {};
}

Status Things::take_inputs_of_variables(Thing& thing) {
  for (const NodeId variable : thing.variables) {
    holders_[variable] = thing.id;
    AMONT_LET(const FactReader::Ends ends, reader_.ends(variable, EdgeClass::kLineage, Direction::kUpstream));
    for (std::size_t i = 0; i < ends.far.size(); ++i) {
      const EdgeKind kind{ends.kinds[i]};
      if (kind == words_.generated_by) thing.makers.push_back(NodeId{ends.far[i]});
      if (kind == words_.derived_from) thing.origins.push_back(NodeId{ends.far[i]});
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
