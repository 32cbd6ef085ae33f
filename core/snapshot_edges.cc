// Edges of one node, as a snapshot tells them.
#include "amont/snapshot.h"

#include <algorithm>
#include <array>
#include <atomic>
#include <tuple>

#include "core/fetch_ahead.h"
#include "core/index/reader.h"
#include "core/index/view.h"

namespace amont {
namespace {

// Pages around one node, of a view, for as long as this lives: from its shelf, or held here where that has no room.
class PagesInUse {
 public:
  explicit PagesInUse(const IndexView& view) : view_(view) {
    if (view.shelf) visit_.emplace(*view.shelf, this_thread());
  }

  // Which of a node's classes have edges this way, a bit each: what most nodes have none of costs a line of memory, and no page.
  Result<unsigned> classes_with_edges(Direction direction, NodeId id) {
    if (!view_.shelf) return (1u << kEdgeClasses) - 1;
    std::array<const PageShelf::WithEdges*, kEdgeClasses> nodes;
    for (std::size_t c = 0; c < kEdgeClasses; ++c) {
      nodes[c] = view_.shelf->row(static_cast<EdgeClass>(c), direction).with_edges(page_of(id));
      if (nodes[c]) fetch_ahead(nodes[c]);
    }
    unsigned classes = 0;
    for (std::size_t c = 0; c < kEdgeClasses; ++c) {
      if (!nodes[c]) {
        AMONT_LET(const PageShelf::Slot slot, page(static_cast<EdgeClass>(c), direction, page_of(id)));
        nodes[c] = &view_.shelf->put_with_edges(static_cast<EdgeClass>(c), direction, page_of(id), *slot.page);
      }
      classes |= static_cast<unsigned>((*nodes[c])[slot_of(id) / 64] >> slot_of(id) % 64 & 1) << c;
    }
    return classes;
  }

  // With what nodes and edges are looked up by beside the page itself, which is another line of memory.
  Result<PageShelf::Slot> page(EdgeClass edge_class, Direction direction, std::uint32_t number) {
    if (view_.shelf) {
      PageShelf::Slot& slot = view_.shelf->row(edge_class, direction)[number];
      if (PageShelf::nodes_of(slot)) return slot;
    }
    for (const Held& held : held_)
      if (held.edge_class == edge_class && held.direction == direction) return PageShelf::slot_of(*held.page);
    AMONT_LET(auto page, view_.graph->page(edge_class, direction, number));
    // Walks trust what stands on a shelf.
    if (view_.shelf && page->targets_end <= view_.graph->id_count()) {
      if (const PageShelf::Slot* const slot = view_.shelf->put(edge_class, direction, number, page)) return *slot;
    }
    return PageShelf::slot_of(*held_.emplace_back(Held{edge_class, direction, std::move(page)}).page);
  }

  // Where the shelf is tight, the packed page; else nullptr.
  Result<const PackedPage*> packed_page(EdgeClass edge_class, Direction direction, std::uint32_t number) {
    if (!view_.shelf || !view_.shelf->is_tight()) return nullptr;
    const PageShelf::Row row = view_.shelf->row(edge_class, direction);
    if (const PackedPage* const packed = row.packed(number)) return packed;
    if (PageShelf::nodes_of(row[number]) || view_.shelf->is_full()) return nullptr;
    AMONT_LET(const auto page, view_.graph->page(edge_class, direction, number));
    if (page->targets_end > view_.graph->id_count()) return nullptr;
    return view_.shelf->put_packed(edge_class, direction, number, *page);
  }

 private:
  static std::uint32_t this_thread() {
    static std::atomic<std::uint32_t> threads{0};
    thread_local const std::uint32_t number = threads.fetch_add(1, std::memory_order_relaxed);
    return number;
  }

  struct Held {
    EdgeClass edge_class;
    Direction direction;
    std::shared_ptr<const Page> page;
  };
  const IndexView& view_;
  std::optional<PageShelf::Visit> visit_;
  std::vector<Held> held_;
};

// A node's edges in a page.
struct EdgesOfNode {
  const Page* page = nullptr;
  std::uint32_t begin = 0, end = 0;

