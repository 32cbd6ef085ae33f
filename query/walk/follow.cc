// The edges of a node that contributes to a thing: their far ends come into the queue.
#include "query/walk/walk.h"

namespace amont {

Status Walk::follow(const Contributor& contributor) {
  now_->followed.push_back(contributor);
  const PageShelf::Slot* const slot =
      looks_at_kinds_ ? whole_page(first_class_, direction_, contributor.node / kPageNodes) : nullptr;
  // Elsewhere each edge needs a look of its own.
  if (slot && !plan_.as_named && !guide_ && !(contributor.leaves_project && exact_only_))
    return follow_by_kind(*slot, contributor);
  return follow_one_by_one(contributor);
}

Status Walk::follow_by_kind(const PageShelf::Slot& slot, const Contributor& contributor) {
  Search& search = *now_;
  const PageNode* const node = slot.nodes + contributor.node % kPageNodes;
  const std::uint32_t* const far = slot.targets + node[0].begin;
  const std::uint32_t* const last = slot.targets + node[1].begin;
  search.make_room(static_cast<std::size_t>(last - far) + 1);
  std::uint32_t* const tail = search.queue.data() + search.tail;
  std::uint16_t* const seen = scratch_.seen.data();
  const std::uint16_t number = scratch_.seen.now();
  std::uint32_t* met = tail;
  if (is_plain(slot.traits)) {
    met = take_all(far, last, seen, number, tail);
  } else {
    if (!knows_kinds_) learn_kinds();
    std::uint8_t uses = 0;
    met = take_by_kind(far, last, slot.page->kinds.data() + node[0].begin, scratch_.taken.data(), seen, number, tail,
                       uses);
    if (uses & kIsLeft) {
      search.possible_left = true;
      search.left.push_back(contributor);
    }
  }
  search.tail += static_cast<std::size_t>(met - tail);
  return {};
}

Status Walk::follow_one_by_one(const Contributor& contributor) {
  Search& search = *now_;
  NodeEdges edges;
  bool leaves_some = false;
  for (const EdgeClass edge_class : plan_.classes) {
    AMONT_TRY(edges_at(edge_class, direction_, contributor.node, plan_.dated, edges));
    search.make_room(edges.far.size());
    for (std::size_t i = 0; i < edges.far.size(); ++i) {
      const std::uint16_t kind = edges.kinds[i];
      const std::uint32_t far = edges.far[i];
      if (!plan_.walks(kind, contributor.uses)) continue;
      if (exact_only_ && !plan_.exact(kind, contributor.leaves_project)) {
        leaves_some = true;
        continue;
      }
      if (scratch_.seen.has(far) || !leads_to_target(far)) continue;
      if (plan_.dated) {
        const auto edge = static_cast<std::uint32_t>(edges.first + i);
        if (edges.page->edge_flags[edge] & kEdgeDated) {
          AMONT_LET(const bool there, edge_counts(*edges.page, edge, contributor.node, far, direction_));
          if (!there) continue;
        }
      }
      scratch_.seen.add(far);
      search.queue[search.tail++] = far;
    }
  }
  if (leaves_some) {
    search.possible_left = true;
    search.left.push_back(contributor);
  }
  return {};
}

}  // namespace amont
