// PageShelf: the pages of one snapshot that its walks have asked for, so that a walk finds a page by one load, without a lock or a
// count. What stands here is right for the snapshot and never changes.
//
// Shelves fill up to a limit that all of an index have together; what comes after that, a walk has to hold itself. A full shelf is emptied by the next walk that
// finds no other at work, and pages that are still of use come back from the page cache. So pages are good until the visit ends
// under which they were found.
#pragma once

#include <array>
#include <atomic>
#include <cstdint>
#include <cstdlib>
#include <memory>
#include <mutex>
#include <vector>

#include "core/index/graph.h"
#include "core/index/memory_plan.h"

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

  static const PageNode* nodes_of(Slot& slot) { return std::atomic_ref(slot.nodes).load(std::memory_order_acquire); }
  static Slot slot_of(const Page& page) {
    return {page.nodes.data(), page.targets.data(), &page, page.traits | kAnyPage};
  }

  // Shelves of one share have room together.
  PageShelf(std::uint64_t id_count, std::shared_ptr<MemoryShare> share);
  ~PageShelf() { share_->give(bytes_); }
  PageShelf(const PageShelf&) = delete;
  PageShelf& operator=(const PageShelf&) = delete;

  std::uint64_t bytes_max() const { return share_->bytes_max(); }

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

  // One slot for each page.
  Slot* slots(EdgeClass edge_class, Direction direction);
  // The slot where the page stands now; nullptr when the shelf is full.
  Slot* put(EdgeClass edge_class, Direction direction, std::uint32_t number, std::shared_ptr<const Page> page);

 private:
  struct Free {
    void operator()(Slot* slots) const { std::free(slots); }
  };
  struct alignas(64) Users {
    std::atomic<std::uint32_t> count{0};
  };
  static constexpr std::size_t kStripes = 8;
  static std::size_t place(EdgeClass edge_class, Direction direction) {
    return static_cast<std::size_t>(edge_class) * 2 + static_cast<std::size_t>(direction);
  }
  void empty_if_unused();

  const std::size_t pages_;
  const std::shared_ptr<MemoryShare> share_;
  std::array<std::atomic<Slot*>, kEdgeClasses * 2> slots_{};
  std::array<Users, kStripes> users_;
  std::atomic<bool> full_{false};
  std::atomic<bool> emptying_{false};

  std::mutex mutex_;  // guards what follows, and every change of a slot
  std::array<std::unique_ptr<Slot[], Free>, kEdgeClasses * 2> owned_;
  std::vector<std::shared_ptr<const Page>> held_;
  std::uint64_t bytes_ = 0;
};

}  // namespace amont
