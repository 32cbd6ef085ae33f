#include "core/index/page_deltas.h"

#include <algorithm>

#include "core/index/keys.h"
#include "core/index/reader.h"

namespace amont {

std::string& PageDeltas::ByPage::operator[](std::uint32_t page) {
  if (!deltas_.empty() && deltas_[last_].first == page) return deltas_[last_].second;
  const auto [place, is_new] = places_.try_emplace(page, static_cast<std::uint32_t>(deltas_.size()));
  if (is_new) deltas_.emplace_back(page, std::string());
  last_ = place->second;
  return deltas_[last_].second;
}

template <class Visit>
void PageDeltas::ByPage::each(Visit visit) const {
  std::vector<std::pair<std::uint32_t, std::uint32_t>> pages(places_.begin(), places_.end());
  std::sort(pages.begin(), pages.end());
  for (const auto& [page, place] : pages) visit(page, deltas_[place].second);
}

void PageDeltas::add_node(NodeId id, NodeKind kind, bool dated) {
  std::string& delta = nodes_[page_of(id)];
  append_new_node(delta, tx_, slot_of(id), kind);
  if (dated) append_node_flags(delta, tx_, slot_of(id), kSlotDated, 0);
}

void PageDeltas::change_flags(NodeId id, std::uint8_t set, std::uint8_t clear) {
  append_node_flags(nodes_[page_of(id)], tx_, slot_of(id), set, clear);
}

void PageDeltas::add_ties(const EdgeRow& row, NodeId from, NodeId to) {
  std::uint8_t of_from = 0, of_to = 0;
  switch (row.tie()) {
    case Tie::kNone: return;
    case Tie::kPartOf: of_from = kHasContainer, of_to = kHasMembers; break;
    case Tie::kVersionOf: of_from = kHasWholes, of_to = kHasParts; break;
    case Tie::kSameAs: of_from = of_to = kHasTwins; break;
  }
  append_node_ties(nodes_[page_of(from)], slot_of(from), of_from);
  append_node_ties(nodes_[page_of(to)], slot_of(to), of_to);
}

PageEntry PageDeltas::entry_of(const PageEdge& edge, Direction direction) {
  const bool up = direction == Direction::kUpstream;
  return {slot_of(up ? edge.from : edge.to),
          number_of(up ? edge.to : edge.from),
          number_of(edge.kind),
          edge.flags,
          edge.begin,
          edge.label};
}

void PageDeltas::put_edge(const PageEdge& edge) {
  for (const Direction direction : kDirections) {
    const std::uint32_t page = page_of(direction == Direction::kUpstream ? edge.from : edge.to);
    append_edge_put(edges_[static_cast<int>(edge.edge_class)][static_cast<int>(direction)][page], tx_,
                    entry_of(edge, direction));
  }
}

void PageDeltas::remove_edge(const PageEdge& edge, TxNumber last_version) {
  for (const Direction direction : kDirections) {
    const std::uint32_t page = page_of(direction == Direction::kUpstream ? edge.from : edge.to);
    const auto edge_class = static_cast<int>(edge.edge_class), side = static_cast<int>(direction);
    const PageEntry entry = entry_of(edge, direction);
    append_edge_removal(edges_[edge_class][side][page], tx_, entry);
    if (edge.begin != tx_) append_dead_edge(histories_[edge_class][side][page], {entry, tx_, last_version});
  }
}

void PageDeltas::finish(TableBatch& batch, std::vector<PageCache::Key>& touched) const {
  const auto each_side = [](auto visit) {
    for (std::size_t c = 0; c < kEdgeClasses; ++c)
      for (const Direction direction : kDirections) visit(static_cast<EdgeClass>(c), direction);
  };
  nodes_.each([&](std::uint32_t page, const std::string& delta) {
    batch.merge(Space::kNodePages, node_page_key(page), delta);
    touched.push_back(PageCache::nodes(page));
    // What is cached of edges is joined with the nodes.
    each_side([&](EdgeClass c, Direction direction) { touched.push_back(PageCache::edges(c, direction, page)); });
  });
  each_side([&](EdgeClass c, Direction direction) {
    const auto edge_class = static_cast<int>(c), side = static_cast<int>(direction);
    edges_[edge_class][side].each([&](std::uint32_t page, const std::string& delta) {
      batch.merge(Space::kPages, page_key(c, direction, page), delta);
      touched.push_back(PageCache::edges(c, direction, page));
    });
    histories_[edge_class][side].each([&](std::uint32_t page, const std::string& dead) {
      batch.merge(Space::kPageHistory, page_key(c, direction, page), dead);
    });
  });
}

}  // namespace amont
