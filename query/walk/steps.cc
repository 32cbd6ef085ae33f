// Steps of a thing: whose edges count for it, and where they lead.
#include "query/walk/walk.h"

namespace amont {

void Walk::note(std::uint32_t id, const PageNode& member, ThingFacts& facts) const {
  const Role role = plan_.role(member);
  if (role != Role::kVariable) {
    facts.shown = id;
    ++facts.shown_count;
  }
  facts.is_project = facts.is_project || role == Role::kProject;
  facts.is_held = facts.is_held || (!plan_.by_dataset && role == Role::kVariable && member.ties & kHasContainer);
  if (role == Role::kDataset) facts.dataset_ties |= member.ties;
}

Status Walk::facts_of(std::span<const std::uint32_t> thing, ThingFacts& facts) {
  for (const std::uint32_t member : thing) {
    PageNode found;
    AMONT_TRY(look(member, found));
    note(member, found, facts);
  }
  facts.may_have_parts = (facts.dataset_ties & (kHasMembers | kHasParts)) != 0;
  return {};
}

// Those that were not followed yet. A search follows a node once; of steps each is looked at as exact if it is for any reason.
void Walk::add_contributors(std::span<const std::uint32_t> nodes, bool exact, Phase phase,
                            std::vector<Contributor>& out) {
  const PhaseBit bit = exact || phase != kStepsPhase ? kFollowedExact : kFollowedPossible;
  for (const std::uint32_t id : nodes)
    if (!scratch_.marks.has(id, kFollowedExact << phase) && !scratch_.marks.add(id, bit << phase))
      out.push_back({id, exact, false, kAsLineage});
}

// Its members, and parts of its datasets.
Status Walk::exact_contributors(std::span<const std::uint32_t> thing, ThingFacts& facts, Phase phase,
                                std::vector<Contributor>& out) {
  Marks& marks = scratch_.marks;
  const bool is_start = marks.has(thing.front(), kStartThing);
  const bool leaves_project = facts.is_project && !is_start && plan_.as_lineage;
  for (const std::uint32_t member : thing) {
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
  facts.has_possible = facts.is_held || (facts.dataset_ties & (kHasContainer | kHasWholes)) != 0;
  if (facts.may_have_parts) {
    const bool versions_too = direction_ == Direction::kDownstream;
    const Loans<std::uint32_t>::Loan nodes(scratch_.nodes);
    AMONT_TRY(climb(thing, versions_too ? Climb::kDown : Climb::kDownPartsOnly, kDown << phase, *nodes));
    add_contributors(*nodes, true, phase, out);
    if (!versions_too && (!nodes->empty() || facts.dataset_ties & kHasParts)) facts.has_possible = true;
  }
  // "A variable's edge counts, as exact, for its dataset when the dataset is a start."
  if (is_start && !plan_.by_dataset) {
    const Loans<std::uint32_t>::Loan variables(scratch_.nodes), nodes(scratch_.nodes);
    AMONT_TRY(variables_of(thing, *variables));
    for (const std::uint32_t variable : *variables) AMONT_TRY(gather_once(variable, *nodes));
    add_contributors(*nodes, true, phase, out);
  }
  return {};
}

// Its wholes; upstream its versions; and who may speak for its variables.
Status Walk::possible_contributors(std::span<const std::uint32_t> thing, const ThingFacts& facts, Phase phase,
                                   std::vector<Contributor>& out) {
  if (!plan_.as_lineage) return {};
  const Loans<std::uint32_t>::Loan nodes(scratch_.nodes);
  if (facts.may_have_parts && direction_ == Direction::kUpstream)
    AMONT_TRY(climb(thing, Climb::kDown, kDownPossible << phase, *nodes));
  if (facts.dataset_ties & (kHasContainer | kHasWholes)) AMONT_TRY(climb(thing, Climb::kUp, kUp << phase, *nodes));
  add_contributors(*nodes, false, phase, out);
  if (!facts.is_held) return {};
  const Loans<std::uint32_t>::Loan datasets(scratch_.nodes);
  for (const std::uint32_t member : thing) AMONT_TRY(holders_of(member, *datasets));
  for (const std::uint32_t dataset : *datasets) AMONT_TRY(contributors_by_dataset(dataset, phase, out));
  return {};
}

// "A lineage edge recorded at a dataset counts, as possible, for each of its variables", and so does what counts for the dataset
// through its parts and wholes.
Status Walk::contributors_by_dataset(std::uint32_t dataset, Phase phase, std::vector<Contributor>& out) {
  const std::uint32_t climbed = (kDownPossible | kUp) << phase;
  if ((scratch_.marks.of(dataset) & climbed) == climbed) return {};  // for another of its variables
  const Loans<std::uint32_t>::Loan thing(scratch_.nodes), nodes(scratch_.nodes);
  AMONT_TRY(gather_once(dataset, *thing));
  nodes->assign(thing->begin(), thing->end());
  AMONT_TRY(climb(*thing, Climb::kDown, kDownPossible << phase, *nodes));
  AMONT_TRY(climb(*thing, Climb::kUp, kUp << phase, *nodes));
  add_contributors(*nodes, false, phase, out);
  return {};
}

// Whose edges count for a thing. Those not yet marked in this phase.
Status Walk::contributors(std::span<const std::uint32_t> thing, Phase phase, bool with_possible,
                          std::vector<Contributor>& out) {
  ThingFacts facts;
  AMONT_TRY(facts_of(thing, facts));
  AMONT_TRY(exact_contributors(thing, facts, phase, out));
  return with_possible && facts.has_possible ? possible_contributors(thing, facts, phase, out) : Status();
}

Status Walk::contributors_left(const Search& exact, std::vector<Contributor>& out) {
  const auto add = [&](std::span<const std::uint32_t> thing) -> Status {
    if (clock_.stops()) return {};
    pause();
    ThingFacts facts;
    AMONT_TRY(facts_of(thing, facts));
    return possible_contributors(thing, facts, kExactPhase, out);
  };
  for (const std::uint32_t number : exact.left_things) AMONT_TRY(add(exact.members_of(exact.things[number])));
  for (const std::uint32_t& variable : exact.left_variables) AMONT_TRY(add({&variable, 1}));
  return {};
}

Status Walk::variables_left(const Search& exact, std::vector<std::uint32_t>& out) {
  for (const std::uint32_t dataset : exact.left_datasets) {
    if (clock_.stops()) return {};
    pause();
    const Loans<std::uint32_t>::Loan thing(scratch_.nodes);
    AMONT_TRY(gather_once(dataset, *thing));
    AMONT_TRY(variables_of(*thing, out));
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
  const Loans<Contributor>::Loan whose(scratch_.contributors);
  AMONT_TRY(contributors(thing, kStepsPhase, with_possible, *whose));
  if (!once) {
    constexpr std::uint32_t kAll = kFollowedExact | kFollowedPossible | kDown | kDownPossible | kUp;
    for (const Contributor& contributor : *whose) scratch_.marks.remove(contributor.node, kAll << kStepsPhase);
  }
  for (const Contributor& contributor : *whose) AMONT_TRY(steps_of(contributor, see));
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
      step.counts = true;
      if (plan_.dated) {
        AMONT_LET(step.counts, edge_counts(*slot->page, edge, step.near, step.far, direction_));
      }
      AMONT_TRY(see(step));
      if (plan_.by_dataset || !plan_.as_lineage) continue;
      // "... counts, as possible, for each of its variables, at either end."
      PageNode found;
      AMONT_TRY(look(step.far, found));
      if (!holds_variables(plan_.role(found)) || !(found.ties & (kHasMembers | kHasTwins))) continue;
      AMONT_LET(const bool there, counts(step.far));
      if (!there) continue;
      const Loans<std::uint32_t>::Loan thing(scratch_.nodes), variables(scratch_.nodes);
      AMONT_TRY(gather_once(step.far, *thing));
      AMONT_TRY(variables_of(*thing, *variables));
      step.exact = false;
      for (const std::uint32_t variable : *variables) {
        step.far = variable;
        AMONT_TRY(see(step));
      }
    }
  }
  return {};
}

}  // namespace amont
