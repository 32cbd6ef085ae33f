#include <boost/graph/breadth_first_search.hpp>
#include <boost/graph/compressed_sparse_row_graph.hpp>
#include <boost/graph/filtered_graph.hpp>

#include "tests/bench/peer.h"

namespace amont {

// Colours that are white again when the epoch changes: to reset a whole map for each question would cost 4 to 11 times as much.
struct EpochColors {
  using key_type = std::uint32_t;
  using value_type = boost::default_color_type;
  using reference = value_type;
  using category = boost::read_write_property_map_tag;

  std::uint32_t* marks;
  std::uint32_t epoch;
};
boost::default_color_type get(const EpochColors& colors, std::uint32_t node) {
  const std::uint32_t mark = colors.marks[node];
  return mark >> 2 == colors.epoch ? static_cast<boost::default_color_type>(mark & 3) : boost::white_color;
}
void put(const EpochColors& colors, std::uint32_t node, boost::default_color_type color) {
  static_assert(boost::white_color == 0 && boost::gray_color < 4 && boost::green_color < 4);
  colors.marks[node] = colors.epoch << 2 | (color == boost::black_color ? 3u : static_cast<std::uint32_t>(color));
}

namespace {

struct EdgeBits {
  std::uint8_t traits = 0;  // EdgeTraits
};
using Graph = boost::compressed_sparse_row_graph<boost::directedS, boost::no_property, EdgeBits, boost::no_property,
                                                 std::uint32_t, std::uint32_t>;

struct GoesThrough {
  bool operator()(const Graph::edge_descriptor& edge) const { return only.goes_through((*graph)[edge].traits); }

  const Graph* graph = nullptr;
  Restriction only;
};

struct Collect : boost::default_bfs_visitor {
  std::vector<std::uint32_t>* found;
  template <class AnyGraph>
  void discover_vertex(std::uint32_t node, const AnyGraph&) const {
    found->push_back(node);
  }
};

struct Seek : boost::default_bfs_visitor {
  std::uint32_t target;
  bool* met;
  template <class AnyGraph>
  void discover_vertex(std::uint32_t node, const AnyGraph&) const {
    if (node == target) *met = true;
  }
};

struct SeekPath : Seek {
  std::uint32_t* parents;
  template <class Edge, class AnyGraph>
  void tree_edge(const Edge& edge, const AnyGraph& graph) const {
    parents[boost::target(edge, graph)] = boost::source(edge, graph);
  }
};

// Seems empty once `met`: that ends a search as soon as the node in hand is done, at less than what an exception costs.
struct EndingQueue : boost::queue<std::uint32_t> {
  const bool* met;
  bool empty() const { return *met || boost::queue<std::uint32_t>::empty(); }
};

class BoostGraph final : public Peer {
 public:
  std::string name() const override { return "Boost.Graph"; }

  Status load(const Lineage& lineage) override {
    std::vector<EdgeBits> bits;
    bits.reserve(lineage.edges.size());
    for (const std::uint8_t traits : lineage.edge_traits) bits.push_back({traits});
    for (const bool reverse : {false, true}) {
      std::vector<std::pair<std::uint32_t, std::uint32_t>> pairs;
      pairs.reserve(lineage.edges.size());
      for (const LineageEdge& edge : lineage.edges)
        pairs.emplace_back(reverse ? edge.to : edge.from, reverse ? edge.from : edge.to);
      graphs_.emplace_back(boost::edges_are_unsorted_multi_pass, pairs.begin(), pairs.end(), bits.begin(),
                           lineage.nodes);
    }
    kinds_ = lineage.node_kinds;
    marks_.resize(lineage.nodes);
    parents_.resize(lineage.nodes);
    return {};
  }

  Status restrict_to(const Restriction& only) override {
    only_ = only;
    return {};
  }

  Result<std::uint64_t> closure(std::uint32_t start, Direction direction) override {
    found_.clear();
    boost::queue<std::uint32_t> queue;
    Collect collect;
    collect.found = &found_;
    search(graphs_[static_cast<std::size_t>(direction)], only_, start, queue, collect);
    told_from_ = 1;  // the start comes first
    only_.cut(kinds_, found_);
    return found_.size() - 1;
  }
  std::vector<std::uint32_t> found() const override { return {found_.begin() + told_from_, found_.end()}; }

  Result<bool> reaches(std::uint32_t a, std::uint32_t b) override { return sought({}, b, a, Seek()); }

  Result<std::uint64_t> path(std::uint32_t effect, std::uint32_t cause) override {
    found_.clear();
    told_from_ = 0;
    SeekPath seek;
    seek.parents = parents_.data();
    if (!sought({.without = kWeakEdge}, effect, cause, seek) && !sought({}, effect, cause, seek)) return 0;
    for (std::uint32_t at = cause; at != effect; at = parents_[at]) found_.push_back(at);
    found_.push_back(effect);
    return found_.size() - 1;
  }

 private:
  // Is `target` upstream of `start`?
  template <class Visitor>
  bool sought(const Restriction& only, std::uint32_t start, std::uint32_t target, Visitor seek) {
    bool met = false;
    seek.target = target;
    seek.met = &met;
    EndingQueue queue;
    queue.met = &met;
    search(graphs_[0], only, start, queue, seek);
    return met;
  }

  template <class Queue, class Visitor>
  void search(const Graph& graph, const Restriction& only, std::uint32_t start, Queue& queue, const Visitor& visitor) {
    const EpochColors colors{marks_.data(), ++epoch_};
    if (only.all_edges())
      boost::breadth_first_visit(graph, start, queue, visitor, colors);
    else
      boost::breadth_first_visit(boost::filtered_graph(graph, GoesThrough{&graph, only}), start, queue, visitor,
                                 colors);
  }

  std::vector<Graph> graphs_;  // by direction
  std::vector<std::uint16_t> kinds_;
  std::vector<std::uint32_t> marks_, parents_;
  std::vector<std::uint32_t> found_;
  std::ptrdiff_t told_from_ = 0;
  std::uint32_t epoch_ = 0;
  Restriction only_;
};

}  // namespace

std::unique_ptr<Peer> boost_graph() { return std::make_unique<BoostGraph>(); }

}  // namespace amont
