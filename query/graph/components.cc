#include "query/graph/components.h"

#include <boost/graph/strong_components.hpp>
#include <boost/pending/disjoint_sets.hpp>

#include <algorithm>

#include "query/graph/boost_rows.h"

namespace amont {

std::uint32_t strong_components(const Rows& graph, std::vector<std::uint32_t>& component_of) {
  component_of.resize(graph.size());
  if (graph.size() == 0) return 0;
  std::vector<std::uint32_t> roots(graph.size()), times(graph.size());
  std::vector<boost::default_color_type> colors(graph.size());
  const boost::typed_identity_property_map<std::uint32_t> index;
  const auto map = [&](auto& items) { return boost::make_iterator_property_map(items.begin(), index); };
  return boost::strong_components(graph, map(component_of),
                                  boost::root_map(map(roots)).discover_time_map(map(times)).color_map(map(colors)));
}

std::uint32_t connected_components(const Rows& graph, std::vector<std::uint32_t>& component_of) {
  std::vector<std::uint32_t> ranks(graph.size()), parents(graph.size());
  const boost::typed_identity_property_map<std::uint32_t> index;
  boost::disjoint_sets sets(boost::make_iterator_property_map(ranks.begin(), index),
                            boost::make_iterator_property_map(parents.begin(), index));
  for (std::uint32_t vertex = 0; vertex < graph.size(); ++vertex) sets.make_set(vertex);
  for (std::uint32_t vertex = 0; vertex < graph.size(); ++vertex)
    for (const std::uint32_t target : graph.of(vertex)) sets.union_set(vertex, target);
  constexpr std::uint32_t kNone = ~std::uint32_t{0};
  std::vector<std::uint32_t> number_of(graph.size(), kNone);  // by the vertex that stands for its set
  component_of.resize(graph.size());
  std::uint32_t count = 0;
  for (std::uint32_t vertex = 0; vertex < graph.size(); ++vertex) {
    std::uint32_t& number = number_of[sets.find_set(vertex)];
    if (number == kNone) number = count++;
    component_of[vertex] = number;
  }
  return count;
}

Rows condensed(const Rows& graph, const std::vector<std::uint32_t>& component_of, std::uint32_t components) {
  std::vector<RowPair> pairs;
  pairs.reserve(graph.size());
  for (std::uint32_t vertex = 0; vertex < graph.size(); ++vertex) pairs.push_back({component_of[vertex], vertex});
  const Rows members = rows_of(components, pairs);

  Rows out;
  out.begin.reserve(std::size_t{components} + 1);
  out.begin.push_back(0);
  out.targets.reserve(graph.targets.size());
  std::vector<std::uint32_t> row;
  for (std::uint32_t component = 0; component < components; ++component) {
    row.clear();
    for (const std::uint32_t vertex : members.of(component))
      for (const std::uint32_t target : graph.of(vertex))
        if (component_of[target] != component) row.push_back(component_of[target]);
    std::ranges::sort(row);
    out.targets.insert(out.targets.end(), row.begin(), std::ranges::unique(row).begin());
    out.begin.push_back(static_cast<std::uint32_t>(out.targets.size()));
  }
  return out;
}

}  // namespace amont
