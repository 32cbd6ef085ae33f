// Steps of a thing: whose edges count for it, and where they lead.
#include "query/walk/walk.h"

namespace amont {

Status Walk::contributors(std::span<const std::uint32_t> thing, Phase phase, bool with_possible,
                          std::vector<Contributor>& out) {
  Marks& marks = scratch_.marks;
  const auto add = [&](const std::vector<std::uint32_t>& nodes, bool exact) {
    // The search of all follows a node once, exact or not.
    const PhaseBit bit = exact || phase == kAnyPhase ? kFollowedExact : kFollowedPossible;
    for (const std::uint32_t id : nodes)
      if (!marks.has(id, kFollowedExact << phase) && !marks.add(id, bit << phase))
        out.push_back({id, exact, false, kAsLineage});
  };
  const auto skip_possible = [&] {
    if (phase == kExactPhase) now_->possible_left = true;
  };

  AMONT_LET(const bool project, is_project(thing));
  const bool is_start = marks.has(thing.front(), kStartThing);
  for (const std::uint32_t member : thing) {
    const bool leaves_project = project && !is_start && plan_.as_lineage;
    if (!marks.add(member, kFollowedExact << phase))
      out.push_back({member, true, leaves_project});
    else if (plan_.as_named)  // its lineage was followed for another thing
      out.push_back({member, true, leaves_project, kAsNamed});
  }
  // "--through walks exactly these edge kinds": what follows is about lineage.
  if (!plan_.as_lineage) return {};

  // "Walking from a whole, its parts' edges are followed, exact. Walking from a part, the edges of its wholes are followed, as
  // possible, without going down into their other parts." But what an extract was made from is no proof of what its whole was
  // made from: upstream, the edges of versions are possible.
  std::uint8_t ties = 0;  // of its datasets
  for (const std::uint32_t member : thing) {
    AMONT_LET(const PageNode found, node(member));
    if (plan_.role(found) == Role::kDataset) ties |= found.ties;
  }
  std::vector<std::uint32_t> nodes;
  if (ties & (kHasMembers | kHasParts)) {
    const bool versions_too = direction_ == Direction::kDownstream;
    AMONT_TRY(climb(thing, versions_too ? Climb::kDown : Climb::kDownPartsOnly, kDown << phase, nodes));
    add(nodes, true);
    if (!versions_too && with_possible) {
      nodes.clear();
      AMONT_TRY(climb(thing, Climb::kDown, kDownPossible << phase, nodes));
      add(nodes, false);
    } else if (!versions_too) {
      skip_possible();
    }
  }
  if (ties & (kHasContainer | kHasWholes)) {
    if (with_possible) {
      nodes.clear();
      AMONT_TRY(climb(thing, Climb::kUp, kUp << phase, nodes));
      add(nodes, false);
    } else {
      skip_possible();
    }
  }
  if (plan_.by_dataset) return {};

  // "A lineage edge recorded at a dataset counts, as possible, for each of its variables", and so does what counts for the
  // dataset through its parts and wholes.
  std::vector<std::uint32_t> holders;
  for (const std::uint32_t member : thing) AMONT_TRY(holders_of(member, holders));
  if (!holders.empty() && !with_possible) skip_possible();
  if (with_possible) {
    for (const std::uint32_t holder : holders) {
      nodes.clear();
      AMONT_TRY(gather_once(holder, nodes));
      const std::vector<std::uint32_t> whole_thing = nodes;
      AMONT_TRY(climb(whole_thing, Climb::kDown, kDownPossible << phase, nodes));
      AMONT_TRY(climb(whole_thing, Climb::kUp, kUp << phase, nodes));
      add(nodes, false);
    }
  }
  // "A variable's edge counts, as exact, for its dataset when the dataset is a start."
  if (is_start) {
    std::vector<std::uint32_t> variables;
    AMONT_TRY(variables_of(thing, variables));
    for (const std::uint32_t variable : variables) {
      nodes.clear();
      AMONT_TRY(gather_once(variable, nodes));
      add(nodes, true);
    }
  }
  return {};
}

Status Walk::gather_once(std::uint32_t id, std::vector<std::uint32_t>& out) {
  const std::size_t begin = out.size();
  AMONT_TRY(gather(id, kTemp, out));
  for (std::size_t i = begin; i < out.size(); ++i) scratch_.marks.remove(out[i], kTemp);
  return {};
}

Status Walk::for_each_step(std::span<const std::uint32_t> thing, bool with_possible, bool once, const SeeStep& see) {
  AMONT_LET(const PageNode first, node(thing.front()));
  if (thing.size() == 1 && !plan_.watches(first)) return steps_of({thing.front(), true, false}, see);
  std::vector<Contributor> whose;
  AMONT_TRY(contributors(thing, kStepsPhase, with_possible, whose));
  if (!once) {
    constexpr std::uint32_t kAll = kFollowedExact | kFollowedPossible | kDown | kDownPossible | kUp;
    for (const Contributor& contributor : whose) scratch_.marks.remove(contributor.node, kAll << kStepsPhase);
  }
  for (const Contributor& contributor : whose) AMONT_TRY(steps_of(contributor, see));
  return {};
}

Status Walk::steps_of(const Contributor& contributor, const SeeStep& see) {
  for (const EdgeClass edge_class : plan_.classes) {
    AMONT_LET(const PageShelf::Slot* const slot, page(edge_class, direction_, contributor.node / kPageNodes));
    const PageNode* const near = slot->nodes + contributor.node % kPageNodes;
    for (std::uint32_t edge = near[0].begin; edge < near[1].begin; ++edge) {
      const std::uint16_t kind = slot->page->kinds[edge];
      if (!plan_.walks(kind, contributor.uses)) continue;
      Step step{contributor.node, slot->targets[edge], slot->page, edge, false, false};
      step.exact = contributor.exact && plan_.exact(kind, contributor.leaves_project);
      AMONT_LET(step.counts, edge_counts(*slot->page, edge, step.near, step.far, direction_));
      AMONT_TRY(see(step));
      if (plan_.by_dataset || !plan_.as_lineage) continue;
      // "... counts, as possible, for each of its variables, at either end."
      AMONT_LET(const PageNode found, node(step.far));
      AMONT_LET(const bool there, counts(step.far));
      if (!there || !holds_variables(plan_.role(found))) continue;
      std::vector<std::uint32_t> thing, variables;
      AMONT_TRY(gather_once(step.far, thing));
      AMONT_TRY(variables_of(thing, variables));
      step.exact = false;
      for (const std::uint32_t variable : variables) {
        step.far = variable;
        AMONT_TRY(see(step));
      }
    }
  }
  return {};
}

}  // namespace amont
