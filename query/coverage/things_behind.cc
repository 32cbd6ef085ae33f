// What lies behind things: what they were made from, and what is true of all of it. Each question is answered once for each thing, component by
// component of what lies behind it, so that long chains and cycles cost no more than their edges.
#include <algorithm>

#include "query/coverage/things.h"
#include "query/graph/components.h"

namespace amont::approvals {
namespace {

constexpr std::uint32_t kNoPlace = 0;

}  // namespace

// The thing and what is the same under other names.
std::vector<Thing*> Things::one_with(Thing& thing) {
  std::vector<Thing*> all = {&thing};
  if (thing.twins.empty()) return all;
  boost::unordered_flat_set<const Thing*> seen = {&thing};
  for (std::size_t i = 0; i < all.size(); ++i)
    for (const NodeId id : all[i]->twins)
      if (Thing* const twin = find(id); twin && seen.insert(twin).second) all.push_back(twin);
  return all;
}

bool Things::was_made(Thing& thing) {
  return std::ranges::any_of(one_with(thing), [](const Thing* one) { return one->was_made; });
}

// Whose lineage counts for the thing, the thing first: its twins, its parts and theirs, and what it is a part or a version of, over and over.
std::vector<Thing*> Things::contributors(Thing& thing) {
  std::vector<Thing*> all = one_with(thing);
  boost::unordered_flat_set<const Thing*> seen(all.begin(), all.end());
  const std::size_t itself = all.size();
  const auto add = [&](NodeId id) {
    Thing* const one = find(id);
    if (one && !one->is_maker && seen.insert(one).second) all.push_back(one);
  };
  for (std::size_t i = 0; i < all.size(); ++i) {
    for (const NodeId id : all[i]->parts) add(id);
    if (i >= itself)
      for (const NodeId id : all[i]->twins) add(id);
  }
  boost::unordered_flat_set<const Thing*> above(all.begin(), all.begin() + static_cast<std::ptrdiff_t>(itself));
  std::vector<Thing*> way(all.begin(), all.begin() + static_cast<std::ptrdiff_t>(itself));
  for (std::size_t i = 0; i < way.size(); ++i)
    for (const std::vector<NodeId>* ids : {&way[i]->parents, &way[i]->twins})
      for (const NodeId id : *ids)
        if (Thing* const one = find(id); one && above.insert(one).second) way.push_back(one);
  for (std::size_t i = itself; i < way.size(); ++i)
    if (seen.insert(way[i]).second) all.push_back(way[i]);
  return all;
}

const std::vector<Thing*>& Things::inputs(Thing& thing) {
  if (thing.inputs) return *thing.inputs;
  auto inputs = std::make_unique<std::vector<Thing*>>();
  const bool is_plain = thing.twins.empty() && thing.parts.empty() && thing.parents.empty();
  const std::vector<Thing*> whose = is_plain ? std::vector<Thing*>{&thing} : contributors(thing);
  for (const Thing* one : whose)
    for (const NodeId id : one->made_from)
      if (Thing* const input = find(id)) inputs->push_back(input);
  std::ranges::sort(*inputs);
  inputs->erase(std::ranges::unique(*inputs).begin(), inputs->end());
  std::erase(*inputs, &thing);
  inputs->shrink_to_fit();
  thing.inputs = std::move(inputs);
  return *thing.inputs;
}

bool Things::is_linked(Thing& thing) {
  if (thing.is_maker) return false;
  return std::ranges::any_of(inputs(thing), [](const Thing* input) { return input->is_maker && input->links; });
}

bool Things::for_each_component(Thing& start, const GoesOn& goes_on, const SeeComponent& see) {
  std::vector<Thing*> met = {&start};
  std::vector<RowPair> steps;
  start.place = 1;
  bool in_time = true;
  for (std::size_t i = 0; i < met.size() && in_time; ++i) {
    for (Thing* const input : inputs(*met[i])) {
      if (reader_.clock().stops()) {
        in_time = false;
        break;
      }
      if ((input->place == kNoPlace || input == &start) && !goes_on(*input)) continue;
      if (input->place == kNoPlace) {
        met.push_back(input);
        input->place = static_cast<std::uint32_t>(met.size());
      }
      steps.push_back({static_cast<std::uint32_t>(i), input->place - 1});
    }
  }
  for (Thing* const one : met) one->place = kNoPlace;
  if (!in_time) return false;
  if (met.size() == 1) {
    see(met);
    return true;
  }
  const Rows rows = rows_of(static_cast<std::uint32_t>(met.size()), steps);
  std::vector<std::uint32_t> component_of;
  const std::uint32_t count = strong_components(rows, component_of);
  std::vector<RowPair> members(met.size());
  for (std::uint32_t i = 0; i < members.size(); ++i) members[i] = {component_of[i], i};
  const Rows groups = rows_of(count, members);
  std::vector<Thing*> group;
  for (std::uint32_t component = 0; component < count; ++component) {
    group.clear();
    for (const std::uint32_t member : groups.of(component)) group.push_back(met[member]);
    see(group);
  }
  return true;
}

bool Things::is_closed_behind(Thing& thing, bool dated_checks_count) {
  const auto known_of = [&](Thing& one) -> std::optional<bool>& { return one.closed_behind[dated_checks_count]; };
  if (known_of(thing)) return *known_of(thing);
  const auto leads_on = [&](Thing& input) { return !is_harmless(input, dated_checks_count ? kEndless : kBeginning); };
  const bool in_time = for_each_component(
      thing, [&](Thing& input) { return !known_of(input) && leads_on(input); },
      [&](std::span<Thing* const> members) {
        std::size_t closed = 0;
        bool below = false;
        for (Thing* const member : members) {
          closed += is_closed(*member);
          for (Thing* const input : inputs(*member))
            below = below || (known_of(*input) && leads_on(*input) && (is_closed(*input) || *known_of(*input)));
        }
        for (Thing* const member : members) known_of(*member) = below || closed > (is_closed(*member) ? 1u : 0u);
      });
  return in_time && *known_of(thing);  // what is judged by this is thrown away, else
}

Identifiability Things::told_at_most(Thing& thing) {
  const auto known_of = [this](Thing& one) -> std::optional<Identifiability>& {
    if (!one.told_at_most && identifiability(one) != Identifiability::kUnsaid) one.told_at_most = one.told;
    return one.told_at_most;
  };
  if (known_of(thing)) return *known_of(thing);
  const bool in_time = for_each_component(
      thing, [&](Thing& input) { return !known_of(input); },
      [&](std::span<Thing* const> members) {
        Identifiability most = Identifiability::kUnsaid;
        bool is_known = true;
        for (Thing* const member : members) {
          bool harmless = false;
          if (!member->is_maker)
            for (const Thing* one : contributors(*member)) harmless |= one->has_harmless_origin;
          if (harmless) most = std::max(most, Identifiability::kAnonymised);
          if (inputs(*member).empty() && !harmless) is_known = false;
          for (Thing* const input : inputs(*member)) {
            const bool says_nothing = input->is_maker && inputs(*input).empty();
            if (says_nothing || !known_of(*input)) continue;  // of this component
            is_known = is_known && *known_of(*input) != Identifiability::kUnsaid;
            most = std::max(most, *known_of(*input));
          }
        }
        for (Thing* const member : members) member->told_at_most = is_known ? most : Identifiability::kUnsaid;
      });
  return in_time ? *known_of(thing) : Identifiability::kUnsaid;
}

}  // namespace amont::approvals
