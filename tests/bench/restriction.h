// What a closure may be restricted to.
#pragma once

#include <algorithm>
#include <cstdint>
#include <vector>

#include "tests/bench/lineage.h"

namespace amont {

struct Restriction {
  static constexpr std::uint64_t kAllKinds = ~std::uint64_t{0};

  std::uint64_t node_kinds = kAllKinds;  // a bit for each: the search goes through all nodes, and tells of these
  std::uint64_t edge_kinds = kAllKinds;  // the search goes through these
  std::uint8_t without = 0;              // EdgeTraits: and through no edge that has one of them

  bool all_nodes() const { return node_kinds == kAllKinds; }
  bool all_edges() const { return edge_kinds == kAllKinds && without == 0; }
  // Of an edge with these EdgeTraits.
  bool goes_through(std::uint8_t traits) const {
    return (traits & without) == 0 && (edge_kinds >> (traits / kEdgeKindBit) & 1) != 0;
  }
  // Of a node of that kind.
  bool tells_of(std::uint16_t kind) const { return all_nodes() || (node_kinds >> kind & 1) != 0; }
  // Takes out of what a search found, behind its start, what is not told of; `kinds` by node.
  void cut(const std::vector<std::uint16_t>& kinds, std::vector<std::uint32_t>& found) const {
    if (all_nodes()) return;
    const auto left_out = [&](std::uint32_t node) { return !tells_of(kinds[node]); };
    found.erase(std::remove_if(found.begin() + 1, found.end(), left_out), found.end());
  }
};

}  // namespace amont
