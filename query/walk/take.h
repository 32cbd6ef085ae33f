// How a search takes the edges of one node: the far ends that it had not seen come behind its queue. Without a branch: whether a node
// was seen is hard to foretell. Inlined, for most nodes have an edge or two.
#pragma once

#include <cstdint>

namespace amont {

// What a search does with edges of a kind.
enum EdgeTaken : std::uint8_t {
  kIsTaken = 1,
  kIsLeft = 2,  // a possible step in a search of exact ones
};

// All of them. Returns where the queue ends then; `seen` and `now` are of Seen.
[[gnu::always_inline]] inline std::uint32_t* take_all(const std::uint32_t* far, const std::uint32_t* last,
                                                      std::uint16_t* seen, std::uint16_t now, std::uint32_t* tail) {
  for (; far != last; ++far) {
    *tail = *far;
    tail += seen[*far] != now;
    seen[*far] = now;
  }
  return tail;
}

// Those that `taken` says of their kinds. Adds to `met` what it says of any.
[[gnu::always_inline]] inline std::uint32_t* take_by_kind(const std::uint32_t* far, const std::uint32_t* last,
                                                          const std::uint16_t* kind, const std::uint8_t* taken,
                                                          std::uint16_t* seen, std::uint16_t now, std::uint32_t* tail,
                                                          std::uint8_t& met) {
  for (; far != last; ++far, ++kind) {
    const std::uint8_t use = taken[*kind];
    const bool takes = (use & kIsTaken) != 0;
    met |= use;
    *tail = *far;
    tail += takes & (seen[*far] != now);
    seen[*far] = takes ? now : seen[*far];
  }
  return tail;
}

}  // namespace amont
