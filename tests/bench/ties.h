// What ties the nodes of a register together, read from its pages and laid out flat: variables and their datasets, tables and versions
// and their bases. Of a register without same_as.
#pragma once

#include <cstdint>
#include <span>
#include <utility>
#include <vector>

#include "amont/snapshot.h"

namespace amont {

// Of each node some others, end to end.
struct Lists {
  std::vector<std::uint32_t> begin;
  std::vector<std::uint32_t> items;

  Lists() = default;
  Lists(std::uint64_t nodes, const std::vector<std::pair<std::uint32_t, std::uint32_t>>& pairs);
  std::span<const std::uint32_t> of(std::uint32_t node) const {
    return {items.data() + begin[node], items.data() + begin[node + 1]};
  }
};

struct Ties {
  static constexpr std::uint32_t kNone = 0xffff'ffff;

  std::vector<Role> roles;               // by node
  std::vector<std::uint32_t> container;  // of a variable its dataset, of others kNone
  Lists variables;                       // of a dataset
  Lists wholes;                          // of a dataset: what it is a table or a version of
  Lists tables, versions;                // of a dataset
};

Result<Ties> read_ties(const Snapshot& view);

}  // namespace amont
