#include <boost/graph/breadth_first_search.hpp>
#include <boost/graph/compressed_sparse_row_graph.hpp>

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

using Graph = boost::compressed_sparse_row_graph<boost::directedS, boost::no_property, boost::no_property,
                                                 boost::no_property, std::uint32_t, std::uint32_t>;

struct Collect : boost::default_bfs_visitor {
  std::vector<std::uint32_t>* found;
  void discover_vertex(std::uint32_t node, const Graph&) const { found->push_back(node); }
};

class BoostGraph final : public Peer {
 public:
  std::string name() const override { return "Boost.Graph"; }

  Status load(const Lineage& lineage) override {
    for (const bool reverse : {false, true}) {
      std::vector<std::pair<std::uint32_t, std::uint32_t>> pairs;
      pairs.reserve(lineage.edges.size());
      for (const LineageEdge& edge : lineage.edges)
        pairs.emplace_back(reverse ? edge.to : edge.from, reverse ? edge.from : edge.to);
      graphs_.emplace_back(boost::edges_are_unsorted_multi_pass, pairs.begin(), pairs.end(), lineage.nodes);
    }
    marks_.resize(lineage.nodes);
    return {};
  }

  Result<std::uint64_t> closure(std::uint32_t start, Direction direction) override {
    found_.clear();
    boost::queue<std::uint32_t> queue;
    Collect collect;
    collect.found = &found_;
    boost::breadth_first_visit(graphs_[static_cast<std::size_t>(direction)], start, queue, collect,
                               EpochColors{marks_.data(), ++epoch_});
    return found_.size() - 1;  // the start comes first
  }
  std::vector<std::uint32_t> found() const override { return {found_.begin() + 1, found_.end()}; }

 private:
  std::vector<Graph> graphs_;  // by direction
  std::vector<std::uint32_t> marks_;
  std::vector<std::uint32_t> found_;
  std::uint32_t epoch_ = 0;
};

}  // namespace

std::unique_ptr<Peer> boost_graph() { return std::make_unique<BoostGraph>(); }

}  // namespace amont
