// Neighbours of one node, as a snapshot tells them.
#include <algorithm>
#include <array>
#include <tuple>

#include "amont/snapshot.h"
#include "amont/surroundings.h"
#include "core/index/pages_in_use.h"
#include "core/index/refs_of.h"

namespace amont {
namespace {

// The far ends of a node's edges one way, found in steps: what a step looks at was asked of the memory by the one before, so that others
// can take theirs meanwhile.
class FarEnds {
 public:
  FarEnds(PagesInUse& pages, NodeId id, Direction direction) : pages_(pages), id_(id), direction_(direction) {
    pages.fetch(direction, page_of(id));
  }

  Status find_pages() {
    AMONT_LET(const unsigned classes, pages_.classes_with_edges(direction_, id_));
    for (std::size_t c = 0; c < kEdgeClasses; ++c) {
      if ((classes >> c & 1) == 0) continue;
      const auto edge_class = static_cast<EdgeClass>(c);
      AMONT_LET(packed_[c], pages_.packed_page(edge_class, direction_, page_of(id_)));
      if (packed_[c]) continue;
      AMONT_LET(slots_[c], pages_.page(edge_class, direction_, page_of(id_)));
      fetch_ahead(slots_[c].nodes + slot_of(id_));
      fetch_ahead(slots_[c].page);
    }
    return {};
  }

  void find_edges() {
    for (std::size_t c = 0; c < kEdgeClasses; ++c) {
      if (!slots_[c].nodes) continue;
      const PageNode* const node = slots_[c].nodes + slot_of(id_);
      places_[c] = {node[0].begin, node[1].begin};
      fetch_ahead(slots_[c].targets + node[0].begin);
      fetch_ahead(slots_[c].page->kinds.data() + node[0].begin);
    }
  }

  // Sorted by kind and far node; `Neighbours` hold things with these two in front.
  template <class Neighbours>
  void put_into(Neighbours& out) const {
    std::size_t count = 0;
    for (const Place& place : places_) count += place.end - place.begin;
    out.reserve(count);
    const auto put = [&out](std::uint16_t kind, std::uint32_t far) {
      auto& neighbour = out.emplace_back();
      neighbour.kind = EdgeKind(kind);
      neighbour.node = NodeId{far};
    };
    for (std::size_t c = 0; c < kEdgeClasses; ++c) {
      if (packed_[c]) {
        PackedPage::Edges edges;
        packed_[c]->unpack(slot_of(id_), edges);
        for (std::size_t i = 0; i < edges.far.size(); ++i) put(edges.kinds[i], edges.far[i]);
      }
      for (std::uint32_t i = places_[c].begin; i < places_[c].end; ++i)
        put(slots_[c].page->kinds[i], slots_[c].targets[i]);
    }
    const auto comes_first = [](const auto& a, const auto& b) {
      return std::tie(a.kind, a.node) < std::tie(b.kind, b.node);
    };
    if (!std::ranges::is_sorted(out, comes_first)) std::ranges::sort(out, comes_first);
  }

 private:
  struct Place {
    std::uint32_t begin = 0, end = 0;
  };
  PagesInUse& pages_;
  const NodeId id_;
  const Direction direction_;
  // By class; of each the one, the other, or neither.
  std::array<PageShelf::Slot, kEdgeClasses> slots_{};
  std::array<const PackedPage*, kEdgeClasses> packed_{};
  std::array<Place, kEdgeClasses> places_{};
};

}  // namespace

Result<std::vector<Neighbour>> Snapshot::neighbours(NodeId id, Direction direction) const {
  std::vector<Neighbour> out;
  if (number_of(id) >= id_count()) return out;
  PagesInUse pages(*view_);
  FarEnds ends(pages, id, direction);
  AMONT_TRY(ends.find_pages());
  ends.find_edges();
  ends.put_into(out);
  return out;
}

Result<std::optional<Surroundings>> surroundings(const Snapshot& view, NodeId node) {
  std::optional<Surroundings> out;
  if (number_of(node) >= view.id_count()) return out;
  // The node and its neighbours both ways are looked for together, so that what one waits for comes while the others are read.
  view.view().reader->fetch_ahead(std::span(&node, 1));
  PagesInUse pages(view.view());
  FarEnds causes(pages, node, Direction::kUpstream), effects(pages, node, Direction::kDownstream);
  AMONT_TRY(causes.find_pages());
  AMONT_TRY(effects.find_pages());
  causes.find_edges();
  effects.find_edges();
  AMONT_LET(auto found, view.node(node));
  if (!found) return out;
  out.emplace().node = *std::move(found);
  std::vector<NamedNeighbour>&up = out->upstream, &down = out->downstream;
  causes.put_into(up);
  effects.put_into(down);

  std::vector<NodeId> ids;
  ids.reserve(up.size() + down.size());
  for (const NamedNeighbour& neighbour : up) ids.push_back(neighbour.node);
  for (const NamedNeighbour& neighbour : down) ids.push_back(neighbour.node);
  AMONT_TRY(read_refs(view.view(), ids,
                      [&](std::size_t i) -> Ref& { return i < up.size() ? up[i].ref : down[i - up.size()].ref; }));
  return out;
}

Result<std::optional<Surroundings>> surroundings(const Snapshot& view, const Ref& ref) {
  AMONT_LET(const auto id, view.find(ref));
  if (!id) return std::optional<Surroundings>();
  AMONT_LET(auto found, surroundings(view, *id));
  if (found && found->node.ref != ref) return not_that_ref(ref, found->node.ref);
  return found;
}

}  // namespace amont
