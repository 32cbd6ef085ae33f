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

const std::string* Things::variable_name(NodeId id) {
  const auto found = variables_.find(id);
  return found == variables_.end() ? nullptr : &found->second->name;
}

// Level by level, the nearest first, until `see` has seen enough.
void Things::climb(Thing& thing, const FunctionRef<bool(std::span<Thing* const> level)>& see) {
  std::vector<Thing*> level = {&thing};
  boost::unordered_flat_set<const Thing*> seen;
  while (!level.empty() && see(level)) {
    std::vector<Thing*> next;
    for (Thing* one : level) {
      if (one->parents.empty()) continue;
      seen.insert(one);
      for (const NodeId id : one->parents) {
        Thing* parent = find(id);
        if (parent && seen.insert(parent).second) next.push_back(parent);
      }
    }
    level = std::move(next);
  }
}

const std::vector<NodeId>& Things::wholes(Thing& thing) {
  if (thing.wholes) return *thing.wholes;
  auto all = std::make_unique<std::vector<NodeId>>();
  climb(thing, [&](std::span<Thing* const> level) {
    for (const Thing* one : level) {
      all->push_back(one->id);
      all->insert(all->end(), one->parents.begin(), one->parents.end());  // catalogues, which are no things
    }
    return true;
  });
  std::ranges::sort(*all);
  all->erase(std::ranges::unique(*all).begin(), all->end());
  thing.wholes = std::move(all);
  return *thing.wholes;
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
  if (!said) said = thing.role == Role::kDataset && tells_of_people(thing) && !was_made(thing);
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

const VariableFacts* Things::variable(Thing& thing, const std::string& name) {
  if (!thing.variables_by_name) {
    thing.variables_by_name = std::make_unique<Thing::VariablesByName>();
    climb(thing, [&](std::span<Thing* const> level) {
      for (const Thing* one : level) {
        for (const NodeId id : one->variables) {
          const auto found = variables_.find(id);
          if (found != variables_.end()) thing.variables_by_name->emplace(found->second->name, found->second.get());
        }
      }
      return true;
    });
  }
  const auto found = thing.variables_by_name->find(name);
  return found == thing.variables_by_name->end() ? nullptr : found->second;
}

}  // namespace amont::approvals
