// Boost's algorithms on a snapshot: its concepts hold, and what they find is what walks find.
#include <gtest/gtest.h>

#include <boost/graph/breadth_first_search.hpp>
#include <boost/graph/graph_concepts.hpp>
#include <boost/graph/topological_sort.hpp>

#include "amont/boost_graph.h"
#include "tests/support/modelled_register.h"
#include "tests/support/random_register.h"
#include "tests/support/text_hub.h"

namespace amont {
namespace {

BOOST_CONCEPT_ASSERT((boost::VertexListGraphConcept<LineageGraph>));
BOOST_CONCEPT_ASSERT((boost::EdgeListGraphConcept<LineageGraph>));
BOOST_CONCEPT_ASSERT((boost::IncidenceGraphConcept<LineageGraph>));
BOOST_CONCEPT_ASSERT((boost::BidirectionalGraphConcept<LineageGraph>));
BOOST_CONCEPT_ASSERT((boost::AdjacencyGraphConcept<LineageGraph>));
BOOST_CONCEPT_ASSERT((boost::ReadablePropertyGraphConcept<LineageGraph, LineageGraph::Vertex, boost::vertex_index_t>));

using Edges = std::multiset<std::tuple<NodeId, NodeId, EdgeKind, std::string>>;

// All lineage edges, as snapshots tell them.
Edges recorded(const Snapshot& view) {
  Edges edges;
  for (std::uint64_t id = 0; id < view.id_count(); ++id) {
    const std::vector<Edge> leaving = *view.edges(NodeId{id}, Direction::kUpstream);
    for (const Edge& edge : leaving)
      if (view.schema().edge(edge.kind).edge_class == EdgeClass::kLineage)
        edges.emplace(edge.from, edge.to, edge.kind, edge.label);
  }
  return edges;
}

template <class Range>
Edges told(const LineageGraph& graph, const Range& range) {
  Edges edges;
  for (auto edge = range.first; edge != range.second; ++edge) {
    const Result<FollowedEdge> known = graph.recorded(*edge);
    EXPECT_TRUE(known.ok()) << known.status().text();
    EXPECT_EQ(source(*edge, graph), number_of(known->from));
    EXPECT_EQ(target(*edge, graph), number_of(known->to));
    edges.emplace(known->from, known->to, known->kind, known->label);
  }
  return edges;
}

void expect_same(const LineageGraph& graph, const Snapshot& view) {
  const Edges all = recorded(view);
  EXPECT_EQ(told(graph, edges(graph)), all);
  EXPECT_EQ(num_edges(graph), all.size());
  EXPECT_EQ(num_vertices(graph), view.id_count());
  Edges out, in;
  for (auto [vertex, end] = vertices(graph); vertex != end; ++vertex) {
    out.merge(told(graph, out_edges(*vertex, graph)));
    in.merge(told(graph, in_edges(*vertex, graph)));
    EXPECT_EQ(degree(*vertex, graph), out_degree(*vertex, graph) + in_degree(*vertex, graph));
  }
  EXPECT_EQ(out, all);
  EXPECT_EQ(in, all);
  EXPECT_TRUE(graph.status().ok());
}

TEST(BoostGraph, HasTheRecordedEdgesOfEverySnapshotBothWays) {
  Dice dice(5);
  ModelledRegister hub;
  RandomRegister random(5, {6, 40});
  for (int n = 0; n < 8; ++n) hub.land(dice, random.changes(hub.model().now()));
  std::size_t most = 0;
  for (TxNumber tx = 0; tx <= hub.store().snapshot()->tx(); ++tx) {
    const Snapshot view = *hub.store().snapshot_at(tx);
    most = std::max(most, recorded(view).size());
    expect_same(LineageGraph(view), view);
    expect_same(*LineageGraph::copied(view, 1 << 20), view);
  }
  EXPECT_GT(most, 10u);
}

class BoostGraphOfAHub : public testing::Test {
 protected:
  BoostGraphOfAHub()
      : hub_(
            "dataset:clean derived_from dataset:raw; dataset:clean derived_from dataset:raw again;"
            "output:table derived_from dataset:clean") {
    hub_.put("output:alone");
  }

  TextHub hub_;
};

TEST_F(BoostGraphOfAHub, IsSearchedByBoostAsAWalkWould) {
  const Snapshot view = hub_.view();
  const LineageGraph graph(view);
  std::vector<int> depth(num_vertices(graph), -1);
  const auto start = static_cast<LineageGraph::Vertex>(number_of(hub_.id("output:table")));
  depth[start] = 0;
  boost::breadth_first_search(
      graph, start,
      boost::visitor(boost::make_bfs_visitor(boost::record_distances(depth.data(), boost::on_tree_edge()))));
  const NodeId starts[] = {hub_.id("output:table")};
  const Result<Answer> answer = upstream(view, starts);
  ASSERT_TRUE(answer.ok() && graph.status().ok());
  ASSERT_EQ(answer->nodes.size(), 2u);
  for (const Reached& node : answer->nodes) EXPECT_EQ(depth[number_of(node.id)], static_cast<int>(*node.depth));
  EXPECT_EQ(depth[number_of(hub_.id("output:alone"))], -1);
}

TEST_F(BoostGraphOfAHub, IsSortedByBoostWithCausesFirst) {
  const LineageGraph graph = *LineageGraph::copied(hub_.view(), 1 << 20);
  std::vector<LineageGraph::Vertex> sorted;
  boost::topological_sort(graph, std::back_inserter(sorted));
  const auto place = [&](const char* ref) {
    return std::ranges::find(sorted, number_of(hub_.id(ref))) - sorted.begin();
  };
  EXPECT_EQ(sorted.size(), 4u);
  EXPECT_LT(place("dataset:raw"), place("dataset:clean"));
  EXPECT_LT(place("dataset:clean"), place("output:table"));
}

TEST_F(BoostGraphOfAHub, IsNotCopiedBeyondItsBound) {
  const Result<LineageGraph> graph = LineageGraph::copied(hub_.view(), 32);
  ASSERT_FALSE(graph.ok());
  EXPECT_EQ(graph.code(), Code::kLimit);
  EXPECT_EQ(graph.status().text(), "a copy of the lineage takes more than 32 bytes");
}

TEST_F(BoostGraphOfAHub, KnowsNoEdgeThatIsNot) {
  const LineageGraph graph(hub_.view());
  EXPECT_EQ(graph.recorded({2, 1, 0}).code(), Code::kNotFound);
  EXPECT_EQ(graph.recorded({0, 1, 2}).code(), Code::kNotFound);
  EXPECT_EQ(graph.recorded({99, 0, 0}).code(), Code::kNotFound);
}

}  // namespace
}  // namespace amont
