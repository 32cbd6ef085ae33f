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

// The same edges, the other way.
Rows reversed(const Rows& rows);

}  // namespace amont
