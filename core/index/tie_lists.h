// TieLists: of the structure edges of a page what walks through variables ask for most, and nothing else: upstream of each variable its
// dataset, downstream of each dataset its variables.
#pragma once

#include <array>
#include <cstdint>
#include <span>
#include <vector>

#include "core/index/graph.h"

namespace amont {

struct TieLists {
  static constexpr std::uint32_t kNoHolder = 0xffff'ffff;

  // Upstream, by node: the dataset or output that a variable is part of, when it is tied to nothing else; else kNoHolder.
  std::vector<std::uint32_t> holders;
  // Downstream: the variables of each node, end to end, and where they begin.
  std::vector<std::uint32_t> variables;
  std::vector<std::uint32_t> begin;
  // Which nodes have other ties besides, a bit each.
  std::array<std::uint64_t, kPageNodes / 64> others{};

  std::span<const std::uint32_t> variables_of(std::uint32_t slot) const {
    return {variables.data() + begin[slot], variables.data() + begin[slot + 1]};
  }
  bool has_others(std::uint32_t slot) const { return (others[slot / 64] >> slot % 64 & 1) != 0; }
  std::uint64_t bytes() const {  // of memory
    return sizeof *this + (holders.capacity() + variables.capacity() + begin.capacity()) * sizeof variables[0];
  }
};

}  // namespace amont
