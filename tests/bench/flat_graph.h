// The limit: breadth-first search over flat arrays in memory (compressed sparse rows) with an epoch-marked visited array.
#pragma once

#include <cstdint>
#include <span>
#include <vector>

#include "tests/bench/hub_generator.h"

namespace amont {

class FlatGraph {
 public:
  // Edges from `from` to `to`, or the reverse.
  FlatGraph(std::uint64_t nodes, std::span<const GeneratedEdge> edges, bool reverse);

  // All that `start` reaches, itself left out; good until the next call.
  std::span<const std::uint32_t> closure(std::uint32_t start);

 private:
  std::vector<std::uint32_t> begin_;
  std::vector<std::uint32_t> targets_;
  std::vector<std::uint32_t> seen_;
  std::vector<std::uint32_t> queue_;
  std::uint32_t epoch_ = 0;
};

}  // namespace amont
