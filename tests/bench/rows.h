// Compressed sparse rows: for each node where its neighbours begin, and all neighbours end to end; and, when asked for, what
// filtered questions must know of each edge.
#pragma once

#include <cstdint>
#include <span>
#include <vector>

#include "tests/bench/lineage.h"

namespace amont {

struct Rows {
  std::vector<std::uint32_t> begin;
  std::vector<std::uint32_t> targets;
  std::vector<std::uint8_t> traits;  // EdgeTraits, empty unless asked for

  Rows(const Lineage& lineage, Direction direction, bool with_traits = false)
      : begin(lineage.nodes + 1), targets(lineage.edges.size()), traits(with_traits ? lineage.edges.size() : 0) {
    const bool up = direction == Direction::kUpstream;
    for (const LineageEdge& edge : lineage.edges) ++begin[(up ? edge.from : edge.to) + 1];
    for (std::uint64_t i = 1; i <= lineage.nodes; ++i) begin[i] += begin[i - 1];
    std::vector<std::uint32_t> at(begin.begin(), begin.end() - 1);
    for (std::size_t i = 0; i < lineage.edges.size(); ++i) {
      const LineageEdge& edge = lineage.edges[i];
      const std::uint32_t place = at[up ? edge.from : edge.to]++;
      targets[place] = up ? edge.to : edge.from;
      if (with_traits) traits[place] = lineage.edge_traits[i];
    }
  }
};

}  // namespace amont
