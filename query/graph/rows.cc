#include "query/graph/rows.h"

#include <numeric>

namespace amont {

Rows rows_of(std::uint32_t size, std::span<const RowPair> pairs) {
  Rows rows;
  rows.begin.assign(std::size_t{size} + 1, 0);
  rows.targets.resize(pairs.size());
  for (const RowPair& pair : pairs) ++rows.begin[pair.near + 1];
  std::partial_sum(rows.begin.begin(), rows.begin.end(), rows.begin.begin());
  std::vector<std::uint32_t> next = rows.begin;
  for (const RowPair& pair : pairs) rows.targets[next[pair.near]++] = pair.far;
  return rows;
}

}  // namespace amont
