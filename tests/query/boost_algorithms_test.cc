// Boost's algorithms on a snapshot tell what they tell of Boost's own graph of the same edges.
#include <gtest/gtest.h>

#include <boost/graph/adjacency_list.hpp>
#include <boost/graph/bellman_ford_shortest_paths.hpp>
#include <boost/graph/betweenness_centrality.hpp>
#include <boost/graph/compressed_sparse_row_graph.hpp>
#include <boost/graph/copy.hpp>
#include <boost/graph/core_numbers.hpp>
#include <boost/graph/graph_concepts.hpp>
#include <boost/graph/hawick_circuits.hpp>
#include <boost/graph/lookup_edge.hpp>
#include <boost/graph/random.hpp>
#include <boost/graph/transitive_closure.hpp>
#include <boost/property_map/function_property_map.hpp>

#include <limits>
#include <random>
#include <set>

#include "amont/boost_graph.h"
#include "tests/support/text_hub.h"

namespace amont {
namespace {

using Vertex = LineageGraph::Vertex;
using Plain = boost::compressed_sparse_row_graph<boost::bidirectionalS, boost::no_property, boost::no_property,
                                                 boost::no_property, std::size_t, std::size_t>;
using Changeable = boost::adjacency_list<boost::vecS, boost::vecS, boost::directedS>;

BOOST_CONCEPT_ASSERT((boost::VertexListGraphConcept<const LineageGraph>));
BOOST_CONCEPT_ASSERT((boost::EdgeListGraphConcept<const LineageGraph>));
BOOST_CONCEPT_ASSERT((boost::IncidenceGraphConcept<const LineageGraph>));
BOOST_CONCEPT_ASSERT((boost::BidirectionalGraphConcept<const LineageGraph>));
BOOST_CONCEPT_ASSERT((boost::AdjacencyGraphConcept<const LineageGraph>));
BOOST_CONCEPT_ASSERT((boost::AdjacencyMatrixConcept<const LineageGraph>));
BOOST_CONCEPT_ASSERT((boost::AdjacencyMatrixConcept<LineageGraph>));
BOOST_CONCEPT_ASSERT((boost::ReadablePropertyGraphConcept<const LineageGraph, Vertex, boost::vertex_index_t>));

template <class Graph>
std::multiset<std::pair<std::uint64_t, std::uint64_t>> ends_of(const Graph& graph) {
  std::multiset<std::pair<std::uint64_t, std::uint64_t>> ends;
  for (auto [at, end] = edges(graph); at != end; ++at) ends.emplace(source(*at, graph), target(*at, graph));
  return ends;
}

Plain plain(const LineageGraph& graph) {
  const auto ends = ends_of(graph);
  return Plain(boost::edges_are_unsorted_multi_pass, ends.begin(), ends.end(), num_vertices(graph));
}

// A ladder with a circle in it, an edge that is recorded twice, a node that came from itself, and one that stands alone.
class BoostAlgorithms : public testing::Test {
 protected:
  BoostAlgorithms()
      : hub_(
            "dataset:clean derived_from dataset:raw; dataset:clean derived_from dataset:raw again;"
            "dataset:left derived_from dataset:clean; dataset:right derived_from dataset:clean;"
            "output:table derived_from dataset:left; output:table derived_from dataset:right;"
            "output:table derived_from dataset:clean; dataset:a derived_from output:table;"
            "dataset:b derived_from dataset:a; dataset:c derived_from dataset:b; dataset:a derived_from dataset:c;"
            "dataset:a derived_from dataset:b; dataset:self derived_from dataset:self") {
    hub_.put("output:alone");
  }

  Vertex at(const char* ref) { return static_cast<Vertex>(number_of(hub_.id(ref))); }

