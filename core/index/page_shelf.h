// PageShelf: the pages of one snapshot that its walks have asked for, so that a walk finds a page by one load, without a lock or a
// count. What stands here is right for the snapshot and never changes.
//
// Pages stand in blocks of 64. The shelf of the next snapshot begins with the blocks of the one before in which nothing has changed
// since, and both fill them: so a commit takes from its readers no more than the pages that it changed.
//
// Shelves fill up to a limit that all of an index have together (shelf_room.h); what comes after that, a walk has to hold itself. The
// next walk that finds no other at work makes room: from then on walks put packed pages where these will do, and a shelf that is full
// again drops some of what it has, until whole ones would all fit. So pages are good until the visit ends under which they were found.
#pragma once

#include <array>
#include <atomic>
#include <cstdint>
#include <memory>
#include <mutex>
#include <span>
#include <vector>

#include "core/index/graph.h"
#include "core/index/packed_page.h"
#include "core/index/page_cache.h"
#include "core/index/shelf_room.h"
#include "core/index/tie_lists.h"

namespace amont {

class PageShelf {
 public:
  // Of a page all that a walk's innermost loop needs.
  struct Slot {
    const PageNode* nodes;  // nullptr: the page is not here. Written last; read it with nodes_of()
    const std::uint32_t* targets;
    const Page* page;
    std::uint64_t traits;  // the page's, and kAnyPage
  };
  static constexpr std::uint64_t kAnyPage = 1ull << 7;

  // Which nodes of a page have edges in it, a bit each.
  using WithEdges = std::array<std::uint64_t, kPageNodes / 64>;

  static const PageNode* nodes_of(Slot& slot) { return std::atomic_ref(slot.nodes).load(std::memory_order_acquire); }
  static Slot slot_of(const Page& page) {
    return {page.nodes.data(), page.targets.data(), &page, page.traits | kAnyPage};
  }

 private:
  static constexpr std::uint32_t kBlockPages = 64;
  struct Shown {
    std::array<Slot, kBlockPages> slots{};
    std::array<std::atomic<const PackedPage*>, kBlockPages> packed{};
    std::atomic<std::uint64_t> with_edges_known{0};  // a bit for each page
    std::array<WithEdges, kBlockPages> with_edges{};
    std::array<std::atomic<const TieLists*>, kBlockPages> ties{};
    std::array<std::atomic<std::uint8_t>, kBlockPages> ties_asked{};  // so often, up to kAsksForTies
  };
  static constexpr std::uint8_t kAsksForTies = 8;

 public:
  // Of one class and direction, a slot for each page, and what else may stand in its place.
  class Row {
   public:
    Row() = default;
    Slot& operator[](std::uint32_t page) const { return block_of(page).slots[page % kBlockPages]; }
    // nullptr when it is not here.
    const PackedPage* packed(std::uint32_t page) const {
      return block_of(page).packed[page % kBlockPages].load(std::memory_order_acquire);
    }
    const WithEdges* with_edges(std::uint32_t page) const {
      const Shown& block = block_of(page);
      const bool known = block.with_edges_known.load(std::memory_order_acquire) >> page % kBlockPages & 1;
      return known ? &block.with_edges[page % kBlockPages] : nullptr;
    }
    // What a walk made of a structure page; nullptr when none did.
    const TieLists* ties(std::uint32_t page) const {
      return block_of(page).ties[page % kBlockPages].load(std::memory_order_acquire);
    }
    // To be asked where there are none: has it been, so often that making them costs less than going on without?
    bool wants_ties(std::uint32_t page) const {
      std::atomic<std::uint8_t>& asked = block_of(page).ties_asked[page % kBlockPages];
      const std::uint8_t times = asked.load(std::memory_order_relaxed);
      if (times < kAsksForTies) asked.store(times + 1, std::memory_order_relaxed);
      return times >= kAsksForTies;
    }
    explicit operator bool() const { return blocks_ != nullptr; }

