// A LineageGraph as Boost.Graph sees a graph, so that its algorithms run on a snapshot. Its vertices are the numbers of NodeIds, its
// edges lead from effect to cause. It models VertexListGraph, EdgeListGraph, IncidenceGraph, BidirectionalGraph, AdjacencyGraph and
// AdjacencyMatrix, const or not; boost::vertex_index is the vertex itself, and there are no other properties: weights come as a property
// map of one's own.
//
//   amont::LineageGraph graph(snapshot);
//   std::vector<int> depth(num_vertices(graph));
//   boost::breadth_first_search(graph, start, boost::visitor(boost::make_bfs_visitor(boost::record_distances(
//       depth.data(), boost::on_tree_edge()))));
//   if (!graph.status().ok()) ...
//
// Heavy algorithms want LineageGraph::copied(). Those of Boost that call themselves as deep as the graph is (lengauer_tarjan_...) are
// no good for lineage from strangers: it may be as deep as they like. Nor are those that want an undirected graph, one without parallel
// edges, or one that can be changed: for these, boost::copy_graph() makes a graph of another type. This header needs Boost's; no other of
// Amont's does.
#pragma once

#include <boost/graph/graph_traits.hpp>
#include <boost/graph/properties.hpp>
#include <boost/iterator/iterator_facade.hpp>
#include <boost/property_map/property_map.hpp>
#include <boost/range/irange.hpp>

#include <algorithm>
#include <utility>

#include "amont/lineage_graph.h"

namespace amont {

// The edges of one vertex, either way.
class LineageEdgeIterator : public boost::iterator_facade<LineageEdgeIterator, LineageGraph::Edge,
                                                          boost::random_access_traversal_tag, LineageGraph::Edge> {
 public:
  LineageEdgeIterator() = default;
  LineageEdgeIterator(LineageGraph::Vertex near, const LineageGraph::Vertex* begin, const LineageGraph::Vertex* at,
                      Direction direction)
      : begin_(begin), at_(at), near_(near), direction_(direction) {}

 private:
  friend class boost::iterator_core_access;
  LineageGraph::Edge dereference() const {
    std::uint32_t nth = 0;
    for (const LineageGraph::Vertex* before = at_; before != begin_ && before[-1] == *at_; --before) ++nth;
    return direction_ == Direction::kUpstream ? LineageGraph::Edge{near_, *at_, nth}
                                              : LineageGraph::Edge{*at_, near_, nth};
  }
  bool equal(const LineageEdgeIterator& other) const { return at_ == other.at_; }
  void increment() { ++at_; }
  void decrement() { --at_; }
  void advance(std::ptrdiff_t n) { at_ += n; }
  std::ptrdiff_t distance_to(const LineageEdgeIterator& other) const { return other.at_ - at_; }

  const LineageGraph::Vertex* begin_ = nullptr;
  const LineageGraph::Vertex* at_ = nullptr;
  LineageGraph::Vertex near_ = 0;
  Direction direction_ = Direction::kUpstream;
};

// All edges, vertex after vertex. Does not outlive the graph.
class LineageAllEdgesIterator : public boost::iterator_facade<LineageAllEdgesIterator, LineageGraph::Edge,
                                                              boost::forward_traversal_tag, LineageGraph::Edge> {
 public:
  LineageAllEdgesIterator() = default;
  LineageAllEdgesIterator(const LineageGraph& graph, LineageGraph::Vertex vertex) : graph_(&graph), vertex_(vertex) {
    skip_empty();
  }

 private:
  friend class boost::iterator_core_access;
  std::span<const LineageGraph::Vertex> row() const { return graph_->neighbours(vertex_, Direction::kUpstream); }
  void skip_empty() {
    while (vertex_ < graph_->size() && row().empty()) ++vertex_;
  }
  LineageGraph::Edge dereference() const {
    const LineageGraph::Vertex* const begin = row().data();
    return *LineageEdgeIterator(vertex_, begin, begin + at_, Direction::kUpstream);
  }
  bool equal(const LineageAllEdgesIterator& other) const { return vertex_ == other.vertex_ && at_ == other.at_; }
  void increment() {
    if (++at_ < row().size()) return;
    at_ = 0;
    ++vertex_;
    skip_empty();
  }

  const LineageGraph* graph_ = nullptr;
  LineageGraph::Vertex vertex_ = 0;
  std::size_t at_ = 0;
};

}  // namespace amont

