#include "amont/lineage_graph.h"

#include <algorithm>
#include <array>
#include <vector>

#include <fmt/format.h>

#include "core/index/view.h"
#include "query/graph/rows.h"

namespace amont {

struct LineageGraph::Rep {
  explicit Rep(const Snapshot& snapshot)
      : view(snapshot.shared_view()), size(static_cast<Vertex>(view->graph->id_count())) {}

  Result<std::shared_ptr<const Page>> read(Direction direction, std::uint32_t number) const {
    AMONT_LET(auto page, view->graph->page(EdgeClass::kLineage, direction, number));
    if (page->targets_end > size)
      return damaged("an edge in the index leads to a node that was never put; run `amont rebuild`");
    return page;
  }

  // The page; nullptr once something could not be read.
  const Page* page(Direction direction, std::uint32_t number) {
    auto& known = pages[static_cast<int>(direction)];
    if (known.empty()) known.resize(size / kPageNodes + 1);
    if (!known[number] && status.ok()) {
      auto page = read(direction, number);
      if (page.ok())
        known[number] = *std::move(page);
      else
        status = std::move(page).status();
    }
    return known[number].get();
  }

  Status copy(std::uint64_t bytes_max) {
    for (const Direction direction : {Direction::kUpstream, Direction::kDownstream}) {
      Rows& copied = rows[static_cast<int>(direction)];
      copied.begin.reserve(std::size_t{size} + 1);
      copied.begin.push_back(0);
      for (std::uint32_t number = 0; number * std::uint64_t{kPageNodes} < size; ++number) {
        AMONT_LET(const auto page, read(direction, number));
        const std::uint32_t count = std::min(size - number * kPageNodes, kPageNodes);
        const auto first = static_cast<std::uint32_t>(copied.targets.size());
        for (std::uint32_t slot = 1; slot <= count; ++slot) copied.begin.push_back(first + page->nodes[slot].begin);
        copied.targets.insert(copied.targets.end(), page->targets.begin(),
                              page->targets.begin() + page->nodes[count].begin);
        const std::uint64_t bytes = 16 * std::uint64_t{size} + 8 * std::uint64_t{copied.targets.size()};
        if (bytes > bytes_max)
          return limit_exceeded(fmt::format("a copy of the lineage takes more than {} bytes", bytes_max));
      }
    }
    is_copied = true;
    return {};
  }

  std::shared_ptr<const IndexView> view;
  Vertex size;
  Status status;
  bool is_copied = false;
  std::array<Rows, 2> rows;  // by direction, of a copied graph
  std::array<std::vector<std::shared_ptr<const Page>>, 2> pages;
};

LineageGraph::LineageGraph(const Snapshot& view) : rep_(std::make_shared<Rep>(view)) {}
LineageGraph::LineageGraph(std::shared_ptr<Rep> rep) : rep_(std::move(rep)) {}

Result<LineageGraph> LineageGraph::copied(const Snapshot& view, std::uint64_t bytes_max) {
  auto rep = std::make_shared<Rep>(view);
  AMONT_TRY(rep->copy(bytes_max));
  return LineageGraph(std::move(rep));
}

LineageGraph::Vertex LineageGraph::size() const { return rep_->size; }

std::uint64_t LineageGraph::edge_count() const {
  std::uint64_t count = 0;
  for (Vertex vertex = 0; vertex < rep_->size; ++vertex) count += neighbours(vertex, Direction::kUpstream).size();
  return count;
}

std::span<const LineageGraph::Vertex> LineageGraph::neighbours(Vertex vertex, Direction direction) const {
  if (vertex >= rep_->size) return {};
  if (rep_->is_copied) return rep_->rows[static_cast<int>(direction)].of(vertex);
  const Page* const page = rep_->page(direction, vertex / kPageNodes);
  if (!page) return {};
  const PageNode* const node = page->nodes.data() + vertex % kPageNodes;
  return std::span(page->targets).subspan(node[0].begin, node[1].begin - node[0].begin);
}

const Status& LineageGraph::status() const { return rep_->status; }

Result<FollowedEdge> LineageGraph::recorded(const Edge& edge) const {
  const Status none = not_found(fmt::format("there is no edge {} from {} to {}", edge.nth, edge.from, edge.to));
  if (edge.from >= rep_->size) return none;
  AMONT_LET(const auto page, rep_->read(Direction::kUpstream, edge.from / kPageNodes));
  const PageNode* const node = page->nodes.data() + edge.from % kPageNodes;
  const auto targets = std::span(page->targets).subspan(node[0].begin, node[1].begin - node[0].begin);
  const auto [first, last] = std::ranges::equal_range(targets, edge.to);
  if (edge.nth >= static_cast<std::size_t>(last - first)) return none;
  const auto at = node[0].begin + static_cast<std::uint32_t>(first - targets.begin()) + edge.nth;
  return FollowedEdge{EdgeKind(page->kinds[at]), NodeId{edge.from}, NodeId{edge.to}, std::string(page->label(at))};
}

}  // namespace amont
