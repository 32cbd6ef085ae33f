// Where a walk finds the edges of a node: on the shelf, whole or packed, or in a page that it holds itself.
#include "query/walk/walk.h"

namespace amont {

Result<std::shared_ptr<const Page>> Walk::read_page(EdgeClass edge_class, Direction direction, std::uint32_t number) {
  AMONT_LET(auto page, view_.graph->page(edge_class, direction, number));
  if (page->targets_end > ids_)
    return damaged("an edge in the index leads to a node that was never put; run `amont rebuild`");
  return page;
}

Result<PageShelf::Slot*> Walk::fetch(EdgeClass edge_class, Direction direction, std::uint32_t number) {
  const PageShelf::Row& row = row_of(edge_class, direction);
  if (PageShelf::nodes_of(row[number])) return &row[number];
  const std::uint64_t key =
      std::uint64_t{number} << 8 | static_cast<std::uint64_t>(edge_class) << 1 | static_cast<std::uint64_t>(direction);
  const auto known = scratch_.loose_pages.find(key);
  if (known != scratch_.loose_pages.end()) return &known->second.slot;
  AMONT_LET(auto page, read_page(edge_class, direction, number));
  if (PageShelf::Slot* const slot = shelf_.put(edge_class, direction, number, page)) return slot;
  const PageShelf::Slot slot = PageShelf::slot_of(*page);
  scratch_.loose_bytes += page->bytes();
  return &scratch_.loose_pages.emplace(key, LoosePage{std::move(page), slot}).first->second.slot;
}

Result<const PackedPage*> Walk::fetch_packed(EdgeClass edge_class, Direction direction, std::uint32_t number) {
  const PageShelf::Row& row = row_of(edge_class, direction);
  if (const PackedPage* const known = row.packed(number)) return known;
  if (PageShelf::nodes_of(row[number])) return nullptr;  // it stands there whole
  if (shelf_.is_full()) return nullptr;                  // or comes to be held by this walk, once
  AMONT_LET(const auto page, read_page(edge_class, direction, number));
  return shelf_.put_packed(edge_class, direction, number, *page);
}

Status Walk::unpack_row(const PackedPage& page, std::uint32_t id, PlainRow& out) {
  const bool all_count = is_plain(page.traits() | PageShelf::kAnyPage);
  out.node = page.node(id % kPageNodes);
  out.plain = (all_count || looks_at_kinds_) && !plan_.watches(out.node);
  page.unpack(id % kPageNodes, out.unpacked);
  out.far = out.unpacked.far;
  out.kinds = all_count ? nullptr : out.unpacked.kinds.data();
  if (!all_count && !knows_kinds_) learn_kinds();
  return {};
}

Result<const PageShelf::Slot*> Walk::slot_at(std::uint32_t id, const PageNode*& node) {
  AMONT_LET(const PackedPage* const packed, packed_page(first_class_, direction_, id / kPageNodes));
  if (!packed) {
    AMONT_LET(const PageShelf::Slot* const slot, page(first_class_, direction_, id / kPageNodes));
    node = slot->nodes + id % kPageNodes;
    return slot;
  }
  Scratch::Unpacked& unpacked = scratch_.unpacked;
  packed->unpack(id % kPageNodes, unpacked.edges);
  unpacked.nodes[0] = packed->node(id % kPageNodes);
  unpacked.nodes[1].begin = static_cast<std::uint32_t>(unpacked.edges.far.size());
  unpacked.slot = {unpacked.nodes, unpacked.edges.far.data(), nullptr, packed->traits() | PageShelf::kAnyPage};
  node = unpacked.nodes;
  return &unpacked.slot;
}

Status Walk::edges_at(EdgeClass edge_class, Direction direction, std::uint32_t id, bool whole, NodeEdges& out) {
  if (!whole && !whole_page(edge_class, direction, id / kPageNodes)) {
    AMONT_LET(const PackedPage* const packed, packed_page(edge_class, direction, id / kPageNodes));
    if (packed) {
      out.node = packed->node(id % kPageNodes);
      packed->unpack(id % kPageNodes, out.unpacked);
      out.far = out.unpacked.far;
      out.kinds = out.unpacked.kinds.data();
      out.page = nullptr;
      return {};
    }
  }
  AMONT_LET(const PageShelf::Slot* const slot, page(edge_class, direction, id / kPageNodes));
  const PageNode* const node = slot->nodes + id % kPageNodes;
  out.node = *node;
  out.far = {slot->targets + node[0].begin, slot->targets + node[1].begin};
  out.kinds = slot->page->kinds.data() + node[0].begin;
  out.page = slot->page;
  out.first = node[0].begin;
  return {};
}

Status Walk::look_far(std::uint32_t id, PageNode& out) {
  AMONT_LET(const PackedPage* const packed, packed_page(first_class_, direction_, id / kPageNodes));
  if (packed) {
    out = packed->node(id % kPageNodes);
    return {};
  }
  AMONT_LET(const PageShelf::Slot* const slot, page(first_class_, direction_, id / kPageNodes));
  out = slot->nodes[id % kPageNodes];
  return {};
}

Result<bool> Walk::has_lineage(std::uint32_t id, Direction direction) {
  const std::uint32_t number = id / kPageNodes;
  const PageShelf::WithEdges* nodes = row_of(EdgeClass::kLineage, direction).with_edges(number);
  if (const PageShelf::Slot* const whole = nodes ? nullptr : whole_page(EdgeClass::kLineage, direction, number)) {
    nodes = &shelf_.put_with_edges(EdgeClass::kLineage, direction, number, *whole->page);
  } else if (!nodes) {
    AMONT_LET(const auto page, read_page(EdgeClass::kLineage, direction, number));
    nodes = &shelf_.put_with_edges(EdgeClass::kLineage, direction, number, *page);
  }
  return ((*nodes)[id % kPageNodes / 64] >> id % 64 & 1) != 0;
}

}  // namespace amont