namespace boost {

template <>
struct graph_traits<amont::LineageGraph> {
  using vertex_descriptor = amont::LineageGraph::Vertex;
  using edge_descriptor = amont::LineageGraph::Edge;
  using directed_category = bidirectional_tag;
  using edge_parallel_category = allow_parallel_edge_tag;
  struct traversal_category : bidirectional_graph_tag,
                              adjacency_graph_tag,
                              adjacency_matrix_tag,
                              vertex_list_graph_tag,
                              edge_list_graph_tag {};
  using vertices_size_type = std::size_t;
  using edges_size_type = std::uint64_t;
  using degree_size_type = std::size_t;
  using vertex_iterator = range_iterator<integer_range<vertex_descriptor>>::type;
  using edge_iterator = amont::LineageAllEdgesIterator;
  using out_edge_iterator = amont::LineageEdgeIterator;
  using in_edge_iterator = amont::LineageEdgeIterator;
  using adjacency_iterator = const vertex_descriptor*;
  static vertex_descriptor null_vertex() { return ~vertex_descriptor{0}; }
};

// Wider than a vertex, as in Boost's own graphs: transitive_closure() counts both with one type.
template <>
struct property_map<amont::LineageGraph, vertex_index_t> {
  using type = typed_identity_property_map<std::size_t>;
  using const_type = type;
};

// What there is besides of a vertex or an edge, for algorithms that copy all of it: nothing.
template <>
struct property_map<amont::LineageGraph, vertex_all_t> {
  using type = static_property_map<no_property, amont::LineageGraph::Vertex>;
  using const_type = type;
};
template <>
struct property_map<amont::LineageGraph, edge_all_t> {
  using type = static_property_map<no_property, amont::LineageGraph::Edge>;
  using const_type = type;
};

// A graph that is const is the same graph.
template <>
struct graph_traits<const amont::LineageGraph> : graph_traits<amont::LineageGraph> {};
template <class Property>
struct property_map<const amont::LineageGraph, Property> : property_map<amont::LineageGraph, Property> {};

}  // namespace boost

namespace amont {

// What Boost's concepts ask for.

inline auto vertices(const LineageGraph& graph) {
  const auto all = boost::irange(LineageGraph::Vertex{0}, graph.size());
  return std::pair(all.begin(), all.end());
}
inline LineageGraph::Vertex vertex(std::uint64_t nth, const LineageGraph&) {
  return static_cast<LineageGraph::Vertex>(nth);
}
inline std::size_t num_vertices(const LineageGraph& graph) { return graph.size(); }
inline std::uint64_t num_edges(const LineageGraph& graph) { return graph.edge_count(); }
inline std::pair<LineageAllEdgesIterator, LineageAllEdgesIterator> edges(const LineageGraph& graph) {
  return {{graph, 0}, {graph, graph.size()}};
}
inline LineageGraph::Vertex source(const LineageGraph::Edge& edge, const LineageGraph&) { return edge.from; }
inline LineageGraph::Vertex target(const LineageGraph::Edge& edge, const LineageGraph&) { return edge.to; }

inline std::pair<LineageEdgeIterator, LineageEdgeIterator> edges_at(LineageGraph::Vertex vertex,
                                                                    const LineageGraph& graph, Direction direction) {
  const auto row = graph.neighbours(vertex, direction);
  const LineageGraph::Vertex* const begin = row.data();
  return {{vertex, begin, begin, direction}, {vertex, begin, begin + row.size(), direction}};
}
inline auto out_edges(LineageGraph::Vertex vertex, const LineageGraph& graph) {
  return edges_at(vertex, graph, Direction::kUpstream);
}
inline auto in_edges(LineageGraph::Vertex vertex, const LineageGraph& graph) {
  return edges_at(vertex, graph, Direction::kDownstream);
}
inline std::size_t out_degree(LineageGraph::Vertex vertex, const LineageGraph& graph) {
  return graph.neighbours(vertex, Direction::kUpstream).size();
}
inline std::size_t in_degree(LineageGraph::Vertex vertex, const LineageGraph& graph) {
  return graph.neighbours(vertex, Direction::kDownstream).size();
}
inline std::size_t degree(LineageGraph::Vertex vertex, const LineageGraph& graph) {
  return in_degree(vertex, graph) + out_degree(vertex, graph);
}
inline std::pair<const LineageGraph::Vertex*, const LineageGraph::Vertex*> adjacent_vertices(
    LineageGraph::Vertex vertex, const LineageGraph& graph) {
  const auto row = graph.neighbours(vertex, Direction::kUpstream);
  return {row.data(), row.data() + row.size()};
}
// The first edge that joins the two, and whether there is one.
inline std::pair<LineageGraph::Edge, bool> edge(LineageGraph::Vertex from, LineageGraph::Vertex to,
                                                const LineageGraph& graph) {
  return {{from, to, 0}, std::ranges::binary_search(graph.neighbours(from, Direction::kUpstream), to)};
}
inline boost::typed_identity_property_map<std::size_t> get(boost::vertex_index_t, const LineageGraph&) { return {}; }
inline boost::property_map<LineageGraph, boost::vertex_all_t>::const_type get(boost::vertex_all_t,
                                                                              const LineageGraph&) {
  return boost::property_map<LineageGraph, boost::vertex_all_t>::const_type({});
}
inline boost::property_map<LineageGraph, boost::edge_all_t>::const_type get(boost::edge_all_t, const LineageGraph&) {
  return boost::property_map<LineageGraph, boost::edge_all_t>::const_type({});
}
inline std::size_t get(boost::vertex_index_t, const LineageGraph&, LineageGraph::Vertex vertex) { return vertex; }

}  // namespace amont
