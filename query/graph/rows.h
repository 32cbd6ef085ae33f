// Rows: a directed graph as two flat arrays, for algorithms that look at all of it.
#pragma once

#include <cstdint>
#include <span>
#include <vector>

namespace amont {

struct Rows {
  std::vector<std::uint32_t> begin;    // where each vertex's targets begin; one more entry than vertices
  std::vector<std::uint32_t> targets;  // end to end

  std::uint32_t size() const { return begin.empty() ? 0 : static_cast<std::uint32_t>(begin.size() - 1); }
  std::span<const std::uint32_t> of(std::uint32_t vertex) const {
    return std::span(targets).subspan(begin[vertex], begin[vertex + 1] - begin[vertex]);
  }
};

struct RowPair {
  std::uint32_t near = 0;
  std::uint32_t far = 0;
};

// The graph of so many vertices with an edge for each pair; those that leave a vertex in the order in which they came.
Rows rows_of(std::uint32_t size, std::span<const RowPair> pairs);

}  // namespace amont
