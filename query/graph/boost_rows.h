// Rows as Boost.Graph sees a graph: its vertices, the edges that leave one, and what they lead to. So Boost's algorithms run on
// flat arrays without a copy.
#pragma once

#include <boost/graph/graph_traits.hpp>
#include <boost/graph/properties.hpp>
#include <boost/iterator/iterator_facade.hpp>
#include <boost/property_map/property_map.hpp>
#include <boost/range/irange.hpp>

#include <utility>

#include "query/graph/rows.h"

namespace amont {

struct RowEdge {
  std::uint32_t from = 0;
  std::uint32_t at = 0;  // in Rows::targets
  bool operator==(const RowEdge&) const = default;
};

class RowEdgeIterator
    : public boost::iterator_facade<RowEdgeIterator, RowEdge, boost::random_access_traversal_tag, RowEdge> {
 public:
  RowEdgeIterator() = default;
  RowEdgeIterator(std::uint32_t from, std::uint32_t at) : edge_{from, at} {}

 private:
  friend class boost::iterator_core_access;
  RowEdge dereference() const { return edge_; }
  bool equal(const RowEdgeIterator& other) const { return edge_.at == other.edge_.at; }
  void increment() { ++edge_.at; }
  void decrement() { --edge_.at; }
  void advance(std::ptrdiff_t n) { edge_.at = static_cast<std::uint32_t>(edge_.at + n); }
  std::ptrdiff_t distance_to(const RowEdgeIterator& other) const {
    return static_cast<std::ptrdiff_t>(other.edge_.at) - static_cast<std::ptrdiff_t>(edge_.at);
  }

  RowEdge edge_;
};

}  // namespace amont

namespace boost {

template <>
struct graph_traits<amont::Rows> {
  using vertex_descriptor = std::uint32_t;
  using edge_descriptor = amont::RowEdge;
  using directed_category = directed_tag;
  using edge_parallel_category = allow_parallel_edge_tag;
  struct traversal_category : incidence_graph_tag, adjacency_graph_tag, vertex_list_graph_tag {};
  using vertices_size_type = std::uint32_t;
  using degree_size_type = std::uint32_t;
  using vertex_iterator = range_iterator<integer_range<std::uint32_t>>::type;
  using out_edge_iterator = amont::RowEdgeIterator;
  using adjacency_iterator = const std::uint32_t*;
  static vertex_descriptor null_vertex() { return ~vertex_descriptor{0}; }
};

template <>
struct property_map<amont::Rows, vertex_index_t> {
  using type = typed_identity_property_map<std::uint32_t>;
  using const_type = type;
};

}  // namespace boost

namespace amont {

inline auto vertices(const Rows& rows) {
  const auto all = boost::irange(std::uint32_t{0}, rows.size());
  return std::pair(all.begin(), all.end());
}
inline std::uint32_t num_vertices(const Rows& rows) { return rows.size(); }
inline std::uint32_t out_degree(std::uint32_t vertex, const Rows& rows) {
  return rows.begin[vertex + 1] - rows.begin[vertex];
}
inline std::pair<RowEdgeIterator, RowEdgeIterator> out_edges(std::uint32_t vertex, const Rows& rows) {
  return {{vertex, rows.begin[vertex]}, {vertex, rows.begin[vertex + 1]}};
}
inline std::uint32_t source(const RowEdge& edge, const Rows&) { return edge.from; }
inline std::uint32_t target(const RowEdge& edge, const Rows& rows) { return rows.targets[edge.at]; }
inline std::pair<const std::uint32_t*, const std::uint32_t*> adjacent_vertices(std::uint32_t vertex, const Rows& rows) {
  return {rows.targets.data() + rows.begin[vertex], rows.targets.data() + rows.begin[vertex + 1]};
}
inline boost::typed_identity_property_map<std::uint32_t> get(boost::vertex_index_t, const Rows&) { return {}; }

}  // namespace amont
