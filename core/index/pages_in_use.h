// PagesInUse: the pages that a question about one node looks at.
#pragma once

#include <array>
#include <atomic>
#include <memory>
#include <optional>
#include <vector>

#include "core/fetch_ahead.h"
#include "core/index/reader.h"
#include "core/index/view.h"

namespace amont {

// Pages around one node, of a view, for as long as this lives: from its shelf, or held here where that has no room.
class PagesInUse {
 public:
  explicit PagesInUse(const IndexView& view) : view_(view) {
    if (view.shelf) visit_.emplace(*view.shelf, this_thread());
  }

  // Brings near what of a page is looked at first, of all classes.
  void fetch(Direction direction, std::uint32_t number) const {
    if (!view_.shelf) return;
    for (std::size_t c = 0; c < kEdgeClasses; ++c) {
      const PageShelf::Row row = view_.shelf->row(static_cast<EdgeClass>(c), direction);
      fetch_ahead(row.with_edges(number));
      fetch_ahead(&row[number]);
    }
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

}  // namespace amont
