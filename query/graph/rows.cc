#include "query/graph/rows.h"

namespace amont {

Rows reversed(const Rows& rows) {
  Rows out;
  out.begin.assign(rows.begin.size(), 0);
  out.targets.resize(rows.targets.size());
  for (const std::uint32_t target : rows.targets) ++out.begin[target + 1];
  for (std::size_t i = 1; i < out.begin.size(); ++i) out.begin[i] += out.begin[i - 1];
  std::vector<std::uint32_t> next = out.begin;
  for (std::uint32_t vertex = 0; vertex < rows.size(); ++vertex)
    for (const std::uint32_t target : rows.of(vertex)) out.targets[next[target]++] = vertex;
  return out;
}

}  // namespace amont