  TextHub hub_;
  const Snapshot view_ = hub_.view();
  const LineageGraph graph_{view_};
  const Plain plain_ = plain(graph_);
};

constexpr auto kLength = [](const auto&) { return 1; };

template <class Graph>
std::pair<bool, std::vector<int>> lengths_from(const Graph& graph, Vertex start) {
  using Edge = typename boost::graph_traits<Graph>::edge_descriptor;
  std::vector<int> lengths(num_vertices(graph), std::numeric_limits<int>::max());
  lengths[start] = 0;
  const bool good = boost::bellman_ford_shortest_paths(
      graph, static_cast<int>(num_vertices(graph)),
      boost::weight_map(boost::make_function_property_map<Edge>(kLength)).distance_map(lengths.data()));
  return {good, lengths};
}

TEST_F(BoostAlgorithms, FindShortestPathsByWeightsOfOnesOwn) {
  const auto told = lengths_from(graph_, at("dataset:c"));
  EXPECT_TRUE(told.first);
  EXPECT_EQ(told.second[at("dataset:raw")], 5);
  EXPECT_EQ(told, lengths_from(plain_, at("dataset:c")));
}

template <class Graph>
std::vector<double> betweenness(const Graph& graph) {
  std::vector<double> central(num_vertices(graph));
  boost::brandes_betweenness_centrality(
      graph, boost::make_iterator_property_map(central.begin(), get(boost::vertex_index, graph)));
  return central;
}

TEST_F(BoostAlgorithms, FindWhatLiesBetween) {
  const std::vector<double> central = betweenness(graph_);
  EXPECT_EQ(central, betweenness(plain_));
  EXPECT_GT(central[at("dataset:clean")], 0);
  EXPECT_EQ(central[at("output:alone")], 0);
}

template <class Graph>
std::vector<int> cores(const Graph& graph) {
  std::vector<int> cores(num_vertices(graph));
  boost::core_numbers(graph, boost::make_iterator_property_map(cores.begin(), get(boost::vertex_index, graph)));
  return cores;
}

TEST_F(BoostAlgorithms, FindHowDenseItIs) { EXPECT_EQ(cores(graph_), cores(plain_)); }

struct NoteCircuits {
  template <class Path, class Graph>
  void cycle(const Path& path, const Graph&) {
    found->emplace(path.begin(), path.end());
  }
  std::multiset<std::vector<std::size_t>>* found;
};

TEST_F(BoostAlgorithms, FindEveryCircle) {
  std::multiset<std::vector<std::size_t>> told, expected;
  boost::hawick_circuits(graph_, NoteCircuits{&told});
  boost::hawick_circuits(plain_, NoteCircuits{&expected});
  EXPECT_EQ(told, expected);
  EXPECT_EQ(told.size(), 3u);
}

TEST_F(BoostAlgorithms, CopyItIntoAGraphThatCanBeChanged) {
  Changeable copy;
  boost::copy_graph(graph_, copy);
  EXPECT_EQ(num_vertices(copy), num_vertices(graph_));
  EXPECT_EQ(ends_of(copy), ends_of(graph_));
}

TEST_F(BoostAlgorithms, MakeItsTransitiveClosure) {
  Changeable told, expected;
  boost::transitive_closure(graph_, told);
  boost::transitive_closure(plain_, expected);
  EXPECT_EQ(ends_of(told), ends_of(expected));
  const auto ends = ends_of(told);
  for (Vertex start = 0; start < num_vertices(graph_); ++start) {
    const Result<Closure> causes = closure(view_, std::array{NodeId{start}}, Direction::kUpstream);
    ASSERT_TRUE(causes.ok());
    for (const NodeId cause : causes->exact) EXPECT_EQ(ends.count({start, number_of(cause)}), 1u);
  }
}

TEST_F(BoostAlgorithms, DrawVerticesAndEdgesByChance) {
  std::mt19937 dice(7);
  std::set<Vertex> drawn;
  for (int n = 0; n < 500; ++n) drawn.insert(boost::random_vertex(graph_, dice));
  EXPECT_EQ(drawn.size(), num_vertices(graph_));
  const auto any = boost::random_edge(graph_, dice);
  EXPECT_TRUE(boost::lookup_edge(source(any, graph_), target(any, graph_), graph_).second);
}

TEST_F(BoostAlgorithms, FindAnEdgeByItsEnds) {
  EXPECT_EQ(vertex(3, graph_), 3u);
  for (Vertex from = 0; from < num_vertices(graph_); ++from)
    for (Vertex to = 0; to < num_vertices(graph_); ++to) {
      const auto [found, there] = edge(from, to, graph_);
      EXPECT_EQ(there, boost::lookup_edge(from, to, plain_).second) << from << " " << to;
      EXPECT_EQ(there, graph_.recorded(found).ok());
    }
}

}  // namespace
}  // namespace amont
