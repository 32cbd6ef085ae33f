// The part_of, version_of and same_as edges at a node, in a loop that has no call for each.
#pragma once

#include "query/walk/walk.h"

namespace amont {

// Inlined where the page stands on the shelf as a whole, which it mostly does: a dataset has many variables.
template <class See>
Status Walk::for_each_tie(std::uint32_t id, Direction direction, const See& see) {
  const PageShelf::Slot* const slot =
      plan_.dated ? nullptr : whole_page(EdgeClass::kStructure, direction, id / kPageNodes);
  if (!slot) [[unlikely]]
    return for_each_tie_far(id, direction, see);
  const PageNode* const node = slot->nodes + id % kPageNodes;
  const std::uint16_t* const kinds = slot->page->kinds.data();
  for (std::uint32_t edge = node[0].begin; edge < node[1].begin; ++edge) {
    const Tie tie = plan_.ties[kinds[edge]];
    if (tie == Tie::kNone) continue;
    const std::uint32_t far = slot->targets[edge];
    PageNode found;
    AMONT_TRY(look(far, found));
    AMONT_TRY(see(tie, plan_.role(found), far));
  }
  return {};
}

}  // namespace amont
