// Compressed sparse rows: for each node where its neighbours begin, and all neighbours end to end.
#pragma once

#include <cstdint>
#include <span>
#include <vector>

#include "tests/bench/hub_generator.h"

namespace amont {

struct Rows {
  std::vector<std::uint32_t> begin;
  std::vector<std::uint32_t> targets;

  // From `from` to `to`, or the reverse.
  Rows(std::uint64_t nodes, std::span<const GeneratedEdge> edges, bool reverse)
      : begin(nodes + 1), targets(edges.size()) {
    const auto near = [&](const GeneratedEdge& edge) { return reverse ? edge.to : edge.from; };
    for (const GeneratedEdge& edge : edges) ++begin[near(edge) + 1];
    for (std::uint64_t i = 1; i <= nodes; ++i) begin[i] += begin[i - 1];
    std::vector<std::uint32_t> at(begin.begin(), begin.end() - 1);
    for (const GeneratedEdge& edge : edges) targets[at[near(edge)]++] = reverse ? edge.from : edge.to;
  }
};

}  // namespace amont
