// The lineage that a register holds, read from its pages: what peers are laid out from, so that all hold the same graph under
// the same ids and none is better placed in memory than another.
#pragma once

#include <cstdint>
#include <span>
#include <vector>

#include "amont/snapshot.h"

namespace amont {

struct LineageEdge {
  std::uint32_t from = 0;  // the effect
  std::uint32_t to = 0;    // the cause
};

// What a filtered question has to know of an edge, in a byte.
enum EdgeTraits : std::uint8_t {
  kLateEdge = 1,     // not yet there in the early view
  kWeakEdge = 2,     // its steps are possible
  kEdgeKindBit = 4,  // times the kind's number
};

struct Lineage {
  std::uint64_t nodes = 0;
  std::vector<LineageEdge> edges;         // by effect, ascending
  std::vector<std::uint8_t> edge_traits;  // EdgeTraits of each edge
  std::vector<std::uint16_t> node_kinds;  // by id
  std::uint64_t page_bytes[2] = {0, 0};   // of all pages decoded, by direction
  bool detailed = false;                  // some edge has properties

  // Does not depend on the order of edges.
  std::uint64_t fingerprint() const;
};

// Adds up to Lineage::fingerprint().
constexpr std::uint64_t fingerprint_of(std::uint32_t from, std::uint32_t to) {
  std::uint64_t mixed = (static_cast<std::uint64_t>(from) << 32 | to) * 0x9e37'79b9'7f4a'7c15;
  mixed ^= mixed >> 29;
  return mixed * 0xbf58'476d'1ce4'e5b9;
}

// All lineage edges of `view`; those that came after transaction `early` are late.
Result<Lineage> read_lineage(const Snapshot& view, TxNumber early);

}  // namespace amont
