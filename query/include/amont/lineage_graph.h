// LineageGraph: recorded lineage as a graph of nodes, for algorithms of one's own. amont/boost_graph.h makes it a graph for
// Boost's. Its edges are as they were recorded, from effect to cause; what walks add to that (variables that are one with their
// dataset, parts, wholes) is not in it: for that, ask the questions of query.h and graph_questions.h.
#pragma once

#include <cstdint>
#include <memory>
#include <span>

#include "amont/query.h"
#include "amont/snapshot.h"

namespace amont {

// Copies are cheap and share what was read. A graph and its copies belong to one thread at a time, unless it was made by copied():
// then to any number.
class LineageGraph {
 public:
  // The number of a NodeId. All numbers below size() are vertices; those whose node is not in the register have no edges.
  using Vertex = std::uint32_t;
  // `nth` tells apart edges that join the same two nodes: they differ by kind or label.
  struct Edge {
    Vertex from = 0;  // the effect
    Vertex to = 0;    // the cause
    std::uint32_t nth = 0;
    auto operator<=>(const Edge&) const = default;
  };

  // Reads the snapshot as it is asked, a page at a time, and keeps what it read.
  explicit LineageGraph(const Snapshot& view);
  // Reads all at once, into 16 bytes a node and 8 bytes an edge. kLimit when that is more than `bytes_max`; kDamaged.
  static Result<LineageGraph> copied(const Snapshot& view, std::uint64_t bytes_max);

  Vertex size() const;
  std::uint64_t edge_count() const;  // reads all
  // The far end of each edge that leaves it, towards causes (kUpstream), or enters it (kDownstream); ascending; none of a vertex that is
  // not below size(). Good as long as the graph or a copy of it lives.
  std::span<const Vertex> neighbours(Vertex vertex, Direction direction) const;
  // Not ok() once something could not be read: edges are then missing, and what was computed means nothing. To be asked at the end.
  const Status& status() const;

  // The kind and label of an edge.
  Result<FollowedEdge> recorded(const Edge& edge) const;

 private:
  struct Rep;
  explicit LineageGraph(std::shared_ptr<Rep> rep);
  std::shared_ptr<Rep> rep_;
};

}  // namespace amont
