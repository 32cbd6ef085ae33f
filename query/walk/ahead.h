// Ahead: the nodes of a walk's queue whose turn comes soon. Memory is slow: it is asked for a node before its turn, and later for the
// node's edges; and each node's page is looked up once.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>

#include "core/index/page_shelf.h"

namespace amont {

class Ahead {
 public:
  struct Place {
    const PageShelf::Slot* slot;
    const PageNode* nodes;  // of its page; nullptr: the page is not on the shelf
  };

  explicit Ahead(PageShelf::Row row) : row_(row) {}

  // Where node `i` of the queue is, of `tail` nodes. `i` goes up by one from call to call.
  [[gnu::always_inline]] const Place& at(const std::uint32_t* queue, std::size_t tail, std::size_t i) {
    if (looked_ < tail) {
      do {
        const std::uint32_t soon = queue[looked_];
        PageShelf::Slot& slot = row_[soon / kPageNodes];
        const PageNode* const nodes = PageShelf::nodes_of(slot);
        __builtin_prefetch(nodes + soon % kPageNodes);
        places_[looked_ % kPlaces] = {&slot, nodes};
        ++looked_;
      } while (looked_ < tail && looked_ < i + kNodes);
    }
    if (const std::size_t next = i + kEdges; next < looked_) {
      const Place& place = places_[next % kPlaces];
      if (place.nodes) __builtin_prefetch(place.slot->targets + place.nodes[queue[next] % kPageNodes].begin);
    }
    return places_[i % kPlaces];
  }
  // From `i` on the queue stands in another order now.
  void forget(std::size_t i) { looked_ = i; }

 private:
  static constexpr std::size_t kNodes = 8, kEdges = 4, kPlaces = 16;

  const PageShelf::Row row_;
  std::size_t looked_ = 0;  // so many nodes of the queue
  std::array<Place, kPlaces> places_;
};

}  // namespace amont