   private:
    friend class PageShelf;
    explicit Row(const std::atomic<Shown*>* blocks) : blocks_(blocks) {}
    Shown& block_of(std::uint32_t page) const { return *blocks_[page / kBlockPages].load(std::memory_order_acquire); }
    const std::atomic<Shown*>* blocks_ = nullptr;
  };

  // Shelves of one room share it.
  PageShelf(std::uint64_t id_count, std::shared_ptr<ShelfRoom> room);
  // Of a later snapshot: begins with what stands on `before`, but for the pages that `changed` in between (all of them; keys of other
  // things are passed over). Walks may be at work on `before`.
  PageShelf(PageShelf& before, std::span<const PageCache::Key> changed, std::uint64_t id_count);
  PageShelf(const PageShelf&) = delete;
  PageShelf& operator=(const PageShelf&) = delete;

  std::uint64_t bytes_max() const { return room_->bytes_max(); }

  // While one lasts nothing is taken from the shelf. Walks on different threads should come with different numbers.
  class Visit {
   public:
    Visit(PageShelf& shelf, std::uint32_t thread);
    ~Visit() { users_.fetch_sub(1, std::memory_order_release); }
    Visit(const Visit&) = delete;
    Visit& operator=(const Visit&) = delete;

   private:
    std::atomic<std::uint32_t>& users_;
  };

  bool is_full() const { return full_.load(std::memory_order_relaxed); }
  // Packed pages are to be put.
  bool is_tight() const { return room_->is_tight(); }

  Row row(EdgeClass edge_class, Direction direction);
  // The slot where the page stands now; nullptr when there is no room for it.
  Slot* put(EdgeClass edge_class, Direction direction, std::uint32_t number, std::shared_ptr<const Page> page);
  // The packed page that stands there now; nullptr when the shelf is full, or has room for all of a row whole.
  const PackedPage* put_packed(EdgeClass edge_class, Direction direction, std::uint32_t number, const Page& page);
  // Takes no room to speak of, so there always is.
  const WithEdges& put_with_edges(EdgeClass edge_class, Direction direction, std::uint32_t number, const Page& page);
  // The lists of the structure page that stand there now; nullptr when there is no room for them.
  const TieLists* put_ties(Direction direction, std::uint32_t number, std::unique_ptr<const TieLists> ties);

 private:
  struct Block;
  // What row() shows, and who holds it: where there is no block, a place where nothing ever stands.
  struct Blocks {
    std::unique_ptr<std::atomic<Shown*>[]> shown;
    std::vector<std::shared_ptr<Block>> owned;
  };
  struct alignas(64) Users {
    std::atomic<std::uint32_t> count{0};
  };
  static constexpr std::size_t kStripes = 8, kRows = kEdgeClasses * 2;
  static std::size_t place(EdgeClass edge_class, Direction direction) {
    return PageCache::edges(edge_class, direction, 0).what;
  }
  void make(std::size_t place);
  std::shared_ptr<Block> block(EdgeClass edge_class, Direction direction, std::uint32_t number);
  void show(std::size_t place, std::size_t number, std::shared_ptr<Block> block);
  bool is_packed_for_nothing() const { return has_packed_.load(std::memory_order_relaxed) && !is_tight(); }
  void make_room_if_unused();
  void drop_packed();
  void drop_some();

  const std::size_t block_count_;
  const std::shared_ptr<ShelfRoom> room_;
  std::array<std::atomic<const std::atomic<Shown*>*>, kRows> rows_{};
  std::array<Users, kStripes> users_;
  std::atomic<bool> full_{false};
  std::atomic<bool> has_packed_{false};
  std::atomic<bool> emptying_{false};

  std::mutex mutex_;  // guards what follows, and every change of what rows show
  std::array<Blocks, kRows> blocks_;
  std::size_t next_to_drop_ = 0;  // by row and block
};

}  // namespace amont
