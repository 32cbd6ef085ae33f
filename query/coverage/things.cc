#include "query/coverage/things.h"

#include <algorithm>

namespace amont::approvals {

bool VariableFacts::is_there(std::int64_t first_year, std::int64_t last_year) const {
  if (created_year && first_year < *created_year) return false;
  if (deleted_year && last_year >= *deleted_year) return false;
  return std::ranges::none_of(missing_years,
                              [&](std::int64_t year) { return first_year <= year && year <= last_year; });
}

Thing* Things::find(NodeId id) {
  const auto holder = holders_.find(id);
  const auto found = things_.find(holder == holders_.end() ? id : holder->second);
  return found == things_.end() ? nullptr : found->second.get();
}

const Thing* Things::holder(NodeId variable) { return holders_.contains(variable) ? find(variable) : nullptr; }

const Maker* Things::maker(NodeId id) const {
  const auto found = makers_.find(id);
  return found == makers_.end() ? nullptr : &found->second;
}

const std::string* Things::variable_name(NodeId id) {
  const auto found = variables_.find(id);
  return found == variables_.end() ? nullptr : &found->second->name;
}

const std::vector<NodeId>& Things::wholes(Thing& thing) {
  if (thing.wholes) return *thing.wholes;
  std::vector<NodeId> all = {thing.id};
  for (std::size_t i = 0; i < all.size(); ++i) {
    const Thing* one = find(all[i]);
    if (!one) continue;
    for (const NodeId parent : one->parents)
      if (std::ranges::find(all, parent) == all.end()) all.push_back(parent);
  }
  return thing.wholes.emplace(std::move(all));
}

// Level by level, the nearest first, until `see` has seen enough.
void Things::climb(Thing& thing, const FunctionRef<bool(std::span<Thing* const> level)>& see) {
  std::vector<Thing*> level = {&thing}, seen = level;
  while (!level.empty() && see(level)) {
    std::vector<Thing*> next;
    for (const Thing* one : level) {
      for (const NodeId id : one->parents) {
        Thing* parent = find(id);
        if (!parent || std::ranges::find(seen, parent) != seen.end()) continue;
        seen.push_back(parent);
        next.push_back(parent);
      }
    }
    level = std::move(next);
  }
}

Identifiability Things::identifiability(Thing& thing) {
  if (thing.told) return *thing.told;
  Identifiability told = Identifiability::kUnsaid;
  climb(thing, [&](std::span<Thing* const> level) {
    for (const Thing* one : level) told = std::max(told, one->identifiability);
    return told == Identifiability::kUnsaid;
  });
  return thing.told.emplace(told);
}

bool Things::is_closed(Thing& thing) {
  if (thing.closed) return *thing.closed;
  std::optional<bool> said;
  climb(thing, [&](std::span<Thing* const> level) {
    for (const Thing* one : level) {
      if (one->restricted)
        said = said.value_or(false) || *one->restricted;
      else if (one->is_public)
        said = said.value_or(false);
    }
    return !said.has_value();
  });
  if (!said) said = thing.role == Role::kDataset && tells_of_people(thing) && !thing.has_inputs();
  return thing.closed.emplace(*said);
}

bool Things::tells_of_people(Thing& thing) {
  const Identifiability told = identifiability(thing);
  return told != Identifiability::kAggregated && told != Identifiability::kAnonymised;
}

bool Things::is_harmless(Thing& thing, Micros instant) {
  if (!tells_of_people(thing) && !is_closed(thing)) return true;
  return thing.passed_check && thing.checked_at <= instant;
}

std::vector<Thing*> Things::inputs(Thing& thing) {
  std::vector<Thing*> out;
  const auto take = [&](NodeId id) {
    Thing* one = find(id);
    if (one && one != &thing && std::ranges::find(out, one) == out.end()) out.push_back(one);
  };
  for (const NodeId origin : thing.origins) take(origin);
  for (const NodeId id : thing.makers)
    if (const Maker* one = maker(id))
      for (const NodeId used : one->used) take(used);
  return out;
}

bool Things::is_linked(const Thing& thing) const {
  return std::ranges::any_of(thing.makers, [this](NodeId id) {
    const Maker* one = maker(id);
    return one && one->links;
  });
}

bool Things::is_closed_behind(Thing& thing, bool dated_checks_count) {
  const auto known_of = [&](Thing& one) -> std::optional<bool>& { return one.closed_behind[dated_checks_count]; };
  if (known_of(thing)) return *known_of(thing);
  std::vector<Thing*> met = {&thing};
  boost::unordered_flat_set<const Thing*> seen = {&thing};
  for (std::size_t i = 0; i < met.size(); ++i) {
    if (reader_.clock().stops()) return false;  // what is judged by this is thrown away
    for (Thing* input : inputs(*met[i])) {
      if (is_harmless(*input, dated_checks_count ? kEndless : kBeginning)) continue;
      // What is known of an input may be known of it because of this thing.
      const bool known = !is_closed(thing) && known_of(*input).value_or(false);
      if (input != &thing && (known || is_closed(*input))) return known_of(thing).emplace(true);
      if (seen.insert(input).second && known_of(*input).value_or(true)) met.push_back(input);
    }
  }
  // Nor behind what was met on the way, unless that is in a cycle with a closed one.
  if (!is_closed(thing))
    for (Thing* one : met) known_of(*one) = false;
  return known_of(thing).emplace(false);
}

const VariableFacts* Things::variable(Thing& thing, const std::string& name) {
  if (!thing.variables_by_name) {
    auto& by_name = thing.variables_by_name.emplace();
    for (const NodeId whole : wholes(thing)) {
      const Thing* one = find(whole);
      if (!one) continue;
      for (const NodeId id : one->variables) {
        const auto found = variables_.find(id);
        if (found != variables_.end()) by_name.emplace(found->second->name, found->second.get());
      }
    }
  }
  const auto found = thing.variables_by_name->find(name);
  return found == thing.variables_by_name->end() ? nullptr : found->second;
}

}  // namespace amont::approvals
