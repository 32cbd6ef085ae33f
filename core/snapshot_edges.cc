// Edges of one node, as a snapshot tells them.
#include "amont/snapshot.h"

#include <algorithm>
#include <array>
#include <tuple>

#include "core/fetch_ahead.h"
#include "core/index/pages_in_use.h"

namespace amont {
namespace {

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