  // All that is looked at for an edge comes at once.
  void fetch() const {
    fetch_ahead(page->targets.data() + begin);
    fetch_ahead(page->kinds.data() + begin);
    fetch_ahead(page->edge_flags.data() + begin);
    fetch_ahead(page->edge_tx.data() + begin);
  }
};

bool is_in(unsigned classes, std::size_t edge_class) { return (classes >> edge_class & 1) != 0; }

}  // namespace

Result<std::vector<Edge>> Snapshot::edges(NodeId id, Direction direction) const {
  std::vector<Edge> out;
  if (number_of(id) >= id_count()) return out;
  const bool up = direction == Direction::kUpstream;
  PagesInUse pages(*view_);
  std::array<EdgesOfNode, kEdgeClasses> found;
  std::size_t count = 0;
  AMONT_LET(const unsigned classes, pages.classes_with_edges(direction, id));
  for (std::size_t c = 0; c < kEdgeClasses; ++c) {
    if (!is_in(classes, c)) continue;
    AMONT_LET(const PageShelf::Slot slot, pages.page(static_cast<EdgeClass>(c), direction, page_of(id)));
    const PageNode* const node = slot.nodes + slot_of(id);
    found[c] = {slot.page, node[0].begin, node[1].begin};
    count += found[c].end - found[c].begin;
  }
  if (count == 0) return out;
  for (const EdgesOfNode& edges : found)
    if (edges.begin != edges.end) edges.fetch();
  out.reserve(count);
  for (std::size_t c = 0; c < kEdgeClasses; ++c) {
    for (std::uint32_t i = found[c].begin; i < found[c].end; ++i) {
      const Page& page = *found[c].page;
      const NodeId far{page.targets[i]};
      const EdgeKind kind{page.kinds[i]};
      Edge& edge = out.emplace_back(Edge{kind,
                                         schema().edge(kind).name,
                                         up ? id : far,
                                         up ? far : id,
                                         std::string(page.label(i)),
                                         {},
                                         {},
                                         page.edge_tx[i]});
      if (!(page.edge_flags[i] & kEdgeDetailed)) continue;
      AMONT_LET(auto version, view_->reader->edge_version(static_cast<EdgeClass>(c),
                                                          {kind, edge.from, edge.to, edge.label}, view_->tx));
      if (!version) continue;
      edge.valid = version->valid;
      edge.props = std::move(version->props);
      edge.tx = version->tx;
    }
  }
  const auto comes_first = [up](const Edge& a, const Edge& b) {
    const NodeId far_a = up ? a.to : a.from, far_b = up ? b.to : b.from;
    return std::tie(a.kind, far_a, a.label) < std::tie(b.kind, far_b, b.label);
  };
  if (!std::is_sorted(out.begin(), out.end(), comes_first)) std::sort(out.begin(), out.end(), comes_first);
  return out;
}

Result<std::vector<Neighbour>> Snapshot::neighbours(NodeId id, Direction direction) const {
  std::vector<Neighbour> out;
  if (number_of(id) >= id_count()) return out;
  PagesInUse pages(*view_);
  AMONT_LET(const unsigned classes, pages.classes_with_edges(direction, id));
  // What stands in memory of all classes is asked for before the first is read: nodes, then their edges.
  std::array<PageShelf::Slot, kEdgeClasses> slots{};
  std::array<const PackedPage*, kEdgeClasses> packed{};
  for (std::size_t c = 0; c < kEdgeClasses; ++c) {
    if (!is_in(classes, c)) continue;
    const auto edge_class = static_cast<EdgeClass>(c);
    AMONT_LET(packed[c], pages.packed_page(edge_class, direction, page_of(id)));
    if (packed[c]) continue;
    AMONT_LET(slots[c], pages.page(edge_class, direction, page_of(id)));
    fetch_ahead(slots[c].nodes + slot_of(id));
  }
  std::array<EdgesOfNode, kEdgeClasses> found;
  std::size_t count = 0;
  for (std::size_t c = 0; c < kEdgeClasses; ++c) {
    if (!slots[c].nodes) continue;
    const PageNode* const node = slots[c].nodes + slot_of(id);
    found[c] = {slots[c].page, node[0].begin, node[1].begin};
    fetch_ahead(slots[c].targets + found[c].begin);
    fetch_ahead(slots[c].page->kinds.data() + found[c].begin);
    count += found[c].end - found[c].begin;
  }
  out.reserve(count);
  for (std::size_t c = 0; c < kEdgeClasses; ++c) {
    if (packed[c]) {
      PackedPage::Edges edges;
      packed[c]->unpack(slot_of(id), edges);
      for (std::size_t i = 0; i < edges.far.size(); ++i)
        out.push_back({EdgeKind(edges.kinds[i]), NodeId{edges.far[i]}});
    }
    for (std::uint32_t i = found[c].begin; i < found[c].end; ++i)
      out.push_back({EdgeKind(found[c].page->kinds[i]), NodeId{slots[c].targets[i]}});
  }
  const auto comes_first = [](const Neighbour& a, const Neighbour& b) {
    return std::tie(a.kind, a.node) < std::tie(b.kind, b.node);
  };
  if (!std::is_sorted(out.begin(), out.end(), comes_first)) std::sort(out.begin(), out.end(), comes_first);
  return out;
}

Result<std::optional<Edge>> Snapshot::edge(EdgeKind kind, NodeId from, NodeId to, std::string_view label) const {
  if (number_of(kind) >= schema().edges().size()) return std::optional<Edge>();
  const EdgeRow& row = schema().edge(kind);
  const EdgeIdentity identity{kind, from, to, std::string(label)};
  AMONT_LET(const auto live, view_->reader->live_edge(row.edge_class, identity, view_->tx));
  if (!live) return std::optional<Edge>();
  Edge edge{kind, row.name, from, to, identity.label, {}, {}, live->begin};
  if (live->flags & kEdgeDetailed) {
    AMONT_LET(auto version, view_->reader->edge_version(row.edge_class, identity, view_->tx));
    if (version) {
      edge.valid = version->valid;
      edge.props = std::move(version->props);
      edge.tx = version->tx;
    }
  }
  return std::optional<Edge>(std::move(edge));
}

}  // namespace amont
